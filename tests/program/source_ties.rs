//! Which of the repository's programs a container runs.

use serde_json::Value;

use super::workspace::Workspace;

const MAIN: &str = include_str!("../../examples/operator/cmd/quota-warden/main.go");
const GO_MOD: &str = include_str!("../../examples/operator/go.mod");
const MANIFEST: &str = include_str!("../../examples/operator/config/manager.yaml");

fn electors(workspace: &Workspace) -> Vec<Value> {
    let report = workspace.run(&["inspect", "--format", "json", "."]).json();
    report["electors"].as_array().expect("electors").clone()
}

/// The example's manifest with another image and other words of the command line.
fn manifest(image: &str, words: &str) -> String {
    let changed = MANIFEST
        .replace("registry.example/quotas/quota-warden:v1.4.0", image)
        .replace("args: [--leader-elect]", words);
    assert_ne!(changed, MANIFEST, "image and words are replaced");
    changed
}

/// The example's program with another lock.
fn program(lock: &str) -> String {
    let changed = MAIN.replace(
        "LeaderElectionID:        \"quota-warden\"",
        &format!("LeaderElectionID:        \"{lock}\""),
    );
    assert_ne!(changed, MAIN, "the lock is replaced");
    changed
}

/// The lock's name, if source says it.
fn lock_by_source(workspace: &Workspace) -> Option<String> {
    let all = electors(workspace);
    let elector = all.first()?;
    (elector["certainty"] == "read").then(|| elector["lock"]["name"].as_str().map(str::to_owned))?
}

const BY_MANAGER: &str = "command: [/manager]\n          args: [--leader-elect]";

/// Each module's image starts `/manager`.
#[test]
fn the_image_of_the_nearest_module_is_meant() {
    let dockerfile = "FROM golang AS build\nRUN go build -o bin/manager main.go\nFROM scratch\nCOPY --from=build /src/bin/manager .\nENTRYPOINT [\"/manager\"]\n";
    let of = |folder: &str| {
        let path = format!("{folder}config/manager.yaml");
        let mut workspace = Workspace::with(&path, &manifest("controller:latest", BY_MANAGER));
        for module in ["a", "b", "c"] {
            let go_mod = GO_MOD.replace("quotas.example", &format!("quotas.example/{module}"));
            workspace = workspace
                .and(&format!("{module}/go.mod"), &go_mod)
                .and(&format!("{module}/main.go"), &program(module))
                .and(&format!("{module}/Dockerfile"), dockerfile);
        }
        lock_by_source(&workspace)
    };
    assert_eq!(of("b/").as_deref(), Some("b"));
    assert_eq!(of(""), None, "three modules are equally near");
}

#[test]
fn a_file_that_is_copied_to_a_name_of_its_own() {
    let words = "command: [/opt/services/quota-keeper]\n          args: [--leader-elect]";
    let workspace = |copied: &str| {
        Workspace::with("config/manager.yaml", &manifest("elsewhere/bundle:v1", words))
            .and("go.mod", GO_MOD)
            .and("cmd/agent/main.go", &program("agent"))
            .and("cmd/keeper/main.go", &program("keeper"))
            .and("Dockerfile", &format!("FROM golang AS build\nRUN make build\nFROM scratch\nCOPY --from=build /src/bin/{copied} /opt/services/quota-keeper\nENTRYPOINT [\"/opt/services/other\"]\n"))
    };
    assert_eq!(
        lock_by_source(&workspace("keeper")).as_deref(),
        Some("keeper")
    );
    assert_eq!(
        lock_by_source(&workspace("agent")).as_deref(),
        Some("agent")
    );
}

#[test]
fn a_path_that_no_other_repository_uses() {
    let words = |path: &str| format!("command: [{path}]\n          args: [--leader-elect]");
    let workspace = |path: &str| {
        Workspace::with("config/manager.yaml", &manifest("elsewhere/bundle:v1", &words(path)))
            .and("go.mod", GO_MOD)
            .and("cmd/manager/main.go", &program("manager"))
            .and("Dockerfile", &format!("FROM golang AS build\nRUN go build -o bin/manager ./cmd/manager\nFROM scratch\nCOPY --from=build /src/bin/manager /opt/quotas/\nENTRYPOINT [\"{path}\"]\n"))
    };
    assert_eq!(
        lock_by_source(&workspace("/opt/quotas/manager")).as_deref(),
        Some("manager")
    );
    assert_eq!(
        lock_by_source(&workspace("/manager")),
        None,
        "that may be any program"
    );
}

