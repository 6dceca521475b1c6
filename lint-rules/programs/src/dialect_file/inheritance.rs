//! From records to programs: families, `like`, and the order of merging.

use super::super::command_line::ParserKind;
use super::super::dialect::{IdentityBase, IdentityRule, Library, Program, Recognition};
use super::DialectFile;
use super::error::{DialectError, mistake};
use super::merge::apply;
use super::program_check::check;
use super::property_binding::bind_properties;
use super::record::Record;
use super::version_fields::apply_versions;

/// Compiles one file that refers to nothing outside.
///
/// # Errors
/// The first mistake in the file.
pub fn compile(file: DialectFile) -> Result<Vec<Program>, DialectError> {
    compile_all(&[file], &[])
}

/// Compiles files whose records may build on one another's families and programs, and on `known` ones.
///
/// # Errors
/// The first mistake in the files.
pub fn compile_all(
    files: &[DialectFile],
    known: &[&Program],
) -> Result<Vec<Program>, DialectError> {
    let bases = Bases { files, known };
    bases.refuse_duplicates()?;
    let mut programs = Vec::new();
    for file in files {
        for record in &file.programs {
            let program = bases.program(record, file.family.as_ref(), 0)?;
            check(&program)?;
            programs.push(program);
        }
        if let Some(family) = &file.family {
            bases.family(family, 0)?;
        }
    }
    Ok(programs)
}

/// Where `like` is looked up.
struct Bases<'a> {
    files: &'a [DialectFile],
    known: &'a [&'a Program],
}

impl Bases<'_> {
    /// How many records may build on one another.
    const MAX_LIKE_DEPTH: usize = 8;

    fn refuse_duplicates(&self) -> Result<(), DialectError> {
        let mut ids: Vec<&str> = Vec::new();
        let mut families: Vec<&str> = Vec::new();
        for file in self.files {
            if let Some(family) = &file.family {
                if families.contains(&family.id.as_str()) {
                    return Err(mistake(&family.id, "id", "two families have this id"));
                }
                families.push(&family.id);
            }
            for record in &file.programs {
                if ids.contains(&record.id.as_str()) {
                    return Err(mistake(&record.id, "id", "two programs have this id"));
                }
                ids.push(&record.id);
            }
        }
        Ok(())
    }

    fn family(&self, record: &Record, depth: usize) -> Result<Program, DialectError> {
        let base = match &record.like {
            Some(like) => self.like(record, like, depth)?,
            None => blank_program(&record.id),
        };
        let mut family = apply(base, record)?;
        family.family = record.id.clone();
        Ok(family)
    }

    fn program(
        &self,
        record: &Record,
        family: Option<&Record>,
        depth: usize,
    ) -> Result<Program, DialectError> {
        let base = match (&record.like, family) {
            (Some(like), _) => self.like(record, like, depth)?,
            (None, Some(family)) => self.family(family, depth + 1)?,
            (None, None) => blank_program(&record.id),
        };
        let mut base = base;
        base.recognise = no_recognition();
        base.generic = false;
        base.read = None;
        base.library_version = None;
        base.name = String::new();
        if let (Some(_), Some(family)) = (&record.like, family) {
            base.family = family.id.clone();
        }
        if let Some(family) = &record.family {
            base.family = family.to_owned();
        }
        let mut program = apply(base, record)?;
        if program.name.is_empty() {
            program.name = record.id.clone();
        }
        bind_properties(&mut program);
        // What is inherited speaks of the versions of another program.
        apply_versions(&mut program, record.versions.as_deref().unwrap_or_default())?;
        Ok(program)
    }

    fn like(&self, record: &Record, like: &str, depth: usize) -> Result<Program, DialectError> {
        if depth > Self::MAX_LIKE_DEPTH {
            return Err(mistake(&record.id, "like", "goes round in a circle"));
        }
        for file in self.files {
            if let Some(family) = file.family.as_ref().filter(|family| family.id == like)
                && !std::ptr::eq(family, record)
            {
                return self.family(family, depth + 1);
            }
        }
        for file in self.files {
            if let Some(base) = file.programs.iter().find(|base| base.id == like)
                && !std::ptr::eq(base, record)
            {
                return self.program(base, file.family.as_ref(), depth + 1);
            }
        }
        let mut known = self.known.iter().copied();
        let of_family = |program: &&Program| program.family == like && program.generic;
        known
            .find(|program| program.id == like)
            .or_else(|| self.known.iter().copied().find(of_family))
            .cloned()
            .ok_or_else(|| mistake(&record.id, "like", format!("no program or family `{like}`")))
    }
}

/// A program of which nothing is known.
fn blank_program(family: &str) -> Program {
    Program {
        id: String::new(),
        name: String::new(),
        family: family.to_owned(),
        generic: false,
        library: Library::Unknown,
        library_version: None,
        client_timeout: None,
        unchecked_timing: false,
        parser: ParserKind::Unknown,
        underscores: false,
        refuses_positionals: false,
        ignores_unknown_flags: false,
        refuses_repeats: false,
        flags_complete: false,
        other_flags: Vec::new(),
        settings: Vec::new(),
        identity: IdentityRule {
            base: IdentityBase::Unknown,
            env: None,
            required: false,
            fallback: None,
            falls_back_to_hostname: false,
        },
        releases: None,
        lock_type: None,
        own_lock_types: Vec::new(),
        older_lock_types: Vec::new(),
        own_lock_verbs: Vec::new(),
        second_lock: None,
        never_elects: false,
        replicas_are_fine: false,
        lock_elsewhere: false,
        part_of_system: false,
        several_leaders: false,
        shutdown_seconds: None,
        leader_only_probes: Vec::new(),
        config: None,
        read: None,
        recognise: no_recognition(),
        versions: Vec::new(),
        of_unknown_version: None,
        version_unknown: false,
        possible_lock_types: Vec::new(),
    }
}

const fn no_recognition() -> Recognition {
    Recognition {
        images: Vec::new(),
        commands: Vec::new(),
        flags: Vec::new(),
        flags_together: Vec::new(),
        env: Vec::new(),
        env_together: Vec::new(),
        config_kinds: Vec::new(),
        config_keys: Vec::new(),
        hint_flags: Vec::new(),
        hint_env: Vec::new(),
        image_is_weak: false,
        command_is_weak: false,
        not_commands: Vec::new(),
    }
}
