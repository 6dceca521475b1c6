//! kingpin: `app.Flag("name", "help").Default("x").Envar("Y").Bool()`.

use std::sync::Arc;

use crate::fold;
use crate::registries::flags::FlagLibrary;
use crate::run::{CallArguments, GoValue, Interpreter};
use crate::term::{Flag, SharedTerm, Term, TermKind, TextSyntax};

use super::LibraryAnswer;
use super::flags::form;

impl<'p> Interpreter<'p, '_> {
    /// `kingpin.Parse()`, and `kingpin.MustParse(app.Parse(os.Args[1:]))`.
    pub(super) fn kingpin_call(
        &mut self,
        package: &str,
        name: &str,
        arguments: &CallArguments<'p>,
    ) -> Option<LibraryAnswer<'p>> {
        let parses = match name {
            "Parse" => arguments.len() == 0,
            "MustParse" => arguments.len() > 0,
            _ => false,
        };
        (package.contains("kingpin") && parses)
            .then(|| LibraryAnswer(self.command_called(arguments)))
    }

    fn command_called(&self, arguments: &CallArguments<'p>) -> GoValue<'p> {
        GoValue::Term(Term::new(TermKind::Command, Some(arguments.at)))
    }

    /// The words of a command, which was made by `app.Command("serve", "help").Command(...)`.
    fn full_command(&self, command: &GoValue<'p>, arguments: &CallArguments<'p>) -> SharedTerm {
        let mut words = Vec::new();
        let mut link = command.as_outside();
        while let Some(outside) = link {
            if &*outside.name == "Command" {
                let word = outside.args.first().map(|word| self.term(word));
                match word.as_ref().and_then(|word| word.as_text()) {
                    Some(word) => words.insert(0, word.to_owned()),
                    None => return Term::unknown("it is a command's name", Some(arguments.at)),
                }
            }
            link = outside.receiver.as_ref().and_then(GoValue::as_outside);
        }
        if words.is_empty() {
            return Term::unknown("it is a command's name", Some(arguments.at));
        }
        Term::text(&words.join(" "), Some(arguments.at))
    }

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
        match name {
            "Parse" if arguments.len() == 1 => {
                return LibraryAnswer::without_error(self.command_called(arguments));
            }
            "FullCommand" => return LibraryAnswer::term(self.full_command(receiver, arguments)),
            _ => {}
        }
        let (syntax, into, _) = form(name)?;
        if arguments.len() != usize::from(into) {
            return None;
        }
        let mut default: Option<SharedTerm> = None;
        let mut variables = Vec::new();
        let mut flag_name = None;
        let mut at = arguments.at;
        let mut link = receiver.as_outside().cloned();
        while let Some(outside) = link {
            let term = outside.args.first().map(|value| self.term(value));
            let first = term.as_ref().and_then(|term| term.as_text());
            match (&*outside.name, first) {
                ("Default", _) => default = term,
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
            Some(term) => match term.as_text() {
                Some(text) => fold::read(syntax, text, Some(at))
                    .unwrap_or_else(|| Term::unknown("a default that cannot be read", Some(at))),
                None => fold::parsed(syntax, &term, Some(at)),
            },
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
