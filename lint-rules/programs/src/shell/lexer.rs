//! POSIX shell words: quotes, escapes, variables, comments and operators.

use super::environment::ShellEnvironment;
use super::word_builder::{WordBuilder, assigned_name, braced, name_prefix, parameter};
use super::{Reason, ShellWord};

/// A script within one of the container's arguments.
pub(super) struct ScriptSource<'s> {
    pub(super) text: &'s str,
    /// The word that is the script: its place is the place of all its words.
    pub(super) word: &'s ShellWord,
}

/// What stands between or around simple commands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Separator {
    /// `;` or the end of a line.
    Sequence,
    Background,
    And,
    Or,
    Pipe,
    End,
}

pub(super) enum ShellToken {
    Word(ScriptWord),
    Redirection,
    Separator(Separator),
}

/// One word of the script, which its variables may turn into none or several.
pub(super) struct ScriptWord {
    pub(super) fields: Vec<ShellWord>,
    /// The name, if it is written as `NAME=...`; then there is exactly one field.
    pub(super) assigns: Option<String>,
}

pub(super) struct ShellLexer<'s> {
    source: ScriptSource<'s>,
    at: usize,
    /// `$1`, `$2` and so on.
    pub(super) parameters: Vec<ShellWord>,
}

impl<'s> ShellLexer<'s> {
    pub(super) fn new(source: ScriptSource<'s>, parameters: Vec<ShellWord>) -> Self {
        Self {
            source,
            at: 0,
            parameters,
        }
    }

    fn peek(&self) -> Option<char> {
        self.rest().chars().next()
    }

