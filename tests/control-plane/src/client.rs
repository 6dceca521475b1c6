//! A small blocking client of the API server, for what is asked by the thousand.

use std::sync::Arc;
use std::time::Duration;

use serde_json::{Value, json};
use ureq::Agent;
use ureq::http::{Method, Request};
use ureq::tls::{Certificate, RootCerts, TlsConfig};

use crate::error::{Error, Result};

/// The longest a request may take.
const PATIENCE: Duration = Duration::from_secs(60);

/// A client with the administrator's token. Cheap to clone; usable from many threads at once.
#[derive(Clone, Debug)]
pub struct Client {
    agent: Agent,
    url: String,
    authorization: String,
}

/// What the API server answered.
#[derive(Clone, Debug)]
pub struct Reply {
    /// The HTTP status.
    pub status: u16,
    /// The body; null when it is not JSON.
    pub body: Value,
}

/// The user that a question about access is about.
#[derive(Clone, Copy, Debug)]
pub struct Subject<'a> {
    /// The user's name, such as `system:serviceaccount:shop:operator`.
    pub user: &'a str,
    /// All groups, as authentication would give them.
    pub groups: &'a [String],
}

impl Client {
    pub(crate) fn new(url: &str, authority: &str, token: &str) -> Result<Self> {
        let authority = Certificate::from_pem(authority.as_bytes())
            .map_err(|error| Error::failed(format!("the authority cannot be read: {error}")))?;
        let provider = Arc::new(rustls::crypto::ring::default_provider());
        let tls = TlsConfig::builder()
            .root_certs(RootCerts::new_with_certs(&[authority]))
            .unversioned_rustls_crypto_provider(provider)
            .build();
        let configuration = Agent::config_builder()
            .tls_config(tls)
            .http_status_as_error(false)
            .max_idle_connections(64)
            .max_idle_connections_per_host(64)
            .timeout_global(Some(PATIENCE))
            // A proxy of the environment is not meant for an address of this machine.
            .proxy(None)
            .build();
        Ok(Self {
            agent: configuration.new_agent(),
            url: url.to_owned(),
            authorization: format!("Bearer {token}"),
        })
    }

    /// Sends a request; `path` begins with a slash. Every status is an answer.
    ///
    /// # Errors
    /// When no answer comes.
    pub fn request(&self, method: &str, path: &str, body: Option<&Value>) -> Result<Reply> {
        let cannot =
            |error: &dyn std::fmt::Display| Error::failed(format!("{method} {path}: {error}"));
        let parsed = Method::from_bytes(method.as_bytes()).map_err(|error| cannot(&error))?;
        let request = Request::builder()
            .method(parsed)
            .uri(format!("{}{path}", self.url))
            .header("Authorization", &self.authorization)
            .header("Accept", "application/json");
        let sent = match body {
            None => request.body(()).map(|request| self.agent.run(request)),
            Some(body) => request
                .header("Content-Type", "application/json")
                .body(body.to_string())
                .map(|request| self.agent.run(request)),
        };
        let mut response = sent
            .map_err(|error| cannot(&error))?
            .map_err(|error| cannot(&error))?;
        let bytes = response
            .body_mut()
            .with_config()
            .limit(u64::MAX)
            .read_to_vec()
            .map_err(|error| cannot(&error))?;
        Ok(Reply {
            status: response.status().as_u16(),
            body: serde_json::from_slice(&bytes).unwrap_or_default(),
        })
    }

    /// The object or list at `path`.
    ///
    /// # Errors
    /// When it is not given.
    pub fn get(&self, path: &str) -> Result<Value> {
        self.successful("GET", path, None)
    }

    /// Posts an object to the collection at `path`; gives what the server made of it.
    ///
    /// # Errors
    /// When the server refuses it.
    pub fn create(&self, path: &str, object: &Value) -> Result<Value> {
        self.successful("POST", path, Some(object))
    }

    /// Deletes the object, or all of the collection, at `path`.
    ///
    /// # Errors
    /// When the server refuses it.
    pub fn delete(&self, path: &str) -> Result<Value> {
        self.successful("DELETE", path, None)
    }

    /// Asks whether `subject` may do what `attributes` says: the `resourceAttributes` of a
    /// SubjectAccessReview of `authorization.k8s.io/v1`.
    ///
    /// # Errors
    /// When there is no yes and no no.
    pub fn may(&self, subject: Subject<'_>, attributes: &Value) -> Result<bool> {
        let review = json!({
            "apiVersion": "authorization.k8s.io/v1",
            "kind": "SubjectAccessReview",
            "spec": {
                "user": subject.user,
                "groups": subject.groups,
                "resourceAttributes": attributes,
            },
        });
        let answer = self.create(
            "/apis/authorization.k8s.io/v1/subjectaccessreviews",
            &review,
        )?;
        answer
            .pointer("/status/allowed")
            .and_then(Value::as_bool)
            .ok_or_else(|| Error::failed(format!("no answer about access: {answer}")))
    }

    fn successful(&self, method: &str, path: &str, body: Option<&Value>) -> Result<Value> {
        let reply = self.request(method, path, body)?;
        if (200..300).contains(&reply.status) {
            return Ok(reply.body);
        }
        let said = reply.body.get("message").and_then(Value::as_str);
        Err(Error::failed(format!(
            "{method} {path}: status {}: {}",
            reply.status,
            said.unwrap_or("no message")
        )))
    }
}
