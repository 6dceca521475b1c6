//! Where a rule reports.

use super::edit_order::{DraftFix, EditOrder};
use super::limits::Limits;
use super::terms::{Profile, Severity};
use manifest::text::FileSpan;
use objects::LedgerCode;
use programs::{Nanos, Origin, OriginKind};

/// A finding as a rule states it; places are made concrete later.
#[derive(Clone, Debug)]
pub struct Draft {
    pub(crate) place: FileSpan,
    pub(crate) severity: Option<Severity>,
    pub(crate) message: String,
    pub(crate) help: String,
    pub(crate) remedy: String,
    pub(crate) related: Vec<(FileSpan, String)>,
    pub(crate) fixes: Vec<DraftFix>,
    pub(crate) assumed: Vec<String>,
    pub(crate) nothing_written: bool,
    /// Durations that are not written, and whose defaults they are.
    pub(crate) defaults: Option<(String, String)>,
    /// Several durations, all of them written, that do not go together.
    pub(crate) contradicts_itself: bool,
    /// By how much a value misses what it must keep.
    pub(crate) excess: Option<Nanos>,
}

/// A finding of which only the message is stated yet.
#[derive(Clone, Debug)]
#[must_use]
pub struct DraftWithMessage(pub(crate) Draft);

/// A finding of which message and help are stated yet.
#[derive(Clone, Debug)]
#[must_use]
pub struct DraftWithHelp(Draft);

impl DraftWithMessage {
    /// What happens in production if it is left, in full sentences.
    pub fn help(self, help: impl Into<String>) -> DraftWithHelp {
        let Self(draft) = self;
        DraftWithHelp(Draft {
            help: help.into(),
            ..draft
        })
    }
}

impl DraftWithHelp {
    /// What to do, in one or two full sentences: only what this program in this version can do.
    pub fn remedy(self, remedy: impl Into<String>) -> Draft {
        let Self(draft) = self;
        Draft {
            remedy: remedy.into(),
            ..draft
        }
    }
}

impl Draft {
    /// A finding at the token at fault. `message`: at most [`crate::MAX_TITLE_CHARACTERS`], lower-case start, no full
    /// stop, with the values. Help and remedy are stated next.
    #[expect(
        clippy::new_ret_no_self,
        reason = "a draft without help and remedy is none yet"
    )]
    pub fn new(place: FileSpan, message: impl Into<String>) -> DraftWithMessage {
        DraftWithMessage(Self {
            place,
            severity: None,
            message: message.into(),
            help: String::new(),
            remedy: String::new(),
            related: Vec::new(),
            fixes: Vec::new(),
            assumed: Vec::new(),
            nothing_written: false,
            defaults: None,
            contradicts_itself: false,
            excess: None,
        })
    }

    /// By how much a value misses what it must keep: a change that makes it more makes a new finding.
    #[must_use]
    pub fn excess(mut self, excess: Nanos) -> Self {
        self.excess = Some(excess);
        self
    }

    /// A severity other than the rule's own.
    #[must_use]
    pub fn severity(mut self, severity: Severity) -> Self {
        self.severity = Some(severity);
        self
    }

    /// A second place that explains.
    #[must_use]
    pub fn related(mut self, place: FileSpan, message: impl Into<String>) -> Self {
        self.related.push((place, message.into()));
        self
    }

    /// A second place, if the origin has one other than the finding's own.
    #[must_use]
    pub fn related_origin(self, origin: &Origin, message: impl Into<String>) -> Self {
        match origin.place {
            Some(place) if place != self.place => self.related(place, message),
            _ => self,
        }
    }

    /// A way to mend it. `title`: what it does, as an order, such as `set the renew deadline to 10s`. `safe`: see
    /// [`Fix::safe`](crate::Fix).
    #[must_use]
    pub fn fix(
        self,
        title: impl Into<String>,
        safe: bool,
        orders: impl IntoIterator<Item = EditOrder>,
    ) -> Self {
        self.fix_by_one_of(title, safe, [orders.into_iter().collect()])
    }

    /// The same by the first of several lists of orders that the text allows: none takes a comment away.
    #[must_use]
    pub fn fix_by_one_of(
        mut self,
        title: impl Into<String>,
        safe: bool,
        ways: impl IntoIterator<Item = Vec<EditOrder>>,
    ) -> Self {
        let title = title.into();
        let ways = ways.into_iter();
        self.fixes.push(DraftFix {
            safe,
            ways: ways.map(|orders| (title.clone(), orders)).collect(),
        });
        self
    }

    /// What the fix before does where the text allows none of its ways, as safe as that one: less, or the same elsewhere.
    #[must_use]
    pub fn else_fix(
        mut self,
        title: impl Into<String>,
        orders: impl IntoIterator<Item = EditOrder>,
    ) -> Self {
        if let Some(before) = self.fixes.last_mut() {
            let orders = orders.into_iter().collect();
            before.ways.push((title.into(), orders));
        }
        self
    }

    /// The values the verdict rests on: one that is only assumed makes it one step milder and is named.
    #[must_use]
    pub fn rests_on<'o>(mut self, origins: impl IntoIterator<Item = &'o Origin>) -> Self {
        for origin in origins {
            if origin.kind == OriginKind::Assumed {
                self.assumed.push(origin.text.clone());
            }
        }
        self
    }

    /// Marks a verdict on numbers that no setting of the program can change: a warning becomes advice.
    #[must_use]
    pub(crate) const fn that_nothing_can_change(mut self, holds: bool) -> Self {
        self.nothing_written |= holds;
        self
    }

    /// A verdict on numbers: as [`Self::rests_on`], and a warning in which no value is written becomes advice.
    #[must_use]
    pub fn numbers<'o>(self, origins: impl IntoIterator<Item = &'o Origin> + Clone) -> Self {
        let nothing_written = origins
            .clone()
            .into_iter()
            .all(|origin| !origin.is_written());
        let all_written = origins.clone().into_iter().all(Origin::is_written);
        let contradicts_itself = all_written && origins.clone().into_iter().nth(1).is_some();
        let mut draft = self.rests_on(origins);
        draft.nothing_written = nothing_written;
        draft.contradicts_itself = contradicts_itself;
        draft
    }
}

/// An entry for the ledger as a rule states it.
#[derive(Clone, Debug)]
pub struct Unjudged {
    pub(crate) place: FileSpan,
    pub(crate) code: LedgerCode,
    pub(crate) reason: String,
}

/// Collects what one rule says about one subject.
pub struct Sink<'r> {
    profile: Profile,
    limits: &'r Limits,
    pub(crate) drafts: Vec<Draft>,
    pub(crate) unjudged: Vec<Unjudged>,
}

impl<'r> Sink<'r> {
    pub(crate) fn new(profile: Profile, limits: &'r Limits) -> Self {
        Self {
            profile,
            limits,
            drafts: Vec::new(),
            unjudged: Vec::new(),
        }
    }

    /// Targets and limits.
    #[must_use]
    pub fn limits(&self) -> &Limits {
        self.limits
    }

    /// Whether the strict (or pedantic) profile is on.
    #[must_use]
    pub fn strict(&self) -> bool {
        self.profile >= Profile::Strict
    }

    /// Reports a finding.
    pub fn report(&mut self, draft: Draft) {
        self.drafts.push(draft);
    }

    /// Writes into the ledger of things not judged.
    pub fn not_judged(&mut self, place: FileSpan, code: LedgerCode, reason: impl Into<String>) {
        self.unjudged.push(Unjudged {
            place,
            code,
            reason: reason.into(),
        });
    }
}
