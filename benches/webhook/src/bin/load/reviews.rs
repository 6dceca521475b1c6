//! The recorded reviews as whole requests, and what their answers must hold.

use std::fs;
use std::io::ErrorKind;
use std::path::{Path, PathBuf};

use serde_json::Value;

use super::LoadResult;

/// What the name of the file beside the folder ends in that names the reviews, a line each, that are to be
/// denied. Without it either verdict is right.
const DENIED_SUFFIX: &str = "denied";

/// A review that is sent again and again.
#[derive(Clone)]
pub struct Review {
    /// Its file.
    pub name: String,
    /// The whole request.
    pub request: Vec<u8>,
    /// What stands in the answer's body: the uid, and whether the object is allowed.
    pub expected: [Vec<u8>; 2],
    /// Where the digits are that make each object another one.
    digits: Option<usize>,
}

/// A name that differs every time, of which the digits are replaced.
const UNIQUE_NAME_FIELD: &str = "\"generateName\":\"n0000000000-\",";
const UNIQUE_NAME_DIGITS: usize = 10;

impl Review {
    /// Makes the object another one than any before, if that is wanted.
    pub fn renew(&mut self, number: u64) {
        let Some(at) = self.digits else { return };
        let digits = format!("{number:0UNIQUE_NAME_DIGITS$}");
        if let Some(place) = self.request.get_mut(at..at + digits.len()) {
            place.copy_from_slice(digits.as_bytes());
        }
    }
}

/// Every review of a folder. With `allows_all` none is expected to be denied; with `anew` each can be made
/// another one whenever it is sent.
pub fn read(folder: &Path, allows_all: bool, anew: bool) -> LoadResult<Vec<Review>> {
    let mut files: Vec<PathBuf> = fs::read_dir(folder)?
        .map(|entry| entry.map(|entry| entry.path()))
        .collect::<Result<_, _>>()?;
    files.retain(|path| path.extension().is_some_and(|end| end == "json"));
    files.sort();
    let denied = match fs::read_to_string(folder.with_extension(DENIED_SUFFIX)) {
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
        let mut body = fs::read(&file)?;
        let digits = anew.then(|| insert(&mut body)).transpose()?;
        reviews.push(review(name.into_owned(), &body, is_allowed, digits)?);
    }
    Ok(reviews)
}

/// Puts [`UNIQUE_NAME_FIELD`] into the metadata of the object, and says where its digits are.
fn insert(body: &mut Vec<u8>) -> LoadResult<usize> {
    const METADATA: &[u8] = b"\"metadata\":{";
    let find = |from: usize, word: &[u8]| {
        let rest = body.get(from..).unwrap_or_default();
        memchr::memmem::find(rest, word).map(|at| from + at)
    };
    let at = find(0, b"\"object\":{")
        .and_then(|object| find(object, METADATA))
        .ok_or("a review without an object")?
        + METADATA.len();
    body.splice(at..at, UNIQUE_NAME_FIELD.bytes());
    let before = UNIQUE_NAME_FIELD.find('0').unwrap_or_default();
    Ok(at + before)
}

fn review(
    name: String,
    body: &[u8],
    is_allowed: Option<bool>,
    digits: Option<usize>,
) -> LoadResult<Review> {
    // As kube-apiserver 1.36 sends it.
    let mut request = format!(
        "POST /validate?timeout=10s HTTP/1.1\r\nHost: localhost\r\nUser-Agent: \
         kube-apiserver-admission\r\nContent-Length: {}\r\nAccept: application/json, \
         */*\r\nContent-Type: application/json\r\nAccept-Encoding: gzip\r\n\r\n",
        body.len()
    )
    .into_bytes();
    let digits = digits.map(|at| request.len() + at);
    request.extend(body);
    let read: Value = serde_json::from_slice(body)?;
    let uid = read
        .pointer("/request/uid")
        .and_then(Value::as_str)
        .ok_or("a review without uid")?;
    Ok(Review {
        name,
        digits,
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
