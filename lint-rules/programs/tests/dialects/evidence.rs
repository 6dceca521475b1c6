//! The evidence model over all records: what a record gives as proof tells its program and no other, and what any
//! program could have tells none.

use programs::catalogue;
use programs::dialect::{Program, Recognition};
use programs::recognition::{Evidence, recognise};
use proptest::prelude::*;

/// What a container shows, in words.
#[derive(Debug, Default)]
struct ShownEvidence {
    image: Option<String>,
    argv: Vec<String>,
    has_command: bool,
    env: Vec<String>,
    kinds: Vec<String>,
    keys: Vec<String>,
}

impl ShownEvidence {
    fn program(&self) -> Option<&'static Program> {
        let words = |list: &[String]| -> Vec<&'static str> {
            list.iter().map(|word| &*word.clone().leak()).collect()
        };
        let evidence = Evidence {
            image: self.image.as_deref(),
            argv: &words(&self.argv),
            has_command: self.has_command,
            env: &words(&self.env),
            config_kinds: &words(&self.kinds),
            config_keys: &words(&self.keys),
            workload_name: "x",
            container_name: "y",
        };
        recognise(&evidence, &[]).map(|found| found.program)
    }
}

/// Each proof that a record names, alone: its images, its commands, its flags, its variables, its files.
fn proofs_of(known: &Recognition) -> Vec<ShownEvidence> {
    let filled = |pattern: &str| pattern.replace('*', "x");
    let mut proofs = Vec::new();
    if !known.image_is_weak {
        // A pattern with a star only supports.
        let images = known.images.iter().filter(|image| !image.contains('*'));
        proofs.extend(images.map(|image| ShownEvidence {
            image: Some(format!("registry.example/{image}:v1")),
            ..ShownEvidence::default()
        }));
    }
    if !known.command_is_weak {
        let commands = known.commands.iter();
        let own = commands.filter(|command| !command.starts_with("- ") && !command.contains('*'));
        proofs.extend(own.map(|command| ShownEvidence {
            argv: command.split(' ').map(str::to_owned).collect(),
            has_command: true,
            ..ShownEvidence::default()
        }));
    }
    let flags = |flags: Vec<String>| ShownEvidence {
        argv: flags.iter().map(|flag| format!("--{flag}")).collect(),
        ..ShownEvidence::default()
    };
    proofs.extend(known.flags.iter().map(|flag| flags(vec![filled(flag)])));
    if !known.flags_together.is_empty() {
        proofs.push(flags(
            known
                .flags_together
                .iter()
                .map(|flag| filled(flag))
                .collect(),
        ));
    }
    let variables = |env: Vec<String>| ShownEvidence {
        env,
        ..ShownEvidence::default()
    };
    proofs.extend(known.env.iter().map(|name| variables(vec![filled(name)])));
    if !known.env_together.is_empty() {
        proofs.push(variables(
            known.env_together.iter().map(|name| filled(name)).collect(),
        ));
    }
    proofs.extend(known.config_kinds.iter().map(|kind| ShownEvidence {
        kinds: vec![filled(kind)],
        ..ShownEvidence::default()
    }));
    proofs.extend(known.config_keys.iter().map(|key| ShownEvidence {
        keys: vec![filled(key)],
        ..ShownEvidence::default()
    }));
    proofs
}

fn listed() -> impl Iterator<Item = &'static Program> {
    catalogue::programs().filter(|program| !program.generic)
}

#[test]
fn every_proof_of_a_record_tells_its_program_and_no_other() {
    let mut tried = 0;
    let mut wrong = Vec::new();
    for program in listed() {
        for shown in proofs_of(&program.recognise) {
            tried += 1;
            let found = shown.program().map(|found| found.id.as_str());
            if found != Some(program.id.as_str()) {
                wrong.push(format!("{}: {shown:?} is {found:?}", program.id));
            }
        }
    }
    assert!(tried > 400, "only {tried} proofs");
    assert!(wrong.is_empty(), "{}\n{}", wrong.len(), wrong.join("\n"));
}

/// Words that any program may be started with, and file names that any project gives its program.
const COMMON_WORDS: &[&str] = &[
    "agent",
    "apiserver",
    "app",
    "controller",
    "controllers",
    "daemon",
    "helm-controller",
    "hub",
    "klusterlet",
    "main",
    "manager",
    "operator",
    "provider",
    "recommender",
    "run",
    "scheduler",
    "serve",
    "server",
    "start",
    "sync",
    "syncer",
    "updater",
    "webhook",
    "worker",
];

#[test]
fn no_common_word_proves_a_program() {
    for word in COMMON_WORDS {
        for has_command in [true, false] {
            for rest in [&[][..], &["start"], &["run"], &["controller"], &["manager"]] {
                let mut argv = vec![(*word).to_owned()];
                argv.extend(rest.iter().map(|&word| word.to_owned()));
                let shown = ShownEvidence {
                    image: Some("registry.example/team/orders:v1".to_owned()),
                    argv,
                    has_command,
                    ..ShownEvidence::default()
                };
                let found = shown.program().map(|found| found.id.as_str());
                assert_eq!(found, None, "{shown:?}");
            }
        }
    }
}

