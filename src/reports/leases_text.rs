//! `leases` for people: a line for each Lease.

use std::cmp::Reverse;
use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::time::Duration;

use anstyle::Style;
use engine::{LeaseState, Severity};
use live::look::LeasesReport;
use live::record::LeaseKind;
use live::status::LeaseStatus;

use super::fold::{count, fold};
use super::leases_json::not_read;
use super::table::fitting_table;
use crate::terminal::{BAD, DOUBTFUL, FAINT, GOOD, Terminal, visible};

/// How many Leases are named below the table for each rule.
const MAX_NAMED_LEASES: usize = 5;
/// Where there is nothing to show.
const NONE: &str = "-";

const HEADING: [&str; 10] = [
    "NAMESPACE",
    "NAME",
    "STATE",
    "HOLDER",
    "POD",
    "NODE",
    "RENEWED",
    "DURATION",
    "TRANSITIONS/H",
    "ELECTOR",
];
/// What a wide table has beside them.
const WIDE_COLUMNS: [&str; 5] = [
    "TRANSITIONS",
    "RENEW DEADLINE",
    "RETRY PERIOD",
    "LONGEST FAILOVER",
    "FINDINGS",
];
/// What is left out, one after the other, where a terminal is too narrow for all columns.
const SPARED: [&str; 5] = ["HOLDER", "NODE", "TRANSITIONS/H", "ELECTOR", "DURATION"];

/// The table, the rules that fail the run, what may not be read, and the summary. A wide table has more columns, and none is
/// left out or cut for a narrow terminal.
pub fn report(report: &LeasesReport, is_wide: bool, quiet: bool, terminal: &Terminal) -> String {
    let mut text = String::new();
    if !report.leases.is_empty() {
        text.push_str(&leases(report, is_wide, terminal));
    }
    if quiet {
        return text;
    }
    for line in broken_rules(report) {
        note(&mut text, &line, terminal);
    }
    for gap in not_read(&report.gaps) {
        note(&mut text, &gap.line(), terminal);
    }
    if let Some(reason) = &report.unreachable {
        let line = format!("the cluster did not answer in the end: {reason}");
        note(&mut text, &line, terminal);
    }
    let _ = writeln!(text, "{}", summary(report));
    text
}

fn note(text: &mut String, line: &str, terminal: &Terminal) {
    text.push_str(&fold(&visible(line), terminal.prose_width()));
    text.push('\n');
}

fn leases(report: &LeasesReport, is_wide: bool, terminal: &Terminal) -> String {
    let leases = &report.leases;
    let state =
        |row: usize, title: &str| leases.get(row).filter(|_| title == "STATE").and_then(style);
    if !is_wide {
        let rows: Vec<Vec<String>> = leases.iter().map(|lease| row(lease).into()).collect();
        return fitting_table(&HEADING, &rows, &SPARED, &state, terminal);
    }
    let rows: Vec<Vec<String>> = leases
        .iter()
        .map(|lease| {
            let findings = report
                .findings
                .get(&lease.key)
                .map_or(&[][..], Vec::as_slice);
            let more = more_columns(lease, findings);
            row(lease).into_iter().chain(more).collect()
        })
        .collect();
    let unlimited = Terminal {
        columns: None,
        ..*terminal
    };
    fitting_table(
        &[&HEADING[..], &WIDE_COLUMNS].concat(),
        &rows,
        &[],
        &state,
        &unlimited,
    )
}

fn more_columns(lease: &LeaseStatus, findings: &[(&str, Severity)]) -> [String; 5] {
    let seconds = |seconds: Option<f64>| seconds.map_or_else(|| NONE.to_owned(), short);
    let length = |length: Option<Duration>| seconds(length.map(|length| length.as_secs_f64()));
    let failover = lease
        .promises
        .as_ref()
        .and_then(|promises| promises.figures.failover_after_crash_worst);
    let rules: Vec<&str> = findings.iter().map(|(rule, _)| *rule).collect();
    [
        lease
            .transitions
            .map_or_else(|| NONE.to_owned(), |number| number.to_string()),
        length(lease.renew_deadline),
        length(lease.retry_period),
        seconds(failover),
        match rules.as_slice() {
            [] => NONE.to_owned(),
            rules => rules.join(","),
        },
    ]
}

