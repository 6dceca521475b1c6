//! Clients that misbehave in every way that is known, beside good ones that must not notice.
//!
//! `cargo xtask bench webhook-abuse` runs it against the program as it is shipped, one way after the other, each
//! against a server of its own. Prints one line of `name=value`.
#![allow(
    clippy::as_conversions,
    clippy::indexing_slicing,
    reason = "a measurement; a panic is a measurement that failed"
)]
#![allow(clippy::print_stdout)]

mod bodies;
mod good;
mod modes;
mod requests;
mod wire;

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use tokio::runtime;

use bodies::BodyShape;
use modes::{Abuse, MODES};
use wire::{ClientResult, ServerAddress, request};

const USAGE: &str = "\
leaselint-webhook-abuse --list
leaselint-webhook-abuse --port N --operations N --ca FILE --reviews DIR --seconds S MODE
leaselint-webhook-abuse --port N --ca FILE --bytes N --shape NAME
leaselint-webhook-abuse --shapes";

fn main() -> ClientResult<()> {
    let words: Vec<String> = std::env::args().skip(1).collect();
    let find = |name: &str| {
        let at = words.iter().position(|word| word == name)?;
        words.get(at + 1).cloned()
    };
    if words == ["--list"] {
        MODES.iter().for_each(|mode| println!("{}", mode.name));
        return Ok(());
    }
    if words == ["--shapes"] {
        bodies::SHAPES
            .iter()
            .for_each(|shape| println!("{}", shape.name));
        return Ok(());
    }
    let port = find("--port").ok_or(USAGE)?.parse()?;
    let operations = find("--operations")
        .unwrap_or_default()
        .parse()
        .unwrap_or(0);
    let authority = PathBuf::from(find("--ca").ok_or(USAGE)?);
    let target = ServerAddress::new(port, operations, &authority)?;
    if let Some(name) = find("--shape") {
        let shape = BodyShape::of(&name).ok_or("no such shape")?;
        let bytes: usize = find("--bytes").ok_or(USAGE)?.parse()?;
        return one(&target, shape, bytes);
    }
    let reviews = good::requests(&PathBuf::from(find("--reviews").ok_or(USAGE)?))?;
    let seconds: u64 = find("--seconds").ok_or(USAGE)?.parse()?;
    let name = words.last().ok_or(USAGE)?;
    let mode = MODES.iter().find(|mode| mode.name == name).ok_or(USAGE)?;
    let good = Arc::new(reviews[0].clone());
    let stop = Arc::new(AtomicBool::new(false));
    // The good ones have a thread of their own, so that what they wait for is the server.
    let asking = {
        let (target, stop) = (target.clone(), Arc::clone(&stop));
        std::thread::spawn(move || {
            let runtime = runtime::Builder::new_current_thread()
                .enable_all()
                .build()?;
            ClientResult::Ok(runtime.block_on(good::ask(target, Arc::new(reviews), stop)))
        })
    };
    let runtime = runtime::Builder::new_multi_thread()
        .worker_threads(1)
        .enable_all()
        .build()?;
    let ends = runtime.block_on(async {
        tokio::time::sleep(Duration::from_millis(500)).await;
        let abuse = Abuse {
            target,
            lasting: Duration::from_secs(seconds),
            good,
        };
        let ends = (mode.run)(abuse).await;
        // Whether the server recovers.
        tokio::time::sleep(Duration::from_secs(1)).await;
        ends
    });
    stop.store(true, Ordering::Relaxed);
    let tally = asking.join().map_err(|_| "the good clients failed")??;
    let open = ends.iter().filter(|end| end.after.is_none()).count();
    let longest = ends
        .iter()
        .filter_map(|end| end.after)
        .max()
        .unwrap_or_default();
    let mut statuses: BTreeMap<String, usize> = BTreeMap::new();
    for end in &ends {
        let status = end
            .status
            .map_or_else(|| "closed".to_owned(), |status| status.to_string());
        *statuses.entry(status).or_default() += 1;
    }
    let statuses: Vec<String> = statuses
        .iter()
        .map(|(status, count)| format!("{status}:{count}"))
        .collect();
    println!(
        "good={} failed={} dead={} p50={:.2} p99={:.2} most={:.1} bad={} open={open} longest={:.1} within={} answers={}",
        tally.micros.len(),
        tally.failed.len(),
        tally.dead,
        tally.quantile(500),
        tally.quantile(990),
        tally.quantile(1000),
        ends.len(),
        longest.as_secs_f64() * 1000.0,
        mode.within.unwrap_or(0) * 1000,
        statuses.join(","),
    );
    for failure in tally.failed.iter().take(3) {
        println!("# {failure}");
    }
    Ok(())
}

/// One review of a shape.
fn one(target: &ServerAddress, shape: &BodyShape, bytes: usize) -> ClientResult<()> {
    let request = request("?timeout=30s", &shape.review(bytes));
    let runtime = runtime::Builder::new_current_thread()
        .enable_all()
        .build()?;
    runtime.block_on(async {
        let mut connection = target.open().await?;
        let since = Instant::now();
        let (status, _) = connection.ask(&request).await?;
        let took = since.elapsed().as_secs_f64() * 1000.0;
        println!("status={status} bytes={} ms={took:.1}", request.len());
        let answer = connection.answer();
        let body = answer.split_once("\r\n\r\n").map_or("", |(_, body)| body);
        println!("# {}", body.chars().take(300).collect::<String>());
        Ok(())
    })
}
