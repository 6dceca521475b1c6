//! The commands of README.md and their output, run.
//!
//! `LEASELINT_BLESS=1 cargo test readme` writes the output anew.

use std::fs;
use std::path::Path;

use super::workspace::{finish, program};

#[test]
fn transcripts_of_the_readme_are_real() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let path = root.join("README.md");
    let readme = fs::read_to_string(&path).expect("README.md");
    let mut rebuilt = String::new();
    let mut transcripts = 0;
    let mut lines = readme.lines();
    while let Some(line) = lines.next() {
        rebuilt.push_str(line);
        rebuilt.push('\n');
        if line != "```console" {
            continue;
        }
        transcripts += 1;
        let prompt = lines.next().expect("a command");
        let command = prompt
            .strip_prefix("$ leaselint ")
            .or_else(|| prompt.strip_prefix("$ cargo run --release --locked --quiet -- "))
            .expect("a command of this program");
        let mut run = program();
        run.current_dir(root).args(command.split(' '));
        rebuilt.push_str(prompt);
        rebuilt.push('\n');
        rebuilt.push_str(&finish(run).stdout);
        rebuilt.push_str("```\n");
        assert!(lines.any(|line| line == "```"), "the block ends");
    }
    assert!(transcripts > 0);
    if std::env::var_os("LEASELINT_BLESS").is_some() {
        fs::write(&path, &rebuilt).expect("README.md is written");
    } else {
        assert_eq!(readme, rebuilt, "LEASELINT_BLESS=1 writes it anew");
    }
}
