//! An elector as a document: what `inspect --format json` prints, and what the user's own rules query.

use election::promises::Promises;
use election::{AssumedFact, Elector, Replicas};
use engine::{AccessSummary, Input};
use manifest::text::{FileId, FileSpan};
use objects::{Object, ObjectName};
use programs::{Nanos, Origin, Resolved, SourceReading};
use serde_json::Number;

use crate::elector_document::{
    AccessOut, AccountOut, DurationOut, ElectionOut, ElectorOut, FactOut, IdentityOut, LockOut,
    ObjectOut, PromisesOut, RecordOut, ReplicasOut, SettingKeyOut, SourceOut, ThroughOut,
    TimingOut,
};

/// What names files and finds lines.
pub trait SourceNames<'a>: Copy {
    /// The name of a file as reports show it.
    fn name(self, file: FileId) -> &'a str;
    /// The input that holds the electors.
    fn input(self) -> &'a Input;
}

impl<'a> SourceNames<'a> for &'a Input {
    fn name(self, file: FileId) -> &'a str {
        self.shown_name(file)
    }

    fn input(self) -> &'a Input {
        self
    }
}

impl<'a> From<&'a ObjectName> for ObjectOut<'a> {
    fn from(object: &'a ObjectName) -> Self {
        Self {
            api_version: &object.api_version,
            kind: &object.kind,
            namespace: object.namespace.as_deref(),
            name: &object.name,
        }
    }
}

impl<'a> From<Object<'a>> for ObjectOut<'a> {
    fn from(object: Object<'a>) -> Self {
        Self {
            api_version: object.api_version(),
            kind: object.kind_word(),
            namespace: object.namespace(),
            name: object.name().unwrap_or_default(),
        }
    }
}

impl<'a> From<&'a SourceReading> for RecordOut<'a> {
    fn from(read: &'a SourceReading) -> Self {
        let facts = read.facts.iter();
        Self {
            repository: &read.repository,
            revision: &read.revision,
            date: &read.date,
            facts: facts
                .map(|fact| FactOut {
                    fact: &fact.fact,
                    place: &fact.place,
                })
                .collect(),
        }
    }
}

impl<'a> AccessOut<'a> {
    fn new(access: &'a AccessSummary, lock_type: Option<&'a str>) -> Self {
        Self {
            state: access.state,
            resource: access.resources.first().copied().or(lock_type),
            missing: access.missing.iter().map(String::as_str).collect(),
            through: access
                .through
                .iter()
                .map(|(binding, role)| ThroughOut { binding, role })
                .collect(),
            code: access.because.as_ref().map(|because| because.code.as_str()),
            reason: access
                .because
                .as_ref()
                .map(|because| because.reason.as_str()),
            within: access.within.as_deref(),
        }
    }
}

impl<'a> ElectorOut<'a> {
    /// The document of an elector with its access.
    pub fn new(
        elector: &'a Elector<'a>,
        access: &'a AccessSummary,
        sources: impl SourceNames<'a>,
    ) -> Self {
        let at = sources.input().locate(elector.name_place());
        let source =
            |origin: Option<&'a Origin>| origin.map(|origin| SourceOut::new(origin, sources));
        let duration = |resolved: &'a Resolved<Nanos>| DurationOut {
            seconds: resolved.value().map(|value| value.as_seconds()),
            source: source(resolved.origin()),
        };
        let text = |resolved: &'a Resolved<String>| resolved.value().map(String::as_str);
        let lock_origin = [
            &elector.lock_name,
            &elector.lock_namespace,
            &elector.lock_type,
        ]
        .into_iter()
        .find_map(Resolved::origin);
        let Replicas { count, origin, .. } = &elector.replicas;
        Self {
            file: sources.name(at.place.file),
            line: at.start.line,
            object: ObjectOut::from(elector.object),
            container: elector.container.name(),
            hook: elector.object.chart_hook(),
            program: &elector.program.id,
            library: elector.program.library.name(),
            library_version: elector
                .source
                .as_deref()
                .and_then(|source| source.library_version.as_deref()),
            releases: elector.known_release(),
            certainty: elector.certainty().as_str(),
            record: elector.program.read.as_ref().map(RecordOut::from),
            assumes: elector
                .assumptions()
                .into_iter()
                .map(AssumedFact::as_str)
                .collect(),
            election: ElectionOut {
                state: elector.state.as_str(),
                source: source(elector.switch.origin()),
            },
            timing: TimingOut {
                lease_duration: duration(&elector.lease),
                renew_deadline: duration(&elector.renew),
                retry_period: duration(&elector.retry),
            },
            lock: LockOut {
                r#type: text(&elector.lock_type),
                namespace: text(&elector.lock_namespace),
                name: text(&elector.lock_name),
                source: source(lock_origin),
            },
            identity: IdentityOut {
                kind: elector.identity.kind.as_str(),
                env: elector.identity.env.as_deref(),
                unique: elector.identity.unique,
            },
            replicas: ReplicasOut {
                count: *count,
                source: source(origin.as_ref()),
            },
            service_account: AccountOut {
                namespace: elector.account.namespace.as_deref(),
                name: &elector.account.name,
            },
            access: AccessOut::new(access, text(&elector.lock_type)),
            promises: elector
                .promises()
                .map_or_else(PromisesOut::default, PromisesOut::from),
        }
    }
}

impl<'a> SourceOut<'a> {
    fn new(origin: &'a Origin, sources: impl SourceNames<'a>) -> Self {
        let location = origin.place.map(|place| sources.input().locate(place));
        let location = location.as_ref();
        Self {
            kind: origin.kind.as_str(),
            file: location.map(|location| sources.name(location.place.file)),
            line: location.map(|location| location.start.line),
            column: location.map(|location| location.start.column),
            text: &origin.text,
            set_by: origin
                .place
                .and_then(|place| SettingKeyOut::of(place, sources)),
        }
    }
}

impl<'a> SettingKeyOut<'a> {
    /// The first key that sets the token at a place.
    fn of(place: FileSpan, sources: impl SourceNames<'a>) -> Option<Self> {
        let input = sources.input();
        let key = input.setting_keys(place).next()?;
        Some(Self {
            file: sources.name(key.place.file),
            line: input.locate(key.place).start.line,
            key: &key.name,
        })
    }
}

impl From<Promises> for PromisesOut {
    fn from(promises: Promises) -> Self {
        Self {
            strict_margin: promises.strict_margin,
            leader_stops_after: Some(promises.leader_stops_after),
            failover_after_crash_worst: promises.failover_after_crash_worst,
            failover_after_crash_p99: promises.failover_after_crash_p99,
            failover_after_release_worst: promises.failover_after_release_worst,
            cold_restart_worst: Some(promises.cold_restart_worst),
            api_outage_survived: Some(promises.api_outage_survived),
            api_outage_survived_hanging: Some(promises.api_outage_survived_hanging),
            leaderless_after_outage_worst: promises.leaderless_after_outage_worst,
            clock_rate_tolerated: promises.clock_rate_tolerated,
            writes_per_hour: rate(promises.writes_per_hour),
            requests_per_hour: rate(promises.requests_per_hour),
        }
    }
}

/// A rate; whole ones without a fraction.
fn rate(value: f64) -> Option<Number> {
    let whole = value.fract() == 0.0 && (0.0..=9e15).contains(&value);
    #[expect(clippy::as_conversions, reason = "whole, and below 2^53")]
    let number = if whole {
        Some(Number::from(value as u64))
    } else {
        Number::from_f64(value)
    };
    number
}
