//! One file from its bytes to its documents. The bytes are dropped here.

use std::fs::File;
use std::io::{self, ErrorKind, Read};

use engine::{self, InputFile};
use manifest::file::ParsedFile;
use manifest::text::{FileId, Position};
use manifest::tree::{ReadError, ReadErrorCode, ReadLimits};

use super::{Candidate, From};

/// Reads one file. What cannot be read becomes part of the report.
pub fn file(id: FileId, candidate: &Candidate, largest: u64) -> InputFile {
    let name = &candidate.name;
    let bytes = match &candidate.from {
        From::Failed(reason) => return unread(id, name, ReadErrorCode::Io, reason.clone()),
        From::Stdin => take(io::stdin().lock(), 0, largest),
        From::Path(path) => File::open(path).and_then(|file| {
            let found = file.metadata()?;
            if found.is_file() && found.len() > largest {
                return Ok(Bytes::TooMany);
            }
            let expected = usize::try_from(found.len()).unwrap_or(0);
            take(file, expected, largest)
        }),
    };
    parse(id, name, candidate.explicit, &bytes, largest)
}

/// A file of which the bytes, or why there are none, are known.
pub fn parse(
    id: FileId,
    name: &str,
    explicit: bool,
    bytes: &io::Result<Bytes>,
    largest: u64,
) -> InputFile {
    match bytes {
        Ok(Bytes::All(bytes)) => {
            let bytes_limit = usize::try_from(largest).unwrap_or(usize::MAX);
            let limits = ReadLimits {
                bytes: bytes_limit,
                ..ReadLimits::default()
            };
            engine::read_file(id, name, bytes, explicit, limits)
        }
        Ok(Bytes::TooMany) => {
            let reason = format!(
                "larger than {}; `limits.largestFile` in .leaselint.yaml raises the limit",
                size(largest)
            );
            unread(id, name, ReadErrorCode::TooLarge, reason)
        }
        Err(error) => unread(id, name, ReadErrorCode::Io, reason(error)),
    }
}

/// What the system says, without its error number.
pub fn reason(error: &io::Error) -> String {
    match error.kind() {
        ErrorKind::NotFound => "no such file".to_owned(),
        ErrorKind::PermissionDenied => "permission denied".to_owned(),
        ErrorKind::IsADirectory => "it is a folder".to_owned(),
        _ => {
            let text = error.to_string();
            text.split(" (os error").next().unwrap_or(&text).to_owned()
        }
    }
}

/// What there is in a file.
pub enum Bytes {
    All(Vec<u8>),
    TooMany,
}

/// Reads to the end, or to one byte past the limit.
fn take(from: impl Read, expected: usize, largest: u64) -> io::Result<Bytes> {
    let mut bytes = Vec::with_capacity(expected.saturating_add(1));
    from.take(largest.saturating_add(1))
        .read_to_end(&mut bytes)?;
    if bytes.len() as u64 > largest {
        Ok(Bytes::TooMany)
    } else {
        Ok(Bytes::All(bytes))
    }
}

fn unread(file: FileId, name: &str, code: ReadErrorCode, reason: String) -> InputFile {
    let position = Position { line: 1, column: 1 };
    let unread = ReadError {
        file,
        position,
        code,
        reason,
        chunk: 0,
    };
    InputFile {
        name: name.to_owned(),
        reading: ParsedFile {
            unread: vec![unread],
            ..ParsedFile::default()
        },
        text: None,
        attached: false,
    }
}

/// A size in the largest unit that leaves no rest.
fn size(bytes: u64) -> String {
    for (shift, unit) in [(30, "GiB"), (20, "MiB"), (10, "KiB")] {
        if bytes >= 1 << shift && bytes.trailing_zeros() >= shift {
            return format!("{} {unit}", bytes >> shift);
        }
    }
    format!("{bytes} bytes")
}
