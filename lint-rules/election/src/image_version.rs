//! Defaults that depend on the version of an image.

use programs::dialect::VersionRule;
use programs::{Nanos, Program, Resolved, Setting, Sourced, ValueSyntax, default_origin};

/// The version rule of a program that holds for an image's tag.
pub(super) struct ImageVersion<'p> {
    program: &'p Program,
    pub(super) rule: Option<&'p VersionRule>,
}

impl<'p> ImageVersion<'p> {
    pub(super) fn of(program: &'p Program, image: Option<&str>) -> Self {
        let rule = image.and_then(|image| {
            program
                .versions
                .iter()
                .find(|rule| rule.holds_for(image) == Some(true))
        });
        Self { program, rule }
    }

    /// The default of a duration in this version.
    pub(super) fn timing(&self, setting: Setting) -> Option<Resolved<Nanos>> {
        let (lease, renew, retry) = self.rule?.timing.as_ref()?;
        let text = match setting {
            Setting::LeaseDuration => lease,
            Setting::RenewDeadline => renew,
            _ => retry,
        };
        let ValueSyntax::Duration(syntax) = self.program.spec(setting)?.syntax else {
            return None;
        };
        let value = syntax.parse(text).ok()?;
        Some(Resolved::Known(Sourced {
            value,
            text: text.clone().into_owned(),
            origin: default_origin(self.program),
        }))
    }
}
