//! The standard library, and small helpers that are everywhere.

use std::rc::Rc;
use std::sync::Arc;

use crate::fold;
use crate::run::{CallArguments, GoValue, Interpreter};
use crate::syntax::SourcePosition;
use crate::term::{SharedTerm, Term, TermKind, TermOperator, TextEdit, TextSyntax};

use super::LibraryAnswer;

/// Where Kubernetes mounts the name of the pod's namespace.
const NAMESPACE_FILE: &str = "serviceaccount/namespace";

/// Whether a function makes a random text or number.
fn is_random(package: &str, name: &str) -> bool {
    match package {
        "math/rand" | "math/rand/v2" => {
            let numbers = ["Int", "Uint", "N"];
            numbers.iter().any(|begin| name.starts_with(begin))
        }
        "crypto/rand" => name == "Text",
        _ => {
            let texts = ["String", "SafeEncodeString"];
            package.ends_with("util/rand") && (texts.contains(&name) || name.starts_with("Int"))
        }
    }
}

/// Constants of other modules.
pub(super) fn member(package: &str, name: &str, at: SourcePosition) -> Option<SharedTerm> {
    let at = Some(at);
    let text = |text: &str| Some(Term::text(text, at));
    match (package, name) {
        ("time", unit) => {
            let nanoseconds = match unit {
                "Nanosecond" => 1,
                "Microsecond" => 1_000,
                "Millisecond" => 1_000_000,
                "Second" => 1_000_000_000,
                "Minute" => 60_000_000_000,
                "Hour" => 3_600_000_000_000,
                _ => return None,
            };
            Some(Term::integer(nanoseconds, at))
        }
        (path, name) if path.ends_with("leaderelection/resourcelock") => match name {
            "LeasesResourceLock" => text("leases"),
            "EndpointsResourceLock" => text("endpoints"),
            "ConfigMapsResourceLock" => text("configmaps"),
            "EndpointsLeasesResourceLock" => text("endpointsleases"),
            "ConfigMapsLeasesResourceLock" => text("configmapsleases"),
            _ => None,
        },
        ("k8s.io/api/core/v1", "NamespaceDefault") => text("default"),
        ("k8s.io/api/core/v1", "NamespaceAll")
        | ("k8s.io/apimachinery/pkg/apis/meta/v1", "NamespaceAll" | "NamespaceNone") => text(""),
        ("k8s.io/apimachinery/pkg/apis/meta/v1", "NamespaceSystem") => text("kube-system"),
        ("k8s.io/apimachinery/pkg/apis/meta/v1", "NamespaceDefault") => text("default"),
        _ => None,
    }
}

/// Methods of plain values.
pub(super) fn method<'p>(
    receiver: &GoValue<'p>,
    name: &str,
    arguments: &CallArguments<'p>,
) -> Option<LibraryAnswer<'p>> {
    match (receiver, name) {
        (GoValue::Term(_), "String" | "Duration") if arguments.len() == 0 => {
            Some(LibraryAnswer(receiver.clone()))
        }
        (_, "Error") => LibraryAnswer::nothing(),
        _ => None,
    }
}

