//! The dialects: their ids, defaults, recognition, and the mistakes that their format refuses.
#![allow(clippy::as_conversions, clippy::expect_used, clippy::indexing_slicing)]

mod catalogue;
mod defaults;
mod evidence;
mod ids;
mod own_records;
mod recognition;

use programs::boolean::BoolReading;
use programs::dialect::{Program, Setting, ValueSyntax};

/// Seconds of a timing default, through the derivation if it has one.
fn seconds(program: &Program, setting: Setting) -> Option<f64> {
    let spec = program.spec(setting)?;
    let ValueSyntax::Duration(syntax) = spec.syntax else {
        panic!("{}: no duration", program.id);
    };
    if let Some(derive) = spec
        .derive
        .as_ref()
        .filter(|derive| !derive.only_if_written)
    {
        let from = seconds(program, derive.from)?;
        let scaled = from * derive.numerator as f64 / derive.denominator as f64;
        return Some(scaled + derive.plus as f64 / 1e9);
    }
    let default = spec.default.as_ref()?;
    Some(syntax.parse(default).expect("readable").as_seconds())
}

/// Whether the program elects when nothing is written.
fn enabled(program: &Program) -> Option<bool> {
    let spec = program.spec(Setting::Enable)?;
    let default = spec.default.as_ref()?;
    let on = match &spec.syntax {
        ValueSyntax::Bool(syntax) => match syntax.parse(default) {
            BoolReading::Value(on) => on,
            _ => false,
        },
        ValueSyntax::Words { on, .. } => on.contains(default),
        _ => panic!("{}: no switch", program.id),
    };
    Some(on != spec.negative)
}

fn default_of(program: &Program, setting: Setting) -> Option<&str> {
    program.spec(setting)?.default.as_deref()
}
