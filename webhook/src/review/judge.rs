//! One request to the engine and back.

use lint_rules::engine::{self, Finding, Input, Severity};
use lint_rules::source::FileId;
use lint_rules::yaml::{Document, Limits, Node, Unread};
use serde_json::value::RawValue;

use super::request::{Operation, Request};
use super::{Kind, Policy};

/// What is too much for one object. etcd takes 1.5 MiB by default, so no object comes near; the bound
/// on nodes keeps a hostile one from filling the memory.
const LIMITS: Limits = Limits {
    bytes: 8 << 20,
    nodes: 250_000,
    alias_expansion: 0,
    depth: 255,
};

/// What came of a request.
pub(super) struct Judgement {
    pub kind: Kind,
    pub said: Vec<Said>,
    /// Why an object that should have been judged was not.
    pub not_judged: Option<String>,
    pub judged: bool,
    pub failed_rules: Vec<&'static str>,
}

/// A finding of the object as it will be.
pub(super) struct Said {
    pub finding: Finding,
    /// Whether the change made it. Old sins never block.
    pub is_new: bool,
}

/// Judges what is asked, if it is judged at all.
pub(super) fn judge(request: &Request<'_>, policy: &Policy) -> Judgement {
    let kind = Kind::of(&request.kind.group, &request.kind.kind);
    let mut judgement = Judgement {
        kind,
        said: Vec::new(),
        not_judged: None,
        judged: false,
        failed_rules: Vec::new(),
    };
    let Some(object) = object_to_judge(request, kind) else {
        return judgement;
    };
    let input = match read(object) {
        Ok(input) => input,
        Err(unread) => {
            judgement.not_judged = Some(format!(
                "this {} was not judged: {}",
                kind.as_str(),
                unread.reason
            ));
            return judgement;
        }
    };
    if input.documents().all(belongs_to_others) {
        return judgement;
    }
    judgement.judged = true;
    let outcome = engine::judge(&input, &policy.settings);
    judgement.failed_rules = outcome.internal.iter().map(|error| error.rule).collect();
    judgement.said = outcome
        .findings
        .into_iter()
        .filter(|finding| finding.suppressed.is_none())
        .filter(|finding| {
            !policy
                .silence
                .as_ref()
                .is_some_and(|silences| silences(finding))
        })
        .map(|finding| Said {
            finding,
            is_new: true,
        })
        .collect();
    if request.operation == Operation::Update {
        forgive_the_past(&mut judgement.said, request.old_object, policy);
    }
    judgement
}

/// The object, if it is one that is judged.
fn object_to_judge<'a>(request: &Request<'a>, kind: Kind) -> Option<&'a RawValue> {
    let whole = request
        .sub_resource
        .as_deref()
        .unwrap_or_default()
        .is_empty();
    let written = matches!(request.operation, Operation::Create | Operation::Update);
    if whole && written && kind.is_judged() {
        request.object
    } else {
        None
    }
}

fn read(object: &RawValue) -> Result<Input, Unread> {
    let file = engine::read_object(FileId(0), "object", object.get(), LIMITS)?;
    Ok(Input::new(vec![file]))
}

/// Whether an object is on its way out, or made by a controller: then its owner is judged.
fn belongs_to_others(document: &Document) -> bool {
    let Some(metadata) = document.root().get("metadata") else {
        return false;
    };
    let leaves = metadata
        .get("deletionTimestamp")
        .is_some_and(|at| !at.is_null());
    let owners = metadata.get("ownerReferences");
    let is_controlled = owners
        .into_iter()
        .flat_map(Node::items)
        .any(|owner| owner.get("controller").and_then(Node::as_bool) == Some(true));
    leaves || is_controlled
}

/// Marks what the old object had as well: the same fault at the same place, or the same words about
/// the same container where an insertion moved the place.
fn forgive_the_past(said: &mut [Said], old: Option<&RawValue>, policy: &Policy) {
    if said
        .iter()
        .all(|said| said.finding.severity == Severity::Info)
    {
        return;
    }
    let Some(old) = old else { return };
    // An old object that cannot be read proves nothing about the change, so nothing blocks.
    let Ok(old) = read(old) else {
        for said in said {
            said.is_new = false;
        }
        return;
    };
    let before = engine::judge(&old, &policy.settings).findings;
    for said in said {
        let now = &said.finding;
        said.is_new = !before.iter().any(|then| {
            then.fingerprint == now.fingerprint
                || (then.rule.id == now.rule.id
                    && then.container == now.container
                    && then.message == now.message)
        });
    }
}
