//! What is known of other modules: the standard library, flag libraries, and those that elect.

mod bound_flags;
mod commands;
mod configuration;
mod decoding;
mod electors;
mod flags;
mod formats;
mod key_tags;
mod kingpin;
mod loaders;
mod locks;
mod standard;
mod tags;
mod viper;
mod wrapper_table;
pub(crate) mod wrappers;
mod wrapping;

use std::rc::Rc;

use crate::run::{CallArguments, GoValue, Interpreter, TypeRef};
use crate::syntax::SourcePosition;

/// What a call of a known function returns.
pub(crate) struct LibraryAnswer<'p>(GoValue<'p>);

impl<'p> LibraryAnswer<'p> {
    pub(crate) fn nothing() -> Option<Self> {
        Some(Self(GoValue::nothing()))
    }

    pub(crate) fn term(term: crate::term::SharedTerm) -> Option<Self> {
        Some(Self(GoValue::Term(term)))
    }

    /// A value and no error.
    pub(crate) fn without_error(value: GoValue<'p>) -> Option<Self> {
        Some(Self(GoValue::tuple(vec![value, GoValue::nothing()])))
    }
}

/// Packages whose functions change nothing that a pointer leads to.
const HARMLESS: &[&str] = &[
    "fmt",
    "log",
    "errors",
    "strings",
    "net/http",
    "k8s.io/klog",
    "go.uber.org/zap",
    "github.com/go-logr",
    "github.com/sirupsen/logrus",
    "github.com/spf13/cobra",
    "sigs.k8s.io/controller-runtime/pkg/log",
    "k8s.io/component-base/logs",
    "k8s.io/apimachinery/pkg/util/runtime",
    "k8s.io/client-go",
];

/// Functions that run what they are given, for certain and once or more.
const RUNNERS: &[&str] = &[
    "Go",
    "Do",
    "Until",
    "UntilWithContext",
    "Forever",
    "NonSlidingUntil",
    "JitterUntil",
    "BackoffUntil",
    "OnInitialize",
    "AddPostStartHook",
    "AddPostStartHookOrDie",
];

/// Beginnings of the names of functions that only look at what they get.
const SPEAKERS: &[&str] = &[
    "Print",
    "Sprint",
    "Fprint",
    "Pretty",
    "Dump",
    "Format",
    "Marshal",
    "Log",
    "Info",
    "Error",
    "Debug",
    "Warn",
    "Validate",
    "AddToScheme",
    "Encode",
    "ToJSON",
];

/// Functions that end the process, by their last name.
const ENDINGS: &[&str] = &[
    "Fatal",
    "Fatalf",
    "Fatalln",
    "FatalDepth",
    "FatalS",
    "Fatalw",
    "Exit",
    "Exitf",
    "Exitln",
    "ExitDepth",
    "Panic",
    "Panicf",
    "Panicln",
    "FlushAndExit",
    "ErrorAndExit",
];

