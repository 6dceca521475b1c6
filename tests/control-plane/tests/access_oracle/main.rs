//! Whether our answers about access are the API server's, over thousands of made RBAC graphs.
//!
//! `LEASELINT_ORACLE_GRAPHS` says how many (2,000), `LEASELINT_ORACLE_FROM` the number of the first one,
//! `LEASELINT_ORACLE_SEED` makes other ones. With `LEASELINT_RECORD` set, the first answers are written to
//! `lint-rules/tests/data/access_recorded.json`, which lint-rules' own tests replay without a server.
#![allow(
    clippy::as_conversions,
    clippy::indexing_slicing,
    clippy::print_stderr,
    clippy::unwrap_used
)]

mod bindings;
mod built_in;
mod dice;
mod generator;
mod ours;
mod questions;
mod record;
mod server;

use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};

use control_plane::{Client, Result};
use generator::{Graph, graph};
use questions::{Question, questions};

const SEED: u64 = 20_261_124;
const GRAPHS: u64 = 2_000;
/// Graphs that are applied, and waited for, together.
const BATCH: usize = 20;
/// Batches at work at the same time: while one waits, others ask.
const LANES: usize = 8;
/// Differences after which there is nothing to learn from more of them.
const ENOUGH: usize = 5;

fn number(variable: &str, default: u64) -> u64 {
    std::env::var(variable).map_or(default, |value| value.parse().unwrap())
}

/// What came of it.
#[derive(Default)]
struct OracleCount {
    answers: usize,
    allowed: usize,
    proofs: usize,
    granted: usize,
    differences: Vec<String>,
    recorded: Vec<(u64, Vec<bool>)>,
}

#[test]
fn our_answers_are_those_of_the_api_server() {
    let Some((plane, _controllers)) = server::start() else {
        return;
    };
    let seed = number("LEASELINT_ORACLE_SEED", SEED);
    let from = number("LEASELINT_ORACLE_FROM", 0);
    let count = number("LEASELINT_ORACLE_GRAPHS", GRAPHS);
    let graphs = (from..from + count).map(|number| graph(seed, number));
    let (leaking, apart): (Vec<Graph>, Vec<Graph>) = graphs.partition(|graph| graph.leaks);
    let questions = questions();
    let tally = Mutex::new(OracleCount::default());

    let batches: Vec<&[Graph]> = apart.chunks(BATCH).collect();
    let next = AtomicUsize::new(0);
    std::thread::scope(|scope| {
        for _ in 0..LANES {
            scope.spawn(|| {
                while let Some(batch) = batches.get(next.fetch_add(1, Ordering::Relaxed)) {
                    judge(plane.client(), batch, &questions, &tally).unwrap();
                }
            });
        }
    });
    // What these grant, they grant to everybody, so no two are there at a time.
    for graph in leaking.chunks(1) {
        judge(plane.client(), graph, &questions, &tally).unwrap();
    }

    let tally = tally.into_inner().unwrap();
    assert!(
        tally.differences.is_empty(),
        "{} differences, of which some are:\n{}",
        tally.differences.len(),
        tally.differences[..tally.differences.len().min(ENOUGH)].join("\n")
    );
    eprintln!(
        "seed {seed}: {count} graphs, {} answers of which {} are yes, {} proofs of which {} are complete",
        tally.answers, tally.allowed, tally.proofs, tally.granted
    );
    assert_eq!(
        tally.answers,
        usize::try_from(count).unwrap() * questions.len()
    );
    // A generator that only asks for what nobody has would prove nothing.
    assert!(count < 100 || (tally.answers / 10..tally.answers / 2).contains(&tally.allowed));
    assert!(count < 100 || tally.granted > tally.proofs / 50);
    if std::env::var_os("LEASELINT_RECORD").is_some() {
        record::write(seed, &questions, tally.recorded);
    }
}

/// Applies some graphs, compares all answers, removes them.
fn judge(
    client: &Client,
    graphs: &[Graph],
    questions: &[Question],
    tally: &Mutex<OracleCount>,
) -> Result<()> {
    let batch = format!("batch-{}", graphs.first().map_or(0, |graph| graph.number));
    server::apply(client, &batch, graphs)?;
    for graph in graphs {
        let theirs = server::ask(client, graph, questions)?;
        let mut found = compare(graph, questions, &theirs);
        let mut tally = tally.lock().unwrap();
        tally.answers += found.answers;
        tally.allowed += found.allowed;
        tally.proofs += found.proofs;
        tally.granted += found.granted;
        tally.differences.append(&mut found.differences);
        tally.recorded.push((graph.number, theirs));
    }
    server::remove(client, &batch)
}

fn compare(graph: &Graph, questions: &[Question], theirs: &[bool]) -> OracleCount {
    let policy = ours::policy(graph);
    let ours = ours::answers(&policy, graph, questions);
    let mut tally = OracleCount {
        answers: theirs.len(),
        allowed: theirs.iter().filter(|&&yes| yes).count(),
        ..OracleCount::default()
    };
    let mut differences = Vec::new();
    for ((question, &theirs), &ours) in questions.iter().zip(theirs).zip(&ours) {
        if theirs != ours {
            differences.push(format!(
                "the server says {theirs}, we say {ours}: {question:?}"
            ));
        }
    }
    if let Some(ours) = ours::missing(&policy, graph) {
        // The questions that an elector's requests are: `create` without a name.
        let asked = |verb: &str, name: &str| {
            let at = questions
                .iter()
                .position(|one| (one.namespace, one.verb, one.name) == ("lock", verb, name));
            theirs[at.unwrap()]
        };
        let needed = [
            ("get", "lock"),
            ("create", ""),
            ("update", "lock"),
            ("patch", "lock"),
        ];
        let missing = needed
            .into_iter()
            .filter(|&(verb, name)| !asked(verb, name));
        let theirs: Vec<&str> = missing.map(|(verb, _)| verb).collect();
        tally.proofs += 1;
        tally.granted += usize::from(theirs.is_empty());
        if theirs != ours {
            differences.push(format!(
                "the server does not allow {theirs:?}, we miss {ours:?}"
            ));
        }
    }
    if !differences.is_empty() {
        tally.differences.push(record::shown(graph, &differences));
    }
    tally
}
