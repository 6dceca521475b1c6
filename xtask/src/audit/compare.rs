//! One record beside one elector that was read in source.

use go::carriers::{Carrier, carriers};
use go::evaluate::{Defaults, Evaluated, Part, evaluate};
use go::program::{RepositoryReading, SourceElector};
use go::term::SharedTerm;
use programs::dialect::{Setting, SettingSpec, ValueSyntax};
use programs::{IdentityBase, Nanos, Program};

/// What differs, each with its place in source. What the record does not say, or source leaves open, is no
/// difference.
pub fn differences(
    record: &Program,
    one: &SourceElector,
    reading: &RepositoryReading,
) -> Vec<String> {
    let mut found = Vec::new();
    let place = |term: &SharedTerm| {
        let at = term.at.unwrap_or(one.at);
        format!("{}:{}", reading.path(at), at.line)
    };
    // Records say what holds where the program elects.
    let one = &one.where_it_elects();
    let settings = [
        (Setting::Enable, &one.enable),
        (Setting::LeaseDuration, &one.lease_duration),
        (Setting::RenewDeadline, &one.renew_deadline),
        (Setting::RetryPeriod, &one.retry_period),
        (Setting::LockName, &one.lock_name),
        (Setting::LockNamespace, &one.lock_namespace),
    ];
    for (setting, term) in settings {
        // It elects under a condition, and the record's switch may be that.
        if setting == Setting::Enable && one.guard.as_truth() != Some(true) {
            continue;
        }
        let Some(spec) = record.spec(setting) else {
            continue;
        };
        let at = place(term);
        let of_source = evaluate(term, &Defaults).ok().map(|value| shown(&value));
        let of_record = spec.default.as_deref().map(|text| plain(spec, text));
        if let (Some(record), Some(source)) = (of_record, of_source)
            && record != source
            && !source.is_empty()
        {
            let name = setting.name();
            found.push(format!(
                "{name}: the record has `{record}`, source `{source}` ({at})"
            ));
        }
        found.extend(carried(spec, term).map(|what| format!("{}: {what} ({at})", setting.name())));
    }
    let lock_type = evaluate(&one.lock_type, &Defaults).ok();
    if let (Some(record), Some(source)) = (
        record.lock_type.as_deref(),
        lock_type.and_then(|value| value.plain_text()),
    ) && record != source
        && !source.is_empty()
    {
        let at = place(&one.lock_type);
        found.push(format!(
            "lock-type: the record has `{record}`, source `{source}` ({at})"
        ));
    }
    let releases = evaluate(&one.release, &Defaults).ok();
    if let (Some(record), Some(Evaluated::Truth(source))) = (record.releases, releases)
        && record != source
    {
        let at = place(&one.release);
        found.push(format!(
            "releases: the record has `{record}`, source `{source}` ({at})"
        ));
    }
    if let Some(unique) = is_unique(&one.identity)
        && record.identity.base != IdentityBase::Unknown
        && unique != (record.identity.base == IdentityBase::HostnameUuid)
    {
        let (base, at) = (record.identity.base, place(&one.identity));
        let random = if unique {
            "a random text"
        } else {
            "no random text"
        };
        found.push(format!(
            "identity: the record has {base:?}, source {random} ({at})"
        ));
    }
    found
}

/// Flags and variables that only one of both has.
fn carried(spec: &SettingSpec, term: &SharedTerm) -> Option<String> {
    let found = carriers(term).ok()?;
    let is_listed = |carrier: &&Carrier| match carrier {
        Carrier::Flag(name) => spec.flags.iter().any(|known| *known == **name),
        Carrier::Variable(name) => spec.env.iter().any(|known| *known == **name),
        Carrier::Key(_) => true,
    };
    let missing: Vec<String> = found
        .carriers
        .iter()
        .filter(|carrier| !is_listed(carrier))
        .map(|carrier| match carrier {
            Carrier::Flag(name) => format!("--{name}"),
            Carrier::Variable(name) => name.clone(),
            Carrier::Key(name) => format!("key {name}"),
        })
        .collect();
    if !missing.is_empty() {
        return Some(format!("the record lacks {}", missing.join(", ")));
    }
    let flags = |carrier: &Carrier| matches!(carrier, Carrier::Flag(_));
    let has_flag = found.carriers.iter().any(flags);
    (!has_flag && !spec.flags.is_empty() && spec.env.is_empty()).then(|| {
        let flags: Vec<&str> = spec.flags.iter().map(AsRef::as_ref).collect();
        format!("source has no flag, the record --{}", flags.join(", --"))
    })
}

