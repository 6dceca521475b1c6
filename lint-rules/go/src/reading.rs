//! From a repository's files to its programs.

use std::collections::{BTreeMap, BTreeSet, HashSet};
use std::rc::Rc;
use std::sync::OnceLock;

use crate::called_command::by_command;
use crate::libraries::wrappers::speaks_of_wrapper;
use crate::mentions::PackageWords;
use crate::program::{
    Behaviour, ProgramFlag, RepositoryReading, SourceElection, SourceElector, SourceProgram, Unread,
};
use crate::program_group::{ProgramClosure, ProgramGroup};
use crate::registries::candidate::{Candidate, ContextKind, LibraryKind, OnLoss};
use crate::run::{Body, Closure, CodeContext, Interpreter};
use crate::scan::electing_import;
use crate::source::{GoMod, GoRepository, GoText, SourceFile};
use crate::syntax::SourcePosition;
use crate::term::{SharedTerm, Term};

/// Reads all programs of a repository whose texts are at hand.
///
/// `files` are the paths and texts of its Go files; test files and those of `vendor/` and `testdata/` are left out here. `modules` are its
/// `go.mod` files; without any the module's path is guessed from the imports. Nothing is run, and every text is
/// accepted: what is not Go is listed in `unread`.
#[must_use]
pub fn read(files: &[(&str, &str)], modules: &[GoMod]) -> RepositoryReading {
    let texts = files.iter().map(|(_, text)| GoText::of((*text).to_owned()));
    let texts: Vec<GoText<'_>> = texts.collect();
    let files = files.iter().zip(&texts);
    let files: Vec<SourceFile<'_>> = files
        .map(|((path, _), text)| SourceFile { path, text })
        .collect();
    read_by(&files, modules, &one_by_one)
}

/// Does a piece of work for each number below the first, in any order; it may do several at a time.
pub type EachBelow<'w> = dyn Fn(usize, &(dyn Fn(usize) + Sync)) + 'w;

/// Does the work for one number after the other.
pub fn one_by_one(count: usize, work: &(dyn Fn(usize) + Sync)) {
    (0..count).for_each(work);
}

