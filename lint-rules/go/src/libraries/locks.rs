//! client-go's locks, their clients, and what an elector's callbacks do.

use std::rc::Rc;

use crate::registries::candidate::{Candidate, CandidateLock};
use crate::run::{Body, GoValue, Interpreter, TypeRef};
use crate::syntax::SourcePosition;
use crate::syntax::ast::{Expr, ExprKind, Stmt, StmtKind};
use crate::term::{SharedTerm, Term};

/// Lock structs: the type's name, the lock's word, the field with its name and namespace.
const LOCK_STRUCTS: &[(&str, &str, &str)] = &[
    ("LeaseLock", "leases", "LeaseMeta"),
    ("ConfigMapLock", "configmaps", "ConfigMapMeta"),
    ("EndpointsLock", "endpoints", "EndpointsMeta"),
];

impl<'p> Interpreter<'p, '_> {
    /// What is known of a lock.
    pub(super) fn lock(&mut self, value: &GoValue<'p>, at: SourcePosition) -> CandidateLock {
        match value {
            GoValue::Outside(outside) => {
                if !outside.package.ends_with("resourcelock") || outside.args.len() < 3 {
                    return CandidateLock::unknown("its lock is made elsewhere", at);
                }
                let args = outside.args.clone();
                let argument = |this: &Self, index: usize| match args.get(index) {
                    Some(value) => this.term_at(value, outside.at),
                    None => Term::unknown("an argument that is missing", Some(outside.at)),
                };
                let (kind, namespace, name) =
                    (argument(self, 0), argument(self, 1), argument(self, 2));
                let mut identity = Term::unknown("its lock has no identity in sight", Some(at));
                for value in args.iter().skip(3) {
                    if let GoValue::Struct(_) | GoValue::Pointer(_) = value
                        && let Some(found) = self.field(value, "Identity")
                        && !found.is_nothing()
                        && is_lock_config(&self.type_of(value))
                    {
                        identity = self.term_at(&found, outside.at);
                    }
                }
                let client_timeout = if outside.name.contains("FromKubeconfig") {
                    Some(true)
                } else {
                    args.get(3).and_then(|client| self.client_timeout(client))
                };
                CandidateLock {
                    kind,
                    name,
                    namespace,
                    identity,
                    client_timeout,
                }
            }
            GoValue::Pointer(_) | GoValue::Struct(_) => self.lock_struct(value, at),
            GoValue::Choice(condition, yes, no) => {
                let yes = self.lock(yes, at);
                let no = self.lock(no, at);
                let choose = |yes: &SharedTerm, no: &SharedTerm| Term::choice(condition, yes, no);
                CandidateLock {
                    kind: choose(&yes.kind, &no.kind),
                    name: choose(&yes.name, &no.name),
                    namespace: choose(&yes.namespace, &no.namespace),
                    identity: choose(&yes.identity, &no.identity),
                    client_timeout: yes
                        .client_timeout
                        .filter(|timeout| no.client_timeout == Some(*timeout)),
                }
            }
            _ => CandidateLock::unknown("its lock is not known", at),
        }
    }

    fn lock_struct(&mut self, value: &GoValue<'p>, at: SourcePosition) -> CandidateLock {
        let ty = match self.type_of(value) {
            TypeRef::Pointer(inner) => (*inner).clone(),
            other => other,
        };
        let TypeRef::Outside(_, name) = ty else {
            return CandidateLock::unknown("its lock is a type of its own", at);
        };
        if name == "MultiLock" {
            let primary = self.setting(value, "Primary");
            let secondary = self.setting(value, "Secondary");
            let mut lock = self.lock(&primary, at);
            let other = self.lock(&secondary, at);
            lock.kind = match (lock.kind.as_text(), other.kind.as_text()) {
                (Some("configmaps"), Some("leases")) => Term::text("configmapsleases", Some(at)),
                (Some("endpoints"), Some("leases")) => Term::text("endpointsleases", Some(at)),
                _ => Term::unknown("two locks", Some(at)),
            };
            return lock;
        }
        let Some((_, kind, meta)) = LOCK_STRUCTS.iter().find(|(known, ..)| *known == name) else {
            return CandidateLock::unknown("its lock is a type of its own", at);
        };
        let meta = self.setting(value, meta);
        let text = |this: &mut Self, of: &GoValue<'p>, field: &str| {
            let found = this.setting(of, field);
            if found.is_nothing() {
                Term::text("", Some(at))
            } else {
                this.term_at(&found, at)
            }
        };
        let name = text(self, &meta, "Name");
        let namespace = text(self, &meta, "Namespace");
        let config = self.setting(value, "LockConfig");
        let identity = text(self, &config, "Identity");
        let client = self.setting(value, "Client");
        CandidateLock {
            kind: Term::text(kind, Some(at)),
            name,
            namespace,
            identity,
            client_timeout: self.client_timeout(&client),
        }
    }

    /// Whether the client behind a lock has a timeout, where its making is in sight.
    fn client_timeout(&mut self, client: &GoValue<'p>) -> Option<bool> {
        let mut link = client.as_outside().cloned()?;
        for _ in 0..8 {
            if link.name.starts_with("NewForConfig") || link.name.starts_with("NewClientset") {
                let config = link.args.first().cloned()?;
                return self.config_timeout(&config);
            }
            link = match &link.receiver {
                Some(GoValue::Outside(next)) => Rc::clone(next),
                _ => return None,
            };
        }
        None
    }

    /// Whether a client configuration has a timeout.
    pub(super) fn config_timeout(&mut self, config: &GoValue<'p>) -> Option<bool> {
        match config {
            GoValue::Outside(outside) => {
                if let Some(value) = self.found.get_outside(outside, "Timeout") {
                    return self.term(&value).as_integer().map(|time| time > 0);
                }
                let copies = matches!(
                    &*outside.name,
                    "AddUserAgent" | "CopyConfig" | "AnonymousClientConfig"
                );
                if copies {
                    let inner = outside.args.first().cloned()?;
                    return self.config_timeout(&inner);
                }
                let makers = [
                    "InClusterConfig",
                    "GetConfigOrDie",
                    "GetConfig",
                    "BuildConfigFromFlags",
                    "ClientConfig",
                    "ParseAndGetRESTConfigOrDie",
                ];
                makers.contains(&&*outside.name).then_some(false)
            }
            GoValue::Pointer(_) | GoValue::Struct(_) => {
                let value = self.setting(config, "Timeout");
                if value.is_nothing() {
                    return Some(false);
                }
                self.term(&value).as_integer().map(|time| time > 0)
            }
            _ => None,
        }
    }

    /// What `OnStoppedLeading` and `OnStartedLeading` do.
    pub(super) fn inspect_callbacks(
        &mut self,
        one: &mut Candidate<'p>,
        stopped: &GoValue<'p>,
        started: &GoValue<'p>,
    ) {
        if let GoValue::Function(closure) = stopped {
            let closure = Rc::clone(closure);
            let body = self.body_of(&closure).unwrap_or_default();
            one.stopped = body.first().map(|first| first.at);
            one.blocking = blocking_calls(body);
            let ends = self.rehearse(|this| match this.run(&closure, Vec::new()) {
                Some(_) => crate::run::Flow::On,
                None => crate::run::Flow::Ended,
            });
            one.stop_exits = Some(ends);
        }
        if let GoValue::Function(closure) = started {
            let signature = match closure.body {
                Body::Declared(function) => &function.signature,
                Body::Literal(literal) => &literal.signature,
            };
            let body = self.body_of(closure).unwrap_or_default();
            one.started = body.first().map(|first| first.at);
            let name = signature.params.first().and_then(|param| param.name);
            one.uses_context = Some(match name {
                Some(name) if name.name != "_" => mentions(body, name.name),
                _ => false,
            });
        }
    }
}

