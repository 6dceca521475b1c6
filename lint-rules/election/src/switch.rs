//! The switch of an election: its effective value, or why it is not known.

use objects::{Container, LedgerCode};
use programs::{ProgramReading, Resolved, Setting, Sourced, Unknown, default_origin};

/// The switch. Where the command line is in the image or behind a script, the switch may be there, so it is unknown.
pub(super) fn switch_of(reading: &ProgramReading<'_>, container: Container<'_>) -> Resolved<bool> {
    let switch = reading.switch(Setting::Enable);
    // Source knows what the image puts on the command line, and what it does not know.
    if reading.source.is_some() {
        return switch;
    }
    if reading.program.never_elects {
        return Resolved::Known(Sourced {
            value: false,
            text: "false".to_owned(),
            origin: default_origin(reading.program),
        });
    }
    if switch.is_written() || matches!(switch, Resolved::Unknown(_)) {
        return switch;
    }
    let named = reading
        .deciding(Setting::LockName)
        .filter(|_| reading.program.library.elects_when_lock_is_named());
    if let Some(mention) = named {
        return Resolved::Known(Sourced {
            value: true,
            text: mention.origin.text.clone(),
            origin: mention.origin.clone(),
        });
    }
    if let Some(because) = &reading.opaque {
        return Resolved::Unknown(because.clone());
    }
    let by_flag = reading
        .program
        .spec(Setting::Enable)
        .is_some_and(|spec| !spec.flags.is_empty());
    let off = switch.value().is_none_or(|on| !on);
    if by_flag && off && !reading.has_command_line {
        return Resolved::Unknown(Unknown {
            code: LedgerCode::ArgumentsInImage,
            reason: "neither command nor args are given, so the switch may be in the image".into(),
            place: Some(container.name_place()),
        });
    }
    if matches!(switch, Resolved::Absent) {
        return Resolved::Unknown(Unknown {
            code: LedgerCode::SwitchNotInInput,
            reason: format!(
                "whether {} elects is decided outside the input",
                reading.program.name
            ),
            place: Some(container.name_place()),
        });
    }
    switch
}
