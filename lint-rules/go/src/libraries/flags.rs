//! Flags of `flag`, `pflag` and of libraries that look like them.

use std::rc::Rc;
use std::sync::Arc;

use crate::registries::flags::{FlagLibrary, VISITED_NAME, given};
use crate::run::{CallArguments, GoValue, Interpreter, TypeRef};
use crate::term::{Flag, Term, TermKind, TextSyntax};

use super::LibraryAnswer;

/// The type of a flag by the name of the function that defines it, and the form of that function.
pub(crate) fn form(name: &str) -> Option<(TextSyntax, bool, bool)> {
    let (name, short) = match name.strip_suffix('P') {
        Some(name) if !name.is_empty() && name != "I" => (name, true),
        _ => (name, false),
    };
    let (name, into) = match name.strip_suffix("Var") {
        Some(name) => (name, true),
        None => (name, false),
    };
    let syntax = match name {
        "Bool" => TextSyntax::Boolean,
        "String" => TextSyntax::Text,
        "Duration" => TextSyntax::Duration,
        "Int" | "Int8" | "Int16" | "Int32" | "Int64" | "Uint" | "Uint8" | "Uint16" | "Uint32"
        | "Uint64" => TextSyntax::Integer,
        "Float32" | "Float64" => TextSyntax::Real,
        "StringSlice" | "StringArray" | "IntSlice" | "StringToString" | "Count" | "IP"
        | "BoolSlice" | "DurationSlice" | "Text" | "Func" | "BoolFunc" | "" => TextSyntax::Other,
        _ => return None,
    };
    Some((syntax, into, short))
}

impl<'p> Interpreter<'p, '_> {
    pub(super) fn flag_call(
        &mut self,
        package: &Rc<str>,
        name: &str,
        arguments: &CallArguments<'p>,
    ) -> Option<LibraryAnswer<'p>> {
        let library = match &**package {
            "flag" => FlagLibrary::Flag,
            "github.com/spf13/pflag" => FlagLibrary::Pflag,
            _ => return None,
        };
        if name == "Parse" {
            return LibraryAnswer::nothing();
        }
        if matches!(name, "Visit" | "VisitAll") {
            return self.visit(name, arguments);
        }
        if let Some(answer) = self.define_flag(name, arguments, library, None) {
            return Some(answer);
        }
        if name == "Lookup" || name.starts_with("New") {
            return Some(LibraryAnswer(self.outside_value(
                None,
                package,
                name,
                arguments.values.clone(),
                arguments.at,
            )));
        }
        LibraryAnswer::nothing()
    }

    pub(super) fn flag_method(
        &mut self,
        receiver: &GoValue<'p>,
        package: &str,
        name: &str,
        arguments: &CallArguments<'p>,
    ) -> Option<LibraryAnswer<'p>> {
        if matches!(name, "Visit" | "VisitAll") {
            return self.visit(name, arguments);
        }
        let library = if package == "flag" {
            FlagLibrary::Flag
        } else {
            FlagLibrary::Pflag
        };
        match (name, arguments.len()) {
            ("Changed", 1) => {
                let name = self.text_argument(arguments, 0)?;
                return LibraryAnswer::term(given(&name, arguments.at));
            }
            ("GetBool" | "GetString" | "GetDuration" | "GetInt", 1) => {
                let outside = receiver.as_outside()?;
                if &*outside.name == "viper" || package.ends_with("viper") {
                    return None;
                }
                let flags = matches!(
                    &*outside.name,
                    "Flags" | "PersistentFlags" | "CommandLine" | "InheritedFlags" | "FlagSet"
                );
                let name = self.text_argument(arguments, 0)?;
                if !flags && self.flags.find(&name).is_none() {
                    return None;
                }
                let kind = TermKind::Lookup(crate::term::LookupIn::Flags, Arc::from(name.as_str()));
                return LibraryAnswer::without_error(GoValue::Term(Term::new(
                    kind,
                    Some(arguments.at),
                )));
            }
            _ => {}
        }
        if arguments.len() < 2 {
            return None;
        }
        let command = self.command_of(receiver);
        self.define_flag(name, arguments, library, command)
    }

    /// A definition in one of the forms `BoolVar(&x, name, default, usage)`, `Bool(name, default, usage)`,
    /// `BoolVarP(&x, name, short, default, usage)`, `BoolP(name, short, default, usage)`, `Var(&x, name, usage)`.
    fn define_flag(
        &mut self,
        function: &str,
        arguments: &CallArguments<'p>,
        library: FlagLibrary,
        command: Option<usize>,
    ) -> Option<LibraryAnswer<'p>> {
        let (syntax, into, short) = form(function)?;
        if arguments.len() < 3 {
            return None;
        }
        let first = usize::from(into);
        let name = self.text_argument(arguments, first)?;
        let default_at = first + 1 + usize::from(short);
        let own = syntax == TextSyntax::Other;
        let default = if own {
            Term::unknown("a flag of a type of its own", Some(arguments.at))
        } else {
            let default = self.term(&arguments.get(default_at));
            default.placed(arguments.at)
        };
        let flag = Flag {
            name: Arc::from(name.as_str()),
            syntax,
            default,
            variables: Vec::new(),
        };
        let term = GoValue::Term(self.flags.define(flag, library, command, arguments.at));
        if !into {
            if matches!(function, "Func" | "BoolFunc") {
                return LibraryAnswer::nothing();
            }
            let pointer = self.pointer_to(term);
            return Some(LibraryAnswer(pointer));
        }
        match arguments.get(0) {
            GoValue::Pointer(cell) => self.memory.write(cell, term),
            // A field of what another module made.
            GoValue::Outside(member) => {
                if let Some(GoValue::Outside(of)) = &member.receiver {
                    self.found.set_outside(of, &member.name, &term);
                }
            }
            GoValue::Choice(..) => {
                self.spoil(
                    &arguments.get(0),
                    "a flag is bound to one of several",
                    arguments.at,
                );
            }
            _ => {}
        }
        LibraryAnswer::nothing()
    }

    /// `flag.Visit(func(f *flag.Flag) { seen[f.Name] = true })`
    fn visit(&mut self, name: &str, arguments: &CallArguments<'p>) -> Option<LibraryAnswer<'p>> {
        let GoValue::Function(closure) = arguments.get(0) else {
            return LibraryAnswer::nothing();
        };
        if name == "Visit" {
            let ty = TypeRef::Outside(Rc::from("flag"), "Flag");
            let object = self.memory.object(ty, arguments.at);
            let visited = GoValue::Term(Term::text(VISITED_NAME, Some(arguments.at)));
            self.memory.field_or(object, "Name", visited);
            let flag = self.pointer_to(GoValue::Struct(object));
            self.run(&closure, vec![flag]);
        }
        LibraryAnswer::nothing()
    }

    /// The command whose flags a value is, as `cmd.Flags()` or something made of it.
    pub(crate) fn command_of(&mut self, value: &GoValue<'p>) -> Option<usize> {
        let mut value = value.clone();
        for _ in 0..6 {
            value = match value {
                GoValue::Outside(outside) => outside.receiver.clone()?,
                GoValue::Pointer(cell) => {
                    let object = self.object_in(cell)?;
                    return self.commands.is_command(object).then_some(object);
                }
                GoValue::Struct(object) => {
                    return self.commands.is_command(object).then_some(object);
                }
                _ => return None,
            };
        }
        None
    }
}
