//! A user's own records: what makes a program, and the mistakes that are refused.

use programs::catalogue;
use programs::dialect::{Program, Setting};
use programs::dialect_file::{DialectFile, compile, compile_all};
use programs::recognition::{Evidence, recognise};

use super::{default_of, enabled, seconds};

#[test]
fn a_program_of_ones_own_comes_first() {
    let own = read("programs: [{id: mine, known-by: {images: [team/cluster-autoscaler]}}]")
        .expect("fine");
    let evidence = |image| Evidence {
        image: Some(image),
        ..Evidence::default()
    };
    let mine = recognise(&evidence("registry/team/cluster-autoscaler:1"), &own).expect("known");
    assert_eq!(mine.program.id, "mine");
    let theirs = recognise(&evidence("registry/other/cluster-autoscaler:1"), &own).expect("known");
    assert_eq!(theirs.program.id, "cluster-autoscaler");
}

fn read(yaml: &str) -> Result<Vec<Program>, String> {
    let file: DialectFile = serde_yaml::from_str(yaml).map_err(|error| error.to_string())?;
    compile(file).map_err(|error| error.to_string())
}

#[test]
fn mistakes_are_named() {
    let program =
        |rest: &str| format!("programs: [{{id: mine, known-by: {{images: [mine]}}, {rest}}}]");
    for (yaml, expected) in [
        (program("library: nowhere"), "program `mine`: library: `nowhere` is none of client-go,"),
        (program("parser: getopt"), "program `mine`: parser: `getopt` is none of"),
        (program("identity: serial-number"), "program `mine`: identity.base: `serial-number`"),
        (program("identity: env"), "program `mine`: identity.env: must name the variable"),
        (program("settings: {lease-duration: 15}"), "settings.lease-duration.default: `15` cannot be read"),
        (program("settings: {lease-duration: {syntax: seconds, default: 15s}}"), "`15s` cannot be read"),
        (program("settings: {lease-duration: {syntax: fortnights}}"), "`fortnights` is none of text, bool"),
        (program("settings: {lease-duration: {syntax: bool}}"), "settings.lease-duration.syntax: must be a duration"),
        (program("settings: {lock-name: {syntax: seconds}}"), "settings.lock-name.syntax: cannot be a duration"),
        (program("settings: {enable: maybe}"), "settings.enable.default: `maybe`"),
        (program("settings: {enable: {flags: --leader-elect}}"), "settings.enable.flags: `--leader-elect`: flags are written without dashes"),
        (program("settings: {lock-name: {negative: true}}"), "settings.lock-name.negative: only the switch"),
        (program("settings: {lock-name: {required: true, default: x}}"), "settings.lock-name.default: a setting that must be written"),
        (program("settings: {lease-duration: {derive: renew-deadline * 2}}"), "the program has no setting `renew-deadline`"),
        (program("settings: {lease-duration: {derive: leash * 2}}"), "`leash` is no setting"),
        (program("settings: {lease-duration: {derive: renew-deadline - 2}, renew-deadline: 1s}"), "`-`: only `*`, `/` and `+`"),
        (program("settings: {lease-duration: {derive: renew-deadline / 0}, renew-deadline: 1s}"), "`0` is no whole number"),
        (
            program("settings: {lease-duration: {derive: renew-deadline * 2}, renew-deadline: {derive: lease-duration / 2}}"),
            "settings.lease-duration.derive: goes round in a circle",
        ),
        (program("absent: [leader-elect]"), "absent: `leader-elect` is neither a setting nor a flag"),
        (program("never-elects: true, settings: {enable: true}"), "never-elects: a program without election has no settings"),
        (program("versions: [{before: new, is: {}}]"), "versions.before: must be a version"),
        (program("versions: [{is: {id: other}}]"), "versions.is: a version has no `id`"),
        (program("config: {format: toml}"), "config.format: `toml` is none of yaml"),
        (program("config: {format: yaml, flags: config, required: true}"), "config.required: needs the one path in `paths`"),
        (program("like: nothing"), "like: no program or family `nothing`"),
        (program("like: mine"), "like: no program or family `mine`"),
        (program("colour: red"), "unknown field `colour`"),
        (program("settings: {lease: 15s}"), "unknown field `lease`"),
        (program("settings: {enable: {flag: x}}"), "unknown field `flag`"),
        ("programs: [{id: mine}]".to_owned(), "program `mine`: known-by: nothing tells how this program is known"),
        ("programs: [{id: Mine, known-by: {images: [a]}}]".to_owned(), "program `Mine`: id: must be lower-case"),
        ("programs: [{id: a, known-by: {images: [a]}}, {id: a, known-by: {images: [b]}}]".to_owned(), "two programs have this id"),
        ("programs: [{id: a, known-by: {images: ['a:1']}}]".to_owned(), "known-by.images: `a:1`: only the end of an image path"),
        ("programs: [{id: a, known-by: {commands: [/bin/a]}}]".to_owned(), "known-by.commands: `/bin/a`"),
        ("programs: [{id: a, known-by: {images: [a], weak: [flag]}}]".to_owned(), "known-by.weak: `flag`"),
        ("programs: [{id: a, known-by: {images: [a], weak: command}}]".to_owned(), "there is no command that could be weak"),
        (
            "programs: [{id: a, like: b, known-by: {images: [a]}}, {id: b, like: a, known-by: {images: [b]}}]".to_owned(),
            "like: goes round in a circle",
        ),
    ] {
        let error = read(&yaml).expect_err(&yaml);
        assert!(error.contains(expected), "{yaml}: {error}");
    }
}

#[test]
fn a_few_lines_make_a_program() {
    let yaml = "
programs:
  - id: my-operator
    known-by: {images: [my-operator]}
    like: kubebuilder-v4-project
    settings: {lease-duration: 60s, renew-deadline: 40s}
    lock: {name: my-lock}
  - id: my-job
    known-by: {flags: my-flag}
    settings:
      enable: {env: MY_SWITCH, default: true}
      lease-duration: {env: MY_LEASE, syntax: seconds, default: 30}
";
    let file: DialectFile = serde_yaml::from_str(yaml).expect("YAML");
    let own = compile_all(&[file], &catalogue::programs().collect::<Vec<_>>()).expect("fine");
    assert_eq!(own[0].name, "my-operator");
    assert!(!own[0].generic);
    assert_eq!(seconds(&own[0], Setting::LeaseDuration), Some(60.0));
    assert_eq!(seconds(&own[0], Setting::RetryPeriod), Some(2.0));
    assert_eq!(default_of(&own[0], Setting::LockName), Some("my-lock"));
    assert_eq!(
        own[0].spec(Setting::Enable).expect("switch").flags[..],
        ["leader-elect"]
    );
    assert_eq!(enabled(&own[1]), Some(true));
    assert_eq!(seconds(&own[1], Setting::LeaseDuration), Some(30.0));
}
