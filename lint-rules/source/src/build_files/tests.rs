//! Build files written for one test each.

use proptest::prelude::*;

use super::{Dockerfile, Makefile, read_build_yaml};

/// What is built: `output<-package`.
fn built(builds: &[super::GoBuild]) -> Vec<String> {
    builds
        .iter()
        .map(|build| format!("{}<-{}", build.output, build.package))
        .collect()
}

#[test]
fn a_dockerfile_says_what_it_builds_and_starts() {
    let file = Dockerfile::parse(
        "ARG NAME=manager\nFROM golang AS build\nRUN --mount=type=cache CGO_ENABLED=0 \\\n    go build -trimpath -ldflags \"-s -w\" \\\n    -o bin/${NAME} ./cmd/operator/main.go && \\\n    cd tools && go build -o helper .\nFROM scratch\nCOPY --from=build /src/bin/manager /operator\nENTRYPOINT [\"/operator\", \"run\"]\nCMD [\"--v=1\"]\n",
    );
    assert_eq!(
        built(&file.builds),
        ["manager<-cmd/operator", "helper<-tools"]
    );
    assert_eq!(file.built_as("operator"), "manager");
    assert_eq!(file.stages.len(), 1);
    let stage = &file.stages[0];
    assert_eq!(
        (stage.entrypoint.join(" "), stage.cmd.join(" ")),
        ("/operator run".to_owned(), "--v=1".to_owned())
    );
    assert!(stage.is_last && !stage.is_shell);
}

#[test]
fn stages_start_what_the_stage_below_them_starts() {
    let file = Dockerfile::parse(
        "FROM x AS base\nENTRYPOINT [\"/tini\", \"--\"]\nFROM base AS one\nCMD [\"/one\"]\nFROM base AS two\nENTRYPOINT exec /two --flag\n",
    );
    let starts: Vec<_> = file
        .stages
        .iter()
        .map(|stage| {
            (
                stage.name.as_deref(),
                stage.entrypoint.join(" "),
                stage.cmd.join(" "),
                stage.is_shell,
            )
        })
        .collect();
    assert_eq!(
        starts,
        [
            (Some("base"), "/tini --".to_owned(), String::new(), false),
            (Some("one"), "/tini --".to_owned(), "/one".to_owned(), false),
            (Some("two"), "/two --flag".to_owned(), String::new(), true),
        ]
    );
}

#[test]
fn what_another_repository_builds_is_left_out() {
    let file = Dockerfile::parse(
        "FROM golang\nRUN git clone https://example.test/x . && go build -o x .\n",
    );
    assert_eq!(built(&file.builds), Vec::<String>::new());
    let unknown = Dockerfile::parse(
        "FROM golang\nARG PKG\nRUN go build -o x ./cmd/${PKG}\nRUN cd /elsewhere && go build -o y ./z\nRUN go build ./...\n",
    );
    assert_eq!(built(&unknown.builds), Vec::<String>::new());
}

#[test]
fn a_makefile_says_which_dockerfile_makes_an_image() {
    let file = Makefile::parse(
        "REGISTRY ?= example.test/ops\nIMG ?= $(REGISTRY)/warden:v1\n\nbuild:\n\t$(GO) build -o bin/warden ./cmd/warden\n\nimage: build\n\t@docker build --platform linux/amd64 -t ${IMG} \\\n\t\t-f build/Dockerfile --target run .\n",
    );
    assert_eq!(built(&file.builds), ["warden<-cmd/warden"]);
    let image = &file.images[0];
    assert_eq!(image.image, "example.test/ops/warden:v1");
    assert_eq!(image.dockerfile.as_deref(), Some("build/Dockerfile"));
    assert_eq!(
        (image.target.as_deref(), image.context.as_str()),
        (Some("run"), ".")
    );
}

#[test]
fn skaffold_and_goreleaser_are_read() {
    let skaffold = read_build_yaml(
        "apiVersion: skaffold/v4beta11\nkind: Config\nbuild:\n  artifacts:\n    - image: ops/warden\n      context: app\n      docker: {dockerfile: Dockerfile.warden}\n    - image: ops/ko\n      ko: {main: ./cmd/ko}\n",
    );
    assert_eq!(
        skaffold.images[0].dockerfile.as_deref(),
        Some("Dockerfile.warden")
    );
    assert_eq!(built(&skaffold.builds), ["ko<-cmd/ko"]);
    let releaser = read_build_yaml("builds:\n  - {id: x, main: ./cmd/x/main.go, binary: warden}\n");
    assert_eq!(built(&releaser.builds), ["warden<-cmd/x"]);
}

proptest! {
    #[test]
    fn no_text_is_too_odd(text in "[ \\t\\n\\\\'\"$(){}\\[\\]=:;&|#a-zA-Z/.-]{0,200}") {
        for line in ["", "RUN go build ", "ENTRYPOINT ", "FROM a\nCMD [", "X ?= $(X)\n\tgo build -o $(X) ", "\tdocker build -t "] {
            let text = format!("{line}{text}");
            let _file = Dockerfile::parse(&text);
            let _make = Makefile::parse(&text);
            let _script = Makefile::of_script(&text);
            let _yaml = read_build_yaml(&text);
        }
    }
}
