//! Phrases that messages about access share.

use super::lock_resource::LockResource;

/// `` `get` ``, `` `get` and `update` ``, `` `get`, `create` and `update` ``: each once, in order.
pub fn in_words<T: AsRef<str>>(words: impl IntoIterator<Item = T>) -> String {
    let mut quoted: Vec<String> = Vec::new();
    for word in words {
        let word = format!("`{}`", word.as_ref());
        if !quoted.contains(&word) {
            quoted.push(word);
        }
    }
    match quoted.as_slice() {
        [first @ .., before, last] => {
            let mut text = first.join(", ");
            if !text.is_empty() {
                text.push_str(", ");
            }
            format!("{text}{before} and {last}")
        }
        _ => quoted.concat(),
    }
}

/// `ServiceAccount ops/runner`, or without its namespace where none is written.
#[must_use]
pub fn account_title(namespace: Option<&str>, name: &str) -> String {
    match namespace {
        Some(namespace) => format!("ServiceAccount {namespace}/{name}"),
        None => format!("ServiceAccount {name}"),
    }
}

/// `namespace ops`, `the whole cluster` for what is in no namespace, or `the pod's namespace` where none is written.
#[must_use]
pub fn place_words(namespace: Option<&str>) -> String {
    match namespace {
        None => "the pod's namespace".to_owned(),
        Some("") => "the whole cluster".to_owned(),
        Some(namespace) => format!("namespace {namespace}"),
    }
}

/// `` `leases` of `coordination.k8s.io` ``, or the resource of another lock type.
#[must_use]
pub fn resource_words(resource: LockResource) -> String {
    match resource.group() {
        "" => format!("`{}` of the core group", resource.resource()),
        group => format!("`{}` of `{group}`", resource.resource()),
    }
}

#[cfg(test)]
mod tests {
    use super::in_words;

    #[test]
    fn words_are_listed_once() {
        assert_eq!(in_words(["get"]), "`get`");
        assert_eq!(in_words(["get", "update"]), "`get` and `update`");
        assert_eq!(in_words(["a", "b", "a", "c"]), "`a`, `b` and `c`");
        assert_eq!(in_words([""; 0]), "");
    }
}
