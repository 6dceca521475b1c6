//! Programs that end when we do, however we end.

use std::fs::{self, File};
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdin, Command, ExitStatus, Stdio};

use crate::error::{Error, Result};

/// A shell waits for the program; beside it, another reads signals from a pipe whose other end we
/// hold. At its end, also when we were killed ourselves, the program is killed. The folder in `$1`
/// is then removed, for where nobody is left to do it.
const GUARD: &str = r#"
folder=$1; shift
exec 3<&0 </dev/null
"$@" 3<&- & program=$!
{ while read -r signal; do kill -s "$signal" "$program"; done; kill -s KILL "$program"; } <&3 &
guard=$!
exec 3<&-
wait "$program"; status=$?
kill "$guard" 2>/dev/null
[ -z "$folder" ] || rm -rf "$folder"
exit "$status"
"#;

/// How much of a log is shown when something fails, in lines.
const SHOWN: usize = 40;

/// A running program. Dropping it kills it and waits for its end.
#[derive(Debug)]
pub struct Process {
    name: String,
    log: PathBuf,
    guard: Child,
    signals: Option<ChildStdin>,
}

impl Process {
    /// Starts `program`; what it writes goes to the file `log`; the folder `belongings` goes when
    /// it ends.
    pub(crate) fn start(
        program: &Path,
        arguments: &[String],
        log: &Path,
        belongings: Option<&Path>,
    ) -> Result<Self> {
        let output = File::create(log).map_err(Error::file("make", log))?;
        let errors = output.try_clone().map_err(Error::file("make", log))?;
        let mut command = Command::new("sh");
        command
            .args(["-c", GUARD, "guard"])
            .arg(belongings.unwrap_or(Path::new("")))
            .arg(program)
            .args(arguments)
            .stdin(Stdio::piped())
            .stdout(output)
            .stderr(errors);
        // In a group of its own, an interrupt from the keyboard does not reach the guard.
        #[cfg(unix)]
        std::os::unix::process::CommandExt::process_group(&mut command, 0);
        let mut guard = command.spawn().map_err(Error::file("run", program))?;
        let name = program.file_name().unwrap_or_default();
        Ok(Self {
            name: name.to_string_lossy().into_owned(),
            log: log.to_path_buf(),
            signals: guard.stdin.take(),
            guard,
        })
    }

    /// Sends a signal, by its name without `SIG`, such as `TERM` or `STOP`.
    ///
    /// # Errors
    /// When the program has ended.
    pub fn signal(&mut self, name: &str) -> Result<()> {
        let ended = || Error::failed(format!("{} has ended", self.name));
        let pipe = self.signals.as_mut().ok_or_else(ended)?;
        writeln!(pipe, "{name}").map_err(|error| {
            Error::failed(format!("{} cannot be sent to {}: {error}", name, self.name))
        })
    }

    /// Kills the program, as `kill -9` does, and waits for its end.
    pub fn kill(&mut self) {
        self.signals = None;
        // Its end is all that is wanted; there is nothing to do about a failure to wait.
        let _ = self.guard.wait();
    }

    /// How the program ended, if it has. Death by a signal is an exit status above 128.
    ///
    /// # Errors
    /// When the system does not say.
    pub fn ended(&mut self) -> Result<Option<ExitStatus>> {
        self.guard
            .try_wait()
            .map_err(|error| Error::failed(format!("{}: {error}", self.name)))
    }

    /// What the program has written until now.
    #[must_use]
    pub fn log(&self) -> String {
        let text = fs::read(&self.log).unwrap_or_default();
        String::from_utf8_lossy(&text).into_owned()
    }

    /// The last lines of the program's log.
    #[must_use]
    pub fn log_tail(&self) -> String {
        let text = self.log();
        let lines: Vec<&str> = text.lines().collect();
        let from = lines.len().saturating_sub(SHOWN);
        format!(
            "--- the end of {} ---\n{}\n",
            self.log.display(),
            lines.get(from..).unwrap_or_default().join("\n")
        )
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        self.kill();
    }
}

#[cfg(all(test, unix))]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;
    use std::time::{Duration, Instant};

    fn within_seconds(mut holds: impl FnMut() -> bool) -> bool {
        let deadline = Instant::now() + Duration::from_secs(30);
        while !holds() {
            if Instant::now() > deadline {
                return false;
            }
            std::thread::sleep(Duration::from_millis(10));
        }
        true
    }

    /// Starts a shell that writes its own number into the log, then runs the commands.
    fn shell(folder: &Path, then: &str, belongings: Option<&Path>) -> (Process, String) {
        let log = folder.join("log");
        let script = format!("echo $$; {then}");
        let arguments = ["-c".to_owned(), script];
        let process = Process::start(Path::new("/bin/sh"), &arguments, &log, belongings).unwrap();
        let mut number = String::new();
        assert!(within_seconds(|| {
            number = fs::read_to_string(&log).unwrap().trim().to_owned();
            !number.is_empty()
        }));
        (process, number)
    }

    fn runs(number: &str) -> bool {
        let script = format!("kill -0 {number} 2>/dev/null");
        let status = Command::new("sh").args(["-c", &script]).status();
        status.unwrap().success()
    }

    #[test]
    fn dropping_kills_the_program_and_removes_its_folder() {
        let folder = tempfile::tempdir().unwrap();
        let data = folder.path().join("data");
        fs::create_dir(&data).unwrap();
        let (process, number) = shell(folder.path(), "exec sleep 300", Some(&data));
        assert!(runs(&number));
        drop(process);
        assert!(!runs(&number));
        assert!(!data.exists());
    }

    #[test]
    fn signals_reach_the_program() {
        let folder = tempfile::tempdir().unwrap();
        let (mut process, _) = shell(
            folder.path(),
            "trap 'exit 7' TERM; while :; do sleep 0.05; done",
            None,
        );
        assert!(process.ended().unwrap().is_none());
        process.signal("TERM").unwrap();
        let mut status = None;
        assert!(within_seconds(|| {
            status = process.ended().unwrap();
            status.is_some()
        }));
        assert_eq!(status.and_then(|status| status.code()), Some(7));
    }
}