/// The rules that fail a run, each with the Leases that break it. Advice is left to `audit` and to the wide table.
fn broken_rules(report: &LeasesReport) -> Vec<String> {
    let mut by_rule: BTreeMap<(Reverse<Severity>, &str), Vec<String>> = BTreeMap::new();
    for (lease, findings) in &report.findings {
        for (rule, severity) in findings {
            if *severity > Severity::Info {
                let leases = by_rule.entry((Reverse(*severity), rule)).or_default();
                leases.push(lease.to_string());
            }
        }
    }
    let line = |((Reverse(severity), rule), leases): ((Reverse<Severity>, &str), Vec<String>)| {
        let more = match leases.len().saturating_sub(MAX_NAMED_LEASES) {
            0 => String::new(),
            more => format!(" and {more} more"),
        };
        let named: Vec<String> = leases.into_iter().take(MAX_NAMED_LEASES).collect();
        format!("{}[{rule}]: {}{more}", severity.as_str(), named.join(", "))
    };
    by_rule.into_iter().map(line).collect()
}

fn row(lease: &LeaseStatus) -> [String; 10] {
    let or_none = |text: &str| match text {
        "" => NONE.to_owned(),
        text => text.to_owned(),
    };
    let pod = match (&lease.pod, lease.holder_is_gone) {
        (Some(pod), _) if *pod.namespace == *lease.key.namespace => pod.name.to_string(),
        (Some(pod), _) => format!("{}/{}", pod.namespace, pod.name),
        (None, true) => "gone".to_owned(),
        (None, false) => NONE.to_owned(),
    };
    let node = lease.pod.as_ref().map_or("", |pod| &*pod.node);
    [
        lease.key.namespace.to_string(),
        lease.key.name.to_string(),
        lease.state.as_str().to_owned(),
        or_none(&lease.holder),
        pod,
        or_none(node),
        renewed(lease),
        duration(lease),
        rate(lease),
        elector(lease),
    ]
}

/// Its holder as people know it: the pod, else the identity.
pub fn holder_name(lease: &LeaseStatus) -> String {
    match &lease.pod {
        Some(pod) => pod.name.to_string(),
        None if lease.holder.is_empty() => NONE.to_owned(),
        None => lease.holder.to_string(),
    }
}

/// How long ago it was renewed; `~` marks an age that no renewal was seen for.
pub fn renewed(lease: &LeaseStatus) -> String {
    match lease.renewed {
        None => NONE.to_owned(),
        Some(age) if age.is_observed => short(age.seconds),
        // The API server's time comes in whole seconds.
        Some(age) if age.seconds < 0.0 => format!("~-{}", whole(-age.seconds)),
        Some(age) => format!("~{}", whole(age.seconds)),
    }
}

/// A length with tenths of a second where they matter: `1.3s`.
pub fn short(seconds: f64) -> String {
    if seconds < 10.0 {
        return format!("{seconds:.1}s");
    }
    whole(seconds)
}

/// Two units at most: `45s`, `3m20s`, `5h12m`, `40d3h`.
fn whole(seconds: f64) -> String {
    #[expect(
        clippy::as_conversions,
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "ages are at most centuries, and a cast holds at the ends of the range"
    )]
    let whole = seconds as u64;
    let (minutes, hours, days) = (whole / 60, whole / 3600, whole / 86_400);
    match (days, hours, minutes) {
        (0, 0, 0) => format!("{whole}s"),
        (0, 0, _) => format!("{minutes}m{}s", whole % 60),
        (0, ..) => format!("{hours}h{}m", minutes % 60),
        _ => format!("{days}d{}h", hours % 24),
    }
}