/// `cmd/manager` of a module called quota-warden is the quota-warden.
#[test]
fn a_container_that_is_called_as_the_module() {
    let workspace = |main: &str| {
        Workspace::with(
            "config/manager.yaml",
            &manifest("REPLACE_NAME", "args: [--leader-elect]"),
        )
        .and("go.mod", GO_MOD)
        .and(main, &program("warden"))
        .and("cmd/helper/main.go", "package main\n\nfunc main() {}\n")
    };
    assert_eq!(
        lock_by_source(&workspace("cmd/manager/main.go")).as_deref(),
        Some("warden")
    );
}

#[test]
fn the_manifests_of_older_versions_are_not_of_the_source_as_it_is() {
    let text = manifest("quotas/quota-warden:v1", "args: [--leader-elect]");
    let workspace = Workspace::with("deploy/0.9.0/op.yaml", &text)
        .and("deploy/0.10.0/op.yaml", &text)
        .and("go.mod", GO_MOD)
        .and("cmd/quota-warden/main.go", MAIN);
    let read: Vec<String> = electors(&workspace)
        .iter()
        .filter(|elector| elector["certainty"] == "read")
        .map(|elector| elector["file"].as_str().unwrap_or_default().to_owned())
        .collect();
    assert_eq!(read, ["deploy/0.10.0/op.yaml"]);
}

/// The image is another program's, so flags that one program has alone say nothing.
#[test]
fn flags_do_not_tie_a_command_of_another_name() {
    let makefile = "build:\n\tgo build -o bin/controller ./cmd/controller\n\tgo build -o bin/warden ./cmd/warden\n";
    let off = program("controller").replace("\"leader-elect\"", "\"elect\"");
    let workspace = |words: &str| {
        Workspace::with("config/manager.yaml", &manifest("controller:latest", words))
            .and("go.mod", GO_MOD)
            .and("Makefile", makefile)
            .and("cmd/controller/main.go", &off)
            .and("cmd/warden/main.go", &program("warden"))
    };
    assert_eq!(lock_by_source(&workspace(BY_MANAGER)), None);
    let plain = workspace("args: [--leader-elect]");
    assert_eq!(lock_by_source(&plain).as_deref(), Some("warden"));
}

/// The container's own variable counts before the image's.
#[test]
fn a_variable_that_the_image_sets() {
    let main = MAIN.replace(
        "LeaderElectionID:        \"quota-warden\"",
        "LeaderElectionID:        os.Getenv(\"LOCK\")",
    );
    assert_ne!(main, MAIN);
    let workspace = |text: &str| {
        Workspace::with("config/manager.yaml", text)
            .and("go.mod", GO_MOD)
            .and("cmd/quota-warden/main.go", &main)
            .and("Dockerfile", "FROM golang AS build\nRUN go build -o quota-warden ./cmd/quota-warden\nFROM scratch AS base\nENV MODE=a LOCK=of-image\nFROM base\nCOPY --from=build /src/quota-warden /\nENTRYPOINT [\"/quota-warden\"]\n")
    };
    let lock = |text: &str| lock_by_source(&workspace(text));
    assert_eq!(lock(MANIFEST).as_deref(), Some("of-image"));
    let own = MANIFEST.replace(
        "          env:\n",
        "          env:\n            - {name: LOCK, value: own}\n",
    );
    assert_eq!(lock(&own).as_deref(), Some("own"));
}

#[test]
fn a_hidden_build_file_beside_the_module_is_read() {
    let words = "command: [/usr/bin/quotad]\n          args: [--leader-elect]";
    let workspace = |releaser: &str| {
        Workspace::with("config/manager.yaml", &manifest("quotas/x:v1", words))
            .and("go.mod", GO_MOD)
            .and("cmd/agent/main.go", &program("agent"))
            .and("cmd/warden/main.go", &program("warden"))
            .and(".goreleaser.yaml", releaser)
    };
    let releaser = "builds:\n  - id: x\n    main: ./cmd/warden\n    binary: quotad\n";
    assert_eq!(
        lock_by_source(&workspace(releaser)).as_deref(),
        Some("warden")
    );
    let other = releaser.replace("cmd/warden", "cmd/agent");
    assert_eq!(lock_by_source(&workspace(&other)).as_deref(), Some("agent"));
}

