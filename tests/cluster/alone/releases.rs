//! Releases of operators, installed, upgraded and rolled back in every pair, by helm and by `kubectl apply` in any order
//! of their objects, where errors deny: what is right in the end gets through, at the latest when it is applied again.
//!
//! `.ci/upgrades` lays releases of real operators into `LEASELINT_RELEASES` and runs this.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Duration;

use control_plane::{ControlPlane, Options};
use serde::Deserialize as _;
use serde_json::{Value, json};

use crate::shared::upgrades;
use crate::support::{KubectlOutcome, WebhookProcess, deploy, free_address, kubectl, until_asked};

/// The kinds that an installation of an operator changes and that say something of it. Others, such as
/// CustomResourceDefinitions and webhooks that nobody answers here, are left out.
const KINDS: [&str; 15] = [
    "Namespace",
    "ServiceAccount",
    "ConfigMap",
    "Secret",
    "Service",
    "ClusterRole",
    "ClusterRoleBinding",
    "Role",
    "RoleBinding",
    "Deployment",
    "StatefulSet",
    "DaemonSet",
    "PodDisruptionBudget",
    "NetworkPolicy",
    "HorizontalPodAutoscaler",
];
/// Above, `kubectl apply` keeps no annotation of it: what is so long says nothing of an election.
const MAX_OBJECT_BYTES: usize = 200 << 10;

/// The releases of one operator, in the order of their versions.
struct OperatorReleases {
    name: String,
    releases: Vec<Vec<Value>>,
}

impl OperatorReleases {
    /// The releases in a folder, one a file.
    fn read(folder: &Path) -> Self {
        let name = folder.file_name().unwrap().to_str().unwrap().to_owned();
        let mut files: Vec<PathBuf> = fs::read_dir(folder)
            .unwrap()
            .map(|entry| entry.unwrap().path())
            .collect();
        files.sort();
        let releases = files
            .iter()
            .map(|file| objects_of(&fs::read_to_string(file).unwrap(), &name));
        let releases = releases.filter(|objects| !objects.is_empty()).collect();
        Self { name, releases }
    }

    /// A way through all releases that takes every step from one to another once.
    fn walk(&self) -> Vec<usize> {
        let count = self.releases.len();
        let mut way = vec![0];
        let mut taken = BTreeSet::new();
        loop {
            let here = *way.last().unwrap();
            let is_free = |next: &usize| *next != here && !taken.contains(&(here, *next));
            // To the first release last: what is left otherwise cannot be reached any more.
            let Some(next) = (0..count).rev().find(is_free) else {
                return way;
            };
            taken.insert((here, next));
            way.push(next);
        }
    }
}

fn objects_of(text: &str, namespace: &str) -> Vec<Value> {
    let documents = serde_yaml::Deserializer::from_str(text);
    let values = documents.filter_map(|document| Value::deserialize(document).ok());
    let is_wanted = |object: &Value| {
        let kind = object["kind"].as_str().unwrap_or_default();
        let is_hook = !object["metadata"]["annotations"]["helm.sh/hook"].is_null();
        KINDS.contains(&kind) && !is_hook && object.to_string().len() < MAX_OBJECT_BYTES
    };
    let placed = |mut object: Value| {
        let kind = object["kind"].as_str().unwrap_or_default();
        let is_of_cluster = ["Namespace", "ClusterRole", "ClusterRoleBinding"].contains(&kind);
        if !is_of_cluster && object["metadata"]["namespace"].is_null() {
            object["metadata"]["namespace"] = namespace.into();
        }
        object
    };
    values.filter(is_wanted).map(placed).collect()
}

/// Which object.
fn key(object: &Value) -> (String, String, String) {
    let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    let metadata = &object["metadata"];
    (
        text(&object["kind"]),
        text(&metadata["namespace"]),
        text(&metadata["name"]),
    )
}

/// Installations, upgrades and rollbacks: how many, and which of them did not succeed.
#[derive(Debug, Default)]
struct Tally {
    steps: usize,
    /// Steps that the webhook refused at first.
    refused_once: Vec<String>,
    /// Steps that it refused a second time, too.
    stuck: Vec<String>,
    /// Steps that failed for another reason than the webhook, so that they prove nothing.
    failed_elsewhere: Vec<String>,
    warned: usize,
    /// In how many steps each rule warned.
    rules: BTreeMap<String, usize>,
}

