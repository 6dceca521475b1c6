//! Constants folded, exactly as Go computes them; durations read as Go reads them.

use std::sync::Arc;

use crate::syntax::SourcePosition;
use crate::term::{
    FileKey, Flag, KeyFile, SharedTerm, Term, TermKind, TermOperator, TextEdit, TextSyntax,
};

/// An operation, computed where both sides are constant.
pub(crate) fn operate(operator: TermOperator, left: &SharedTerm, right: &SharedTerm) -> SharedTerm {
    let at = left.at.or(right.at);
    if let Some(term) = constant(operator, left, right, at) {
        return term;
    }
    if let Some(term) = distributed(operator, left, right) {
        return term;
    }
    if operator == TermOperator::And {
        return Term::and(left, right);
    }
    if operator == TermOperator::Or {
        match (left.as_truth(), right.as_truth()) {
            (Some(true), _) | (_, Some(false)) => return Arc::clone(left),
            (_, Some(true)) | (Some(false), _) => return Arc::clone(right),
            _ => {}
        }
    }
    if operator == TermOperator::Equal {
        if left == right && !left.has_unknown() {
            return Term::truth(true, at);
        }
        match (left.as_truth(), right.as_truth()) {
            (Some(true), _) => return Arc::clone(right),
            (_, Some(true)) => return Arc::clone(left),
            (Some(false), _) => return Term::not(right),
            (_, Some(false)) => return Term::not(left),
            _ => {}
        }
        let known_full = |term: &SharedTerm| {
            matches!(
                term.kind,
                TermKind::HostName | TermKind::Random | TermKind::PodNamespace
            )
        };
        if known_full(left) && right.as_text() == Some("")
            || known_full(right) && left.as_text() == Some("")
        {
            return Term::truth(false, at);
        }
    }
    if left.as_unknown().is_some() {
        return Arc::clone(left);
    }
    if right.as_unknown().is_some() {
        return Arc::clone(right);
    }
    if operator == TermOperator::Add {
        if left.as_text() == Some("") {
            return Arc::clone(right);
        }
        if right.as_text() == Some("") {
            return Arc::clone(left);
        }
    }
    let kind = TermKind::Operation(operator, Arc::clone(left), Arc::clone(right));
    Term::new(kind, at)
}

impl Term {
    /// The same term with each part replaced where `replace` has something else for it.
    pub(crate) fn map(
        self: &Arc<Self>,
        replace: &mut impl FnMut(&SharedTerm) -> Option<SharedTerm>,
    ) -> SharedTerm {
        if let Some(other) = replace(self) {
            return other;
        }
        match &self.kind {
            TermKind::Parsed(syntax, inner) => parsed(*syntax, &inner.map(replace), self.at),
            TermKind::Parses(syntax, inner) => parses(*syntax, &inner.map(replace), self.at),
            TermKind::Edited(edit, inner) => edited(edit, &inner.map(replace), self.at),
            TermKind::Not(inner) => Self::not(&inner.map(replace)),
            TermKind::Choice(a, b, c) => {
                Self::choice(&a.map(replace), &b.map(replace), &c.map(replace))
            }
            TermKind::Operation(operator, a, b) => {
                operate(*operator, &a.map(replace), &b.map(replace))
            }
            TermKind::Key(of, inner) => {
                let kind = TermKind::Key(of.map(replace), inner.map(replace));
                Self::new(kind, self.at)
            }
            TermKind::KeyGiven(of) => Self::new(TermKind::KeyGiven(of.map(replace)), self.at),
            TermKind::Flag(flag) => {
                let mut flag = Flag::clone(flag);
                flag.default = flag.default.map(replace);
                Self::new(TermKind::Flag(Arc::new(flag)), self.at)
            }
            _ => Arc::clone(self),
        }
    }
}

impl FileKey {
    /// The same key, with parts of the file's path replaced.
    fn map(
        self: &Arc<Self>,
        replace: &mut impl FnMut(&SharedTerm) -> Option<SharedTerm>,
    ) -> Arc<Self> {
        match self.file.path() {
            None => Arc::clone(self),
            Some(path) => Arc::new(Self {
                file: KeyFile::Path(path.map(replace)),
                key: Arc::clone(&self.key),
            }),
        }
    }
}

