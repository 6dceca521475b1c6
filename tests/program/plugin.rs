//! The plugin of kubectl: the template of its manifest for krew's index.

use std::env;
use std::ffi::OsString;
use std::process::Command;

use serde_json::Value;

use super::not_tested::not_tested;
use super::workspace::Workspace;

/// A file of this repository.
fn file(name: &str) -> String {
    let path = format!("{}/{name}", env!("CARGO_MANIFEST_DIR"));
    std::fs::read_to_string(&path).unwrap_or_else(|error| panic!("{path}: {error}"))
}

/// The manifest as `krew-release-bot` makes it for a release: its `addURIAndSha` gives an address and a checksum.
fn manifest_text() -> String {
    let version = concat!("v", env!("CARGO_PKG_VERSION"));
    let mut text = String::new();
    for line in file(".krew.yaml").lines() {
        let url = line
            .trim()
            .strip_prefix("{{ indent 6 (addURIAndSha \"")
            .and_then(|rest| rest.strip_suffix("\" .TagName) }}"));
        match url {
            Some(url) => {
                let sum = "0".repeat(64);
                text.push_str(&format!("      uri: {url}\n      sha256: {sum:?}\n"));
            }
            None => text.push_str(&format!("{line}\n")),
        }
    }
    let text = text
        .replace("{{ slice .TagName 1 }}", env!("CARGO_PKG_VERSION"))
        .replace("{{ .TagName }}", version);
    assert!(!text.contains("{{"), "{text}");
    text
}

fn manifest() -> Value {
    serde_yaml::from_str(&manifest_text()).expect("YAML")
}

/// Whether krew's own validator takes a manifest, and what it prints.
fn is_valid(validator: &OsString, text: &str) -> (bool, String) {
    let workspace = Workspace::with("leaselint.yaml", text);
    let output = Command::new(validator)
        .current_dir(workspace.path())
        .args(["-skip-install", "-manifest", "leaselint.yaml"])
        .output()
        .expect("it runs");
    let printed = String::from_utf8_lossy(&output.stderr).into_owned();
    (output.status.success(), printed)
}

#[test]
fn krews_own_validator_takes_the_manifest() {
    let named = env::var_os("LEASELINT_KREW_VALIDATOR").filter(|file| !file.is_empty());
    let validator = named.unwrap_or_else(|| "validate-krew-manifest".into());
    if Command::new(&validator).arg("-help").output().is_err() {
        not_tested(
            "the manifest of krew by its validator (`cmd/validate-krew-manifest` of Go's module sigs.k8s.io/krew, LEASELINT_KREW_VALIDATOR names the file)",
        );
        return;
    }
    let text = manifest_text();
    let (is_right, printed) = is_valid(&validator, &text);
    assert!(is_right, "{printed}");
    // It does find what is wrong.
    let two_for_one_system = text.replace("arch: arm64", "arch: amd64");
    let (is_right, printed) = is_valid(&validator, &two_for_one_system);
    assert!(!is_right && printed.contains("overlapping"), "{printed}");
}

#[test]
fn the_manifest_has_what_krew_asks_for() {
    let manifest = manifest();
    assert_eq!(
        manifest["apiVersion"],
        "krew.googlecontainertools.github.com/v1alpha2"
    );
    assert_eq!(manifest["kind"], "Plugin");
    // krew calls the link to the program `kubectl-` and this name.
    assert_eq!(manifest["metadata"]["name"], "leaselint");
    let spec = &manifest["spec"];
    assert_eq!(
        spec["version"].as_str(),
        Some(concat!("v", env!("CARGO_PKG_VERSION")))
    );
    assert_eq!(spec["homepage"], env!("CARGO_PKG_REPOSITORY"));
    let short = spec["shortDescription"].as_str().expect("a text");
    assert!(!short.is_empty() && short.len() <= 50, "{short}");
    assert!(!short.ends_with('.'), "{short}");
    for key in ["description", "caveats"] {
        let text = spec[key].as_str().expect("a text");
        assert!(text.lines().all(|line| line.len() <= 80), "{text}");
    }
}

#[test]
fn its_archives_are_those_of_a_release() {
    let workflow: Value =
        serde_yaml::from_str(&file(".github/workflows/release.yml")).expect("YAML");
    let matrix = workflow["jobs"]["build"]["strategy"]["matrix"]["include"]
        .as_array()
        .expect("targets");
    // The linter alone shows nothing of a cluster.
    let whole = matrix.iter().filter(|build| build["features"].is_null());
    let mut released: Vec<String> = whole
        .map(|build| {
            let target = build["target"].as_str().expect("a target");
            let version = env!("CARGO_PKG_VERSION");
            let repository = env!("CARGO_PKG_REPOSITORY");
            format!("{repository}/releases/download/v{version}/leaselint-{version}-{target}.tar.gz")
        })
        .collect();
    let manifest = manifest();
    let platforms = manifest["spec"]["platforms"].as_array().expect("platforms");
    let packed = file(".github/release/package.sh");
    let mut named = Vec::new();
    for platform in platforms {
        let uri = platform["uri"].as_str().expect("an address");
        let labels = &platform["selector"]["matchLabels"];
        let (os, arch) = (&labels["os"], &labels["arch"]);
        let of_os = if os == "linux" { "linux" } else { "apple" };
        let of_arch = if arch == "amd64" { "x86_64" } else { "aarch64" };
        assert!(
            uri.contains(of_os) && uri.contains(of_arch),
            "{uri}: {os} {arch}"
        );
        for from in platform["files"].as_array().expect("files") {
            let from = from["from"].as_str().expect("a file");
            assert!(
                packed.contains(&format!("names=({from} "))
                    || packed.contains(&format!(" {from} ")),
                "{from}"
            );
        }
        assert_eq!(platform["bin"], "leaselint");
        named.push(uri.to_owned());
    }
    named.sort();
    released.sort();
    assert_eq!(named, released);
}
