//! The servers that are measured: as they are shipped, each as a process of its own.

use std::collections::HashMap;
use std::net::TcpListener;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};
use std::{env, fs, io, thread};

use crate::process_cost;

/// The programs, and a certificate for the servers.
pub struct ServerPrograms {
    /// Where the programs are.
    pub folder: PathBuf,
    /// The recorded reviews.
    pub reviews: PathBuf,
    certificates: PathBuf,
}

impl ServerPrograms {
    /// Builds the programs.
    pub fn build(root: &Path) -> Result<Self, String> {
        let cargo = env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
        let mut build = Command::new(cargo);
        build
            .args(["build", "--profile", "dist", "--locked", "--bins"])
            .args(["-p", "leaselint", "-p", "leaselint-webhook-bench"])
            .current_dir(root);
        succeed(&mut build)?;
        let target =
            env::var_os("CARGO_TARGET_DIR").map_or_else(|| root.join("target"), PathBuf::from);
        let folder = target.join("dist");
        let certificates = folder.join("bench-certificates");
        let mut issue = Command::new(folder.join("leaselint"));
        issue
            .args(["certs", "issue", "--quiet", "--force", "--dns", "localhost"])
            .arg("--dir")
            .arg(&certificates);
        succeed(&mut issue)?;
        Ok(Self {
            folder,
            reviews: root.join("benches/webhook/reviews"),
            certificates,
        })
    }

    /// The authority that clients trust.
    pub fn authority(&self) -> PathBuf {
        self.certificates.join("ca.crt")
    }

    /// Starts leaselint; it watches this cluster, or none.
    pub fn webhook(&self, kubeconfig: Option<&Path>) -> Result<MeasuredServer, String> {
        let (port, operations) = (free_port()?, free_port()?);
        let command = self.webhook_command(port, operations, kubeconfig);
        MeasuredServer::start(command, port, Some(operations))
    }

    /// Starts leaselint, without a cluster, under callgrind.
    pub fn counted_webhook(&self) -> Result<CountedServer, String> {
        let (port, operations) = (free_port()?, free_port()?);
        let command = self.webhook_command(port, operations, None);
        self.counted(&command, port, Some(operations))
    }

    fn webhook_command(&self, port: u16, operations: u16, kubeconfig: Option<&Path>) -> Command {
        let mut command = Command::new(self.folder.join("leaselint"));
        command
            .args(["serve", "--quiet"])
            .arg(format!("--listen=127.0.0.1:{port}"))
            .arg(format!("--metrics-listen=127.0.0.1:{operations}"))
            .arg("--tls-cert")
            .arg(self.certificates.join("tls.crt"))
            .arg("--tls-key")
            .arg(self.certificates.join("tls.key"));
        match kubeconfig {
            Some(kubeconfig) => command.arg("--kubeconfig").arg(kubeconfig),
            None => command.arg("--no-cluster"),
        };
        command
    }

    /// Starts the floor, which allows everything.
    pub fn floor(&self) -> Result<MeasuredServer, String> {
        let port = free_port()?;
        MeasuredServer::start(self.floor_command(port), port, None)
    }

    /// Starts the floor under callgrind.
    pub fn counted_floor(&self) -> Result<CountedServer, String> {
        let port = free_port()?;
        self.counted(&self.floor_command(port), port, None)
    }

    fn floor_command(&self, port: u16) -> Command {
        let mut command = Command::new(self.folder.join("leaselint-webhook-floor"));
        command
            .arg(format!("127.0.0.1:{port}"))
            .arg(self.certificates.join("tls.crt"))
            .arg(self.certificates.join("tls.key"));
        command
    }

    fn counted(
        &self,
        command: &Command,
        port: u16,
        operations: Option<u16>,
    ) -> Result<CountedServer, String> {
        let log = self.folder.join(format!("callgrind-{port}.log"));
        let mut counting = Command::new("valgrind");
        counting
            .args(["--tool=callgrind", "--instr-atstart=no"])
            .arg("--callgrind-out-file=/dev/null")
            .arg(format!("--log-file={}", log.display()))
            .arg(command.get_program())
            .args(command.get_args())
            // As the image has it: without it leaselint starts itself anew, and callgrind is gone.
            .env("MIMALLOC_PURGE_DELAY", "0");
        let server = MeasuredServer::start(counting, port, operations)
            .map_err(|error| format!("valgrind cannot be run: {error}"))?;
        Ok(CountedServer { server, log })
    }

    /// The load generator with the arguments for a server.
    pub fn load(&self, server: &MeasuredServer) -> Command {
        let mut command = Command::new(self.folder.join("leaselint-webhook-load"));
        command
            .args(["--port", &server.port.to_string(), "--ca"])
            .arg(self.authority())
            .arg("--reviews")
            .arg(&self.reviews);
        if server.operations.is_none() {
            command.arg("--allows-all");
        }
        command
    }

    /// Milliseconds from a server's start to its first right answer.
    pub fn first_answer(&self, server: &MeasuredServer) -> Result<f64, String> {
        succeed(self.load(server).arg("--first"))?;
        Ok(server.begin.elapsed().as_secs_f64() * 1000.0)
    }
}

/// A server, ended when dropped.
pub struct MeasuredServer {
    child: Child,
    begin: Instant,
    /// Where reviews are answered.
    pub port: u16,
    /// Where health and metrics are; the floor has neither.
    pub operations: Option<u16>,
}

impl Drop for MeasuredServer {
    fn drop(&mut self) {
        drop(self.child.kill());
        drop(self.child.wait());
    }
}

