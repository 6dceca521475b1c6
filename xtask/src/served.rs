//! A release build of `leaselint serve` as a process of its own.

use std::net::TcpListener;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};
use std::{env, fs, io, thread};

/// The programs, and a certificate for the server.
pub struct Built {
    /// Where the programs are.
    pub folder: PathBuf,
    certificates: PathBuf,
}

impl Built {
    /// Builds the programs.
    pub fn release(root: &Path) -> Result<Self, String> {
        let cargo = env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
        let mut build = Command::new(cargo);
        build
            .args(["build", "--release", "--locked", "--bins"])
            .args(["-p", "leaselint", "-p", "leaselint-webhook-bench"])
            .current_dir(root);
        succeed(&mut build)?;
        let target =
            env::var_os("CARGO_TARGET_DIR").map_or_else(|| root.join("target"), PathBuf::from);
        let folder = target.join("release");
        let certificates = folder.join("bench-certificates");
        let mut issue = Command::new(folder.join("leaselint"));
        issue
            .args(["certs", "issue", "--quiet", "--force", "--dns", "localhost"])
            .arg("--dir")
            .arg(&certificates);
        succeed(&mut issue)?;
        Ok(Self {
            folder,
            certificates,
        })
    }

    /// The authority that clients trust.
    pub fn authority(&self) -> PathBuf {
        self.certificates.join("ca.crt")
    }

    /// Starts a server that looks at this cluster, or at none.
    pub fn serve(&self, kubeconfig: Option<&Path>) -> Result<Served, String> {
        let (port, operations) = (free_port()?, free_port()?);
        let mut command = Command::new(self.folder.join("leaselint"));
        command
            .args(["serve", "--quiet"])
            .args(["--listen", &format!("127.0.0.1:{port}")])
            .args(["--metrics-listen", &format!("127.0.0.1:{operations}")])
            .arg("--tls-cert")
            .arg(self.certificates.join("tls.crt"))
            .arg("--tls-key")
            .arg(self.certificates.join("tls.key"));
        match kubeconfig {
            Some(kubeconfig) => command.arg("--kubeconfig").arg(kubeconfig),
            None => command.arg("--no-cluster"),
        };
        let child = command
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .map_err(|error| error.to_string())?;
        Ok(Served {
            child,
            port,
            operations,
        })
    }
}

/// A server, ended when dropped.
pub struct Served {
    child: Child,
    /// Where reviews are answered.
    pub port: u16,
    /// Where health and metrics are.
    pub operations: u16,
}

impl Drop for Served {
    fn drop(&mut self) {
        drop(self.child.kill());
        drop(self.child.wait());
    }
}

impl Served {
    /// Asks `/readyz` again and again until it is `ok`.
    pub fn until_ready(&self, most: Duration) -> Result<(), String> {
        let begin = Instant::now();
        while begin.elapsed() < most {
            if get(self.operations, "/readyz")
                .is_ok_and(|answer| answer.starts_with("HTTP/1.1 200"))
            {
                return Ok(());
            }
            thread::sleep(Duration::from_millis(20));
        }
        Err("the server does not become ready".to_owned())
    }

    /// MiB of a line of `/proc/PID/status`: `VmRSS:` now, `VmHWM:` the most ever.
    pub fn memory(&self, line: &str) -> Result<f64, String> {
        let path = format!("/proc/{}/status", self.child.id());
        let status = fs::read_to_string(&path).map_err(|error| format!("{path}: {error}"))?;
        let text = status.lines().find_map(|text| text.strip_prefix(line));
        let kib = text.and_then(|text| text.trim().strip_suffix(" kB")?.trim().parse::<f64>().ok());
        Ok(kib.ok_or("no memory in /proc")? / 1024.0)
    }
}

/// The answer to a GET without TLS, head and all.
pub fn get(port: u16, path: &str) -> io::Result<String> {
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
