//! A real TLS client against what is served.
#![allow(clippy::as_conversions, clippy::expect_used)]

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, SystemTime};

use certs::inspect;
use certs::issue::{Authority, Lifetimes, self_signed};
use certs::{ServingCert, ServingIdentity, SubjectAltName, Timestamp, provider};
use rustls::pki_types::ServerName;
use rustls::{
    CertificateError, ClientConfig, ClientConnection, Error, RootCertStore, ServerConfig,
    ServerConnection,
};

const NAME: &str = "lint.ops.svc";

fn now() -> Timestamp {
    SystemTime::now().into()
}

fn names() -> Vec<SubjectAltName> {
    [NAME, "127.0.0.1", "::1"]
        .iter()
        .map(|name| name.parse().expect("a name"))
        .collect()
}

/// A served certificate and the bundle to trust for it.
fn issued() -> (ServingIdentity, String) {
    let made = self_signed(&names(), now(), &Lifetimes::default()).expect("issued");
    (
        ServingIdentity::from_pair(&made.leaf).expect("an identity"),
        made.ca_bundle,
    )
}

fn server(serving: &Arc<ServingCert>) -> Arc<ServerConfig> {
    let config = ServerConfig::builder_with_provider(provider())
        .with_safe_default_protocol_versions()
        .expect("versions")
        .with_no_client_auth()
        .with_cert_resolver(Arc::clone(serving) as _);
    Arc::new(config)
}

fn client(bundle: &str) -> Arc<ClientConfig> {
    let mut roots = RootCertStore::empty();
    for root in inspect::certificates(bundle.as_bytes()).expect("a bundle") {
        roots.add(root.der().clone()).expect("a root");
    }
    let mut config = ClientConfig::builder_with_provider(provider())
        .with_safe_default_protocol_versions()
        .expect("versions")
        .with_root_certificates(roots)
        .with_no_client_auth();
    // Every handshake in full.
    config.resumption = rustls::client::Resumption::disabled();
    Arc::new(config)
}

/// Shakes hands in memory; `between` runs after the client has spoken first.
fn shake(
    server: &Arc<ServerConfig>,
    client: &Arc<ClientConfig>,
    name: &str,
    between: impl FnOnce(),
) -> Result<(), Error> {
    let name = ServerName::try_from(name.to_owned()).expect("a name");
    let mut client = ClientConnection::new(Arc::clone(client), name)?;
    let mut server = ServerConnection::new(Arc::clone(server))?;
    let mut between = Some(between);
    while client.is_handshaking() || server.is_handshaking() {
        let mut wire = Vec::new();
        while client.wants_write() {
            client.write_tls(&mut wire).expect("to memory");
        }
        let mut rest = wire.as_slice();
        while !rest.is_empty() {
            server.read_tls(&mut rest).expect("from memory");
            server.process_new_packets()?;
        }
        if let Some(between) = between.take() {
            between();
        }
        let mut wire = Vec::new();
        while server.wants_write() {
            server.write_tls(&mut wire).expect("to memory");
        }
        let mut rest = wire.as_slice();
        while !rest.is_empty() {
            client.read_tls(&mut rest).expect("from memory");
            client.process_new_packets()?;
        }
    }
    Ok(())
}

#[test]
fn every_name_is_served() {
    let (identity, bundle) = issued();
    let serving = Arc::new(ServingCert::new(identity));
    let (server, client) = (server(&serving), client(&bundle));
    for name in [NAME, "127.0.0.1", "::1"] {
        assert_eq!(shake(&server, &client, name, || ()), Ok(()), "{name}");
    }
    let other = shake(&server, &client, "other.ops.svc", || ());
    assert!(
        matches!(
            other,
            Err(Error::InvalidCertificate(
                CertificateError::NotValidForNameContext { .. }
            ))
        ),
        "{other:?}"
    );
}

#[test]
fn nothing_to_serve_refuses_and_does_not_panic() {
    let (_, bundle) = issued();
    let serving = Arc::new(ServingCert::empty());
    assert_eq!(serving.not_after(), None);
    assert!(shake(&server(&serving), &client(&bundle), NAME, || ()).is_err());
}

#[test]
fn a_swap_between_flights_fails_no_handshake() {
    let (first, first_bundle) = issued();
    let serving = Arc::new(ServingCert::new(first));
    let server = server(&serving);
    let (second, second_bundle) = issued();
    let old = client(&first_bundle);
    let swap = || serving.swap(second);
    assert_eq!(shake(&server, &old, NAME, swap), Ok(()));
    assert!(shake(&server, &old, NAME, || ()).is_err());
    assert_eq!(shake(&server, &client(&second_bundle), NAME, || ()), Ok(()));
}

#[test]
fn swaps_at_full_speed_fail_no_handshake() {
    let authority = Authority::issue(now(), &Lifetimes::default()).expect("an authority");
    let identity = || {
        let pair = authority.leaf(&names(), now(), &Lifetimes::default());
        ServingIdentity::from_pair(&pair.expect("a leaf")).expect("an identity")
    };
    let serving = Arc::new(ServingCert::new(identity()));
    let (server, client) = (server(&serving), client(&authority.pem().certificate));
    let stop = AtomicBool::new(false);
    std::thread::scope(|scope| {
        let swaps = scope.spawn(|| {
            let mut swaps = 0_usize;
            while !stop.load(Ordering::Relaxed) {
                serving.swap(identity());
                swaps += 1;
            }
            swaps
        });
        for _ in 0..200 {
            assert_eq!(shake(&server, &client, NAME, || ()), Ok(()));
        }
        stop.store(true, Ordering::Relaxed);
        assert!(swaps.join().expect("no panic") > 0);
    });
}

#[test]
fn when_it_expires_can_be_read() {
    let lifetimes = Lifetimes {
        leaf: Duration::from_secs(1000),
        ..Lifetimes::default()
    };
    let at = Timestamp::from_unix(1_800_000_000);
    let made = self_signed(&names(), at, &lifetimes).expect("issued");
    let serving = ServingCert::new(ServingIdentity::from_pair(&made.leaf).expect("an identity"));
    assert_eq!(
        serving.not_after(),
        Some(Timestamp::from_unix(1_800_001_000))
    );
}

#[test]
fn keys_are_in_no_debug_output() {
    let made = self_signed(&names(), now(), &Lifetimes::default()).expect("issued");
    let authority = Authority::issue(now(), &Lifetimes::default()).expect("an authority");
    let identity = ServingIdentity::from_pair(&made.leaf).expect("an identity");
    let shown = format!(
        "{made:?} {authority:?} {identity:?} {:?}",
        ServingCert::new(issued().0)
    );
    let secrets = [&made.leaf.key, &authority.pem().key];
    for secret in secrets {
        let body = secret.reveal().lines().nth(1).expect("a line of base64");
        assert!(!shown.contains(body));
    }
    assert!(shown.contains("KeyPem(hidden)"));
    assert!(!shown.contains("PRIVATE KEY"), "{shown}");
}
