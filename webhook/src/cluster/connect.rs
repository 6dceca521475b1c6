//! The client of a cluster's API server.

use std::fmt;
use std::path::Path;

use kube::config::{KubeConfigOptions, Kubeconfig};
use kube::{Client, Config};

/// Why there is no client.
#[derive(Debug)]
pub struct ConnectError(String);

impl fmt::Display for ConnectError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::error::Error for ConnectError {}

/// A client: of the kubeconfig's current context if a file is given, else of the environment as
/// kubectl finds it (`KUBECONFIG`, `~/.kube/config`), else of the pod's ServiceAccount.
///
/// Nothing is sent yet, so a cluster that cannot be reached is no error here.
///
/// # Errors
/// No configuration is found, or it is not usable.
pub async fn client(kubeconfig: Option<&Path>) -> Result<Client, ConnectError> {
    let config = match kubeconfig {
        Some(path) => {
            let refused = |error: &dyn fmt::Display| {
                ConnectError(format!("kubeconfig {}: {error}", path.display()))
            };
            let file = Kubeconfig::read_from(path).map_err(|error| refused(&error))?;
            Config::from_custom_kubeconfig(file, &KubeConfigOptions::default())
                .await
                .map_err(|error| refused(&error))?
        }
        None => Config::infer().await.map_err(|error| {
            ConnectError(format!(
                "no kubeconfig and no ServiceAccount of a pod: {error}"
            ))
        })?,
    };
    Client::try_from(config).map_err(|error| ConnectError(error.to_string()))
}
