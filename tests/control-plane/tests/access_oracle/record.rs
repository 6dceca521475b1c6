//! Graphs and answers written down: for people, and for a test without a server.

use std::fs;
use std::path::Path;

use control_plane::kubernetes_version;
use serde_json::{Value, json};

use crate::generator::{Asker, Graph, graph};
use crate::questions::Question;

/// How many graphs are recorded.
const RECORDED: usize = 140;

/// What differs, and the graph as YAML.
pub fn shown(graph: &Graph, differences: &[String]) -> String {
    let mut text = format!("graph {}, asked by {}\n", graph.number, asker(graph));
    for difference in differences {
        text.push_str(&format!("  {difference}\n"));
    }
    for object in &graph.objects {
        text.push_str("---\n");
        text.push_str(&serde_yaml::to_string(object).unwrap());
    }
    text
}

fn asker(graph: &Graph) -> Value {
    match &graph.asker {
        Asker::Account { namespace } => json!({"account": namespace}),
        Asker::User { name, groups } => json!({"user": name, "groups": groups}),
    }
}

/// Writes the first answers for lint-rules' own tests: each graph in a line.
pub fn write(seed: u64, questions: &[Question], mut answers: Vec<(u64, Vec<bool>)>) {
    answers.sort_unstable_by_key(|&(number, _)| number);
    let asked: Vec<Value> = questions
        .iter()
        .map(|one| {
            json!([
                one.namespace,
                one.verb,
                one.group,
                one.resource,
                one.subresource,
                one.name
            ])
        })
        .collect();
    let mut text = format!(
        "{{\"server\":\"{}\",\"seed\":{seed},\n\"questions\":{},\n\"graphs\":[\n",
        kubernetes_version(),
        Value::from(asked)
    );
    let lines: Vec<String> = answers
        .iter()
        .take(RECORDED)
        .map(|(number, allowed)| line(&graph(seed, *number), allowed).to_string())
        .collect();
    text.push_str(&lines.join(",\n"));
    text.push_str("\n]}\n");
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../lint-rules/engine/tests/data");
    fs::create_dir_all(&folder).unwrap();
    fs::write(folder.join("access_recorded.json"), text).unwrap();
}

fn line(graph: &Graph, allowed: &[bool]) -> Value {
    let mut objects = graph.objects.clone();
    for object in &mut objects {
        // The same for all; the replay puts it back.
        object.as_object_mut().unwrap().remove("apiVersion");
    }
    let answers: String = allowed
        .iter()
        .map(|&yes| if yes { '1' } else { '0' })
        .collect();
    json!({
        "number": graph.number,
        "asker": asker(graph),
        "objects": objects,
        "allowed": answers,
    })
}
