//! The lock of a record, laid over an inherited one.

use super::super::dialect::{Program, SecondLock, Setting};
use super::error::{DialectError, mistake};
use super::record::Record;
use super::setting_fields::spec_of;

pub(super) fn apply_lock(program: &mut Program, record: &Record) -> Result<(), DialectError> {
    let Some(lock) = &record.lock else {
        return Ok(());
    };
    let defaults = [
        (Setting::LockName, &lock.name),
        (Setting::LockNamespace, &lock.namespace),
    ];
    for (setting, written) in defaults {
        let Some(written) = written else { continue };
        spec_of(&mut program.settings, setting).default = written.clone();
    }
    program.settings.sort_by_key(|spec| spec.setting);
    if let Some(kind) = &lock.kind {
        set_lock_type(program, record, kind.as_deref());
    }
    if let Some(own_types) = &lock.own_types {
        program.own_lock_types = own_types.0.clone();
    }
    if let Some(older) = &lock.older_types {
        const OLDER_LOCK_TYPES: &[&str] = &["configmaps", "endpoints"];
        if let Some(word) = older
            .0
            .iter()
            .find(|word| !OLDER_LOCK_TYPES.contains(&word.as_str()))
        {
            let problem = format!("`{word}` is none of {}", OLDER_LOCK_TYPES.join(", "));
            return Err(mistake(&program.id, "lock.older-types", problem));
        }
        program.older_lock_types = older.0.clone();
    }
    if let Some(verbs) = &lock.verbs {
        const LOCK_VERBS: &[&str] = &[
            "get", "list", "watch", "create", "update", "patch", "delete",
        ];
        if let Some(word) = verbs
            .0
            .iter()
            .find(|verb| !LOCK_VERBS.contains(&verb.as_str()))
        {
            let problem = format!("`{word}` is none of {}", LOCK_VERBS.join(", "));
            return Err(mistake(&program.id, "lock.verbs", problem));
        }
        program.own_lock_verbs = verbs.0.clone();
    }
    if let Some(second) = &lock.second {
        program.second_lock = Some(SecondLock {
            name: second.name.clone(),
            flag: second.flag.clone(),
            config_flag: second.config_flag.clone(),
        });
    }
    Ok(())
}

/// What is locked unless a setting says otherwise; a setting of the record's own says so itself.
pub(super) fn set_lock_type(program: &mut Program, record: &Record, kind: Option<&str>) {
    program.lock_type = kind.map(str::to_owned);
    let mut settings = program.settings.iter_mut();
    let inherited = settings.find(|spec| spec.setting == Setting::LockType);
    if let Some(spec) = inherited.filter(|_| record.settings.lock_type.is_none()) {
        spec.default.clone_from(&program.lock_type);
    }
}
