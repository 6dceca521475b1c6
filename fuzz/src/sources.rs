//! Go files and build files beside a manifest: reading them ends, and every place that is shown is a place of a file.

use engine::{Engine, Input, InputFile};
use manifest::file::ParsedFile;
use manifest::text::FileId;
use source::{BuildFile, FolderReading, GoText, SourceCatalogue, SourceFolder, is_build_file};

use super::judging::{check_input, files_of, read};

/// A program that elects, where the buffer has none.
const PROGRAM: &str = r#"package main

import (
	"flag"
	"os"

	ctrl "sigs.k8s.io/controller-runtime"
)

func main() {
	elect := flag.Bool("elect", true, "")
	flag.Parse()
	manager, err := ctrl.NewManager(ctrl.GetConfigOrDie(), ctrl.Options{
		LeaderElection:   *elect,
		LeaderElectionID: os.Getenv("LOCK"),
	})
	if err != nil {
		os.Exit(1)
	}
	if err := manager.Start(ctrl.SetupSignalHandler()); err != nil {
		os.Exit(1)
	}
}
"#;

const MANIFEST: &str = r#"apiVersion: apps/v1
kind: Deployment
metadata:
  name: warden
  namespace: quotas
spec:
  replicas: 2
  selector:
    matchLabels: {app: warden}
  template:
    metadata:
      labels: {app: warden}
    spec:
      containers:
        - name: warden
          image: example.test/warden:1.0
          args: [--elect=true, --id=warden, --lease=15s]
          env:
            - name: LOCK
              value: warden-lock
            - name: POD_NAME
              valueFrom: {fieldRef: {fieldPath: metadata.name}}
"#;

const MODULE: &str = "module example.test/warden\n\ngo 1.24\n\nrequire (\n\tk8s.io/client-go v0.34.1\n\t\
                      sigs.k8s.io/controller-runtime v0.22.0\n)\n";

/// Reads a buffer of one or several Go files, `go.mod` files and manifests.
pub fn go_source(bytes: &[u8]) {
    check(files_of(bytes, "main.go"));
}

/// Reads a buffer of one or several build files, the first a Dockerfile.
pub fn build_files(bytes: &[u8]) {
    check(files_of(bytes, "Dockerfile"));
    check(files_of(bytes, "Makefile"));
    check(files_of(bytes, "skaffold.yaml"));
}

/// Adds what a repository needs and the buffer does not have, and judges it.
fn check(mut files: Vec<(String, Vec<u8>)>) {
    for (end, name, text) in [
        (".go", "cmd/warden/main.go", PROGRAM),
        ("go.mod", "go.mod", MODULE),
        (".yaml", "config/warden.yaml", MANIFEST),
    ] {
        let is_there = |name: &str| name.ends_with(end) && !is_build_file(name);
        if !files.iter().any(|(name, _)| is_there(name)) {
            files.push((name.to_owned(), text.as_bytes().to_vec()));
        }
    }
    let mut folder = SourceFolder::default();
    let mut manifests = Vec::new();
    for (name, bytes) in files {
        let text = || String::from_utf8_lossy(&bytes).into_owned();
        if name.ends_with(".go") {
            folder.files.push((name, GoText::of(text())));
        } else if name.ends_with("go.mod") {
            folder.modules.push((name, text()));
        } else if is_build_file(&name) {
            let text = text();
            folder.build_files.push(BuildFile { path: name, text });
        } else {
            manifests.push((name, bytes));
        }
    }
    let input = with_sources(read(&manifests), &folder);
    let _fixed = check_input(&input, &Engine::default(), &manifests);
}

/// An input with the programs of a folder.
fn with_sources(mut input: Input, folder: &SourceFolder<'_>) -> Input {
    let names = input.numbered().map(|(id, file)| (id, file.name.clone()));
    let mut catalogue = SourceCatalogue::default().with_manifests(names.collect::<Vec<_>>());
    let first: FileId = input.next_id();
    let cited = catalogue.add(FolderReading::of(folder, &source::one_by_one), first);
    let mut backwards = SourceCatalogue::default();
    let again = FolderReading::of(folder, &|count, work| {
        (0..count).rev().for_each(work);
    });
    let again = backwards.add(again, first);
    let names = |cited: &[source::CitedFile]| -> Vec<String> {
        cited.iter().map(|file| file.name.clone()).collect()
    };
    assert_eq!(names(&cited), names(&again), "the order of work shows");
    for file in cited {
        let known =
            |(path, text): &(String, GoText<'_>)| *path == file.name && text.whole() == file.text;
        assert!(folder.files.iter().any(known), "{}", file.name);
        input.attach(InputFile {
            name: file.name,
            reading: ParsedFile::default(),
            text: Some(file.text),
            attached: true,
        });
    }
    input.with_sources(Some(Box::new(catalogue)))
}