/// The same as [`read`], with packages parsed and programs read by `each`. The result does not depend on it.
#[must_use]
pub fn read_by(
    files: &[SourceFile<'_>],
    modules: &[GoMod],
    each: &EachBelow<'_>,
) -> RepositoryReading {
    let mut repository = GoRepository::new(files, modules);
    let mut reading = RepositoryReading {
        files: files.iter().map(|file| file.path.to_owned()).collect(),
        ..RepositoryReading::default()
    };
    for file in &repository.too_large {
        let at = start_of(*file);
        let problem = "the file is too large";
        reading.unread.push(Unread { at, problem });
    }
    let words = PackageWords::new(&repository);
    // All texts are looked at here, by several threads, though few are kept.
    each(repository.packages.len(), &|at| {
        let _mentions = words.of(&repository, at);
    });
    for group in ProgramGroup::all_of(&repository, &words) {
        let programs = read_group(&repository, &words, &group, each);
        reading.programs.extend(programs);
        for (at, problem) in repository.drop_parsed(&group.packages) {
            reading.unread.push(Unread { at, problem });
        }
    }
    for (number, file) in (0..).zip(files) {
        if file.text.is_lost() {
            let at = start_of(number);
            let problem = "the file changed, or went, while it was read";
            reading.unread.push(Unread { at, problem });
        }
    }
    reading.programs.sort_by(|a, b| a.folder.cmp(&b.folder));
    reading.unread.sort_by_key(|unread| unread.at);
    reading
}

fn start_of(file: u32) -> SourcePosition {
    SourcePosition {
        file,
        line: 1,
        column: 1,
        offset: 0,
    }
}

/// The programs of a group. Their packages stay parsed.
fn read_group(
    repository: &GoRepository<'_>,
    words: &PackageWords,
    group: &ProgramGroup,
    each: &EachBelow<'_>,
) -> Vec<SourceProgram> {
    let mains = &group.mains;
    // A program's packages first: one large program is then parsed by several threads too.
    let leading: Vec<usize> = mains
        .iter()
        .flat_map(|main| main.leading.iter().copied())
        .collect::<BTreeSet<_>>()
        .into_iter()
        .collect();
    each(leading.len(), &|at| {
        let _parsed = leading.get(at).map(|package| repository.parsed(*package));
    });
    let programs: Vec<OnceLock<Option<SourceProgram>>> =
        mains.iter().map(|_| OnceLock::new()).collect();
    each(mains.len(), &|at| {
        if let (Some(main), Some(place)) = (mains.get(at), programs.get(at)) {
            place.get_or_init(|| program(repository, words, main));
        }
    });
    let programs = programs.into_iter().filter_map(OnceLock::into_inner);
    programs.flatten().collect()
}

fn program(
    repository: &GoRepository<'_>,
    words: &PackageWords,
    main: &ProgramClosure,
) -> Option<SourceProgram> {
    let ProgramClosure {
        main,
        packages: closure,
        leading,
        site,
    } = main;
    let package = repository.package(*main)?;
    let module = repository
        .module_of(&package.folder)
        .cloned()
        .unwrap_or_default();
    let below = package
        .folder
        .strip_prefix(module.folder.as_str())
        .unwrap_or_default()
        .trim_start_matches('/');
    let import_path = match (module.path.is_empty(), below.is_empty()) {
        (true, _) => String::new(),
        (false, true) => module.path.clone(),
        (false, false) => format!("{}/{below}", module.path),
    };
    let mut program = SourceProgram {
        folder: package.folder.clone(),
        module_folder: module.folder.clone(),
        module: module.path.clone(),
        import_path,
        election: SourceElection::Never,
        electors: Vec::new(),
        flags: Vec::new(),
        versions: versions(&module),
        exhausted: false,
    };
    let Some(site) = site else {
        return Some(program);
    };
    let mut interpreter = Interpreter::new(repository, module.clone());
    interpreter.choose(leading);
    for package in closure {
        if words.of(repository, *package).initial {
            interpreter.initialize(*package);
        }
    }
    if !interpreter.main(*main) {
        return None;
    }
    let candidates = interpreter.found.candidates.iter();
    let mut switches = candidates.map(|candidate| interpreter.settled(&candidate.enable));
    // Beside a manager that surely does not elect there may be an elector of another kind.
    if switches.all(|switch| switch.as_truth() == Some(false)) {
        run_unreached(&mut interpreter, repository, words, closure);
    }
    program.exhausted = interpreter.is_exhausted();
    let candidates = std::mem::take(&mut interpreter.found.candidates);
    for candidate in &candidates {
        let elector = elector(&mut interpreter, candidate, &module);
        program.electors.extend(by_command(elector));
    }
    let definitions = interpreter.flags.definitions.clone();
    for definition in definitions {
        program.flags.push(ProgramFlag {
            flag: definition.flag,
            library: definition.library,
            command: interpreter.command_path(definition.command),
            at: definition.at,
        });
    }
    let elsewhere = electing_import(repository, closure, !program.electors.is_empty())
        .or(interpreter.found.handed_over);
    program.election = election(repository, *main, &program, *site, elsewhere);
    Some(program)
}

/// Whether a program elects. `site` is where its repository speaks of elections, `elsewhere` where something that is
/// not known may elect for it.
fn election(
    repository: &GoRepository<'_>,
    main: usize,
    program: &SourceProgram,
    site: Option<SourcePosition>,
    elsewhere: Option<SourcePosition>,
) -> SourceElection {
    let is_off = |elector: &SourceElector| elector.enable.as_truth() == Some(false);
    if !program.electors.iter().all(is_off) {
        return SourceElection::Elects;
    }
    let none = program.electors.is_empty();
    // A program that was not followed to its end may come to an elector there.
    let unfinished = || {
        let (_, function) = repository.parsed(main)?.function("main")?;
        Some(function.name.at).filter(|_| program.exhausted)
    };
    let open = site.filter(|_| none).or(elsewhere).or_else(unfinished);
    match open {
        Some(at) => SourceElection::Unknown(at),
        None if none => SourceElection::Never,
        None => SourceElection::Elects,
    }
}

/// Goes through functions that `main` was not seen to call, for electors that something else starts.
fn run_unreached<'p>(
    interpreter: &mut Interpreter<'p, '_>,
    repository: &'p GoRepository<'_>,
    words: &PackageWords,
    closure: &[usize],
) {
    interpreter.found.unreached = true;
    let mut seen = HashSet::new();
    for package in closure {
        if words.of(repository, *package).site.is_none() {
            continue;
        }
        let Some(parsed) = repository.parsed(*package) else {
            continue;
        };
        for (file, source) in parsed.files.iter().enumerate() {
            for function in &source.functions {
                let closure = Rc::new(Closure {
                    body: Body::Declared(function),
                    context: CodeContext {
                        package: *package,
                        file,
                    },
                    scope: 0,
                    receiver: None,
                });
                if !interpreter.called.contains(&closure.key()) && seen.insert(closure.key()) {
                    interpreter.rehearse_reading(&closure);
                }
            }
        }
    }
}

fn versions(module: &GoMod) -> BTreeMap<String, String> {
    let mut versions = BTreeMap::new();
    for (path, version) in &module.versions {
        let matters = matches!(
            path.as_str(),
            "k8s.io/client-go" | "sigs.k8s.io/controller-runtime"
        ) || speaks_of_wrapper(path);
        if matters {
            versions.insert(path.clone(), version.clone());
        }
    }
    versions
}

