//! What the API accepts as the name of a lock.

/// Why a name is not a DNS-1123 subdomain; `None` if it is one.
#[must_use]
pub fn lock_name_fault(name: &str) -> Option<String> {
    let allowed = |letter: char| matches!(letter, 'a'..='z' | '0'..='9' | '-' | '.');
    if let Some(letter) = name.chars().find(|letter| !allowed(*letter)) {
        return Some(match letter {
            'A'..='Z' => format!("upper-case `{letter}` is not allowed"),
            '\n' => "it holds a line break, which a block scalar (`|`) adds".to_owned(),
            letter => format!("`{}` is not allowed", letter.escape_debug()),
        });
    }
    if name.len() > 253 {
        return Some(format!(
            "it has {} characters, and 253 are allowed",
            name.len()
        ));
    }
    let part = name
        .split('.')
        .find(|part| part.is_empty() || part.starts_with('-') || part.ends_with('-'))?;
    Some(match part {
        "" => "a part between its dots is empty".to_owned(),
        part => format!("`{part}` does not begin and end with a letter or digit"),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_subdomains_are_names_of_locks() {
        for (name, fault) in [
            ("a", None),
            ("a.b-1", None),
            ("Lock", Some("upper-case `L` is not allowed")),
            ("a_b", Some("`_` is not allowed")),
            ("", Some("a part between its dots is empty")),
            ("a..b", Some("a part between its dots is empty")),
            (
                "a.-b",
                Some("`-b` does not begin and end with a letter or digit"),
            ),
            (
                "a-.b",
                Some("`a-` does not begin and end with a letter or digit"),
            ),
        ] {
            assert_eq!(lock_name_fault(name).as_deref(), fault, "{name}");
        }
        assert_eq!(lock_name_fault(&"a".repeat(253)), None);
        let long = "it has 254 characters, and 253 are allowed".to_owned();
        assert_eq!(lock_name_fault(&"a".repeat(254)), Some(long));
    }
}
