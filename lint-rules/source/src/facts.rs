//! The settings of an elector in a container: what its terms are with the container's inputs.

use std::sync::Arc;

use go::carriers::{Carrier, carriers};
use go::evaluate::{Evaluated, Part, UnknownTerm, deciding, evaluate};
use go::program::SourceElector;
use go::term::{SharedTerm, Term, TermKind};
use objects::LedgerCode;
use programs::{
    IdentityPiece, Nanos, Origin, OriginKind, Resolved, SourceFacts, SourceIdentity, SourceTie,
    Sourced, Unknown,
};

use crate::behaviour::behaviour_of;
use crate::given::{ContainerInputs, InputAnswer, InputName, field_of};
use crate::places::SourcePlaces;

/// One elector with a container's inputs.
pub(crate) struct ElectorInputs<'e> {
    pub elector: &'e SourceElector,
    pub inputs: &'e ContainerInputs<'e>,
    pub places: &'e SourcePlaces,
    /// The library's name, with its version if that is known.
    pub library: &'e str,
}

/// A value, where it comes from, and its text.
struct TermValue {
    value: Evaluated,
    origin: Origin,
}

impl ElectorInputs<'_> {
    /// All settings. `place` is where the elector is made.
    pub(crate) fn facts(&self, tie: &SourceTie) -> Option<SourceFacts> {
        let one = self.elector;
        Some(SourceFacts {
            place: self.places.span(one.at)?,
            tied_by: tie.by.clone(),
            library_version: one.version.clone(),
            enable: self.enable(),
            lease: self.duration(&one.lease_duration),
            renew: self.duration(&one.renew_deadline),
            retry: self.duration(&one.retry_period),
            lock_type: self.text(&one.lock_type),
            lock_name: self.text(&one.lock_name),
            lock_namespace: self.text(&one.lock_namespace),
            releases: self.truth(&one.release),
            identity: self.identity(&one.identity),
            behaviour: one.reached.then(|| behaviour_of(one, self.places)),
        })
    }

    /// Whether it elects: the switch, and the conditions under which the program comes to its elector.
    fn enable(&self) -> Resolved<bool> {
        if !self.elector.reached {
            return Resolved::Unknown(Unknown {
                code: LedgerCode::SourceNotFollowed,
                reason: "whether the program comes to its elector is not known".to_owned(),
                place: self.places.span(self.elector.at),
            });
        }
        let guard = self.truth(&self.elector.guard);
        if guard.value() == Some(&false) {
            return guard;
        }
        let switch = self.truth(&self.elector.enable);
        match (switch, guard) {
            (Resolved::Known(switch), _) if !switch.value => Resolved::Known(switch),
            (Resolved::Known(_), because @ Resolved::Unknown(_)) => because,
            (switch, _) => switch,
        }
    }

    fn value(&self, term: &SharedTerm) -> Result<TermValue, Unknown> {
        self.inputs.begin();
        match evaluate(term, self.inputs) {
            Ok(value) => Ok(TermValue {
                value,
                origin: self.origin(term),
            }),
            Err(because) => Err(self.unknown(&because, term)),
        }
    }

    fn unknown(&self, because: &UnknownTerm, term: &Term) -> Unknown {
        if let Some(unknown) = self.inputs.unknown(&because.because) {
            return unknown;
        }
        let at = because.at.or(term.at).unwrap_or(self.elector.at);
        Unknown {
            code: LedgerCode::SourceNotFollowed,
            reason: because.because.clone(),
            place: self.places.span(at),
        }
    }

    /// Where the value of a term comes from: the input that decides, else the place in source.
    fn origin(&self, term: &SharedTerm) -> Origin {
        let mut default = term.clone();
        match carriers(term) {
            Ok(found) => {
                for carrier in found.carriers {
                    let name = match carrier {
                        Carrier::Flag(name) => InputName::Flag(name),
                        Carrier::Variable(name) => InputName::Variable(name),
                        Carrier::Key(name) => InputName::Key(name),
                    };
                    if let Some(InputAnswer::Given(origin)) = self.inputs.answer(&name) {
                        return origin;
                    }
                }
                if found.default.at.is_some() {
                    default = found.default;
                }
            }
            Err(_) => {
                let part = deciding(term, self.inputs);
                let name = match &part.kind {
                    TermKind::Flag(flag) => Some(InputName::Flag(flag.name.to_string())),
                    TermKind::Variable(name) => Some(InputName::Variable(name.to_string())),
                    TermKind::Key(of, _) => Some(InputName::Key(of.key.to_string())),
                    _ => None,
                };
                let decides = name.and_then(|name| self.inputs.answer(&name));
                match decides {
                    Some(InputAnswer::Given(origin)) => return origin,
                    _ if part.at.is_some() && part.is_constant() => {
                        default = Arc::new(part.clone());
                    }
                    _ => {
                        if let Some(origin) = self.inputs.first_given() {
                            return origin;
                        }
                    }
                }
            }
        }
        let place = default.at.and_then(|at| Some((at, self.places.span(at)?)));
        match place {
            Some((at, place)) => Origin {
                kind: OriginKind::Code,
                text: self.places.line(at),
                place: Some(place),
                name: String::new(),
                holder: None,
            },
            None => Origin {
                kind: OriginKind::Default,
                text: format!("default of {}", self.library),
                place: None,
                name: String::new(),
                holder: None,
            },
        }
    }

    fn known<T>(
        &self,
        term: &SharedTerm,
        read: impl Fn(&Evaluated) -> Option<(T, String)>,
    ) -> Resolved<T> {
        match self.value(term) {
            Err(because) => Resolved::Unknown(because),
            Ok(found) => match read(&found.value) {
                Some((value, text)) => Resolved::Known(Sourced {
                    value,
                    text,
                    origin: found.origin,
                }),
                None => Resolved::Absent,
            },
        }
    }

    fn truth(&self, term: &SharedTerm) -> Resolved<bool> {
        self.known(term, |value| match value {
            Evaluated::Truth(truth) => Some((*truth, truth.to_string())),
            Evaluated::Nothing => Some((false, "false".to_owned())),
            _ => None,
        })
    }

    fn duration(&self, term: &SharedTerm) -> Resolved<Nanos> {
        self.known(term, |value| match value {
            Evaluated::Integer(number) => Some((Nanos(*number), Nanos(*number).to_string())),
            _ => None,
        })
    }

    fn text(&self, term: &SharedTerm) -> Resolved<String> {
        let parts = match self.value(term) {
            Err(because) => return Resolved::Unknown(because),
            Ok(TermValue {
                value: Evaluated::Text(parts),
                origin,
            }) => (parts, origin),
            Ok(_) => return Resolved::Absent,
        };
        let (parts, origin) = parts;
        let text = match parts.as_slice() {
            [] => return Resolved::Absent,
            [Part::Text(text)] => text.clone(),
            [Part::PodNamespace] => "@pod".to_owned(),
            _ => {
                return Resolved::Unknown(Unknown {
                    code: LedgerCode::PodField,
                    reason: "it is made of facts of the running pod".to_owned(),
                    place: origin.place,
                });
            }
        };
        Resolved::Known(Sourced {
            value: text.clone(),
            text,
            origin,
        })
    }

    fn identity(&self, term: &SharedTerm) -> SourceIdentity {
        let found = match self.value(term) {
            Err(because) => return SourceIdentity::Unknown(because),
            Ok(found) => found,
        };
        let parts = match found.value {
            Evaluated::Text(parts) => parts,
            _ => Vec::new(),
        };
        let pieces = parts.into_iter().map(|part| match part {
            Part::Text(text) => IdentityPiece::Text(text),
            Part::HostName => IdentityPiece::HostName,
            Part::Random => IdentityPiece::Random,
            other => field_of(&other).map_or(IdentityPiece::HostName, IdentityPiece::Field),
        });
        let variable = carriers(term).ok().and_then(|found| {
            found
                .carriers
                .into_iter()
                .find_map(|carrier| match carrier {
                    Carrier::Variable(name) => Some(name),
                    _ => None,
                })
        });
        SourceIdentity::Pieces {
            pieces: pieces.collect(),
            variable,
            place: found.origin.place,
        }
    }
}

