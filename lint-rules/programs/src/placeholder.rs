//! Text that somebody fills in before Kubernetes sees it: `${NAME}`, `${NAME:=default}`, `$NAME`, `{{ .Name }}`.
//!
//! clusterctl, Flux and Terraform replace the first, `envsubst` the second too, Helm and Jinja the last. The kubelet
//! knows none, so in an object that is applied as it stands they are the text itself.

/// The name of the first thing to be filled in, if a text has one.
pub(super) fn placeholder(text: &str) -> Option<&str> {
    // Most texts have neither mark.
    memchr::memchr2(b'$', b'{', text.as_bytes())?;
    if let Some((_, inner)) = text.split_once("{{")
        && let Some((inner, _)) = inner.split_once("}}")
    {
        return Some(inner.trim());
    }
    let mut rest = text;
    while let Some((_, after)) = rest.split_once('$') {
        rest = after;
        let (inner, closed) = match rest.strip_prefix('{') {
            Some(inner) => (inner, inner.contains('}')),
            None => (
                rest,
                rest.starts_with(|first: char| first.is_ascii_uppercase()),
            ),
        };
        let is_name = |letter: char| letter.is_ascii_alphanumeric() || letter == '_';
        let end = inner.find(|letter| !is_name(letter)).unwrap_or(inner.len());
        let name = inner.get(..end)?;
        if closed && name.starts_with(|first: char| first.is_ascii_alphabetic() || first == '_') {
            return Some(name);
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_filled_in_is_named() {
        for (text, name) in [
            ("${LEADER_ELECT:=true}", Some("LEADER_ELECT")),
            ("--lease=${LEASE:-15s}", Some("LEASE")),
            ("${var.lease}", Some("var")),
            ("a-$REGION", Some("REGION")),
            ("$(POD_NAME)-${ZONE}", Some("ZONE")),
            ("--lease={{ .Values.lease }}", Some(".Values.lease")),
            ("${{ lease }}", Some("lease")),
            ("{{ open", None),
            ("{lease}", None),
            ("${X", None),
            ("${}", None),
            ("$(POD_NAME)", None),
            ("$1", None),
            ("cost$", None),
            ("plain", None),
        ] {
            assert_eq!(placeholder(text), name, "{text}");
        }
    }
}
