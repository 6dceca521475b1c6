//! A key that occurs twice in a mapping: kubectl silently keeps the last.

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
    reads: &[],
    check: Check::Document(check),
};

fn check(document: &Document, sink: &mut Sink<'_>) {
    // An `apiVersion` without a `kind` is not an object: a Helm chart's `Chart.yaml` has one.
    let root = document.root();
    let has = |key| root.get(key).is_some();
    if has("apiVersion") && !has("kind") && !has("items") {
        return;
    }
    for duplicate in document.duplicates() {
        let place = |span| FileSpan {
            file: document.file(),
            span,
        };
        let message = format!("{} is given twice, and the last one counts", duplicate.path);
        sink.report(
            Draft::new(place(duplicate.span), message)
                .related(
                    place(duplicate.first),
                    format!("this {} is dropped", duplicate.key),
                )
                .help(
                    "kubectl drops the earlier value with everything below it, without a word and \
                     before the API server can see it; kustomize and strict parsers refuse the \
                     file; delete the one that is not meant",
                ),
        );
    }
}
