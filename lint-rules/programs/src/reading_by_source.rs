//! A container read by its program's own source, with the record of the same program for what source does not tell.

use std::cell::RefCell;

use crate::config_map::ConfigMaps;
use crate::dialect::{IdentityBase, Program, Setting};
use crate::effective_value::default_origin;
use crate::origin::{Resolved, Sourced, Unknown};
use crate::program_reading::{ChosenProgram, ProgramReading, read_container, read_with};
use crate::recognition::{Clue, Recognised, recognise};
use crate::source::{IdentityPiece, ProgramSources, SourceIdentity, SourceMatch};
use objects::{Container, Workload};

/// What was read of one container whose program's source may lie beside the manifest.
pub enum SourceContainer<'w> {
    /// The program is known.
    Read(Box<ProgramReading<'w>>),
    /// No dialect fits, and source that does not count, because, may be this program's.
    NotTied(Unknown),
    /// No dialect fits, or the program is known never to elect.
    Nothing,
}

/// Reads one container by the program's own source where that is beside the manifest, else by its record.
///
/// The user's own records come first: they were written for this. Where source says that the program never elects, a
/// listed program keeps its record only if what ties it to the source is weak and a flag gave the record away.
#[must_use]
pub fn read_container_from_source<'w>(
    workload: Workload<'w>,
    container: Container<'w>,
    image: Option<&str>,
    maps: &dyn ConfigMaps<'w>,
    own: &'w [Program],
    sources: &'w dyn ProgramSources,
) -> SourceContainer<'w> {
    let manifest = workload.object().file();
    let not_tied = RefCell::new(None);
    let reading = read_with(workload, container, image, maps, |evidence| {
        let listed = recognise(evidence, own);
        let is_own = |found: &Recognised<'_>| {
            own.iter()
                .any(|program| program.id == found.program.id && !program.generic)
        };
        if listed.as_ref().is_some_and(is_own) {
            return listed.map(ChosenProgram::from);
        }
        match sources.find(evidence, manifest) {
            SourceMatch::Elects { program, tie } => Some(ChosenProgram {
                recognised: Recognised {
                    program: program.record(),
                    by: Clue::Source,
                },
                source: Some((program, tie)),
            }),
            SourceMatch::NeverElects { certain } => listed
                .filter(|found| !certain && matches!(found.by, Clue::Flag(_)))
                .map(ChosenProgram::from),
            SourceMatch::None => listed.map(ChosenProgram::from),
            SourceMatch::NotTied(because) => {
                not_tied.replace(Some(because));
                listed.map(ChosenProgram::from)
            }
        }
    });
    let not_tied = not_tied.into_inner();
    let Some(mut reading) = reading else {
        return not_tied.map_or(SourceContainer::Nothing, SourceContainer::NotTied);
    };
    reading.not_tied = not_tied;
    if reading
        .source
        .as_ref()
        .is_some_and(|source| source.has_unknown())
    {
        let by_record = read_container(workload, container, image, maps, own);
        if let Some(by_record) = by_record.filter(|record| !record.program.generic) {
            reading.take_from_record(&by_record);
        }
    }
    SourceContainer::Read(Box::new(reading))
}

impl ProgramReading<'_> {
    /// Takes what its source does not tell from the record of the listed program that it is, too.
    fn take_from_record(&mut self, record: &Self) {
        let Some(source) = self.source.as_deref_mut() else {
            return;
        };
        source.enable.or_known(record.switch(Setting::Enable));
        source
            .lease
            .or_known(record.duration(Setting::LeaseDuration));
        source
            .renew
            .or_known(record.duration(Setting::RenewDeadline));
        source.retry.or_known(record.duration(Setting::RetryPeriod));
        source.lock_name.or_known(record.text(Setting::LockName));
        source
            .lock_namespace
            .or_known(record.text(Setting::LockNamespace));
        let lock_type = record.program.lock_type.as_deref();
        source.lock_type.or_known(match lock_type {
            Some(kind) => Resolved::Known(Sourced {
                value: kind.to_owned(),
                text: kind.to_owned(),
                origin: default_origin(record.program),
            }),
            None => record.text(Setting::LockType),
        });
        source
            .releases
            .or_known(record.switch(Setting::ReleaseOnCancel));
        let is_unique = record.program.identity.base == IdentityBase::HostnameUuid;
        if matches!(source.identity, SourceIdentity::Unknown(_)) && is_unique {
            source.identity = SourceIdentity::Pieces {
                pieces: vec![IdentityPiece::HostName, IdentityPiece::Random],
                variable: None,
                place: None,
            };
        }
    }
}
