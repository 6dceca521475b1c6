//! From a container to its program's effective settings, each with its origin.

mod config;

use config::Files;

use super::catalogue;
use super::command_line::{self, CommandLine, ParserKind};
use super::config_file::{self, ConfigEntry, ConfigMaps};
use super::dialect::{Program, Setting, SettingSpec};
use super::environment::Environment;
use super::flag_table::ProgramFlags;
use super::pattern::matches;
use super::reading::{Mention, NonString, Variable, VariableValue, Word};
use super::recognise::{Clue, Evidence, Recognised, recognise};
use super::setting::{Origin, OriginKind, Unknown};
use super::words::command_words;
use manifest::text::FileSpan;
use objects::{Container, LedgerCode, Workload};

/// What was read of one container whose program is known.
pub struct ProgramReading<'w> {
    /// The dialect.
    pub program: &'w Program,
    /// What gave it away.
    pub clue: Clue<'w>,
    /// The command line's words, the program's name first if the manifest names it.
    pub words: Vec<Word>,
    /// Whether the manifest names the program itself.
    pub has_command: bool,
    /// Whether the manifest gives any word at all.
    pub is_given: bool,
    /// Index in `words` of the first word that the program's parser saw.
    pub first_argument: usize,
    /// The parser's view; its indexes are moved so that they refer to `words`.
    pub command_line: CommandLine,
    /// The variables.
    pub environment: Environment,
    /// Items that are not strings.
    pub non_strings: Vec<NonString>,
    /// Everything that speaks about a setting, strongest last within each carrier.
    pub mentions: Vec<Mention>,
    /// For each setting that no mention decides: why its value is not known.
    pub unknown: Vec<(Setting, Unknown)>,
    /// Words that look like election flags and that the program does not have.
    pub unknown_flags: Vec<(usize, String)>,
    /// Why the command line could not be understood.
    pub opaque: Option<Unknown>,
    /// The script around the program, if there is one.
    script_place: Option<FileSpan>,
}

/// Reads one container; `None` when no dialect fits it. `image` is the image that will run.
#[must_use]
pub fn read_container<'w>(
    workload: Workload<'w>,
    container: Container<'w>,
    image: Option<&str>,
    maps: &dyn ConfigMaps<'w>,
    own: &'w [Program],
) -> Option<ProgramReading<'w>> {
    read_with(workload, container, image, maps, |evidence| {
        recognise(evidence, own)
    })
}

/// A word that somebody will still put on a command line.
#[derive(Clone, Debug)]
pub struct AddedWord {
    /// The word.
    pub text: String,
    /// Where it is written.
    pub place: FileSpan,
}

/// Reads one container in which only words that kustomize will add tell of an election: what they say is not
/// known until then. `None` when no dialect fits.
#[must_use]
pub fn read_patched_container<'w>(
    workload: Workload<'w>,
    container: Container<'w>,
    image: Option<&str>,
    maps: &dyn ConfigMaps<'w>,
    own: &'w [Program],
    added: &[AddedWord],
) -> Option<ProgramReading<'w>> {
    if added.is_empty() {
        return None;
    }
    let mut reading = read_with(workload, container, image, maps, |evidence| {
        let mut argv = evidence.argv.to_vec();
        argv.extend(added.iter().map(|word| word.text.as_str()));
        recognise(
            &Evidence {
                argv: &argv,
                ..*evidence
            },
            own,
        )
    })?;
    let table = ProgramFlags::new(reading.program);
    for word in added {
        let name = word.text.trim_start_matches('-');
        let name = name.split_once('=').map_or(name, |(name, _)| name);
        let Some(meaning) = table.meaning(name) else {
            continue;
        };
        reading.unknown.push((
            meaning.spec.setting,
            Unknown {
                code: LedgerCode::KustomizeNotBuilt,
                reason: format!(
                    "a patch puts `{}` on the command line: lint what `kubectl kustomize` prints",
                    word.text
                ),
                place: Some(word.place),
            },
        ));
    }
    Some(reading)
}

/// Reads one container as a program that is known from elsewhere to run in it.
#[must_use]
pub fn read_container_as<'w>(
    workload: Workload<'w>,
    container: Container<'w>,
    program: &'w Program,
    by: Clue<'w>,
    maps: &dyn ConfigMaps<'w>,
) -> Option<ProgramReading<'w>> {
    read_with(workload, container, None, maps, |_| {
        Some(Recognised { program, by })
    })
}

