//! Which functions are worth following: those that can come to a flag, a variable or an elector, and small ones.
//!
//! Without this a large program costs a hundred times as much: most of what `main` calls sets controllers up.

use std::cell::RefCell;
use std::collections::{HashMap, HashSet};
use std::rc::Rc;

use crate::source::{GoRepository, PackageImport};
use crate::syntax::ast::{Expr, ExprKind, File, Function};
use crate::value::{Body, Closure, CodeContext};

use super::call_graph::{CallGraph, at_of};

/// Functions that use at most so many names are followed in any case.
const SMALL_FUNCTION_NAMES: usize = 40;

/// Names that stand where settings are taken or something elects.
const TELLING: &[&str] = &[
    "Getenv",
    "LookupEnv",
    "BoolVar",
    "StringVar",
    "DurationVar",
    "IntVar",
    "BoolVarP",
    "StringVarP",
    "DurationVarP",
    "NewManager",
    "RunOrDie",
    "GetBool",
    "GetString",
    "GetDuration",
    "BindPFlags",
    "BindPFlag",
    "BindEnv",
    "Flags",
    "PersistentFlags",
    "AddCommand",
    "Execute",
    "ExecuteContext",
    "MainWithContext",
    "MainWithConfig",
    "WebhookMainWithConfig",
    "WebhookMainWithContext",
    "MainNamed",
    "NewControllerCommandConfig",
    "NewCloudControllerManagerCommand",
    "Become",
    "ParseAs",
    "Process",
    "AddFlags",
    "BindFlags",
];

#[derive(Default)]
pub(crate) struct Relevance<'p> {
    /// Keys of the functions to follow; `None`: all.
    functions: Option<HashSet<usize>>,
    index: HashMap<usize, usize>,
    calls: CallGraph,
    assigned: Vec<AssignedMembers<'p>>,
    /// The package of each function.
    packages: Vec<usize>,
    /// What each package imports.
    imports: HashMap<usize, &'p [PackageImport<'p>]>,
    memo: RefCell<HashMap<usize, Option<Rc<[u32]>>>>,
}

/// What a function assigns to.
struct AssignedMembers<'p> {
    /// Members and variables, by their last names.
    names: &'p [&'p str],
    /// It may be any member of what it can name.
    any: bool,
}

/// Where a type is declared: only packages that import it can name its members.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum TypeHome {
    /// A package of the repository.
    Own(usize),
    /// Another module's package.
    Other(String),
    /// A type that is not known.
    Anywhere,
}

/// Whether a library's function of this name writes the members of what it is given.
fn fills(name: &str) -> bool {
    name.starts_with("Unmarshal") || matches!(name, "Decode" | "NewDecoder")
}

pub(super) struct CalledFunction<'a> {
    key: usize,
    pub package: usize,
    pub file: usize,
    source: &'a File<'a>,
    pub function: &'a Function<'a>,
}

impl<'a> CalledFunction<'a> {
    /// The names that it uses: what stands before the dot, empty where nothing does, and the name.
    pub(super) fn names(&self) -> impl Iterator<Item = (&'a str, &'a str)> {
        self.source.names_of(self.function)
    }
}

impl<'p> Relevance<'p> {
    /// Looks through the functions of these packages.
    pub(super) fn of(repository: &'p GoRepository<'_>, packages: &[usize]) -> Self {
        let mut nodes = Vec::new();
        for package in packages {
            let Some(parsed) = repository.parsed(*package) else {
                continue;
            };
            for (file, source) in parsed.files.iter().enumerate() {
                for function in &source.functions {
                    nodes.push(CalledFunction {
                        key: key(function),
                        package: *package,
                        file,
                        source,
                        function,
                    });
                }
            }
        }
        let calls = CallGraph::of(repository, &nodes);
        let callers = calls.callers();
        let telling = nodes.iter().enumerate();
        let telling = telling.filter(|(_, node)| is_telling(repository, node));
        let mut stack: Vec<usize> = telling.map(|(index, _)| index).collect();
        let makers = makers(repository, &nodes);
        let mut found = HashSet::new();
        let mut seen = vec![false; callers.len()];
        while let Some(index) = stack.pop() {
            match seen.get_mut(index) {
                Some(seen) if !*seen => *seen = true,
                _ => continue,
            }
            let callers = callers.get(index).into_iter().flatten();
            stack.extend(callers.map(|caller| at_of(*caller)));
            // What is no function is the name of methods.
            let Some(node) = nodes.get(index) else {
                continue;
            };
            found.insert(node.key);
            // Without what makes its receiver, a method is not come to.
            let receiver = node.function.receiver.as_ref();
            let of = receiver.and_then(|param| own_type(repository, node, &param.ty));
            stack.extend(of.and_then(|of| makers.get(&of)).into_iter().flatten());
        }
        Self {
            functions: Some(found),
            index: nodes
                .iter()
                .enumerate()
                .map(|(at, node)| (node.key, at))
                .collect(),
            calls,
            assigned: nodes
                .iter()
                .map(|node| AssignedMembers {
                    names: &node.function.assigned,
                    any: node.names().any(|(_, name)| fills(name)),
                })
                .collect(),
            packages: nodes.iter().map(|node| node.package).collect(),
            imports: packages
                .iter()
                .filter_map(|at| Some((*at, repository.package(*at)?.imports.as_slice())))
                .collect(),
            memo: RefCell::default(),
        }
    }

