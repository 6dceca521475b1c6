//! The server's side: graphs applied, waited for, asked about, removed.

use std::panic::resume_unwind;
use std::time::{Duration, Instant};

use control_plane::{Client, ControlPlane, Options, Process, Result, Subject};
use serde_json::{Value, json};

use crate::generator::{Asker, Graph};
use crate::questions::Question;

/// The longest that the server may take to notice what was written.
const PATIENCE: Duration = Duration::from_secs(120);
/// How many ask at a time about a graph that is there alone.
const ASKERS: usize = 4;

/// A control plane that aggregates ClusterRoles, and takes objects into namespaces that do not exist.
pub fn start() -> Option<(ControlPlane, Process)> {
    let options = Options {
        api_server: vec!["--disable-admission-plugins=NamespaceLifecycle".to_owned()],
        ..Options::default()
    };
    let plane = ControlPlane::for_test(&options)?;
    let controllers = plane.controllers(
        "aggregation",
        &[
            "--leader-elect=false",
            "--controllers=clusterrole-aggregation-controller",
            "--kube-api-qps=2000",
            "--kube-api-burst=2000",
        ],
    );
    Some((plane, controllers.unwrap()))
}

/// Where objects of a kind are.
fn collection(object: &Value) -> String {
    let namespace = object["metadata"]["namespace"].as_str();
    let kind = object["kind"].as_str().unwrap_or_default().to_lowercase();
    let space = namespace.map_or(String::new(), |name| format!("namespaces/{name}/"));
    format!("/apis/rbac.authorization.k8s.io/v1/{space}{kind}s")
}

/// Puts a batch of graphs onto the server and waits until it acts on them.
pub fn apply(client: &Client, batch: &str, graphs: &[Graph]) -> Result<()> {
    let mut aggregated = false;
    for object in graphs.iter().flat_map(|graph| &graph.objects) {
        aggregated |= !object["aggregationRule"].is_null();
        create(client, batch, object)?;
    }
    if aggregated {
        wait("aggregation to settle", || settled(client, batch))?;
    }
    // The authorizer follows each kind by a watch of its own, in the order of writing. So when it has
    // seen one more of each kind, it has seen all of the batch.
    for (kind, reference) in [
        ("ClusterRole", "ClusterRoleBinding"),
        ("Role", "RoleBinding"),
    ] {
        let user = format!("{batch}-{kind}");
        for object in last(&user, kind, reference) {
            create(client, batch, &object)?;
        }
        let subject = Subject {
            user: &user,
            groups: &[],
        };
        let question = json!({"namespace": "last", "verb": "get", "resource": user});
        wait("the authorizer to notice", || {
            client.may(subject, &question)
        })?;
    }
    Ok(())
}

fn create(client: &Client, batch: &str, object: &Value) -> Result<()> {
    let mut object = object.clone();
    object["metadata"]["labels"]["batch"] = batch.into();
    client.create(&collection(&object), &object).map(|_| ())
}

/// A role and a binding that allow one user something of its own.
fn last(user: &str, kind: &str, binding: &str) -> [Value; 2] {
    let mut metadata = json!({"name": user.to_lowercase()});
    if kind == "Role" {
        metadata["namespace"] = "last".into();
    }
    [
        json!({
            "kind": kind,
            "metadata": metadata,
            "rules": [{"apiGroups": [""], "resources": [user], "verbs": ["get"]}],
        }),
        json!({
            "kind": binding,
            "metadata": metadata,
            "roleRef": {"apiGroup": "rbac.authorization.k8s.io", "kind": kind, "name": metadata["name"]},
            "subjects": [{"apiGroup": "rbac.authorization.k8s.io", "kind": "User", "name": user}],
        }),
    ]
}

