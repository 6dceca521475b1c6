//! A container's flags and variables, as the terms of a program ask for them.

use std::cell::RefCell;
use std::collections::BTreeMap;

use go::evaluate::{Given, Inputs, Part, evaluate};
use go::term::{FileKey, KeyFile};
use objects::LedgerCode;
use programs::command_line::{CommandLine, FlagTable, Occurrence, ParserKind, parse};
use programs::{
    FileKeyAnswer, Origin, OriginKind, ProgramInputs, SourceTie, Unknown, Variable, VariableValue,
    Word,
};

/// A container's inputs, with a note of those that were asked for.
pub(crate) struct ContainerInputs<'r> {
    reading: ProgramInputs<'r>,
    tie: &'r SourceTie,
    /// The flags that the image puts on the command line.
    of_image: Vec<Occurrence>,
    asked: RefCell<BTreeMap<InputName, InputAnswer>>,
}

/// The name of an input.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum InputName {
    Flag(String),
    Variable(String),
    Key(String),
}

/// What was found under a name.
#[derive(Clone, Debug)]
pub(crate) enum InputAnswer {
    Absent,
    Given(Origin),
    Unknown(Unknown),
}

impl<'r> ContainerInputs<'r> {
    pub(crate) fn new(
        reading: ProgramInputs<'r>,
        tie: &'r SourceTie,
        parser: ParserKind,
        table: &dyn FlagTable,
    ) -> Self {
        let words = match &tie.image_words {
            Some(words) if !reading.has_command => words.as_slice(),
            _ => &[],
        };
        let words: Vec<&str> = words
            .iter()
            .map(String::as_str)
            .skip_while(|word| !word.starts_with('-'))
            .collect();
        let line = parse(parser, &words, table);
        Self {
            reading,
            tie,
            of_image: line.occurrences,
            asked: RefCell::default(),
        }
    }

    /// Forgets what was asked for, for the next term.
    pub(crate) fn begin(&self) {
        self.asked.borrow_mut().clear();
    }

    /// What was found under a name since then.
    pub(crate) fn answer(&self, name: &InputName) -> Option<InputAnswer> {
        self.asked.borrow().get(name).cloned()
    }

    /// The first input that was given since then.
    pub(crate) fn first_given(&self) -> Option<Origin> {
        self.asked
            .borrow()
            .values()
            .find_map(|answer| match answer {
                InputAnswer::Given(origin) => Some(origin.clone()),
                _ => None,
            })
    }

    /// Why an input was not known, by the clause that was passed on.
    pub(crate) fn unknown(&self, because: &str) -> Option<Unknown> {
        self.asked
            .borrow()
            .values()
            .find_map(|answer| match answer {
                InputAnswer::Unknown(unknown) if unknown.reason == because => Some(unknown.clone()),
                _ => None,
            })
    }

    fn note(&self, name: InputName, answer: InputAnswer) {
        self.asked.borrow_mut().insert(name, answer);
    }

    /// What was found, noted under its name.
    fn found(&self, name: InputName, found: InputValue) -> Given {
        match found {
            InputValue::Absent => {
                self.note(name, InputAnswer::Absent);
                Given::Absent
            }
            InputValue::Text(text, origin) => {
                self.note(name, InputAnswer::Given(origin));
                Given::Text(text)
            }
            InputValue::Part(part, origin) => {
                self.note(name, InputAnswer::Given(origin));
                Given::Part(part)
            }
            InputValue::Block => Given::Block,
            InputValue::Unknown(unknown) => {
                let reason = unknown.reason.clone();
                self.note(name, InputAnswer::Unknown(unknown));
                Given::Unknown(reason)
            }
        }
    }

    fn find_flag(&self, name: &str) -> InputValue {
        let reading = self.reading;
        if let Some(because) = reading.opaque {
            return InputValue::Unknown(because.clone());
        }
        let CommandLine { occurrences, .. } = &reading.command_line;
        let written = occurrences.iter().rev().find(|one| one.name == name);
        if let Some(written) = written {
            return self.written_flag(written);
        }
        let by_image = self.of_image.iter().rev().find(|one| one.name == name);
        if let Some(by_image) = by_image {
            let text = value_of(by_image);
            let origin = Origin {
                kind: OriginKind::File,
                text: format!("--{name}={text} of {}", self.tie.by),
                place: None,
                name: name.to_owned(),
                holder: None,
            };
            return InputValue::Text(text, origin);
        }
        if self.tie.image_words.is_none() && !reading.has_command && !reading.has_command_line {
            return InputValue::Unknown(Unknown {
                code: LedgerCode::ArgumentsInImage,
                reason: "neither command nor args are given, so its flags may be in the image"
                    .to_owned(),
                place: None,
            });
        }
        InputValue::Absent
    }

