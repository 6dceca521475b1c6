//! Where the programs of a control plane come from: a folder of envtest's, or Go's modules.

use std::env;
use std::fs::{self, File};
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use crate::error::{Error, Result};

/// The programs of a control plane, each a path.
#[derive(Clone, Debug)]
pub struct Assets {
    /// The folder they are in.
    pub folder: PathBuf,
    /// `etcd`.
    pub etcd: PathBuf,
    /// `kube-apiserver`.
    pub kube_apiserver: PathBuf,
    /// `kubectl`.
    pub kubectl: PathBuf,
    /// `kube-controller-manager`; envtest's folders do not hold it.
    pub kube_controller_manager: Option<PathBuf>,
    /// A program that does nothing but elect, with client-go: `go/kubernetes/elector`; envtest's folders do not hold it.
    pub elector: Option<PathBuf>,
    /// `kwok`, which plays nodes and kubelets; envtest's folders do not hold it.
    pub kwok: Option<PathBuf>,
}

/// A Go module of ours that only pins the versions of what is built.
pub(crate) struct Module {
    pub folder: &'static str,
    pub manifest: &'static str,
    pub sums: &'static str,
    /// File name and Go package of each program.
    pub programs: &'static [(&'static str, &'static str)],
}

/// The file's name; its number grows with every change of its source, which is then built anew.
const ELECTOR: &str = "elector-1";

const MODULES: [Module; 3] = [
    Module {
        folder: "etcd",
        manifest: include_str!("../go/etcd/go.mod"),
        sums: include_str!("../go/etcd/go.sum"),
        programs: &[("etcd", "go.etcd.io/etcd/server/v3")],
    },
    Module {
        folder: "kubernetes",
        manifest: include_str!("../go/kubernetes/go.mod"),
        sums: include_str!("../go/kubernetes/go.sum"),
        programs: &[
            ("kube-apiserver", "k8s.io/kubernetes/cmd/kube-apiserver"),
            (
                "kube-controller-manager",
                "k8s.io/kubernetes/cmd/kube-controller-manager",
            ),
            ("kubectl", "k8s.io/kubernetes/cmd/kubectl"),
            (ELECTOR, "./elector"),
        ],
    },
    Module {
        folder: "kwok",
        manifest: include_str!("../go/kwok/go.mod"),
        sums: include_str!("../go/kwok/go.sum"),
        programs: &[("kwok", "sigs.k8s.io/kwok/cmd/kwok")],
    },
];

impl Assets {
    /// Finds the programs, building what is missing.
    ///
    /// `KUBEBUILDER_ASSETS`, where set, is the folder, and nothing is built. Else it is
    /// `LEASELINT_ASSETS` or a folder of the user's cache, under a name made of the pinned versions.
    /// A first build takes some minutes; several processes may ask at once, and one of them builds.
    ///
    /// # Errors
    /// [`Error::NoPrograms`] when programs are missing and there is no Go to build them;
    /// [`Error::Failed`] when the folder that was named lacks some, or the build fails.
    pub fn find() -> Result<Self> {
        if let Some(folder) = variable("KUBEBUILDER_ASSETS") {
            return Self::given(folder);
        }
        let (version, hash) = (kubernetes_version(), pinned(&MODULES));
        let folder = cache()?.join(format!("kubernetes-{version}-{hash:016x}"));
        if !is_complete(&folder, &MODULES) {
            build(&folder, &MODULES)?;
        }
        Self::given(folder)
    }

    fn given(folder: PathBuf) -> Result<Self> {
        let optional = |name: &str| Some(folder.join(name)).filter(|path| path.is_file());
        let needed = |name: &str| {
            optional(name)
                .ok_or_else(|| Error::failed(format!("no {name} in {}", folder.display())))
        };
        Ok(Self {
            etcd: needed("etcd")?,
            kube_apiserver: needed("kube-apiserver")?,
            kubectl: needed("kubectl")?,
            kube_controller_manager: optional("kube-controller-manager"),
            elector: optional(ELECTOR),
            kwok: optional("kwok"),
            folder,
        })
    }
}

/// An environment variable that says something.
pub(crate) fn variable(name: &str) -> Option<PathBuf> {
    env::var_os(name)
        .filter(|value| !value.is_empty())
        .map(PathBuf::from)
}

