//! kingpin: `app.Flag("name", "help").Default("x").Envar("Y").Bool()`.

use std::sync::Arc;

use crate::fold;
use crate::registries::flags::FlagLibrary;
use crate::run::{CallArguments, GoValue, Interpreter};
use crate::term::{Flag, Term, TextSyntax};

use super::LibraryAnswer;
use super::flags::form;

impl<'p> Interpreter<'p, '_> {
    pub(super) fn kingpin_method(
        &mut self,
        receiver: &GoValue<'p>,
        package: &str,
        name: &str,
        arguments: &CallArguments<'p>,
    ) -> Option<LibraryAnswer<'p>> {
        if !package.contains("kingpin") {
            return None;
        }
        let (syntax, into, _) = form(name)?;
        if arguments.len() != usize::from(into) {
            return None;
        }
        let mut default: Option<String> = None;
        let mut variables = Vec::new();
        let mut flag_name = None;
        let mut at = arguments.at;
        let mut link = receiver.as_outside().cloned();
        while let Some(outside) = link {
            let first = outside.args.first().map(|value| self.term(value));
            let first = first.as_ref().and_then(|term| term.as_text());
            match (&*outside.name, first) {
                ("Default", Some(text)) => default = Some(text.to_owned()),
                ("Envar", Some(text)) => variables.push(Arc::from(text)),
                ("Flag", Some(text)) => {
                    flag_name = Some(text.to_owned());
                    at = outside.at;
                    break;
                }
                _ => {}
            }
            link = outside
                .receiver
                .as_ref()
                .and_then(GoValue::as_outside)
                .cloned();
        }
        let flag_name = flag_name?;
        let default = match default {
            Some(text) => fold::read(syntax, &text, Some(at))
                .unwrap_or_else(|| Term::unknown("a default that cannot be read", Some(at))),
            None => match syntax {
                TextSyntax::Boolean => Term::truth(false, None),
                TextSyntax::Text => Term::text("", None),
                TextSyntax::Other => Term::unknown("a flag of a type of its own", Some(at)),
                _ => Term::integer(0, None),
            },
        };
        let flag = Flag {
            name: Arc::from(flag_name.as_str()),
            syntax,
            default,
            variables,
        };
        let term = GoValue::Term(self.flags.define(flag, FlagLibrary::Kingpin, None, at));
        if into {
            if let GoValue::Pointer(cell) = arguments.get(0) {
                self.memory.write(cell, term);
            }
            return LibraryAnswer::nothing();
        }
        let pointer = self.pointer_to(term);
        Some(LibraryAnswer(pointer))
    }
}