    fn written_flag(&self, written: &Occurrence) -> InputValue {
        let words = &self.reading.words;
        let flag = words.get(written.argument);
        let word = written.value_argument.and_then(|at| words.get(at)).or(flag);
        let (Some(flag), Some(word)) = (flag, word) else {
            return InputValue::Absent;
        };
        let text = match written.value_argument {
            Some(_) => format!("{} {}", flag.written, word.written),
            None => flag.written.to_string(),
        };
        let origin = Origin {
            kind: OriginKind::Flag,
            text,
            place: Some(word.place),
            name: written.name.clone(),
            holder: None,
        };
        if word.text.is_some() {
            return InputValue::Text(value_of(written), origin);
        }
        if let Some(part) = self.field_behind(word) {
            return InputValue::Part(part, origin);
        }
        InputValue::Unknown(Unknown {
            code: LedgerCode::VariableOutsideInput,
            reason: format!(
                "{} uses a variable that is set outside the input",
                flag.written
            ),
            place: Some(word.place),
        })
    }

    /// The fact of the pod that a flag's value is: `--namespace=$(POD_NAMESPACE)`.
    fn field_behind(&self, word: &Word) -> Option<Part> {
        let value = word.written.split_once("$(")?;
        if !(value.0.is_empty() || value.0.ends_with('=')) {
            return None;
        }
        let name = value.1.strip_suffix(')')?;
        match &self.reading.environment.get(name)?.value {
            VariableValue::Field(field) => part_of(field),
            _ => None,
        }
    }

    fn find_variable(&self, name: &str) -> InputValue {
        let set = self.reading.wrapper_env.iter().rev();
        if let Some((_, value)) = set.into_iter().find(|(known, _)| known == name) {
            let origin = |text: String| Origin {
                kind: OriginKind::Env,
                text,
                place: self.reading.words.first().map(|word| word.place),
                name: name.to_owned(),
                holder: None,
            };
            return match value {
                Some(value) => InputValue::Text(value.clone(), origin(format!("{name}={value}"))),
                None => InputValue::Unknown(Unknown {
                    code: LedgerCode::WrapperScript,
                    reason: format!("a script sets {name} to a value that cannot be followed"),
                    place: self.reading.words.first().map(|word| word.place),
                }),
            };
        }
        match self.reading.environment.get(name) {
            Some(variable) => written_variable(variable),
            None if name == "HOSTNAME" => InputValue::Part(
                Part::HostName,
                Origin {
                    kind: OriginKind::Default,
                    text: "HOSTNAME of the container".to_owned(),
                    place: None,
                    name: name.to_owned(),
                    holder: None,
                },
            ),
            None => match &self.reading.environment.open {
                Some(because) => InputValue::Unknown(because.clone()),
                None => self.variable_of_image(name),
            },
        }
    }

    /// A variable that the image sets.
    fn variable_of_image(&self, name: &str) -> InputValue {
        let set = self.tie.image_env.iter().find(|(known, _)| known == name);
        match set {
            Some((_, value)) if value.contains('$') => InputValue::Unknown(Unknown {
                code: LedgerCode::VariableOutsideInput,
                reason: format!("the image sets {name} to a value that its build decides"),
                place: None,
            }),
            Some((_, value)) => InputValue::Text(
                value.clone(),
                Origin {
                    kind: OriginKind::Env,
                    text: format!("{name}={value} of the image"),
                    place: None,
                    name: name.to_owned(),
                    holder: None,
                },
            ),
            None => InputValue::Absent,
        }
    }