impl<'p> Interpreter<'p, '_> {
    pub(super) fn standard_call(
        &mut self,
        package: &str,
        name: &str,
        arguments: &CallArguments<'p>,
    ) -> Option<LibraryAnswer<'p>> {
        let at = arguments.at;
        match (package, name) {
            ("os", _) => self.os_call(name, arguments),
            ("strings", _) => LibraryAnswer::term(self.strings_call(name, arguments)),
            ("fmt", "Sprintf") => LibraryAnswer::term(self.sprintf(arguments)),
            ("fmt", "Sprint") if arguments.len() == 1 => Some(LibraryAnswer(arguments.get(0))),
            ("fmt" | "log", _) if !super::ends(package, name) => LibraryAnswer::nothing(),
            ("errors", _) | ("github.com/pkg/errors", _) => match name {
                "Is" | "As" => LibraryAnswer::term(Term::truth(false, Some(at))),
                _ => None,
            },
            ("time", "ParseDuration") => self.parse(TextSyntax::Duration, arguments),
            ("strconv", "ParseBool") => self.parse(TextSyntax::Boolean, arguments),
            ("strconv", "Atoi" | "ParseInt" | "ParseUint") => {
                self.parse(TextSyntax::Integer, arguments)
            }
            ("strconv", "ParseFloat") => self.parse(TextSyntax::Real, arguments),
            ("strconv", _) => None,
            ("context", "WithCancel" | "WithTimeout" | "WithDeadline" | "WithCancelCause")
            | ("os/signal", "NotifyContext") => {
                let package: Rc<str> = Rc::from(package);
                let parent = Some(arguments.get(0));
                let context = self.outside_value(parent, &package, name, Vec::new(), at);
                let cancel = self.outside_value(None, &package, "cancel", Vec::new(), at);
                Some(LibraryAnswer(GoValue::tuple(vec![context, cancel])))
            }
            ("context", "WithValue" | "WithoutCancel") => Some(LibraryAnswer(arguments.get(0))),
            ("io/ioutil", "ReadFile") => self.os_call(name, arguments),
            ("cmp", "Or") => Some(LibraryAnswer(self.first_not_zero(&arguments.values))),
            ("path/filepath" | "path", "Clean" | "FromSlash" | "ToSlash") => {
                Some(LibraryAnswer(arguments.get(0)))
            }
            ("path/filepath" | "path", "Join") => {
                let parts = GoValue::List(Rc::new(arguments.values.clone()));
                LibraryAnswer::term(self.join(&parts, &Term::text("/", Some(at)), at))
            }
            (_, "Must" | "Must2") if arguments.len() > 0 && !package.ends_with("runtime") => {
                Some(LibraryAnswer(arguments.get(0)))
            }
            (path, _) if path.contains("uuid") => {
                let random = GoValue::Term(Term::new(TermKind::Random, Some(at)));
                match name {
                    "New" | "NewString" | "NewUUID" | "Must" => Some(LibraryAnswer(random)),
                    "NewRandom" | "NewV4" | "NewV7" => LibraryAnswer::without_error(random),
                    _ => None,
                }
            }
            (path, _) if is_random(path, name) => {
                LibraryAnswer::term(Term::new(TermKind::Random, Some(at)))
            }
            (path, _) if is_pointer_helper(path) => self.pointer_helper(name, arguments),
            ("k8s.io/component-base/cli", "Run" | "RunNoErrOutput") => {
                self.run_commands();
                LibraryAnswer::nothing()
            }
            _ => None,
        }
    }

    /// `cmp.Or`: the first of its arguments that is not zero.
    fn first_not_zero(&mut self, values: &[GoValue<'p>]) -> GoValue<'p> {
        let Some((first, rest)) = values.split_first() else {
            return GoValue::nothing();
        };
        if rest.is_empty() {
            return first.clone();
        }
        let otherwise = self.first_not_zero(rest);
        let is_text = match &otherwise {
            GoValue::Term(term) => term.any(&mut |part| part.as_text().is_some()),
            _ => false,
        };
        let zero = match is_text {
            true => GoValue::Term(Term::text("", None)),
            false => GoValue::nothing(),
        };
        let is_zero = self.compare("==", first, &zero);
        GoValue::choose(&self.term(&is_zero), &otherwise, first)
    }

    fn os_call(&mut self, name: &str, arguments: &CallArguments<'p>) -> Option<LibraryAnswer<'p>> {
        let at = Some(arguments.at);
        let first = self.term(&arguments.get(0));
        match name {
            "Getenv" => LibraryAnswer::term(variable(&first, at)),
            "LookupEnv" => {
                let value = GoValue::Term(variable(&first, at));
                let set = match first.as_text() {
                    Some(name) => Term::new(TermKind::VariableSet(name.into()), at),
                    None => Term::unknown("a variable whose name is not known", at),
                };
                Some(LibraryAnswer(GoValue::tuple(vec![
                    value,
                    GoValue::Term(set),
                ])))
            }
            "Hostname" => {
                LibraryAnswer::without_error(GoValue::Term(Term::new(TermKind::HostName, at)))
            }
            "ReadFile" => {
                let known = first
                    .as_text()
                    .is_some_and(|path| path.ends_with(NAMESPACE_FILE));
                LibraryAnswer::without_error(if known {
                    GoValue::Term(Term::new(TermKind::PodNamespace, at))
                } else {
                    let (package, values) = (Rc::from("os"), arguments.values.clone());
                    self.outside_value(None, &package, name, values, arguments.at)
                })
            }
            "IsNotExist" | "IsPermission" | "IsExist" => {
                LibraryAnswer::term(Term::truth(false, at))
            }
            "Setenv" | "Unsetenv" => LibraryAnswer::nothing(),
            _ => None,
        }
    }

    fn strings_call(&mut self, name: &str, arguments: &CallArguments<'p>) -> SharedTerm {
        let at = Some(arguments.at);
        let first = self.term(&arguments.get(0));
        let second = self.term(&arguments.get(1));
        let pair = first.as_text().zip(second.as_text());
        match (name, first.as_text()) {
            ("TrimSpace", Some(text)) => Term::text(text.trim(), first.at),
            // White space around a value is a slip that no setting depends on.
            ("TrimSpace", None) => first,
            ("ToLower" | "ToUpper" | "TrimSuffix" | "TrimPrefix" | "ReplaceAll" | "Replace", _) => {
                match self.text_edit(name, arguments) {
                    Some(edit) => fold::edited(&edit, &first, at),
                    None => Term::unknown("it is computed from a text", at),
                }
            }
            ("HasPrefix", _) => pair.map_or_else(
                || Term::unknown("it depends on a text's beginning", at),
                |(text, start)| Term::truth(text.starts_with(start), at),
            ),
            ("Contains", _) => pair.map_or_else(
                || Term::unknown("it depends on a text's parts", at),
                |(text, part)| Term::truth(text.contains(part), at),
            ),
            ("Join", _) => self.join(&arguments.get(0), &second, arguments.at),
            _ => Term::unknown("it is computed from a text", at),
        }
    }

    /// What a function of `strings` does, if its other arguments are constants.
    fn text_edit(&self, name: &str, arguments: &CallArguments<'p>) -> Option<TextEdit> {
        let text = |index| self.text_argument(arguments, index).map(Arc::from);
        match name {
            "ToLower" => Some(TextEdit::Lower),
            "ToUpper" => Some(TextEdit::Upper),
            "TrimPrefix" => Some(TextEdit::TrimPrefix(text(1)?)),
            "TrimSuffix" => Some(TextEdit::TrimSuffix(text(1)?)),
            "Replace" if self.term(&arguments.get(3)).as_integer()? >= 0 => None,
            _ => Some(TextEdit::Replace(text(1)?, text(2)?)),
        }
    }

    fn join(
        &mut self,
        parts: &GoValue<'p>,
        separator: &SharedTerm,
        at: SourcePosition,
    ) -> SharedTerm {
        let GoValue::List(list) = parts else {
            return Term::unknown("it is joined from a list", Some(at));
        };
        let mut joined: Option<SharedTerm> = None;
        for value in list.iter() {
            let term = self.term(value);
            joined = Some(match joined {
                None => term,
                Some(before) => {
                    let before = fold::operate(TermOperator::Add, &before, separator);
                    fold::operate(TermOperator::Add, &before, &term)
                }
            });
        }
        joined.unwrap_or_else(|| Term::text("", Some(at)))
    }

    /// A parsed text, and whether parsing failed, as the term that an error is.
    fn parse(
        &mut self,
        syntax: TextSyntax,
        arguments: &CallArguments<'p>,
    ) -> Option<LibraryAnswer<'p>> {
        let at = Some(arguments.at);
        let text = self.term(&arguments.get(0));
        let value = fold::parsed(syntax, &text, at);
        let failed = Term::not(&fold::parses(syntax, &text, at));
        let error = match failed.as_truth() {
            Some(false) => GoValue::nothing(),
            _ => GoValue::Term(failed),
        };
        Some(LibraryAnswer(GoValue::tuple(vec![
            GoValue::Term(value),
            error,
        ])))
    }

    fn pointer_helper(
        &mut self,
        name: &str,
        arguments: &CallArguments<'p>,
    ) -> Option<LibraryAnswer<'p>> {
        if name.starts_with("Deref") || name.ends_with("Deref") || name.starts_with("From") {
            let otherwise = arguments.get(1);
            let value = self.dereferenced(&arguments.get(0), &otherwise);
            return Some(LibraryAnswer(value));
        }
        let maker = [
            "To",
            "Of",
            "Ptr",
            "ToPtr",
            "Bool",
            "BoolPtr",
            "Duration",
            "String",
            "StringPtr",
            "Int32",
            "Int64",
            "Int",
        ];
        if arguments.len() == 1 && maker.contains(&name) {
            let pointer = self.pointer_to(arguments.get(0));
            return Some(LibraryAnswer(pointer));
        }
        None
    }

    pub(crate) fn dereferenced(
        &mut self,
        pointer: &GoValue<'p>,
        otherwise: &GoValue<'p>,
    ) -> GoValue<'p> {
        match pointer {
            GoValue::Pointer(cell) => self.memory.read(*cell),
            GoValue::Choice(condition, yes, no) => {
                let yes = self.dereferenced(yes, otherwise);
                let no = self.dereferenced(no, otherwise);
                GoValue::choose(condition, &yes, &no)
            }
            value if value.is_nothing() => otherwise.clone(),
            other => other.clone(),
        }
    }
}

fn variable(name: &SharedTerm, at: Option<SourcePosition>) -> SharedTerm {
    match name.as_text() {
        Some(name) => Term::variable(name, at),
        None => Term::unknown("a variable whose name is not known", at),
    }
}

fn is_pointer_helper(path: &str) -> bool {
    let last = path.rsplit('/').next().unwrap_or(path);
    matches!(
        last,
        "ptr" | "pointer" | "lo" | "pointers" | "to" | "ptrutil"
    )
}
