//! `docs/programs.md`: every program that is known by name, made from the records.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use programs::{IdentityBase, Program, Setting, SettingSpec, SourceReading, ValueSyntax, programs};

/// Where the page is, from the workspace's folder.
pub const PAGE: &str = "docs/programs.md";

const HEAD: &str = "\
# Programs

<!-- Made by `cargo xtask docs` from lint-rules/programs/records/*.yaml. Do not edit. -->

What leaselint knows of programs by name, from their sources: `?` is what was not established, `-` what a program does not have. A program is recognised
by the end of its image's path, by its command line, or by flags and variables that only it has. Where it differs between versions, the table shows
the newest. `leaselint inspect FILE` shows what holds in a manifest, and where each value comes from.

A program that is not here is read by its [Go source](source.md), if that lies beside the manifests, or as
[one of these kinds](#programs-that-are-not-listed). A record of your own has the same fields:
[records](https://github.com/leaselint/leaselint/blob/main/lint-rules/programs/records/README.md).
";

const COLUMNS: &str = "
| program | known by | switch | lease, renew, retry | lock | identity | on exit | read |
|---|---|---|---|---|---|---|---|
";

const UNLISTED: &str = "
## Programs that are not listed

These stand for programs with the customary flags of a library. What they say of defaults is assumed.
";

/// The page.
pub fn page() -> String {
    let mut families: BTreeMap<&str, Vec<&Program>> = BTreeMap::new();
    for program in programs().filter(|program| !program.generic) {
        families.entry(&program.family).or_default().push(program);
    }
    let mut out = String::from(HEAD);
    for (family, of_it) in families {
        let _ = write!(out, "\n## {family}\n");
        table(&mut out, of_it.into_iter());
    }
    out.push_str(UNLISTED);
    table(&mut out, programs().filter(|program| program.generic));
    out
}

fn table<'p>(out: &mut String, of: impl Iterator<Item = &'p Program>) {
    out.push_str(COLUMNS);
    for program in of {
        let cells = [
            format!("{} (`{}`)", program.name, program.id),
            known_by(program),
            switch(program),
            timing(program),
            lock(program),
            identity(program.identity.base).to_owned(),
            on_exit(program),
            program.read.as_ref().map_or_else(|| "?".to_owned(), read),
        ];
        let cells = cells.map(|cell| cell.replace('|', "\\|"));
        let _ = writeln!(out, "| {} |", cells.join(" | "));
    }
}

fn words<Word: AsRef<str>>(all: &[Word]) -> String {
    let quoted: Vec<String> = all
        .iter()
        .map(|word| format!("`{}`", word.as_ref()))
        .collect();
    quoted.join(", ")
}

fn known_by(program: &Program) -> String {
    let clues = &program.recognise;
    let parts = [
        ("", words(&clues.images)),
        ("command ", words(&clues.commands)),
        ("flag ", words(&clues.flags)),
        ("flags together ", words(&clues.flags_together)),
        ("variable ", words(&clues.env)),
        ("variables together ", words(&clues.env_together)),
        ("configuration ", words(&clues.config_kinds)),
        ("keys ", words(&clues.config_keys)),
    ];
    let parts: Vec<String> = parts
        .into_iter()
        .filter(|(_, words)| !words.is_empty())
        .map(|(what, words)| format!("{what}{words}"))
        .collect();
    parts.join("; ")
}

/// The current spelling of a setting: its flag, else its variable, else its key.
fn spelling(spec: &SettingSpec) -> Option<String> {
    let flag = spec.flags.first().map(|flag| match flag.len() {
        1 => format!("`-{flag}`"),
        _ => format!("`--{flag}`"),
    });
    let variable = || spec.env.first().map(|name| format!("`{name}`"));
    let key = || spec.keys.first().map(|key| format!("`{key}:`"));
    let gate = || {
        spec.feature_gate
            .as_ref()
            .map(|gate| format!("`--feature-gates={gate}=true`"))
    };
    flag.or_else(variable).or_else(key).or_else(gate)
}

fn switch(program: &Program) -> String {
    if program.never_elects {
        return "does not elect".to_owned();
    }
    let Some(spec) = program.spec(Setting::Enable) else {
        return "-".to_owned();
    };
    let default = match &spec.default {
        Some(default) => format!("default `{default}`"),
        None => "default ?".to_owned(),
    };
    let meaning = if spec.negative { ", true is off" } else { "" };
    match spelling(spec) {
        Some(spelling) => format!("{spelling}, {default}{meaning}"),
        None => format!("in its code, {default}{meaning}"),
    }
}

fn timing(program: &Program) -> String {
    if program.never_elects {
        return "-".to_owned();
    }
    let settings = [
        Setting::LeaseDuration,
        Setting::RenewDeadline,
        Setting::RetryPeriod,
    ];
    let values = settings.map(|setting| match program.spec(setting) {
        None => "-".to_owned(),
        Some(spec) => duration(spec),
    });
    values.join(", ")
}

/// The default of a duration, with its unit.
fn duration(spec: &SettingSpec) -> String {
    match (&spec.default, &spec.syntax, &spec.derive) {
        (Some(default), ValueSyntax::Duration(syntax), _) => syntax
            .parse(default)
            .map_or_else(|_| default.to_string(), |value| value.to_string()),
        (Some(default), ..) => default.to_string(),
        (None, _, Some(from)) => format!("from the {}", from.from.words()),
        (None, _, None) => "?".to_owned(),
    }
}

fn lock(program: &Program) -> String {
    if program.never_elects {
        return "-".to_owned();
    }
    let default = |setting| {
        let spec = program.spec(setting);
        spec.and_then(|spec| spec.default.as_deref())
    };
    let kind = default(Setting::LockType)
        .map(|word| lock_type(program, word))
        .or(program.lock_type.as_deref());
    let name =
        default(Setting::LockName).map_or_else(|| "?".to_owned(), |name| format!("`{name}`"));
    let namespace = match default(Setting::LockNamespace) {
        Some("@pod") => " in the pod's namespace".to_owned(),
        Some(namespace) => format!(" in `{namespace}`"),
        None => String::new(),
    };
    format!("{} {name}{namespace}", kind.unwrap_or("?"))
}

/// What a word means: it may stand for the type, as a boolean that selects it.
fn lock_type<'p>(program: &'p Program, word: &'p str) -> &'p str {
    match program.spec(Setting::LockType).map(|spec| &spec.syntax) {
        Some(ValueSyntax::Meanings(meanings)) => {
            let meant = meanings.iter().find(|meaning| meaning.word == word);
            meant.map_or(word, |meaning| &meaning.value)
        }
        _ => word,
    }
}

const fn identity(base: IdentityBase) -> &'static str {
    match base {
        IdentityBase::HostnameUuid => "unique",
        IdentityBase::Hostname => "host name",
        IdentityBase::PodNameEnv => "pod name",
        IdentityBase::Env => "variable",
        IdentityBase::Flag => "flag",
        IdentityBase::NodeName => "node name",
        IdentityBase::Literal => "constant",
        IdentityBase::Unknown => "?",
    }
}

fn on_exit(program: &Program) -> String {
    if program.never_elects {
        return "-".to_owned();
    }
    let spec = program.spec(Setting::ReleaseOnCancel);
    if let Some(spelling) = spec.and_then(spelling) {
        let default = spec.and_then(|spec| spec.default.as_deref());
        return format!("{spelling}, default `{}`", default.unwrap_or("?"));
    }
    let words = match program.releases {
        Some(true) => "releases",
        Some(false) => "keeps the lock",
        None => "?",
    };
    words.to_owned()
}

fn read(reading: &SourceReading) -> String {
    let SourceReading {
        repository,
        revision,
        date,
        ..
    } = reading;
    let link = match repository.contains("://") {
        true => format!("<{repository}>"),
        false => format!("[{repository}](https://github.com/{repository})"),
    };
    format!("{link} {revision}, {date}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_program_has_one_row() {
        let page = page();
        for program in programs() {
            let cell = format!("(`{}`) |", program.id);
            assert_eq!(page.matches(&cell).count(), 1, "{}", program.id);
        }
        let rows = page
            .lines()
            .filter(|line| line.starts_with("| ") && !line.starts_with("| program"));
        assert_eq!(rows.count(), programs().count());
    }

    /// By hand, from `records/component-base-flags.yaml`.
    #[test]
    fn a_row_says_what_the_record_does() {
        let page = page();
        let row = page
            .lines()
            .find(|line| line.contains("(`kube-scheduler`)"))
            .expect("a row");
        for cell in [
            "| `--leader-elect`, default `true` |",
            "| 15s, 10s, 2s |",
            "| leases `kube-scheduler` in `kube-system` |",
        ] {
            assert!(row.contains(cell), "{row}");
        }
    }
}
