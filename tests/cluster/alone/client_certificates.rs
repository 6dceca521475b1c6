//! A webhook that answers API servers alone, and an API server that names itself, as `deploy/README.md` says.

use std::fs;
use std::net::SocketAddr;
use std::path::Path;

use control_plane::{ClientCertificate, ControlPlane, Options};
use serde_json::json;

use crate::objects::{BAD, GOOD, deployment};
use crate::support::{
    WebhookProcess, deploy, free_address, kubectl, set_failure_policy, until_asked,
};

/// The files that make an API server name itself to the webhook at a port.
fn admission_configuration(
    folder: &Path,
    webhook: SocketAddr,
    named: &ClientCertificate,
) -> String {
    let kubeconfig = json!({
        "apiVersion": "v1", "kind": "Config",
        "users": [{
            // At port 443 the name goes without the port (apiserver `pkg/util/webhook/authentication.go`, v1.36).
            "name": format!("leaselint.leaselint.svc:{}", webhook.port()),
            "user": {"client-certificate": named.certificate, "client-key": named.key},
        }],
    });
    let kubeconfig_file = folder.join("webhooks.kubeconfig");
    fs::write(&kubeconfig_file, kubeconfig.to_string()).unwrap();
    let configuration = json!({
        "apiVersion": "apiserver.config.k8s.io/v1", "kind": "AdmissionConfiguration",
        "plugins": [{
            "name": "ValidatingAdmissionWebhook",
            "configuration": {
                "apiVersion": "apiserver.config.k8s.io/v1", "kind": "WebhookAdmissionConfiguration",
                "kubeConfigFile": kubeconfig_file,
            },
        }],
    });
    let file = folder.join("admission.json");
    fs::write(&file, configuration.to_string()).unwrap();
    format!("--admission-control-config-file={}", file.display())
}

#[test]
fn only_an_api_server_that_names_itself_is_answered() {
    let folder = tempfile::tempdir().unwrap();
    let address = free_address();
    let named = ClientCertificate::make(folder.path(), "api-server").unwrap();
    let options = Options {
        api_server: vec![admission_configuration(folder.path(), address, &named)],
        ..Options::default()
    };
    let Some(plane) = ControlPlane::for_test(&options) else {
        return;
    };
    let kubeconfig = deploy(&plane, address.port());
    set_failure_policy(&plane, "Fail");
    let start = |authority: &Path| {
        let authority = format!("--client-ca={}", authority.display());
        WebhookProcess::start_at(&plane, "leaselint", &kubeconfig, &[&authority], address)
    };
    let apply = |name: &str, arguments: &[&str]| {
        let object = deployment("default", name, arguments, 2).to_string();
        kubectl(&plane, &["apply", "-f", "-"], &object)
    };

    let webhook = start(&named.authority);
    until_asked(&plane, "default");
    apply("bad", BAD).refused_by("lease-not-above-renew");
    apply("good", GOOD).passes();
    assert!(webhook.metric("leaselint_reviews_total", &[]) >= 2.0);
    drop(webhook);

    // Of another authority: it gets no answer, and the webhook must answer.
    let other = ClientCertificate::make(folder.path(), "other").unwrap();
    let webhook = start(&other.authority);
    let said = apply("good-too", GOOD);
    assert!(!said.passed);
    assert!(
        said.words.contains("failed calling webhook"),
        "{}",
        said.words
    );
    assert_eq!(webhook.metric("leaselint_reviews_total", &[]), 0.0);
    assert!(webhook.metric("leaselint_rejections_total", &[r#"reason="handshake""#]) > 0.0);
}
