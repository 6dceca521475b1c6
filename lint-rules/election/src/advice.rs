//! What rules advise about an elector: which of its settings matter, and how a remedy is spelled in the terms of its
//! program.

use super::elector::{ElectionState, Elector};
use super::timing::Timing;
use super::timing_proposals::as_written;
use programs::{
    Mention, Nanos, Origin, OriginKind, Resolved, Setting, SettingSpec, ValueSyntax,
    command_line::ParserKind,
};

/// Ends of election flags after the prefix of their program, longer ones first.
const FLAG_SUFFIXES: &[&str] = &[
    "lease-duration",
    "renew-deadline",
    "retry-period",
    "resource-namespace",
    "resource-name",
    "resource-lock",
    "LeaseDuration",
    "RenewDeadline",
    "RetryPeriod",
    "leaseDuration",
    "renewDeadline",
    "retryPeriod",
];

impl Elector<'_> {
    /// Whether its durations matter: election is on, or may be on and one of them is written.
    #[must_use]
    pub fn timing_matters(&self) -> bool {
        match self.state {
            ElectionState::On => true,
            ElectionState::Off => false,
            ElectionState::Unknown => [&self.lease, &self.renew, &self.retry]
                .into_iter()
                .any(Resolved::is_written),
        }
    }

    /// The program's name as the first words of a sentence: `cert-manager`, `A program with the flags of X`.
    #[must_use]
    pub fn program_as_subject(&self) -> String {
        let name = self.program.name.as_str();
        match name.split_once(' ') {
            Some((first @ ("a" | "an" | "one" | "operators" | "leader"), rest)) => {
                let mut letters = first.chars();
                let capital = letters.next().map(|letter| letter.to_ascii_uppercase());
                capital
                    .into_iter()
                    .chain(letters)
                    .chain([' '])
                    .chain(rest.chars())
                    .collect()
            }
            _ => name.to_owned(),
        }
    }

    /// The durations, if their promises can be judged: they matter, client-go and the API accept
    /// them, and no part of the workload outside a patch fragment can change them.
    #[must_use]
    pub fn judged_timing(&self) -> Option<Timing> {
        let timing = self.accepted_timing()?;
        let whole = !self.fragment || self.timing_origins().iter().all(|o| o.is_written());
        (whole && self.timing_matters() && timing.api_accepts()).then_some(timing)
    }

    /// One of the three durations.
    #[must_use]
    pub fn duration(&self, setting: Setting) -> &Resolved<Nanos> {
        match setting {
            Setting::LeaseDuration => &self.lease,
            Setting::RenewDeadline => &self.renew,
            Setting::RetryPeriod => &self.retry,
            _ => &Resolved::Absent,
        }
    }

    /// A duration with its name and, if it is not written, its origin: `renew deadline 10s
    /// (default of cert-manager)`.
    #[must_use]
    pub fn name_duration(&self, setting: Setting) -> String {
        let Some(sourced) = self.duration(setting).known() else {
            return setting.words().to_owned();
        };
        let value = as_written(sourced.value);
        if sourced.origin.is_written() {
            format!("{} {value}", setting.words())
        } else {
            format!("{} {value} ({})", setting.words(), sourced.origin.text)
        }
    }

    /// The mention that decides a setting, if one is written.
    #[must_use]
    pub fn deciding_mention(&self, setting: Setting) -> Option<&Mention> {
        self.mentions
            .iter()
            .rev()
            .find(|mention| mention.setting == setting && !mention.overridden && mention.counts())
    }

    /// How a duration is set in this program, as the object of "set", with code in backticks:
    /// `` `--leader-elect-renew-deadline=10s` ``. `None` if the program has no way to set it.
    #[must_use]
    pub fn assignment(&self, setting: Setting, value: Nanos) -> Option<String> {
        self.assignments(&[(setting, value)]).pop()
    }

    /// How several durations are set, in order, as far as the program has a way to set them. A file is named behind the
    /// last of those that stand in it.
    #[must_use]
    pub fn assignments(&self, values: &[(Setting, Nanos)]) -> Vec<String> {
        let orders: Vec<_> = values
            .iter()
            .filter_map(|(setting, value)| {
                let order = self.bare_assignment(*setting, *value)?;
                Some((order, self.holder_of(*setting)))
            })
            .collect();
        let holders = orders.iter().skip(1).map(|(_, holder)| *holder);
        let next: Vec<_> = holders.chain([None]).collect();
        let with_next = orders.into_iter().zip(next);
        with_next
            .map(|((order, holder), next)| match holder {
                Some(holder) if next != Some(holder) => format!("{order} in {holder}"),
                _ => order,
            })
            .collect()
    }

    /// The file of a setting that is a key: the one that has it, else the one that has another setting of the program.
    fn holder_of(&self, setting: Setting) -> Option<&str> {
        if let Some(mention) = self.deciding_mention(setting) {
            return mention.origin.holder.as_deref();
        }
        let spec = self.program.spec(setting)?;
        let is_key = spec.flags.is_empty() && spec.env.is_empty();
        let mut holders = self
            .mentions
            .iter()
            .filter(|mention| mention.counts())
            .filter_map(|mention| mention.origin.holder.as_deref());
        holders.next().filter(|_| is_key)
    }

    fn bare_assignment(&self, setting: Setting, value: Nanos) -> Option<String> {
        let spec = self.program.spec(setting)?;
        let text = match &spec.syntax {
            ValueSyntax::Duration(syntax) => syntax.spell(value),
            _ => as_written(value),
        };
        let config = self.program.config.as_ref();
        let nested = config.is_some_and(|config| config.format.is_yaml());
        let key = |name: &str| match name.rsplit_once('.') {
            Some((_, last)) if nested => format!("`{last}: {text}`"),
            _ => format!("`{name}: {text}`"),
        };
        if let Some(mention) = self.deciding_mention(setting) {
            let name = &mention.origin.name;
            return Some(match mention.origin.kind {
                OriginKind::Env => format!("`{name}={text}`"),
                OriginKind::ConfigMap | OriginKind::File => key(name),
                // A property of the virtual machine stands before the program's own arguments.
                _ if mention.origin.text.starts_with("-D") => {
                    format!("`-D{}={text}`", name.trim_start_matches('D'))
                }
                _ => self.argument(name, &text),
            });
        }
        if let Some(flag) = self.flag_of(setting) {
            return Some(self.argument(flag, &text));
        }
        // A program without a record has one of these spellings, and which is not known.
        if self.program.generic && !spec.flags.is_empty() {
            return Some(format!("the {} to {text}", setting.words()));
        }
        if let Some(variable) = spec.env.iter().find(|name| !name.contains('*')) {
            return Some(format!("`{variable}={text}`"));
        }
        if let Some(name) = spec.keys.first() {
            return Some(key(name));
        }
        let is_code = self.source.is_some();
        is_code.then(|| format!("the {} to {text} in its source", setting.words()))
    }

    /// A flag with its value, with code in backticks, as it is written where the program's arguments are.
    fn argument(&self, flag: &str, value: &str) -> String {
        match self.container.component() {
            Some(component) => format!("`{}`", component.spell(flag, value)),
            None => format!("`--{flag}={value}`"),
        }
    }

    /// Whether the program computes all but one of these durations from that one, so that no setting changes how they
    /// compare.
    #[must_use]
    pub fn has_fixed_ratio(&self, settings: &[Setting]) -> bool {
        let mut roots = settings.iter().map(|setting| self.root_of(*setting));
        let Some(Some(first)) = roots.next() else {
            return false;
        };
        settings.len() > 1 && roots.all(|root| root == Some(first))
    }

    /// The duration from which the program computes another one by a factor alone; itself where it has a value of its
    /// own.
    fn root_of(&self, setting: Setting) -> Option<Setting> {
        let mut root = setting;
        // A derivation is checked not to go round in a circle.
        for _ in Setting::ALL {
            let spec = self.program.spec(root)?;
            match &spec.derive {
                Some(derive)
                    if !derive.only_if_written && self.deciding_mention(root).is_none() =>
                {
                    if derive.plus != 0 {
                        return None;
                    }
                    root = derive.from;
                }
                _ => return Some(root),
            }
        }
        None
    }

    /// The flag of a setting, without dashes: as it is written, else as the program's record names it. The generic
    /// record of programs without one holds many spellings, of which the program has at most one, and an unknown flag
    /// ends it: there only a spelling with the prefix of a flag on the command line is named.
    #[must_use]
    pub fn flag_of(&self, setting: Setting) -> Option<&str> {
        let written = self.deciding_mention(setting).and_then(flag_name);
        if written.is_some() {
            return written;
        }
        let known = &self.program.spec(setting)?.flags;
        if !self.program.generic || known.len() == 1 {
            return known.first().map(AsRef::as_ref);
        }
        let has_used_prefix = |flag: &str| {
            let prefix = flag_prefix(flag);
            prefix.is_some()
                && self
                    .mentions
                    .iter()
                    .filter_map(flag_name)
                    .any(|other| flag_prefix(other) == prefix)
        };
        known
            .iter()
            .map(AsRef::as_ref)
            .find(|flag| has_used_prefix(flag))
    }

    /// How to enable leader election, as an order that begins a sentence: by the flag, variable or key that disables it,
    /// else by the first one that the program has.
    #[must_use]
    pub fn how_to_switch_on(&self) -> String {
        // A program without a record has one of many spellings, and which is not known.
        let is_open = |spec: &SettingSpec, origin: &Origin| {
            self.program.generic && spec.flags.len() > 1 && !origin.is_written()
        };
        match (self.program.spec(Setting::Enable), self.switch.origin()) {
            (Some(spec), Some(origin))
                if self.container.component().is_some() && origin.kind == OriginKind::Flag =>
            {
                let value = if spec.negative { "false" } else { "true" };
                format!("Write {}", self.argument(&origin.name, value))
            }
            (Some(_), Some(origin))
                if self.program.parser == ParserKind::JavaProperties
                    && matches!(origin.kind, OriginKind::Flag | OriginKind::Env)
                    && origin.text.starts_with('-') =>
            {
                let property = origin.text.split('=').next().unwrap_or(&origin.text);
                format!("Write `{property}=true`")
            }
            (Some(spec), Some(origin)) if !is_open(spec, origin) => switch_on_order(spec, origin),
            _ => "Enable leader election".to_owned(),
        }
    }
}

