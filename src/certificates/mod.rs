//! Files of certificates and keys: found, read, judged and written. What X.509 means is known to the
//! crate `certs`.

mod judge;
mod read;
mod write;

pub use judge::{CertificateDemands, CertificateReport, JudgedFile, judge};
pub use read::{find, trusted};
pub use write::write;
