//! `audit`: judges a live cluster.

use std::path::Path;

use live::audit::AuditedCluster;
use live::verify::AccessQuestions;

use super::judged_run::{JudgedRun, RunSubject, engine_of};
use super::leases::{Everywhere, reader, runtime};
use super::outputs;
use crate::baseline::KnownFindings;
use crate::cli::{Audit, Global, ReportFormat, UnreadLevel};
use crate::config::Config;
use crate::reports::leases_json::not_read;
use crate::reports::{Sources, VerifiedOut};
use crate::status::{CommandError, ExitStatus};
use crate::terminal::{Progress, Terminal};

pub fn run(
    options: &Audit,
    global: &Global,
    terminal: &Terminal,
) -> Result<ExitStatus, CommandError> {
    let judgement = &options.judgement;
    let others = judgement.output.iter().map(|output| output.format);
    for format in judgement.format.into_iter().chain(others) {
        if matches!(format, ReportFormat::Github | ReportFormat::Gitlab) {
            return Err(CommandError::usage(
                "the formats github and gitlab point into files, and a cluster has none",
            ));
        }
    }
    outputs::check(judgement)?;
    let known = KnownFindings::load(judgement)?;
    let mut config = Config::load(global.config.as_deref(), Path::new("."), judgement.profile)?
        .selecting(&judgement.select, &judgement.ignore)?
        .covering(&[]);
    let Some(engine) = engine_of(&mut config, judgement)? else {
        return Ok(ExitStatus::Fine);
    };
    let runtime = runtime()?;
    let (reader, mut cluster) = runtime.block_on(async {
        let reader = reader(&options.cluster, Everywhere::ByDefault).await?;
        let cluster = AuditedCluster::read(&reader, &engine, options.observe)
            .await
            .map_err(CommandError::usage)?;
        Ok::<_, CommandError>((reader, cluster))
    })?;
    let is_observed = cluster.is_observed();
    let gaps = std::mem::take(&mut cluster.gaps);
    let mut questions = AccessQuestions::default();
    let (input, outcome) = cluster.judge(&engine, |electors, world| {
        if options.verify_access {
            questions.add(electors, world);
        }
    });
    let verified = match options.verify_access {
        true => {
            let (client, pace) = reader.client();
            let progress = Progress::new(("asked", "questions"), questions.count(), 1, 0);
            let asking = questions.ask(client, pace, || progress.advance());
            Some(runtime.block_on(asking).map_err(CommandError::usage)?)
        }
        false => None,
    };
    let verified = verified.as_ref().map(VerifiedOut::of);
    JudgedRun {
        sources: Sources::new(&input, config.file.as_ref()).of_cluster(),
        engine: &engine,
        input: &input,
        outcome,
        config: &config,
        unread: UnreadLevel::Error,
        is_whole: reader.reads_all() && options.cluster.selector.is_none() && gaps.is_empty(),
        subject: RunSubject::Cluster {
            not_read: &not_read(&gaps),
            is_observed,
            verified: verified.as_ref(),
        },
    }
    .report(&known, judgement, global, terminal)
}