    /// A key of a configuration file.
    fn find_key(&self, key: &FileKey) -> InputValue {
        let files = self.reading.files;
        let answer = match &key.file {
            KeyFile::Path(path) => match evaluate(path, self) {
                Ok(path) => match path.plain_text() {
                    Some(path) if path.is_empty() => FileKeyAnswer::Absent,
                    Some(path) => files.key(&path, &key.key),
                    None => FileKeyAnswer::Unknown(not_followed(
                        "the path of its configuration file is made of facts of the pod",
                    )),
                },
                Err(because) => FileKeyAnswer::Unknown(
                    self.unknown(&because.because)
                        .unwrap_or_else(|| not_followed(&because.because)),
                ),
            },
            KeyFile::ConfigMap(variable, usual) => match self.find_variable(variable) {
                InputValue::Text(name, _) => files.map_key(&name, &key.key),
                InputValue::Unknown(because) => FileKeyAnswer::Unknown(because),
                // Without it in the input there is none of the usual name.
                _ => match files.map_key(usual, &key.key) {
                    FileKeyAnswer::Unknown(_) => FileKeyAnswer::Absent,
                    answer => answer,
                },
            },
            KeyFile::Searched => match files.searched() {
                Some(because) => FileKeyAnswer::Unknown(because),
                None => FileKeyAnswer::Absent,
            },
        };
        match answer {
            FileKeyAnswer::Absent => InputValue::Absent,
            FileKeyAnswer::Text(text, origin) => InputValue::Text(text, origin),
            FileKeyAnswer::Block => InputValue::Block,
            FileKeyAnswer::Unknown(because) => InputValue::Unknown(because),
        }
    }
}

/// What was found of an input.
enum InputValue {
    Absent,
    Text(String, Origin),
    Part(Part, Origin),
    Block,
    Unknown(Unknown),
}

fn not_followed(because: &str) -> Unknown {
    Unknown {
        code: LedgerCode::SourceNotFollowed,
        reason: because.to_owned(),
        place: None,
    }
}

impl Inputs for ContainerInputs<'_> {
    fn flag(&self, name: &str) -> Given {
        self.found(InputName::Flag(name.to_owned()), self.find_flag(name))
    }

    fn variable(&self, name: &str) -> Given {
        let found = self.find_variable(name);
        self.found(InputName::Variable(name.to_owned()), found)
    }

    fn key(&self, key: &FileKey) -> Given {
        let found = self.find_key(key);
        self.found(InputName::Key(key.key.to_string()), found)
    }
}

fn value_of(flag: &Occurrence) -> String {
    match (&flag.value, flag.negated) {
        (Some(value), _) => value.clone(),
        (None, negated) => (!negated).to_string(),
    }
}

fn written_variable(variable: &Variable) -> InputValue {
    let origin = |text: String| Origin {
        kind: OriginKind::Env,
        text,
        place: Some(variable.value_place.unwrap_or(variable.place)),
        name: variable.name.clone(),
        holder: None,
    };
    match &variable.value {
        VariableValue::Text(text) => {
            InputValue::Text(text.clone(), origin(format!("{}={text}", variable.name)))
        }
        VariableValue::Unknown(because) => InputValue::Unknown(because.clone()),
        VariableValue::Field(field) => match part_of(field) {
            Some(part) => InputValue::Part(part, origin(format!("{} from {field}", variable.name))),
            None => InputValue::Unknown(Unknown {
                code: LedgerCode::PodField,
                reason: format!("{} is taken from {field} of the running pod", variable.name),
                place: Some(variable.place),
            }),
        },
    }
}

/// The fact of the pod that a field is.
fn part_of(field: &str) -> Option<Part> {
    Some(match field {
        "metadata.name" => Part::PodName,
        "metadata.namespace" => Part::PodNamespace,
        "metadata.uid" => Part::PodUid,
        "spec.nodeName" => Part::NodeName,
        "status.podIP" => Part::PodIp,
        _ => return None,
    })
}

/// The field that a fact of the pod is.
pub(crate) fn field_of(part: &Part) -> Option<&'static str> {
    Some(match part {
        Part::PodName => "metadata.name",
        Part::PodNamespace => "metadata.namespace",
        Part::PodUid => "metadata.uid",
        Part::NodeName => "spec.nodeName",
        Part::PodIp => "status.podIP",
        Part::Text(_) | Part::HostName | Part::Random => return None,
    })
}
