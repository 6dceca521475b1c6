//! viper: values by key, from flags, variables, a file and defaults.

use std::sync::Arc;

use crate::fold;
use crate::run::{CallArguments, GoValue, Interpreter};
use crate::syntax::SourcePosition;
use crate::term::{KeyFile, LookupIn, SharedTerm, Term, TermKind, TextSyntax};

use super::LibraryAnswer;

impl<'p> Interpreter<'p, '_> {
    pub(super) fn viper_call(
        &mut self,
        package: &str,
        name: &str,
        arguments: &CallArguments<'p>,
    ) -> Option<LibraryAnswer<'p>> {
        if package != "github.com/spf13/viper" {
            return None;
        }
        self.viper_method(package, name, arguments)
    }

    pub(super) fn viper_method(
        &mut self,
        package: &str,
        name: &str,
        arguments: &CallArguments<'p>,
    ) -> Option<LibraryAnswer<'p>> {
        if package != "github.com/spf13/viper" {
            return None;
        }
        let key = self.text_argument(arguments, 0);
        let key = key.map(|key| key.to_lowercase());
        let get = |syntax, key: Option<String>, at| match key {
            Some(key) => {
                let kind = TermKind::Lookup(LookupIn::Viper, Arc::from(key.as_str()));
                let found = Term::new(kind, Some(at));
                LibraryAnswer::term(Term::new(TermKind::Parsed(syntax, found), Some(at)))
            }
            None => LibraryAnswer::term(Term::unknown("a key that is not known", Some(at))),
        };
        match name {
            "GetBool" => return get(TextSyntax::Boolean, key, arguments.at),
            "GetDuration" => return get(TextSyntax::Duration, key, arguments.at),
            "GetString" | "Get" => return get(TextSyntax::Text, key, arguments.at),
            "GetInt" | "GetInt32" | "GetInt64" => {
                return get(TextSyntax::Integer, key, arguments.at);
            }
            "IsSet" => {
                let because = "it depends on whether a key is set";
                return LibraryAnswer::term(Term::unknown(because, Some(arguments.at)));
            }
            "BindPFlags" | "BindFlagValues" => self.viper.all_flags = true,
            "AutomaticEnv" => self.viper.automatic = true,
            "SetEnvPrefix" => self.viper.prefix = key.unwrap_or_default(),
            "SetEnvKeyReplacer" => self.viper.replaces_dashes = true,
            "ReadInConfig" | "MergeInConfig" | "ReadConfig" | "WatchConfig" => {
                self.viper.reads_file = true;
            }
            "SetConfigFile" => {
                self.viper.file = Some(self.term_at(&arguments.get(0), arguments.at))
            }
            "BindEnv" => {
                let names = 1..arguments.len();
                let names = names
                    .filter_map(|at| self.text_argument(arguments, at))
                    .collect();
                self.viper.variables.push((key?, names));
            }
            "BindPFlag" => {
                let flag = arguments.get(1);
                let flag = flag.as_outside().and_then(|lookup| lookup.args.first());
                let flag = flag.and_then(|name| self.term(name).as_text().map(str::to_owned));
                let key = key?;
                self.viper.flags.push((key.clone(), flag.unwrap_or(key)));
            }
            "SetDefault" => {
                let value = self.term_at(&arguments.get(1), arguments.at);
                self.viper.defaults.push((key?, value));
            }
            "Set" => {
                let value = self.term_at(&arguments.get(1), arguments.at);
                self.viper.set.push((key?, value));
            }
            "Unmarshal" => self.viper_unmarshal(&arguments.get(0), arguments.at),
            "New" | "GetViper" | "Sub" => return None,
            _ => {}
        }
        LibraryAnswer::nothing()
    }

    /// What a key has in the end: `Set`, a flag that is given, a variable, the file, a default, the flag's default.
    pub(crate) fn viper_value(&self, key: &str, at: Option<SourcePosition>) -> SharedTerm {
        let viper = &self.viper;
        let last = |list: &[(String, SharedTerm)]| {
            let found = list.iter().rev().find(|(known, _)| known == key);
            found.map(|(_, value)| value.clone())
        };
        if let Some(value) = last(&viper.set) {
            return value;
        }
        let bound = viper.flags.iter().find(|(known, _)| known == key);
        let flag = match bound {
            Some((_, flag)) => self.flags.find(flag),
            None if viper.all_flags => self
                .flags
                .definitions
                .iter()
                .find(|known| known.flag.name.to_lowercase() == key),
            None => None,
        };
        let default = last(&viper.defaults);
        let mut value = match (default, flag) {
            (Some(default), _) => default,
            (None, Some(flag)) => flag.flag.default.clone(),
            (None, None) => Term::nothing(),
        };
        if viper.reads_file {
            let file = viper.file.clone().map_or(KeyFile::Searched, KeyFile::Path);
            value = Term::key(file, key, value, at);
        }
        let named = viper.variables.iter().find(|(known, _)| known == key);
        let mut variables = named.map(|(_, names)| names.clone()).unwrap_or_default();
        if variables.is_empty() && (viper.automatic || named.is_some()) {
            variables.push(self.automatic_name(key));
        }
        for name in variables.iter().rev() {
            let variable = Term::variable(name, at);
            let empty = fold::operate(
                crate::term::TermOperator::Equal,
                &variable,
                &Term::text("", None),
            );
            value = Term::choice(&empty, &value, &variable);
        }
        if let Some(flag) = flag {
            let given = Term::new(TermKind::FlagGiven(flag.flag.name.clone()), at);
            let flag = Term::new(TermKind::Flag(flag.flag.clone()), Some(flag.at));
            value = Term::choice(&given, &flag, &value);
        }
        value
    }

    fn automatic_name(&self, key: &str) -> String {
        let mut name = key.to_uppercase();
        if !self.viper.prefix.is_empty() {
            name = format!("{}_{name}", self.viper.prefix.to_uppercase());
        }
        if self.viper.replaces_dashes {
            name = name.replace(['-', '.'], "_");
        }
        name
    }

    fn viper_unmarshal(&mut self, target: &GoValue<'p>, at: SourcePosition) {
        let GoValue::Pointer(cell) = target else {
            return;
        };
        if let Some(object) = self.object_in(*cell) {
            self.fill_keys(object, "", at, 0);
        }
    }

    fn fill_keys(&mut self, object: usize, prefix: &str, at: SourcePosition, depth: u32) {
        let Some(ty) = self.memory.get(object).map(|object| object.ty.clone()) else {
            return;
        };
        let Some((fields, context)) = self.struct_fields(&ty) else {
            return;
        };
        for field in fields {
            let tag = field
                .tag
                .and_then(|tag| super::tags::tag_value(tag, "mapstructure"));
            let squash = tag.as_deref().is_some_and(|tag| tag.contains(",squash"));
            let name = tag
                .as_deref()
                .map(|tag| tag.split(',').next().unwrap_or_default().to_lowercase())
                .filter(|name| !name.is_empty())
                .unwrap_or_else(|| field.name.name.to_lowercase());
            let key = if prefix.is_empty() {
                name
            } else {
                format!("{prefix}.{name}")
            };
            let field_type = self.ty(&field.ty, context);
            let Some(cell) = self.field_cell(object, field.name.name, 0) else {
                continue;
            };
            if self.struct_fields(&field_type).is_some() && depth < 5 {
                if let Some(inner) = self.object_in(cell) {
                    let key = if squash { prefix } else { &key };
                    self.fill_keys(inner, key, at, depth + 1);
                }
                continue;
            }
            let kind = TermKind::Lookup(LookupIn::Viper, Arc::from(key.as_str()));
            let found = Term::new(kind, Some(at));
            let syntax = super::tags::syntax_of(&field_type);
            let value = Term::new(TermKind::Parsed(syntax, found), Some(at));
            self.memory.write(cell, GoValue::Term(value));
        }
    }
}
