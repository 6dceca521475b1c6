#![allow(clippy::unwrap_used)] // in tests a panic is the message

use std::collections::BTreeMap;
use std::convert::Infallible;
use std::sync::Arc;

use certs::rotate::{Keeper, RotationPolicy};
use certs::{ServingCert, SubjectAltName, Timestamp, inspect};
use http_body_util::BodyExt as _;
use kube::client::Body;

use super::*;

/// Objects by path, as an API server keeps them: each write has the version that it replaces.
#[derive(Clone, Default)]
struct FakeSecretApi {
    objects: Arc<Mutex<(u64, BTreeMap<String, Value>)>>,
}

const SECRET: &str = "/api/v1/namespaces/lint/secrets/leaselint-certs";
const CONFIGURATION: &str =
    "/apis/admissionregistration.k8s.io/v1/validatingwebhookconfigurations/leaselint";

impl FakeSecretApi {
    fn put(&self, path: &str, mut object: Value) {
        let mut objects = self.objects.lock();
        objects.0 += 1;
        let version = objects.0.to_string();
        object["metadata"]["resourceVersion"] = version.into();
        objects.1.insert(path.to_owned(), object);
    }

    fn get(&self, path: &str) -> Option<Value> {
        self.objects.lock().1.get(path).cloned()
    }

    fn answer(&self, method: &http::Method, path: &str, body: &[u8]) -> (u16, Value) {
        let status = |code: u16| {
            let status = json!({"kind": "Status", "apiVersion": "v1", "status": "Failure", "code": code, "message": "", "reason": ""});
            (code, status)
        };
        let sent = || serde_json::from_slice::<Value>(body).unwrap();
        match *method {
            http::Method::GET => self
                .get(path)
                .map_or_else(|| status(404), |found| (200, found)),
            http::Method::POST => {
                let object = sent();
                let name = object["metadata"]["name"].as_str().unwrap();
                let path = format!("{path}/{name}");
                if self.get(&path).is_some() {
                    return status(409);
                }
                self.put(&path, object);
                (201, self.get(&path).unwrap())
            }
            http::Method::PUT => match self.get(path) {
                None => status(404),
                Some(old) if version_of(&old) != version_of(&sent()) => status(409),
                Some(_) => {
                    self.put(path, sent());
                    (200, self.get(path).unwrap())
                }
            },
            _ => status(405),
        }
    }

    fn client(&self) -> Client {
        let server = self.clone();
        let service = tower::service_fn(move |request: http::Request<Body>| {
            let server = server.clone();
            async move {
                let (head, body) = request.into_parts();
                let body = body.collect().await.unwrap().to_bytes();
                let (code, object) = server.answer(&head.method, head.uri.path(), &body);
                let body = Body::from(serde_json::to_vec(&object).unwrap());
                Ok::<_, Infallible>(http::Response::builder().status(code).body(body).unwrap())
            }
        });
        Client::new(service, "lint")
    }

    fn kept(&self) -> SharedSecret {
        let service = ServiceName {
            namespace: "lint".into(),
            name: "leaselint".into(),
        };
        let configuration = Some("leaselint".to_owned());
        SharedSecret::new(
            self.client(),
            service,
            "leaselint-certs".into(),
            configuration,
        )
    }

    fn with_configuration() -> Self {
        let server = Self::default();
        let service = |name: &str| json!({"clientConfig": {"service": {"name": name, "namespace": "lint"}}, "newField": 1});
        let webhooks = json!([service("leaselint"), service("other"), service("leaselint")]);
        server.put(
            CONFIGURATION,
            json!({"metadata": {"name": "leaselint", "labels": {"a": "b"}}, "webhooks": webhooks}),
        );
        server
    }
}

fn data(value: &str) -> SecretData {
    SecretData::from([("tls.crt".to_owned(), value.as_bytes().to_vec())])
}

