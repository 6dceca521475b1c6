//! The configuration file that a program decodes, and the settings in it, as a record has them.
//!
//! A record says: flags outweigh variables, these the keys of the one file, and these the default. Whether that is what the
//! program computes is tried: with every carrier absent and with each of two values, with and without the file.

use go::carriers::{Carrier, carriers};
use go::evaluate::{Defaults, Evaluated, Given, Inputs, Part, UnknownTerm, evaluate};
use go::term::{FileKey, KeyFile, SharedTerm, Term, TermKind, TermOperator};
use programs::dialect::{ConfigFormat, ConfigSource};

/// More carriers of one setting than this are not tried.
const MAX_CARRIERS: usize = 5;

/// The file, and how it is named.
pub(crate) struct SettingsFile {
    path: SharedTerm,
    flags: Vec<String>,
    variables: Vec<String>,
    /// Where it is if nothing names it; empty: nowhere.
    usual: String,
}

/// How a setting is taken from flags, variables and the file.
pub(crate) struct TriedCarriers {
    pub flags: Vec<String>,
    pub variables: Vec<String>,
    pub keys: Vec<String>,
    /// What holds without any of them; `None` if that is not known.
    pub default: Option<Evaluated>,
    /// True in a carrier means false.
    pub negative: bool,
    /// A written zero means the default.
    pub zero_is_default: bool,
}

/// What a setting's carriers hold.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum CarriedKind {
    Truth,
    Duration,
    /// A duration as a number of seconds.
    Seconds,
    Text,
}