/// The entries of the ledger for containers that no list knows: the container and the code.
fn not_judged_at_all(workspace: &Workspace) -> Vec<(String, String)> {
    let report = workspace.run(&["lint", "--format", "json", "."]).json();
    let entries = report["notJudged"].as_array().expect("a ledger").iter();
    let entries = entries.filter(|entry| entry["rule"] == "every-rule");
    let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    entries
        .map(|entry| (text(&entry["container"]), text(&entry["code"])))
        .collect()
}

/// Nothing of the container is known, and it may be one of two programs that elect.
#[test]
fn a_container_that_is_tied_to_no_program_is_in_the_ledger() {
    let workspace = |image: &str| {
        Workspace::with("config/manager.yaml", &manifest(image, "args: [--v=1]"))
            .and("go.mod", GO_MOD)
            .and("cmd/one/main.go", &program("one"))
            .and("cmd/two/main.go", &program("two"))
    };
    let own = workspace("registry.example/quotas/quota-warden:v1");
    assert_eq!(electors(&own), Vec::<Value>::new());
    let entry = ("manager".to_owned(), "program-not-tied".to_owned());
    assert_eq!(not_judged_at_all(&own), [entry]);
    let others = not_judged_at_all(&workspace("postgres:17"));
    assert_eq!(others, [], "that is no image of the module");
}

/// `proxies` owns the repository, and an image of that name is another program.
#[test]
fn an_image_that_has_the_name_of_the_repository_s_owner_is_another_s() {
    let workspace = |image: &str| {
        Workspace::with("config/manager.yaml", &manifest(image, ""))
            .and(
                "go.mod",
                &GO_MOD.replace("quotas.example/quota-warden", "code.example/proxies/quota-warden"),
            )
            .and("cmd/quota-warden/main.go", &program("warden"))
            .and("build/Dockerfile", "FROM golang AS build\nRUN go build -o /warden ./cmd/quota-warden\nFROM scratch\nCOPY --from=build /warden /\nENTRYPOINT [\"/warden\"]\n")
    };
    assert_eq!(
        lock_by_source(&workspace("proxies/quota-warden:v1")).as_deref(),
        Some("warden")
    );
    assert_eq!(lock_by_source(&workspace("proxies:alpine")), None);
    assert_eq!(not_judged_at_all(&workspace("proxies:alpine")), []);
}

/// Its build file starts the program of that name, wherever the image is kept.
#[test]
fn an_image_that_is_called_as_the_program_that_it_starts() {
    let makefile = "quota-keeper:\n\tgo build -o bin/quota-keeper ./cmd/keeper\n";
    let workspace = |image: &str| {
        Workspace::with("config/manager.yaml", &manifest(image, "args: [--leader-elect]"))
            .and("go.mod", GO_MOD)
            .and("cmd/agent/main.go", &program("agent"))
            .and("cmd/keeper/main.go", &program("keeper"))
            .and("Makefile", makefile)
            .and("build/images/keeper.Dockerfile", "FROM golang AS build\nRUN make quota-keeper\nFROM scratch\nCOPY --from=build /src/bin/quota-keeper /quota-keeper\nENTRYPOINT [\"/quota-keeper\"]\n")
    };
    let by_image = |image: &str| lock_by_source(&workspace(image));
    assert_eq!(
        by_image("elsewhere/quota-keeper:v1").as_deref(),
        Some("keeper")
    );
    assert_eq!(by_image("elsewhere/quota-agent:v1"), None);
}

const MANAGER_IMAGE: &str = "FROM golang AS build\nRUN go build -o manager main.go\nFROM scratch\nCOPY --from=build /src/manager .\nENTRYPOINT [\"/manager\"]\n";

