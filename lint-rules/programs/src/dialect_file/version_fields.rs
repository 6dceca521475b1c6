//! What a record says of other versions of its program.

use super::super::dialect::{
    IdentityBase, IdentityRule, Library, Program, Setting, SettingSpec, VersionRule,
};
use super::error::{DialectError, mistake};
use super::merge::apply;
use super::record::{Record, VersionRecord};

/// Adds the versions to a program that is complete but for them.
pub(super) fn apply_versions(
    program: &mut Program,
    versions: &[VersionRecord],
) -> Result<(), DialectError> {
    program.versions = Vec::new();
    program.of_unknown_version = None;
    let mut rules = Vec::new();
    for version in versions {
        rules.push(version_rule(program, version)?);
    }
    if !rules.is_empty() {
        let others = rules.iter().filter_map(|rule| rule.program.as_ref());
        let others: Vec<&Program> = others.map(AsRef::as_ref).collect();
        let common = common_to(program, &others);
        program.of_unknown_version = Some(Box::new(common));
    }
    program.versions = rules;
    Ok(())
}

fn version_rule(program: &Program, written: &VersionRecord) -> Result<VersionRule, DialectError> {
    let id = &program.id;
    let ends = [
        ("versions.from", &written.from),
        ("versions.before", &written.before),
    ];
    for (field, version) in ends {
        let numbers = version.as_deref().unwrap_or("0").split('.');
        if numbers
            .into_iter()
            .any(|number| number.parse::<u32>().is_err())
        {
            return Err(mistake(id, field, "must be a version such as `2.3`"));
        }
    }
    // Only the tag of an image of this program tells its version: a program may run in another one's image.
    let images = match written.images.0.as_slice() {
        [] => program.recognise.images.clone(),
        written => written.to_vec(),
    };
    let rule = |then| VersionRule {
        from: written.from.as_deref().map(str::to_owned),
        before: written.before.as_deref().map(str::to_owned),
        images,
        program: then,
    };
    let Some(record) = &written.is else {
        return Ok(rule(None));
    };
    if !record.id.is_empty() || record.known_by.is_some() || record.versions.is_some() {
        let problem = "a version has no `id`, `known-by` or `versions` of its own";
        return Err(mistake(id, "versions.is", problem));
    }
    let overlay = Record {
        id: id.clone(),
        ..Record::clone(record)
    };
    let mut then = apply(program.clone(), &overlay)?;
    if record.never_elects == Some(true) {
        then.settings = Vec::new();
    }
    Ok(rule(Some(Box::new(then))))
}

fn add_missing(list: &mut Vec<String>, others: &[String]) {
    for word in others.iter() {
        if !list.contains(word) {
            list.push(word.clone());
        }
    }
}

/// What a program has in all its versions. Where they differ, nothing is established.
fn common_to(newest: &Program, others: &[&Program]) -> Program {
    let alike = |same: &dyn Fn(&Program) -> bool| others.iter().all(|other| same(other));
    let mut common = newest.clone();
    common.version_unknown = true;
    let mut settings: Vec<SettingSpec> = Vec::new();
    for setting in Setting::ALL {
        let specs = || std::iter::once(newest).chain(others.iter().copied());
        let Some(first) = specs().find_map(|program| program.spec(setting)) else {
            continue;
        };
        let mut spec = first.clone();
        let all_have = |same: &dyn Fn(&SettingSpec) -> bool| {
            specs().all(|program| program.spec(setting).is_some_and(same))
        };
        if !all_have(&|other| other.default == first.default && other.derive == first.derive) {
            spec.default = None;
            spec.derive = None;
        }
        spec.required = all_have(&|other| other.required == first.required) && first.required;
        if !all_have(&|other| other.flags == first.flags) {
            common.flags_complete = false;
        }
        // Whatever version it is, a flag that stands on the command line of a running program is one that it knows.
        for other in specs().filter_map(|program| program.spec(setting)) {
            add_missing(&mut spec.flags, &other.flags);
            add_missing(&mut spec.env, &other.env);
            add_missing(&mut spec.keys, &other.keys);
        }
        settings.push(spec);
    }
    common.settings = settings;
    if !alike(&|other| other.library == newest.library) {
        common.library = Library::Unknown;
    }
    if !alike(&|other| other.library_version == newest.library_version) {
        common.library_version = None;
    }
    if !alike(&|other| other.client_timeout == newest.client_timeout) {
        common.client_timeout = None;
    }
    if !alike(&|other| other.unchecked_timing == newest.unchecked_timing) {
        common.unchecked_timing = true;
    }
    if !alike(&|other| other.leader_only_probes == newest.leader_only_probes) {
        common.leader_only_probes = Vec::new();
    }
    if !alike(&|other| other.lock_type == newest.lock_type) {
        common.lock_type = None;
        let all = std::iter::once(newest).chain(others.iter().copied());
        let mut types: Vec<String> = all
            .filter_map(|program| program.lock_type.clone())
            .collect();
        types.sort_unstable();
        types.dedup();
        common.possible_lock_types = types;
    }
    if !alike(&|other| other.identity == newest.identity) {
        common.identity = IdentityRule {
            base: IdentityBase::Unknown,
            env: None,
            required: false,
            fallback: None,
            falls_back_to_hostname: false,
        };
    }
    if !alike(&|other| other.releases == newest.releases) {
        common.releases = None;
    }
    if !alike(&|other| other.never_elects == newest.never_elects) {
        common.never_elects = false;
    }
    if !alike(&|other| other.flags_complete && other.other_flags == newest.other_flags) {
        common.flags_complete = false;
    }
    let mut own_lock_types: Vec<_> = newest.own_lock_types.clone();
    for lock_type in others.iter().flat_map(|other| other.own_lock_types.iter()) {
        if !own_lock_types.contains(lock_type) {
            own_lock_types.push(lock_type.clone());
        }
    }
    common.own_lock_types = own_lock_types;
    common
}