/// An operation on a choice between constants and a constant is a choice between the results.
fn distributed(
    operator: TermOperator,
    left: &SharedTerm,
    right: &SharedTerm,
) -> Option<SharedTerm> {
    let is_constant = |term: &SharedTerm| {
        matches!(
            term.kind,
            TermKind::Text(_) | TermKind::Integer(_) | TermKind::Truth(_)
        )
    };
    if matches!(operator, TermOperator::And | TermOperator::Or) {
        return None;
    }
    if let TermKind::Choice(condition, yes, no) = &left.kind
        && is_constant(right)
        && (is_constant(yes) || is_constant(no))
    {
        let yes = operate(operator, yes, right);
        let no = operate(operator, no, right);
        return Some(Term::choice(condition, &yes, &no));
    }
    if let TermKind::Choice(condition, yes, no) = &right.kind
        && is_constant(left)
        && (is_constant(yes) || is_constant(no))
    {
        let yes = operate(operator, left, yes);
        let no = operate(operator, left, no);
        return Some(Term::choice(condition, &yes, &no));
    }
    None
}

fn constant(
    operator: TermOperator,
    left: &SharedTerm,
    right: &SharedTerm,
    at: Option<SourcePosition>,
) -> Option<SharedTerm> {
    match (&left.kind, &right.kind) {
        (TermKind::Integer(a), TermKind::Integer(b)) => integers(operator, *a, *b, at),
        (TermKind::Text(a), TermKind::Text(b)) => Some(match operator {
            TermOperator::Add => Term::text(&format!("{a}{b}"), at),
            TermOperator::Equal => Term::truth(a == b, at),
            TermOperator::Less => Term::truth(a < b, at),
            TermOperator::LessOrEqual => Term::truth(a <= b, at),
            _ => return None,
        }),
        (TermKind::Truth(a), TermKind::Truth(b)) => Some(Term::truth(
            match operator {
                TermOperator::Equal => a == b,
                TermOperator::And => *a && *b,
                TermOperator::Or => *a || *b,
                _ => return None,
            },
            at,
        )),
        (TermKind::Nothing, TermKind::Nothing) if operator == TermOperator::Equal => {
            Some(Term::truth(true, at))
        }
        (TermKind::Real(_), TermKind::Real(_) | TermKind::Integer(_))
        | (TermKind::Integer(_), TermKind::Real(_)) => {
            let number = |term: &SharedTerm| term.as_real().or(term.as_integer().map(to_real));
            let (a, b) = (number(left)?, number(right)?);
            Some(match operator {
                TermOperator::Add => Term::real(a + b, at),
                TermOperator::Subtract => Term::real(a - b, at),
                TermOperator::Multiply => Term::real(a * b, at),
                TermOperator::Divide => Term::real(a / b, at),
                TermOperator::Less => Term::truth(a < b, at),
                TermOperator::LessOrEqual => Term::truth(a <= b, at),
                _ => return None,
            })
        }
        _ => None,
    }
}

fn integers(
    operator: TermOperator,
    a: i64,
    b: i64,
    at: Option<SourcePosition>,
) -> Option<SharedTerm> {
    let number = match operator {
        TermOperator::Add => a.checked_add(b),
        TermOperator::Subtract => a.checked_sub(b),
        TermOperator::Multiply => a.checked_mul(b),
        TermOperator::Divide => a.checked_div(b),
        TermOperator::Equal => return Some(Term::truth(a == b, at)),
        TermOperator::Less => return Some(Term::truth(a < b, at)),
        TermOperator::LessOrEqual => return Some(Term::truth(a <= b, at)),
        TermOperator::And | TermOperator::Or => return None,
    };
    Some(number.map_or_else(
        || Term::unknown("a constant that overflows or divides by zero", at),
        |number| Term::integer(number, at),
    ))
}

/// The nearest floating-point number.
#[expect(
    clippy::as_conversions,
    clippy::cast_precision_loss,
    reason = "Go's float64(n) rounds in the same way, and no other conversion does it"
)]
pub(crate) fn to_real(number: i64) -> f64 {
    number as f64
}

/// The integer that Go's conversion of a float gives, where it has one.
#[expect(
    clippy::as_conversions,
    clippy::cast_possible_truncation,
    reason = "cutting is what Go does, and the range was checked"
)]
pub(crate) fn to_integer(number: f64) -> Option<i64> {
    (number.is_finite() && number.abs() < 9.0e18).then_some(number as i64)
}