    /// The members of these types that a function and what it calls assign to; `None`: any.
    pub(super) fn assigned(&self, key: usize, types: &[TypeHome]) -> Option<HashSet<String>> {
        let start = *self.index.get(&key)?;
        let known = self.memo.borrow().get(&start).cloned();
        let called = match known {
            Some(called) => called,
            None => {
                let called = self.calls.called(start);
                self.memo.borrow_mut().insert(start, called.clone());
                called
            }
        }?;
        let mut names = HashSet::new();
        for at in &*called {
            let at = at_of(*at);
            let package = self.packages.get(at).copied().unwrap_or_default();
            if let Some(assigned) = self.assigned.get(at)
                && self.can_name(package, types)
            {
                if assigned.any {
                    return None;
                }
                names.extend(assigned.names.iter().map(|name| (*name).to_owned()));
            }
        }
        Some(names)
    }

    /// Whether a package can name members of one of the types.
    fn can_name(&self, package: usize, types: &[TypeHome]) -> bool {
        let Some(imports) = self.imports.get(&package) else {
            return true;
        };
        types.iter().any(|home| match home {
            TypeHome::Own(own) => {
                package == *own || imports.iter().any(|import| import.own == Some(*own))
            }
            TypeHome::Other(path) => {
                let mut others = imports.iter().filter(|import| import.own.is_none());
                others.any(|import| import.path == path)
            }
            TypeHome::Anywhere => true,
        })
    }

    pub(super) fn follows(&self, key: usize, function: &Function<'_>) -> bool {
        match &self.functions {
            None => true,
            Some(functions) => {
                functions.contains(&key)
                    || function.uses <= SMALL_FUNCTION_NAMES
                    || function.name.name == "main"
                    || function.name.name == "init"
            }
        }
    }
}

/// Whether a function takes settings or elects.
fn is_telling(repository: &GoRepository<'_>, node: &CalledFunction<'_>) -> bool {
    node.names().any(|(before, name)| {
        TELLING.contains(&name)
            || name.contains("eaderElect")
            || name.contains("eaderelect")
            || matches!(name, "New" | "Options") && is_manager(repository, node, before)
    })
}

fn key(function: &Function<'_>) -> usize {
    let closure = Closure {
        body: Body::Declared(function),
        context: CodeContext {
            package: 0,
            file: 0,
        },
        scope: 0,
        receiver: None,
    };
    closure.key()
}

pub(super) fn import(
    repository: &GoRepository<'_>,
    node: &CalledFunction<'_>,
    name: &str,
) -> Option<usize> {
    let parsed = repository.parsed(node.package)?;
    let import = parsed.import(node.file, name)?;
    repository.package(node.package)?.own_import(&import.path)
}

/// The functions whose first result is a type of the repository, by package and name of that type; where it is an
/// interface, by the types of its package that the function names, which may stand behind it.
fn makers<'a>(
    repository: &GoRepository<'_>,
    nodes: &[CalledFunction<'a>],
) -> HashMap<(usize, &'a str), Vec<usize>> {
    let mut makers: HashMap<_, Vec<usize>> = HashMap::new();
    for (index, node) in nodes.iter().enumerate() {
        let function = node.function;
        let result = function.signature.results.first();
        let made = result.and_then(|result| own_type(repository, node, &result.ty));
        let Some(made) = made.filter(|_| function.receiver.is_none()) else {
            continue;
        };
        makers.entry(made).or_default().push(index);
        let parsed = repository.parsed(node.package);
        let is = |name: &str, wanted: fn(&ExprKind<'_>) -> bool| {
            let declared = parsed.and_then(|parsed| parsed.ty(name));
            declared.is_some_and(|(_, spec)| wanted(&spec.ty.kind))
        };
        let is_interface = |kind: &ExprKind<'_>| matches!(kind, ExprKind::OtherType);
        let is_struct = |kind: &ExprKind<'_>| matches!(kind, ExprKind::StructType(_));
        if made.0 == node.package && is(made.1, is_interface) {
            let own = node.names().filter(|(before, _)| before.is_empty());
            for (_, name) in own.filter(|(_, name)| is(name, is_struct)) {
                let behind = makers.entry((node.package, name)).or_default();
                if behind.last() != Some(&index) {
                    behind.push(index);
                }
            }
        }
    }
    makers
}

/// The package and the name of a type of the repository, or of what a pointer leads to.
fn own_type<'a>(
    repository: &GoRepository<'_>,
    node: &CalledFunction<'a>,
    ty: &Expr<'a>,
) -> Option<(usize, &'a str)> {
    match &ty.kind {
        ExprKind::Star(inner) => own_type(repository, node, inner),
        ExprKind::Name(name) => Some((node.package, name)),
        ExprKind::Selector(of, name) => match of.kind {
            ExprKind::Name(of) => Some((import(repository, node, of)?, name.name)),
            _ => None,
        },
        _ => None,
    }
}

/// Whether a name is controller-runtime or its manager package.
fn is_manager(repository: &GoRepository<'_>, node: &CalledFunction<'_>, name: &str) -> bool {
    let parsed = repository.parsed(node.package);
    let import = parsed.and_then(|parsed| parsed.import(node.file, name));
    import.is_some_and(|import| {
        matches!(
            import.path.as_str(),
            "sigs.k8s.io/controller-runtime" | "sigs.k8s.io/controller-runtime/pkg/manager"
        )
    })
}
