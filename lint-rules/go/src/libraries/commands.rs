//! Commands of cobra, urfave/cli and kong: what each of them runs, and in which order things are known.

use std::rc::Rc;

use crate::registries::flags::FlagLibrary;
use crate::run::{CallArguments, GoValue, Interpreter, TypeRef};
use crate::syntax::SourcePosition;
use crate::term::{Flag, LookupIn, SharedTerm, Term, TermKind, TextSyntax};

use super::LibraryAnswer;

/// Functions of a command, in the order in which they run.
const STEPS: &[&str] = &[
    "PersistentPreRun",
    "PersistentPreRunE",
    "Before",
    "PreRun",
    "PreRunE",
    "Run",
    "RunE",
    "Action",
    "PostRun",
    "PostRunE",
];

/// Whether a package is urfave/cli, by any of its names, or a copy of its first version.
fn is_urfave(path: &str) -> bool {
    path.contains("urfave/cli")
        || matches!(path, "github.com/codegangsta/cli" | "github.com/minio/cli")
}

fn is_command_type(ty: &TypeRef<'_>) -> bool {
    match ty {
        TypeRef::Outside(path, "Command") => &**path == "github.com/spf13/cobra" || is_urfave(path),
        TypeRef::Outside(path, "App") => is_urfave(path),
        _ => false,
    }
}

