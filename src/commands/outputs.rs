//! Where the reports of a run go: standard output, the files of `--output`, and what GitHub Actions shows.

use std::env;
use std::fmt::Write as _;
use std::fs::{self, OpenOptions};
use std::io::Write as _;
use std::path::Path;

use super::print;
use crate::cli::{JudgeOptions, ReportFormat};
use crate::reports::formats::{self, ReportContent};
use crate::reports::statistics::statistics;
use crate::status::CommandError;
use crate::terminal::Terminal;

/// Refuses two reports that would go into one file.
///
/// # Errors
/// The file that is named twice.
pub fn check(judgement: &JudgeOptions) -> Result<(), CommandError> {
    let outputs = judgement.output.iter().map(|output| &output.file);
    let mut known = Vec::new();
    for file in outputs.chain(&judgement.write_baseline) {
        // A file that is not there yet is known by its folder.
        let folder = file
            .parent()
            .filter(|folder| !folder.as_os_str().is_empty());
        let folder = fs::canonicalize(folder.unwrap_or(Path::new("."))).ok();
        let folder = folder.zip(file.file_name());
        let whole = fs::canonicalize(file).ok();
        let path = whole.or_else(|| folder.map(|(folder, name)| folder.join(name)));
        let path = path.unwrap_or_else(|| file.clone());
        if known.contains(&path) {
            return Err(CommandError::usage(format_args!(
                "two reports would go into {}",
                file.display().to_string().escape_debug()
            )));
        }
        known.push(path);
    }
    Ok(())
}

/// The reports that a run can give. Text and JSON are the command's own; the others are alike for all.
pub struct Reports<'a> {
    /// What the other formats are made of.
    pub content: ReportContent<'a>,
    /// For people.
    pub text: &'a dyn Fn(&Terminal) -> String,
    /// For programs.
    pub json: &'a dyn Fn() -> String,
    /// Takes the place of the report on standard output: the fixes as a unified diff.
    pub diff: Option<&'a str>,
    /// Findings that are below the severity to show.
    pub hidden: usize,
}

impl Reports<'_> {
    fn render(&self, format: ReportFormat, terminal: &Terminal) -> String {
        match format {
            ReportFormat::Text => (self.text)(terminal),
            ReportFormat::Json => (self.json)(),
            ReportFormat::Concise => formats::concise(&self.content, terminal),
            ReportFormat::Sarif => formats::sarif(&self.content),
            ReportFormat::Junit => formats::junit(&self.content),
            ReportFormat::Github => formats::github(&self.content),
            ReportFormat::Gitlab => formats::gitlab(&self.content),
            ReportFormat::Markdown => formats::markdown(&self.content),
        }
    }

    /// Writes all that the command line asks for: the files first, so that what a reader of standard output
    /// waits for comes when they are complete.
    pub fn write(&self, judgement: &JudgeOptions, terminal: &Terminal) -> Result<(), CommandError> {
        for output in &judgement.output {
            let text = self.render(output.format, &Terminal::plain());
            fs::write(&output.file, text).map_err(|error| {
                CommandError::usage(format!("cannot write {}: {error}", output.file.display()))
            })?;
        }
        if let Some(diff) = self.diff {
            print(diff)?;
            return Ok(());
        }
        let format = judgement.format.unwrap_or(ReportFormat::Text);
        let counts = matches!(format, ReportFormat::Text | ReportFormat::Concise);
        let mut text = if judgement.statistics && counts {
            statistics(self.content.findings.iter().copied(), terminal)
        } else {
            self.render(format, terminal)
        };
        if self.hidden > 0 && counts {
            let _ = writeln!(text, "{} below --min-severity not shown", self.hidden);
        }
        let runs_on_github = env::var_os("GITHUB_ACTIONS").is_some_and(|value| value == "true");
        let adds_annotations = judgement.format.is_none() && runs_on_github;
        if adds_annotations {
            text.push_str(&formats::github(&self.content));
        }
        print(&text)?;
        if adds_annotations || format == ReportFormat::Github {
            self.add_step_summary()?;
        }
        Ok(())
    }

    /// The summary of a step: GitHub Actions names the file, to which every command of the step adds.
    fn add_step_summary(&self) -> Result<(), CommandError> {
        let Some(file) = env::var_os("GITHUB_STEP_SUMMARY").filter(|file| !file.is_empty()) else {
            return Ok(());
        };
        let summary = formats::markdown(&self.content);
        let mut options = OpenOptions::new();
        let opened = options.append(true).create(true).open(&file);
        opened
            .and_then(|mut file| file.write_all(summary.as_bytes()))
            .map_err(|error| {
                CommandError::usage(format!(
                    "cannot write the file that GITHUB_STEP_SUMMARY names ({}): {error}",
                    file.to_string_lossy()
                ))
            })
    }
}
