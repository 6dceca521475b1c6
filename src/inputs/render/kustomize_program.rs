//! Kustomize, and the copies of files that it builds.

use std::path::{Component, Path, PathBuf};

use super::RenderSettings;
use super::found_build::FoundBuild;
use super::helm;
use super::job::{JobRunner, RenderJob};
use super::layer_walk::join;
use super::process::{ProcessFailure, find_program};

/// Kustomize itself, or kubectl, which has it inside.
pub struct KustomizeProgram {
    program: PathBuf,
    command: &'static str,
}

impl KustomizeProgram {
    /// The one of the settings, or kubectl's.
    pub fn find(settings: &RenderSettings) -> Option<Self> {
        let one = |name: &Path, command| {
            let program = find_program(name, &settings.root)?;
            Some(Self { program, command })
        };
        one(&settings.kustomize, "build").or_else(|| one(Path::new("kubectl"), "kustomize"))
    }

    /// Builds a copy of the files in a private folder.
    ///
    /// # Errors
    /// Why nothing is built, in words.
    pub fn run(&self, build: &FoundBuild, runner: &JobRunner) -> Result<String, String> {
        let place = CopyPlace::of(build.files.keys());
        let mut job = RenderJob::new(&self.program, &[self.command, &place.path(&build.folder)]);
        if build.reaches_out {
            job.arguments
                .push("--load-restrictor=LoadRestrictionsNone".to_owned());
        }
        for (name, bytes) in &build.files {
            job.add(place.path(name), bytes);
        }
        runner.run(&job).map_err(|failure| match failure {
            ProcessFailure::Failed(errors) => {
                let errors = errors.replace(&place.above, "");
                let lines: Vec<String> = errors.lines().map(without_log_head).collect();
                format!("kustomize fails: {}", helm::message(&lines.join("\n")))
            }
            other => other.words("kustomize"),
        })
    }
}

/// A line of kubectl's errors without the time and the process number with which klog begins it, so that the same files
/// give the same report, and without the quotes around the error (k8s.io/component-base, `cli/run.go`).
fn without_log_head(line: &str) -> String {
    let stamp = line.strip_prefix(['I', 'W', 'E', 'F']);
    let stamp = stamp.and_then(|rest| rest.split_once(' '));
    let is_logged = stamp
        .is_some_and(|(date, _)| date.len() == 4 && date.bytes().all(|byte| byte.is_ascii_digit()));
    let Some((_, logged)) = line.split_once("] ").filter(|_| is_logged) else {
        return line.to_owned();
    };
    let error = logged.strip_prefix("\"command failed\" err=\"");
    let error = error.and_then(|error| error.strip_suffix('"'));
    error.unwrap_or(logged).replace("\\\"", "\"")
}

/// Where the copies of files lie: so deep that those above the current folder have a place, too.
struct CopyPlace {
    /// The copy of the current folder, with a slash at its end.
    above: String,
}

impl CopyPlace {
    fn of<'n>(names: impl Iterator<Item = &'n String>) -> Self {
        let ups = |name: &String| {
            let parts = Path::new(name).components();
            parts
                .take_while(|part| *part == Component::ParentDir)
                .count()
        };
        let depth = names.map(ups).max().unwrap_or(0);
        Self {
            above: ".kustomization/".repeat(depth + 1),
        }
    }

    /// The place of a file or folder by its name, as [`join`] gives it.
    fn path(&self, name: &str) -> String {
        let name = name.trim_start_matches('/');
        join(&self.above, name)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn neither_time_nor_process_of_a_log_is_kept() {
        for (line, kept) in [
            (
                "E1231 23:59:59.000001    4711 run.go:72] \"command failed\" err=\"no file \\\"a\\\" in [b] c\"",
                "no file \"a\" in [b] c",
            ),
            ("W0101 00:00:00.0 1 a.go:1] deprecated", "deprecated"),
            ("Error: a] b", "Error: a] b"),
            ("E12 a] b", "E12 a] b"),
            ("", ""),
        ] {
            assert_eq!(without_log_head(line), kept, "{line}");
        }
    }

    #[test]
    fn copies_lie_below_one_folder() {
        let names = ["a/b.yaml", "../../c.yaml", "/d/e.yaml"].map(str::to_owned);
        let place = CopyPlace::of(names.iter());
        let above = ".kustomization/";
        assert_eq!(
            names.each_ref().map(|name| place.path(name)),
            [
                format!("{}a/b.yaml", above.repeat(3)),
                format!("{above}c.yaml"),
                format!("{}d/e.yaml", above.repeat(3)),
            ]
        );
    }
}
