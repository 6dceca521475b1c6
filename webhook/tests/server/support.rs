//! A server on a free port, and clients for it.

#[path = "as_sent.rs"]
pub mod as_sent;

use std::net::Ipv4Addr;
use std::sync::Arc;
use std::time::Duration;

use http_body_util::{BodyExt, Full};
use hyper::body::Bytes;
use hyper::client::conn::http1::SendRequest;
use hyper::{HeaderMap, Request, StatusCode};
use hyper_util::rt::TokioIo;
use serde_json::{Value, json};
use tokio::net::{TcpListener, TcpSocket, TcpStream};
use tokio::sync::oneshot;
use tokio::task::JoinHandle;
use tokio_rustls::TlsConnector;
use tokio_rustls::client::TlsStream;
use tokio_rustls::rustls::crypto::ring;
use tokio_rustls::rustls::pki_types::{CertificateDer, PrivateKeyDer, ServerName};
use tokio_rustls::rustls::server::{ClientHello, ResolvesServerCert};
use tokio_rustls::rustls::sign::{CertifiedKey, SingleCertAndKey};
use tokio_rustls::rustls::{ClientConfig, RootCertStore};
use webhook::log::Log;
use webhook::metrics::Metrics;
use webhook::review::{Policy, Reviewer};
use webhook::server::{Ended, Server, ServerOptions, tls_config};

use as_sent::as_sent;

/// Nothing in these tests takes as long unless it hangs.
pub const PATIENCE: Duration = Duration::from_secs(20);

#[derive(Debug)]
struct OneCertificate(Arc<CertifiedKey>);

impl ResolvesServerCert for OneCertificate {
    fn resolve(&self, _: ClientHello<'_>) -> Option<Arc<CertifiedKey>> {
        Some(Arc::clone(&self.0))
    }
}

pub struct RunningServer {
    pub port: u16,
    pub metrics: Arc<Metrics>,
    pub reviewer: Arc<Reviewer>,
    client: Arc<ClientConfig>,
    stop: Option<oneshot::Sender<()>>,
    ended: JoinHandle<Ended>,
}

/// Short deadlines, so that tests need not wait.
pub fn options() -> ServerOptions {
    ServerOptions {
        handshake: Duration::from_millis(600),
        headers: Duration::from_millis(600),
        body: Duration::from_millis(600),
        unread: Duration::from_millis(600),
        idle: Duration::from_secs(30),
        lame_duck: Duration::from_millis(300),
        drain: Duration::from_secs(5),
        ..ServerOptions::default()
    }
}

pub async fn start(options: ServerOptions, policy: Policy) -> RunningServer {
    start_for(options, policy, &[]).await
}

