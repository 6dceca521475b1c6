//! How to judge, and where the reports go.

use std::path::PathBuf;
use std::str::FromStr;

use clap::{ArgAction, Args, ValueEnum, ValueHint};

use crate::selectors::RuleSelector;

/// How to judge and what fails a run; shared by every command that judges.
#[derive(Args, Debug)]
pub struct JudgeOptions {
    /// Output format [default: text; with annotations where GITHUB_ACTIONS is `true`]
    #[arg(long, value_name = "FORMAT", value_enum)]
    pub format: Option<ReportFormat>,
    /// Write a report into a file, too; may be given several times
    #[arg(long, value_name = "FORMAT=FILE", action = ArgAction::Append)]
    pub output: Vec<OutputFile>,
    /// The mildest severity that fails the run (status 1)
    #[arg(long, value_name = "SEVERITY", value_enum, default_value_t = FailOn::Warning)]
    pub fail_on: FailOn,
    /// Fail (status 3) if anything could not be judged
    #[arg(long)]
    pub fail_on_not_judged: bool,
    /// How much to say [default: recommended, or what the configuration says]
    #[arg(long, value_name = "PROFILE", value_enum)]
    pub profile: Option<ProfileChoice>,
    /// Run only these rules or groups of rules, whatever the profile
    #[arg(long, value_name = "RULE|GROUP,...", value_delimiter = ',')]
    pub select: Vec<RuleSelector>,
    /// Leave out these rules or groups of rules
    #[arg(long, value_name = "RULE|GROUP,...", value_delimiter = ',')]
    pub ignore: Vec<RuleSelector>,
    /// Show nothing below this severity; what fails the run is --fail-on's
    #[arg(long, value_name = "SEVERITY", value_enum)]
    pub min_severity: Option<SeverityChoice>,
    /// Count the findings by rule instead of showing them (text and concise)
    #[arg(long)]
    pub statistics: bool,
    /// Silence the findings that this baseline knows
    #[arg(long, value_name = "FILE", value_hint = ValueHint::FilePath)]
    pub baseline: Option<PathBuf>,
    /// Write the findings into a baseline, which silences them from now on
    #[arg(long, value_name = "FILE", value_hint = ValueHint::FilePath)]
    pub write_baseline: Option<PathBuf>,
    /// Show the settings of this run instead of judging
    #[arg(long)]
    pub show_settings: bool,
    /// Show findings that an ignore or the baseline silences, too
    #[arg(long)]
    pub show_suppressed: bool,
}

/// What is done about findings in files.
#[derive(Args, Debug)]
#[command(group = clap::ArgGroup::new("fix_or_diff").args(["fix", "diff"]).multiple(true))]
pub struct FixOptions {
    /// Apply the fixes that change nothing that runs or is granted; then judge what remains
    #[arg(long)]
    pub fix: bool,
    /// Apply the other fixes, too: they change a setting, a number of replicas or a right
    #[arg(long, requires = "fix_or_diff")]
    pub unsafe_fixes: bool,
    /// Print the fixes as a unified diff instead of applying them
    #[arg(long, conflicts_with_all = ["format", "statistics"])]
    pub diff: bool,
    /// Write an ignore comment above each finding, with a reason to fill in; then judge what remains
    #[arg(long, conflicts_with_all = ["fix", "diff"])]
    pub add_ignores: bool,
}

impl FixOptions {
    /// Whether files are edited at all, or would be.
    pub fn are_wanted(&self) -> bool {
        self.fix || self.diff || self.add_ignores
    }
}

/// A severity.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum SeverityChoice {
    /// Will not start, can never lead, or two leaders are certain
    Error,
    /// Goes wrong under a fault that does happen
    Warning,
    /// Advice
    Info,
}

/// Output formats of commands that judge.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum ReportFormat {
    /// For people
    Text,
    /// A line a finding
    Concise,
    /// For programs; the shape is stable
    Json,
    /// SARIF 2.1.0, for code scanning
    Sarif,
    /// JUnit XML, one suite a file
    Junit,
    /// Workflow commands of GitHub Actions
    Github,
    /// Code Quality report of GitLab
    Gitlab,
    /// For a comment on a pull request
    Markdown,
}

/// A report that goes into a file: `sarif=out.sarif`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OutputFile {
    /// Its format.
    pub format: ReportFormat,
    /// Where it goes; an older file is overwritten.
    pub file: PathBuf,
}

impl FromStr for OutputFile {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let formats = || {
            let all = ReportFormat::value_variants().iter();
            let names =
                all.filter_map(|format| Some(format.to_possible_value()?.get_name().to_owned()));
            names.collect::<Vec<_>>().join(", ")
        };
        let (format, file) = text
            .split_once('=')
            .ok_or_else(|| format!("expected FORMAT=FILE, where FORMAT is one of {}", formats()))?;
        if file.is_empty() {
            return Err("no file is named after `=`".to_owned());
        }
        let format = ReportFormat::from_str(format, false)
            .map_err(|_| format!("`{format}` is no format; there are {}", formats()))?;
        Ok(Self {
            format,
            file: PathBuf::from(file),
        })
    }
}

/// The mildest severity that fails a run.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum FailOn {
    /// Errors alone
    Error,
    /// Warnings and errors
    Warning,
    /// Any finding
    Info,
    /// Findings never fail the run
    Never,
}

/// How much to say.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum ProfileChoice {
    /// What every project should mend
    Recommended,
    /// More rules and severities
    Strict,
    /// Strict, and matters of taste
    Pedantic,
}
