//! The members of a JSON object one after the other, without building anything.
//!
//! For the envelope around an object, of which a few words are wanted and the rest is passed over.

use std::borrow::Cow;

use super::walk::{self, Problem};

/// Why a text is not the JSON that was expected.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NotJson {
    /// The byte at which it shows.
    pub at: usize,
    /// What is wrong.
    pub reason: String,
}

impl From<Problem> for NotJson {
    fn from(problem: Problem) -> Self {
        Self {
            at: problem.at,
            reason: problem.reason,
        }
    }
}

/// A place in a JSON text, before a value.
#[derive(Debug)]
pub struct Pull<'t> {
    text: &'t str,
    at: usize,
    /// Where the last key begins.
    key_at: usize,
}

type Each<'e, 't> = &'e mut dyn FnMut(&mut Pull<'t>, &str) -> Result<(), NotJson>;

impl<'t> Pull<'t> {
    /// Before the first value of a text.
    #[must_use]
    pub fn new(text: &'t str) -> Self {
        Self {
            text,
            at: 0,
            key_at: 0,
        }
    }

    /// Reads the object here and returns its raw text: calls `each` with every key, before its value. `each` must
    /// take the value, by one of the methods, and nothing more.
    ///
    /// # Errors
    /// Here is no object, or its syntax is wrong; or what `each` returns.
    pub fn object(
        &mut self,
        mut each: impl FnMut(&mut Self, &str) -> Result<(), NotJson>,
    ) -> Result<&'t str, NotJson> {
        self.next();
        let start = self.at;
        // One loop for all objects, whatever is done with their members.
        self.members(&mut each)?;
        Ok(self.text.get(start..self.at).unwrap_or_default())
    }

    fn members(&mut self, each: Each<'_, 't>) -> Result<(), NotJson> {
        if self.next() != Some(b'{') {
            return Err(self.wrong("an object is expected"));
        }
        self.at += 1;
        if self.next() == Some(b'}') {
            self.at += 1;
            return Ok(());
        }
        loop {
            self.key_at = self.at;
            let Some(key) = self.string()? else {
                return Err(self.wrong("a key is expected"));
            };
            if self.next() != Some(b':') {
                return Err(self.wrong("a colon is expected"));
            }
            self.at += 1;
            each(self, &key)?;
            match self.next() {
                Some(b',') => {
                    self.at += 1;
                    self.next();
                }
                Some(b'}') => {
                    self.at += 1;
                    return Ok(());
                }
                _ => return Err(self.wrong("a comma or the end of the object is expected")),
            }
        }
    }

    /// The raw text of the value here. Only its brackets and strings are looked at.
    ///
    /// # Errors
    /// The text ends within it, or it is no value at all.
    pub fn raw(&mut self) -> Result<&'t str, NotJson> {
        self.next();
        let start = self.at;
        self.at = walk::pass_over(self.text.as_bytes(), start)?;
        Ok(self.text.get(start..self.at).unwrap_or_default())
    }

    /// Of the member that is just being read: the raw text of its value, and that with its key.
    ///
    /// # Errors
    /// As [`Self::raw`].
    pub fn member(&mut self) -> Result<(&'t str, &'t str), NotJson> {
        let begin = self.key_at;
        let value = self.raw()?;
        Ok((value, self.text.get(begin..self.at).unwrap_or_default()))
    }

    /// The string here; `None`, and the value is passed over, if it is something else.
    ///
    /// # Errors
    /// As [`Self::raw`].
    pub fn text(&mut self) -> Result<Option<Cow<'t, str>>, NotJson> {
        self.next();
        if let Some(text) = self.string()? {
            return Ok(Some(text));
        }
        self.raw()?;
        Ok(None)
    }

    /// Whether the value here is an object.
    #[must_use]
    pub fn is_object(&mut self) -> bool {
        self.next() == Some(b'{')
    }

    /// Whether the value here is null.
    #[must_use]
    pub fn is_null(&mut self) -> bool {
        self.next() == Some(b'n')
    }

    /// Whether nothing but white space is left.
    #[must_use]
    pub fn is_at_end(&mut self) -> bool {
        self.next().is_none()
    }

    fn next(&mut self) -> Option<u8> {
        self.at = walk::skip_space(self.text.as_bytes(), self.at);
        self.text.as_bytes().get(self.at).copied()
    }

    fn string(&mut self) -> Result<Option<Cow<'t, str>>, NotJson> {
        if self.text.as_bytes().get(self.at) != Some(&b'"') {
            return Ok(None);
        }
        let (end, text) = walk::text_at(self.text, self.at)?;
        self.at = end;
        Ok(Some(text))
    }

    fn wrong(&self, reason: &str) -> NotJson {
        let at = self.at;
        if at >= self.text.len() {
            return NotJson {
                at,
                reason: "unexpected end of JSON input".to_owned(),
            };
        }
        NotJson {
            at,
            reason: reason.to_owned(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn members(text: &str) -> Result<Vec<(String, String)>, NotJson> {
        let mut found = Vec::new();
        let mut pull = Pull::new(text);
        let raw = pull.object(|pull, key| {
            let (raw, both) = pull.member()?;
            assert!(both.starts_with('"') && both.ends_with(raw));
            found.push((key.to_owned(), raw.to_owned()));
            Ok(())
        })?;
        assert_eq!(raw, text.trim());
        assert!(pull.is_at_end());
        Ok(found)
    }

    #[test]
    fn members_come_in_order_with_their_raw_values() {
        let text = r#" { "a" : 1 ,"b\u0063": {"x": ["}"]} , "d":"\\\"", "e" : null } "#;
        let pair = |key: &str, value: &str| (key.to_owned(), value.to_owned());
        assert_eq!(
            members(text),
            Ok(vec![
                pair("a", "1"),
                pair("bc", r#"{"x": ["}"]}"#),
                pair("d", r#""\\\"""#),
                pair("e", "null"),
            ])
        );
        assert_eq!(members("{}"), Ok(Vec::new()));
    }

    #[test]
    fn whatever_is_cut_is_an_error() {
        let text = r#"{"a": {"b": [1, "c"]}, "d": "e"}"#;
        for end in 0..text.len() {
            assert!(members(&text[..end]).is_err(), "{}", &text[..end]);
        }
        for text in [
            "[]",
            "1",
            "{,}",
            "{\"a\"}",
            "{\"a\":}",
            "{\"a\":1,}",
            "{1:2}",
            "{\"a\":1 \"b\":2}",
            "{\"a\":]",
        ] {
            assert!(members(text).is_err(), "{text}");
        }
    }

    #[test]
    fn what_is_no_text_is_passed_over() {
        let mut seen = Vec::new();
        let result = Pull::new(r#"{"a": [1], "b": "c", "d": null}"#).object(|pull, key| {
            seen.push((key.to_owned(), pull.text()?.map(Cow::into_owned)));
            Ok(())
        });
        assert_eq!(result, Ok(r#"{"a": [1], "b": "c", "d": null}"#));
        let texts: Vec<_> = seen.iter().map(|(_, text)| text.as_deref()).collect();
        assert_eq!(texts, [None, Some("c"), None]);
    }
}
