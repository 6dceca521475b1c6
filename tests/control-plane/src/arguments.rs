//! The arguments with which the programs of a control plane are started.

use std::net::TcpListener;
use std::path::Path;

use crate::error::{Error, Result};
use crate::keys::Keys;
use crate::plane::Options;

pub(crate) fn etcd(data: &Path, url: &str, peers: u16) -> Vec<String> {
    let mut arguments = vec![
        format!("--data-dir={}", data.display()),
        format!("--listen-client-urls={url}"),
        format!("--advertise-client-urls={url}"),
        // Nothing has to outlive the test.
        "--unsafe-no-fsync".to_owned(),
        "--log-level=warn".to_owned(),
    ];
    let peers = format!("http://127.0.0.1:{peers}");
    arguments.push(format!("--listen-peer-urls={peers}"));
    arguments.push(format!("--initial-advertise-peer-urls={peers}"));
    arguments.push(format!("--initial-cluster=default={peers}"));
    arguments
}

pub(crate) fn api_server(
    keys: &Keys,
    tokens: &Path,
    store: &str,
    port: u16,
    options: &Options,
) -> Vec<String> {
    let mut arguments = vec![
        format!("--etcd-servers={store}"),
        "--bind-address=127.0.0.1".to_owned(),
        format!("--secure-port={port}"),
        format!("--tls-cert-file={}", keys.certificate.display()),
        format!("--tls-private-key-file={}", keys.key.display()),
        format!(
            "--service-account-key-file={}",
            keys.accounts_public.display()
        ),
        format!(
            "--service-account-signing-key-file={}",
            keys.accounts.display()
        ),
        "--service-account-issuer=https://kubernetes.default.svc".to_owned(),
        format!("--token-auth-file={}", tokens.display()),
        "--authorization-mode=RBAC".to_owned(),
        "--service-cluster-ip-range=10.0.0.0/24".to_owned(),
    ];
    if !options.service_accounts {
        arguments.push("--disable-admission-plugins=ServiceAccount".to_owned());
    }
    arguments.extend(options.api_server.iter().cloned());
    arguments
}

/// Ports that nothing listens on now, all different.
pub(crate) fn free_ports<const N: usize>() -> Result<[u16; N]> {
    let cannot = |error| Error::failed(format!("no free port: {error}"));
    let mut ports = [0; N];
    let mut listeners = Vec::new();
    for port in &mut ports {
        let listener = TcpListener::bind(("127.0.0.1", 0)).map_err(cannot)?;
        *port = listener.local_addr().map_err(cannot)?.port();
        listeners.push(listener);
    }
    Ok(ports)
}
