//! `deploy/base` on a real API server, and whether its account may do what the program does.

use std::path::Path;
use std::time::SystemTime;

use certs::rotate::{Keeper, RotationPolicy};
use certs::{ServingCert, SubjectAltName, Timestamp, inspect};
use control_plane::{ControlPlane, Options};
use k8s_openapi::ByteString;
use serde_json::{Value, json};
use webhook::certificates::{ServiceName, SharedSecret};
use webhook::cluster::{Belief, WatchedResource, client};
use webhook::log::Log;

use super::support::{Follower, kubectl};

fn now() -> Timestamp {
    SystemTime::now().into()
}

/// What is changed, and the change.
type ConfigurationChange<'c> = (&'c str, &'c dyn Fn(&mut Value));

#[test]
fn the_base_is_accepted_and_its_account_may_do_what_is_needed() {
    let Some(plane) = ControlPlane::for_test(&Options::default()) else {
        return;
    };
    let base = Path::new(env!("CARGO_MANIFEST_DIR")).join("../deploy/base");
    let base = base.to_str().unwrap();
    let printed = kubectl(&plane, &["apply", "-k", base], "");
    assert_eq!(printed.lines().count(), 13, "{printed}");

    let token = kubectl(
        &plane,
        &["create", "token", "leaselint", "-n", "leaselint"],
        "",
    );
    let kubeconfig = plane
        .kubeconfig_with_token("leaselint", token.trim())
        .unwrap();
    let follower = Follower::start(&kubeconfig, Log::nowhere());
    follower.until_synced();
    for what in WatchedResource::ALL {
        assert_eq!(
            follower.state.view().belief(what),
            Belief::Ready,
            "{what:?}"
        );
    }

    // Two replicas at once.
    let api = follower
        .runtime
        .block_on(client(Some(&kubeconfig), None))
        .unwrap();
    let name = SubjectAltName::of_service("leaselint", "leaselint").unwrap();
    let replica = async || {
        let service = ServiceName {
            namespace: "leaselint".into(),
            name: "leaselint".into(),
        };
        let kept = SharedSecret::new(
            api.clone(),
            service,
            "leaselint-certs".into(),
            Some("leaselint".into()),
        );
        let mut keeper = Keeper::new(kept, RotationPolicy::new(vec![name.clone()]));
        let serving = ServingCert::empty();
        keeper.round(&serving, now).await.unwrap();
        assert!(keeper.readiness().is_ready(now()));
        serving.current().unwrap().leaf().clone()
    };
    let (one, two) = follower
        .runtime
        .block_on(async { tokio::join!(replica(), replica()) });
    assert_eq!(one, two);
    let configuration = "/apis/admissionregistration.k8s.io/v1/validatingwebhookconfigurations";
    let object = plane
        .client()
        .get(&format!("{configuration}/leaselint"))
        .unwrap();
    let bundle = &object["webhooks"][0]["clientConfig"]["caBundle"];
    let ByteString(bundle) = serde_json::from_value(bundle.clone()).unwrap();
    let authorities = inspect::certificates(&bundle).unwrap();
    inspect::verify(&[one], &authorities, Some(&name), now()).unwrap();

    // The account may change nothing but that, however it got the right to write the rest.
    // Only for show, so that nothing has to be mended.
    let raw = format!("{configuration}/leaselint?dryRun=All");
    let as_account = |object: &Value| {
        let file = plane.folder().join("configuration.json");
        std::fs::write(&file, object.to_string()).unwrap();
        let file = file.to_str().unwrap();
        let kubeconfig = kubeconfig.to_str().unwrap();
        let arguments = [
            "--kubeconfig",
            kubeconfig,
            "replace",
            "--raw",
            &raw,
            "-f",
            file,
        ];
        let output = plane.kubectl(&arguments).unwrap();
        let errors = String::from_utf8_lossy(&output.stderr).into_owned();
        (output.status.success(), errors)
    };
    let current = || {
        let path = format!("{configuration}/leaselint");
        plane.client().get(&path).unwrap()
    };
    let changes: [ConfigurationChange<'_>; 10] = [
        ("failurePolicy", &|object| {
            object["webhooks"][0]["failurePolicy"] = "Fail".into();
        }),
        ("url", &|object| {
            object["webhooks"][0]["clientConfig"] = json!({"url": "https://evil.example/"});
        }),
        ("rules", &|object| {
            object["webhooks"][0]["rules"][0]["resources"] = json!(["*"]);
        }),
        ("selector", &|object| {
            object["webhooks"][0]["namespaceSelector"] = json!({});
        }),
        ("conditions", &|object| {
            object["webhooks"][0]["matchConditions"] = json!([]);
        }),
        ("one more", &|object| {
            let mut second = object["webhooks"][0].clone();
            second["name"] = "more.leaselint.io".into();
            object["webhooks"].as_array_mut().unwrap().push(second);
        }),
        ("labels", &|object| {
            object["metadata"]["labels"]["more"] = "x".into();
        }),
        ("annotations", &|object| {
            object["metadata"]["annotations"]["more"] = "x".into();
        }),
        ("owners", &|object| {
            object["metadata"]["ownerReferences"] =
                json!([{"apiVersion": "v1", "kind": "Namespace", "name": "gone", "uid": "1"}]);
        }),
        ("finalizers", &|object| {
            object["metadata"]["finalizers"] = json!(["example.org/never"]);
        }),
    ];
    for (what, change) in changes {
        let mut object = current();
        change(&mut object);
        let (mut passed, mut errors) = as_account(&object);
        // The policy is in force a moment after it was made.
        for _ in 0..100 {
            if !passed {
                break;
            }
            std::thread::sleep(std::time::Duration::from_millis(200));
            (passed, errors) = as_account(&object);
        }
        assert!(!passed, "{what}");
        assert!(
            errors.contains("leaselint-own-configuration"),
            "{what}: {errors}"
        );
    }
    let mut object = current();
    for webhook in object["webhooks"].as_array_mut().unwrap() {
        webhook["clientConfig"]["caBundle"] =
            current()["webhooks"][0]["clientConfig"]["caBundle"].clone();
    }
    let (passed, errors) = as_account(&object);
    assert!(passed, "{errors}");

    // To apply it again takes nothing away.
    kubectl(&plane, &["apply", "-k", base], "");
    let again = plane
        .client()
        .get(&format!("{configuration}/leaselint"))
        .unwrap();
    assert_eq!(again["webhooks"], object["webhooks"]);
}
