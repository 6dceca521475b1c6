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
fn variables_of_an_image_go_on_in_the_stages_above_it() {
    let file = Dockerfile::parse(
        "FROM x AS base\nENV A=1 B=\"two words\" \\\n    # a comment\n    C=$A\nENV D and more\nENTRYPOINT [\"/a\"]\nFROM base\nENV A=2\n",
    );
    let shown = |at: usize| {
        let env = file.stages[at].env.iter();
        env.map(|(name, value)| format!("{name}={value}"))
            .collect::<Vec<_>>()
    };
    assert_eq!(shown(0), ["A=1", "B=two words", "C=$A", "D=and more"]);
    assert_eq!(shown(1), ["B=two words", "C=$A", "D=and more", "A=2"]);
}

#[test]
fn a_variable_of_an_image_holds_what_its_stage_has_before_it() {
    let file = Dockerfile::parse(
        "FROM x\nENV A=other\nCMD [\"/a\"]\nFROM x\nARG BUILD=dev\nENV A=1\nENV A=2 B=$BUILD\nENV C=$A\nCMD [\"/b\"]\n",
    );
    let env = file.stages[1].env.iter();
    let shown: Vec<String> = env.map(|(name, value)| format!("{name}={value}")).collect();
    // The build may be given another value for its argument.
    assert_eq!(shown, ["A=2", "B=$BUILD", "C=2"]);
}

#[test]
fn words_of_a_json_list_may_hold_commas_and_brackets() {
    let words = |line: &str| {
        let file = Dockerfile::parse(&format!("FROM x\nENTRYPOINT {line}\n"));
        (file.stages[0].entrypoint.clone(), file.stages[0].is_shell)
    };
    let list = |all: &[&str]| {
        all.iter()
            .map(|word| (*word).to_owned())
            .collect::<Vec<_>>()
    };
    assert_eq!(
        words(r#"[ "/op", "--zones=a,b", "--x=[\"y\"]" ]"#),
        (list(&["/op", "--zones=a,b", "--x=[\"y\"]"]), false)
    );
    // Docker takes what is no list for a line of shell.
    assert!(words("[/op, run]").1);
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
    let images = read_build_yaml(
        "builds:\n  - {id: keeper, dir: ./app, main: ./cmd/keeper}\n  - {main: ./cmd/ko}\ndockers:\n  - dockerfile: build/Dockerfile\n    image_templates: [\"ghcr.example/ops/keeper:{{ .Tag }}-amd64\"]\n",
    );
    assert_eq!(
        built(&images.builds),
        ["keeper<-app/cmd/keeper", "ko<-cmd/ko"]
    );
    assert_eq!(images.images[0].image, "ghcr.example/ops/keeper");
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
