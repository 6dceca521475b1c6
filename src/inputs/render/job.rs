//! One run of a program that renders: its arguments, and the files that it sees, which are all that its output depends on.

use std::ffi::OsString;
use std::fs;
use std::io;
use std::path::{Component, Path};

use ring::digest::{Context, SHA256};

use super::super::read::reason;
use super::cache::{RenderCache, hex};
use super::process::{PrivateFolder, ProcessFailure, ProcessLimits};

/// A run of a program that renders.
pub struct RenderJob<'f> {
    pub program: &'f Path,
    /// Paths among them are those of the files.
    pub arguments: Vec<String>,
    /// Paths below the folder in which the program runs, with slashes, and what is in them.
    files: Vec<(String, &'f [u8])>,
}

/// Runs jobs within limits, or knows from an earlier run what they give.
#[derive(Clone, Debug)]
pub struct JobRunner {
    pub limits: ProcessLimits,
    pub cache: Option<RenderCache>,
}

impl<'f> RenderJob<'f> {
    /// A job that has no files yet.
    pub fn new(program: &'f Path, arguments: &[&str]) -> Self {
        Self {
            program,
            arguments: arguments.iter().map(|text| (*text).to_owned()).collect(),
            files: Vec::new(),
        }
    }

    /// Adds a file.
    pub fn add(&mut self, path: impl Into<String>, bytes: &'f [u8]) {
        self.files.push((path.into(), bytes));
    }

    /// A digest of the program as it is now, the arguments and all files; `None` where the program cannot be looked at.
    fn key(&self) -> Option<String> {
        let mut digest = Context::new(&SHA256);
        // With its length before it, no part runs into the next.
        let mut add = |bytes: &[u8]| {
            digest.update(&u64::try_from(bytes.len()).unwrap_or(u64::MAX).to_le_bytes());
            digest.update(bytes);
        };
        let program = fs::canonicalize(self.program).ok()?;
        let found = fs::metadata(&program).ok()?;
        let changed = found.modified().ok()?;
        let changed = changed.duration_since(std::time::UNIX_EPOCH).ok()?;
        add(program.as_os_str().as_encoded_bytes());
        add(&found.len().to_le_bytes());
        add(&changed.as_nanos().to_le_bytes());
        for argument in &self.arguments {
            add(argument.as_bytes());
        }
        for (path, bytes) in &self.files {
            add(path.as_bytes());
            add(bytes);
        }
        Some(hex(digest.finish()))
    }

    /// Writes the files into a folder.
    fn write(&self, folder: &Path) -> io::Result<()> {
        for (path, bytes) in &self.files {
            let inside = Path::new(path);
            // Git's objects may hold any name.
            let is_inside = |part| matches!(part, Component::Normal(_));
            if !inside.components().all(is_inside) {
                let why = format!("{} is no path in a folder", path.escape_debug());
                return Err(io::Error::other(why));
            }
            let path = folder.join(inside);
            if let Some(above) = path.parent() {
                fs::create_dir_all(above)?;
            }
            fs::write(path, bytes)?;
        }
        Ok(())
    }
}

impl JobRunner {
    /// What a job gives.
    ///
    /// # Errors
    /// Why it gives nothing.
    pub fn run(&self, job: &RenderJob<'_>) -> Result<String, ProcessFailure> {
        let key = self
            .cache
            .as_ref()
            .and_then(|cache| Some((cache, job.key()?)));
        if let Some(known) = key.as_ref().and_then(|(cache, key)| cache.get(key)) {
            return match known {
                Ok(text) if !self.limits.allow_output(text.len()) => {
                    Err(ProcessFailure::TooLarge(self.limits.output))
                }
                known => known.map_err(ProcessFailure::Failed),
            };
        }
        let result = self.run_anew(job);
        if let Some((cache, key)) = key {
            match &result {
                Ok(text) => cache.put(&key, Ok(text)),
                // Its own refusal, and not the end of memory.
                Err(ProcessFailure::Failed(errors)) if errors.contains("Error: ") => {
                    cache.put(&key, Err(errors));
                }
                Err(_) => {}
            }
        }
        result
    }

    fn run_anew(&self, job: &RenderJob<'_>) -> Result<String, ProcessFailure> {
        let broken = |error: io::Error| ProcessFailure::Broken(reason(&error));
        let folder = PrivateFolder::new().map_err(broken)?;
        let input = fs::canonicalize(folder.input()).map_err(broken)?;
        job.write(&input).map_err(broken)?;
        let arguments: Vec<OsString> = job.arguments.iter().map(OsString::from).collect();
        let result = folder.run(job.program, &arguments, self.limits);
        result.map_err(|failure| match failure {
            ProcessFailure::Failed(errors) => {
                let own = format!("{}/", input.display());
                ProcessFailure::Failed(errors.replace(&own, ""))
            }
            failure => failure,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_is_written_outside_of_the_folder() {
        let folder = tempfile::tempdir().unwrap();
        let inside = folder.path().join("a/input");
        for path in ["chart/templates/../../../b.yaml", "/b.yaml", ".."] {
            let mut job = RenderJob::new(Path::new("helm"), &[]);
            job.add(path, b"");
            job.write(&inside).unwrap_err();
        }
        assert!(!inside.exists() && !folder.path().join("b.yaml").exists());
    }

    #[test]
    fn whatever_a_job_depends_on_is_in_its_key() {
        let folder = tempfile::tempdir().unwrap();
        let program = folder.path().join("helm");
        fs::write(&program, "1").unwrap();
        let key = |arguments: &[&str], files: &[(&str, &str)]| {
            let mut job = RenderJob::new(&program, arguments);
            for (path, text) in files {
                job.add(*path, text.as_bytes());
            }
            job.key().unwrap()
        };
        let mut keys = vec![
            key(&["a"], &[("b", "c")]),
            key(&["a", "b"], &[("c", "")]),
            key(&["ab"], &[("c", "")]),
            key(&["a"], &[("b", "d")]),
            key(&["a"], &[("bc", "")]),
            key(&["a"], &[]),
        ];
        assert_eq!(keys[0], key(&["a"], &[("b", "c")]));
        fs::write(&program, "12").unwrap();
        keys.push(key(&["a"], &[("b", "c")]));
        let all = keys.len();
        keys.sort();
        keys.dedup();
        assert_eq!(keys.len(), all);
    }
}