fn elector(
    interpreter: &mut Interpreter<'_, '_>,
    one: &Candidate<'_>,
    module: &GoMod,
) -> SourceElector {
    let settled = |term: &SharedTerm| interpreter.settled(term);
    let version = match one.library {
        LibraryKind::ControllerRuntime => module.version("sigs.k8s.io/controller-runtime"),
        LibraryKind::ClientGo => module.version("k8s.io/client-go"),
        LibraryKind::LeaderForLife => module.version("github.com/operator-framework/operator-lib"),
    };
    let mut enable = settled(&one.enable);
    let guard = settled(&one.guard);
    enable = Term::and(&enable, &settled(&one.switch));
    if let Some(result) = &one.result {
        let disabled = interpreter
            .found
            .get_outside(result, "DisableLeaderElection");
        if let Some(disabled) = disabled {
            let disabled = interpreter.settled(&interpreter.term(&disabled));
            enable = Term::and(&enable, &Term::not(&disabled));
        }
    }
    // What a library does with durations that are set on what it made differs.
    let set_later = |field: &str, term: &SharedTerm| {
        let result = one.result.as_ref();
        let fields = [field.to_owned(), format!("{field}.Duration")];
        let is_set = result.is_some_and(|result| {
            let mut fields = fields.iter();
            fields.any(|field| interpreter.found.deep_outside(result, field).is_some())
        });
        match is_set {
            true => Term::unknown("it is set on what a library made", Some(one.at)),
            false => interpreter.settled(term),
        }
    };
    let (lease, renew, retry) = (
        set_later("LeaseDuration", &one.lease),
        set_later("RenewDeadline", &one.renew),
        set_later("RetryPeriod", &one.retry),
    );
    let settled = |term: &SharedTerm| interpreter.settled(term);
    let mut elector = SourceElector {
        library: one.library,
        package: one.package.clone(),
        version: version.map(str::to_owned),
        at: one.at,
        reached: one.reached,
        command: Vec::new(),
        enable,
        guard,
        lease_duration: lease,
        renew_deadline: renew,
        retry_period: retry,
        lock_type: settled(&one.lock_type),
        lock_name: settled(&one.lock_name),
        lock_namespace: settled(&one.lock_namespace),
        identity: settled(&one.identity),
        release: settled(&one.release),
        client_timeout: one.client_timeout,
        several_leaders: one.several_leaders,
        lock_elsewhere: one.lock_elsewhere,
        behaviour: behaviour(interpreter, one),
    };
    elector.command = interpreter.command_path(one.command);
    elector
}

fn behaviour(interpreter: &Interpreter<'_, '_>, one: &Candidate<'_>) -> Behaviour {
    let run = one.run.as_ref();
    let waits_after = run.and_then(|run| {
        // A process ends with its `main`, whatever its goroutines wait for.
        let mut waits = interpreter.found.waits.iter();
        let after = waits.find(|(at, in_go, ran)| *ran > 0 && *at != run.at && *in_go == 0);
        after.map(|(at, ..)| *at)
    });
    let on_loss = match (one.on_loss, one.library) {
        (Some(on_loss), _) => on_loss,
        (None, LibraryKind::ControllerRuntime) => match (one.error_exits, run) {
            (Some(true), _) => OnLoss::Exits,
            (Some(false), Some(run)) if run.in_go => OnLoss::Continues,
            (_, Some(run)) if !run.in_go => match waits_after {
                Some(_) => OnLoss::Unknown,
                None => OnLoss::Returns,
            },
            _ => OnLoss::Unknown,
        },
        (None, _) => match (one.stop_exits, run) {
            (Some(true), _) => OnLoss::Exits,
            (_, Some(run)) if run.in_loop => OnLoss::Rejoins,
            (_, Some(run)) if run.in_go && run.acted_on => OnLoss::Unknown,
            (_, Some(run)) if run.in_go => OnLoss::Continues,
            (_, Some(_)) if waits_after.is_none() => OnLoss::Returns,
            (_, Some(_)) => OnLoss::Continues,
            (_, None) => OnLoss::Unknown,
        },
    };
    Behaviour {
        on_loss,
        stopped: one.stopped,
        blocking: one.blocking.clone(),
        started: one.started,
        uses_leading_context: one.uses_context,
        run: run.map(|run| run.at),
        context: run.map_or(ContextKind::Unknown, |run| run.context),
        in_goroutine: run.is_some_and(|run| run.in_go),
        in_loop: run.is_some_and(|run| run.in_loop),
        waits_after,
    }
}
