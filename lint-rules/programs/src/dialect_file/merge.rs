//! A record laid over what it inherits.

use super::super::dialect::{ConfigSource, Library, LibraryVersion, Program};
use super::error::{DialectError, mistake};
use super::identity_fields::identity_rule;
use super::lock_fields::{apply_lock, set_lock_type};
use super::reading_fields::source_reading;
use super::recognition_fields::recognition;
use super::record::{ConfigRecord, Record};
use super::scalar::WordList;
use super::setting_fields::apply_settings;
use super::words::{FORMATS, LIBRARIES, PARSERS, flag_names, is_kebab, named};

/// Lays a record over what it inherits.
pub(super) fn apply(mut program: Program, record: &Record) -> Result<Program, DialectError> {
    let id = &record.id;
    if !is_kebab(id) {
        return Err(mistake(id, "id", "must be lower-case words joined by `-`"));
    }
    program.id = id.to_owned();
    if let Some(name) = &record.name {
        program.name = name.to_owned();
    }
    if let Some(word) = &record.library {
        program.library = named(id, "library", word, LIBRARIES)?;
    }
    if let Some(word) = &record.parser {
        program.parser = named(id, "parser", word, PARSERS)?;
    }
    let switches = [
        (record.generic, &mut program.generic),
        (record.unchecked_timing, &mut program.unchecked_timing),
        (record.underscores, &mut program.underscores),
        (record.refuses_positionals, &mut program.refuses_positionals),
        (
            record.ignores_unknown_flags,
            &mut program.ignores_unknown_flags,
        ),
        (record.refuses_repeats, &mut program.refuses_repeats),
        (record.flags_complete, &mut program.flags_complete),
        (record.never_elects, &mut program.never_elects),
        (record.replicas_are_fine, &mut program.replicas_are_fine),
        (record.lock_elsewhere, &mut program.lock_elsewhere),
        (record.part_of_system, &mut program.part_of_system),
        (record.several_leaders, &mut program.several_leaders),
    ];
    for (written, field) in switches {
        if let Some(written) = written {
            *field = written;
        }
    }
    program.client_timeout = record.client_timeout.or(program.client_timeout);
    if let Some(words) = &record.other_flags {
        program.other_flags = flag_names(id, "other-flags", words)?;
    }
    if let Some(releases) = record.releases {
        program.releases = releases;
    }
    if let Some(seconds) = record.shutdown_seconds {
        program.shutdown_seconds = seconds;
    }
    if let Some(words) = &record.leader_only_probes {
        program.leader_only_probes = words.0.clone();
    }
    apply_settings(&mut program, record)?;
    apply_library_version(&mut program, record)?;
    apply_lock(&mut program, record)?;
    if let Some(identity) = &record.identity {
        program.identity = identity_rule(id, identity)?;
    }
    if let Some(config) = &record.config {
        program.config = Some(config_source(id, config)?);
    }
    if let Some(reading) = &record.read {
        program.read = Some(source_reading(id, reading)?);
    }
    if let Some(known_by) = &record.known_by {
        program.recognise = recognition(id, known_by)?;
    }
    Ok(program)
}

/// What the version of the library decides, where the record does not say it itself.
fn apply_library_version(program: &mut Program, record: &Record) -> Result<(), DialectError> {
    let Some(version) = &record.library_version else {
        return Ok(());
    };
    program.library_version = version.clone();
    let Some(version) = version else {
        return Ok(());
    };
    let Some(version) = LibraryVersion::parse(version) else {
        let problem = "must be a version such as `0.11` or `0.20.4`";
        return Err(mistake(&record.id, "library-version", problem));
    };
    if let Some(lock_type) = program.library.lock_type_at(version) {
        set_lock_type(program, record, Some(lock_type));
        if lock_type != "leases" && !program.own_lock_types.iter().any(|own| own == lock_type) {
            program.own_lock_types.push(lock_type.into());
        }
    }
    if record.client_timeout.is_none() {
        // Of a version whose patch decides it is not known, whatever holds for another version.
        if program.library == Library::ControllerRuntime {
            program.client_timeout = program.library.client_timeout_at(version);
        }
    }
    Ok(())
}

fn config_source(id: &str, written: &ConfigRecord) -> Result<ConfigSource, DialectError> {
    if written.required && written.paths.0.len() != 1 {
        let problem = "needs the one path in `paths` at which the program has its file";
        return Err(mistake(id, "config.required", problem));
    }
    Ok(ConfigSource {
        flags: flag_names(id, "config.flags", &written.flags)?,
        folder_flags: flag_names(id, "config.folder-flags", &written.folder_flags)?,
        env: written.env.0.clone(),
        paths: absolute_paths(id, &written.paths)?,
        names: written.names.0.clone(),
        configmap_flags: flag_names(id, "config.configmap-flags", &written.configmap_flags)?,
        configmap_env: written.configmap_env.0.clone(),
        configmaps: written.configmaps.0.clone(),
        format: named(id, "config.format", &written.format, FORMATS)?,
        wins_over_flags: written.wins_over_flags,
        required: written.required,
    })
}

fn absolute_paths(id: &str, paths: &WordList) -> Result<Vec<String>, DialectError> {
    if let Some(path) = paths.0.iter().find(|path| !path.starts_with('/')) {
        let problem = format!("`{path}`: a path in the container begins with `/`");
        return Err(mistake(id, "config.paths", problem));
    }
    Ok(paths.0.clone())
}