impl Tally {
    /// Takes a step, twice if it must be.
    fn step(&mut self, what: &str, run: impl Fn() -> KubectlOutcome) {
        self.steps += 1;
        let is_ours = |said: &KubectlOutcome| said.words.contains("validate.leaselint.io");
        let first = run();
        let rules: BTreeSet<&str> = first
            .words
            .split("leaselint: [")
            .skip(1)
            .filter_map(|text| text.split(']').next())
            .collect();
        self.warned += usize::from(!rules.is_empty());
        for rule in rules {
            *self.rules.entry(rule.to_owned()).or_default() += 1;
        }
        if first.passed {
            return;
        }
        if !is_ours(&first) {
            self.failed_elsewhere
                .push(format!("{what}: {}", first.verdict()));
            return;
        }
        self.refused_once
            .push(format!("{what}: {}", first.verdict()));
        std::thread::sleep(Duration::from_secs(1));
        let second = run();
        if !second.passed {
            let kind = match is_ours(&second) {
                true => &mut self.stuck,
                false => &mut self.failed_elsewhere,
            };
            kind.push(format!("{what}: {}", second.verdict()));
        }
    }
}

struct Trial<'p> {
    plane: &'p ControlPlane,
    helm: Option<PathBuf>,
}

impl Trial<'_> {
    fn kubectl(&self, arguments: &[&str], input: &str) -> KubectlOutcome {
        kubectl(self.plane, arguments, input)
    }

    fn namespaces(&self, operator: &OperatorReleases) {
        let mut names: BTreeSet<String> = operator
            .releases
            .iter()
            .flatten()
            .map(|object| key(object).1)
            .filter(|name| !name.is_empty())
            .collect();
        names.insert(operator.name.clone());
        for name in names {
            let object =
                json!({"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": name}});
            self.kubectl(&["apply", "-f", "-"], &object.to_string())
                .passes();
        }
    }

    /// Each release after the other as `kubectl apply` has it, in other orders each time, without what is gone.
    fn by_kubectl(&self, operator: &OperatorReleases, tally: &mut Tally) {
        let mut before: &[Value] = &[];
        for (step, at) in operator.walk().into_iter().enumerate() {
            let mut objects = operator.releases[at].clone();
            let count = objects.len();
            match step % 3 {
                0 => {}
                1 => objects.reverse(),
                // Some order that mixes kinds: by a number that has no divisor in common with how many there are.
                _ => {
                    let stride = (count / 2..)
                        .find(|stride| gcd(*stride, count) == 1)
                        .unwrap_or(1);
                    objects = (0..count)
                        .map(|number| objects[number * stride % count].clone())
                        .collect();
                }
            }
            let list = json!({"apiVersion": "v1", "kind": "List", "items": objects}).to_string();
            let what = format!("{}, kubectl, step {step} to release {at}", operator.name);
            tally.step(&what, || self.kubectl(&["apply", "-f", "-"], &list));
            let now: BTreeSet<_> = operator.releases[at].iter().map(key).collect();
            let gone: Vec<&Value> = before
                .iter()
                .filter(|object| !now.contains(&key(object)))
                .collect();
            self.delete(&gone, &what, tally);
            before = &operator.releases[at];
        }
        self.delete(
            &before.iter().collect::<Vec<_>>(),
            &format!("{}, kubectl, end", operator.name),
            tally,
        );
    }

    fn delete(&self, objects: &[&Value], what: &str, tally: &mut Tally) {
        if objects.is_empty() {
            return;
        }
        let list = json!({"apiVersion": "v1", "kind": "List", "items": objects}).to_string();
        let delete = ["delete", "--ignore-not-found", "--wait=false", "-f", "-"];
        tally.step(&format!("{what}, deletions"), || {
            self.kubectl(&delete, &list)
        });
    }

    /// The same as helm has it: installed, upgraded along the same way, rolled back and uninstalled.
    fn by_helm(&self, operator: &OperatorReleases, tally: &mut Tally) {
        let Some(helm) = &self.helm else { return };
        let charts = self
            .plane
            .folder()
            .join(format!("charts-{}", operator.name));
        for (at, objects) in operator.releases.iter().enumerate() {
            let chart = charts.join(at.to_string());
            fs::create_dir_all(chart.join("templates")).unwrap();
            let metadata = format!(
                "apiVersion: v2\nname: {}\nversion: 0.0.{at}\n",
                operator.name
            );
            fs::write(chart.join("Chart.yaml"), metadata).unwrap();
            let objects = objects
                .iter()
                .filter(|object| object["kind"] != "Namespace");
            let texts: Vec<String> = objects
                .map(|object| object.to_string().replace("{{", "{{ `{{` }}"))
                .collect();
            fs::write(chart.join("templates/all.yaml"), texts.join("\n---\n")).unwrap();
        }
        let run = |arguments: &[&str]| {
            let output = Command::new(helm)
                .args(arguments)
                .args(["--namespace", &operator.name, "--kubeconfig"])
                .arg(self.plane.kubeconfig())
                .env("HELM_CACHE_HOME", charts.join("cache"))
                .env("HELM_CONFIG_HOME", charts.join("config"))
                .env("HELM_DATA_HOME", charts.join("data"))
                .output()
                .unwrap();
            KubectlOutcome::of(&output)
        };
        for (step, at) in operator.walk().into_iter().enumerate() {
            let chart = charts.join(at.to_string());
            let chart = chart.to_str().unwrap();
            let what = format!("{}, helm, step {step} to release {at}", operator.name);
            tally.step(&what, || run(&["upgrade", "--install", "it", chart]));
        }
        for revision in ["1", "2"] {
            let what = format!("{}, helm, back to revision {revision}", operator.name);
            tally.step(&what, || run(&["rollback", "it", revision]));
        }
        tally.step(&format!("{}, helm, end", operator.name), || {
            run(&["uninstall", "it"])
        });
    }
}