#[tokio::test]
async fn of_two_writers_one_wins() {
    let server = FakeSecretApi::default();
    let (one, two) = (server.kept(), server.kept());
    assert!(one.load().await.unwrap().is_none());
    one.save(&data("first"), None).await.unwrap();
    let lost = two.save(&data("second"), None).await;
    assert!(matches!(lost, Err(SaveError::Conflict)));

    let (found, version) = two.load().await.unwrap().unwrap();
    assert_eq!(found, data("first"));
    let (_, same) = one.load().await.unwrap().unwrap();
    assert_eq!(version, same);
    two.save(&data("third"), Some(&version)).await.unwrap();
    let lost = one.save(&data("fourth"), Some(&same)).await;
    assert!(matches!(lost, Err(SaveError::Conflict)));
    assert_eq!(one.load().await.unwrap().unwrap().0, data("third"));
}

#[tokio::test]
async fn what_else_a_secret_carries_stays_and_old_keys_go() {
    let server = FakeSecretApi::default();
    server.put(
        SECRET,
        json!({"metadata": {"name": "leaselint-certs", "labels": {"team": "x"}}, "type": "Opaque", "data": {"old": "eA=="}}),
    );
    let kept = server.kept();
    let (_, version) = kept.load().await.unwrap().unwrap();
    kept.save(&data("new"), Some(&version)).await.unwrap();
    let secret = server.get(SECRET).unwrap();
    assert_eq!(secret["metadata"]["labels"]["team"], "x");
    assert_eq!(secret["data"], json!({"tls.crt": "bmV3"}));
}

#[tokio::test]
async fn authorities_are_published_for_our_webhooks_only_and_the_rest_stays() {
    let server = FakeSecretApi::with_configuration();
    let kept = server.kept();
    let publication = kept.published().await.unwrap().unwrap();
    assert_eq!(publication.bundles, [Vec::<u8>::new(), Vec::new()]);
    kept.publish("pem", &publication.version).await.unwrap();
    let lost = kept.publish("pem", &publication.version).await;
    assert!(matches!(lost, Err(SaveError::Conflict)));
    let object = server.get(CONFIGURATION).unwrap();
    let bundles: Vec<&Value> = object["webhooks"]
        .as_array()
        .unwrap()
        .iter()
        .map(|webhook| &webhook["clientConfig"]["caBundle"])
        .collect();
    assert_eq!(
        bundles,
        ["cGVt", "null", "cGVt"].map(|text| match text {
            "null" => &Value::Null,
            _ => bundles[0],
        })
    );
    assert_eq!(bundles[0], "cGVt");
    assert_eq!(object["webhooks"][1]["newField"], 1);
    assert_eq!(object["metadata"]["labels"]["a"], "b");
    let bundles = kept.published().await.unwrap().unwrap().bundles;
    assert_eq!(bundles, [b"pem".to_vec(), b"pem".to_vec()]);
}

#[tokio::test]
async fn three_replicas_serve_one_certificate_that_is_published() {
    let server = FakeSecretApi::with_configuration();
    let name = SubjectAltName::of_service("leaselint", "lint").unwrap();
    let now = || Timestamp::from_unix(1_800_000_000);
    let mut leaves = Vec::new();
    for _ in 0..3 {
        let mut keeper = Keeper::new(server.kept(), RotationPolicy::new(vec![name.clone()]));
        let serving = ServingCert::empty();
        keeper.round(&serving, now).await.unwrap();
        assert!(keeper.readiness().is_ready(now()));
        leaves.push(serving.current().unwrap().leaf().clone());
    }
    let published = server.kept().published().await.unwrap().unwrap().bundles;
    for bundle in &published {
        let authorities = inspect::certificates(bundle).unwrap();
        let chain = std::slice::from_ref(&leaves[0]);
        inspect::verify(chain, &authorities, Some(&name), now()).unwrap();
    }
    assert_eq!(published.len(), 2);
    assert!(leaves.iter().all(|leaf| leaf == &leaves[0]));
}