impl MeasuredServer {
    fn start(mut command: Command, port: u16, operations: Option<u16>) -> Result<Self, String> {
        let begin = Instant::now();
        let child = command
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .map_err(|error| error.to_string())?;
        Ok(Self {
            child,
            begin,
            port,
            operations,
        })
    }

    /// Starts a monitor of this cluster.
    pub fn monitor(program: &Path, kubeconfig: &Path) -> Result<Self, String> {
        let port = free_port()?;
        let mut command = Command::new(program);
        command
            .arg("monitor")
            .arg(format!("--listen=127.0.0.1:{port}"))
            .arg("--kubeconfig")
            .arg(kubeconfig);
        Self::start(command, port, Some(port))
    }

    /// What it shows at `/metrics`.
    pub fn metrics(&self) -> Result<String, String> {
        let port = self.operations.ok_or("the floor has no metrics")?;
        get(port, "/metrics").map_err(|error| error.to_string())
    }

    /// Asks `/readyz` again and again until it is `ok`.
    pub fn until_ready(&self, most: Duration) -> Result<(), String> {
        let port = self.operations.ok_or("the floor is never ready")?;
        let begin = Instant::now();
        while begin.elapsed() < most {
            if get(port, "/readyz").is_ok_and(|answer| answer.starts_with("HTTP/1.1 200")) {
                return Ok(());
            }
            thread::sleep(Duration::from_millis(20));
        }
        Err("the server does not become ready".to_owned())
    }

    /// MiB of a line of `/proc/PID/status`: `VmRSS:` now, `VmHWM:` the peak.
    pub fn memory(&self, line: &str) -> Result<f64, String> {
        let status = self.proc("status")?;
        let text = status.lines().find_map(|text| text.strip_prefix(line));
        let kib = text.and_then(|text| text.trim().strip_suffix(" kB")?.trim().parse::<f64>().ok());
        Ok(kib.ok_or("no memory in /proc")? / 1024.0)
    }

    /// Seconds of user and system time.
    pub fn cpu(&self) -> Result<f64, String> {
        let stat = self.proc("stat")?;
        let (_, fields) = stat.rsplit_once(')').ok_or("no name in /proc/PID/stat")?;
        let ticks: f64 = fields
            .split_whitespace()
            .skip(11)
            .take(2)
            .filter_map(|field| field.parse::<f64>().ok())
            .sum();
        // The kernel counts in hundredths for programs, whatever its own clock (proc(5)).
        Ok(ticks / 100.0)
    }

    fn proc(&self, file: &str) -> Result<String, String> {
        let path = format!("/proc/{}/{file}", self.child.id());
        fs::read_to_string(&path).map_err(|error| format!("{path}: {error}"))
    }
}

/// A server under callgrind.
pub struct CountedServer {
    server: MeasuredServer,
    log: PathBuf,
}

impl CountedServer {
    /// Instructions per review over one connection, no object twice. Ends the server.
    pub fn instructions_per_review(
        mut self,
        programs: &ServerPrograms,
        seconds: u32,
    ) -> Result<f64, String> {
        let load = |seconds: u32| {
            let mut load = programs.load(&self.server);
            load.args(["--connections", "1", "--anew", "--seconds"])
                .arg(seconds.to_string());
            output(&mut load)
        };
        let id = self.server.child.id().to_string();
        let count = |word: &str| {
            output(Command::new("callgrind_control").args(["-i", word, &id])).map(drop)
        };
        programs.first_answer(&self.server)?;
        load(2)?;
        count("on")?;
        let text = load(seconds)?;
        count("off")?;
        succeed(Command::new("kill").arg(&id))?;
        self.server
            .child
            .wait()
            .map_err(|error| error.to_string())?;
        let log = fs::read_to_string(&self.log).map_err(|error| error.to_string())?;
        drop(fs::remove_file(&self.log));
        let instructions = process_cost::collected(&log)?;
        let requests = figures(&text)
            .get("requests")
            .and_then(|word| word.parse::<f64>().ok())
            .ok_or_else(|| format!("no requests in {text:?}"))?;
        #[expect(clippy::as_conversions, reason = "far below 2^53")]
        let instructions = instructions as f64;
        Ok(instructions / requests)
    }
}

/// Runs a program that must succeed, and gives what it printed.
pub fn output(command: &mut Command) -> Result<String, String> {
    let output = command.output().map_err(|error| error.to_string())?;
    if !output.status.success() {
        let error = String::from_utf8_lossy(&output.stderr).into_owned();
        return Err(format!("{}: {error}", command.get_program().display()));
    }
    Ok(String::from_utf8_lossy(&output.stdout).into_owned())
}

/// The `name=value` words of what a program printed.
pub fn figures(text: &str) -> HashMap<&str, &str> {
    text.split_whitespace()
        .filter_map(|word| word.split_once('='))
        .collect()
}

/// The answer to a GET without TLS, head and all.
fn get(port: u16, path: &str) -> io::Result<String> {
    use std::io::{Read, Write};
    let mut stream = std::net::TcpStream::connect(("127.0.0.1", port))?;
    stream.set_read_timeout(Some(Duration::from_secs(5)))?;
    write!(
        stream,
        "GET {path} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n"
    )?;
    let mut answer = String::new();
    stream.read_to_string(&mut answer)?;
    Ok(answer)
}

fn succeed(command: &mut Command) -> Result<(), String> {
    let status = command.status().map_err(|error| error.to_string())?;
    if status.success() {
        return Ok(());
    }
    Err(format!("{} failed", command.get_program().display()))
}

fn free_port() -> Result<u16, String> {
    let listener = TcpListener::bind("127.0.0.1:0").map_err(|error| error.to_string())?;
    let address = listener.local_addr().map_err(|error| error.to_string())?;
    Ok(address.port())
}
