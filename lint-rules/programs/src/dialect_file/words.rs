//! The words of the format, and the small readers of names.

use super::super::boolean::BoolSyntax;
use super::super::command_line::ParserKind;
use super::super::dialect::{ConfigFormat, IdentityBase, Library};
use super::super::duration::DurationSyntax;
use super::error::{DialectError, mistake};
use super::scalar::WordList;

pub(super) const LIBRARIES: &[(&str, Library)] = &[
    ("client-go", Library::ClientGo),
    ("controller-runtime", Library::ControllerRuntime),
    ("fabric8", Library::Fabric8),
    ("kubernetes-python", Library::Python),
    ("kubert", Library::Kubert),
    ("kubeops", Library::KubeOps),
    ("kubernetes-java", Library::KubernetesJava),
    ("camel", Library::Camel),
    ("kube-leader-election", Library::KubeLeaderElection),
    ("kopf", Library::Kopf),
    ("bonny", Library::Bonny),
    ("akka", Library::Akka),
    ("leader-for-life", Library::LeaderForLife),
    ("own", Library::Own),
    ("unknown", Library::Unknown),
];

pub(super) const IDENTITIES: &[(&str, IdentityBase)] = &[
    ("hostname-uuid", IdentityBase::HostnameUuid),
    ("hostname", IdentityBase::Hostname),
    ("pod-name-env", IdentityBase::PodNameEnv),
    ("env", IdentityBase::Env),
    ("flag", IdentityBase::Flag),
    ("node-name", IdentityBase::NodeName),
    ("literal", IdentityBase::Literal),
    ("unknown", IdentityBase::Unknown),
];

pub(super) const PARSERS: &[(&str, ParserKind)] = &[
    ("pflag", ParserKind::Pflag),
    ("go-flag", ParserKind::GoFlag),
    ("kingpin", ParserKind::Kingpin),
    ("kong", ParserKind::Kong),
    ("click", ParserKind::Click),
    ("urfave-cli", ParserKind::UrfaveCli),
    ("viper", ParserKind::Viper),
    ("java-properties", ParserKind::JavaProperties),
    ("unknown", ParserKind::Unknown),
];

pub(super) const BOOLEANS: &[(&str, BoolSyntax)] = &[
    ("bool", BoolSyntax::GoParse),
    ("true-false", BoolSyntax::TrueFalse),
    ("yes-no", BoolSyntax::YesNo),
    ("exact-true", BoolSyntax::ExactTrue),
    ("java-bool", BoolSyntax::Java),
];

pub(super) const DURATIONS: &[(&str, DurationSyntax)] = &[
    ("go-duration", DurationSyntax::Go),
    ("gateway-duration", DurationSyntax::Gateway),
    (
        "go-duration-or-nanoseconds",
        DurationSyntax::NfdNumberIsNanoseconds,
    ),
    ("seconds", DurationSyntax::IntSeconds),
    ("milliseconds", DurationSyntax::IntMillis),
    ("iso8601", DurationSyntax::Iso8601),
    ("flink-duration", DurationSyntax::Flink),
    ("spring-duration", DurationSyntax::Spring),
];

pub(super) const FORMATS: &[(&str, ConfigFormat)] = &[
    ("yaml", ConfigFormat::Yaml),
    ("component", ConfigFormat::Component),
    ("decoded", ConfigFormat::Decoded),
    ("properties", ConfigFormat::Properties),
    ("keys", ConfigFormat::Keys),
    ("keys-or-yaml", ConfigFormat::KeysOrYaml),
    ("spring", ConfigFormat::Spring),
    ("unread", ConfigFormat::Unread),
];

/// The word of a record for a parser.
#[must_use]
pub fn parser_word(parser: ParserKind) -> Option<&'static str> {
    word_of(PARSERS, parser)
}

/// The word of a record for a configuration file's format.
#[must_use]
pub fn format_word(format: ConfigFormat) -> Option<&'static str> {
    word_of(FORMATS, format)
}

/// The word of a record for what an identity is made of.
#[must_use]
pub fn identity_word(base: IdentityBase) -> Option<&'static str> {
    word_of(IDENTITIES, base)
}

fn word_of<T: PartialEq>(names: &[(&'static str, T)], value: T) -> Option<&'static str> {
    let found = names.iter().find(|(_, named)| *named == value);
    found.map(|(word, _)| *word)
}

pub(super) fn named<T: Copy>(
    id: &str,
    field: &str,
    word: &str,
    names: &[(&str, T)],
) -> Result<T, DialectError> {
    if let Some((_, value)) = names.iter().find(|(name, _)| *name == word) {
        return Ok(*value);
    }
    let names: Vec<_> = names.iter().map(|(name, _)| *name).collect();
    Err(mistake(
        id,
        field,
        format!("`{word}` is none of {}", names.join(", ")),
    ))
}

pub(super) fn flag_names(
    id: &str,
    field: &str,
    words: &WordList,
) -> Result<Vec<String>, DialectError> {
    if let Some(word) = words
        .0
        .iter()
        .find(|word| word.starts_with('-') || word.is_empty())
    {
        return Err(mistake(
            id,
            field,
            format!("`{word}`: flags are written without dashes"),
        ));
    }
    Ok(words.0.clone())
}

pub(super) fn is_kebab(id: &str) -> bool {
    let word = |word: &str| {
        !word.is_empty()
            && word
                .bytes()
                .all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit())
    };
    id.split('-').all(word)
}