/// Reads one container; `choose` says by which dialect.
fn read_with<'w>(
    workload: Workload<'w>,
    container: Container<'w>,
    image: Option<&str>,
    maps: &dyn ConfigMaps<'w>,
    choose: impl Fn(&Evidence<'_>) -> Option<Recognised<'w>>,
) -> Option<ProgramReading<'w>> {
    let object = workload.object();
    let environment = Environment::of(object, container, maps);
    let command = command_words(object, container, &environment);
    let texts: Vec<&str> = command
        .words
        .iter()
        .map(|word| word.text.as_deref().unwrap_or(&word.written))
        .collect();
    let mut names = environment.names();
    names.extend(command.wrapper_env.iter().map(|(name, _)| name.as_str()));
    let (mounted, mounted_unknown) = config_file::all_mounted(workload, container, maps);
    let kinds: Vec<String> = mounted.iter().flat_map(config_file::kind_words).collect();
    let kind_words: Vec<&str> = kinds.iter().map(String::as_str).collect();
    // A file that the program is not told to read may be meant for another one, which it starts.
    let is_named = |entry: &&ConfigEntry<'_>| texts.iter().any(|text| names_file(text, &entry.key));
    let keys: Vec<String> = mounted
        .iter()
        .filter(is_named)
        .flat_map(config_file::election_keys)
        .collect();
    let key_words: Vec<&str> = keys.iter().map(String::as_str).collect();
    let evidence = Evidence {
        image,
        argv: &texts,
        has_command: command.has_command,
        env: &names,
        config_kinds: &kind_words,
        config_keys: &key_words,
        workload_name: object.name().unwrap_or_default(),
        container_name: container.name(),
    };
    let mut recognised = choose(&evidence)?;
    if is_read_by_another(&recognised, &texts) {
        recognised = choose(&Evidence {
            config_keys: &[],
            ..evidence
        })?;
    }
    let program = recognised.program;
    let table = ProgramFlags::new(program);
    let first_argument = first_argument(program, &texts, command.has_command);
    let mut command_line = command_line::parse(
        program.parser,
        &texts[first_argument.min(texts.len())..],
        &table,
    );
    shift(&mut command_line, first_argument);

    let mut reading = ProgramReading {
        program,
        clue: recognised.by,
        has_command: command.has_command,
        is_given: command.is_given,
        first_argument,
        command_line,
        mentions: Vec::new(),
        unknown: Vec::new(),
        unknown_flags: Vec::new(),
        opaque: command.opaque,
        script_place: command.words.first().map(|word| word.place),
        non_strings: command.non_strings,
        words: Vec::new(),
        environment: Environment::default(),
    };
    reading.read_config(
        workload,
        container,
        maps,
        &command.words,
        &environment,
        &Files {
            mounted: &mounted,
            unknown: mounted_unknown,
        },
    );
    reading.read_env(&environment, &command.wrapper_env);
    reading.note_unlisted_variables(&environment);
    reading.read_flags(&command.words, &table);
    reading.words = command.words;
    reading
        .non_strings
        .extend(environment.non_strings.iter().cloned());
    reading.environment = environment;
    Some(reading)
}

/// Whether a program was told by the keys of a file that the command line does not hand to it by its own flag: one
/// that watches the file beside it may name it too.
fn is_read_by_another(recognised: &Recognised<'_>, words: &[&str]) -> bool {
    let program = recognised.program;
    let Clue::ConfigKind(told) = recognised.by else {
        return false;
    };
    let flags = program.config.as_ref().map_or(&[][..], |it| &it.flags);
    let names = |word: &&str| {
        let flag = word.trim_start_matches('-');
        let flag = flag.split_once('=').map_or(flag, |(flag, _)| flag);
        word.starts_with('-') && flags.iter().any(|one| *one == flag)
    };
    !program.generic
        && !flags.is_empty()
        && program.recognise.config_keys.iter().any(|key| *key == told)
        && !words.iter().any(names)
}

