//! How values are spelled, and formulas for values that follow others.

use super::super::dialect::{Derivation, Meaning, Setting, ValueSyntax};
use super::error::{DialectError, mistake};
use super::setting_record::SyntaxRecord;
use super::words::{BOOLEANS, DURATIONS};

/// `retry-period * 6`, `lease-duration / 2`, `renew-deadline + 5s if written`.
pub(super) fn derivation(formula: &str) -> Result<Derivation, String> {
    let (formula, only_if_written) = match formula.strip_suffix(" if written") {
        Some(formula) => (formula, true),
        None => (formula, false),
    };
    let mut words = formula.split_whitespace();
    let from = words.next().unwrap_or_default();
    let from = Setting::ALL
        .into_iter()
        .find(|setting| setting.name() == from)
        .ok_or_else(|| format!("`{from}` is no setting"))?;
    let mut derived = Derivation {
        from,
        numerator: 1,
        denominator: 1,
        plus: 0,
        only_if_written,
    };
    while let Some(operator) = words.next() {
        let operand = words.next().unwrap_or_default();
        let whole = |text: &str| {
            let number = text
                .parse::<i64>()
                .ok()
                .filter(|number| (1..=1_000_000).contains(number));
            number.ok_or_else(|| format!("`{operand}` is no whole number from 1 to 1000000"))
        };
        match operator {
            "*" => derived.numerator = whole(operand)?,
            "/" => derived.denominator = whole(operand)?,
            "+" => {
                let seconds = operand.strip_suffix('s').unwrap_or_default();
                derived.plus = whole(seconds)? * 1_000_000_000;
            }
            other => return Err(format!("`{other}`: only `*`, `/` and `+` are known")),
        }
    }
    Ok(derived)
}

pub(super) fn value_syntax(
    id: &str,
    field: &str,
    written: &SyntaxRecord,
) -> Result<ValueSyntax, DialectError> {
    let word = match written {
        SyntaxRecord::Words { on, off } => {
            return Ok(ValueSyntax::Words {
                on: on.0.clone(),
                off: off.0.clone(),
            });
        }
        SyntaxRecord::Meanings { meanings } => {
            let pairs = meanings.iter().map(|(word, value)| Meaning {
                word: word.to_owned(),
                value: value.to_owned(),
            });
            return Ok(ValueSyntax::Meanings(pairs.collect()));
        }
        SyntaxRecord::Named(word) => word.as_str(),
    };
    if word == "text" {
        return Ok(ValueSyntax::Text);
    }
    if let Some((_, syntax)) = BOOLEANS.iter().find(|(name, _)| *name == word) {
        return Ok(ValueSyntax::Bool(*syntax));
    }
    if let Some((_, syntax)) = DURATIONS.iter().find(|(name, _)| *name == word) {
        return Ok(ValueSyntax::Duration(*syntax));
    }
    let names = ["text"].into_iter();
    let names = names.chain(BOOLEANS.iter().map(|(name, _)| *name));
    let names: Vec<_> = names
        .chain(DURATIONS.iter().map(|(name, _)| *name))
        .collect();
    Err(mistake(
        id,
        field,
        format!("`{word}` is none of {}", names.join(", ")),
    ))
}
