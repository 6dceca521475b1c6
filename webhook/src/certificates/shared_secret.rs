//! The Secret and the ValidatingWebhookConfiguration, by optimistic concurrency.
//!
//! Both are read and written as plain JSON: a field that a newer API server has is written back as it
//! was read.

use std::time::Duration;

use certs::rotate::{CertificateStore, Publication, ResourceVersion, SaveError, SecretData};
use k8s_openapi::ByteString;
use kube::Client;
use kube::core::Request;
use kube::core::params::{GetParams, PostParams};
use parking_lot::Mutex;
use serde_json::{Map, Value, json};
use thiserror::Error;

use super::changes::StoreChanges;

const CONFIGURATIONS: &str =
    "/apis/admissionregistration.k8s.io/v1/validatingwebhookconfigurations";
/// For the answer to a request.
const ANSWER_TIMEOUT: Duration = Duration::from_secs(10);

/// The Service by which API servers reach this program.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ServiceName {
    /// Its namespace, which is the Secret's too.
    pub namespace: String,
    /// Its name.
    pub name: String,
}

/// A Secret that replicas keep together, and the webhook configuration that publishes its authorities.
pub struct SharedSecret {
    client: Client,
    service: ServiceName,
    secret: String,
    configuration: Option<String>,
    /// The Secret as it was read last: what else it carries stays when it is written.
    read: Mutex<Option<Value>>,
}

