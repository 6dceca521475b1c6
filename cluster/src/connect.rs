//! The client of a cluster's API server.

use std::path::{Path, PathBuf};

use http::HeaderValue;
use http::header::USER_AGENT;
use kube::config::{KubeConfigOptions, Kubeconfig};
use kube::{Client, Config};
use thiserror::Error;

/// Audit logs of the API server name a client by this, and its part before the slash is the manager of fields that it writes.
const NAME: &str = concat!("leaselint/", env!("CARGO_PKG_VERSION"));

/// Why there is no client.
#[derive(Debug, Error)]
pub enum ConnectError {
    /// The file cannot be read, or says nothing usable.
    #[error("kubeconfig {}: {error}", path.display())]
    Kubeconfig {
        /// Which file.
        path: PathBuf,
        /// What is wrong with it.
        error: kube::config::KubeconfigError,
    },
    /// The kubeconfig of the environment cannot be read, or does not have the context.
    #[error("kubeconfig: {0}")]
    Context(kube::config::KubeconfigError),
    /// There is neither a kubeconfig nor the ServiceAccount of a pod.
    #[error("no kubeconfig and no ServiceAccount of a pod: {0}")]
    NoConfiguration(#[from] kube::config::InferConfigError),
    /// What is configured makes no client.
    #[error(transparent)]
    Client(#[from] kube::Error),
}

/// A client: of the kubeconfig's current context (or the one that is named) if a file is given, else of the environment as
/// kubectl finds it (`KUBECONFIG`, `~/.kube/config`), else of the pod's ServiceAccount. Its default namespace is the
/// context's.
///
/// Nothing is sent yet, so a cluster that cannot be reached is no error here.
///
/// # Errors
/// No configuration is found, or it is not usable.
pub async fn client(
    kubeconfig: Option<&Path>,
    context: Option<&str>,
) -> Result<Client, ConnectError> {
    let options = KubeConfigOptions {
        context: context.map(str::to_owned),
        ..KubeConfigOptions::default()
    };
    let mut config = match kubeconfig {
        Some(path) => {
            let unusable = |error| ConnectError::Kubeconfig {
                path: path.to_owned(),
                error,
            };
            let file = Kubeconfig::read_from(path).map_err(unusable)?;
            Config::from_custom_kubeconfig(file, &options)
                .await
                .map_err(unusable)?
        }
        None if context.is_some() => Config::from_kubeconfig(&options)
            .await
            .map_err(ConnectError::Context)?,
        None => Config::infer().await?,
    };
    let name = HeaderValue::from_static(NAME);
    config.headers.push((USER_AGENT, name));
    Ok(Client::try_from(config)?)
}