fn flag_name(mention: &Mention) -> Option<&str> {
    (mention.origin.kind == OriginKind::Flag).then_some(mention.origin.name.as_str())
}

/// `leader-elect-` of `leader-elect-lease-duration`.
fn flag_prefix(flag: &str) -> Option<&str> {
    FLAG_SUFFIXES
        .iter()
        .find_map(|suffix| flag.strip_suffix(suffix))
}

fn switch_on_order(spec: &SettingSpec, origin: &Origin) -> String {
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
        (OriginKind::Env, ..) => format!("Set the variable `{}` to `{value}`", origin.name),
        (OriginKind::ConfigMap | OriginKind::File, ..) => {
            let holder = origin.holder.as_deref();
            let holder = holder.map_or_else(String::new, |holder| format!(" in {holder}"));
            format!("Set `{}` to `{value}`{holder}", origin.name)
        }
        (OriginKind::Flag, ..) if spec.negative => format!("Leave out `--{}`", origin.name),
        (OriginKind::Flag, ..) => format!("Pass `--{}`", origin.name),
        (_, Some(flag), ..) if spec.negative => format!("Leave out `--{flag}`"),
        (_, Some(flag), ..) => format!("Pass `--{flag}`"),
        (_, None, Some(name), _) => format!("Set the variable `{name}` to `{value}`"),
        (_, None, None, Some(key)) => format!("Set `{key}` to `{value}` in its configuration"),
        (_, None, None, None) => "Enable leader election".to_owned(),
    }
}
