//! From a container to its program's effective settings, each with its origin.

mod arguments;
mod container_files;
mod decoded_files;
mod files;
mod flags;
mod mentions;
mod spring_files;
mod unknown_flags;
mod variables;

use arguments::{first_argument, shift};
use container_files::ContainerFiles;
use files::{FileSources, read_files, read_json};
use flags::read_flags;
use mentions::Mentions;
use spring_files::json_variable;
pub use unknown_flags::{UnknownFlag, is_about_elections};
use variables::{java_words, note_unlisted_variables, read_env, read_java_options};

use crate::command_line::{self, CommandLine, ParserKind};
use crate::command_words::{Word, command_words};
use crate::config_evidence::property_names;
use crate::config_map::ConfigMaps;
use crate::dialect::{ConfigFormat, Program, Setting};
use crate::environment::Environment;
use crate::flag_table::ProgramFlags;
use crate::non_string::NonString;
use crate::origin::{Mention, Unknown};
use crate::recognition::{Clue, Evidence, Recognised, recognise};
use crate::source::{ProgramInputs, SourceFacts, SourceTie, TiedProgram};
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
    /// Whether the manifest has any word of a command line at all.
    pub has_command_line: bool,
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
    /// Election flags that the program does not have.
    pub unknown_flags: Vec<UnknownFlag>,
    /// Why the command line could not be understood.
    pub opaque: Option<Unknown>,
    /// What the program's own source says of its settings; it outweighs the record.
    pub source: Option<Box<SourceFacts>>,
    /// Why source that lies beside the manifest does not count, if it may be this program's.
    pub not_tied: Option<Unknown>,
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
        recognise(evidence, own).map(ChosenProgram::from)
    })
}

/// The program of a container, and its source if that was read.
pub(super) struct ChosenProgram<'w> {
    pub(super) recognised: Recognised<'w>,
    pub(super) source: Option<(&'w dyn TiedProgram, SourceTie)>,
}

impl<'w> From<Recognised<'w>> for ChosenProgram<'w> {
    fn from(recognised: Recognised<'w>) -> Self {
        Self {
            recognised,
            source: None,
        }
    }
}

/// A word that somebody will still put on a command line.
#[derive(Clone, Debug)]
pub struct AddedWord {
    /// The word.
    pub text: String,
    /// Where it is written.
    pub place: FileSpan,
}

/// Reads one container in which only words that kustomize will add show an election: their values are not
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
        .map(ChosenProgram::from)
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
        Some(ChosenProgram::from(Recognised { program, by }))
    })
}

/// Reads one container; `choose` says by which dialect.
pub(super) fn read_with<'w>(
    workload: Workload<'w>,
    container: Container<'w>,
    image: Option<&str>,
    maps: &dyn ConfigMaps<'w>,
    choose: impl Fn(&Evidence<'_>) -> Option<ChosenProgram<'w>>,
) -> Option<ProgramReading<'w>> {
    let environment = Environment::of(workload.object(), container, maps);
    let command = command_words(workload.object(), container, &environment);
    let texts = command.texts();
    let files = ContainerFiles::of(workload, container, maps, &texts);
    let mut variables = environment.names();
    variables.extend(command.wrapper_env.iter().map(|(name, _)| name.as_str()));
    let kinds: Vec<&str> = files.kinds.iter().map(String::as_str).collect();
    let json = json_variable(container).as_ref().map(property_names);
    let keys: Vec<&str> = files
        .keys
        .iter()
        .chain(json.iter().flatten())
        .map(String::as_str)
        .collect();
    // The virtual machine takes the words of these variables as its own arguments.
    let mut argv = texts.clone();
    argv.extend(java_words(&environment));
    let evidence = Evidence {
        image,
        argv: &argv,
        has_command: command.has_command,
        env: &variables,
        config_kinds: &kinds,
        config_keys: &keys,
        workload_name: workload.object().name().unwrap_or_default(),
        container_name: container.name(),
    };
    let mut chosen = choose(&evidence)?;
    if is_read_by_another(&chosen.recognised, &texts) {
        chosen = choose(&Evidence {
            config_keys: &[],
            ..evidence
        })?;
    }
    let ChosenProgram { recognised, source } = chosen;
    let program = recognised.program;
    let table = ProgramFlags::new(program).with_source(source.as_ref().map(|(source, _)| *source));
    let first_argument = first_argument(program, &texts, command.has_command);
    let arguments = texts.get(first_argument..).unwrap_or_default();
    let mut command_line = command_line::parse(program.parser, arguments, &table);
    shift(&mut command_line, first_argument);

    let mut mentions = Mentions::new(program);
    let sources = FileSources {
        workload,
        container,
        maps,
        words: &command.words,
        command_line: &command_line,
        environment: &environment,
        files: &files,
        java: program.parser == ParserKind::JavaProperties,
    };
    let files_win = program
        .config
        .as_ref()
        .is_some_and(|config| config.wins_over_flags);
    if !files_win {
        read_files(&mut mentions, &sources);
    }
    let script_place = command.words.first().map(|word| word.place);
    read_env(
        &mut mentions,
        &environment,
        &command.wrapper_env,
        script_place,
    );
    note_unlisted_variables(&mut mentions, &environment);
    read_java_options(&mut mentions, &environment, &table);
    read_json(&mut mentions, container);
    read_flags(&mut mentions, &command_line, &command.words, &table);
    if files_win {
        read_files(&mut mentions, &sources);
    }
    mentions.mark_overridden();
    let mut non_strings = command.non_strings;
    non_strings.extend(environment.non_strings.iter().cloned());
    let source = source.and_then(|(source, tie)| {
        let given = ProgramInputs {
            words: &command.words,
            has_command: command.has_command,
            has_command_line: command.is_written,
            command_line: &command_line,
            environment: &environment,
            wrapper_env: &command.wrapper_env,
            opaque: command.opaque.as_ref(),
            files: &sources,
        };
        source.facts(&given, &tie).map(Box::new)
    });
    Some(ProgramReading {
        program,
        clue: recognised.by,
        words: command.words,
        has_command: command.has_command,
        has_command_line: command.is_written,
        first_argument,
        command_line,
        environment,
        non_strings,
        mentions: mentions.mentions,
        unknown: mentions.unknown,
        unknown_flags: mentions.unknown_flags,
        opaque: command.opaque,
        source,
        not_tied: None,
    })
}

/// Whether a program was recognised by the keys of a file that no flag of its own names: a program beside it that
/// watches the file may name it too.
fn is_read_by_another(recognised: &Recognised<'_>, words: &[&str]) -> bool {
    let program = recognised.program;
    let Clue::ConfigKind(word) = recognised.by else {
        return false;
    };
    let config = program.config.as_ref();
    // Spring's files, and those of a fixed name, need no flag.
    let config =
        config.filter(|config| config.format != ConfigFormat::Spring && config.names.is_empty());
    let flags = config.map_or(&[][..], |it| &it.flags);
    let names = |word: &&str| {
        let flag = word.trim_start_matches('-');
        let flag = flag.split_once('=').map_or(flag, |(flag, _)| flag);
        word.starts_with('-') && flags.iter().any(|one| *one == flag)
    };
    !program.generic
        && !flags.is_empty()
        && program.recognise.config_keys.iter().any(|key| *key == word)
        && !words.iter().any(names)
}
