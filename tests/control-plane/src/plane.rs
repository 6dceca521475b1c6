//! A running control plane: etcd and kube-apiserver, started and ended with the value.

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Mutex;
use std::time::{Duration, Instant};

use tempfile::TempDir;

use crate::arguments;
use crate::assets::{self, Assets};
use crate::client::Client;
use crate::error::{Error, Result};
use crate::keys::Keys;
use crate::process::Process;

/// The longest a program may take until it is ready; a quiet machine needs 3 s.
const PATIENCE: Duration = Duration::from_secs(120);
const ADMINISTRATOR: &str = "administrator-of-one-test";
/// The token of kube-controller-manager, which has the name that it has in a cluster.
const CONTROLLERS: &str = "controllers-of-one-test";
const REQUIRE: &str = "LEASELINT_REQUIRE_CONTROL_PLANE";
/// A port found free may be taken before its program listens.
const TRIES: u32 = 3;

/// What differs between control planes.
#[derive(Clone, Debug, Default)]
pub struct Options {
    /// Pods need their ServiceAccount, and get its token. For this to work a controller manager
    /// with `serviceaccount-controller` has to run.
    pub service_accounts: bool,
    /// Further arguments of `kube-apiserver`.
    pub api_server: Vec<String>,
}

/// A running etcd and kube-apiserver of their own, on free ports of 127.0.0.1, with RBAC.
///
/// There are no nodes, no scheduler and no controllers, until [`ControlPlane::controllers`] and
/// [`ControlPlane::kwok`] start some. All ends when the value is dropped, or the process ends.
#[derive(Debug)]
pub struct ControlPlane {
    // In the order in which they must end.
    others: Mutex<Vec<Process>>,
    api_server: Process,
    api_server_arguments: Vec<String>,
    etcd: Process,
    assets: Assets,
    keys: Keys,
    url: String,
    authority: String,
    kubeconfig: PathBuf,
    controllers_kubeconfig: PathBuf,
    client: Client,
    folder: TempDir,
}

impl ControlPlane {
    /// Starts a control plane and waits until it is ready, some 3 s.
    ///
    /// # Errors
    /// [`Error::NoPrograms`] without programs and without Go to build them; [`Error::Failed`],
    /// with the end of the log, when a program does not become ready.
    pub fn start(options: &Options) -> Result<Self> {
        let assets = Assets::find()?;
        let mut tried = 1;
        loop {
            match Self::try_start(&assets, options) {
                Err(error) if tried < TRIES => assets::notice(&format!("once more: {error}")),
                outcome => return outcome,
            }
            tried += 1;
        }
    }

    /// For a test: a control plane; or, where there are no programs and no Go, a notice and none,
    /// so that the test ends early.
    ///
    /// `LEASELINT_REQUIRE_CONTROL_PLANE=1`, or `CI`, makes it an error that there is none;
    /// `LEASELINT_REQUIRE_CONTROL_PLANE=0` leaves such tests out, with the notice.
    ///
    /// # Panics
    /// When it cannot be started; and when one is required and there are no programs and no Go.
    #[must_use]
    pub fn for_test(options: &Options) -> Option<Self> {
        let started = match required() {
            Some(false) => Err(Error::NoPrograms(format!("{REQUIRE}=0"))),
            _ => Self::start(options),
        };
        match started {
            Ok(plane) => Some(plane),
            Err(Error::NoPrograms(why)) if required() != Some(true) => {
                assets::notice(&format!(
                    "!!! NOT TESTED, as there is no control plane: {why}\n\
                     !!! Install Go 1.26 or set KUBEBUILDER_ASSETS."
                ));
                None
            }
            Err(error) => panic!("no control plane: {error}"),
        }
    }