fn is_lock_config(ty: &TypeRef<'_>) -> bool {
    match ty {
        TypeRef::Outside(_, name) => *name == "ResourceLockConfig",
        TypeRef::Pointer(inner) => is_lock_config(inner),
        _ => false,
    }
}

/// Calls of the API and waits without a time limit, among the first statements of a callback.
fn blocking_calls(body: &[Stmt<'_>]) -> Vec<SourcePosition> {
    let mut found = Vec::new();
    for statement in body {
        match &statement.kind {
            StmtKind::Expr(expr) => match &expr.kind {
                ExprKind::Unary("<-", _) => found.push(statement.at),
                ExprKind::Call(call) => {
                    let name = match &call.function.kind {
                        ExprKind::Selector(_, member) => member.name,
                        _ => "",
                    };
                    let endless = call.args.first().is_some_and(is_endless_context);
                    if name == "Wait" && call.args.is_empty() || endless {
                        found.push(statement.at);
                    }
                }
                _ => {}
            },
            StmtKind::Assign(_, values, _) => {
                for value in values {
                    if let ExprKind::Call(call) = &value.kind
                        && call.args.first().is_some_and(is_endless_context)
                    {
                        found.push(value.at);
                    }
                }
            }
            _ => {}
        }
    }
    found
}

/// `context.Background()` or `context.TODO()`.
fn is_endless_context(expr: &Expr<'_>) -> bool {
    let ExprKind::Call(call) = &expr.kind else {
        return false;
    };
    match &call.function.kind {
        ExprKind::Selector(package, member) => {
            matches!(package.kind, ExprKind::Name("context"))
                && matches!(member.name, "Background" | "TODO")
        }
        _ => false,
    }
}

/// Whether a name is used in statements.
fn mentions(body: &[Stmt<'_>], name: &str) -> bool {
    body.iter()
        .any(|statement| statement_mentions(statement, name))
}

fn statement_mentions(statement: &Stmt<'_>, name: &str) -> bool {
    let expr = |expr: &Expr<'_>| expression_mentions(expr, name);
    match &statement.kind {
        StmtKind::Expr(inner) | StmtKind::Go(inner) | StmtKind::Defer(inner) => expr(inner),
        StmtKind::Assign(left, right, _) => left.iter().chain(right).any(expr),
        StmtKind::Update(target, _, value) => expr(target) || value.as_deref().is_some_and(expr),
        StmtKind::Variables(specs) => specs.iter().any(|spec| spec.values.iter().any(expr)),
        StmtKind::If(inner) => {
            expr(&inner.condition)
                || inner
                    .init
                    .as_ref()
                    .is_some_and(|init| statement_mentions(init, name))
                || mentions(&inner.then, name)
                || inner
                    .otherwise
                    .as_ref()
                    .is_some_and(|other| statement_mentions(other, name))
        }
        StmtKind::For(inner) => {
            mentions(&inner.body, name)
                || inner.condition.as_ref().is_some_and(expr)
                || inner.range.as_ref().is_some_and(|(_, over)| expr(over))
        }
        StmtKind::Switch(inner) => {
            inner.tag.as_ref().is_some_and(expr)
                || inner.cases.iter().any(|case| mentions(&case.body, name))
        }
        StmtKind::Select(cases) => cases.iter().any(|case| {
            mentions(&case.body, name)
                || case
                    .communication
                    .as_ref()
                    .is_some_and(|inner| statement_mentions(inner, name))
        }),
        StmtKind::Return(values) => values.iter().any(expr),
        StmtKind::Block(inner) => mentions(inner, name),
        StmtKind::Send(left, right) => expr(left) || expr(right),
        StmtKind::Constants(_) | StmtKind::Jump(_) | StmtKind::Empty => false,
        // What cannot be read may use anything.
        StmtKind::Bad => true,
    }
}

fn expression_mentions(expr: &Expr<'_>, name: &str) -> bool {
    let inner = |inner: &Expr<'_>| expression_mentions(inner, name);
    match &expr.kind {
        ExprKind::Name(word) => *word == name,
        ExprKind::Composite(_, elements) => elements.iter().any(|element| inner(&element.value)),
        ExprKind::Function(literal) => mentions(&literal.body, name),
        ExprKind::Selector(of, _) | ExprKind::Slice(of) | ExprKind::TypeAssertion(of, _) => {
            inner(of)
        }
        ExprKind::Index(of, indices) => inner(of) || indices.iter().any(inner),
        ExprKind::Call(call) => inner(&call.function) || call.args.iter().any(inner),
        ExprKind::Star(of) | ExprKind::Unary(_, of) => inner(of),
        ExprKind::Binary(_, left, right) => inner(left) || inner(right),
        ExprKind::Bad => true,
        _ => false,
    }
}
