//! Pictures of what timings promise. Every number in them is computed from the promises.

mod disturbances;

use election::promises::{PromiseInput, Promises};
use election::timing::Timing;
use programs::duration::Nanos;

use crate::docs::DocsPage;
use crate::timeline::{Activity, Lane, LaneBar, Timeline};
use crate::{access_chain, finding_picture};

/// The pictures: where each is, from the workspace's folder, and what makes it.
pub const PICTURES: [DocsPage; 9] = [
    ("docs/pictures/failover-after-crash.svg", failover),
    ("docs/pictures/failover-after-release.svg", release),
    ("docs/pictures/partition-with-margin.svg", margin),
    ("docs/pictures/partition-with-two-leaders.svg", two_leaders),
    ("docs/pictures/api-outage.svg", outage),
    (
        "docs/pictures/rollout-with-renamed-lock.svg",
        disturbances::renamed_lock,
    ),
    (
        "docs/pictures/webhook-in-renewals.svg",
        disturbances::webhook_in_renewals,
    ),
    ("docs/pictures/access-chain.svg", access_chain::picture),
    (
        "docs/pictures/finding-in-pull-request.svg",
        finding_picture::picture,
    ),
];

/// Seconds that are shown before something happens, and after the last thing.
const AROUND: f64 = 4.0;

/// Numbers that client-go accepts and that have no margin.
const WITHOUT_MARGIN: Timing = Timing {
    lease: Nanos::from_seconds(15),
    renew: Nanos::from_seconds(10),
    retry: Nanos::from_seconds(8),
};

/// A leader and one standby. `None` never comes, because the numbers here are accepted.
fn promises(timing: Timing, releases: bool) -> Option<Promises> {
    let input = PromiseInput {
        timing,
        candidates: 2,
        releases,
        client_timeout: true,
    };
    input.promises()
}

fn seconds(nanos: Nanos) -> f64 {
    std::time::Duration::from_nanos(nanos.0.unsigned_abs()).as_secs_f64()
}

/// As `15s/10s/2s`.
fn numbers(timing: Timing) -> String {
    let [lease, renew, retry] = [timing.lease, timing.renew, timing.retry].map(seconds);
    format!("{lease}s/{renew}s/{retry}s")
}

fn lane(name: &'static str, bars: &[LaneBar]) -> Lane {
    Lane {
        name,
        bars: bars.to_vec(),
    }
}

fn failover() -> String {
    let timing = Timing::CUSTOMARY;
    let Some(promised) = promises(timing, false) else {
        return String::new();
    };
    let leads = promised.failover_after_crash_worst.unwrap_or_default();
    // A fresh look waits the lease and one pause; before it lies the pause in which the crash happened.
    let looks = leads - promised.cold_restart_worst;
    let expires = looks + seconds(timing.lease);
    let title = format!(
        "After a crash a standby leads within {leads:.1}s ({})",
        numbers(timing)
    );
    let waits = [
        (-AROUND, looks, Activity::Waits, ""),
        (
            looks,
            expires,
            Activity::Waits,
            "the record does not change",
        ),
        (expires, leads, Activity::Waits, ""),
    ];
    let marks = vec![
        (0.0, "0s: the leader renews and crashes".to_owned()),
        (
            looks,
            format!("{looks:.1}s: the standby sees the last renewal"),
        ),
        (
            expires,
            format!("{expires:.1}s: its wait of one lease duration is over"),
        ),
        (
            leads,
            format!("{leads:.1}s: its next attempt acquires the lock"),
        ),
    ];
    handover(title, &waits, leads, marks)
}

fn release() -> String {
    let timing = Timing::CUSTOMARY;
    let Some(promised) = promises(timing, true) else {
        return String::new();
    };
    let leads = promised.failover_after_release_worst.unwrap_or_default();
    let title = format!(
        "After a release a standby leads within {leads:.1}s ({})",
        numbers(timing)
    );
    let waits = [(-AROUND, leads, Activity::Waits, "")];
    let marks = vec![
        (
            0.0,
            "0s: the leader stops its work and releases the lock".to_owned(),
        ),
        (
            leads,
            format!("{leads:.1}s: the next attempt of the standby acquires it"),
        ),
    ];
    handover(title, &waits, leads, marks)
}

/// The leader ends at 0, and the standby waits so until it leads.
fn handover(title: String, waits: &[LaneBar], leads: f64, marks: Vec<(f64, String)>) -> String {
    let end = leads + AROUND;
    let lead = (leads, end, Activity::Leads, "leads");
    let picture = Timeline {
        title,
        begin: -AROUND,
        end,
        lanes: vec![
            lane("leader", &[(-AROUND, 0.0, Activity::Leads, "leads")]),
            lane("standby", &[waits, &[lead]].concat()),
        ],
        marks,
        span: Some((0.0, leads)),
    };
    picture.svg()
}