impl SettingsFile {
    /// The one file of whose keys the settings of an elector are computed.
    pub(crate) fn of<'t>(terms: impl Iterator<Item = &'t SharedTerm>) -> Option<Self> {
        let mut path: Option<SharedTerm> = None;
        for term in terms {
            for file in files_of(term) {
                let KeyFile::Path(other) = &file else {
                    return None;
                };
                if *path.get_or_insert_with(|| other.clone()) != *other {
                    return None;
                }
            }
        }
        let path = path?;
        let found = carriers(&path).ok()?;
        let usual = evaluate(&found.default, &Defaults).ok()?.plain_text()?;
        let (mut flags, mut variables) = (Vec::new(), Vec::new());
        for carrier in found.carriers {
            match carrier {
                Carrier::Flag(name) if variables.is_empty() => flags.push(name),
                Carrier::Variable(name) => variables.push(name),
                Carrier::Flag(_) | Carrier::Key(_) => return None,
            }
        }
        let is_place = usual.is_empty() || usual.starts_with('/');
        is_place.then_some(Self {
            path,
            flags,
            variables,
            usual,
        })
    }

    /// Whether keys of a file are parts of a term.
    pub(crate) fn decides(term: &Term) -> bool {
        !files_of(term).is_empty()
    }

    /// The same in a record.
    pub(crate) fn source(&self) -> ConfigSource {
        let paths: Vec<String> = match &*self.usual {
            "" => Vec::new(),
            path => vec![path.to_owned()],
        };
        ConfigSource {
            flags: self.flags.clone(),
            folder_flags: Vec::new(),
            env: self.variables.clone(),
            required: !paths.is_empty(),
            paths,
            names: Vec::new(),
            configmap_flags: Vec::new(),
            configmap_env: Vec::new(),
            configmaps: Vec::new(),
            format: ConfigFormat::Decoded,
            wins_over_flags: false,
        }
    }

    /// How a setting is taken, if a record can say it.
    pub(crate) fn carriers(&self, term: &SharedTerm, kind: CarriedKind) -> Option<TriedCarriers> {
        let leaves = self.leaves(term)?;
        [(false, false), (true, false), (false, true)]
            .into_iter()
            .filter(|(negative, zero)| match kind {
                CarriedKind::Truth => !zero,
                CarriedKind::Duration | CarriedKind::Seconds => !negative,
                CarriedKind::Text => !zero && !negative,
            })
            .map(|(negative, zero_is_default)| TriedCarriers {
                negative,
                zero_is_default,
                default: leaves.default.clone(),
                flags: leaves.flags.clone(),
                variables: leaves.variables.clone(),
                keys: leaves.keys.clone(),
            })
            .find(|tried| self.holds(tried, term, kind))
    }

    /// The flags, variables and keys of a term, in the order in which it has them; `None` if more than their presence
    /// and their values decides.
    fn leaves(&self, term: &SharedTerm) -> Option<TriedCarriers> {
        let mut found = TriedCarriers {
            flags: Vec::new(),
            variables: Vec::new(),
            keys: Vec::new(),
            default: evaluate(term, &Defaults).ok(),
            negative: false,
            zero_is_default: false,
        };
        let is_more = term.any(&mut |part| match &part.kind {
            TermKind::Flag(flag) => {
                add(&mut found.flags, &flag.name);
                for name in &flag.variables {
                    add(&mut found.variables, name);
                }
                false
            }
            TermKind::FlagGiven(name) => {
                add(&mut found.flags, name);
                false
            }
            TermKind::Variable(name) | TermKind::VariableSet(name) => {
                add(&mut found.variables, name);
                false
            }
            TermKind::Key(of, _) => {
                add(&mut found.keys, &of.key);
                !self.has(of)
            }
            TermKind::KeyGiven(of) => !self.has(of),
            TermKind::Operation(operator, ..) => !matches!(
                operator,
                TermOperator::Equal | TermOperator::And | TermOperator::Or | TermOperator::Multiply
            ),
            TermKind::Command | TermKind::Lookup(..) | TermKind::Edited(..) => true,
            _ => false,
        });
        found.flags.retain(|name| !self.flags.contains(name));
        found
            .variables
            .retain(|name| !self.variables.contains(name));
        let count = found.flags.len() + found.variables.len() + found.keys.len();
        // Of two flags the last one on the command line would win.
        let is_simple = !is_more && found.flags.len() < 2 && count <= MAX_CARRIERS;
        is_simple.then_some(found)
    }

    fn has(&self, key: &FileKey) -> bool {
        matches!(&key.file, KeyFile::Path(path) if *path == self.path)
    }

    /// Whether a record with these carriers says what the term computes, whatever is given.
    fn holds(&self, tried: &TriedCarriers, term: &SharedTerm, kind: CarriedKind) -> bool {
        let values = kind.values();
        let carriers: Vec<TriedCarrier<'_>> = tried.strongest_first().collect();
        let states = carriers.iter().map(|_| values.len() + 1).product::<usize>();
        (0..states).all(|state| {
            let mut rest = state;
            let given: Vec<(TriedCarrier<'_>, &str)> = carriers
                .iter()
                .filter_map(|carrier| {
                    let digit = rest % (values.len() + 1);
                    rest /= values.len() + 1;
                    Some((*carrier, *values.get(digit.checked_sub(1)?)?))
                })
                .collect();
            [false, true].into_iter().all(|named| {
                [false, true].into_iter().all(|has_blocks| {
                    let inputs = TriedInputs {
                        file: self,
                        keys: &tried.keys,
                        given: &given,
                        named,
                        has_blocks,
                    };
                    let has_file = named || !self.usual.is_empty();
                    let decides = given
                        .iter()
                        .find(|(carrier, _)| has_file || !matches!(carrier, TriedCarrier::Key(_)));
                    let computed = evaluate(term, &inputs);
                    match decides.and_then(|(_, text)| kind.value(text, tried)) {
                        Some(value) => computed.as_ref() == Ok(&value),
                        None => is_default(&computed, tried.default.as_ref()),
                    }
                })
            })
        })
    }
}

fn is_default(computed: &Result<Evaluated, UnknownTerm>, default: Option<&Evaluated>) -> bool {
    computed.as_ref().ok() == default
}

fn add(names: &mut Vec<String>, name: &str) {
    if !names.iter().any(|known| known == name) {
        names.push(name.to_owned());
    }
}