/// Why the Secret or the configuration could not be read or written.
#[derive(Debug, Error)]
pub enum SecretApiError {
    /// There was no answer in time.
    #[error("no answer from the API server")]
    NoAnswer,
    /// The API server refused the request, or could not be reached.
    #[error(transparent)]
    Api(#[from] kube::Error),
    /// The request cannot be made.
    #[error(transparent)]
    Request(#[from] kube::core::request::Error),
    /// The object is not of the shape that the API promises, or a text cannot be written.
    #[error(transparent)]
    Shape(#[from] serde_json::Error),
}

/// What the API server answers to a request for one object.
enum ApiAnswer {
    Object(Value),
    /// HTTP 404.
    NotFound,
    /// HTTP 409.
    Conflict,
}

impl SharedSecret {
    /// The Secret of this name beside the Service. `configuration` names the
    /// ValidatingWebhookConfiguration to publish in; `None`: somebody else does.
    #[must_use]
    pub fn new(
        client: Client,
        service: ServiceName,
        secret: String,
        configuration: Option<String>,
    ) -> Self {
        Self {
            client,
            service,
            secret,
            configuration,
            read: Mutex::default(),
        }
    }

    /// Watches of the Secret and of the configuration.
    #[must_use]
    pub fn changes(&self) -> StoreChanges {
        let secret = (self.secrets_path(), &*self.secret);
        let configuration = self.configuration.as_deref();
        let configuration = configuration.map(|name| (CONFIGURATIONS.to_owned(), name));
        StoreChanges::of(&self.client, [secret].into_iter().chain(configuration))
    }

    fn secrets_path(&self) -> String {
        format!("/api/v1/namespaces/{}/secrets", self.service.namespace)
    }

    fn secrets(&self) -> Request {
        Request::new(self.secrets_path())
    }

    fn configurations() -> Request {
        Request::new(CONFIGURATIONS)
    }

    async fn send(
        &self,
        request: Result<http::Request<Vec<u8>>, kube::core::request::Error>,
    ) -> Result<ApiAnswer, SecretApiError> {
        let request = request?;
        let sent = self.client.request::<Value>(request);
        let Ok(answer) = tokio::time::timeout(ANSWER_TIMEOUT, sent).await else {
            return Err(SecretApiError::NoAnswer);
        };
        match answer {
            Ok(object) => Ok(ApiAnswer::Object(object)),
            Err(kube::Error::Api(status)) if status.code == 404 => Ok(ApiAnswer::NotFound),
            Err(kube::Error::Api(status)) if status.code == 409 => Ok(ApiAnswer::Conflict),
            Err(error) => Err(error.into()),
        }
    }

    /// Whether a webhook leads to this program.
    fn is_ours(&self, webhook: &Value) -> bool {
        let service = |key| {
            let value = webhook.pointer("/clientConfig/service")?.get(key)?;
            value.as_str()
        };
        service("name") == Some(self.service.name.as_str())
            && service("namespace") == Some(self.service.namespace.as_str())
    }
}

fn version_of(object: &Value) -> ResourceVersion {
    let version = object.pointer("/metadata/resourceVersion");
    ResourceVersion(
        version
            .and_then(Value::as_str)
            .unwrap_or_default()
            .to_owned(),
    )
}

fn bytes_of(value: &Value) -> Result<Vec<u8>, SecretApiError> {
    let ByteString(bytes) = serde_json::from_value(value.clone())?;
    Ok(bytes)
}

fn base64_of(bytes: &[u8]) -> Result<Value, SecretApiError> {
    Ok(serde_json::to_value(ByteString(bytes.to_vec()))?)
}

fn written(answer: Result<ApiAnswer, SecretApiError>) -> Result<(), SaveError<SecretApiError>> {
    match answer {
        Ok(ApiAnswer::Object(_)) => Ok(()),
        Ok(ApiAnswer::NotFound | ApiAnswer::Conflict) => Err(SaveError::Conflict),
        Err(error) => Err(SaveError::Other(error)),
    }
}

fn text_of(object: &Value) -> Result<Vec<u8>, SaveError<SecretApiError>> {
    serde_json::to_vec(object).map_err(|error| SaveError::Other(error.into()))
}

impl CertificateStore for SharedSecret {
    type Error = SecretApiError;

    async fn load(&self) -> Result<Option<(SecretData, ResourceVersion)>, SecretApiError> {
        let request = self.secrets().get(&self.secret, &GetParams::default());
        let object = match self.send(request).await? {
            ApiAnswer::Object(object) => object,
            ApiAnswer::NotFound | ApiAnswer::Conflict => {
                *self.read.lock() = None;
                return Ok(None);
            }
        };
        let mut data = SecretData::new();
        let values = object.get("data").and_then(Value::as_object);
        for (key, value) in values.into_iter().flatten() {
            data.insert(key.clone(), bytes_of(value)?);
        }
        let version = version_of(&object);
        *self.read.lock() = Some(object);
        Ok(Some((data, version)))
    }

    async fn save(
        &self,
        data: &SecretData,
        expected: Option<&ResourceVersion>,
    ) -> Result<(), SaveError<SecretApiError>> {
        let mut encoded = Map::new();
        for (key, value) in data {
            encoded.insert(key.clone(), base64_of(value).map_err(SaveError::Other)?);
        }
        let params = PostParams::default();
        let request = match expected {
            Some(version) => {
                let read = self.read.lock().clone();
                // What is kept of the Secret is of the version that was decided on, or somebody else
                // wrote meanwhile.
                let Some(mut object) = read.filter(|read| version_of(read) == *version) else {
                    return Err(SaveError::Conflict);
                };
                if let Some(fields) = object.as_object_mut() {
                    fields.insert("data".to_owned(), Value::Object(encoded));
                }
                self.secrets()
                    .replace(&self.secret, &params, text_of(&object)?)
            }
            None => {
                let object = json!({
                    "apiVersion": "v1",
                    "kind": "Secret",
                    "type": "Opaque",
                    "metadata": {
                        "name": self.secret,
                        "namespace": self.service.namespace,
                        "labels": {"app.kubernetes.io/managed-by": "leaselint"},
                    },
                    "data": encoded,
                });
                self.secrets().create(&params, text_of(&object)?)
            }
        };
        written(self.send(request).await)
    }

    async fn published(&self) -> Result<Option<Publication>, SecretApiError> {
        let Some(name) = &self.configuration else {
            return Ok(None);
        };
        let request = Self::configurations().get(name, &GetParams::default());
        let ApiAnswer::Object(object) = self.send(request).await? else {
            return Ok(Some(Publication {
                bundles: Vec::new(),
                version: ResourceVersion(String::new()),
            }));
        };
        let webhooks = object.get("webhooks").and_then(Value::as_array);
        let ours = webhooks
            .into_iter()
            .flatten()
            .filter(|webhook| self.is_ours(webhook));
        let bundles = ours.map(|webhook| {
            let bundle = webhook.pointer("/clientConfig/caBundle");
            bundle.map_or_else(|| Ok(Vec::new()), bytes_of)
        });
        Ok(Some(Publication {
            bundles: bundles.collect::<Result<_, _>>()?,
            version: version_of(&object),
        }))
    }

    async fn publish(
        &self,
        ca_bundle: &str,
        expected: &ResourceVersion,
    ) -> Result<(), SaveError<SecretApiError>> {
        let Some(name) = &self.configuration else {
            return Err(SaveError::Conflict);
        };
        let request = Self::configurations().get(name, &GetParams::default());
        let mut object = match self.send(request).await {
            Ok(ApiAnswer::Object(object)) if version_of(&object) == *expected => object,
            Ok(_) => return Err(SaveError::Conflict),
            Err(error) => return Err(SaveError::Other(error)),
        };
        let bundle = base64_of(ca_bundle.as_bytes()).map_err(SaveError::Other)?;
        let webhooks = object.get_mut("webhooks").and_then(Value::as_array_mut);
        for webhook in webhooks.into_iter().flatten() {
            if !self.is_ours(webhook) {
                continue;
            }
            let config = webhook
                .get_mut("clientConfig")
                .and_then(Value::as_object_mut);
            if let Some(config) = config {
                config.insert("caBundle".to_owned(), bundle.clone());
            }
        }
        // The object carries the version that was read: whoever wrote meanwhile wins.
        let request =
            Self::configurations().replace(name, &PostParams::default(), text_of(&object)?);
        written(self.send(request).await)
    }
}

#[cfg(test)]
#[path = "shared_secret_tests.rs"]
mod tests;
