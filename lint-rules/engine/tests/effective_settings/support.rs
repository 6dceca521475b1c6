//! What the tests share: manifests in, electors out.

use election::Elector;
use engine::{Engine, Input, Settings, Task, read_attachment, read_file};
use manifest::text::FileId;
use manifest::tree::ReadLimits;
use objects::LedgerCode;
use programs::Resolved;

/// Runs `look` over the electors of files, given as (name, text).
pub fn electors<T>(files: &[(&str, &str)], look: impl Fn(&[Elector<'_>]) -> T) -> T {
    electors_with(&Settings::default(), files, look)
}

pub fn electors_with<T>(
    settings: &Settings,
    files: &[(&str, &str)],
    look: impl Fn(&[Elector<'_>]) -> T,
) -> T {
    let read = files.iter().enumerate().map(|(number, (name, text))| {
        let id = FileId(u32::try_from(number).unwrap());
        if name.ends_with(".conf") {
            read_attachment(id, name, text.as_bytes(), ReadLimits::default())
        } else {
            read_file(id, name, text.as_bytes(), false, ReadLimits::default())
        }
    });
    let input = Input::new(read.collect());
    let engine = Engine::new(settings.clone());
    look(&engine.judge(Task::inspect(&input)).electors)
}

/// A Deployment with one container.
pub fn deployment(image: &str, container: &str) -> String {
    format!(
        "apiVersion: apps/v1\nkind: Deployment\nmetadata: {{name: x, namespace: ops}}\nspec:\n  \
         replicas: 2\n  selector: {{matchLabels: {{a: b}}}}\n  template:\n    metadata: {{labels: \
         {{a: b}}}}\n    spec:\n      containers:\n        - name: c\n          image: {image}\n\
         {container}"
    )
}

pub fn seconds(elector: &Elector<'_>) -> [Option<f64>; 3] {
    [&elector.lease, &elector.renew, &elector.retry]
        .map(|value| value.value().map(|nanos| nanos.as_seconds()))
}

pub fn one<T>(image: &str, container: &str, look: impl Fn(&Elector<'_>) -> T) -> T {
    let text = deployment(image, container);
    electors(&[("a.yaml", &text)], |electors| look(&electors[0]))
}

pub fn unknown_code<T>(value: &Resolved<T>) -> Option<LedgerCode> {
    match value {
        Resolved::Unknown(because) => Some(because.code),
        _ => None,
    }
}