/// The files whose keys are parts of a term.
fn files_of(term: &Term) -> Vec<KeyFile> {
    let mut files = Vec::new();
    let _ = term.any(&mut |part| {
        if let TermKind::Key(of, _) | TermKind::KeyGiven(of) = &part.kind {
            files.push(of.file.clone());
        }
        false
    });
    files
}

/// A carrier that is tried.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum TriedCarrier<'t> {
    Flag(&'t str),
    Variable(&'t str),
    Key(&'t str),
}

impl TriedCarriers {
    fn strongest_first(&self) -> impl Iterator<Item = TriedCarrier<'_>> {
        let flags = self.flags.iter().map(|name| TriedCarrier::Flag(name));
        let variables = self.variables.iter();
        let variables = variables.map(|name| TriedCarrier::Variable(name));
        let keys = self.keys.iter().map(|name| TriedCarrier::Key(name));
        flags.chain(variables).chain(keys)
    }
}

impl CarriedKind {
    /// Texts with which the carriers are tried.
    const fn values(self) -> &'static [&'static str] {
        match self {
            Self::Truth => &["true", "false"],
            Self::Duration => &["37s", "53s", "0s"],
            Self::Seconds => &["37", "53", "0"],
            Self::Text => &["one", "two"],
        }
    }

    /// What a record takes one of these texts for; `None`: for the default.
    fn value(self, text: &str, tried: &TriedCarriers) -> Option<Evaluated> {
        let number = || {
            text.trim_end_matches('s')
                .parse::<i64>()
                .unwrap_or_default()
        };
        let value = match self {
            Self::Truth => Evaluated::Truth((text == "true") != tried.negative),
            Self::Duration | Self::Seconds => Evaluated::Integer(number() * 1_000_000_000),
            Self::Text => Evaluated::Text(vec![Part::Text(text.to_owned())]),
        };
        let is_zero = value == Evaluated::Integer(0);
        (!is_zero || !tried.zero_is_default).then_some(value)
    }
}

/// Inputs with which a term is tried.
struct TriedInputs<'t> {
    file: &'t SettingsFile,
    /// The setting's own keys.
    keys: &'t [String],
    given: &'t [(TriedCarrier<'t>, &'t str)],
    /// A flag or a variable names the file.
    named: bool,
    /// The file has the blocks of the keys even where it has none of the keys.
    has_blocks: bool,
}

impl TriedInputs<'_> {
    fn text(&self, wanted: TriedCarrier<'_>) -> Given {
        let mut given = self.given.iter();
        let found = given.find(|(carrier, _)| *carrier == wanted);
        found.map_or(Given::Absent, |(_, text)| Given::Text((*text).to_owned()))
    }

    fn path(&self) -> Given {
        match self.named {
            true => Given::Text("/a/file".to_owned()),
            false => Given::Absent,
        }
    }
}

impl Inputs for TriedInputs<'_> {
    fn flag(&self, name: &str) -> Given {
        match self.file.flags.iter().any(|flag| flag == name) {
            true => self.path(),
            false => self.text(TriedCarrier::Flag(name)),
        }
    }

    fn variable(&self, name: &str) -> Given {
        match self.file.variables.iter().any(|variable| variable == name) {
            true => self.path(),
            false => self.text(TriedCarrier::Variable(name)),
        }
    }

    fn key(&self, key: &FileKey) -> Given {
        if !self.named && self.file.usual.is_empty() {
            return Given::Absent;
        }
        let is_below = |name: &str| {
            let below = name.strip_prefix(&*key.key);
            below.is_some_and(|below| below.starts_with('.'))
        };
        if self.keys.iter().any(|name| **name == *key.key) {
            return self.text(TriedCarrier::Key(&key.key));
        }
        let mut given = self.given.iter();
        let holds_one =
            given.any(|(carrier, _)| matches!(carrier, TriedCarrier::Key(name) if is_below(name)));
        match holds_one || self.has_blocks {
            true => Given::Block,
            false => Given::Absent,
        }
    }
}