impl<'p> Interpreter<'p, '_> {
    /// A literal of a struct was made: a command, or a flag of urfave/cli.
    pub(crate) fn literal_made(&mut self, object: usize) {
        let Some((ty, at)) = self
            .memory
            .get(object)
            .map(|object| (object.ty.clone(), object.at))
        else {
            return;
        };
        if is_command_type(&ty) {
            self.commands.add(object);
        }
        if let TypeRef::Outside(path, name) = &ty
            && is_urfave(path)
            && name.ends_with("Flag")
        {
            self.urfave_flag(object, name, at);
        }
    }

    /// A field that the literal set, as a term.
    pub(crate) fn set_field(&mut self, object: usize, name: &str) -> Option<GoValue<'p>> {
        let cell = self.memory.field(object, name)?;
        let value = self.memory.read(cell);
        (!value.is_nothing()).then_some(value)
    }

    fn urfave_flag(&mut self, object: usize, ty: &str, at: SourcePosition) {
        let syntax = match ty.trim_end_matches("Flag") {
            "Bool" | "BoolT" => TextSyntax::Boolean,
            "String" | "Path" => TextSyntax::Text,
            "Duration" => TextSyntax::Duration,
            "Int" | "Int64" | "Uint" | "Uint64" => TextSyntax::Integer,
            "Float64" => TextSyntax::Real,
            _ => TextSyntax::Other,
        };
        let Some(name) = self.set_field(object, "Name") else {
            return;
        };
        let name = self.term(&name);
        let Some(name) = name.as_text() else {
            return;
        };
        // `Name: "leader-elect, l"` of version 1 holds the short form too.
        let name = name.split(',').next().unwrap_or_default().trim().to_owned();
        let default = match self.set_field(object, "Value") {
            Some(value) => self.term_at(&value, at),
            None => match syntax {
                TextSyntax::Boolean => Term::truth(ty == "BoolTFlag", None),
                TextSyntax::Text => Term::text("", None),
                _ => Term::integer(0, None),
            },
        };
        let mut variables = Vec::new();
        for field in ["EnvVars", "EnvVar", "Sources"] {
            let values = match self.set_field(object, field) {
                Some(GoValue::List(list)) => list.to_vec(),
                Some(GoValue::Outside(outside)) => outside.args.clone(),
                Some(value) => vec![value],
                None => continue,
            };
            for value in values {
                let text = self.term(&value);
                let names = text.as_text().unwrap_or_default().split(',');
                let names = names.map(str::trim).filter(|name| !name.is_empty());
                variables.extend(names.map(Into::into));
            }
        }
        let flag = Flag {
            name: name.as_str().into(),
            syntax,
            default,
            variables,
        };
        let term = self.flags.define(flag, FlagLibrary::UrfaveCli, None, at);
        if let Some(GoValue::Pointer(cell)) = self.set_field(object, "Destination") {
            self.memory.write(cell, GoValue::Term(term));
        }
    }

    pub(super) fn command_call(
        &mut self,
        package: &Rc<str>,
        name: &str,
        arguments: &CallArguments<'p>,
    ) -> Option<LibraryAnswer<'p>> {
        if is_urfave(package) && name == "NewApp" {
            let object = self
                .memory
                .object(TypeRef::Outside(package.clone(), "App"), arguments.at);
            self.commands.add(object);
            let pointer = self.pointer_to(GoValue::Struct(object));
            return Some(LibraryAnswer(pointer));
        }
        None
    }

    pub(super) fn command_method(
        &mut self,
        receiver: &GoValue<'p>,
        package: &str,
        name: &str,
        arguments: &CallArguments<'p>,
    ) -> Option<LibraryAnswer<'p>> {
        if package.contains("alecthomas/kong") && name == "Run" {
            self.run_kong();
            return LibraryAnswer::nothing();
        }
        if package.contains("alecthomas/kong") && name == "Command" {
            return LibraryAnswer::term(Term::new(TermKind::Command, Some(arguments.at)));
        }
        if is_urfave(package) {
            let getter = matches!(
                name,
                "Bool"
                    | "String"
                    | "Duration"
                    | "Int"
                    | "Int64"
                    | "BoolT"
                    | "Uint"
                    | "Float64"
                    | "GlobalBool"
                    | "GlobalString"
                    | "GlobalDuration"
                    | "GlobalInt"
            );
            if getter && arguments.len() == 1 {
                let flag = self.text_argument(arguments, 0)?;
                let kind = TermKind::Lookup(LookupIn::Flags, flag.as_str().into());
                return LibraryAnswer::term(Term::new(kind, Some(arguments.at)));
            }
            if name == "IsSet" {
                let flag = self.text_argument(arguments, 0)?;
                return LibraryAnswer::term(crate::registries::flags::given(&flag, arguments.at));
            }
            if matches!(name, "Run" | "RunContext" | "RunAndExitOnError") {
                self.run_commands();
                return LibraryAnswer::nothing();
            }
        }
        if package != "github.com/spf13/cobra" {
            return None;
        }
        match name {
            "AddCommand" => {
                let parent = self.command_of(receiver)?;
                for value in &arguments.values {
                    if let Some(child) = self.command_of(value) {
                        self.commands.link(parent, child);
                    }
                }
                LibraryAnswer::nothing()
            }
            "Execute" | "ExecuteContext" | "ExecuteC" | "ExecuteContextC" => {
                self.run_commands();
                LibraryAnswer::nothing()
            }
            "Name" | "CommandPath" => {
                let because = "it is a command's name";
                LibraryAnswer::term(Term::unknown(because, Some(arguments.at)))
            }
            _ => None,
        }
    }

    /// Runs each command from the present state, as if it were the one of the command line.
    pub(crate) fn run_commands(&mut self) {
        self.run_kong();
        let commands: Vec<usize> = self
            .commands
            .list
            .iter()
            .map(|command| command.object)
            .collect();
        self.link_literals(&commands);
        let mut runs = Vec::new();
        for command in &mut self.commands.list {
            // One branch of `main` may execute other commands than another.
            if !std::mem::replace(&mut command.has_run, true) {
                runs.push(command.object);
            }
        }
        runs.retain(|object| {
            STEPS
                .iter()
                .any(|step| self.memory.field(*object, step).is_some())
        });
        for object in runs {
            let before = self.commands.current.replace(object);
            self.rehearse_keeping(|this| {
                for step in STEPS {
                    if let Some(GoValue::Function(closure)) = this.set_field(object, step) {
                        this.run(&closure, Vec::new());
                    }
                }
            });
            self.commands.current = before;
        }
    }

    /// Runs something and takes its writes back, but keeps what was found.
    fn rehearse_keeping(&mut self, part: impl FnOnce(&mut Self)) {
        let mark = self.memory.mark();
        let path = self.path_mark();
        part(self);
        self.path_back(path);
        self.memory.take_back(mark);
    }

    /// Commands named in another's `Commands: []*cli.Command{...}`.
    fn link_literals(&mut self, commands: &[usize]) {
        for parent in commands {
            for field in ["Commands", "Subcommands"] {
                let Some(GoValue::List(list)) = self.set_field(*parent, field) else {
                    continue;
                };
                for value in list.iter() {
                    if let Some(child) = self.command_of(value) {
                        self.commands.link(*parent, child);
                    }
                }
            }
        }
    }

    fn run_kong(&mut self) {
        let Some((object, cell)) = self.commands.kong.take() else {
            return;
        };
        let Some(ty) = self.memory.get(object).map(|object| object.ty.clone()) else {
            return;
        };
        let mut receivers = vec![GoValue::Pointer(cell)];
        if let Some((fields, _)) = self.struct_fields(&ty) {
            for field in fields {
                let command = field.tag.and_then(|tag| super::tags::tag_value(tag, "cmd"));
                if command.is_some()
                    && let Some(cell) = self.field_cell(object, field.name.name, 0)
                {
                    receivers.push(GoValue::Pointer(cell));
                }
            }
        }
        for receiver in receivers {
            for name in ["AfterApply", "Run"] {
                if let Some(GoValue::Function(closure)) = self.method(&receiver, name) {
                    self.rehearse_keeping(|this| {
                        this.run(&closure, Vec::new());
                    });
                }
            }
        }
    }

    /// The sub-commands that lead to a command, without the program's own name.
    pub(crate) fn command_path(&mut self, object: Option<usize>) -> Vec<String> {
        let mut path = Vec::new();
        let mut at = object;
        while let Some(object) = at {
            let parent = self.commands.parent(object);
            if parent.is_some() {
                let name = match self.set_field(object, "Use") {
                    Some(name) => Some(name),
                    None => self.set_field(object, "Name"),
                };
                let name = name.map(|name| self.term(&name));
                let word = name.as_ref().and_then(|name| text_if_any(name));
                let word = word.and_then(|name| name.split_whitespace().next());
                path.push(word.unwrap_or("?").to_owned());
            }
            at = parent;
            if path.len() > 8 {
                break;
            }
        }
        path.reverse();
        path
    }

    /// Lookups by name replaced by what the whole program says.
    pub(crate) fn settled(&self, term: &SharedTerm) -> SharedTerm {
        term.map(&mut |part| match &part.kind {
            TermKind::Lookup(LookupIn::Flags, name) => Some(match self.flags.find(name) {
                Some(found) => self.settled(&Term::new(
                    TermKind::Flag(found.flag.clone()),
                    Some(found.at),
                )),
                None => Term::unknown("a flag that is defined nowhere in sight", part.at),
            }),
            TermKind::Lookup(LookupIn::Viper, key) => Some(self.settled_once(key, part)),
            _ => None,
        })
    }

    fn settled_once(&self, key: &str, part: &SharedTerm) -> SharedTerm {
        let value = self.viper_value(key, part.at);
        value.map(&mut |part| match &part.kind {
            TermKind::Lookup(..) => {
                Some(Term::unknown("a key that is set from another key", part.at))
            }
            _ => None,
        })
    }
}

/// The text of a name, if there is only one: a command that one way of the program makes has none on the other.
fn text_if_any(name: &Term) -> Option<&str> {
    match &name.kind {
        TermKind::Choice(_, one, other) if other.kind == TermKind::Nothing => text_if_any(one),
        TermKind::Choice(_, one, other) if one.kind == TermKind::Nothing => text_if_any(other),
        _ => name.as_text(),
    }
}
