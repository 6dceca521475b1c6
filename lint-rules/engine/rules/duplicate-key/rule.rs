//! A key that occurs twice in a mapping: kubectl silently keeps the last.

use crate::{
    Check, Draft, EditOrder, FixAvailability, Group, Needs, Profile, Rule, Severity, Sink,
    first_fitting,
};
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
    fix: FixAvailability::Sometimes,
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
        let message = first_fitting([
            format!("{} is given twice, and the last one counts", duplicate.path),
            format!(
                "`{}` is given twice, and the last one counts",
                duplicate.key
            ),
            "a key is given twice, and the last one counts".to_owned(),
        ]);
        sink.report(
            Draft::new(place(duplicate.span), message)
                .help(
                    "kubectl ignores the earlier value with everything below it, without a warning and before the API server \
                     sees it. kustomize and strict parsers refuse the file.",
                )
                .remedy("Delete the value that is not intended.")
                .related(
                    place(duplicate.first),
                    format!("this {} is ignored", duplicate.key),
                )
                .fix(
                    "remove the value that is ignored",
                    true,
                    [EditOrder::RemoveLostEntry(place(duplicate.first))],
                ),
        );
    }
}