fn wait(what: &str, mut holds: impl FnMut() -> Result<bool>) -> Result<()> {
    let deadline = Instant::now() + PATIENCE;
    while !holds()? {
        if Instant::now() > deadline {
            return Err(control_plane::Error::Failed(format!(
                "waited too long for {what}"
            )));
        }
        std::thread::sleep(Duration::from_millis(10));
    }
    Ok(())
}

/// Whether every aggregated ClusterRole of the batch holds just the rules of those it selects: then
/// the controller has nothing left to do.
fn settled(client: &Client, batch: &str) -> Result<bool> {
    let path =
        format!("/apis/rbac.authorization.k8s.io/v1/clusterroles?labelSelector=batch%3D{batch}");
    let list = client.get(&path)?;
    let roles = list["items"].as_array().cloned().unwrap_or_default();
    let rules = |role: &Value| role["rules"].as_array().cloned().unwrap_or_default();
    Ok(roles.iter().all(|role| {
        let Some(selectors) = role["aggregationRule"]["clusterRoleSelectors"].as_array() else {
            return true;
        };
        let members = roles.iter().filter(|member| {
            member["metadata"]["name"] != role["metadata"]["name"]
                && selectors
                    .iter()
                    .any(|selector| selects(selector, &member["metadata"]["labels"]))
        });
        let wanted: Vec<Value> = members.flat_map(rules).collect();
        let held = rules(role);
        // Of an empty union the controller applies nothing, and what somebody wrote stays.
        wanted.is_empty()
            || (held.iter().all(|rule| wanted.contains(rule))
                && wanted.iter().all(|rule| held.contains(rule)))
    }))
}

fn selects(selector: &Value, labels: &Value) -> bool {
    let wanted = selector["matchLabels"].as_object();
    let expressions = selector["matchExpressions"].as_array();
    wanted
        .into_iter()
        .flatten()
        .all(|(key, value)| labels[key] == *value)
        && expressions.into_iter().flatten().all(|expression| {
            let label = &labels[expression["key"].as_str().unwrap_or_default()];
            let listed = expression["values"].as_array();
            let listed = listed.is_some_and(|values| values.contains(label));
            match expression["operator"].as_str() {
                Some("In") => listed,
                Some("NotIn") => !listed,
                Some("Exists") => !label.is_null(),
                _ => label.is_null(),
            }
        })
}

/// The server's answers about one graph.
pub fn ask(client: &Client, graph: &Graph, questions: &[Question]) -> Result<Vec<bool>> {
    let (user, groups) = match &graph.asker {
        Asker::User { name, groups } => (name.clone(), groups.clone()),
        // What authentication makes of an account's token.
        Asker::Account { namespace } => (
            format!("system:serviceaccount:{namespace}:operator"),
            vec![
                "system:serviceaccounts".to_owned(),
                format!("system:serviceaccounts:{namespace}"),
                "system:authenticated".to_owned(),
            ],
        ),
    };
    let subject = Subject {
        user: &user,
        groups: &groups,
    };
    let ask = |one: &Question| client.may(subject, &one.attributes(graph.number));
    if !graph.leaks {
        return questions.iter().map(ask).collect();
    }
    // No other graph is at work meanwhile.
    let share = questions.len().div_ceil(ASKERS);
    std::thread::scope(|scope| {
        let asked: Vec<_> = questions
            .chunks(share)
            .map(|some| scope.spawn(move || some.iter().map(ask).collect::<Result<Vec<bool>>>()))
            .collect();
        let mut answers = Vec::new();
        for share in asked {
            answers.extend(share.join().unwrap_or_else(|panic| resume_unwind(panic))?);
        }
        Ok(answers)
    })
}

/// Removes what of a batch reaches beyond its own namespaces, which also keeps questions quick.
pub fn remove(client: &Client, batch: &str) -> Result<()> {
    for kind in ["clusterrolebindings", "clusterroles"] {
        let path =
            format!("/apis/rbac.authorization.k8s.io/v1/{kind}?labelSelector=batch%3D{batch}");
        client.delete(&path)?;
    }
    Ok(())
}
