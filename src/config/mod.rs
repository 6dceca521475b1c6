//! `.leaselint.yaml`: found, read with its spans, and turned into settings.
//!
//! Mistakes in it are shown in place, all of them at once.

#[cfg(feature = "serve")]
mod admission;
#[cfg(feature = "custom-rules")]
mod custom_rules;
mod error;
mod extends;
mod find;
mod ignores;
#[cfg(feature = "schema")]
mod keys;
mod limits;
mod mistake;
mod path_set;
mod per_path;
mod programs;
mod read;
mod render;
mod selection;
mod severities;

use std::fs;
use std::path::{Path, PathBuf};
use std::time::{SystemTime, UNIX_EPOCH};

use engine::ignores::{Day, IgnoreCoverage};
use engine::world::Bundling;
use engine::{Profile, Rule, Settings, Severity};
use manifest::text::FileId;

#[cfg(feature = "custom-rules")]
pub use custom_rules::OwnRule;
pub use error::ConfigError;
pub use extends::ReadConfig;
#[cfg(feature = "git")]
pub use find::{LARGEST_CONFIG_BYTES, NAMES, is_manifest, text_of};
pub use find::{in_folder, read as read_config};
#[cfg(feature = "schema")]
pub use keys::schema;
pub use path_set::PathSet;
pub use render::RenderConfig;
#[cfg(feature = "render")]
pub use render::{ConfiguredChart, ConfiguredRelease};

use crate::cli::{BundleChoice, ProfileChoice};
use crate::selectors::{ExcludePattern, RuleSelector};
use crate::status::CommandError;

/// The number of the configuration file, which is no part of the input.
pub const CONFIG_FILE: FileId = FileId(u32::MAX);

/// The largest file that is read where the configuration says nothing: 32 MiB.
const DEFAULT_LARGEST_FILE_BYTES: u64 = 32 << 20;

/// What the user configured.
#[derive(Debug)]
pub struct Config {
    /// What the engine takes.
    pub settings: Settings,
    /// Severities of groups, `None` for off: those of a rule's own are stronger, and later ones are than earlier ones.
    groups: Vec<(Vec<&'static Rule>, Option<Severity>)>,
    /// The rules that the configuration selects; none: the profile decides.
    selected: Vec<&'static Rule>,
    /// The user's own rules.
    #[cfg(feature = "custom-rules")]
    pub own_rules: Vec<OwnRule>,
    /// Files of more bytes are not read.
    pub largest_file: u64,
    /// Paths to leave out of folders.
    pub exclude: Option<PathSet>,
    /// How charts are rendered.
    pub render: RenderConfig,
    /// What the webhook denies.
    #[cfg(feature = "serve")]
    pub admission: webhook::review::AdmissionRules,
    /// The file itself, if there is one.
    pub file: Option<ConfigFile>,
}

/// The configuration file as reports show it.
#[derive(Debug)]
pub struct ConfigFile {
    /// Its name.
    pub name: String,
    /// Its text.
    pub text: String,
    /// The names of the files that it extends, in the order in which they were read.
    pub extended: Vec<String>,
}

impl Default for Config {
    fn default() -> Self {
        Self {
            settings: Settings {
                today: Some(today()),
                ..Settings::default()
            },
            groups: Vec::new(),
            selected: Vec::new(),
            #[cfg(feature = "custom-rules")]
            own_rules: Vec::new(),
            largest_file: DEFAULT_LARGEST_FILE_BYTES,
            exclude: None,
            render: RenderConfig::default(),
            #[cfg(feature = "serve")]
            admission: webhook::review::AdmissionRules::default(),
            file: None,
        }
    }
}

/// The day, in UTC.
pub fn today() -> Day {
    let since_1970 = SystemTime::now().duration_since(UNIX_EPOCH);
    Day::of_unix_time(since_1970.map_or(0, |passed| passed.as_secs()))
}

impl Config {
    /// The configuration named on the command line, or the one above the first path.
    ///
    /// # Errors
    /// A file that cannot be read, or mistakes in it.
    pub fn load(
        named: Option<&Path>,
        first_path: &Path,
        profile: Option<ProfileChoice>,
    ) -> Result<Self, ConfigError> {
        let mut config = match find::find(named, first_path)? {
            Some((path, text)) => read::config(&path, text, &find::read)?,
            None => Self::default(),
        };
        config.choose(profile);
        Ok(config)
    }

    /// A configuration that was found somewhere else, such as in a revision, from which `text_of` reads what it extends.
    ///
    /// # Errors
    /// Mistakes in it.
    pub fn from_text(
        path: &Path,
        text: String,
        text_of: &ReadConfig<'_>,
        profile: Option<ProfileChoice>,
    ) -> Result<Self, ConfigError> {
        let mut config = read::config(path, text, text_of)?;
        config.choose(profile);
        Ok(config)
    }

