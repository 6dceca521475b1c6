//! Where programs elect: controller-runtime's manager and client-go's elector.

use std::rc::Rc;

use crate::fold;
use crate::registries::candidate::{Candidate, ContextKind, ElectorRun, LibraryKind};
use crate::run::{CallArguments, GoValue, Interpreter, TypeRef};
use crate::syntax::SourcePosition;
use crate::term::{SharedTerm, Term, TermKind, TermOperator};

use super::LibraryAnswer;

impl<'p> Interpreter<'p, '_> {
    pub(crate) fn add_candidate(&mut self, mut candidate: Candidate<'p>) {
        (candidate.switch, candidate.guard) = self.guards();
        candidate.command = self.commands.current;
        candidate.reached = !self.found.unreached;
        let known = self
            .found
            .candidates
            .iter()
            .any(|one| one.at == candidate.at && one.command == candidate.command);
        if !known || !self.found.unreached {
            self.found.candidates.push(candidate);
        }
    }

    pub(super) fn elector_call(
        &mut self,
        package: &Rc<str>,
        name: &str,
        arguments: &CallArguments<'p>,
    ) -> Option<LibraryAnswer<'p>> {
        if package.ends_with("tools/leaderelection") {
            return self.client_go_call(package, name, arguments);
        }
        if package.ends_with("leaderelection/resourcelock") && name.starts_with("New") {
            let lock =
                self.outside_value(None, package, name, arguments.values.clone(), arguments.at);
            return LibraryAnswer::without_error(lock);
        }
        if name.starts_with("New") || name == "Add" {
            let mut values = arguments.values.iter();
            let options = values.find(|value| self.is_manager_options(value)).cloned();
            let options = match options {
                Some(options) => options,
                None if makes_manager(package, name) => {
                    GoValue::unknown("the manager's options come from elsewhere", arguments.at)
                }
                None => return None,
            };
            let result =
                self.outside_value(None, package, name, arguments.values.clone(), arguments.at);
            let config = arguments.get(0);
            self.add_manager(&options, &config, &result, arguments.at);
            return LibraryAnswer::without_error(result);
        }
        None
    }

    pub(super) fn is_manager_options(&self, value: &GoValue<'p>) -> bool {
        match value {
            GoValue::Choice(_, yes, no) => {
                self.is_manager_options(yes) || self.is_manager_options(no)
            }
            value => {
                let ty = self.type_of(value);
                let ty = match &ty {
                    TypeRef::Pointer(inner) => &**inner,
                    ty => ty,
                };
                matches!(ty, TypeRef::Outside(path, "Options")
                    if matches!(&**path, "sigs.k8s.io/controller-runtime" | "sigs.k8s.io/controller-runtime/pkg/manager"))
            }
        }
    }

    /// A field of settings; nothing where it is not set.
    pub(crate) fn setting(&mut self, of: &GoValue<'p>, name: &str) -> GoValue<'p> {
        self.field(of, name).unwrap_or_else(GoValue::nothing)
    }

    fn add_manager(
        &mut self,
        options: &GoValue<'p>,
        config: &GoValue<'p>,
        result: &GoValue<'p>,
        at: SourcePosition,
    ) {
        let version = self.module.minor("sigs.k8s.io/controller-runtime");
        let minor = version.map(|(major, minor)| if major > 0 { u32::MAX } else { minor });
        let mut one = Candidate::new(LibraryKind::ControllerRuntime, at);
        one.package = "sigs.k8s.io/controller-runtime".to_owned();
        one.enable = self.flagged(options, "LeaderElection", at);
        one.lease = self.manager_duration(options, "LeaseDuration", 15, at);
        one.renew = self.manager_duration(options, "RenewDeadline", 10, at);
        one.retry = self.manager_duration(options, "RetryPeriod", 2, at);
        one.release = self.release(options, "LeaderElectionReleaseOnCancel", at);
        let name = self.setting(options, "LeaderElectionID");
        let usual = match minor {
            // `pkg/leaderelection/leader_election.go` takes no manager without a name since 0.5.
            Some(0..=4) => "controller-leader-election-helper",
            _ => "",
        };
        one.lock_name = self.text_or(&name, &Term::text(usual, Some(at)), at);
        let namespace = self.setting(options, "LeaderElectionNamespace");
        let pod = Term::new(TermKind::PodNamespace, None);
        one.lock_namespace = self.text_or(&namespace, &pod, at);
        let usual = match minor {
            Some(0..=6) => Term::text("configmaps", None),
            Some(7..=11) => Term::text("configmapsleases", None),
            Some(_) => Term::text("leases", None),
            None => Term::unknown("the version of controller-runtime is not known", Some(at)),
        };
        let lock_type = self.setting(options, "LeaderElectionResourceLock");
        one.lock_type = self.text_or(&lock_type, &usual, at);
        let host = Term::new(TermKind::HostName, None);
        let random = Term::new(TermKind::Random, None);
        one.identity = fold::operate(TermOperator::Add, &host, &random);
        // `pkg/leaderelection/leader_election.go` sets it since 0.18.6, 0.19.3 and 0.20.
        let patch = self.module.patch("sigs.k8s.io/controller-runtime");
        let sets_timeout = match minor {
            Some(18) => patch.map(|patch| patch >= 6),
            Some(19) => patch.map(|patch| patch >= 3),
            Some(minor) => Some(minor >= 20),
            None => None,
        };
        one.client_timeout = match sets_timeout {
            Some(false) => self.config_timeout(config),
            known => known,
        };
        one.lock_elsewhere = !self.setting(options, "LeaderElectionConfig").is_nothing();
        let own = self.setting(options, "LeaderElectionResourceLockInterface");
        if !own.is_nothing() {
            let lock = self.lock(&own, at);
            one.take_lock(lock);
        }
        one.result = result.as_outside().cloned();
        self.add_candidate(one);
    }

    fn flagged(&mut self, options: &GoValue<'p>, field: &str, at: SourcePosition) -> SharedTerm {
        let value = self.setting(options, field);
        if value.is_nothing() {
            return Term::truth(false, Some(at));
        }
        // A field that only one way sets is zero on the other.
        self.term_at(&value, at).map(&mut |part| {
            matches!(part.kind, TermKind::Nothing).then(|| Term::truth(false, None))
        })
    }

    /// Whether the lock is released: where the field is not set the library decides, which has no place in source.
    fn release(&mut self, options: &GoValue<'p>, field: &str, at: SourcePosition) -> SharedTerm {
        if self.setting(options, field).is_nothing() {
            return Term::truth(false, None);
        }
        self.flagged(options, field, at)
    }

    /// A text that falls back where it is empty.
    fn text_or(
        &mut self,
        value: &GoValue<'p>,
        otherwise: &SharedTerm,
        at: SourcePosition,
    ) -> SharedTerm {
        if value.is_nothing() {
            return otherwise.clone();
        }
        let term = self.term_at(value, at);
        let empty = crate::run::equal_terms(&term, &Term::text("", None));
        if empty.as_unknown().is_some() {
            return term;
        }
        Term::choice(&empty, otherwise, &term)
    }

    fn manager_duration(
        &mut self,
        options: &GoValue<'p>,
        field: &str,
        seconds: i64,
        at: SourcePosition,
    ) -> SharedTerm {
        let value = self.setting(options, field);
        let default = GoValue::Term(Term::integer(seconds * 1_000_000_000, None));
        // Nothing in source says what the library does by itself, so its default has no place there.
        if value.is_nothing() {
            return self.term(&default);
        }
        let value = self.dereferenced(&value, &default);
        self.term_at(&value, at)
    }

    fn client_go_call(
        &mut self,
        package: &Rc<str>,
        name: &str,
        arguments: &CallArguments<'p>,
    ) -> Option<LibraryAnswer<'p>> {
        match name {
            "RunOrDie" => {
                let result = self.outside_value(None, package, name, Vec::new(), arguments.at);
                self.add_elector(package, &arguments.get(1), &result, arguments.at);
                self.run_elector(&result, &arguments.get(0), arguments.at);
                LibraryAnswer::nothing()
            }
            "NewLeaderElector" => {
                let result = self.outside_value(None, package, name, Vec::new(), arguments.at);
                self.add_elector(package, &arguments.get(0), &result, arguments.at);
                LibraryAnswer::without_error(result)
            }
            _ => None,
        }
    }

    fn add_elector(
        &mut self,
        package: &str,
        config: &GoValue<'p>,
        result: &GoValue<'p>,
        at: SourcePosition,
    ) {
        let mut one = Candidate::new(LibraryKind::ClientGo, at);
        one.package = package.to_owned();
        // Only of settings that are seen a field that is not set is zero.
        let is_seen = self.has_fields(config);
        let not_seen = || Term::unknown("its settings are not known", Some(at));
        let time = |this: &mut Self, field: &str| {
            let value = this.setting(config, field);
            match value.is_nothing() {
                true if is_seen => Term::integer(0, Some(at)),
                true => not_seen(),
                false => this.term_at(&value, at),
            }
        };
        one.lease = time(self, "LeaseDuration");
        one.renew = time(self, "RenewDeadline");
        one.retry = time(self, "RetryPeriod");
        one.release = match is_seen {
            true => self.release(config, "ReleaseOnCancel", at),
            false => not_seen(),
        };
        let lock = self.setting(config, "Lock");
        let lock = self.lock(&lock, at);
        one.take_lock(lock);
        let callbacks = self.setting(config, "Callbacks");
        let stopped = self.setting(&callbacks, "OnStoppedLeading");
        let started = self.setting(&callbacks, "OnStartedLeading");
        self.inspect_callbacks(&mut one, &stopped, &started);
        one.result = result.as_outside().cloned();
        self.add_candidate(one);
        if let GoValue::Function(closure) = started {
            // The work of the leader: it may hold managers and electors of its own.
            self.in_go += 1;
            let waits = self.found.waits.len();
            self.run(&closure, Vec::new());
            self.found.waits.truncate(waits);
            self.in_go -= 1;
        }
    }

    /// Whether a value is a struct whose fields are seen, on each way to it.
    fn has_fields(&mut self, value: &GoValue<'p>) -> bool {
        match value {
            GoValue::Struct(_) | GoValue::Zero(_) => true,
            GoValue::Pointer(cell) => self.object_in(*cell).is_some(),
            GoValue::Choice(_, yes, no) => self.has_fields(yes) && self.has_fields(no),
            _ => false,
        }
    }

    pub(super) fn elector_method(
        &mut self,
        receiver: &GoValue<'p>,
        package: &str,
        name: &str,
        arguments: &CallArguments<'p>,
    ) -> Option<LibraryAnswer<'p>> {
        let outside = receiver.as_outside()?;
        let runs = match name {
            "Run" => package.ends_with("tools/leaderelection"),
            "Start" => self.found.candidates.iter().any(|one| {
                one.result
                    .as_ref()
                    .is_some_and(|known| Rc::ptr_eq(known, outside))
            }),
            _ => false,
        };
        if !runs {
            return None;
        }
        let receiver = receiver.clone();
        self.run_elector(&receiver, &arguments.get(0), arguments.at);
        LibraryAnswer::nothing()
    }

    fn run_elector(&mut self, result: &GoValue<'p>, context: &GoValue<'p>, at: SourcePosition) {
        let Some(outside) = result.as_outside() else {
            return;
        };
        let run = ElectorRun {
            at,
            context: context_kind(context, 0),
            in_go: self.in_go > 0,
            in_loop: self.in_loop > 0,
            goroutine: self.found.goroutine.number,
            acted_on: self.found.goroutine.defers,
        };
        let position = self.found.candidates.iter().rposition(|one| {
            one.result
                .as_ref()
                .is_some_and(|known| Rc::ptr_eq(known, outside))
        });
        if let Some(position) = position
            && let Some(one) = self.found.candidates.get_mut(position)
        {
            one.run = Some(run);
            if one.library == LibraryKind::ControllerRuntime {
                self.found.awaiting = Some(position);
            }
        }
    }
}

