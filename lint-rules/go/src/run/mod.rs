//! A small interpreter: it runs a program's `main` on terms instead of values.
//!
//! Both ways of a branch are run and merged, each function is run where it is called, and what lies in other modules
//! is a value "from outside" unless `libraries` knows it. Nothing of the machine is touched, and fuel bounds the work.

mod branches;
mod builtins;
mod call_graph;
mod calls;
mod errors;
mod expressions;
mod fields;
mod functions;
mod literals;
mod loops;
mod memory;
mod names;
mod operators;
mod relevance;
mod statements;
mod types;

use std::collections::{HashMap, HashSet};
use std::rc::Rc;

use crate::registries::commands::Commands;
use crate::registries::flags::FlagRegistry;
use crate::registries::found::FoundElectors;
use crate::registries::viper::Viper;
use crate::source::{GoMod, GoRepository};
use crate::syntax::SourcePosition;
use crate::term::{SharedTerm, Term};

pub(crate) use crate::value::{Body, Closure, CodeContext, GoValue, Outside, TypeRef};
pub(crate) use calls::CallArguments;
pub(crate) use memory::{CellState, Memory};
pub(crate) use operators::equal_terms;
use relevance::Relevance;

/// Statements and expressions that may be run for one program; a median operator takes 20,000.
const FUEL: u32 = 600_000;
/// Depth of the interpreter's own recursion, which has to fit a thread's stack of 2 MiB.
const MAX_RUN_DEPTH: u32 = 160;

/// What follows a statement.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Flow {
    /// The next statement.
    On,
    /// The end of the loop or switch.
    Break,
    /// Nothing in this function: it returned, or the process ended.
    Ended,
}

/// A function that is being run.
pub(crate) struct CallFrame<'p> {
    key: usize,
    entry: usize,
    path: usize,
    results: Vec<usize>,
    returns: Vec<Return<'p>>,
    fails: bool,
}

/// A condition on the path.
struct PathCondition {
    condition: SharedTerm,
    /// The same, if it speaks of elections.
    switch: SharedTerm,
    /// The same, if it speaks of something else.
    guard: SharedTerm,
}

struct Return<'p> {
    condition: SharedTerm,
    value: GoValue<'p>,
    state: CellState<'p>,
    /// Length of the journal, and how many branches had been taken back, when it returned.
    now: (usize, u64),
}

