//! One file from its bytes to its documents. The bytes are dropped here.

use std::fs::File;
use std::io::{self, ErrorKind, Read};

use engine::{self, InputFile};
use manifest::file::ParsedFile;
use manifest::text::{FileId, Position};
use manifest::tree::{ReadError, ReadErrorCode, ReadLimits};

use super::{FileSource, ListedFile};

/// Reads one file. What cannot be read becomes part of the report.
pub fn file(id: FileId, listed: &ListedFile, max_file_bytes: u64) -> InputFile {
    let name = &listed.name;
    let bytes = match &listed.source {
        FileSource::Failed(reason) => return unread(id, name, ReadErrorCode::Io, reason.clone()),
        FileSource::Stdin => take(io::stdin().lock(), 0, max_file_bytes),
        FileSource::Path(path) => File::open(path).and_then(|file| bytes_of(file, max_file_bytes)),
    };
    parse(id, name, listed.explicit, &bytes, max_file_bytes)
}

/// A file of which the bytes, or why there are none, are known.
pub fn parse(
    id: FileId,
    name: &str,
    explicit: bool,
    bytes: &io::Result<FileBytes>,
    max_file_bytes: u64,
) -> InputFile {
    match bytes {
        Ok(FileBytes::Whole(bytes)) => {
            let bytes_limit = usize::try_from(max_file_bytes).unwrap_or(usize::MAX);
            let limits = ReadLimits {
                bytes: bytes_limit,
                ..ReadLimits::default()
            };
            engine::read_file(id, name, bytes, explicit, limits)
        }
        Ok(FileBytes::TooLarge) => {
            let reason = format!(
                "larger than {}; `limits.largestFile` in .leaselint.yaml raises the limit",
                size(max_file_bytes)
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
pub enum FileBytes {
    Whole(Vec<u8>),
    TooLarge,
}

/// Reads a file that is open.
///
/// # Errors
/// It cannot be read.
pub fn bytes_of(file: File, max_file_bytes: u64) -> io::Result<FileBytes> {
    let found = file.metadata()?;
    if found.is_file() && found.len() > max_file_bytes {
        return Ok(FileBytes::TooLarge);
    }
    let expected = usize::try_from(found.len()).unwrap_or(0);
    take(file, expected, max_file_bytes)
}

/// Reads to the end, or to one byte past the limit.
fn take(from: impl Read, expected: usize, max_file_bytes: u64) -> io::Result<FileBytes> {
    let mut bytes = Vec::with_capacity(expected.saturating_add(1));
    from.take(max_file_bytes.saturating_add(1))
        .read_to_end(&mut bytes)?;
    if u64::try_from(bytes.len()).is_ok_and(|length| length <= max_file_bytes) {
        Ok(FileBytes::Whole(bytes))
    } else {
        Ok(FileBytes::TooLarge)
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