/// Whether a variable that an open pattern fits, such as `*_RETRY_PERIOD`, is one of the election: by its own
/// name, or because others before the same word are.
fn is_of_the_election(name: &str, pattern: &str, environment: &Environment) -> bool {
    let tells = |text: &str| text.contains("LEADER") || text.contains("RENEW_DEADLINE");
    let Some(end) = pattern.strip_prefix('*') else {
        return true;
    };
    let word = name
        .strip_suffix(end)
        .unwrap_or_default()
        .trim_end_matches('_');
    word.is_empty()
        || word.ends_with("LEASE")
        || tells(name)
        || environment.variables.iter().any(|other| {
            let rest = other.name.strip_prefix(word);
            rest.is_some_and(|rest| rest.starts_with('_') && tells(rest))
        })
}

fn is_about_elections(flag: &str) -> bool {
    flag.contains("leader") && (flag.contains("elect") || flag.contains("lease"))
}

/// Whether a word of the command line ends in a file's name, as a path does: `--config=/etc/manager.yaml`.
fn names_file(word: &str, file: &str) -> bool {
    word.strip_suffix(file)
        .is_some_and(|before| before.is_empty() || before.ends_with(['/', '=']))
}

/// The first word that the flag parser sees: after the program's name and its subcommands.
///
/// Go's `flag` stops at the first word that is no flag, so for a program that is known to use
/// it only words that its dialect lists as subcommands are passed over.
fn first_argument(program: &Program, words: &[&str], has_command: bool) -> usize {
    let start = usize::from(has_command).min(words.len());
    let strict = program.parser == ParserKind::GoFlag && !program.generic;
    let listed = |word: &str| {
        let file_name = word.rsplit('/').next().unwrap_or(word);
        program.recognise.commands.iter().any(|command| {
            command
                .split(' ')
                .any(|part| part == file_name || part == word || part == "*")
        })
    };
    let subcommands = words
        .iter()
        .skip(start)
        .take_while(|word| !word.is_empty() && !word.starts_with('-') && (!strict || listed(word)))
        .count();
    start + subcommands
}

fn shift(line: &mut CommandLine, by: usize) {
    for occurrence in &mut line.occurrences {
        occurrence.argument += by;
        occurrence.value_argument = occurrence.value_argument.map(|at| at + by);
    }
    for positional in &mut line.positionals {
        *positional += by;
    }
    for detached in &mut line.detached {
        detached.argument += by;
        detached.value_argument += by;
    }
    line.stopped_at = line.stopped_at.map(|at| at + by);
    line.agreed_until = line.agreed_until.map(|at| at + by);
    if let Some(error) = &mut line.error {
        error.argument += by;
    }
}

impl<'w> ProgramReading<'w> {
    fn mention(&mut self, setting: Setting, origin: Origin, value: Option<String>, ignored: bool) {
        self.mentions.push(Mention {
            setting,
            origin,
            value,
            overridden: false,
            ignored,
            after_stop: false,
        });
    }

    fn read_flags(&mut self, words: &[Word], table: &ProgramFlags<'_>) {
        let line = std::mem::take(&mut self.command_line);
        for occurrence in &line.occurrences {
            let Some(meaning) = table.meaning(&occurrence.name) else {
                self.feature_gates(words, occurrence);
                self.note_unknown_flag(&occurrence.name, occurrence.argument);
                self.note_unlisted_flag(words, occurrence);
                continue;
            };
            let flag_word = words.get(occurrence.argument);
            let value_word = occurrence
                .value_argument
                .and_then(|at| words.get(at))
                .or(flag_word);
            let (Some(flag_word), Some(value_word)) = (flag_word, value_word) else {
                continue;
            };
            let text = match occurrence.value_argument {
                Some(_) => format!("{} {}", flag_word.written, value_word.written),
                None => flag_word.written.to_string(),
            };
            let origin = Origin {
                kind: OriginKind::Flag,
                text,
                place: Some(value_word.place),
                name: occurrence.name.clone(),
            };
            let known = value_word.text.is_some();
            let value = match (&occurrence.value, occurrence.negated) {
                (Some(value), _) => Some(value.clone()),
                (None, true) => Some("false".to_owned()),
                (None, false) => Some("true".to_owned()),
            };
            let setting = meaning.spec.setting;
            if known {
                self.mention(setting, origin, value, meaning.ignored);
            } else {
                let because = if value_word.excess {
                    Environment::excess(&flag_word.written, value_word.place)
                } else {
                    Unknown {
                        code: LedgerCode::VariableOutsideInput,
                        reason: format!(
                            "{} uses a variable that is set outside the input",
                            flag_word.written
                        ),
                        place: Some(value_word.place),
                    }
                };
                self.mention(setting, origin, None, meaning.ignored);
                self.unknown.retain(|(other, _)| *other != setting);
                self.unknown.push((setting, because));
            }
        }
        if let Some(stop) = line.stopped_at {
            self.read_after_stop(words, table, stop);
        }
        self.command_line = line;
        mark_overridden(self.program, &mut self.mentions);
    }