pub(crate) struct Interpreter<'p, 'm> {
    pub repository: &'p GoRepository<'m>,
    pub module: GoMod,
    pub memory: Memory<'p>,
    globals: HashMap<(usize, &'p str), usize>,
    constants: HashMap<(usize, &'p str), GoValue<'p>>,
    evaluating: HashSet<(usize, &'p str)>,
    frames: Vec<CallFrame<'p>>,
    /// Conditions that hold on the present path.
    path: Vec<PathCondition>,
    /// Functions worth following.
    relevance: Relevance<'p>,
    fuel: u32,
    depth: u32,
    taken_back: u64,
    broke: bool,
    /// How many `go` statements and loops are around the present statement.
    pub in_go: u32,
    pub in_loop: u32,
    pub flags: FlagRegistry,
    pub viper: Viper,
    pub commands: Commands,
    pub found: FoundElectors<'p>,
    /// Functions of this repository that were run.
    pub called: HashSet<usize>,
    /// Other modules' packages of which something was used.
    pub used: HashSet<String>,
}

impl<'p, 'm> Interpreter<'p, 'm> {
    pub(crate) fn new(repository: &'p GoRepository<'m>, module: GoMod) -> Self {
        let mut memory = Memory::default();
        // The scope that package-level expressions are evaluated in.
        memory.scope(None);
        Self {
            repository,
            module,
            memory,
            globals: HashMap::new(),
            constants: HashMap::new(),
            evaluating: HashSet::new(),
            frames: Vec::new(),
            path: Vec::new(),
            relevance: Relevance::default(),
            fuel: FUEL,
            depth: 0,
            taken_back: 0,
            broke: false,
            in_go: 0,
            in_loop: 0,
            flags: FlagRegistry::default(),
            viper: Viper::default(),
            commands: Commands::default(),
            found: FoundElectors::default(),
            called: HashSet::new(),
            used: HashSet::new(),
        }
    }

    /// Whether the program was too large or too deep to be run to its end.
    pub(crate) fn is_exhausted(&self) -> bool {
        self.fuel == 0 || self.memory.is_full()
    }

    /// Runs the package's `init` functions and its variables that call something.
    pub(crate) fn initialize(&mut self, package: usize) {
        let Some(parsed) = self.repository.parsed(package) else {
            return;
        };
        for (file, source) in parsed.files.iter().enumerate() {
            for spec in &source.variables {
                let calls = spec
                    .values
                    .iter()
                    .any(|value| matches!(value.kind, crate::syntax::ast::ExprKind::Call(_)));
                if calls {
                    for name in &spec.names {
                        self.global(package, name.name);
                    }
                }
            }
            for function in &source.functions {
                if function.name.name == "init" && function.receiver.is_none() {
                    let closure = Rc::new(Closure {
                        body: Body::Declared(function),
                        context: CodeContext { package, file },
                        scope: 0,
                        receiver: None,
                    });
                    self.run(&closure, Vec::new());
                }
            }
        }
    }

    /// Runs `main`; false if there is none.
    pub(crate) fn main(&mut self, package: usize) -> bool {
        let Some(parsed) = self.repository.parsed(package) else {
            return false;
        };
        let Some((file, function)) = parsed.function("main") else {
            return false;
        };
        let closure = Rc::new(Closure {
            body: Body::Declared(function),
            context: CodeContext { package, file },
            scope: 0,
            receiver: None,
        });
        self.run(&closure, Vec::new());
        self.run_commands();
        true
    }

    /// Runs a function that nothing was seen to call; only what it finds is kept.
    pub(crate) fn rehearse_reading(&mut self, closure: &Rc<Closure<'p>>) {
        let mark = self.memory.mark();
        let path = self.path.len();
        self.run(closure, Vec::new());
        self.path.truncate(path);
        self.memory.take_back(mark);
        self.taken_back += 1;
    }

    fn burn(&mut self) -> bool {
        self.fuel = self.fuel.saturating_sub(1);
        self.fuel > 0 && !self.memory.is_full()
    }

    /// The conditions of the path since an index, as one.
    pub(crate) fn path_since(&self, index: usize) -> SharedTerm {
        let path = self.path.get(index..).unwrap_or_default();
        path.iter().fold(Term::truth(true, None), |all, step| {
            Term::and(&all, &step.condition)
        })
    }

    fn guard_since(&self, index: usize, speaks: bool) -> SharedTerm {
        let path = self.path.get(index..).unwrap_or_default();
        let path = path
            .iter()
            .map(|step| if speaks { &step.switch } else { &step.guard });
        path.fold(Term::truth(true, None), |all, part| Term::and(&all, part))
    }

    /// The conditions of the present statement that speak of elections, and the other ones that are known.
    pub(crate) fn guards(&self) -> (SharedTerm, SharedTerm) {
        (self.guard_since(0, true), self.guard_since(0, false))
    }

    fn is_on_path(&self, condition: &SharedTerm) -> bool {
        self.path.iter().any(|step| step.condition == *condition)
    }

    pub(crate) fn path_mark(&self) -> usize {
        self.path.len()
    }

    pub(crate) fn path_back(&mut self, mark: usize) {
        self.path.truncate(mark);
    }

    /// Chooses what is worth following among the functions of these packages.
    pub(crate) fn choose(&mut self, packages: &[usize]) {
        self.relevance = Relevance::of(self.repository, packages);
    }

    /// A value as a term; what no setting can be is unknown.
    pub(crate) fn term(&self, value: &GoValue<'p>) -> SharedTerm {
        match value {
            GoValue::Term(term) => term.clone(),
            GoValue::Zero(ty) => self.zero_term(ty),
            GoValue::Choice(condition, yes, no) => {
                Term::choice(condition, &self.term(yes), &self.term(no))
            }
            GoValue::Outside(outside) => {
                let name = outside_name(outside);
                Term::unknown(&format!("it comes from {name}"), Some(outside.at))
            }
            GoValue::Tuple(values) => match values.first() {
                Some(first) => self.term(first),
                None => Term::nothing(),
            },
            GoValue::Struct(object) => {
                let at = self.memory.get(*object).map(|object| object.at);
                Term::unknown("it is a struct", at)
            }
            _ => Term::unknown("it is no plain value", None),
        }
    }

    /// As `term`, with the place where it is used if it has none.
    pub(crate) fn term_at(&self, value: &GoValue<'p>, at: SourcePosition) -> SharedTerm {
        self.term(value).placed(at)
    }
}

/// `package.Function` for people.
pub(crate) fn outside_name(outside: &Outside<'_>) -> String {
    let package = outside.package.rsplit('/').next().unwrap_or_default();
    if package.is_empty() {
        format!("`{}`", outside.name)
    } else {
        format!("`{package}.{}`", outside.name)
    }
}