/// What the Lease says, and what its elector is set to where that is another length.
pub fn duration(lease: &LeaseStatus) -> String {
    let says = lease.duration_seconds;
    let stored = lease.declared.map(|declared| declared.as_secs());
    match (says, stored) {
        (None, None) => NONE.to_owned(),
        (None, Some(declared)) => format!("- (set to {declared}s)"),
        // A holder that releases writes 1 s.
        (Some(says), Some(declared))
            if !lease.holder.is_empty() && i64::try_from(declared) != Ok(says) =>
        {
            format!("{says}s (set to {declared}s)")
        }
        (Some(says), _) => format!("{says}s"),
    }
}

fn rate(lease: &LeaseStatus) -> String {
    match lease.transitions_per_hour {
        Some(rate) => format!("{rate:.0}"),
        None => NONE.to_owned(),
    }
}

/// The workload that elects, and its container.
pub fn elector(lease: &LeaseStatus) -> String {
    let Some(object) = &lease.object else {
        return NONE.to_owned();
    };
    let namespace = object.namespace.as_deref();
    let place = match namespace {
        Some(namespace) if *namespace != *lease.key.namespace => format!("{namespace}/"),
        _ => String::new(),
    };
    let container = lease
        .container
        .as_ref()
        .map_or_else(String::new, |container| format!(" ({container})"));
    format!("{} {place}{}{container}", object.kind, object.name)
}

fn style(lease: &LeaseStatus) -> Option<Style> {
    if lease.kind != LeaseKind::Election {
        return None;
    }
    Some(match lease.state {
        LeaseState::Held => GOOD,
        LeaseState::Late | LeaseState::Orphaned => DOUBTFUL,
        LeaseState::Expired | LeaseState::Shared => BAD,
        LeaseState::Released
        | LeaseState::NeverHeld
        | LeaseState::Abandoned
        | LeaseState::Unconfirmed => FAINT,
    })
}

/// How many there are of each state, and for how long they were watched.
fn summary(report: &LeasesReport) -> String {
    let number = u32::try_from(report.leases.len()).unwrap_or(u32::MAX);
    let states = LeaseState::ALL.into_iter().filter_map(|state| {
        let of_state = report.leases.iter().filter(|lease| lease.state == state);
        let number = of_state.count();
        (number > 0).then(|| format!("{number} {}", state.as_str()))
    });
    let states: Vec<String> = states.collect();
    let watched = short(report.observed.as_secs_f64());
    let mut line = format!("{}, watched for {watched}", count(number, "lease"));
    if !states.is_empty() {
        let _ = write!(line, ": {}", states.join(", "));
    }
    line
}

#[cfg(test)]
mod tests {
    use live::record::LeaseKey;

    use super::*;

    #[test]
    fn rules_that_fail_a_run_name_their_leases() {
        let key = |name: &str| LeaseKey {
            namespace: "shop".into(),
            name: name.into(),
        };
        let mut report = LeasesReport::default();
        for number in 0..7 {
            let findings = vec![("lease-flapping", Severity::Warning)];
            report
                .findings
                .insert(key(&format!("orders-{number}")), findings);
        }
        let of_stock = vec![
            ("lease-not-renewed", Severity::Error),
            ("duration-mismatch", Severity::Info),
        ];
        report.findings.insert(key("stock"), of_stock);
        assert_eq!(
            broken_rules(&report),
            [
                "error[lease-not-renewed]: shop/stock",
                "warning[lease-flapping]: shop/orders-0, shop/orders-1, shop/orders-2, shop/orders-3, shop/orders-4 and 2 more",
            ]
        );
    }

    #[test]
    fn a_length_has_two_units_at_most() {
        for (seconds, text) in [
            (0.04, "0.0s"),
            (1.26, "1.3s"),
            (59.9, "59s"),
            (200.0, "3m20s"),
            (18_720.0, "5h12m"),
            (3_466_800.0, "40d3h"),
        ] {
            assert_eq!(short(seconds), text);
        }
        assert_eq!(whole(1.9), "1s");
    }
}