/// The leader is cut off after a renewal at 0; the standby is not.
fn partition(timing: Timing, title: impl Fn(f64) -> String) -> String {
    let Some(promised) = promises(timing, false) else {
        return String::new();
    };
    let stops = promised.leader_stops_after;
    let margin = promised.strict_margin.unwrap_or_default();
    let starts = stops + margin;
    let end = stops.max(starts) + AROUND;
    let mut marks = vec![
        (
            0.0,
            "0s: the last renewal, then the leader is cut off".to_owned(),
        ),
        (
            stops,
            format!("{stops:.0}s: the leader stops at the latest"),
        ),
        (starts, format!("{starts:.0}s: the standby may lead")),
    ];
    marks.sort_by(|one, other| one.0.total_cmp(&other.0));
    let picture = Timeline {
        title: title(margin),
        begin: -AROUND,
        end,
        lanes: vec![
            lane(
                "leader",
                &[
                    (-AROUND, 0.0, Activity::Leads, "leads"),
                    (0.0, stops, Activity::Tries, "leads, and cannot renew"),
                ],
            ),
            lane(
                "standby",
                &[
                    (-AROUND, starts, Activity::Waits, ""),
                    (starts, end, Activity::Leads, "leads"),
                ],
            ),
        ],
        marks,
        span: (margin < 0.0).then_some((starts, stops)),
    };
    picture.svg()
}

fn margin() -> String {
    let timing = Timing::CUSTOMARY;
    partition(timing, |margin| {
        format!(
            "A partition: {margin:.0}s between the old leader and the next ({})",
            numbers(timing)
        )
    })
}

fn two_leaders() -> String {
    partition(WITHOUT_MARGIN, |margin| {
        let overlap = margin.abs();
        format!(
            "A partition: two leaders for up to {overlap:.0}s ({})",
            numbers(WITHOUT_MARGIN)
        )
    })
}

fn outage() -> String {
    let timing = Timing::CUSTOMARY;
    let Some(promised) = promises(timing, false) else {
        return String::new();
    };
    let survived = promised.api_outage_survived;
    // It begins just before the attempt that would have been the next renewal.
    let begins = seconds(timing.retry);
    let ends = begins + survived;
    let stops = promised.leader_stops_after;
    let end = stops + AROUND;
    let picture = Timeline {
        title: format!(
            "The leader survives {survived:.0}s without API server ({})",
            numbers(timing)
        ),
        begin: -AROUND,
        end,
        lanes: vec![
            lane(
                "API server",
                &[
                    (-AROUND, begins, Activity::Waits, ""),
                    (begins, ends, Activity::Away, "refuses requests"),
                    (ends, end, Activity::Waits, ""),
                ],
            ),
            lane(
                "leader",
                &[
                    (-AROUND, begins, Activity::Leads, "leads"),
                    (begins, ends, Activity::Tries, "leads, and tries to renew"),
                    (ends, end, Activity::Leads, "leads"),
                ],
            ),
        ],
        marks: vec![
            (0.0, "0s: the last renewal before it".to_owned()),
            (
                begins,
                format!("{begins:.0}s: the first attempt that fails"),
            ),
            (ends, format!("{ends:.0}s: the last certain attempt renews")),
            (
                stops,
                format!("{stops:.0}s: without it the leader would stop"),
            ),
        ],
        span: None,
    };
    picture.svg()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// By hand, from the formulas: 2.2 P + L + 2.2 P; 2.2 P; P + R against L; (R / P - 1) P.
    #[test]
    fn pictures_show_the_numbers_of_the_formulas() {
        for (picture, title) in [
            (failover(), "leads within 23.8s (15s/10s/2s)"),
            (release(), "leads within 4.4s (15s/10s/2s)"),
            (
                margin(),
                "3s between the old leader and the next (15s/10s/2s)",
            ),
            (two_leaders(), "two leaders for up to 3s (15s/10s/8s)"),
            (outage(), "survives 8s without API server (15s/10s/2s)"),
        ] {
            assert!(picture.contains(title), "{title}: {picture}");
            assert!(picture.ends_with("</svg>\n"));
        }
        for mark in [
            "4.4s: the standby sees",
            "19.4s: its wait",
            "23.8s: its next",
        ] {
            assert!(failover().contains(mark), "{mark}");
        }
        for mark in ["15s: the standby may lead", "18s: the leader stops"] {
            assert!(two_leaders().contains(mark), "{mark}");
        }
    }
}
