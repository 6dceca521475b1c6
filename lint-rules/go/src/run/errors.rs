//! Which expressions are errors. Errors do not happen here: ways on which one is certain are not followed.

use crate::syntax::ast::{Call, Expr, ExprKind};
use crate::term::SharedTerm;
use crate::value::GoValue;

use super::expressions::parse_failure;

/// What an expression that is returned as an error says of itself.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum ReturnedError {
    /// One made here, or a package's `ErrSomething`.
    Certain,
    /// Made of other errors: `nil` if there are none, as of `errors.Join`, `errors.Wrap` or `ToAggregate`.
    IfAny,
    /// Anything else. A plain `err` is `nil`: the ways on which it is not are not followed.
    Plain,
}

impl ReturnedError {
    pub(super) fn of(expr: &Expr<'_>) -> Self {
        match &expr.kind {
            ExprKind::Name(name) => {
                let rest = name.strip_prefix("err").or(name.strip_prefix("Err"));
                certain_if(
                    rest.is_some_and(|rest| rest.starts_with(|c: char| c.is_ascii_uppercase())),
                )
            }
            ExprKind::Selector(_, member) => certain_if(member.name.starts_with("Err")),
            ExprKind::Call(call) => of_call(call),
            ExprKind::Unary("&", inner) => match &inner.kind {
                ExprKind::Composite(Some(ty), _) => {
                    let name = crate::syntax::last_type_name(ty);
                    certain_if(name.is_some_and(|name| name.name.ends_with("Error")))
                }
                _ => Self::Plain,
            },
            _ => Self::Plain,
        }
    }
}

fn certain_if(certain: bool) -> ReturnedError {
    match certain {
        true => ReturnedError::Certain,
        false => ReturnedError::Plain,
    }
}

fn of_call(call: &Call<'_>) -> ReturnedError {
    const PACKAGES: &[&str] = &[
        "fmt",
        "errors",
        "trace",
        "xerrors",
        "stacktrace",
        "multierr",
    ];
    let ExprKind::Selector(package, member) = &call.function.kind else {
        return ReturnedError::Plain;
    };
    let of_errors = matches!(package.kind, ExprKind::Name(name) if PACKAGES.contains(&name));
    match member.name {
        "ToAggregate" | "ErrorOrNil" | "AsError" | "NewAggregate" => ReturnedError::IfAny,
        "Errorf" | "New" if of_errors => ReturnedError::Certain,
        "Join" | "Combine" if of_errors => ReturnedError::IfAny,
        "Wrap" | "Wrapf" | "WithStack" | "WithMessage" | "WithMessagef" if of_errors => {
            match call.args.first().map(ReturnedError::of) {
                Some(ReturnedError::Certain) => ReturnedError::Certain,
                _ => ReturnedError::IfAny,
            }
        }
        _ => ReturnedError::Plain,
    }
}

/// The failure to read a text that an error is, or that it wraps.
pub(super) fn wrapped_failure(error: &GoValue<'_>) -> Option<SharedTerm> {
    match error {
        GoValue::Outside(outside) => outside.args.iter().find_map(parse_failure),
        value => parse_failure(value),
    }
}

/// Whether an expression is `nil` or another zero value, as beside an error.
pub(super) fn is_zero_literal(expr: &Expr<'_>) -> bool {
    match &expr.kind {
        ExprKind::Name("nil" | "false") | ExprKind::Text("\"\"" | "``") => true,
        ExprKind::Int(text) => *text == "0",
        ExprKind::Composite(_, elements) => elements.is_empty(),
        _ => false,
    }
}

/// Whether a variable is called as errors are.
pub(super) fn names_error(name: &str) -> bool {
    name == "err"
        || name.ends_with("Err")
        || name.strip_prefix("err").is_some_and(|rest| {
            rest.len() < 3 || rest.starts_with(|c: char| c.is_ascii_uppercase())
        })
}
