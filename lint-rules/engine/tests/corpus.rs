//! The labelled corpus: real manifests with hand-checked labels.
//!
//! Found by the variable `LEASELINT_CORPUS` (a folder with `LABELS.csv`). Without it the test says
//! so, loudly, and passes: the corpus is not part of this repository.
#![allow(clippy::unwrap_used, clippy::print_stderr, clippy::print_stdout)]

#[path = "../../../tests/shared/not_tested.rs"]
mod not_tested;

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use election::access::AccessState;
use election::{ElectionState, Elector, IdentityKind, electors_of};
use engine::world::{FileSurroundings, FileWorld, World};
use engine::{Engine, Input, MAX_TITLE_CHARACTERS, Profile, Settings, Task, read_file};
use manifest::text::FileId;
use manifest::tree::ReadLimits;
use not_tested::not_tested;
use objects::Workload;

/// Labels that differ from what is found, each with the reason: (file, container, column).
const KNOWN_DIFFERENCES: &[(&str, &str, &str, &str)] = &[(
    "katib/components/controller/controller.yaml",
    "katib-controller",
    "election",
    "the label judges the base as one install builds it; two kustomizations of the tree generate its \
     configuration, one with election and one without, so the base alone is rightly unknown",
)];

fn corpus() -> Option<PathBuf> {
    let Some(folder) = std::env::var_os("LEASELINT_CORPUS") else {
        not_tested("the labelled corpus (LEASELINT_CORPUS names its folder)");
        return None;
    };
    Some(PathBuf::from(folder))
}

fn walk(folder: &Path, files: &mut Vec<PathBuf>) {
    let mut entries: Vec<PathBuf> = fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .collect();
    entries.sort();
    for path in entries {
        if path.is_dir() {
            walk(&path, files);
        } else if path
            .extension()
            .is_some_and(|e| e == "yaml" || e == "yml" || e == "json")
        {
            files.push(path);
        }
    }
}

fn read_all(root: &Path) -> Input {
    let mut paths = Vec::new();
    walk(root, &mut paths);
    let files = paths
        .iter()
        .enumerate()
        .map(|(number, path)| {
            let name = path.strip_prefix(root).unwrap().display().to_string();
            let id = FileId(u32::try_from(number).unwrap());
            read_file(
                id,
                &name,
                &fs::read(path).unwrap(),
                false,
                ReadLimits::default(),
            )
        })
        .collect();
    Input::new(files)
}

fn name_of(elector: &Elector<'_>) -> String {
    let namespace = elector.object.namespace().unwrap_or_default();
    format!("{namespace}/{}", elector.object.name().unwrap_or_default())
}

#[test]
fn electors_are_what_the_labels_say() {
    let Some(root) = corpus() else { return };
    let input = read_all(&root);
    let engine = Engine::default();
    let outcome = engine.judge(Task::inspect(&input));
    let text = fs::read_to_string(root.join("LABELS.csv")).unwrap();
    let rows = vectors::rows(&text, 203);

    let mut found: BTreeMap<(String, String, String), &Elector<'_>> = BTreeMap::new();
    for elector in &outcome.electors {
        let file = input.name(elector.object.file()).to_owned();
        found.insert(
            (file, name_of(elector), elector.container.name().to_owned()),
            elector,
        );
    }
    let mut judged = 0;
    let mut wrong_state = 0;
    let mut differences = Vec::new();
    for row in &rows {
        if row["kind"].contains("(template)") {
            continue;
        }
        judged += 1;
        let key = (
            row["file"].clone(),
            row["namespace/name"].clone(),
            row["container"].clone(),
        );
        let elector = found.get(&key).copied();
        let mut differ = |column: &str, wanted: &str, got: &str| {
            let known = KNOWN_DIFFERENCES.iter().any(|(file, container, of, _)| {
                *file == key.0 && *container == key.2 && *of == column
            });
            if !known {
                differences.push(format!(
                    "{} {} {}: {column}: label {wanted:?}, found {got:?} ({})",
                    key.0, key.1, key.2, row["remark"]
                ));
            }
        };
        let state = elector.map(|elector| elector.state);
        let right = match row["leader election enabled"].as_str() {
            "yes" => state == Some(ElectionState::On),
            "no" => matches!(state, None | Some(ElectionState::Off)),
            _ => true,
        };
        if !right {
            wrong_state += 1;
            let got = state.map_or("no elector", ElectionState::as_str);
            differ("election", &row["leader election enabled"], got);
        }
        let Some(elector) = elector else { continue };
        for (column, value) in [
            ("lease duration", &elector.lease),
            ("renew deadline", &elector.renew),
            ("retry period", &elector.retry),
        ] {
            let wanted = &row[column];
            if wanted.is_empty() {
                continue;
            }
            let got = value
                .known()
                .map(|known| known.text.clone())
                .unwrap_or_default();
            if *wanted != got {
                differ(column, wanted, &got);
            }
        }
        let wanted = &row["replicas"];
        let got = match (&elector.replicas.origin, elector.replicas.count) {
            (Some(origin), Some(count)) if origin.name == "replicas" => count.to_string(),
            _ => String::new(),
        };
        // Where a scaler or a kustomization decides, the label still says what the workload says.
        if *wanted != got && elector.replicas.scaler.is_none() {
            differ("replicas", wanted, &got);
        }
        let account = &row["serviceAccountName"];
        let got = if elector.account.place.is_some() {
            elector.account.name.as_str()
        } else {
            ""
        };
        if *account != got {
            differ("serviceAccountName", account, got);
        }
        let identity = &row["identity env"];
        let got = match (&elector.identity.env, elector.identity.kind) {
            (Some(env), IdentityKind::PodNameEnv) => format!("{env} fieldRef"),
            _ => String::new(),
        };
        if !got.is_empty() && *identity != got {
            differ("identity env", identity, &got);
        }
    }
    for line in &differences {
        println!("{line}");
    }
    println!("{judged} labelled containers, {wrong_state} with another election state");
    assert!(
        differences.is_empty(),
        "{} differences without a reason",
        differences.len()
    );
    assert!(
        wrong_state * 50 <= judged,
        "{wrong_state} of {judged} election states differ"
    );
}

