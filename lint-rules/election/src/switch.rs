//! How the switch of an election is turned on.

use super::elector::Elector;
use programs::{Origin, OriginKind, Setting, SettingSpec, ValueSyntax};

impl Elector<'_> {
    /// What to do to turn the election on, as an order: by the carrier that turns it off, else by the
    /// first one that the program has.
    #[must_use]
    pub fn how_to_switch_on(&self) -> String {
        match (self.program.spec(Setting::Enable), self.switch.origin()) {
            (Some(spec), Some(origin)) => how(spec, origin),
            _ => "turn it on".to_owned(),
        }
    }
}

fn how(spec: &SettingSpec, origin: &Origin) -> String {
    let value = match (&spec.syntax, spec.negative) {
        (ValueSyntax::Words { on, .. }, false) => on.first().map_or("true", |word| word.as_ref()),
        (_, negative) => {
            if negative {
                "false"
            } else {
                "true"
            }
        }
    };
    match (
        origin.kind,
        spec.flags.first(),
        spec.env.first(),
        spec.keys.first(),
    ) {
        (OriginKind::Env, ..) => format!("set the variable `{}` to `{value}`", origin.name),
        (OriginKind::ConfigMap | OriginKind::File, ..) => {
            format!("set `{}` to `{value}`", origin.name)
        }
        (OriginKind::Flag, ..) if spec.negative => format!("leave out `--{}`", origin.name),
        (OriginKind::Flag, ..) => format!("pass `--{}`", origin.name),
        (_, Some(flag), ..) if spec.negative => format!("leave out `--{flag}`"),
        (_, Some(flag), ..) => format!("pass `--{flag}`"),
        (_, None, Some(name), _) => format!("set the variable `{name}` to `{value}`"),
        (_, None, None, Some(key)) => format!("set `{key}` to `{value}` in its configuration"),
        (_, None, None, None) => "turn it on".to_owned(),
    }
}
