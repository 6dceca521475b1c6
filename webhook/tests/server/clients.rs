//! Who is answered.

use serde_json::Value;
use tokio_rustls::rustls::pki_types::{CertificateDer, PrivateKeyDer};
use webhook::review::Policy;

use crate::support::as_sent::as_sent;
use crate::support::{GOOD, RunningServer, deployment, options, request, review, start_for};

#[tokio::test]
async fn with_an_authority_for_clients_only_those_with_its_certificate_are_answered() {
    let make = |name: &str| rcgen::generate_simple_self_signed(vec![name.to_owned()]).unwrap();
    let (api_server, stranger) = (make("api-server"), make("stranger"));
    let pair = |made: &rcgen::CertifiedKey<rcgen::KeyPair>| {
        let certificate = CertificateDer::from(made.cert.der().to_vec());
        let key = PrivateKeyDer::try_from(made.signing_key.serialize_der()).unwrap();
        (certificate, key)
    };
    let (trusted, _) = pair(&api_server);
    let mut running = start_for(options(), Policy::default(), &[trusted]).await;
    let asks = async |running: &RunningServer| {
        let mut client = match running.dialler().connect().await {
            Ok(client) => client,
            Err(_) => return false,
        };
        // With TLS 1.3 a client hears of it only with the first answer.
        let body = as_sent(&review(request("CREATE", &deployment(GOOD), &Value::Null)));
        client.post(body).await.is_ok()
    };
    assert!(!asks(&running).await);
    let (certificate, key) = pair(&stranger);
    running.identify(certificate, key);
    assert!(!asks(&running).await);
    let (certificate, key) = pair(&api_server);
    running.identify(certificate, key);
    assert!(asks(&running).await);
}
