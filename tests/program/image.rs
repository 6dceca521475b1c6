//! The container image of a release: an OCI image layout, made without a daemon and unpacked here.
#![allow(clippy::indexing_slicing, clippy::unwrap_used)] // in tests a panic is the message

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::process::Command;

use serde_json::{Value, json};

use super::workspace::Workspace;

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

fn run(command: &mut Command) -> String {
    let output = command.output().unwrap();
    let errors = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{command:?}: {errors}");
    String::from_utf8(output.stdout).unwrap()
}

fn unpack(archive: &Path, into: &Path) {
    fs::create_dir_all(into).unwrap();
    let mut tar = Command::new("tar");
    run(tar.arg("-xf").arg(archive).arg("-C").arg(into));
}

/// The blob that a descriptor names, if it is what the descriptor says.
fn blob(layout: &Path, descriptor: &Value) -> PathBuf {
    let digest = descriptor["digest"].as_str().unwrap();
    let sum = digest.strip_prefix("sha256:").unwrap();
    let path = layout.join("blobs/sha256").join(sum);
    let size = fs::metadata(&path).unwrap().len();
    assert_eq!(descriptor["size"], size, "{descriptor}");
    let found = run(Command::new("sha256sum").arg(&path));
    assert!(found.starts_with(sum), "{descriptor}");
    path
}

fn json_of(path: &Path) -> Value {
    serde_json::from_slice(&fs::read(path).unwrap()).unwrap()
}

#[test]
fn an_image_is_packed_without_a_daemon_and_holds_the_program_alone() {
    // It stands for a static program.
    let program = "#!/bin/sh\necho leaselint 9.8.7\n";
    let workspace = Workspace::with("leaselint", program);
    let at = |name: &str| workspace.path().join(name);
    fs::set_permissions(at("leaselint"), fs::Permissions::from_mode(0o755)).unwrap();
    let pack = |folder: &str| {
        let mut script = Command::new(root().join(".github/release/image.sh"));
        let script = script.arg(at("leaselint")).arg("amd64").arg(at(folder));
        PathBuf::from(run(script).trim_end())
    };
    let image = pack("images");
    assert_eq!(image, at("images/leaselint-9.8.7-image-amd64.tar"));
    let again = pack("again");
    assert_eq!(fs::read(&image).unwrap(), fs::read(again).unwrap());

    let layout = at("layout");
    unpack(&image, &layout);
    let version = json_of(&layout.join("oci-layout"));
    assert_eq!(version, json!({"imageLayoutVersion": "1.0.0"}));
    let index = json_of(&layout.join("index.json"));
    let [manifest] = index["manifests"].as_array().unwrap().as_slice() else {
        panic!("one image: {index}");
    };
    assert_eq!(
        manifest["platform"],
        json!({"os": "linux", "architecture": "amd64"})
    );
    let manifest = json_of(&blob(&layout, manifest));
    let config = json_of(&blob(&layout, &manifest["config"]));
    let [layer] = manifest["layers"].as_array().unwrap().as_slice() else {
        panic!("one layer: {manifest}");
    };
    // The layer is not compressed, so its two digests are one.
    assert_eq!(config["rootfs"]["diff_ids"], json!([layer["digest"]]));
    assert_eq!(config["architecture"], "amd64");
    assert_eq!(config["config"]["Entrypoint"], json!(["/leaselint"]));
    assert_eq!(config["config"]["User"], "65532:65532");
    assert_eq!(config["config"]["Env"], json!(["MIMALLOC_PURGE_DELAY=0"]));

    // The same for docker, whose own archives have it beside the layout.
    let sum = |descriptor: &Value| {
        let digest = descriptor["digest"].as_str().unwrap();
        digest.replace("sha256:", "blobs/sha256/")
    };
    let of_docker = json_of(&layout.join("manifest.json"));
    let expected = json!([{
        "Config": sum(&manifest["config"]), "RepoTags": ["leaselint:9.8.7"], "Layers": [sum(layer)],
    }]);
    assert_eq!(of_docker, expected);

    let files = at("files");
    unpack(&blob(&layout, layer), &files);
    let names: Vec<_> = fs::read_dir(&files)
        .unwrap()
        .map(|entry| entry.unwrap().file_name())
        .collect();
    assert_eq!(names, ["leaselint"]);
    let unpacked = files.join("leaselint");
    assert_eq!(fs::read_to_string(&unpacked).unwrap(), program);
    assert_eq!(run(&mut Command::new(unpacked)), "leaselint 9.8.7\n");
}
