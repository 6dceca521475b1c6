//! Which program a container runs.

use go::program::SourceElection;
use objects::LedgerCode;
use programs::command_line::{self, ParserKind};
use programs::recognition::Evidence;
use programs::{SourceMatch, SourceTie, TiedProgram, Unknown};

use crate::catalogue::{KnownProgram, SourceRoot};
use crate::names::is_within;
use crate::search::{Search, TiedContainer};

impl SourceRoot {
    /// The program of a container whose manifest is in a folder.
    pub(crate) fn find(&self, evidence: &Evidence<'_>, folder: &str) -> SourceMatch<'_> {
        let reached: Vec<usize> = (0..self.programs.len())
            .filter(|at| {
                self.program(*at)
                    .is_some_and(|one| one.is_reached_from(folder))
            })
            .collect();
        if reached.is_empty() {
            return SourceMatch::None;
        }
        let search = Search {
            root: self,
            evidence,
            folder,
            reached: &reached,
        };
        match search.found() {
            Some(found) => self.answer(found, evidence),
            None => search
                .not_tied()
                .map_or(SourceMatch::None, SourceMatch::NotTied),
        }
    }

    fn program(&self, at: usize) -> Option<&KnownProgram> {
        self.programs.get(at)
    }

    fn answer(&self, found: TiedContainer<'_>, evidence: &Evidence<'_>) -> SourceMatch<'_> {
        let Some(program) = self.program(found.program) else {
            return SourceMatch::None;
        };
        match &program.election {
            SourceElection::Never => SourceMatch::NeverElects {
                certain: found.certain,
            },
            SourceElection::Unknown(_) => SourceMatch::NotTied(Unknown {
                code: LedgerCode::SourceNotFollowed,
                reason: format!(
                    "the source of {} speaks of elections, and its elector was not found",
                    program.shown()
                ),
                place: None,
            }),
            // What it has of electors the code switches off for good.
            SourceElection::Elects if program.points.is_empty() => SourceMatch::NeverElects {
                certain: found.certain,
            },
            SourceElection::Elects => {
                // A program without flags looks at none, so that one too many says nothing of its version.
                let unknown_flag = program.unknown_flag(evidence);
                if let Some(flag) = unknown_flag.filter(|_| !program.flags.is_empty()) {
                    return SourceMatch::NotTied(Unknown {
                        code: LedgerCode::ProgramNotTied,
                        reason: format!(
                            "`{flag}` is no flag of {} as its source is now: the manifest is of another version",
                            program.shown()
                        ),
                        place: None,
                    });
                }
                let words = program.positionals(&found.words);
                let point = program
                    .points
                    .iter()
                    .filter(|point| point.is_of_command(&words))
                    .max_by_key(|point| point.command.len());
                match point {
                    Some(point) => SourceMatch::Elects {
                        program: point,
                        tie: SourceTie {
                            by: found.by,
                            image_words: found.image_words,
                            image_env: found.image_env,
                        },
                    },
                    None if found.image_words.is_none() => SourceMatch::NotTied(Unknown {
                        code: LedgerCode::ProgramNotTied,
                        reason: format!(
                            "which command of {} the container runs is decided by its image",
                            program.shown()
                        ),
                        place: None,
                    }),
                    // The value of a flag that the source does not define may stand before the command.
                    None if program.points.iter().any(|point| point.may_be_of(&words)) => {
                        SourceMatch::NotTied(Unknown {
                            code: LedgerCode::ProgramNotTied,
                            reason: format!(
                                "which command of {} the container runs is not known",
                                program.shown()
                            ),
                            place: None,
                        })
                    }
                    None => SourceMatch::NeverElects {
                        certain: found.certain,
                    },
                }
            }
        }
    }
}

impl KnownProgram {
    /// The words of a command line that are neither flags nor values of flags.
    fn positionals<'e>(&self, words: &[&'e str]) -> Vec<&'e str> {
        let point = self.points.first();
        let parser = point.map_or(ParserKind::Unknown, |point| point.record().parser);
        let line = command_line::parse(parser, words, &*self.flags);
        let positionals = line.positionals.iter();
        positionals
            .filter_map(|at| words.get(*at).copied())
            .collect()
    }

    /// A flag about elections on the command line that the program does not define.
    fn unknown_flag<'e>(&self, evidence: &Evidence<'e>) -> Option<&'e str> {
        evidence.argv.iter().copied().find(|word| {
            let name = word.strip_prefix("--").or_else(|| word.strip_prefix('-'));
            let name = name.map(|name| name.split_once('=').map_or(name, |(name, _)| name));
            name.is_some_and(|name| {
                programs::is_about_elections(name) && self.flags.get(name).is_none()
            })
        })
    }

    /// Whether its module stands above a folder, or beside one of the folders above it.
    fn is_reached_from(&self, folder: &str) -> bool {
        let above = self
            .module_folder
            .rsplit_once('/')
            .map_or("", |(above, _)| above);
        is_within(folder, above)
    }

    pub(crate) fn shown(&self) -> &str {
        match self.folder.as_str() {
            "" => self.names.first().map_or("the module", String::as_str),
            folder => folder,
        }
    }
}