    /// Flags that stand where the program no longer reads flags: said, but not believed.
    fn read_after_stop(&mut self, words: &[Word], table: &ProgramFlags<'_>, stop: usize) {
        for word in words.iter().skip(stop) {
            let Some(name) = word.written.strip_prefix('-') else {
                continue;
            };
            let name = name.strip_prefix('-').unwrap_or(name);
            let (name, value) = match name.split_once('=') {
                Some((name, value)) => (name, Some(value.to_owned())),
                None => (name, None),
            };
            let Some(meaning) = table.meaning(name) else {
                continue;
            };
            self.mentions.push(Mention {
                setting: meaning.spec.setting,
                origin: Origin {
                    kind: OriginKind::Flag,
                    text: word.written.to_string(),
                    place: Some(word.place),
                    name: name.to_owned(),
                },
                value,
                overridden: false,
                ignored: false,
                after_stop: true,
            });
        }
    }

    fn feature_gates(&mut self, words: &[Word], occurrence: &command_line::Occurrence) {
        if occurrence.name != "feature-gates" {
            return;
        }
        let Some(value) = &occurrence.value else {
            return;
        };
        let at = occurrence.value_argument.unwrap_or(occurrence.argument);
        let Some(word) = words.get(at) else { return };
        let gates: Vec<(Setting, String)> = self
            .program
            .settings
            .iter()
            .filter_map(|spec| Some((spec.setting, spec.feature_gate.as_deref()?)))
            .filter_map(|(setting, gate)| {
                value.split(',').find_map(|part| {
                    let (name, value) = part.split_once('=')?;
                    (name.trim() == gate).then(|| (setting, value.trim().to_owned()))
                })
            })
            .collect();
        for (setting, value) in gates {
            let origin = Origin {
                kind: OriginKind::Flag,
                text: word.written.to_string(),
                place: Some(word.place),
                name: occurrence.name.clone(),
            };
            self.mention(setting, origin, Some(value), false);
        }
    }

    fn note_unknown_flag(&mut self, name: &str, argument: usize) {
        if !self.program.flags_complete || self.program.other_flags.iter().any(|flag| flag == name)
        {
            return;
        }
        if is_about_elections(name) {
            self.unknown_flags.push((argument, name.to_owned()));
        }
    }

    /// A flag about elections that other programs have: where not all flags of a program are listed, it
    /// may be one of them, so that the setting is not known to have its default.
    fn note_unlisted_flag(&mut self, words: &[Word], occurrence: &command_line::Occurrence) {
        let name = &occurrence.name;
        let program = self.program;
        if program.generic
            || program.flags_complete
            || !is_about_elections(name)
            || program.other_flags.iter().any(|flag| flag == name)
        {
            return;
        }
        let setting = catalogue::generic()
            .flat_map(|other| other.settings.iter())
            .find(|spec| spec.flags.iter().any(|flag| flag == name))
            .map(|spec| spec.setting);
        let (Some(setting), Some(word)) = (setting, words.get(occurrence.argument)) else {
            return;
        };
        self.unknown.push((
            setting,
            Unknown {
                code: LedgerCode::FlagNotListed,
                reason: format!(
                    "what `{}` is to {} is not known",
                    word.written, program.name
                ),
                place: Some(word.place),
            },
        ));
    }

    /// A variable about elections that other programs have: as with flags, it may be one of this program's.
    fn note_unlisted_variables(&mut self, environment: &Environment) {
        let program = self.program;
        if program.generic || program.flags_complete {
            return;
        }
        let reads =
            |spec: &SettingSpec, name: &str| spec.env.iter().any(|pattern| matches(pattern, name));
        for variable in &environment.variables {
            let name = &variable.name;
            if !name.contains("LEADER_ELECT")
                || program.settings.iter().any(|spec| reads(spec, name))
            {
                continue;
            }
            let setting = catalogue::generic()
                .flat_map(|other| other.settings.iter())
                .find(|spec| reads(spec, name))
                .map(|spec| spec.setting);
            let Some(setting) = setting else { continue };
            self.unknown.push((
                setting,
                Unknown {
                    code: LedgerCode::VariableNotListed,
                    reason: format!(
                        "what the variable {name} is to {} is not known",
                        program.name
                    ),
                    place: Some(variable.place),
                },
            ));
        }
    }