/// `controller` is what a build file calls its image, and what images of other repositories are called.
#[test]
fn an_image_of_a_usual_name_is_another_repository_s() {
    let by_image = |image: &str| {
        let makefile = "IMG ?= controller:latest\nimage:\n\tdocker build -t ${IMG} .\n";
        let workspace = Workspace::with(
            "config/manager.yaml",
            &manifest(image, "args: [/proxy-controller, --leader-elect]"),
        )
        .and("go.mod", GO_MOD)
        .and("main.go", &program("warden"))
        .and("Makefile", makefile)
        .and("Dockerfile", MANAGER_IMAGE);
        lock_by_source(&workspace)
    };
    assert_eq!(by_image("controller:latest").as_deref(), Some("warden"));
    assert_eq!(
        by_image("registry.example/quota-warden/controller:v1").as_deref(),
        Some("warden")
    );
    assert_eq!(by_image("registry.example/proxies/controller:v1"), None);
}

/// A chart of another program whose values do not name the image.
#[test]
fn an_image_that_is_not_named_is_another_program_s() {
    let by_container = |name: &str| {
        let text = manifest("\"\"", "args: [--leader-elect]");
        let changed = text.replace("- name: manager", &format!("- name: {name}"));
        let workspace = Workspace::with("charts/proxy/deployment.yaml", &changed)
            .and("go.mod", GO_MOD)
            .and("main.go", &program("warden"))
            .and("Dockerfile", MANAGER_IMAGE);
        lock_by_source(&workspace)
    };
    assert_eq!(by_container("proxy"), None);
    assert_eq!(by_container("manager"), None);
    assert_eq!(by_container("quota-warden").as_deref(), Some("warden"));
}

#[test]
fn an_image_whose_name_ends_with_its_architecture() {
    let by_make = |command: &str| {
        let makefile = format!(
            "ARCH ?= $(shell go env GOARCH)\nCONTROLLER_IMG ?= $(REGISTRY)/quota-controller\nimage:\n\t{command}\n"
        );
        let workspace = Workspace::with(
            "config/manager.yaml",
            &manifest(
                "staging.example/quotas/quota-controller:v1",
                "args: [--leader-elect]",
            ),
        )
        .and("go.mod", GO_MOD)
        .and("main.go", &program("warden"))
        .and("hack/tool/main.go", "package main\n\nfunc main() {}\n")
        .and("Makefile", &makefile)
        .and("Dockerfile", MANAGER_IMAGE);
        lock_by_source(&workspace)
    };
    let warden = Some("warden".to_owned());
    let plain = "docker build --build-arg ARCH=$(ARCH) . -t $(CONTROLLER_IMG)-$(ARCH):$(TAG)";
    assert_eq!(by_make(plain), warden);
    let piped = "cat ./Dockerfile | DOCKER_BUILDKIT=1 docker build . -t $(CONTROLLER_IMG)-$(ARCH):$(TAG) --file -";
    assert_eq!(by_make(piped), warden);
    let other = "docker build . -t $(CONTROLLER_IMG)-$(COMPONENT):$(TAG)";
    assert_eq!(by_make(other), None);
}

/// A test's program has an image of its own, which starts a file of the same name.
#[test]
fn an_image_of_a_program_for_tests() {
    let by_image = |image: &str| {
        let makefile = "HELPER := test/helper\nimages:\n\tdocker build . -t $(REGISTRY)/quota-controller\n\tcat $(HELPER)/Dockerfile | docker build . -t $(REGISTRY)/quota-helper --file -\n";
        let workspace = Workspace::with(
            "config/manager.yaml",
            &manifest(image, "args: [--leader-elect]"),
        )
        .and("go.mod", GO_MOD)
        .and("main.go", &program("warden"))
        .and("Makefile", makefile)
        .and("Dockerfile", MANAGER_IMAGE)
        .and("test/helper/main.go", &program("helper"))
        .and(
            "test/helper/Dockerfile",
            &MANAGER_IMAGE.replace("main.go", "."),
        );
        lock_by_source(&workspace)
    };
    assert_eq!(
        by_image("staging.example/quota-controller:v1").as_deref(),
        Some("warden")
    );
    assert_eq!(by_image("staging.example/quota-helper:v1"), None);
}