/// What two electors of one program have in common: what differs is not known.
pub(crate) fn common(mut facts: SourceFacts, other: &SourceFacts) -> SourceFacts {
    let place = facts.place;
    let differ = || Unknown {
        code: LedgerCode::SourceNotFollowed,
        reason: "the program has several electors that differ in it".to_owned(),
        place: Some(place),
    };
    fn join<T: PartialEq + Clone>(
        one: &mut Resolved<T>,
        other: &Resolved<T>,
        differ: impl Fn() -> Unknown,
    ) {
        let same = match (&*one, other) {
            (Resolved::Known(a), Resolved::Known(b)) => a.value == b.value,
            (Resolved::Absent, Resolved::Absent) | (Resolved::Unknown(_), _) => true,
            _ => false,
        };
        if !same {
            *one = Resolved::Unknown(differ());
        }
    }
    join(&mut facts.enable, &other.enable, differ);
    join(&mut facts.lease, &other.lease, differ);
    join(&mut facts.renew, &other.renew, differ);
    join(&mut facts.retry, &other.retry, differ);
    join(&mut facts.lock_type, &other.lock_type, differ);
    join(&mut facts.lock_name, &other.lock_name, differ);
    join(&mut facts.lock_namespace, &other.lock_namespace, differ);
    join(&mut facts.releases, &other.releases, differ);
    facts.behaviour = None;
    if facts.identity != other.identity {
        facts.identity = SourceIdentity::Unknown(differ());
    }
    facts
}