    fn rest(&self) -> &'s str {
        self.source.text.get(self.at..).unwrap_or_default()
    }

    fn take(&mut self) -> Option<char> {
        let character = self.peek()?;
        self.at += character.len_utf8();
        Some(character)
    }

    fn eat(&mut self, text: &str) -> bool {
        let found = self.rest().starts_with(text);
        if found {
            self.at += text.len();
        }
        found
    }

    pub(super) fn token(
        &mut self,
        environment: &mut ShellEnvironment<'_, '_>,
    ) -> Result<ShellToken, Reason> {
        while self.eat(" ") || self.eat("\t") || self.eat("\\\n") {}
        if self.peek() == Some('#') {
            self.at += self.rest().find('\n').unwrap_or(self.rest().len());
        }
        let separator = match self.peek() {
            None => Separator::End,
            Some('<' | '>') => return self.redirection(environment),
            Some('&') if self.eat("&>") => {
                self.at -= 1;
                return self.redirection(environment);
            }
            Some('(' | ')') => return Err("the script has a subshell or a function"),
            _ if self.eat("&&") => Separator::And,
            _ if self.eat("||") => Separator::Or,
            _ if self.eat(";;") => return Err("the script chooses between cases"),
            _ if self.eat("|&") || self.eat("|") => Separator::Pipe,
            _ if self.eat("&") => Separator::Background,
            _ if self.eat(";") || self.eat("\n") => Separator::Sequence,
            Some(_) => return self.word_or_descriptor(environment),
        };
        Ok(ShellToken::Separator(separator))
    }

    /// `2>&1` begins like a word.
    fn word_or_descriptor(
        &mut self,
        environment: &mut ShellEnvironment<'_, '_>,
    ) -> Result<ShellToken, Reason> {
        let digits = self.rest().bytes().take_while(u8::is_ascii_digit).count();
        if digits > 0 && matches!(self.rest().as_bytes().get(digits), Some(b'<' | b'>')) {
            self.at += digits;
            return self.redirection(environment);
        }
        self.word(environment).map(ShellToken::Word)
    }

    fn redirection(
        &mut self,
        environment: &mut ShellEnvironment<'_, '_>,
    ) -> Result<ShellToken, Reason> {
        if self.eat("<<") {
            return Err("the script holds a here-document");
        }
        let _operator = [">>", ">&", ">|", "<&", "<>", ">", "<"]
            .iter()
            .any(|o| self.eat(o));
        while self.eat(" ") || self.eat("\t") {}
        match self.peek() {
            None | Some('\n' | ';' | '|' | '&' | '(' | ')' | '<' | '>') => {
                Err("a redirection of the script has no plain target")
            }
            Some(_) => self.word(environment).map(|_| ShellToken::Redirection),
        }
    }

    fn word(&mut self, environment: &mut ShellEnvironment<'_, '_>) -> Result<ScriptWord, Reason> {
        let start = self.at;
        let assigns = assigned_name(self.rest()).map(str::to_owned);
        let mut word = WordBuilder {
            fields: Vec::new(),
            text: String::new(),
            unknown: false,
            started: false,
            verbatim: true,
            splits: assigns.is_none(),
            spliced: Vec::new(),
        };
        while let Some(character) = self.peek() {
            match character {
                ' ' | '\t' | '\n' | ';' | '&' | '|' | '<' | '>' | '(' | ')' => break,
                '\'' => self.single_quoted(&mut word)?,
                '"' => self.double_quoted(&mut word, environment)?,
                '\\' => {
                    self.take();
                    word.verbatim = false;
                    match self.take() {
                        Some('\n') | None => {}
                        Some(escaped) => word.push(escaped),
                    }
                }
                '$' | '`' => self.expansion(&mut word, environment, false)?,
                _ => {
                    self.take();
                    word.push(character);
                }
            }
        }
        Ok(ScriptWord {
            fields: self.fields(word, start),
            assigns,
        })
    }

    /// Gives the finished fields their place.
    fn fields(&self, mut word: WordBuilder, start: usize) -> Vec<ShellWord> {
        word.finish_field();
        let origin = self.source.word;
        let range = if origin.verbatim {
            origin.range.start + start..origin.range.start + self.at
        } else {
            origin.range.clone()
        };
        let verbatim = word.verbatim && origin.verbatim;
        let place = |(text, unknown)| ShellWord {
            text,
            argument: origin.argument,
            range: range.clone(),
            verbatim,
            unknown,
        };
        // The words of `"$@"` keep their own places. With text beside it, which no script in
        // practice has, their order is not worked out.
        let mut fields = word.spliced;
        if !word.fields.is_empty() {
            fields.iter_mut().for_each(|field| field.unknown = true);
        }
        fields.extend(word.fields.into_iter().map(place));
        fields
    }

    fn single_quoted(&mut self, word: &mut WordBuilder) -> Result<(), Reason> {
        self.take();
        (word.started, word.verbatim) = (true, false);
        let end = self
            .rest()
            .find('\'')
            .ok_or("a quote of the script is not closed")?;
        word.text
            .push_str(self.rest().get(..end).unwrap_or_default());
        self.at += end + 1;
        Ok(())
    }

    fn double_quoted(
        &mut self,
        word: &mut WordBuilder,
        environment: &mut ShellEnvironment<'_, '_>,
    ) -> Result<(), Reason> {
        self.take();
        word.verbatim = false;
        if self.eat("$@\"") {
            word.spliced
                .extend(environment.all_parameters(&self.parameters));
            return Ok(());
        }
        word.started = true;
        loop {
            match self.peek() {
                None => return Err("a quote of the script is not closed"),
                Some('"') => break,
                Some('\\') => {
                    self.take();
                    match self.take() {
                        Some('\n') | None => {}
                        Some(escaped @ ('$' | '`' | '"' | '\\')) => word.text.push(escaped),
                        Some(other) => word.text.extend(['\\', other]),
                    }
                }
                Some('$' | '`') => self.expansion(word, environment, true)?,
                Some(character) => {
                    self.take();
                    word.text.push(character);
                }
            }
        }
        self.take();
        Ok(())
    }

    /// A variable or a substitution, at its `$` or backtick.
    fn expansion(
        &mut self,
        word: &mut WordBuilder,
        environment: &mut ShellEnvironment<'_, '_>,
        quoted: bool,
    ) -> Result<(), Reason> {
        let opener = self.take();
        if opener == Some('`') {
            let end = self
                .rest()
                .find('`')
                .ok_or("a backtick of the script is not closed")?;
            self.at += end + 1;
            word.add(None, quoted);
            return Ok(());
        }
        if self.peek() == Some('(') {
            self.skip_parentheses()?;
            word.add(None, quoted);
            return Ok(());
        }
        if self.eat("{") {
            let end = self
                .rest()
                .find('}')
                .ok_or("a brace of the script is not closed")?;
            let inside = self.rest().get(..end).unwrap_or_default();
            self.at += end + 1;
            let value = braced(inside, environment, &self.parameters);
            word.add(value.as_deref(), quoted);
            return Ok(());
        }
        let name = name_prefix(self.rest());
        if !name.is_empty() {
            self.at += name.len();
            word.add(environment.value(name).as_deref(), quoted);
            return Ok(());
        }
        match self.peek() {
            Some('@') if !quoted => {
                self.take();
                word.verbatim = false;
                word.spliced
                    .extend(environment.all_parameters(&self.parameters));
            }
            Some(digit @ '1'..='9') => {
                self.take();
                let value = parameter(digit, &self.parameters)
                    .filter(|value| environment.has_room_for(value.len()));
                word.add(value.as_deref(), quoted);
            }
            Some('@' | '*' | '#' | '?' | '-' | '$' | '!' | '0') => {
                self.take();
                word.add(None, quoted);
            }
            // `$'...'` and `$"..."` differ from shell to shell.
            Some('\'' | '"') if !quoted => word.add(None, quoted),
            _ => word.push('$'),
        }
        Ok(())
    }

    /// Passes over `(...)` with what nests in it.
    fn skip_parentheses(&mut self) -> Result<(), Reason> {
        let mut depth = 0usize;
        let mut quote = None;
        while let Some(character) = self.take() {
            match (quote, character) {
                (None | Some('"'), '\\') => {
                    self.take();
                }
                (Some(open), close) if open == close => quote = None,
                (Some(_), _) => {}
                (None, '\'' | '"') => quote = Some(character),
                (None, '(') => depth += 1,
                (None, ')') => {
                    depth = depth.saturating_sub(1);
                    if depth == 0 {
                        return Ok(());
                    }
                }
                _ => {}
            }
        }
        Err("a parenthesis of the script is not closed")
    }
}
