//! Private keys as text, kept out of logs.

use std::fmt;

/// A private key in PEM. `Debug` does not show it, and there is no `Display`.
#[derive(Clone, PartialEq, Eq)]
pub struct KeyPem(String);

impl KeyPem {
    /// Takes a key's text, unchecked.
    pub fn new(pem: String) -> Self {
        Self(pem)
    }

    /// The key itself: for a file or a Secret, never for a log.
    pub fn reveal(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for KeyPem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("KeyPem(hidden)")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_is_not_shown() {
        let key = KeyPem::new("c2VjcmV0".to_owned());
        assert_eq!(
            format!("{key:?} {:#?}", Some(&key))
                .matches("c2VjcmV0")
                .count(),
            0
        );
        assert_eq!(key.reveal(), "c2VjcmV0");
    }
}
