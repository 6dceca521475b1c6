//! Variables in the text of a build, as Flux fills them in after it (`fluxcd/pkg/envsubst`).

use std::collections::BTreeMap;

/// The label or annotation of an object that stays as it is.
const REFUSAL: &str = "kustomize.toolkit.fluxcd.io/substitute: disabled";

/// Variables with their values.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Variables {
    known: BTreeMap<String, String>,
}

impl Variables {
    /// Whether there is none.
    pub(crate) fn is_empty(&self) -> bool {
        self.known.is_empty()
    }

    /// Gives a variable its value.
    pub(crate) fn set(&mut self, name: &str, value: &str) {
        self.known.insert(name.to_owned(), value.replace('\n', ""));
    }

    /// The output of a build, filled in but for the objects that refuse it.
    ///
    /// # Errors
    /// As of [`Self::fill`].
    pub fn fill_build(&self, text: &str) -> Result<String, String> {
        let objects = text
            .split("\n---\n")
            .map(|object| match object.contains(REFUSAL) {
                true => Ok(object.to_owned()),
                false => self.fill(object),
            });
        let objects: Result<Vec<String>, String> = objects.collect();
        Ok(objects?.join("\n---\n"))
    }

    /// A text with all variables filled in: `${name}`, `${name:-default}`, `${name:=default}`; one that is not set is empty, and
    /// `$${name}` stays `${name}`.
    ///
    /// # Errors
    /// A function of the shell's that is not known here.
    pub fn fill(&self, text: &str) -> Result<String, String> {
        let mut filled = String::with_capacity(text.len());
        let mut rest = text;
        while let Some(at) = rest.find("${") {
            let before = rest.get(..at).unwrap_or_default();
            let after = rest.get(at + 2..).unwrap_or_default();
            if let Some(before) = before.strip_suffix('$') {
                filled.push_str(before);
                filled.push_str("${");
                rest = after;
                continue;
            }
            filled.push_str(before);
            let Some((inside, after)) = after.split_once('}') else {
                return Err("a variable in it has no end".to_owned());
            };
            let length = inside
                .find(|c: char| !(c.is_ascii_alphanumeric() || c == '_'))
                .unwrap_or(inside.len());
            let (name, default) = inside.split_at(length);
            let known = self.known.get(name).map(String::as_str);
            let value = match default.get(..2) {
                _ if name.is_empty() => None,
                None if default.is_empty() => Some(known.unwrap_or_default()),
                Some(":-" | ":=") => {
                    let default = default.get(2..).unwrap_or_default();
                    // A default may itself hold variables, which would end elsewhere.
                    (!default.contains('$'))
                        .then(|| known.filter(|text| !text.is_empty()).unwrap_or(default))
                }
                _ => None,
            };
            let value = value.ok_or_else(|| format!("`${{{inside}}}` is not filled in here"))?;
            filled.push_str(value);
            rest = after;
        }
        filled.push_str(rest);
        Ok(filled)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn variables_are_filled_in_as_flux_does() {
        let mut variables = Variables::default();
        variables.set("lease", "15s");
        variables.set("none", "");
        for (text, filled) in [
            ("a: ${lease}", "a: 15s"),
            ("${lease}-${other}-", "15s--"),
            ("${other:-9s} ${none:=8s} ${lease:-9s}", "9s 8s 15s"),
            ("$${lease} $lease $(lease)", "${lease} $lease $(lease)"),
            ("none", "none"),
        ] {
            assert_eq!(variables.fill(text).as_deref(), Ok(filled), "{text}");
        }
        let build = format!("a: ${{lease}}\n---\n{REFUSAL}\nb: ${{lease}}\n");
        let filled = format!("a: 15s\n---\n{REFUSAL}\nb: ${{lease}}\n");
        assert_eq!(variables.fill_build(&build), Ok(filled));
        for text in ["${lease", "${lease/a/b}", "${#lease}", "${}", "${a:-${b}}"] {
            assert!(variables.fill(text).is_err(), "{text}");
        }
    }
}