/// A record's default as `shown` shows values.
fn plain(spec: &SettingSpec, text: &str) -> String {
    match &spec.syntax {
        ValueSyntax::Duration(syntax) => syntax
            .parse(text)
            .map_or_else(|_| text.to_owned(), |value| value.to_string()),
        // A default is written as its carrier has it, and some carriers mean the opposite.
        ValueSyntax::Bool(_) if spec.negative => (text != "true").to_string(),
        _ => text.to_owned(),
    }
}

fn shown(value: &Evaluated) -> String {
    match value {
        Evaluated::Nothing => String::new(),
        Evaluated::Truth(truth) => truth.to_string(),
        Evaluated::Integer(number) => Nanos(*number).to_string(),
        Evaluated::Real(bits) => f64::from_bits(*bits).to_string(),
        Evaluated::Text(parts) => match parts.as_slice() {
            [Part::PodNamespace] => "@pod".to_owned(),
            _ => value.plain_text().unwrap_or_default(),
        },
    }
}

/// Whether an identity has a random text in it; `None`: not known.
fn is_unique(identity: &SharedTerm) -> Option<bool> {
    match evaluate(identity, &Defaults).ok()? {
        Evaluated::Text(parts) if parts.is_empty() => None,
        Evaluated::Text(parts) => Some(parts.contains(&Part::Random)),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use go::GoMod;

    use super::*;

    /// The first record with a switch, three plain durations and a lock's name, and a program that is as it says.
    fn record_and_source() -> (&'static Program, String) {
        let text = |record: &Program, setting| {
            let default = record.spec(setting)?.default.as_ref()?;
            Some(default.to_string())
        };
        let (record, name) = programs::programs()
            .filter(|record| !record.generic && record.releases == Some(true))
            .filter(|record| text(record, Setting::LeaseDuration).as_deref() == Some("15s"))
            .filter(|record| text(record, Setting::RenewDeadline).as_deref() == Some("10s"))
            .filter(|record| {
                record
                    .spec(Setting::Enable)
                    .is_some_and(|spec| spec.env.is_empty() && !spec.flags.is_empty())
            })
            .find_map(|record| Some((record, text(record, Setting::LockName)?)))
            .expect("a record with a lock's name");
        let enable = record.spec(Setting::Enable).expect("a switch");
        let flag = enable.flags.first().expect("a flag");
        let default = enable.default.as_deref().unwrap_or("false");
        let main = format!(
            "package main\n\nimport (\n\t\"flag\"\n\tctrl \"sigs.k8s.io/controller-runtime\"\n)\n\nfunc main() {{\n\
             \ton := flag.Bool(\"{flag}\", {default}, \"\")\n\
             \tctrl.NewManager(nil, ctrl.Options{{LeaderElection: *on, LeaderElectionID: \"{name}\", LeaderElectionReleaseOnCancel: true}})\n}}\n"
        );
        (record, main)
    }

    fn compared(record: &Program, main: &str) -> Vec<String> {
        let go_mod = "module example.test/op\n\nrequire sigs.k8s.io/controller-runtime v0.22.0\n";
        let reading = go::read(&[("main.go", main)], &[GoMod::parse("", go_mod)]);
        differences(record, &reading.programs[0].electors[0], &reading)
    }

    #[test]
    fn differences_name_their_place() {
        let (record, main) = record_and_source();
        let as_it_is = compared(record, &main);
        let other = main.replace(
            "LeaderElectionReleaseOnCancel: true",
            "LeaderElectionReleaseOnCancel: false",
        );
        let all = compared(record, &other);
        let new: Vec<&String> = all.iter().filter(|one| !as_it_is.contains(one)).collect();
        assert_eq!(
            new,
            ["releases: the record has `true`, source `false` (main.go:10)"]
        );
        let unnamed = main.replace("LeaderElectionID: \"", "LeaderElectionID: \"not-");
        let all = compared(record, &unnamed);
        let new: Vec<&String> = all.iter().filter(|one| !as_it_is.contains(one)).collect();
        assert!(
            matches!(new.as_slice(), [one] if one.starts_with("lock-name: ") && one.ends_with("(main.go:10)")),
            "{new:?}"
        );
    }
}
