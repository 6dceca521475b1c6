//! Runs the documents `rules/<id>/tests.md`: one test for each section, and one for each folder.
//!
//! A section is a `##` title, prose, fenced blocks of input (`yaml`, with `file=name` where there are
//! several; `text file=name` for what is not YAML; `yaml before` for a file of the old side, where a change
//! is judged) and what is expected of them:
//! - marks at the end of a line of input: `# error: [rule-id] "part of the message" "part of help or remedy"`, of which
//!   either may be left out,
//! - a block `findings`: `[file:]line:column severity rule-id "part of the message"`,
//! - a block `suppressed`, in the same shape, for findings that an ignore silences,
//! - a block `not-judged`: `[file:]line:column rule-id code`,
//! - a block `fixed`: `line safe text` or `line unsafe text`, a line of the first file as the first fix
//!   of the rule's own finding leaves it, or `line none`: there is no fix,
//! - a block `diff safe` or `diff unsafe`: the lines, with `-` and `+` before them, that the first fix of the rule's own findings
//!   takes away and adds,
//! - blocks `go file=cmd/x/main.go`, `mod file=go.mod` and `dockerfile file=Dockerfile` for the source beside the
//!   manifests, with marks as `// # warning: [rule-id]`,
//! - blocks `chart file=Chart.yaml` for the files of a chart. Such a section is ignored here and judged with the program, which
//!   renders it (`cargo test -p leaselint --test program rule_charts`),
//! - a block `config`: `profile: strict`, `limits.apiOutageTarget: 30s`, `rules.<id>: off`,
//!   `today: 2027-01-31`.
//!
//! Of the folder's own rule, and of every rule that an expectation names, all findings must be
//! expected and all expected ones found. A section without expectations must be silent.
#![allow(
    clippy::as_conversions,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::string_slice
)]

mod document;
mod expectations;
mod fixes;
mod folder;
mod judging;

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::{fs, process};

use libtest_mimic::{Arguments, Failed, Trial};

use document::{Section, sections_of};
use expectations::check_section;
use folder::check_folder;

fn main() -> process::ExitCode {
    let arguments = Arguments::from_args();
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("rules");
    let mut folders: Vec<PathBuf> = fs::read_dir(&root)
        .expect("the folder of rules is there")
        .filter_map(|entry| Some(entry.ok()?.path()))
        .filter(|path| path.is_dir())
        .collect();
    folders.sort();
    let mut trials = Vec::new();
    for folder in folders {
        let id = folder
            .file_name()
            .and_then(|name| name.to_str())
            .unwrap_or_default()
            .to_owned();
        let text = fs::read_to_string(folder.join("tests.md")).unwrap_or_default();
        let sections = match sections_of(&text) {
            Ok(sections) => sections,
            Err(problem) => {
                trials.push(Trial::test(format!("{id}::tests.md"), move || {
                    Err(problem.into())
                }));
                continue;
            }
        };
        let sections: Vec<Arc<Section>> = sections.into_iter().map(Arc::new).collect();
        let (charts, sections): (Vec<_>, Vec<_>) = sections
            .into_iter()
            .partition(|section| !section.charts.is_empty());
        for section in charts {
            let trial = Trial::test(format!("{id}::{}", section.title), || Ok(()));
            trials.push(trial.with_kind("needs helm").with_ignored_flag(true));
        }
        for section in &sections {
            let (id, section) = (id.clone(), Arc::clone(section));
            trials.push(Trial::test(format!("{id}::{}", section.title), move || {
                check_section(&id, &section).map_err(Failed::from)
            }));
        }
        let name = format!("{id}::folder");
        trials.push(Trial::test(name, move || {
            check_folder(&id, &folder, &sections).map_err(Failed::from)
        }));
    }
    libtest_mimic::run(&arguments, trials).exit_code()
}