    fn read_env(&mut self, environment: &Environment, wrapper: &[(String, Option<String>)]) {
        for spec in self.program.settings.iter() {
            // The strongest name comes first in the dialect, the strongest mention last here.
            for pattern in spec.env.iter().rev() {
                for variable in &environment.variables {
                    if !matches(pattern, &variable.name)
                        || self.program.generic
                            && !is_of_the_election(&variable.name, pattern, environment)
                    {
                        continue;
                    }
                    self.read_variable(spec, variable);
                }
                for (name, value) in wrapper.iter().filter(|(name, _)| matches(pattern, name)) {
                    let origin = Origin {
                        kind: OriginKind::Env,
                        text: format!("{name}={}", value.as_deref().unwrap_or("?")),
                        place: self.script_place,
                        name: name.clone(),
                    };
                    if value.is_none() {
                        self.unknown.push((
                            spec.setting,
                            Unknown {
                                code: LedgerCode::WrapperScript,
                                reason: format!(
                                    "a script sets {name} to a value that cannot be followed"
                                ),
                                place: self.script_place,
                            },
                        ));
                    }
                    self.mention(spec.setting, origin, value.clone(), false);
                }
            }
        }
        if let Some(open) = &environment.open {
            for spec in self
                .program
                .settings
                .iter()
                .filter(|spec| !spec.env.is_empty())
            {
                let mentioned = self
                    .mentions
                    .iter()
                    .any(|mention| mention.setting == spec.setting);
                if !mentioned && !self.program.generic {
                    self.unknown.push((spec.setting, open.clone()));
                }
            }
        }
    }

    fn read_variable(&mut self, spec: &SettingSpec, variable: &Variable) {
        let place = variable.value_place.unwrap_or(variable.place);
        let (text, value) = match &variable.value {
            VariableValue::Text(text) => (format!("{}={text}", variable.name), Some(text.clone())),
            VariableValue::Field(field) => (format!("{} from {field}", variable.name), None),
            VariableValue::Unknown(_) => (variable.name.clone(), None),
        };
        let origin = Origin {
            kind: OriginKind::Env,
            text,
            place: Some(place),
            name: variable.name.clone(),
        };
        self.unknown.retain(|(setting, _)| *setting != spec.setting);
        match &variable.value {
            VariableValue::Unknown(because) => self.unknown.push((spec.setting, because.clone())),
            VariableValue::Field(field) => self.unknown.push((
                spec.setting,
                Unknown {
                    code: LedgerCode::PodField,
                    reason: format!("{} is taken from {field} of the running pod", variable.name),
                    place: Some(place),
                },
            )),
            VariableValue::Text(_) => {}
        }
        self.mention(spec.setting, origin, value, false);
    }
}

/// The last mention of a setting decides; those before it are overridden. Ignored ones and ones
/// after the end of the flags decide nothing. Where a listed program has two flags for one setting,
/// the one its dialect names first wins over the other, wherever it stands.
fn mark_overridden(program: &Program, mentions: &mut [Mention]) {
    let rank = |mention: &Mention| {
        if mention.origin.kind != OriginKind::Flag || program.generic {
            return 0;
        }
        let flags = program.spec(mention.setting).map(|spec| &spec.flags);
        let at = |flags: &super::dialect::List<super::dialect::Text>| {
            flags.iter().position(|flag| *flag == mention.origin.name)
        };
        flags.and_then(at).unwrap_or(0)
    };
    let decides = |mention: &Mention| !mention.ignored && !mention.after_stop;
    for setting in Setting::ALL {
        let strongest = mentions
            .iter()
            .filter(|mention| mention.setting == setting && decides(mention))
            .filter(|mention| mention.origin.kind == OriginKind::Flag)
            .map(rank)
            .min();
        let mut decided = false;
        for mention in mentions.iter_mut().rev() {
            if mention.setting != setting || !decides(mention) {
                continue;
            }
            let weaker = mention.origin.kind == OriginKind::Flag
                && strongest.is_some_and(|strongest| rank(mention) > strongest);
            mention.overridden = decided || weaker;
            decided |= !weaker;
        }
    }
}
