//! controller-runtime's loader of configuration files: `options.AndFrom(ctrl.ConfigFile().AtPath(path).OfKind(&cfg))`.

use std::rc::Rc;

use crate::fold;
use crate::run::{CallArguments, GoValue, Interpreter, TypeRef};
use crate::syntax::SourcePosition;
use crate::term::{SharedTerm, Term, TermOperator};

use super::LibraryAnswer;
use super::decoding::DecodedFile;
use super::key_tags::KeyTags;

/// The file that is loaded where none is named (controller-runtime 0.14, `pkg/config/config.go`).
const USUAL_PATH: &str = "config.yaml";

/// Fields of the options, with those of the file that fill them where they are zero (`pkg/manager/manager.go`,
/// `setLeaderElectionConfig`).
const TEXTS: &[(&str, &str)] = &[
    ("LeaderElectionResourceLock", "ResourceLock"),
    ("LeaderElectionNamespace", "ResourceNamespace"),
    ("LeaderElectionID", "ResourceName"),
];
const DURATIONS: &[&str] = &["LeaseDuration", "RenewDeadline", "RetryPeriod"];

/// What a loader is to read, and into what.
struct FileLoader<'p> {
    path: Option<SharedTerm>,
    kind: Option<GoValue<'p>>,
}

impl<'p> Interpreter<'p, '_> {
    pub(super) fn loader_method(
        &mut self,
        receiver: &GoValue<'p>,
        package: &Rc<str>,
        name: &str,
        arguments: &CallArguments<'p>,
    ) -> Option<LibraryAnswer<'p>> {
        match name {
            "AtPath" | "OfKind" if loader(self, receiver).is_some() => {
                let receiver = Some(receiver.clone());
                let (values, at) = (arguments.values.clone(), arguments.at);
                Some(LibraryAnswer(
                    self.outside_value(receiver, package, name, values, at),
                ))
            }
            "AndFrom" | "AndFromOrDie" if self.is_manager_options(receiver) => {
                let options = self.and_from(receiver, &arguments.get(0), arguments.at);
                if name == "AndFrom" {
                    return LibraryAnswer::without_error(options);
                }
                Some(LibraryAnswer(options))
            }
            _ => None,
        }
    }

    /// The options with what a file says where they are zero.
    fn and_from(
        &mut self,
        options: &GoValue<'p>,
        from: &GoValue<'p>,
        at: SourcePosition,
    ) -> GoValue<'p> {
        let options = self.dereferenced(options, &GoValue::nothing());
        let options = self.memory.copied(options, 0);
        let GoValue::Struct(object) = options else {
            return GoValue::unknown("its options are not known", at);
        };
        let file = loader(self, from);
        let election = file.and_then(|file| self.loaded_election(file, at));
        let Some(election) = election else {
            let unknown = GoValue::unknown("it is read from a file", at);
            self.memory.spoil(object, &unknown, 0);
            return options;
        };
        let none = self.compare("==", &election, &GoValue::nothing());
        let none = self.term(&none);
        let of_file = |this: &mut Self, field: &str| {
            let value = this.field(&election, field);
            let value = value.unwrap_or_else(GoValue::nothing);
            GoValue::choose(&none, &GoValue::nothing(), &value)
        };
        let switch = of_file(self, "LeaderElect");
        let off = GoValue::Term(Term::truth(false, None));
        let switch = self.dereferenced(&switch, &off);
        let now = self.setting(&options, "LeaderElection");
        let now = if now.is_nothing() { off } else { now };
        let on = fold::operate(TermOperator::Or, &self.term(&now), &self.term(&switch));
        self.set_option(object, "LeaderElection", GoValue::Term(on));
        for (option, field) in TEXTS {
            let value = of_file(self, field);
            self.set_where_zero(object, option, value);
        }
        for field in DURATIONS {
            let value = of_file(self, field);
            let time = self.duration_of(&value);
            let zero = fold::operate(TermOperator::Equal, &time, &Term::integer(0, None));
            let pointer = self.pointer_to(GoValue::Term(time));
            let value = GoValue::choose(&zero, &GoValue::nothing(), &pointer);
            self.set_where_zero(object, field, value);
        }
        options
    }

    /// The stanza of a file that a loader reads.
    fn loaded_election(&mut self, from: FileLoader<'p>, at: SourcePosition) -> Option<GoValue<'p>> {
        let file = DecodedFile {
            path: from
                .path
                .unwrap_or_else(|| Term::text(USUAL_PATH, Some(at))),
            tags: KeyTags::Json,
            at,
        };
        let kind = match from.kind {
            Some(kind) => kind,
            None => {
                let package = Rc::from("sigs.k8s.io/controller-runtime/pkg/config/v1alpha1");
                let ty = TypeRef::Outside(package, "ControllerManagerConfiguration");
                let object = self.memory.object(ty, at);
                self.pointer_to(GoValue::Struct(object))
            }
        };
        self.decode(&kind, &file)?;
        self.default_value(&kind);
        let spec = match self.method(&kind, "Complete") {
            Some(GoValue::Function(complete)) => match self.run(&complete, Vec::new())? {
                GoValue::Tuple(results) => results.first()?.clone(),
                _ => return None,
            },
            _ => kind,
        };
        self.field(&spec, "LeaderElection")
    }

    fn set_where_zero(&mut self, object: usize, option: &str, value: GoValue<'p>) {
        let now = self.setting(&GoValue::Struct(object), option);
        let value = match &now {
            now if now.is_nothing() => value,
            GoValue::Term(term) => {
                let zero = crate::run::equal_terms(term, &Term::text("", None));
                GoValue::choose(&zero, &value, &now)
            }
            _ => {
                let zero = self.compare("==", &now, &GoValue::nothing());
                GoValue::choose(&self.term(&zero), &value, &now)
            }
        };
        self.set_option(object, option, value);
    }

    fn set_option(&mut self, object: usize, option: &str, value: GoValue<'p>) {
        if let Some(cell) = self.field_cell(object, option, 0) {
            self.memory.write(cell, value);
        }
    }
}

/// What the calls on `ctrl.ConfigFile()` give; `None` if it is another value.
fn loader<'p>(interpreter: &Interpreter<'p, '_>, value: &GoValue<'p>) -> Option<FileLoader<'p>> {
    let mut found = FileLoader {
        path: None,
        kind: None,
    };
    let mut link = value.as_outside()?;
    for _ in 0..6 {
        match &*link.name {
            "ConfigFile" if link.package.starts_with("sigs.k8s.io/controller-runtime") => {
                return Some(found);
            }
            "AtPath" => {
                let path = interpreter.term(link.args.first()?);
                found.path.get_or_insert(path);
            }
            "OfKind" => {
                found.kind.get_or_insert(link.args.first()?.clone());
            }
            _ => return None,
        }
        link = link.receiver.as_ref()?.as_outside()?;
    }
    None
}
