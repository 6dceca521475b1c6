//! Calls of the libraries in the table of wrappers.

use std::rc::Rc;
use std::sync::Arc;

use crate::fold;
use crate::registries::candidate::Candidate;
use crate::registries::flags::FlagLibrary;
use crate::run::{CallArguments, GoValue, Interpreter, TypeRef};
use crate::syntax::SourcePosition;
use crate::term::{Flag, KeyFile, SharedTerm, Term, TermKind, TermOperator, TextEdit, TextSyntax};

use super::LibraryAnswer;
use super::wrapper_table::{WRAPPERS, chained_setting, makes_command};
use super::wrappers::From;

impl<'p> Interpreter<'p, '_> {
    pub(super) fn wrapper_call(
        &mut self,
        package: &Rc<str>,
        name: &str,
        arguments: &CallArguments<'p>,
    ) -> Option<LibraryAnswer<'p>> {
        let wrapper = WRAPPERS.iter().find(|wrapper| wrapper.is(package, name))?;
        let result =
            self.outside_value(None, package, name, arguments.values.clone(), arguments.at);
        let at = arguments.at;
        let take = |this: &mut Self, from, syntax| this.from(from, syntax, arguments, package);
        let lock_name = take(self, wrapper.lock_name, TextSyntax::Text);
        let identity = take(self, wrapper.identity, TextSyntax::Text);
        let candidate = Candidate {
            package: package.to_string(),
            enable: take(self, wrapper.enable, TextSyntax::Boolean),
            lease: take(self, wrapper.timing.first().copied()?, TextSyntax::Duration),
            renew: take(self, wrapper.timing.get(1).copied()?, TextSyntax::Duration),
            retry: take(self, wrapper.timing.get(2).copied()?, TextSyntax::Duration),
            lock_type: take(self, wrapper.lock_type, TextSyntax::Text),
            lock_name,
            lock_namespace: take(self, wrapper.lock_namespace, TextSyntax::Text),
            identity,
            release: take(self, wrapper.release, TextSyntax::Boolean),
            client_timeout: Some(wrapper.client_timeout),
            several_leaders: wrapper.several_leaders,
            on_loss: Some(wrapper.on_loss),
            result: result.as_outside().cloned(),
            ..Candidate::new(wrapper.library, at)
        };
        self.add_candidate(candidate);
        // What runs as leader may hold more of the program.
        for value in &arguments.values {
            if let GoValue::Function(closure) = value {
                let closure = Rc::clone(closure);
                self.run(&closure, Vec::new());
            }
        }
        Some(LibraryAnswer(result))
    }

    /// A method on what a wrapper returned that changes a setting.
    pub(super) fn chained_wrapper(
        &mut self,
        receiver: &GoValue<'p>,
        package: &str,
        name: &str,
        arguments: &CallArguments<'p>,
    ) -> Option<LibraryAnswer<'p>> {
        let setting = chained_setting(package, name)?;
        let value = self.term_at(&arguments.get(0), arguments.at);
        let condition = self.path_since(0);
        self.found
            .change(receiver.as_outside()?, setting, &value, &condition);
        LibraryAnswer::nothing()
    }

    /// `NewControllerCommandConfig(...).With...(...).NewCommand()`: the elector is this command's alone.
    pub(super) fn wrapper_command(
        &mut self,
        receiver: &GoValue<'p>,
        package: &str,
        name: &str,
        at: SourcePosition,
    ) -> Option<LibraryAnswer<'p>> {
        if !makes_command(package, name) {
            return None;
        }
        let mut made = receiver.as_outside()?.clone();
        while let Some(before) = made.receiver.as_ref().and_then(GoValue::as_outside) {
            made = Rc::clone(before);
        }
        let ty = TypeRef::Outside(Rc::from("github.com/spf13/cobra"), "Command");
        let object = self.memory.object(ty, at);
        self.commands.add(object);
        self.found.belongs_to(&made, object);
        let pointer = self.pointer_to(GoValue::Struct(object));
        Some(LibraryAnswer(pointer))
    }

    fn from(
        &mut self,
        from: From,
        syntax: TextSyntax,
        arguments: &CallArguments<'p>,
        package: &str,
    ) -> SharedTerm {
        let at = arguments.at;
        let constant = |text: &str| match text {
            "@pod" => Term::new(TermKind::PodNamespace, None),
            text => fold::read(syntax, text, None)
                .unwrap_or_else(|| Term::unknown("a default of another module", Some(at))),
        };
        match from {
            From::Constant(text) => constant(text),
            From::Argument(index) => self.term_at(&arguments.get(index), at),
            From::ArgumentAnd(index, suffix) => {
                let argument = self.term_at(&arguments.get(index), at);
                fold::operate(TermOperator::Add, &argument, &Term::text(suffix, None))
            }
            From::ArgumentOr(index, default) => {
                let argument = self.term_at(&arguments.get(index), at);
                let empty = fold::operate(TermOperator::Equal, &argument, &Term::text("", None));
                Term::choice(&empty, &constant(default), &argument)
            }
            From::Flag(name, default) => {
                self.library_flag(name, syntax, constant(default), arguments)
            }
            From::FlagOver(name, index, field, default) => {
                let over = self.argument_field(arguments, index, field);
                let default = over.unwrap_or_else(|| constant(default));
                self.library_flag(name, syntax, default, arguments)
            }
            From::NotFlag(name, default) => {
                Term::not(&self.library_flag(name, syntax, constant(default), arguments))
            }
            From::Variable(name, default) => {
                let variable = Term::variable(name, Some(at));
                let empty = fold::operate(TermOperator::Equal, &variable, &Term::text("", None));
                let parsed = fold::parsed(syntax, &variable, Some(at));
                Term::choice(&empty, &constant(default), &parsed)
            }
            From::Key(name, default) => self.file_key(name, syntax, constant(default), arguments),
            From::NotKey(name, default) => {
                Term::not(&self.file_key(name, syntax, constant(default), arguments))
            }
            From::FlagOverKey(name, of, default) => {
                let key = self.file_key(of, syntax, constant(default), arguments);
                self.library_flag(name, syntax, key, arguments)
            }
            From::MapKey(variable, map, name, default) => {
                let file = KeyFile::ConfigMap(variable, map);
                let key = Term::key(file, name, constant(default), None);
                fold::parsed(syntax, &key, None)
            }
            From::ArgumentReplaced(index, old, new) => {
                let edit = TextEdit::Replace(Arc::from(old), Arc::from(new));
                let argument = self.term_at(&arguments.get(index), at);
                fold::edited(&edit, &argument, Some(at))
            }
            From::OptionOr(name, default) => {
                self.option(name, constant(default), arguments, package)
            }
            From::OptionOrVariable(name, variable) => {
                let variable = Term::variable(variable, Some(at));
                let empty = fold::operate(TermOperator::Equal, &variable, &Term::text("", None));
                let otherwise = Term::choice(&empty, &constant("@pod"), &variable);
                self.option(name, otherwise, arguments, package)
            }
            From::PodNamespace => Term::new(TermKind::PodNamespace, None),
            From::FlagOrPodNamespace(name) => {
                let flag = self.library_flag(name, syntax, Term::text("", None), arguments);
                let empty = fold::operate(TermOperator::Equal, &flag, &Term::text("", None));
                Term::choice(&empty, &Term::new(TermKind::PodNamespace, None), &flag)
            }
            From::UniqueHostName => {
                let host = Term::new(TermKind::HostName, None);
                let random = Term::new(TermKind::Random, None);
                fold::operate(TermOperator::Add, &host, &random)
            }
            From::HostName => Term::new(TermKind::HostName, None),
            From::Since(module, since, before, now) => match self.module.minor(module) {
                Some(version) if version < since => constant(before),
                Some(_) => constant(now),
                // Later major versions have another path.
                None if package
                    .strip_prefix(module)
                    .is_some_and(|rest| rest.starts_with("/v")) =>
                {
                    constant(now)
                }
                None => Term::unknown("the library's version is not known", Some(at)),
            },
            From::Computed(how) => Term::unknown(how, Some(at)),
            From::None => Term::nothing(),
        }
    }

    /// What the last option of a name is called with, as `controller.LeaseDuration(d)`.
    fn option(
        &self,
        name: &str,
        otherwise: SharedTerm,
        arguments: &CallArguments<'p>,
        package: &str,
    ) -> SharedTerm {
        /// No function with options has more arguments before them.
        const MAX_PLAIN_ARGUMENTS: usize = 4;
        let wanted = (package, name);
        let each = |before, (at, value): (usize, &GoValue<'p>)| {
            self.option_of(wanted, before, value, at >= MAX_PLAIN_ARGUMENTS)
        };
        arguments.values.iter().enumerate().fold(otherwise, each)
    }

    /// `is_option`: whatever it is, it is an option.
    fn option_of(
        &self,
        wanted: (&str, &str),
        before: SharedTerm,
        value: &GoValue<'p>,
        is_option: bool,
    ) -> SharedTerm {
        match value {
            GoValue::Outside(option) if *option.package == *wanted.0 => {
                match option.args.first().filter(|_| *option.name == *wanted.1) {
                    Some(value) => self.term_at(value, option.at),
                    None => before,
                }
            }
            GoValue::List(list) => {
                let each =
                    |before, value: &GoValue<'p>| self.option_of(wanted, before, value, is_option);
                list.iter().fold(before, each)
            }
            GoValue::Choice(condition, yes, no) => {
                let yes = self.option_of(wanted, before.clone(), yes, is_option);
                let no = self.option_of(wanted, before, no, is_option);
                Term::choice(condition, &yes, &no)
            }
            value if is_option && !value.is_nothing() => {
                Term::unknown("it may be set by an option that is not known", None)
            }
            _ => before,
        }
    }

    fn library_flag(
        &mut self,
        name: &str,
        syntax: TextSyntax,
        default: SharedTerm,
        arguments: &CallArguments<'p>,
    ) -> SharedTerm {
        let flag = Flag {
            name: Arc::from(name),
            syntax,
            default,
            variables: Vec::new(),
        };
        self.flags
            .define(flag, FlagLibrary::Pflag, None, arguments.at)
    }

    /// A key of the file that `--config` names.
    fn file_key(
        &mut self,
        name: &str,
        syntax: TextSyntax,
        default: SharedTerm,
        arguments: &CallArguments<'p>,
    ) -> SharedTerm {
        let none = Term::text("", None);
        let path = self.library_flag("config", TextSyntax::Text, none, arguments);
        let key = Term::key(KeyFile::Path(path), name, default, None);
        fold::parsed(syntax, &key, None)
    }

    /// A field of an argument, if the caller set it.
    fn argument_field(
        &mut self,
        arguments: &CallArguments<'p>,
        index: usize,
        path: &str,
    ) -> Option<SharedTerm> {
        let mut value = arguments.get(index);
        if let GoValue::Outside(outside) = &value {
            // `opts, err := options.New...()`, then `opts.Generic.X = ...`
            return self
                .found
                .deep_outside(outside, path)
                .map(|value| self.term(&value));
        }
        for part in path.split('.') {
            value = self.field(&value, part)?;
            if value.is_nothing() {
                return None;
            }
        }
        Some(self.term(&value))
    }
}
