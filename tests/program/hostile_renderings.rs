//! What charts, kustomizations and the programs that render them may not do, whoever wrote them.

use std::fs;
use std::net::TcpListener;
use std::path::Path;

use super::charts::{VALUES, chart, listing, renderers, run_with};
use super::workspace::{ProgramRun, Workspace, finish, sound};

/// A program in the place of helm, with these lines of a shell.
fn helm_that(does: &str) -> Workspace {
    use std::os::unix::fs::PermissionsExt;
    let programs = Workspace::with("helm", &format!("#!/bin/sh\n{does}\n"));
    let path = programs.path().join("helm");
    fs::set_permissions(path, fs::Permissions::from_mode(0o755)).expect("it may run");
    programs
}

fn lint_with(programs: &Workspace, workspace: &Workspace) -> ProgramRun {
    let mut command = workspace.command(&["lint"]);
    command
        .env("PATH", programs.path())
        .env("SECRET_TOKEN", "hunter2");
    finish(command)
}

#[test]
fn memory_processors_and_environment_are_limited() {
    let programs = helm_that(
        "echo \"Error: memory $(ulimit -v) KiB, processor $(ulimit -t) s, token [$SECRET_TOKEN], proxy $HTTPS_PROXY, path $PATH\" >&2\nexit 1",
    );
    let workspace = chart().and(".leaselint.yaml", "render: {timeout: 10s}\n");
    let run = lint_with(&programs, &workspace);
    assert_eq!(run.status, 3, "{}", run.stdout);
    // The last is a folder of its own.
    for words in [
        "memory 6291456 KiB, processor 45 s",
        "token [], proxy http://127.0.0.1:0, path /",
    ] {
        assert!(run.stdout.contains(words), "{}", run.stdout);
    }
    assert!(
        !run.stdout.contains(&programs.path().display().to_string()),
        "{}",
        run.stdout
    );
}

#[test]
fn output_without_end_is_cut_off() {
    let programs = helm_that(
        "line=aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa\nline=$line$line$line$line$line$line$line$line\nwhile :; do echo \"# $line$line$line$line\"; done",
    );
    let workspace = chart().and(".leaselint.yaml", "limits: {largestFile: 4 MiB}\n");
    let run = lint_with(&programs, &workspace);
    assert_eq!(run.status, 3, "{}", run.stdout);
    assert!(
        run.stdout.contains("helm prints more than 4194304 bytes"),
        "{}",
        run.stdout
    );
    // Nor may errors fill the memory.
    let programs = helm_that(
        "line=aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa\nwhile :; do echo \"$line$line$line$line\" >&2; done",
    );
    let workspace = chart().and(".leaselint.yaml", "render: {timeout: 1s}\n");
    let run = lint_with(&programs, &workspace);
    assert!(
        run.stdout.contains("helm took longer than 1 s"),
        "{}",
        run.stdout
    );
}

#[test]
fn helm_itself_meets_its_limits() {
    let Some(path) = renderers() else { return };
    let limits = "limits: {largestFile: 4 MiB}\nrender: {timeout: 20s}\n";
    let short = "render: {timeout: 1s}\n";
    let values = format!("{VALUES}bomb: '{{{{ tpl .Values.bomb . }}}}'\n");
    for (template, configuration, words) in [
        // Go asks for all of it at once, and touches nothing.
        (
            "{{ repeat 8000000000 \"a\" | len }}",
            limits,
            "helm needs more than 6 GiB of memory",
        ),
        (
            "{{ repeat 8388608 \"a\" }}",
            limits,
            "helm prints more than 4194304 bytes",
        ),
        (
            "{{ range until 100000 }}{{ range until 100000 }}{{ end }}{{ end }}",
            short,
            "helm took longer than 1 s",
        ),
        (
            "{{ define \"x\" }}{{ include \"x\" . }}{{ end }}{{ include \"x\" . }}",
            limits,
            "helm fails for release release-name: ",
        ),
        (
            // It ends at the limit of time or at that of memory.
            "{{ tpl .Values.bomb . }}",
            short,
            "the chart is not rendered: helm ",
        ),
    ] {
        let workspace = chart()
            .and("charts/warden/values.yaml", &values)
            .and(
                "charts/warden/templates/bomb.yaml",
                &format!("# {template}\n"),
            )
            .and(".leaselint.yaml", configuration);
        is_refused(&path, &workspace, words);
    }
}

/// A kustomization that Flux applies, so that files may lie anywhere in the repository.
fn applied(kustomization: &str) -> Workspace {
    Workspace::with("apps/all.yaml", &sound())
        .and("apps/prod/kustomization.yaml", kustomization)
        .and(
            "flux.yaml",
            "apiVersion: kustomize.toolkit.fluxcd.io/v1\nkind: Kustomization\nmetadata: {name: apps}\nspec: {path: apps/prod, sourceRef: {kind: GitRepository, name: x}}\n",
        )
}