pub(crate) fn cache() -> Result<PathBuf> {
    if let Some(folder) = variable("LEASELINT_ASSETS") {
        return Ok(folder);
    }
    variable("XDG_CACHE_HOME")
        .or_else(|| variable("HOME").map(|home| home.join(".cache")))
        .map(|folder| folder.join("leaselint/control-plane"))
        .ok_or_else(|| {
            Error::NoPrograms("neither LEASELINT_ASSETS nor HOME names a folder".to_owned())
        })
}

/// Whether all programs of some modules are in a folder.
pub(crate) fn is_complete(folder: &Path, modules: &[Module]) -> bool {
    let mut all = modules.iter().flat_map(|module| module.programs);
    all.all(|(name, _)| folder.join(name).is_file())
}

/// A number over all that is pinned, for the name of a folder.
pub(crate) fn pinned(modules: &[Module]) -> u64 {
    // FNV-1a, 64 bits: the name must be the same whatever Rust this is compiled with.
    let mut hash: u64 = 0xcbf2_9ce4_8422_2325;
    for module in modules {
        for byte in module.manifest.bytes().chain(module.sums.bytes()) {
            hash = (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3);
        }
    }
    hash
}

/// The version of Kubernetes that is built, such as `v1.36.3`.
#[must_use]
pub fn kubernetes_version() -> &'static str {
    MODULES
        .iter()
        .flat_map(|module| module.manifest.lines())
        .filter_map(|line| line.trim().strip_prefix("k8s.io/kubernetes "))
        .find_map(|rest| rest.split_whitespace().next())
        .unwrap_or_default()
}

/// Builds the programs that are not in `folder` yet. A lock makes others wait.
pub(crate) fn build(folder: &Path, modules: &[Module]) -> Result<()> {
    fs::create_dir_all(folder).map_err(Error::file("make", folder))?;
    let path = folder.join("lock");
    let lock = File::create(&path).map_err(Error::file("make", &path))?;
    lock.lock().map_err(Error::file("lock", &path))?;
    for module in modules {
        for (name, package) in module.programs {
            let program = folder.join(name);
            if !program.is_file() {
                compile(module, package, &program)?;
            }
        }
    }
    Ok(())
}

fn compile(module: &Module, package: &str, program: &Path) -> Result<()> {
    notice(&format!(
        "building {}; the first time this takes minutes",
        program.display()
    ));
    let unfinished = program.with_extension("unfinished");
    let output = Command::new("go")
        .arg("build")
        .arg("-C")
        .arg(
            Path::new(env!("CARGO_MANIFEST_DIR"))
                .join("go")
                .join(module.folder),
        )
        .args(["-trimpath", "-buildvcs=false", "-ldflags", &link_flags()])
        .arg("-o")
        .args([unfinished.as_path(), Path::new(package)])
        .env("CGO_ENABLED", "0")
        .env("GOFLAGS", "")
        .env("GOWORK", "off")
        // An older Go gets the one that the modules ask for through the module proxy.
        .env("GOTOOLCHAIN", "auto")
        .stdin(Stdio::null())
        .output()
        .map_err(|error| {
            Error::NoPrograms(format!(
                "{} is missing and go, which would build it, cannot be run: {error}",
                program.display()
            ))
        })?;
    if !output.status.success() {
        return Err(Error::failed(format!(
            "go build {package}: {}\n{}",
            output.status,
            String::from_utf8_lossy(&output.stderr)
        )));
    }
    fs::rename(&unfinished, program).map_err(Error::file("make", program))
}

/// Without a version, Kubernetes' programs call themselves v0.0.0, and kubectl complains.
fn link_flags() -> String {
    let version = kubernetes_version();
    let mut numbers = version.trim_start_matches('v').split('.');
    let (major, minor) = (numbers.next(), numbers.next());
    let set = "-X k8s.io/component-base/version";
    format!(
        "-s -w {set}.gitVersion={version} {set}.gitMajor={} {set}.gitMinor={}",
        major.unwrap_or_default(),
        minor.unwrap_or_default()
    )
}

/// A line for people. Written directly, as the test harness hides what `eprintln` writes in tests
/// that pass.
pub(crate) fn notice(line: &str) {
    // Nothing is lost when nobody listens.
    let _ = writeln!(std::io::stderr(), "{line}");
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_version_is_read_from_the_pinned_module() {
        assert_eq!(kubernetes_version(), "v1.36.3");
        assert!(link_flags().contains("gitMajor=1 ") && link_flags().ends_with("gitMinor=36"));
    }
}
