//! The names that a certificate is for.

use std::fmt;
use std::net::IpAddr;
use std::str::FromStr;

use rustls_pki_types::DnsName;
use thiserror::Error;

/// A DNS name (in lower case, perhaps with `*` as its first label) or an address.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum SubjectAltName {
    /// A DNS name.
    Dns(String),
    /// An address.
    Ip(IpAddr),
}

/// Text that is neither a DNS name nor an address.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[error("`{}` is neither a DNS name nor an IP address", .0.escape_debug())]
pub struct InvalidName(pub String);

impl SubjectAltName {
    /// The name under which the API server calls a webhook behind a Service: `NAME.NAMESPACE.svc`,
    /// whatever the cluster's domain (apiserver/pkg/util/webhook, Kubernetes 1.36).
    ///
    /// # Errors
    /// If one of the parts is not a DNS label.
    pub fn of_service(service: &str, namespace: &str) -> Result<Self, InvalidName> {
        for part in [service, namespace] {
            let is_label = !part.is_empty()
                && part.len() <= 63
                && part
                    .bytes()
                    .all(|byte| matches!(byte, b'a'..=b'z' | b'0'..=b'9' | b'-'))
                && !part.starts_with('-')
                && !part.ends_with('-');
            if !is_label {
                return Err(InvalidName(part.to_owned()));
            }
        }
        format!("{service}.{namespace}.svc").parse()
    }
}

impl FromStr for SubjectAltName {
    type Err = InvalidName;

    fn from_str(text: &str) -> Result<Self, InvalidName> {
        if let Ok(address) = text.parse() {
            return Ok(Self::Ip(address));
        }
        let below = text.strip_prefix("*.").unwrap_or(text);
        // `DnsName` takes names with a dot at the end, which no client sends.
        match DnsName::try_from(below) {
            Ok(_) if !below.ends_with('.') => Ok(Self::Dns(text.to_ascii_lowercase())),
            _ => Err(InvalidName(text.to_owned())),
        }
    }
}

impl fmt::Display for SubjectAltName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Dns(name) => f.write_str(name),
            Self::Ip(address) => address.fmt(f),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_and_addresses_are_told_apart() {
        let dns = |name: &str| Ok(SubjectAltName::Dns(name.to_owned()));
        let wrong = |text: &str| Err(InvalidName(text.to_owned()));
        for (text, expected) in [
            ("localhost", dns("localhost")),
            ("Lint.Ops.svc", dns("lint.ops.svc")),
            ("*.ops.svc", dns("*.ops.svc")),
            ("10.0.0.1", Ok(SubjectAltName::Ip([10, 0, 0, 1].into()))),
            (
                "::1",
                Ok(SubjectAltName::Ip(std::net::Ipv6Addr::LOCALHOST.into())),
            ),
            ("", wrong("")),
            ("a b", wrong("a b")),
            ("a.*.b", wrong("a.*.b")),
            ("a.b.", wrong("a.b.")),
            ("https://a", wrong("https://a")),
        ] {
            assert_eq!(text.parse::<SubjectAltName>(), expected, "{text}");
        }
    }

    #[test]
    fn a_service_has_the_name_that_the_api_server_asks_for() {
        assert_eq!(
            SubjectAltName::of_service("lint", "ops").map(|name| name.to_string()),
            Ok("lint.ops.svc".to_owned())
        );
        assert!(SubjectAltName::of_service("lint.a", "ops").is_err());
        assert!(SubjectAltName::of_service("lint", "").is_err());
    }
}