fn gcd(one: usize, other: usize) -> usize {
    if other == 0 {
        one
    } else {
        gcd(other, one % other)
    }
}

#[test]
#[ignore = "it takes many minutes, and real releases: .ci/upgrades"]
fn no_upgrade_between_two_releases_gets_stuck() {
    let Some(plane) = ControlPlane::for_test(&Options::default()) else {
        return;
    };
    let address = free_address();
    let kubeconfig = deploy(&plane, address.port());
    let webhook = WebhookProcess::start_at(&plane, "leaselint", &kubeconfig, &[], address);
    until_asked(&plane, "default");
    let mut operators: Vec<OperatorReleases> = upgrades::made_up()
        .map(|(name, releases)| OperatorReleases { name, releases })
        .collect();
    let made_up = operators.len();
    if let Some(folder) = std::env::var_os("LEASELINT_RELEASES") {
        let mut folders: Vec<PathBuf> = fs::read_dir(folder)
            .unwrap()
            .map(|entry| entry.unwrap().path())
            .collect();
        folders.sort();
        operators.extend(folders.iter().map(|folder| OperatorReleases::read(folder)));
    }
    operators.retain(|operator| operator.releases.len() > 1);
    let helm = std::env::var_os("LEASELINT_HELM").map(PathBuf::from);
    if helm.is_none() {
        println!("!!! LEASELINT_HELM IS NOT SET: ONLY KUBECTL IS TRIED");
    }
    if operators.len() == made_up {
        println!("!!! NO RELEASES OF REAL OPERATORS: .ci/upgrades lays them out");
    }
    let trial = Trial {
        plane: &plane,
        helm,
    };
    let mut all = Tally::default();
    for operator in &operators {
        let mut tally = Tally::default();
        trial.namespaces(operator);
        trial.by_helm(operator, &mut tally);
        trial.by_kubectl(operator, &mut tally);
        println!(
            "{}: {} releases, {} steps, {} with warnings, {} refused once, {} stuck, {} failed elsewhere",
            operator.name,
            operator.releases.len(),
            tally.steps,
            tally.warned,
            tally.refused_once.len(),
            tally.stuck.len(),
            tally.failed_elsewhere.len(),
        );
        for line in tally
            .refused_once
            .iter()
            .chain(&tally.stuck)
            .chain(&tally.failed_elsewhere)
        {
            println!("  {}", line.replace('\n', "\n    "));
        }
        println!("  warnings: {:?}", tally.rules);
        all.steps += tally.steps;
        all.warned += tally.warned;
        all.refused_once.append(&mut tally.refused_once);
        all.stuck.append(&mut tally.stuck);
        all.failed_elsewhere.append(&mut tally.failed_elsewhere);
    }
    println!(
        "{} operators: {} steps, {} with warnings, {} refused once, {} stuck, {} failed elsewhere; {} reviews",
        operators.len(),
        all.steps,
        all.warned,
        all.refused_once.len(),
        all.stuck.len(),
        all.failed_elsewhere.len(),
        webhook.metric("leaselint_reviews_total", &[]),
    );
    assert_eq!(all.stuck, Vec::<String>::new());
    // Steps that others refuse prove nothing.
    assert!(all.failed_elsewhere.len() * 2 < all.steps);
}