/// A text read as another type.
pub(crate) fn parsed(
    syntax: TextSyntax,
    text: &SharedTerm,
    at: Option<SourcePosition>,
) -> SharedTerm {
    if syntax == TextSyntax::Text || text.as_unknown().is_some() {
        return Arc::clone(text);
    }
    match &text.kind {
        TermKind::Choice(condition, yes, no) => {
            let yes = parsed(syntax, yes, at);
            let no = parsed(syntax, no, at);
            return Term::choice(condition, &yes, &no);
        }
        TermKind::Flag(flag) if flag.syntax == syntax => return Arc::clone(text),
        TermKind::Truth(_) | TermKind::Integer(_) | TermKind::Real(_) | TermKind::Nothing => {
            return Arc::clone(text);
        }
        _ => {}
    }
    let at = text.at.or(at);
    if let Some(constant) = text.as_text() {
        return read(syntax, constant, at)
            .unwrap_or_else(|| Term::unknown("a constant that cannot be read as its type", at));
    }
    Term::new(TermKind::Parsed(syntax, Arc::clone(text)), at)
}

/// A text that is changed.
pub(crate) fn edited(edit: &TextEdit, text: &SharedTerm, at: Option<SourcePosition>) -> SharedTerm {
    match (&text.kind, text.as_text()) {
        (_, Some(constant)) => Term::text(&edit.apply(constant), text.at.or(at)),
        (TermKind::Unknown(_), _) => Arc::clone(text),
        _ => Term::new(
            TermKind::Edited(edit.clone(), Arc::clone(text)),
            text.at.or(at),
        ),
    }
}

/// Whether a text can be read as another type.
pub(crate) fn parses(
    syntax: TextSyntax,
    text: &SharedTerm,
    at: Option<SourcePosition>,
) -> SharedTerm {
    if let Some(constant) = text.as_text() {
        return Term::truth(read(syntax, constant, at).is_some(), at);
    }
    if text.as_unknown().is_some() {
        return Arc::clone(text);
    }
    Term::new(TermKind::Parses(syntax, Arc::clone(text)), text.at.or(at))
}

/// Reads a constant text.
pub(crate) fn read(
    syntax: TextSyntax,
    text: &str,
    at: Option<SourcePosition>,
) -> Option<SharedTerm> {
    Some(match syntax {
        TextSyntax::Text => Term::text(text, at),
        TextSyntax::Boolean => match text {
            "1" | "t" | "T" | "true" | "TRUE" | "True" => Term::truth(true, at),
            "0" | "f" | "F" | "false" | "FALSE" | "False" => Term::truth(false, at),
            _ => return None,
        },
        TextSyntax::Integer => Term::integer(text.parse().ok()?, at),
        TextSyntax::Real => Term::real(text.parse().ok()?, at),
        TextSyntax::Duration => Term::integer(duration(text)?, at),
        TextSyntax::Other => return None,
    })
}

const UNITS: &[(&str, i64)] = &[
    ("ns", 1),
    ("us", 1_000),
    ("µs", 1_000),
    ("μs", 1_000),
    ("ms", 1_000_000),
    ("s", 1_000_000_000),
    ("m", 60_000_000_000),
    ("h", 3_600_000_000_000),
];

/// `time.ParseDuration`, in nanoseconds.
pub(crate) fn duration(text: &str) -> Option<i64> {
    let (negative, mut rest) = match text.strip_prefix('-') {
        Some(rest) => (true, rest),
        None => (false, text.strip_prefix('+').unwrap_or(text)),
    };
    if rest == "0" {
        return Some(0);
    }
    if rest.is_empty() {
        return None;
    }
    let mut total = 0_i64;
    while !rest.is_empty() {
        let (whole, after) = digits(rest);
        let (fraction, after) = match after.strip_prefix('.') {
            Some(after) => digits(after),
            None => ("", after),
        };
        if whole.is_empty() && fraction.is_empty() {
            return None;
        }
        let end = after
            .find(|c: char| c == '.' || c.is_ascii_digit())
            .unwrap_or(after.len());
        let (unit, next) = after.split_at_checked(end)?;
        let (_, unit) = UNITS.iter().find(|(name, _)| *name == unit)?;
        let whole: i64 = if whole.is_empty() {
            0
        } else {
            whole.parse().ok()?
        };
        let mut part = whole.checked_mul(*unit)?;
        let mut scale = *unit;
        for digit in fraction.chars().filter_map(|digit| digit.to_digit(10)) {
            scale /= 10;
            part = part.checked_add(scale.checked_mul(i64::from(digit))?)?;
        }
        total = total.checked_add(part)?;
        rest = next;
    }
    Some(if negative { -total } else { total })
}

fn digits(text: &str) -> (&str, &str) {
    let end = text
        .find(|c: char| !c.is_ascii_digit())
        .unwrap_or(text.len());
    text.split_at_checked(end).unwrap_or((text, ""))
}
