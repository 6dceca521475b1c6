//! `cargo xtask tree`: a tree of manifests on disk.

use std::path::Path;

use leaselint_benches::{tree, write_tree};

/// Makes the tree that the arguments describe.
pub fn run(arguments: &[&str]) -> Result<(), String> {
    let (mut files, mut seed, mut out) = (400, 1, None);
    let mut rest = arguments.iter();
    while let Some(argument) = rest.next() {
        match *argument {
            "--files" => files = number(rest.next())?,
            "--seed" => seed = number(rest.next())?,
            path if out.is_none() && !path.starts_with('-') => out = Some(path),
            other => return Err(format!("unknown argument {other:?}")),
        }
    }
    let out = Path::new(out.ok_or("name the folder to write to")?);
    let files = tree(
        seed,
        usize::try_from(files).map_err(|error| error.to_string())?,
    );
    write_tree(out, &files).map_err(|error| format!("{}: {error}", out.display()))?;
    let bytes: usize = files.iter().map(|file| file.text.len()).sum();
    println!("{} files, {bytes} bytes", files.len());
    Ok(())
}

fn number(text: Option<&&str>) -> Result<u64, String> {
    let text = text.ok_or("a number is missing")?;
    text.parse().map_err(|error| format!("{text}: {error}"))
}