/// Why the answers for this project's parts are unlike the label.
const KNATIVE: &str = "the label counts the ClusterRole; the bindings of the account are not in the corpus, so nothing \
                       is known of its rights";

/// Answers about access that differ from the label, each with the reason: (file, container, why).
const KNOWN_ACCESS: &[(&str, &str, &str)] = &[
    (
        "katib/components/controller/controller.yaml",
        "katib-controller",
        "the label judges the base alone; the one kustomization that builds it brings the Role and its binding",
    ),
    (
        "knative-serving/config/core/deployments/autoscaler.yaml",
        "autoscaler",
        KNATIVE,
    ),
    (
        "knative-serving/config/core/deployments/controller.yaml",
        "controller",
        KNATIVE,
    ),
    (
        "knative-serving/config/core/deployments/webhook.yaml",
        "webhook",
        KNATIVE,
    ),
];

/// What the label says, as the word of an answer; `None` where it says nothing about this elector's lock.
fn labelled_access(label: &str, elector: &Elector<'_>) -> Option<&'static str> {
    let locks_leases = elector
        .lock_type
        .value()
        .is_none_or(|word| word == "leases");
    match label {
        // The column speaks of leases: of an elector that locks something else it says that leases are not needed.
        "no" if !locks_leases => None,
        "yes" => Some("granted"),
        "no" => Some("missing"),
        "not in the bundle" => Some("unknown"),
        partly if partly.starts_with("partly") => Some("missing"),
        other => panic!("an unknown label {other:?}"),
    }
}

#[test]
fn access_is_what_the_labels_say() {
    let Some(root) = corpus() else { return };
    let input = read_all(&root);
    let settings = Settings::default();
    let surroundings = FileSurroundings::of(&input, settings.bundling);
    let objects = surroundings.objects().to_vec();
    let electors: Vec<Elector<'_>> = objects
        .iter()
        .filter_map(|object| Workload::of(*object))
        .flat_map(|workload| electors_of(workload, &surroundings, &settings.programs))
        .collect();
    let world = FileWorld::of(surroundings, &electors);
    let text = fs::read_to_string(root.join("LABELS.csv")).unwrap();
    let rows = vectors::rows(&text, 203);
    let mut judged = 0;
    let mut wrong = Vec::new();
    let mut without_version = 0;
    let mut differences = Vec::new();
    for row in rows
        .iter()
        .filter(|row| !row["kind"].contains("(template)"))
    {
        let elector = electors.iter().find(|elector| {
            input.name(elector.object.file()) == row["file"]
                && name_of(elector) == row["namespace/name"]
                && elector.container.name() == row["container"]
        });
        let label = row["rbac for leases in bundle"].as_str();
        // Who does not elect needs nothing, whatever the label says of its account.
        let Some(elector) = elector else {
            judged += 1;
            continue;
        };
        let Some(wanted) = labelled_access(label, elector) else {
            continue;
        };
        let access = world.access(elector);
        let because = match &access.state {
            AccessState::Unknown(because) => because.code.as_str(),
            _ => "",
        };
        // A patch that is applied nowhere, or a kubeconfig of the program's own, is rightly not judged.
        let unclear = row["leader election enabled"] == "unclear" && !because.is_empty();
        if unclear || because == "other-cluster" {
            continue;
        }
        // The version is still to be filled in: before 1.17 the autoscaler locked Endpoints, which these roles do not
        // allow.
        if because == "version-not-known" && row["container"] == "cluster-autoscaler" {
            without_version += 1;
            continue;
        }
        judged += 1;
        if access.state.as_str() != wanted {
            wrong.push(&row["file"]);
            let known = KNOWN_ACCESS
                .iter()
                .any(|(file, container, _)| *file == row["file"] && *container == row["container"]);
            if !known {
                differences.push(format!(
                    "{} {}: label {label:?}, found {} {because} ({})",
                    row["file"],
                    row["container"],
                    access.state.as_str(),
                    row["remark"]
                ));
            }
        }
    }
    for line in &differences {
        println!("{line}");
    }
    println!(
        "{judged} answers about access, {} unlike the label",
        wrong.len()
    );
    assert!(
        differences.is_empty(),
        "{} differences without a reason",
        differences.len()
    );
    assert_eq!(without_version, 2, "images without a version");
    assert!(
        wrong.len() * 100 <= judged * 3,
        "{} of {judged} answers differ",
        wrong.len()
    );
}

#[test]
fn texts_keep_their_form_in_real_manifests() {
    let Some(root) = corpus() else { return };
    let input = read_all(&root);
    let settings = Settings {
        profile: Profile::Pedantic,
        ..Settings::default()
    };
    let engine = Engine::new(settings);
    let outcome = engine.judge(Task::lint(&input));
    assert!(!outcome.findings.is_empty());
    for finding in &outcome.findings {
        let length = finding.message.chars().count();
        assert!(length <= MAX_TITLE_CHARACTERS, "{}", finding.message);
        for text in [&finding.help, &finding.remedy] {
            let chains = text.split('`').step_by(2).any(|prose| prose.contains(';'));
            assert!(
                text.ends_with('.') && !chains,
                "{}: {text:?}",
                finding.rule.id
            );
        }
    }
}
