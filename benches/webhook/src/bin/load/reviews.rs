//! The recorded reviews as whole requests, and what their answers must hold.

use std::fs;
use std::io::ErrorKind;
use std::path::{Path, PathBuf};

use serde_json::Value;

use super::Outcome;

/// What the name of the file beside the folder ends in that names the reviews, a line each, that are to be
/// denied. Without it either verdict is right.
const DENIED: &str = "denied";

/// A review that is sent again and again.
pub struct Review {
    /// Its file.
    pub name: String,
    /// The whole request.
    pub request: Vec<u8>,
    /// What stands in the answer's body: the uid, and whether the object is allowed.
    pub expected: [Vec<u8>; 2],
}

/// Every review of a folder. With `allows_all` none is expected to be denied.
pub fn read(folder: &Path, allows_all: bool) -> Outcome<Vec<Review>> {
    let mut files: Vec<PathBuf> = fs::read_dir(folder)?
        .map(|entry| entry.map(|entry| entry.path()))
        .collect::<Result<_, _>>()?;
    files.retain(|path| path.extension().is_some_and(|end| end == "json"));
    files.sort();
    let denied = match fs::read_to_string(folder.with_extension(DENIED)) {
        Ok(denied) => Some(denied),
        Err(error) if error.kind() == ErrorKind::NotFound => None,
        Err(error) => return Err(error.into()),
    };
    let mut reviews = Vec::new();
    for file in files {
        let name = file.file_name().unwrap_or_default().to_string_lossy();
        let is_allowed = match &denied {
            _ if allows_all => Some(true),
            Some(denied) => Some(denied.lines().all(|line| line != name)),
            None => None,
        };
        reviews.push(review(name.into_owned(), &fs::read(&file)?, is_allowed)?);
    }
    Ok(reviews)
}

fn review(name: String, body: &[u8], is_allowed: Option<bool>) -> Outcome<Review> {
    // As kube-apiserver 1.36 sends it.
    let mut request = format!(
        "POST /validate?timeout=10s HTTP/1.1\r\nHost: localhost\r\nUser-Agent: \
         kube-apiserver-admission\r\nContent-Length: {}\r\nAccept: application/json, \
         */*\r\nContent-Type: application/json\r\nAccept-Encoding: gzip\r\n\r\n",
        body.len()
    )
    .into_bytes();
    request.extend(body);
    let read: Value = serde_json::from_slice(body)?;
    let uid = read
        .pointer("/request/uid")
        .and_then(Value::as_str)
        .ok_or("a review without uid")?;
    Ok(Review {
        name,
        request,
        expected: [
            format!("\"uid\":\"{uid}\"").into_bytes(),
            match is_allowed {
                Some(is_allowed) => format!("\"allowed\":{is_allowed}").into_bytes(),
                None => b"\"allowed\":".to_vec(),
            },
        ],
    })
}
