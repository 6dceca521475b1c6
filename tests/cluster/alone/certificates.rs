//! Certificates are exchanged while requests come: two replicas, one Secret, no request lost.

use std::time::{Duration, Instant, SystemTime};

use certs::issue::{Authority, DAY, Lifetimes};
use certs::{SubjectAltName, Timestamp, inspect};
use control_plane::{ControlPlane, Options};
use serde_json::{Value, json};

use crate::load::{Load, Service};
use crate::objects::namespace;
use crate::support::{
    CONFIGURATION, WebhookProcess, deploy, kubectl, set_failure_policy, until, until_asked,
};

/// Longer than a replica waits until it takes an exchange of authorities for known everywhere.
const LONG_AGO: Duration = Duration::from_secs(4000);

/// So short that nobody would wait for the end.
const SHORT: Lifetimes = Lifetimes {
    authority: Duration::from_secs(100 * 86_400),
    leaf: Duration::from_secs(10 * 86_400),
    backdating: Duration::from_secs(3600),
};

fn now() -> Timestamp {
    SystemTime::now().into()
}

fn name() -> SubjectAltName {
    SubjectAltName::of_service("leaselint", "leaselint").unwrap()
}

/// One value of the Secret; empty if it is not there.
pub(super) fn stored(plane: &ControlPlane, key: &str) -> String {
    let template =
        format!("--template={{{{with index .data \"{key}\"}}}}{{{{base64decode .}}}}{{{{end}}}}");
    let get = ["get", "secret", "leaselint-certs", "-n", "leaselint"];
    kubectl(
        plane,
        &[&get[..], &["-o", "go-template", &template]].concat(),
        "",
    )
    .passes()
    .printed
}

fn store(plane: &ControlPlane, values: &Value) {
    let patch = json!({ "stringData": values }).to_string();
    let patching = ["patch", "secret", "leaselint-certs", "-n", "leaselint"];
    kubectl(plane, &[&patching[..], &["-p", &patch]].concat(), "").passes();
}

/// Lets so much time pass that what was published is known everywhere.
fn pass_time(plane: &ControlPlane) {
    until("the exchange is seen in effect", || {
        !stored(plane, "settling-since").is_empty()
    });
    let since = now().before(LONG_AGO).unix().to_string();
    store(plane, &json!({"settling-since": since}));
}

/// An authority that has a quarter of its life left, and a certificate of it that is still good.
fn seed(plane: &ControlPlane) {
    let issued = now().before(DAY * 75);
    let authority = Authority::issue(issued, &SHORT).unwrap();
    let leaf = authority
        .leaf(&[name()], now(), &Lifetimes::default())
        .unwrap();
    let secret = json!({
        "apiVersion": "v1", "kind": "Secret",
        "metadata": {"name": "leaselint-certs", "namespace": "leaselint"},
        "stringData": {
            "ca.crt": authority.pem().certificate, "ca.key": authority.pem().key.reveal(),
            "tls.crt": leaf.certificate, "tls.key": leaf.key.reveal(),
        },
    });
    kubectl(plane, &["create", "-f", "-"], &secret.to_string()).passes();
}

/// Exchanges the serving certificate for one of the same authority that was issued so long ago, for ten days, and gives it.
pub(super) fn let_it_age(plane: &ControlPlane, age: Duration) -> String {
    let authorities = stored(plane, "ca.crt");
    let key = stored(plane, "ca.key");
    let authority = Authority::from_pem(authorities.as_bytes(), key.as_bytes()).unwrap();
    let leaf = authority
        .leaf(&[name()], now().before(age), &SHORT)
        .unwrap();
    store(
        plane,
        &json!({"tls.crt": leaf.certificate, "tls.key": leaf.key.reveal()}),
    );
    leaf.certificate
}

/// Waits until the Secret's certificate is another one, and every replica serves it.
fn exchanged(plane: &ControlPlane, replicas: &[WebhookProcess], old: &str) -> String {
    let mut stored_now = String::new();
    until("there is another certificate, served by all", || {
        stored_now = stored(plane, "tls.crt");
        let leaf = inspect::first_certificate(stored_now.as_bytes()).unwrap();
        #[allow(clippy::cast_precision_loss, reason = "seconds of this age are exact")]
        let end = leaf.not_after.unix() as f64;
        let is_served = |replica: &WebhookProcess| {
            let name = "leaselint_certificate_expiry_timestamp_seconds";
            (replica.metric(name, &[]) - end).abs() < 0.5
        };
        stored_now != old && replicas.iter().all(is_served)
    });
    stored_now
}