#[track_caller]
fn is_refused(path: &Path, workspace: &Workspace, words: &str) {
    let before = listing(workspace.path());
    let run = run_with(path, workspace, &["lint"]);
    assert_eq!(run.status, 3, "{}", run.stdout);
    assert!(
        run.stdout.contains("not read[not-rendered]"),
        "{}",
        run.stdout
    );
    assert!(run.stdout.contains(words), "{}", run.stdout);
    assert_eq!(listing(workspace.path()), before, "nothing is written");
}

#[test]
fn no_function_is_run() {
    let Some(path) = renderers() else { return };
    let marker = Workspace::new();
    let ran = marker.path().join("ran");
    for function in [
        "exec: {path: ./run.sh}",
        "container: {image: registry.example/x:v1, network: true}",
    ] {
        for field in ["generators", "transformers", "validators"] {
            let config = format!(
                "apiVersion: example.com/v1\nkind: Function\nmetadata:\n  name: x\n  annotations:\n    config.kubernetes.io/function: |\n      {function}\n"
            );
            let script = format!("#!/bin/sh\n: > '{}'\n", ran.display());
            let workspace = Workspace::with("all.yaml", &sound())
                .and(
                    "kustomization.yaml",
                    &format!("resources: [all.yaml]\n{field}: [function.yaml]\n"),
                )
                .and("function.yaml", &config)
                .and("run.sh", &script);
            is_refused(&path, &workspace, "kustomize fails");
            assert!(!ran.exists(), "{field} {function}");
        }
    }
}

#[test]
fn nothing_outside_of_the_repository_is_read() {
    let Some(path) = renderers() else { return };
    let outside = Workspace::with("secret.yaml", &sound());
    let secret = outside.path().join("secret.yaml");
    let secret = secret.to_str().expect("UTF-8");
    for field in [
        format!("resources: ['{secret}']"),
        format!("patches: [{{path: '{secret}'}}]"),
        format!("configMapGenerator: [{{name: x, files: ['{secret}']}}]"),
        format!("resources: ['../../..{secret}']"),
    ] {
        let workspace = applied(&format!("{field}\n"));
        is_refused(&path, &workspace, "the kustomization is not built");
    }
    // What a transformer names is not known, so it may not reach out, either.
    let transformer = format!(
        "apiVersion: builtin\nkind: PatchTransformer\nmetadata: {{name: x}}\npath: {secret}\n"
    );
    let workspace = applied("resources: [../all.yaml]\ntransformers: [t.yaml]\n")
        .and("apps/prod/t.yaml", &transformer);
    is_refused(
        &path,
        &workspace,
        "it takes files from outside of its folder",
    );
    let workspace = applied("resources: [../all.yaml]\n");
    let run = run_with(&path, &workspace, &["lint"]);
    assert_eq!(run.status, 0, "inside of it that is fine: {}", run.stdout);
}

#[test]
fn nothing_that_objects_name_is_fetched() {
    let Some(path) = renderers() else { return };
    let listener = TcpListener::bind("127.0.0.1:0").expect("a free port");
    listener.set_nonblocking(true).expect("it does not wait");
    let address = listener.local_addr().expect("an address");
    let url = format!("http://{address}/values.yaml");
    let application = |source: &str| {
        format!(
            "apiVersion: argoproj.io/v1alpha1\nkind: Application\nmetadata: {{name: x}}\nspec: {{source: {{repoURL: '{url}', {source}}}}}\n"
        )
    };
    let kustomization = |fields: &str| {
        format!(
            "apiVersion: kustomize.toolkit.fluxcd.io/v1\nkind: Kustomization\nmetadata: {{name: x}}\nspec: {{path: apps/prod, sourceRef: {{kind: GitRepository, name: x}}, {fields}}}\n"
        )
    };
    for object in [
        application(&format!(
            "path: charts/warden, helm: {{valueFiles: ['{url}']}}"
        )),
        application("chart: warden"),
        application(&format!(
            "path: apps/prod, kustomize: {{components: ['{url}']}}"
        )),
        kustomization(&format!("components: ['{url}']")),
        kustomization(&format!("patches: [{{path: '{url}'}}]")),
    ] {
        let workspace = chart()
            .and("apps/all.yaml", &sound())
            .and("apps/prod/all.yaml", &sound())
            .and("apps/prod/kustomization.yaml", "resources: [all.yaml]\n")
            .and("object.yaml", &object);
        let run = run_with(&path, &workspace, &["lint"]);
        assert_ne!(run.status, 0, "{}", run.stdout);
    }
    assert!(listener.accept().is_err(), "nobody connects");
}
