//! A JSON text read from its beginning to its end: members by name, and documents where they stand.
//!
//! For an envelope around objects (a review, a list, an event of a watch), of which a few words are wanted, so that
//! all of it is read once.

use std::borrow::Cow;

use crate::tree::{Document, ReadError};

use super::error::JsonError;
use super::lexer::{end_of_input, error, skip_space, skip_value, string};
use super::object::{ObjectOptions, read_json};

/// A place in a JSON text, before a value.
#[derive(Clone, Debug)]
pub struct Cursor<'t> {
    text: &'t str,
    at: usize,
}

type Result<T> = std::result::Result<T, JsonError>;
type Each<'e, 't> = &'e mut dyn FnMut(&mut Cursor<'t>, &str) -> Result<()>;

impl<'t> Cursor<'t> {
    /// Before the first value of a text.
    #[must_use]
    pub fn new(text: &'t str) -> Self {
        Self { text, at: 0 }
    }

    /// Reads the object here: calls `each` with every key, before its value. `each` must take the value, by one of the
    /// methods, and nothing more.
    ///
    /// # Errors
    /// Here is no object, or its syntax is wrong; or what `each` returns.
    pub fn members(&mut self, mut each: impl FnMut(&mut Self, &str) -> Result<()>) -> Result<()> {
        // One loop for all objects, whatever is done with their members.
        self.members_of(&mut each)
    }

    fn members_of(&mut self, each: Each<'_, 't>) -> Result<()> {
        if self.next() != Some(b'{') {
            return Err(self.wrong("an object is expected"));
        }
        self.at += 1;
        if self.next() == Some(b'}') {
            self.at += 1;
            return Ok(());
        }
        loop {
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

    /// Reads the list here: calls `each` before every item, which it must take. `null` is an empty list, as in Go.
    ///
    /// # Errors
    /// Here is no list, or its syntax is wrong; or what `each` returns.
    pub fn items(&mut self, mut each: impl FnMut(&mut Self) -> Result<()>) -> Result<()> {
        if self.is_null() {
            return self.skip();
        }
        if self.next() != Some(b'[') {
            return Err(self.wrong("a list is expected"));
        }
        self.at += 1;
        if self.next() == Some(b']') {
            self.at += 1;
            return Ok(());
        }
        loop {
            each(self)?;
            match self.next() {
                Some(b',') => self.at += 1,
                Some(b']') => {
                    self.at += 1;
                    return Ok(());
                }
                _ => return Err(self.wrong("a comma or the end of the list is expected")),
            }
        }
    }

    /// The raw text of the value here. Only its brackets and strings are looked at.
    ///
    /// # Errors
    /// The text ends within it, or it is no value at all.
    pub fn raw(&mut self) -> Result<&'t str> {
        self.next();
        let start = self.at;
        self.at = skip_value(self.text.as_bytes(), start)?;
        Ok(self.text.get(start..self.at).unwrap_or_default())
    }

    /// Leaves out the value here.
    ///
    /// # Errors
    /// As [`Self::raw`].
    pub fn skip(&mut self) -> Result<()> {
        self.raw().map(drop)
    }

    /// Leaves out the value here if it is written like this, byte for byte.
    pub fn skip_if(&mut self, written: &str) -> bool {
        self.next();
        let rest = self.text.as_bytes().get(self.at..).unwrap_or_default();
        let is_same = rest.starts_with(written.as_bytes())
            && matches!(rest.get(written.len()), Some(b',' | b'}' | b']'));
        if is_same {
            self.at += written.len();
        }
        is_same
    }

    /// The string here; `None`, and the value is left out, if it is something else.
    ///
    /// # Errors
    /// As [`Self::raw`].
    pub fn text(&mut self) -> Result<Option<Cow<'t, str>>> {
        self.next();
        if let Some(text) = self.string()? {
            return Ok(Some(text));
        }
        self.skip()?;
        Ok(None)
    }

    /// The object here as a document, or why it cannot be read; the cursor is behind it then, too.
    ///
    /// # Errors
    /// As [`Self::raw`].
    pub fn document(
        &mut self,
        options: &ObjectOptions<'_>,
    ) -> Result<std::result::Result<Document, ReadError>> {
        self.next();
        let rest = self.text.get(self.at..).unwrap_or_default();
        match read_json(rest, options) {
            Ok((document, end)) => {
                self.at += end;
                Ok(Ok(document))
            }
            Err(unread) => {
                self.skip()?;
                Ok(Err(unread))
            }
        }
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
        self.at = skip_space(self.text.as_bytes(), self.at);
        self.text.as_bytes().get(self.at).copied()
    }

    fn string(&mut self) -> Result<Option<Cow<'t, str>>> {
        if self.text.as_bytes().get(self.at) != Some(&b'"') {
            return Ok(None);
        }
        let token = string(self.text.as_bytes(), self.at)?;
        self.at = token.end;
        Ok(Some(token.decoded(self.text)))
    }

    #[cold]
    fn wrong(&self, reason: &str) -> JsonError {
        let found = if self.at >= self.text.len() {
            end_of_input(self.at)
        } else {
            error(self.at, reason)
        };
        *found
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn members(text: &str) -> Result<Vec<(String, String)>> {
        let mut found = Vec::new();
        let mut cursor = Cursor::new(text);
        cursor.members(|cursor, key| {
            found.push((key.to_owned(), cursor.raw()?.to_owned()));
            Ok(())
        })?;
        assert!(cursor.is_at_end());
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
    fn items_come_in_order() {
        let items = |text: &str| {
            let (mut cursor, mut found) = (Cursor::new(text), Vec::new());
            cursor.items(|cursor| {
                found.push(cursor.raw()?.to_owned());
                Ok(())
            })?;
            assert!(cursor.is_at_end());
            Ok::<_, JsonError>(found)
        };
        assert_eq!(items("null"), Ok(Vec::new()));
        assert_eq!(items(" [ ] "), Ok(Vec::new()));
        let three = ["1", "[2]", r#"{"a":"]"}"#].map(str::to_owned).to_vec();
        assert_eq!(items(r#"[1, [2] ,{"a":"]"} ]"#), Ok(three));
        for text in ["", "{}", "1", "[", "[1", "[1,", "[1,]", "[1 2]", "[,]"] {
            assert!(items(text).is_err(), "{text}");
        }
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
    fn what_is_no_text_is_left_out() {
        let mut seen = Vec::new();
        let result = Cursor::new(r#"{"a": [1], "b": "c", "d": null}"#).members(|cursor, key| {
            seen.push((key.to_owned(), cursor.text()?.map(Cow::into_owned)));
            Ok(())
        });
        assert_eq!(result, Ok(()));
        let texts: Vec<_> = seen.iter().map(|(_, text)| text.as_deref()).collect();
        assert_eq!(texts, [None, Some("c"), None]);
    }

    #[test]
    fn only_the_same_value_is_left_out() {
        for (text, is_same) in [
            (r#"{"a": {"b":1}, "c":2}"#, true),
            (r#"{"a":{"b":1}}"#, true),
            (r#"{"a": {"b": 1}}"#, false),
            (r#"{"a":{"b":1}"#, false),
            (r#"{"a":2}"#, false),
        ] {
            let mut found = false;
            let _ = Cursor::new(text).members(|cursor, key| {
                if key == "a" {
                    found = cursor.skip_if(r#"{"b":1}"#);
                }
                if found && key == "a" {
                    Ok(())
                } else {
                    cursor.skip()
                }
            });
            assert_eq!(found, is_same, "{text}");
        }
    }
}