    /// What holds where there is no file.
    pub fn without_file(profile: Option<ProfileChoice>) -> Self {
        let mut config = Self::default();
        config.choose(profile);
        config
    }

    /// The user's own rules over kinds of which no object comes to the webhook, each with the kind.
    #[cfg(feature = "serve")]
    pub fn kinds_not_sent(&self) -> Vec<(&'static str, String)> {
        let mut not_sent: Vec<(&'static str, String)> = Vec::new();
        #[cfg(feature = "custom-rules")]
        for own in &self.own_rules {
            if let custom::RuleSubject::Object(kinds) = &own.custom.subject {
                let kinds = kinds.iter();
                let others =
                    kinds.filter(|kind| !webhook::review::ReviewedKind::is_any_judged(kind));
                not_sent.extend(others.map(|kind| (own.rule.id, kind.clone())));
            }
        }
        // Without the feature there are no such rules.
        #[cfg(not(feature = "custom-rules"))]
        not_sent.clear();
        not_sent
    }

    /// Settles what depends on the profile, once it is known.
    fn choose(&mut self, profile: Option<ProfileChoice>) {
        if let Some(profile) = profile {
            self.settings.profile = match profile {
                ProfileChoice::Recommended => Profile::Recommended,
                ProfileChoice::Strict => Profile::Strict,
                ProfileChoice::Pedantic => Profile::Pedantic,
            };
        }
        for (group, severity) in std::mem::take(&mut self.groups).into_iter().rev() {
            // A group's severity is no reason to run what the profile leaves out.
            let runs = |rule: &Rule| severity.is_none() || rule.profile <= self.settings.profile;
            for rule in group.iter().filter(|rule| runs(rule)) {
                let own = self.settings.severities.entry(rule.id.to_owned());
                own.or_insert(severity);
            }
        }
        let selected = std::mem::take(&mut self.selected);
        selection::select(&mut self.settings, &selected, false);
    }

    /// The same, with the rules that the command line selects and leaves out.
    ///
    /// # Errors
    /// A name that no rule and no group has.
    pub fn selecting(
        mut self,
        selected: &[RuleSelector],
        ignored: &[RuleSelector],
    ) -> Result<Self, CommandError> {
        let rules_of = |selectors: &[RuleSelector]| {
            let rules = selectors
                .iter()
                .map(|selector| selector.rules(&self.settings.rules));
            let rules = rules.collect::<Result<Vec<_>, _>>();
            rules
                .map(|rules| rules.concat())
                .map_err(CommandError::usage)
        };
        let (selected, ignored) = (rules_of(selected)?, rules_of(ignored)?);
        selection::select(&mut self.settings, &selected, true);
        selection::ignore(&mut self.settings, &ignored);
        Ok(self)
    }

    /// The same, with the paths that the command line leaves out.
    #[must_use]
    pub fn excluding(mut self, patterns: &[ExcludePattern]) -> Self {
        if let Some(named) = path_set::excluded_by(patterns) {
            self.exclude = Some(match self.exclude.take() {
                Some(configured) => configured.and(named),
                None => named,
            });
            // An ignore may be about a file that is left out.
            self.settings.ignores.coverage = IgnoreCoverage::Part;
        }
        self
    }

    /// The same, with what the command line says of what belongs together.
    #[must_use]
    pub fn bundled(mut self, bundle: Option<BundleChoice>) -> Self {
        if let Some(bundle) = bundle {
            self.settings.bundling = match bundle {
                BundleChoice::Auto => Bundling::Auto,
                BundleChoice::File => Bundling::File,
                BundleChoice::Folder => Bundling::Folder,
                BundleChoice::Input => Bundling::Input,
            };
        }
        self
    }

    /// The same for a run over these paths of the command line: of what the run does not look at it is not known that an
    /// entry of `ignore` silences nothing there.
    #[must_use]
    pub fn covering(mut self, paths: &[PathBuf]) -> Self {
        let file = self
            .file
            .as_ref()
            .and_then(|file| fs::canonicalize(&file.name).ok());
        let folder = file.as_deref().and_then(Path::parent);
        let is_whole = folder.is_some_and(|folder| {
            let mut looked_at = paths.iter().filter_map(|path| fs::canonicalize(path).ok());
            looked_at.any(|path| folder.starts_with(path))
        });
        self.settings.ignores.coverage = if is_whole {
            IgnoreCoverage::Whole
        } else {
            IgnoreCoverage::Part
        };
        self
    }
}