/// The same for clients of these authorities alone.
pub async fn start_for(
    options: ServerOptions,
    policy: Policy,
    client_authorities: &[CertificateDer<'_>],
) -> RunningServer {
    let made = rcgen::generate_simple_self_signed(vec!["localhost".to_owned()]).unwrap();
    let certificate = CertificateDer::from(made.cert.der().to_vec());
    let key = PrivateKeyDer::try_from(made.signing_key.serialize_der()).unwrap();
    let provider = Arc::new(ring::default_provider());
    let certified = CertifiedKey::from_der(vec![certificate.clone()], key, &provider).unwrap();
    let certificates = Arc::new(OneCertificate(Arc::new(certified)));
    let tls = tls_config(certificates, client_authorities).unwrap();

    let mut roots = RootCertStore::empty();
    roots.add(certificate).unwrap();
    let mut client = ClientConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_root_certificates(roots)
        .with_no_client_auth();
    client.alpn_protocols = vec![b"http/1.1".to_vec()];

    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let port = listener.local_addr().unwrap().port();
    let metrics = Arc::new(Metrics::new("test"));
    let reviewer = Arc::new(Reviewer::new(policy));
    let server = Server::new(
        options,
        Arc::new(tls),
        Arc::clone(&reviewer),
        Arc::clone(&metrics),
        Log::nowhere(),
        None,
    );
    let (stop, stopped) = oneshot::channel();
    let ended = tokio::spawn(async move {
        server
            .serve(listener, async {
                let _ = stopped.await;
            })
            .await
            .unwrap()
    });
    RunningServer {
        port,
        metrics,
        reviewer,
        client: Arc::new(client),
        stop: Some(stop),
        ended,
    }
}

impl RunningServer {
    /// From now on clients show this certificate.
    pub fn identify(&mut self, certificate: CertificateDer<'static>, key: PrivateKeyDer<'static>) {
        let mut client = ClientConfig::clone(&self.client);
        let provider = ring::default_provider();
        let certified = CertifiedKey::from_der(vec![certificate], key, &provider).unwrap();
        client.client_auth_cert_resolver = Arc::new(SingleCertAndKey::from(certified));
        self.client = Arc::new(client);
    }

    /// Makes connections after `self` is gone.
    pub fn dialler(&self) -> Dialler {
        Dialler {
            port: self.port,
            client: Arc::clone(&self.client),
            from: Ipv4Addr::LOCALHOST,
        }
    }

    pub async fn tcp(&self) -> TcpStream {
        TcpStream::connect(("127.0.0.1", self.port)).await.unwrap()
    }

    pub async fn tls(&self) -> TlsStream<TcpStream> {
        self.try_tls().await.unwrap()
    }

    pub async fn try_tls(&self) -> std::io::Result<TlsStream<TcpStream>> {
        self.dialler().tls().await
    }

    pub async fn connect(&self) -> TlsClient {
        self.dialler().connect().await.unwrap()
    }

    pub async fn post(&self, body: impl Into<Bytes>) -> HttpReply {
        self.connect().await.post(body).await.unwrap()
    }

    pub async fn review(&self, request: Value) -> Value {
        let reply = self.post(as_sent(&review(request))).await;
        assert_eq!(reply.status, StatusCode::OK, "{}", reply.text());
        reply.response()
    }

    /// The counter or gauge of that line of the scrape, `0` if there is none.
    pub fn metric(&self, name: &str) -> f64 {
        let text = self.metrics.scrape();
        let line = text.lines().find_map(|line| line.strip_prefix(name));
        line.map_or(0.0, |rest| rest.trim().parse().unwrap())
    }

    pub fn signal(&mut self) {
        let _ = self.stop.take().unwrap().send(());
    }

    pub async fn ended(self) -> Ended {
        tokio::time::timeout(PATIENCE, self.ended)
            .await
            .unwrap()
            .unwrap()
    }
}

#[derive(Clone)]
pub struct Dialler {
    port: u16,
    client: Arc<ClientConfig>,
    from: Ipv4Addr,
}

impl Dialler {
    /// Connects from another address of this machine.
    pub fn from(self, from: Ipv4Addr) -> Self {
        Self { from, ..self }
    }

    async fn tls(&self) -> std::io::Result<TlsStream<TcpStream>> {
        let socket = TcpSocket::new_v4()?;
        socket.bind((self.from, 0).into())?;
        let tcp = socket
            .connect((Ipv4Addr::LOCALHOST, self.port).into())
            .await?;
        let name = ServerName::try_from("localhost").unwrap();
        TlsConnector::from(Arc::clone(&self.client))
            .connect(name, tcp)
            .await
    }

    pub async fn connect(&self) -> std::io::Result<TlsClient> {
        let stream = TokioIo::new(self.tls().await?);
        let (sender, connection) = hyper::client::conn::http1::handshake(stream)
            .await
            .map_err(std::io::Error::other)?;
        tokio::spawn(connection);
        Ok(TlsClient { sender })
    }
}

pub struct TlsClient {
    pub sender: SendRequest<Full<Bytes>>,
}

pub struct HttpReply {
    pub status: StatusCode,
    pub headers: HeaderMap,
    pub body: Bytes,
}

impl TlsClient {
    /// Whether the other side has not ended the connection yet.
    pub async fn is_open(&mut self) -> bool {
        self.sender.ready().await.is_ok()
    }

    pub async fn post(&mut self, body: impl Into<Bytes>) -> hyper::Result<HttpReply> {
        let request = Request::post("/validate?timeout=10s")
            .header("host", "localhost")
            .header("content-type", "application/json")
            .body(Full::new(body.into()))
            .unwrap();
        self.send(request).await
    }

    pub async fn send(&mut self, request: Request<Full<Bytes>>) -> hyper::Result<HttpReply> {
        self.sender.ready().await?;
        let reply = self.sender.send_request(request).await?;
        let (head, body) = reply.into_parts();
        Ok(HttpReply {
            status: head.status,
            headers: head.headers,
            body: body.collect().await?.to_bytes(),
        })
    }
}

impl HttpReply {
    pub fn text(&self) -> String {
        String::from_utf8_lossy(&self.body).into_owned()
    }

    pub fn response(&self) -> Value {
        let review: Value = serde_json::from_slice(&self.body).unwrap();
        assert_eq!(review["apiVersion"], "admission.k8s.io/v1");
        assert_eq!(review["kind"], "AdmissionReview");
        review["response"].clone()
    }
}

pub fn review(request: Value) -> Value {
    json!({"apiVersion": "admission.k8s.io/v1", "kind": "AdmissionReview", "request": request})
}

/// The request for an object, as the API server makes it.
pub fn request(operation: &str, object: &Value, old: &Value) -> Value {
    let subject = if object.is_null() { old } else { object };
    let api_version = subject["apiVersion"].as_str().unwrap();
    let (group, version) = api_version.split_once('/').unwrap_or(("", api_version));
    json!({
        "uid": "5fcc3aa2-0001",
        "kind": {"group": group, "version": version, "kind": subject["kind"]},
        "resource": {"group": group, "version": version, "resource": "things"},
        "requestKind": {"group": group, "version": version, "kind": subject["kind"]},
        "name": subject["metadata"]["name"],
        "namespace": subject["metadata"]["namespace"],
        "operation": operation,
        "userInfo": {"username": "admin", "groups": ["system:masters"]},
        "object": object,
        "oldObject": old,
        "dryRun": false,
        "options": {"kind": "CreateOptions", "apiVersion": "meta.k8s.io/v1"},
    })
}

/// A Deployment with a controller-runtime manager and these arguments.
pub fn deployment(arguments: &[&str]) -> Value {
    json!({
        "apiVersion": "apps/v1",
        "kind": "Deployment",
        "metadata": {
            "name": "controller", "namespace": "ops", "generation": 1,
            "managedFields": [{"manager": "kubectl", "operation": "Apply", "fieldsV1": {"f:spec": {"f:replicas": {}}}}]
        },
        "spec": {
            "replicas": 2,
            "selector": {"matchLabels": {"app": "controller"}},
            "strategy": {"type": "RollingUpdate", "rollingUpdate": {"maxSurge": "25%", "maxUnavailable": "25%"}},
            "template": {
                "metadata": {"labels": {"app": "controller"}},
                "spec": {
                    "serviceAccountName": "controller",
                    "containers": [{"name": "manager", "image": "example.com/team/manager:v1", "args": arguments}]
                }
            }
        },
        "status": {"observedGeneration": 1}
    })
}

/// Not above its renew deadline: an error.
pub const BAD: &[&str] = &[
    "--leader-elect",
    "--leader-elect-lease-duration=10s",
    "--leader-elect-renew-deadline=15s",
    "--leader-elect-retry-period=2s",
];

/// As client-go's own defaults.
pub const GOOD: &[&str] = &[
    "--leader-elect",
    "--leader-elect-lease-duration=15s",
    "--leader-elect-renew-deadline=10s",
    "--leader-elect-retry-period=2s",
];