/// What ends a context.
fn context_kind(value: &GoValue<'_>, depth: u32) -> ContextKind {
    let GoValue::Outside(outside) = value else {
        return ContextKind::Unknown;
    };
    match (&*outside.package, &*outside.name) {
        ("context", "Background") => ContextKind::Background,
        ("context", "TODO") => ContextKind::Todo,
        ("os/signal", "NotifyContext") => ContextKind::Signal,
        (_, "SetupSignalHandler" | "SetupSignalContext" | "SignalContext") => ContextKind::Signal,
        (path, "NewContext") if path.ends_with("signals") => ContextKind::Signal,
        ("context", name) if name.starts_with("With") && depth < 6 => match &outside.receiver {
            Some(parent) => match context_kind(parent, depth + 1) {
                ContextKind::Signal => ContextKind::Signal,
                _ => ContextKind::Cancellable,
            },
            None => ContextKind::Cancellable,
        },
        _ => ContextKind::Unknown,
    }
}

/// Whether a function of another module is the one that makes controller-runtime's manager.
fn makes_manager(package: &str, name: &str) -> bool {
    matches!(
        (package, name),
        ("sigs.k8s.io/controller-runtime", "NewManager")
            | ("sigs.k8s.io/controller-runtime/pkg/manager", "New")
    )
}