fn published(plane: &ControlPlane) -> usize {
    let template = "--template={{range .webhooks}}{{base64decode .clientConfig.caBundle}}{{end}}";
    let get = ["get", "validatingwebhookconfiguration", "leaselint", "-o"];
    let said = kubectl(plane, &[&get[..], &["go-template", template]].concat(), "").passes();
    let webhooks = plane.client().get(CONFIGURATION).unwrap();
    let webhooks = webhooks["webhooks"].as_array().unwrap().len();
    let all = inspect::certificates(said.printed.as_bytes()).unwrap();
    all.len() / webhooks
}

#[test]
fn no_request_fails_while_certificates_and_their_authority_are_exchanged() {
    let Some(plane) = ControlPlane::for_test(&Options::default()) else {
        return;
    };
    let service = Service::start();
    let kubeconfig = deploy(&plane, service.address.port());
    seed(&plane);
    // With Ignore a failure would pass unseen.
    set_failure_policy(&plane, "Fail");
    let replicas = ["one", "two"].map(|name| WebhookProcess::start(&plane, name, &kubeconfig, &[]));
    service.set(&[replicas[0].listen, replicas[1].listen]);
    kubectl(
        &plane,
        &["apply", "-f", "-"],
        &namespace("load", None).to_string(),
    )
    .passes();
    until_asked(&plane, "load");
    // One of them has found an authority that is due, and has published the next one beside it.
    until("the next authority is published", || published(&plane) == 2);

    let load = Load::start(plane.client(), "load", 40, Duration::from_millis(800));
    let aged = let_it_age(&plane, DAY * 9);
    let renewed = exchanged(&plane, &replicas, &aged);

    pass_time(&plane);
    let switched = exchanged(&plane, &replicas, &renewed);
    assert_eq!(published(&plane), 2);

    pass_time(&plane);
    until("the old authority is gone", || published(&plane) == 1);
    let authorities = stored(&plane, "ca.crt");
    let authorities = inspect::certificates(authorities.as_bytes()).unwrap();
    let leaf = inspect::first_certificate(switched.as_bytes()).unwrap();
    inspect::verify(&[leaf], &authorities, Some(&name()), now()).unwrap();
    let old = inspect::first_certificate(renewed.as_bytes()).unwrap();
    assert!(inspect::verify(&[old], &authorities, Some(&name()), now()).is_err());

    // API servers hear of the new bundle, and connect anew with it.
    std::thread::sleep(Duration::from_secs(3));
    let tally = load.end();
    assert_eq!(tally.failed, Vec::<String>::new());
    assert!(tally.admitted > 200, "{tally:?}");
    for replica in &replicas {
        let refused = [r#"reason="handshake""#];
        assert_eq!(replica.metric("leaselint_rejections_total", &refused), 0.0);
        let accepted = replica.metric("leaselint_connections_accepted_total", &[]);
        println!("{accepted} connections");
        assert!(accepted > 20.0);
        assert!(replica.is_ready());
    }
}

/// Half a minute, and some more for a busy machine.
const MOST_TIME_WITHOUT_CERTIFICATE: Duration = Duration::from_secs(30 + 30);

#[test]
fn what_somebody_deletes_overwrites_or_damages_is_there_again_soon() {
    let Some(plane) = ControlPlane::for_test(&Options::default()) else {
        return;
    };
    let kubeconfig = deploy(&plane, crate::support::free_address().port());
    let start = |name: &str| WebhookProcess::start(&plane, name, &kubeconfig, &[]);
    let replicas = ["one", "two"].map(start);
    let served = stored(&plane, "tls.crt");
    let delete = || {
        let delete = ["delete", "secret", "leaselint-certs", "-n", "leaselint"];
        kubectl(&plane, &delete, "").passes();
    };
    let is_there = || {
        let get = ["get", "secret", "leaselint-certs", "-n", "leaselint"];
        kubectl(&plane, &get, "").passed && !stored(&plane, "tls.crt").is_empty()
    };

    // A replica holds it, and hears of the deletion.
    delete();
    let begin = Instant::now();
    until("it is restored", is_there);
    println!("restored after {} ms", begin.elapsed().as_millis());
    assert_eq!(stored(&plane, "tls.crt"), served);

    // No authority is published any more.
    let is_published = || {
        let webhooks = plane.client().get(CONFIGURATION).unwrap();
        let mut webhooks = webhooks["webhooks"].as_array().unwrap().iter();
        webhooks.all(|webhook| webhook["clientConfig"]["caBundle"].is_string())
    };
    let webhooks = plane.client().get(CONFIGURATION).unwrap();
    let count = webhooks["webhooks"].as_array().unwrap().len();
    let patch: Vec<Value> = (0..count)
        .map(|at| json!({"op": "remove", "path": format!("/webhooks/{at}/clientConfig/caBundle")}))
        .collect();
    let patch = Value::from(patch).to_string();
    let what = ["patch", "validatingwebhookconfiguration", "leaselint"];
    kubectl(
        &plane,
        &[&what[..], &["--type=json", "-p", &patch]].concat(),
        "",
    )
    .passes();
    let begin = Instant::now();
    until("it is published again", is_published);
    println!("published after {} ms", begin.elapsed().as_millis());

    // Whoever applies the configuration with a caBundle of his own reads whose field that is.
    let webhooks = plane.client().get(CONFIGURATION).unwrap();
    let mut managers = webhooks["metadata"]["managedFields"]
        .as_array()
        .unwrap()
        .iter();
    assert!(
        managers.any(|manager| manager["manager"] == "leaselint"),
        "{webhooks}"
    );

    // A configuration that is gone brings no review any more, which each replica says.
    let is_registered =
        |replica: &WebhookProcess| replica.metric("leaselint_not_registered", &[]) < 0.5;
    assert!(replicas.iter().all(is_registered));
    kubectl(
        &plane,
        &["delete", "validatingwebhookconfiguration", "leaselint"],
        "",
    )
    .passes();
    until("each has seen that nobody asks it", || {
        !replicas.iter().any(is_registered)
    });
    assert!(replicas[0].log().contains(r#""event":"not-registered""#));
    let mut again = webhooks;
    again["metadata"] = json!({"name": "leaselint"});
    for webhook in again["webhooks"].as_array_mut().unwrap() {
        webhook["clientConfig"]["caBundle"].take();
    }
    kubectl(&plane, &["create", "-f", "-"], &again.to_string()).passes();
    until("it is published again", is_published);
    until("each is asked again", || replicas.iter().all(is_registered));

    // What is not understood is left to people, and counted.
    store(&plane, &json!({"tls.key": "no key"}));
    let is_damaged = |replica: &WebhookProcess| {
        (replica.metric("leaselint_certificate_secret_damaged", &[]) - 1.0).abs() < 0.1
    };
    until("each has seen the damage", || {
        replicas.iter().all(is_damaged)
    });
    assert!(replicas.iter().all(WebhookProcess::is_ready));
    delete();
    until("it is there again", is_there);
    until("it is whole", || !replicas.iter().any(is_damaged));

    // Neither a key nor the token of the account is in what they write and show.
    let token = ["config", "view", "--raw", "--kubeconfig"];
    let format = ["-o", "jsonpath={.users[0].user.token}"];
    let file = kubeconfig.to_str().unwrap();
    let token = kubectl(&plane, &[&token[..], &[file], &format].concat(), "");
    let token = token.passes().printed;
    let key = stored(&plane, "tls.key");
    let secret = |line: &&str| line.len() > 20 && !line.starts_with("-----");
    let secrets: Vec<&str> = key.lines().chain([token.trim()]).filter(secret).collect();
    assert!(secrets.len() > 2, "{}", secrets.len());
    for replica in &replicas {
        let metrics = crate::support::get(replica.metrics, "/metrics").unwrap();
        let written = replica.log() + &metrics;
        assert!(written.contains("certificate-secret"), "{written}");
        assert!(!secrets.iter().any(|secret| written.contains(secret)));
    }

    // Nobody holds it any more.
    drop(replicas);
    delete();
    let begin = Instant::now();
    let _anew = start("anew");
    let took = begin.elapsed();
    println!("a new certificate after {} ms", took.as_millis());
    assert!(took < MOST_TIME_WITHOUT_CERTIFICATE, "{took:?}");
}
