//! Objects as entries of the configuration name them.

use objects::ObjectName;
use programs::pattern::matches;

/// Objects by kind, namespace and name. Kind and namespace may be left out; in namespace and name `*` stands for any text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ObjectPattern {
    kind: Option<String>,
    namespace: Option<String>,
    name: String,
}

impl ObjectPattern {
    /// Reads `Deployment ops/controller`, `Deployment/controller`, `ops/controller` or `controller`; `None` for what names
    /// no object.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let text = text.trim();
        let (mut kind, rest) = match text.split_once(char::is_whitespace) {
            Some((kind, rest)) => (Some(kind.to_owned()), rest.trim()),
            None => (None, text),
        };
        let (namespace, name) = match rest.split_once('/') {
            // Kinds are capitalised, namespaces never are.
            Some((first, name))
                if kind.is_none() && first.starts_with(|c: char| c.is_ascii_uppercase()) =>
            {
                kind = Some(first.to_owned());
                (None, name)
            }
            Some((namespace, name)) => (Some(namespace.to_owned()), name),
            None => (None, rest),
        };
        let well_formed = !name.is_empty() && !name.contains(['/', ' ']);
        well_formed.then(|| Self {
            kind,
            namespace,
            name: name.to_owned(),
        })
    }

    /// Whether an object is one of them.
    #[must_use]
    pub fn matches(&self, object: &ObjectName) -> bool {
        let namespace = object.namespace.as_deref().unwrap_or_default();
        self.kind
            .as_ref()
            .is_none_or(|kind| kind.eq_ignore_ascii_case(&object.kind))
            && self
                .namespace
                .as_ref()
                .is_none_or(|pattern| matches(pattern, namespace))
            && matches(&self.name, &object.name)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn objects_are_named_in_four_ways() {
        let object = ObjectName {
            api_version: "v1".to_owned(),
            kind: "Deployment".to_owned(),
            namespace: Some("ops".to_owned()),
            name: "controller".to_owned(),
        };
        for (pattern, expected) in [
            ("Deployment ops/controller", true),
            ("deployment ops/controller", true),
            ("Deployment/controller", true),
            ("ops/controller", true),
            ("controller", true),
            ("*/cont*ler", true),
            ("StatefulSet/controller", false),
            ("other/controller", false),
            ("control", false),
        ] {
            let parsed = ObjectPattern::parse(pattern);
            let matches = parsed.map(|pattern| pattern.matches(&object));
            assert_eq!(matches, Some(expected), "{pattern}");
        }
        assert_eq!(ObjectPattern::parse("a/b/c"), None);
        assert_eq!(
            ObjectPattern::parse("Deployment "),
            ObjectPattern::parse("Deployment")
        );
    }
}