    fn try_start(assets: &Assets, options: &Options) -> Result<Self> {
        let folder = tempfile::Builder::new()
            .prefix("leaselint-control-plane-")
            .tempdir()
            .map_err(|error| Error::failed(format!("no folder: {error}")))?;
        let here = folder.path();
        let keys = Keys::make(here)?;
        let [store, peers, port] = arguments::free_ports()?;

        let store_url = format!("http://127.0.0.1:{store}");
        let data = here.join("etcd");
        let etcd_arguments = arguments::etcd(&data, &store_url, peers);
        let etcd = Process::start(
            &assets.etcd,
            &etcd_arguments,
            &here.join("etcd.log"),
            Some(&data),
        )?;

        let tokens = here.join("tokens.csv");
        let lines = format!(
            "{ADMINISTRATOR},administrator,1,system:masters\n\
             {CONTROLLERS},system:kube-controller-manager,2,system:masters\n"
        );
        fs::write(&tokens, lines).map_err(Error::file("write", &tokens))?;
        let api_server_arguments = arguments::api_server(&keys, &tokens, &store_url, port, options);
        let log = here.join("kube-apiserver.log");
        let api_server = Process::start(&assets.kube_apiserver, &api_server_arguments, &log, None)?;

        let url = format!("https://127.0.0.1:{port}");
        let authority = read(&keys.authority)?;
        let client = Client::new(&url, &authority, ADMINISTRATOR)?;
        let mut plane = Self {
            others: Mutex::default(),
            api_server,
            api_server_arguments,
            etcd,
            assets: assets.clone(),
            keys,
            kubeconfig: here.join("administrator.kubeconfig"),
            controllers_kubeconfig: here.join("controllers.kubeconfig"),
            url,
            authority,
            client,
            folder,
        };
        plane.write_kubeconfig(&plane.kubeconfig, ADMINISTRATOR)?;
        plane.write_kubeconfig(&plane.controllers_kubeconfig, CONTROLLERS)?;
        plane.wait_until_ready()?;
        Ok(plane)
    }

    fn wait_until_ready(&mut self) -> Result<()> {
        let deadline = Instant::now() + PATIENCE;
        loop {
            let ready = self.client.request("GET", "/readyz", None);
            if ready.is_ok_and(|reply| reply.status == 200) {
                return Ok(());
            }
            let what = if Instant::now() > deadline {
                "is not ready"
            } else if self.etcd.ended()?.is_some() || self.api_server.ended()?.is_some() {
                "has ended"
            } else {
                std::thread::sleep(Duration::from_millis(50));
                continue;
            };
            return Err(Error::failed(format!(
                "the control plane {what}\n{}{}",
                self.etcd.log_tail(),
                self.api_server.log_tail()
            )));
        }
    }

    /// Kills the API server and starts another one on what is stored, as after a crash; waits until
    /// it is ready.
    ///
    /// # Errors
    /// When it does not become ready, with the end of its log.
    pub fn restart_api_server(&mut self) -> Result<()> {
        self.api_server.kill();
        let log = self.folder().join("kube-apiserver-again.log");
        let program = &self.assets.kube_apiserver;
        self.api_server = Process::start(program, &self.api_server_arguments, &log, None)?;
        self.wait_until_ready()
    }

    /// Sends etcd a signal, such as `STOP`: until it gets `CONT`, the API server can neither read nor write.
    ///
    /// # Errors
    /// When etcd has ended.
    pub fn signal_etcd(&mut self, name: &str) -> Result<()> {
        self.etcd.signal(name)
    }

    /// Sends the API server a signal by its name: `STOP` makes it hang, `CONT` lets it go on.
    ///
    /// # Errors
    /// When it has ended.
    pub fn signal_api_server(&mut self, name: &str) -> Result<()> {
        self.api_server.signal(name)
    }

    /// The address of the API server, such as `https://127.0.0.1:40123`.
    #[must_use]
    pub fn url(&self) -> &str {
        &self.url
    }

    /// The authority, in PEM, that signed the API server's certificate.
    #[must_use]
    pub fn authority(&self) -> &str {
        &self.authority
    }

    pub(crate) fn authority_file(&self) -> &Path {
        &self.keys.authority
    }

