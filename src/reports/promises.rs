//! What the numbers of an elector promise, in sentences.

use election::AssumedFact;
use election::promises::Promises;

/// A sentence for each promise that applies. `releases`: whether the lock is released on a voluntary stop, if that is
/// established.
pub fn sentences(promises: &Promises, releases: Option<bool>) -> Vec<String> {
    let mut sentences = vec![format!(
        "a leader that cannot renew stops at most {} after its last renewal",
        seconds(promises.leader_stops_after)
    )];
    if let Some(margin) = promises.strict_margin {
        sentences.push(if margin > 0.0 {
            format!(
                "a standby takes over no sooner than {} after that: one leader at a time",
                seconds(margin)
            )
        } else if margin < 0.0 {
            format!(
                "a standby may lead up to {} before that: two leaders at a time (split brain)",
                seconds(-margin)
            )
        } else {
            "a standby may lead from that moment on: no margin".to_owned()
        });
    }
    if let Some(worst) = promises.failover_after_crash_worst {
        let usual = promises
            .failover_after_crash_p99
            .map(|p99| format!(" (99 times of 100 within {})", seconds(p99)));
        sentences.push(format!(
            "after a crash a standby leads within {}{}",
            seconds(worst),
            usual.unwrap_or_default()
        ));
    }
    match (promises.failover_after_release_worst, releases) {
        (Some(worst), _) => {
            sentences.push(format!(
                "after an orderly stop a standby leads within {}",
                seconds(worst)
            ));
        }
        (None, Some(false)) if promises.failover_after_crash_worst.is_some() => {
            sentences.push(
                "an orderly stop takes as long as a crash: the lock is not released".to_owned(),
            );
        }
        (None, None) if promises.failover_after_crash_worst.is_some() => {
            sentences.push("an orderly stop may take as long as a crash".to_owned());
        }
        _ => {}
    }
    sentences.push(format!(
        "if all pods are replaced at once, one of the new pods leads within {}",
        seconds(promises.cold_restart_worst)
    ));
    sentences.push(format!(
        "of API outages the leader survives {} that refuse requests, and {} in which they hang",
        up_to(promises.api_outage_survived),
        up_to(promises.api_outage_survived_hanging)
    ));
    if let Some(worst) = promises.leaderless_after_outage_worst {
        sentences.push(format!(
            "after an outage that costs the leadership there is a leader within {} of its end",
            seconds(worst)
        ));
    }
    if let Some(rate) = promises.clock_rate_tolerated {
        sentences.push(if rate > 1.0 {
            format!(
                "clocks may run up to {} times as fast as one another",
                number(rate)
            )
        } else {
            "clocks that run at different rates make two leaders".to_owned()
        });
    }
    sentences.push(format!(
        "the leader renews {} times an hour; all candidates send {} requests an hour",
        number(promises.writes_per_hour),
        number(promises.requests_per_hour)
    ));
    sentences
}

/// What the promises rest on and that is not established.
pub fn assumptions(assumed: &[AssumedFact]) -> Option<String> {
    let words: Vec<&str> = assumed.iter().map(|fact| fact.words()).collect();
    let is_any = !words.is_empty();
    is_any.then(|| {
        format!(
            "assumed, or not known and taken at its worst: {}",
            words.join(", ")
        )
    })
}

/// Why some of the figures are the worst of several: `timing,release,timeout`.
pub fn short_assumptions(assumed: &[AssumedFact]) -> String {
    let mut words: Vec<&str> = assumed
        .iter()
        .map(|fact| match fact {
            AssumedFact::LeaseDuration | AssumedFact::RenewDeadline | AssumedFact::RetryPeriod => {
                "timing"
            }
            AssumedFact::Releases => "release",
            AssumedFact::ClientTimeout => "timeout",
            AssumedFact::Replicas => "replicas",
        })
        .collect();
    words.dedup();
    match words.as_slice() {
        [] => "-".to_owned(),
        words => words.join(","),
    }
}

/// Outages as long as that.
fn up_to(longest: f64) -> String {
    if longest > 0.0 {
        format!("those up to {}", seconds(longest))
    } else {
        "none".to_owned()
    }
}

/// Seconds as people read them: `23.8s`.
fn seconds(value: f64) -> String {
    format!("{}s", number(value))
}

/// At most two digits behind the point, without zeros at the end.
fn number(value: f64) -> String {
    let text = format!("{value:.2}");
    text.trim_end_matches('0').trim_end_matches('.').to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_short() {
        for (value, expected) in [
            (1800.0, "1800"),
            (23.8, "23.8"),
            (0.125, "0.12"),
            (0.0, "0"),
        ] {
            assert_eq!(number(value), expected);
        }
    }
}