/// `cmd/scheduler` of the module quota-warden is built as `quota-warden-scheduler`.
#[test]
fn a_program_that_is_called_after_its_module_and_its_folder() {
    let tied = |image: &str, words: &str| {
        let workspace = Workspace::with("config/manager.yaml", &manifest(image, words))
            .and("go.mod", GO_MOD)
            .and("cmd/keeper/main.go", &program("keeper"))
            .and("cmd/scheduler/main.go", &program("scheduler"));
        lock_by_source(&workspace)
    };
    let scheduler = Some("scheduler".to_owned());
    let command = "command: [/quota-warden-scheduler]\n          args: [--leader-elect]";
    assert_eq!(tied("elsewhere/bundle:v1", command), scheduler);
    let image = "elsewhere/quota-warden-scheduler:v1";
    assert_eq!(tied(image, "args: [--leader-elect]"), scheduler);
    assert_eq!(
        tied("elsewhere/warden-scheduler:v1", "args: [--leader-elect]"),
        None
    );
}

/// Of `code.example/acme/quota-warden`.
#[test]
fn an_image_that_is_called_as_the_owner_and_the_repository() {
    let by_image = |image: &str| {
        let workspace = Workspace::with("config/manager.yaml", &manifest(image, BY_MANAGER))
            .and(
                "go.mod",
                &GO_MOD.replace(
                    "quotas.example/quota-warden",
                    "code.example/acme/quota-warden",
                ),
            )
            .and("main.go", &program("warden"));
        lock_by_source(&workspace)
    };
    assert_eq!(
        by_image("public.example/x1/acme-quota-warden:v1").as_deref(),
        Some("warden")
    );
    assert_eq!(by_image("public.example/x1/other-quota-warden:v1"), None);
}

/// A `.gitignore` that names a built file fits the folder of its source, too.
#[test]
fn the_source_of_a_program_whose_file_git_ignores() {
    for main in ["warden/main.go", "cmd/warden/main.go"] {
        let words = "command: [/warden]\n          args: [--leader-elect]";
        let workspace = Workspace::with("config/manager.yaml", &manifest("quotas/any:v1", words))
            .and("go.mod", GO_MOD)
            .and(".gitignore", "warden\n")
            .and(main, &program("ignored"));
        assert_eq!(
            lock_by_source(&workspace).as_deref(),
            Some("ignored"),
            "{main}"
        );
    }
}

#[test]
fn a_program_whose_code_switches_the_election_off_is_tied() {
    let main = MAIN.replace("elect,", "false,");
    assert_ne!(main, MAIN);
    let manifest = manifest("quotas/quota-warden:v1", "args: [--v=1]");
    let workspace = Workspace::with("config/manager.yaml", &manifest)
        .and("go.mod", GO_MOD)
        .and("cmd/quota-warden/main.go", &main);
    assert_eq!(electors(&workspace), Vec::<Value>::new());
    assert_eq!(not_judged_at_all(&workspace), []);
}

/// A program without flags looks at none: what its manager does is decided elsewhere. Of one that has flags, a manifest
/// with a flag more is of another version.
#[test]
fn a_flag_of_elections_for_a_program_without_flags() {
    let state = |statement: &str| {
        let main = format!(
            "package main\n\nimport (\n\t\"flag\"\n\n\t\"settings.example/store\"\n\tctrl \"sigs.k8s.io/controller-runtime\"\n)\n\n\
             func main() {{\n\t{statement}\n\tmgr, _ := ctrl.NewManager(ctrl.GetConfigOrDie(), store.Options())\n\
             \tmgr.Start(ctrl.SetupSignalHandler())\n}}\n"
        );
        let image = "registry.example/quotas/quota-keeper:v1";
        let workspace = Workspace::with("config/manager.yaml", &manifest(image, BY_MANAGER))
            .and("go.mod", "module quotas.example/quota-keeper\n\nrequire sigs.k8s.io/controller-runtime v0.22.0\n")
            .and("main.go", &main)
            .and("Dockerfile", "FROM golang AS build\nRUN go build -o manager main.go\nFROM scratch\nCOPY --from=build /src/manager /\nENTRYPOINT [\"/manager\"]\n");
        let all = electors(&workspace);
        all.first()
            .map_or(Value::Null, |one| one["election"]["state"].clone())
    };
    assert_eq!(state(""), "unknown");
    let with_flags = "flag.String(\"metrics-addr\", \"\", \"\")\n\tflag.Parse()";
    assert_eq!(state(with_flags), "on");
}