    /// The token of the administrator, who is in the group `system:masters`.
    #[must_use]
    pub fn token(&self) -> &'static str {
        ADMINISTRATOR
    }

    /// The administrator's kubeconfig.
    #[must_use]
    pub fn kubeconfig(&self) -> &Path {
        &self.kubeconfig
    }

    /// A folder for files of the test, which goes with the control plane.
    #[must_use]
    pub fn folder(&self) -> &Path {
        self.folder.path()
    }

    /// The programs it was made of.
    #[must_use]
    pub fn assets(&self) -> &Assets {
        &self.assets
    }

    /// The administrator's client.
    #[must_use]
    pub fn client(&self) -> &Client {
        &self.client
    }

    /// Starts a kube-controller-manager with further arguments, such as
    /// `--controllers=deployment-controller,replicaset-controller` and `--leader-elect=false`.
    /// The caller owns it; several may run. It is not waited for.
    ///
    /// # Errors
    /// When the program is missing or cannot be run.
    pub fn controllers(&self, name: &str, arguments: &[&str]) -> Result<Process> {
        let program = self.optional(
            "kube-controller-manager",
            &self.assets.kube_controller_manager,
        )?;
        let mut all = vec![
            format!("--kubeconfig={}", self.controllers_kubeconfig.display()),
            format!(
                "--service-account-private-key-file={}",
                self.keys.accounts.display()
            ),
            format!("--root-ca-file={}", self.keys.authority.display()),
            "--use-service-account-credentials=false".to_owned(),
            "--secure-port=0".to_owned(),
        ];
        all.extend(arguments.iter().map(|&argument| argument.to_owned()));
        Process::start(
            program,
            &all,
            &self.folder().join(format!("{name}.log")),
            None,
        )
    }

    /// Starts a program of the caller's beside the control plane: it ends with the value, however the
    /// test ends. `name` names its log. It is not waited for.
    ///
    /// # Errors
    /// When it cannot be run.
    pub fn run(&self, name: &str, program: &Path, arguments: &[String]) -> Result<Process> {
        let log = self.folder().join(format!("{name}.log"));
        Process::start(program, arguments, &log, None)
    }

    /// Starts an elector of client-go as the administrator: its arguments are those of `go/kubernetes/elector`. `name` names
    /// its log, which says when it leads and when no more. It is not waited for.
    ///
    /// # Errors
    /// When the program is missing or cannot be run.
    pub fn elector(&self, name: &str, arguments: &[&str]) -> Result<Process> {
        let program = self.optional("elector", &self.assets.elector)?;
        let mut all = vec![format!("--kubeconfig={}", self.kubeconfig.display())];
        all.extend(arguments.iter().map(|&argument| argument.to_owned()));
        self.run(name, program, &all)
    }

    /// Starts kwok, which plays the kubelets of all nodes there are and will be: make a `Node`, set
    /// `nodeName` in pods, and they run. It lives as long as the control plane.
    ///
    /// # Errors
    /// When the program is missing or cannot be run.
    pub fn kwok(&self) -> Result<()> {
        let program = self.optional("kwok", &self.assets.kwok)?;
        let arguments = [
            format!("--kubeconfig={}", self.kubeconfig.display()),
            "--manage-all-nodes=true".to_owned(),
        ];
        let kwok = Process::start(program, &arguments, &self.folder().join("kwok.log"), None)?;
        match self.others.lock() {
            Ok(mut others) => others.push(kwok),
            Err(poisoned) => poisoned.into_inner().push(kwok),
        }
        Ok(())
    }

    fn optional<'a>(&self, name: &str, path: &'a Option<PathBuf>) -> Result<&'a Path> {
        path.as_deref().ok_or_else(|| {
            Error::failed(format!(
                "no {name} in {}; without KUBEBUILDER_ASSETS it is built",
                self.assets.folder.display()
            ))
        })
    }
}

impl Drop for ControlPlane {
    fn drop(&mut self) {
        if std::thread::panicking() {
            assets::notice(&self.api_server.log_tail());
            assets::notice(&self.etcd.log_tail());
            self.folder.disable_cleanup(true);
        }
    }
}

/// Whether tests without a control plane must fail (yes), be left out (no), or the machine decides.
fn required() -> Option<bool> {
    let said = |name: &str| std::env::var(name).ok().filter(|value| !value.is_empty());
    match said(REQUIRE) {
        Some(value) => Some(value != "0"),
        None => said("CI").map(|_| true),
    }
}

fn read(path: &Path) -> Result<String> {
    fs::read_to_string(path).map_err(Error::file("read", path))
}
