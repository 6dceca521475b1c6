//! Another program, run where it can do no harm: in a private folder, with nothing of the user's environment, no network
//! to ask, a limit of time, of memory and of what it may print.

use std::env::consts::EXE_SUFFIX;
use std::ffi::OsString;
use std::io::{self, Read};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::mpsc;
use std::thread;
use std::time::{Duration, Instant};

/// A program prints no more errors than these bytes; more are dropped.
const MAX_ERROR_BYTES: u64 = 64 << 10;

/// GiB of address space of a program. Helm needs 1.5 of them, most of which it never touches.
const MAX_ADDRESS_GIB: u64 = 6;

/// How long a program may take from closing its output to its end.
const LEAVING: Duration = Duration::from_secs(2);

/// What a program may use.
#[derive(Clone, Copy, Debug)]
pub struct ProcessLimits {
    /// Wall-clock time.
    pub time: Duration,
    /// Bytes of its standard output.
    pub output: u64,
}

impl ProcessLimits {
    /// Whether an output of so many bytes is small enough.
    pub fn allow_output(self, bytes: usize) -> bool {
        u64::try_from(bytes).is_ok_and(|bytes| bytes <= self.output)
    }
}

/// Why a program gave nothing.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ProcessFailure {
    /// It could not be started, or its output not be read.
    Broken(String),
    /// It took too long.
    Late(Duration),
    /// It printed more than these bytes.
    TooLarge(u64),
    /// It wanted more memory than it may have.
    OutOfMemory,
    /// It failed; what it wrote to standard error.
    Failed(String),
}

impl ProcessFailure {
    /// What happened to a program of this name, in words; what it wrote itself as it is.
    pub fn words(self, program: &str) -> String {
        match self {
            Self::Broken(why) => format!("{program} cannot be run: {why}"),
            Self::Late(time) => format!("{program} took longer than {} s", time.as_secs_f64()),
            Self::TooLarge(bytes) => format!("{program} prints more than {bytes} bytes"),
            Self::OutOfMemory => {
                format!("{program} needs more than {MAX_ADDRESS_GIB} GiB of memory")
            }
            Self::Failed(errors) => errors,
        }
    }
}

/// The private folder of a run of a program. It is removed when this is dropped.
#[derive(Debug)]
pub struct PrivateFolder {
    folder: tempfile::TempDir,
}

impl PrivateFolder {
    /// A new one, which nobody else may read.
    ///
    /// # Errors
    /// A folder for temporary files that cannot be written.
    pub fn new() -> io::Result<Self> {
        let folder = tempfile::Builder::new().prefix("leaselint-").tempdir()?;
        for name in ["home", "path", "tmp", "input"] {
            std::fs::create_dir(folder.path().join(name))?;
        }
        Ok(Self { folder })
    }

    /// Where what is rendered is put.
    pub fn input(&self) -> PathBuf {
        self.folder.path().join("input")
    }

    fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    /// Runs a program in the folder and returns what it prints.
    ///
    /// # Errors
    /// It cannot be started, fails, or goes beyond a limit.
    pub fn run(
        &self,
        program: &Path,
        arguments: &[OsString],
        limits: ProcessLimits,
    ) -> Result<String, ProcessFailure> {
        let mut command = limited(program, limits);
        command.args(arguments);
        self.shield(&mut command);
        let child = command
            .current_dir(self.input())
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn();
        let child =
            child.map_err(|error| ProcessFailure::Broken(super::super::read::reason(&error)))?;
        finish(child, limits)
    }

    /// Leaves nothing of the environment but what the system itself needs.
    fn shield(&self, command: &mut Command) {
        let home = self.path("home");
        command.env_clear();
        #[cfg(windows)]
        for name in ["SystemRoot", "SystemDrive"] {
            command.envs(std::env::var_os(name).map(|value| (name, value)));
        }
        for name in ["TMPDIR", "TMP", "TEMP"] {
            command.env(name, self.path("tmp"));
        }
        command.env("PATH", self.path("path"));
        for name in [
            "HOME",
            "USERPROFILE",
            "XDG_CACHE_HOME",
            "XDG_CONFIG_HOME",
            "XDG_DATA_HOME",
            "XDG_STATE_HOME",
            "XDG_RUNTIME_DIR",
            "KUSTOMIZE_PLUGIN_HOME",
            "HELM_CACHE_HOME",
            "HELM_CONFIG_HOME",
            "HELM_DATA_HOME",
            "HELM_PLUGINS",
            "HELM_REPOSITORY_CACHE",
        ] {
            command.env(name, &home);
        }
        for name in [
            "HELM_REGISTRY_CONFIG",
            "HELM_REPOSITORY_CONFIG",
            "KUBECONFIG",
        ] {
            command.env(name, home.join("none"));
        }
        // Port 0 is none: whatever asks a proxy fails without a packet.
        for name in [
            "HTTP_PROXY",
            "HTTPS_PROXY",
            "http_proxy",
            "https_proxy",
            "ALL_PROXY",
        ] {
            command.env(name, "http://127.0.0.1:0");
        }
    }
}

