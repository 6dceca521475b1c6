//! A rule of the user's own.

use std::sync::atomic::{AtomicBool, Ordering};

use election::Elector;
use engine::{
    AccessSummary, Check, Draft, FixAvailability, Group, Input, Needs, OwnCheck, Profile, Rule,
    Severity, Sink,
};
use manifest::text::FileSpan;
use objects::{LedgerCode, Object};

use crate::node::QueryNode;
use crate::places;
use crate::query::Query;
use crate::requirement::Requirement;

/// Letters of a value in a message.
const MAX_SHOWN_LETTERS: usize = 60;

/// What a rule looks at.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum RuleSubject {
    /// Every elector, as `inspect` prints it.
    Elector,
    /// Every object of these kinds; none: of all.
    Object(Vec<String>),
}

/// A rule of the user's own.
#[derive(Debug)]
pub struct CustomRule {
    /// What it looks at.
    pub subject: RuleSubject,
    /// What it selects of that.
    pub select: Query,
    /// Conditions under which it speaks: all must hold.
    pub conditions: Vec<(Query, Requirement)>,
    /// What must hold of what is selected.
    pub require: Requirement,
    /// The finding, with `{value}` for what is selected.
    pub message: String,
    /// What happens in production.
    pub help: String,
    /// Whether it selected anything in this run.
    pub has_matched: AtomicBool,
}

impl CustomRule {
    /// The rule as the engine takes it. It lives as long as the process, also where a server reads its configuration again:
    /// a few hundred bytes each time.
    #[must_use]
    pub fn into_rule(self, id: &str, severity: Severity) -> (&'static Self, &'static Rule) {
        let check: &'static Self = Box::leak(Box::new(self));
        let leaked = |text: &str| -> &'static str { Box::leak(text.to_owned().into_boxed_str()) };
        let queries = check.conditions.iter().map(|(query, _)| query);
        let reads: Vec<&'static str> = match check.subject {
            // What an elector is made of is read anyway.
            RuleSubject::Elector => Vec::new(),
            RuleSubject::Object(_) => queries
                .chain([&check.select])
                .map(|query| leaked(query.text()))
                .collect(),
        };
        let rule = Rule {
            id: leaked(id),
            group: Group::Custom,
            summary: leaked(&check.message.replace("{value}", "…")),
            severity,
            profile: Profile::Recommended,
            needs_target: false,
            needs: match check.subject {
                RuleSubject::Elector => Needs::Bundle,
                RuleSubject::Object(_) => Needs::File,
            },
            fix: FixAvailability::None,
            reads: Box::leak(reads.into_boxed_slice()),
            check: Check::Own(check),
        };
        (check, Box::leak(Box::new(rule)))
    }

    fn judge(
        &self,
        root: &QueryNode,
        top: FileSpan,
        because: impl Fn(&str) -> Option<(LedgerCode, String, Option<FileSpan>)>,
        sink: &mut Sink<'_>,
    ) {
        let mut open = None;
        for (query, requirement) in &self.conditions {
            let found = query.run(root);
            if found.is_empty() && !requirement.holds(None) {
                return;
            }
            for (value, path) in found {
                let holds = requirement.holds(Some(value).filter(|one| !one.is_null()));
                // A condition on a word for what is not known is meant so.
                let is_open = value.is_null() || (value.is_unknown() && !holds);
                match because(&path).filter(|_| is_open) {
                    Some(reason) => open = open.or(Some((reason, value.place))),
                    None if holds => {}
                    None => return,
                }
            }
        }
        if let Some(((code, reason, place), own)) = open {
            sink.not_judged(place.or(own).unwrap_or(top), code, reason);
            return;
        }
        let selected = self.select.run(root);
        if !selected.is_empty() {
            self.has_matched.store(true, Ordering::Relaxed);
        }
        let is_nothing = selected.iter().all(|(value, _)| value.is_null());
        for (value, path) in selected.iter().filter(|(value, _)| value.is_unknown()) {
            if let Some((code, reason, place)) = because(path) {
                sink.not_judged(place.or(value.place).unwrap_or(top), code, reason);
                return;
            }
        }
        if is_nothing {
            if self.require.speaks_of_absence() && !self.require.holds(None) {
                sink.report(self.draft(top, None));
            }
            return;
        }
        for (value, _) in selected.iter().filter(|(value, _)| !value.is_null()) {
            if !self.require.holds(Some(value)) {
                sink.report(self.draft(value.place.unwrap_or(top), Some(value)));
            }
        }
    }

    fn draft(&self, place: FileSpan, value: Option<&QueryNode>) -> Draft {
        let shown = match value.map(QueryNode::text) {
            None => "nothing".to_owned(),
            Some(None) => "what is selected".to_owned(),
            Some(Some(text)) if text.chars().count() > MAX_SHOWN_LETTERS => {
                let begin: String = text.chars().take(MAX_SHOWN_LETTERS).collect();
                format!("{begin}…")
            }
            Some(Some(text)) => text.into_owned(),
        };
        Draft::new(place, self.message.replace("{value}", &shown))
            .help(self.help.clone())
            .remedy("")
    }
}

impl OwnCheck for CustomRule {
    fn is_of_electors(&self) -> bool {
        self.subject == RuleSubject::Elector
    }

    fn check_elector(
        &self,
        elector: &Elector<'_>,
        access: &AccessSummary,
        input: &Input,
        sink: &mut Sink<'_>,
    ) {
        let root = places::tree(elector, access, input);
        let because = |path: &str| {
            let unknown = places::unknown(elector, access, path)?;
            Some((unknown.code, unknown.reason.clone(), unknown.place))
        };
        self.judge(&root, elector.name_place(), because, sink);
    }

    fn check_object(&self, object: &Object<'_>, sink: &mut Sink<'_>) {
        let RuleSubject::Object(kinds) = &self.subject else {
            return;
        };
        if !kinds.is_empty() && !kinds.iter().any(|kind| kind == object.kind_word()) {
            return;
        }
        let node = object.node();
        let top = object.place_of(node.get("kind").unwrap_or(node));
        match QueryNode::of(node) {
            Some(root) => self.judge(&root, top, |_| None, sink),
            None => {
                let reason = "the object has more than 50000 values, which is too many for a query";
                sink.not_judged(top, LedgerCode::ExpandsTooFar, reason);
            }
        }
    }
}
