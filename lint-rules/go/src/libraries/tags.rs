//! Structs that a library fills by their tags: caarlos0/env, envconfig, cleanenv, kong.

use std::sync::Arc;

use crate::fold;
use crate::registries::flags::FlagLibrary;
use crate::run::{CallArguments, GoValue, Interpreter, TypeRef};
use crate::syntax::{SourcePosition, unquote};
use crate::term::{Flag, SharedTerm, Term, TermKind, TermOperator, TextSyntax};

use super::LibraryAnswer;

/// How a library names variables and defaults in tags.
#[derive(Clone, Copy)]
struct Tags {
    variable: &'static str,
    default: &'static str,
    prefix: &'static str,
    /// A field without a tag has a variable of its own name.
    all_fields: bool,
    flags: bool,
}

const ENV: Tags = Tags {
    variable: "env",
    default: "envDefault",
    prefix: "envPrefix",
    all_fields: false,
    flags: false,
};
const ENVCONFIG: Tags = Tags {
    variable: "envconfig",
    default: "default",
    prefix: "",
    all_fields: true,
    flags: false,
};
const CLEANENV: Tags = Tags {
    variable: "env",
    default: "env-default",
    prefix: "env-prefix",
    all_fields: false,
    flags: false,
};
const KONG: Tags = Tags {
    variable: "env",
    default: "default",
    prefix: "prefix",
    all_fields: true,
    flags: true,
};

/// The value of a key in a struct tag.
pub(super) fn tag_value(tag: &str, key: &str) -> Option<String> {
    let tag = unquote(tag)?;
    let mut rest = tag.as_str();
    loop {
        rest = rest.trim_start();
        let (name, after) = rest.split_once(":\"")?;
        let mut end = None;
        let mut escaped = false;
        for (index, character) in after.char_indices() {
            match character {
                _ if escaped => escaped = false,
                '\\' => escaped = true,
                '"' => {
                    end = Some(index);
                    break;
                }
                _ => {}
            }
        }
        let (value, next) = after.split_at_checked(end?)?;
        if name == key {
            return unquote(&format!("\"{value}\""));
        }
        rest = next.strip_prefix('"')?;
    }
}

/// How a text becomes a field of this type.
pub(super) fn syntax_of(ty: &TypeRef<'_>) -> TextSyntax {
    match ty {
        TypeRef::Basic("bool") => TextSyntax::Boolean,
        TypeRef::Basic("string") => TextSyntax::Text,
        TypeRef::Basic("float32" | "float64") => TextSyntax::Real,
        TypeRef::Basic(name) if name.starts_with("int") || name.starts_with("uint") => {
            TextSyntax::Integer
        }
        TypeRef::Outside(_, "Duration") => TextSyntax::Duration,
        TypeRef::Pointer(inner) => syntax_of(inner),
        _ => TextSyntax::Other,
    }
}

