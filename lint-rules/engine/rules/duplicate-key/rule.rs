//! A key given twice: kubectl keeps the last and says nothing.

use crate::{Check, Draft, FixAvailability, Group, Needs, Profile, Rule, Severity, Sink};
use manifest::text::FileSpan;
use manifest::tree::Document;

pub static RULE: Rule = Rule {
    id: "duplicate-key",
    group: Group::Input,
    summary: "a mapping gives the same key twice",
    severity: Severity::Warning,
    profile: Profile::Recommended,
    needs_target: false,
    needs: Needs::File,
    fix: FixAvailability::None,
    check: Check::Document(check),
};

fn check(document: &Document, sink: &mut Sink<'_>) {
    // An `apiVersion` without a `kind` is no object, such as the file of a Helm chart.
    let root = document.root();
    let has = |key| root.get(key).is_some();
    if has("apiVersion") && !has("kind") && !has("items") {
        return;
    }
    for twice in document.duplicates() {
        let place = |span| FileSpan {
            file: document.file(),
            span,
        };
        let message = format!("{} is given twice, and the last one counts", twice.path);
        sink.report(
            Draft::new(place(twice.span), message)
                .related(place(twice.first), format!("this {} is dropped", twice.key))
                .help(
                    "kubectl drops the earlier value with everything below it, without a word and \
                     before the API server can see it; kustomize and strict parsers refuse the \
                     file; delete the one that is not meant",
                ),
        );
    }
}