impl<'p> Interpreter<'p, '_> {
    /// A call of another module's function; `None` if the process ends in it.
    pub(crate) fn outside_call(
        &mut self,
        package: &Rc<str>,
        name: &str,
        arguments: &CallArguments<'p>,
    ) -> Option<GoValue<'p>> {
        self.note_use(package);
        let answer = self
            .wrapper_call(package, name, arguments)
            .or_else(|| self.elector_call(package, name, arguments))
            .or_else(|| self.configuration_call(package, name, arguments))
            .or_else(|| self.decoding_call(package, name, arguments))
            .or_else(|| self.kingpin_call(package, name, arguments))
            .or_else(|| self.flag_call(package, name, arguments))
            .or_else(|| self.viper_call(package, name, arguments))
            .or_else(|| self.command_call(package, name, arguments))
            .or_else(|| self.tag_call(package, name, arguments))
            .or_else(|| self.standard_call(package, name, arguments))
            .or_else(|| self.deep_equal(name, arguments));
        if let Some(LibraryAnswer(value)) = answer {
            return Some(value);
        }
        if ends(package, name) {
            return None;
        }
        if is_framework(package, name) {
            self.found.handed_over.get_or_insert(arguments.at);
        }
        self.unknown_call(package, name, arguments);
        Some(self.outside_value(None, package, name, arguments.values.clone(), arguments.at))
    }

    /// A call of a method of another module's value.
    pub(crate) fn outside_method(
        &mut self,
        receiver: &GoValue<'p>,
        name: &str,
        arguments: &CallArguments<'p>,
    ) -> Option<GoValue<'p>> {
        let package: Rc<str> = match receiver {
            GoValue::Outside(outside) => outside.package.clone(),
            other => match self.type_of(other) {
                TypeRef::Outside(path, _) => path,
                TypeRef::Pointer(inner) => match &*inner {
                    TypeRef::Outside(path, _) => path.clone(),
                    _ => Rc::from(""),
                },
                _ => Rc::from(""),
            },
        };
        let answer = self
            .elector_method(receiver, &package, name, arguments)
            .or_else(|| self.wrapper_method(receiver, &package, name, arguments))
            .or_else(|| self.kingpin_method(receiver, &package, name, arguments))
            .or_else(|| self.flag_method(receiver, &package, name, arguments))
            .or_else(|| self.viper_method(&package, name, arguments))
            .or_else(|| self.command_method(receiver, &package, name, arguments))
            .or_else(|| self.loader_method(receiver, &package, name, arguments))
            .or_else(|| self.decoding_method(receiver, name, arguments))
            .or_else(|| self.defaulting_method(name, arguments))
            .or_else(|| self.conversion_method(name, arguments))
            .or_else(|| self.zero_method(receiver, name, arguments))
            .or_else(|| self.deep_equal(name, arguments))
            .or_else(|| standard::method(receiver, name, arguments));
        if let Some(LibraryAnswer(value)) = answer {
            return Some(value);
        }
        if ends(&package, name) {
            return None;
        }
        self.unknown_call(&package, name, arguments);
        if let GoValue::Pointer(_) = receiver
            && self.is_settings(receiver)
            && name != "DeepCopy"
        {
            let because = format!("it may be changed by the method `{name}` of another module");
            self.spoil(receiver, &because, arguments.at);
        }
        let receiver = Some(receiver.clone());
        Some(self.outside_value(
            receiver,
            &package,
            name,
            arguments.values.clone(),
            arguments.at,
        ))
    }

    fn unknown_call(&mut self, package: &Rc<str>, name: &str, arguments: &CallArguments<'p>) {
        if matches!(
            name,
            "Wait" | "ListenAndServe" | "ListenAndServeTLS" | "Serve"
        ) {
            self.found.blocks(arguments.at, self.in_go);
        }
        if RUNNERS.contains(&name) {
            let looping = name.contains("Until") || name == "Forever";
            self.in_loop += u32::from(looping);
            let in_go = matches!(name, "Go" | "AddPostStartHook" | "AddPostStartHookOrDie");
            self.in_go += u32::from(in_go);
            let outer = in_go.then(|| self.found.enter_goroutine());
            for value in &arguments.values {
                if let GoValue::Function(closure) = value {
                    let closure = Rc::clone(closure);
                    self.run(&closure, Vec::new());
                }
            }
            if let Some(outer) = outer {
                self.found.goroutine = outer;
            }
            self.in_go -= u32::from(in_go);
            self.in_loop -= u32::from(looping);
            return;
        }
        let harmless = HARMLESS.iter().any(|known| {
            package
                .strip_prefix(known)
                .is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
        });
        let because = format!("it may be changed by `{name}` of another module");
        let harmless = harmless || SPEAKERS.iter().any(|word| name.starts_with(word));
        let mut arguments = arguments.clone();
        arguments.values.retain(|value| match value {
            GoValue::Function(_) => true,
            GoValue::Pointer(_) | GoValue::Choice(..) => !harmless && self.may_change(value),
            _ => false,
        });
        self.escape(&arguments, &because);
    }

    /// Whether what a pointer leads to is settings, of any type; tools of other modules are not.
    pub(crate) fn may_change(&self, value: &GoValue<'p>) -> bool {
        match self.type_of(value) {
            TypeRef::Pointer(inner) => match &*inner {
                TypeRef::Outside(..) => self.is_settings(value),
                _ => true,
            },
            _ => true,
        }
    }

    fn is_settings(&self, value: &GoValue<'p>) -> bool {
        match self.type_of(value) {
            TypeRef::Pointer(inner) => match &*inner {
                TypeRef::Outside(path, name) => {
                    !path.contains("zap")
                        && !bound_flags::binds_flags(path, name)
                        && (name.contains("Options") || name.contains("Config"))
                }
                TypeRef::Unknown => true,
                _ => false,
            },
            _ => false,
        }
    }

    pub(crate) fn note_use(&mut self, package: &Rc<str>) {
        if !self.used.contains(&**package) {
            self.used.insert(package.to_string());
        }
    }

    /// A constant or variable of another module.
    pub(crate) fn outside_member(
        &mut self,
        package: &Rc<str>,
        name: &'p str,
        at: SourcePosition,
    ) -> GoValue<'p> {
        self.note_use(package);
        if let Some(term) = standard::member(package, name, at) {
            return GoValue::Term(term);
        }
        if let Some(ty) = self.outside_type(package, name) {
            return GoValue::Type(ty);
        }
        self.outside_value(None, package, name, Vec::new(), at)
    }

    /// Types of other modules that values are converted to.
    pub(crate) fn outside_type(&self, package: &Rc<str>, name: &'p str) -> Option<TypeRef<'p>> {
        let known = matches!(
            (&**package, name),
            ("time", "Duration") | ("k8s.io/apimachinery/pkg/types", "UID")
        );
        known.then(|| TypeRef::Outside(package.clone(), name))
    }

    /// A function's name as an argument that is a constant text.
    pub(crate) fn text_argument(
        &self,
        arguments: &CallArguments<'p>,
        index: usize,
    ) -> Option<String> {
        let value = arguments.values.get(index)?;
        self.term(value).as_text().map(str::to_owned)
    }

    /// A pointer to a new cell.
    pub(crate) fn pointer_to(&mut self, value: GoValue<'p>) -> GoValue<'p> {
        GoValue::Pointer(self.memory.cell(value))
    }
}

/// Whether a function of another module may run a whole operator, by its package's last folder.
fn is_framework(package: &str, name: &str) -> bool {
    const FOLDERS: &[&str] = &["operator", "app", "cmd", "controllercmd", "sharedmain"];
    const VERBS: &[&str] = &["New", "Run", "Start", "Main", "Execute", "Must"];
    const TOOLS: &[&str] = &[
        "k8s.io/kubectl",
        "k8s.io/cli-runtime",
        "helm.sh/",
        "github.com/spf13/",
    ];
    let last = package.rsplit('/').next().unwrap_or(package);
    FOLDERS.contains(&last)
        && VERBS.iter().any(|verb| name.starts_with(verb))
        && !TOOLS.iter().any(|tool| package.starts_with(tool))
}

fn ends(package: &str, name: &str) -> bool {
    if package == "os" && name == "Exit" {
        return true;
    }
    // A logger's always ends; that of a library about errors, `Panic(err)`, goes on where there is no error.
    let may_log = package.is_empty() || package.contains("log") || package.contains("zap");
    if name.starts_with("Panic") && !may_log {
        return false;
    }
    ENDINGS.contains(&name) && !package.contains("cli") && package != "testing"
}