impl<'p> Interpreter<'p, '_> {
    pub(super) fn tag_call(
        &mut self,
        package: &str,
        name: &str,
        arguments: &CallArguments<'p>,
    ) -> Option<LibraryAnswer<'p>> {
        let (tags, target) = if package.contains("caarlos0/env") {
            (ENV, 0)
        } else if package.contains("ilyakaznacheev/cleanenv") {
            (CLEANENV, if name == "ReadConfig" { 1 } else { 0 })
        } else if package.contains("envconfig") {
            (ENVCONFIG, 1)
        } else if package.contains("alecthomas/kong") {
            (KONG, 0)
        } else {
            return None;
        };
        let mut prefix = if tags.all_fields && !tags.flags {
            self.text_argument(arguments, 0).unwrap_or_default()
        } else {
            String::new()
        };
        if let Some(options) = arguments.values.get(target + 1) {
            let value = self.field(options, "Prefix");
            let value = value.map(|value| self.term(&value));
            if let Some(text) = value.as_ref().and_then(|value| value.as_text()) {
                prefix = text.to_owned();
            }
        }
        if let Some(ty) = &arguments.ty {
            let object = self.memory.object(ty.clone(), arguments.at);
            self.fill(object, &tags, &prefix, 0);
            return LibraryAnswer::without_error(GoValue::Struct(object));
        }
        let GoValue::Pointer(cell) = arguments.get(target) else {
            return None;
        };
        if let Some(object) = self.object_in(cell) {
            self.fill(object, &tags, &prefix, 0);
            if tags.flags {
                self.commands.add_kong(object, cell);
            }
        }
        if tags.flags {
            let context = self.outside_value(
                None,
                &package.into(),
                name,
                arguments.values.clone(),
                arguments.at,
            );
            return Some(LibraryAnswer(context));
        }
        LibraryAnswer::nothing()
    }

    fn fill(&mut self, object: usize, tags: &Tags, prefix: &str, depth: u32) {
        let Some(ty) = self.memory.get(object).map(|object| object.ty.clone()) else {
            return;
        };
        let Some((fields, context)) = self.struct_fields(&ty) else {
            return;
        };
        for field in fields {
            let tag = |key: &str| field.tag.and_then(|tag| tag_value(tag, key));
            let field_type = self.ty(&field.ty, context);
            let Some(cell) = self.field_cell(object, field.name.name, 0) else {
                continue;
            };
            if self.struct_fields(&field_type).is_some() {
                if depth < 5 {
                    let inner_prefix = match tag(tags.prefix) {
                        Some(more) => format!("{prefix}{more}"),
                        None => prefix.to_owned(),
                    };
                    if let Some(inner) = self.object_in(cell) {
                        self.fill(inner, tags, &inner_prefix, depth + 1);
                    }
                }
                continue;
            }
            let at = field.name.at;
            let syntax = syntax_of(&field_type);
            let variable = self.variable_of(
                tags,
                tag(tags.variable),
                field.name.name,
                prefix,
                tag("split_words"),
            );
            let mut default = tag(tags.default);
            let mut variable = variable;
            if let Some((name, options)) = variable.clone().and_then(|name| {
                name.split_once(',')
                    .map(|(name, options)| (name.to_owned(), options.to_owned()))
            }) {
                let written = options
                    .split(',')
                    .find_map(|option| option.strip_prefix("default="));
                default = written.map(str::to_owned).or(default);
                variable = Some(name);
            }
            let now = self.term(&self.memory.read(cell));
            let zero = match &default {
                Some(text) => fold::read(syntax, text, Some(at))
                    .unwrap_or_else(|| Term::unknown("a default that cannot be read", Some(at))),
                None if tags.flags => self.flag_zero(syntax),
                None => now,
            };
            if tags.flags {
                let name = tag("name").unwrap_or_else(|| kebab(field.name.name));
                if tag("cmd").is_some() || tag("arg").is_some() {
                    continue;
                }
                let flag = Flag {
                    name: Arc::from(format!("{prefix}{name}").as_str()),
                    syntax,
                    default: zero,
                    variables: variable
                        .iter()
                        .map(|name| Arc::from(name.as_str()))
                        .collect(),
                };
                let term = self.flags.define(flag, FlagLibrary::Kong, None, at);
                self.memory.write(cell, GoValue::Term(term));
                continue;
            }
            let Some(variable) = variable.filter(|name| !name.is_empty()) else {
                continue;
            };
            self.fill_variable(cell, &field_type, &variable, syntax, &zero, at);
        }
    }

    fn fill_variable(
        &mut self,
        cell: usize,
        ty: &TypeRef<'p>,
        variable: &str,
        syntax: TextSyntax,
        zero: &SharedTerm,
        at: SourcePosition,
    ) {
        let text = Term::variable(variable, Some(at));
        let parsed = fold::parsed(syntax, &text, Some(at));
        let empty = fold::operate(TermOperator::Equal, &text, &Term::text("", None));
        if matches!(ty, TypeRef::Pointer(_)) {
            let pointer = self.pointer_to(GoValue::Term(parsed));
            let otherwise = if zero.kind == TermKind::Nothing {
                GoValue::nothing()
            } else {
                self.pointer_to(GoValue::Term(zero.clone()))
            };
            let value = GoValue::choose(&empty, &otherwise, &pointer);
            self.memory.write(cell, value);
        } else {
            let value = Term::choice(&empty, zero, &parsed);
            self.memory.write(cell, GoValue::Term(value));
        }
    }

    fn flag_zero(&self, syntax: TextSyntax) -> SharedTerm {
        match syntax {
            TextSyntax::Boolean => Term::truth(false, None),
            TextSyntax::Text => Term::text("", None),
            _ => Term::nothing(),
        }
    }

    fn variable_of(
        &self,
        tags: &Tags,
        written: Option<String>,
        field: &str,
        prefix: &str,
        split: Option<String>,
    ) -> Option<String> {
        if tags.flags {
            return written;
        }
        if tags.variable != "envconfig" {
            return written.map(|name| format!("{prefix}{name}"));
        }
        let name = match written {
            Some(name) => name.to_uppercase(),
            None if split.as_deref() == Some("true") => {
                kebab(field).replace('-', "_").to_uppercase()
            }
            None => field.to_uppercase(),
        };
        Some(if prefix.is_empty() {
            name
        } else {
            format!("{}_{name}", prefix.to_uppercase())
        })
    }
}

/// `LeaderElect` as `leader-elect`.
fn kebab(name: &str) -> String {
    let mut result = String::new();
    let characters: Vec<char> = name.chars().collect();
    for (index, character) in characters.iter().enumerate() {
        let before = index.checked_sub(1).and_then(|at| characters.get(at));
        let after = characters.get(index + 1);
        let starts = character.is_uppercase()
            && before.is_some_and(|before| {
                before.is_lowercase() || after.is_some_and(|after| after.is_lowercase())
            });
        if starts {
            result.push('-');
        }
        result.extend(character.to_lowercase());
    }
    result
}