/// Of a listed program nothing is proven by a spelling that the records of unlisted ones have.
#[test]
fn no_common_flag_or_variable_proves_a_program() {
    let mut wrong = Vec::new();
    let generic = catalogue::programs().filter(|program| program.generic);
    for spec in generic.flat_map(|program| program.settings.iter()) {
        for flag in spec.flags.iter() {
            let shown = ShownEvidence {
                argv: vec![format!("--{flag}=x")],
                ..ShownEvidence::default()
            };
            wrong.extend(
                shown
                    .program()
                    .filter(|found| !found.generic)
                    .map(|found| (flag, &found.id)),
            );
        }
        for name in spec.env.iter().filter(|name| !name.contains('*')) {
            let shown = ShownEvidence {
                env: vec![name.clone()],
                ..ShownEvidence::default()
            };
            wrong.extend(
                shown
                    .program()
                    .filter(|found| !found.generic)
                    .map(|found| (name, &found.id)),
            );
        }
    }
    assert!(wrong.is_empty(), "{wrong:?}");
}

/// A pattern with a star tells a program only with a part of its own before or after the star.
#[test]
fn no_pattern_stands_for_names_of_any_kind() {
    let telling =
        |part: &str| part.len() >= 3 && !["operator", "controller", "manager"].contains(&part);
    for program in listed() {
        let known = &program.recognise;
        let patterns = known
            .flags
            .iter()
            .chain(known.env.iter())
            .chain(known.config_keys.iter());
        for pattern in patterns.filter(|pattern| pattern.contains('*')) {
            let parts: Vec<&str> = pattern.split(['*', '_', '-', '.']).collect();
            assert!(
                parts.iter().any(|part| telling(part)),
                "{}: {pattern}",
                program.id
            );
        }
        for image in known.images.iter().filter(|image| image.contains('*')) {
            let parts: Vec<&str> = image.split(['*', '/', '-']).collect();
            let is_told = parts.iter().any(|part| telling(part));
            assert!(is_told, "{}: {image}", program.id);
            assert!(
                !image.starts_with('*') || known.image_is_weak || image.len() > 12,
                "{}: {image}",
                program.id
            );
        }
    }
}

/// A command that is a utility, or another program's own name, contradicts the image.
#[test]
fn what_runs_is_the_command() {
    let found = |image: &str, argv: &[&str]| {
        let shown = ShownEvidence {
            image: Some(image.to_owned()),
            argv: argv.iter().map(|&word| word.to_owned()).collect(),
            has_command: true,
            ..ShownEvidence::default()
        };
        shown.program().map(|found| found.id.as_str())
    };
    let autoscaler = "registry.k8s.io/autoscaling/cluster-autoscaler:v1.30.0";
    assert_eq!(
        found(autoscaler, &["/cluster-autoscaler"]),
        Some("cluster-autoscaler")
    );
    assert_eq!(found(autoscaler, &["./ca"]), Some("cluster-autoscaler"));
    assert_eq!(found(autoscaler, &["sleep", "infinity"]), None);
    assert_eq!(found(autoscaler, &["/bin/tail", "-f", "/dev/null"]), None);
    assert_eq!(
        found(autoscaler, &["kube-scheduler"]),
        Some("kube-scheduler")
    );
    // The words of a hint do not outweigh an image.
    let balancer = "public.ecr.aws/eks/aws-load-balancer-controller:v2.8.1";
    let shown = ShownEvidence {
        image: Some(balancer.to_owned()),
        argv: vec!["--cluster-name=a".to_owned(), "--aws-region=b".to_owned()],
        ..ShownEvidence::default()
    };
    let program = shown.program().map(|found| found.id.as_str());
    assert_eq!(program, Some("aws-load-balancer-controller"));
}

/// Flags that programs of every kind have, with and without an election.
const COMMON_FLAGS: &[&str] = &[
    "aws-region",
    "config",
    "kubeconfig",
    "log-level",
    "metrics-addr",
    "metrics-bind-address",
    "namespace",
    "port",
    "sync-period",
    "v",
    "watch-namespace",
    "webhook-port",
    "zap-log-level",
    "enable-webhooks",
    "feature-gates",
    "provider",
    "cluster-name",
    "dry-run",
    "reconcile-period",
];

fn common_flag() -> impl Strategy<Value = String> {
    let generic = catalogue::programs().filter(|program| program.generic);
    let specs = generic.flat_map(|program| program.settings.iter());
    let mut flags: Vec<String> = specs.flat_map(|spec| spec.flags.iter().cloned()).collect();
    flags.extend(COMMON_FLAGS.iter().map(|&flag| flag.to_owned()));
    let end = prop::sample::select(vec!["", "=true", "=x", "=15s"]);
    (prop::sample::select(flags), end).prop_map(|(flag, end)| format!("--{flag}{end}"))
}

fn common_word() -> impl Strategy<Value = String> {
    prop::sample::select(COMMON_WORDS).prop_map(str::to_owned)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(3000))]

    #[test]
    fn no_command_line_of_an_unlisted_image_tells_a_listed_program(
        name in "[a-z]{4,8}(-[a-z]{4,8})?",
        words in prop::collection::vec(common_word(), 0..3),
        flags in prop::collection::vec(common_flag(), 0..6),
        has_command in any::<bool>(),
    ) {
        let image = format!("registry.example/zz-team/zz-{name}:v1.2.3");
        let mut argv = words;
        argv.extend(flags);
        let shown = ShownEvidence { image: Some(image), argv, has_command, ..ShownEvidence::default() };
        let found = shown.program().filter(|found| !found.generic);
        prop_assert_eq!(found.map(|found| found.id.as_str()), None);
    }
}