/// The program, with limits of its memory and processor time where a shell can set them.
#[cfg(unix)]
fn limited(program: &Path, limits: ProcessLimits) -> Command {
    let shell = Path::new("/bin/sh");
    if !shell.exists() {
        return Command::new(program);
    }
    let seconds = limits.time.as_secs().saturating_mul(4).saturating_add(5);
    let script = format!(
        "ulimit -v {} 2>/dev/null; ulimit -t {seconds} 2>/dev/null; ulimit -c 0; exec \"$0\" \"$@\"",
        MAX_ADDRESS_GIB << 20
    );
    let mut command = Command::new(shell);
    command.arg("-c").arg(script).arg(program);
    command
}

/// The program as it is.
#[cfg(not(unix))]
fn limited(program: &Path, _limits: ProcessLimits) -> Command {
    Command::new(program)
}

/// Waits for the output and the end of a program. Whatever happens, it does not run on.
fn finish(mut child: Child, limits: ProcessLimits) -> Result<String, ProcessFailure> {
    let deadline = Instant::now() + limits.time;
    let (sender, receiver) = mpsc::channel();
    if let Some(output) = child.stdout.take() {
        thread::spawn(move || {
            let mut bytes = Vec::new();
            let read = output
                .take(limits.output.saturating_add(1))
                .read_to_end(&mut bytes);
            // The other side may have given up.
            drop(sender.send(read.map(|_| bytes)));
        });
    }
    let errors = child.stderr.take().map(|mut errors| {
        thread::spawn(move || {
            let mut bytes = Vec::new();
            let mut first = (&mut errors).take(MAX_ERROR_BYTES);
            // What could be read is shown.
            drop(first.read_to_end(&mut bytes));
            drop(io::copy(&mut errors, &mut io::sink()));
            String::from_utf8_lossy(&bytes).into_owned()
        })
    });
    let read = receiver.recv_timeout(limits.time);
    let failure = match &read {
        Ok(Ok(bytes)) if limits.allow_output(bytes.len()) => None,
        Ok(Ok(_)) => Some(ProcessFailure::TooLarge(limits.output)),
        Ok(Err(error)) => Some(ProcessFailure::Broken(super::super::read::reason(error))),
        Err(_) => Some(ProcessFailure::Late(limits.time)),
    };
    let status = match failure {
        None => ended(&mut child, deadline.max(Instant::now() + LEAVING)),
        Some(failure) => {
            stop(&mut child);
            return Err(failure);
        }
    };
    let Some(is_success) = status else {
        stop(&mut child);
        return Err(ProcessFailure::Late(limits.time));
    };
    if !is_success {
        let errors = errors.and_then(|errors| errors.join().ok());
        let errors = errors.unwrap_or_default();
        // As the runtime of Go ends a program.
        let is_out_of_memory = errors.starts_with("runtime: out of memory")
            || errors.starts_with("fatal error: runtime: out of memory")
            || errors.starts_with("fatal error: runtime: cannot allocate memory");
        return Err(match is_out_of_memory {
            true => ProcessFailure::OutOfMemory,
            false => ProcessFailure::Failed(errors),
        });
    }
    let bytes = read.ok().and_then(Result::ok).unwrap_or_default();
    Ok(String::from_utf8_lossy(&bytes).into_owned())
}

/// Whether a program succeeded; `None` if it does not end in time.
fn ended(child: &mut Child, deadline: Instant) -> Option<bool> {
    let mut pause = Duration::from_micros(200);
    loop {
        match child.try_wait() {
            Ok(Some(status)) => return Some(status.success()),
            Ok(None) if Instant::now() < deadline => thread::sleep(pause),
            Ok(None) | Err(_) => return None,
        }
        pause = (pause * 2).min(Duration::from_millis(10));
    }
}

fn stop(child: &mut Child) {
    // It may have ended by itself.
    drop(child.kill());
    drop(child.wait());
}

/// The program of a name on PATH, or at an absolute path; never one of the repository that is judged.
pub fn find_program(name: &Path, repository: &Path) -> Option<PathBuf> {
    let is_own =
        |path: &Path| std::fs::canonicalize(path).is_ok_and(|path| path.starts_with(repository));
    if name.components().count() > 1 {
        let is_fit = name.is_absolute() && is_program(name) && !is_own(name);
        return is_fit.then(|| name.to_path_buf());
    }
    let path = std::env::var_os("PATH")?;
    std::env::split_paths(&path)
        .filter(|folder| folder.is_absolute())
        .map(|folder| {
            // A name may hold a dot, which begins no extension: `helm-3.19`.
            let mut path = folder.join(name).into_os_string();
            if !name.to_string_lossy().ends_with(EXE_SUFFIX) {
                path.push(EXE_SUFFIX);
            }
            PathBuf::from(path)
        })
        .find(|path| is_program(path) && !is_own(path))
}

#[cfg(unix)]
fn is_program(path: &Path) -> bool {
    use std::os::unix::fs::PermissionsExt;
    let found = std::fs::metadata(path);
    found.is_ok_and(|found| found.is_file() && found.permissions().mode() & 0o111 != 0)
}

#[cfg(not(unix))]
fn is_program(path: &Path) -> bool {
    path.is_file()
}
