//! What disturbs an election that is right by itself: a rollout that renames the lock, a webhook in the path of renewals.

use election::timing::Timing;

use super::{AROUND, lane, numbers, promises, seconds};
use crate::timeline::{Activity, Timeline};

/// Seconds of the rollout in the picture. With more the two leaders are there for longer, and nothing else changes.
const ROLLOUT: f64 = 20.0;

/// What the API server waits for a webhook that sets no `timeoutSeconds` (admissionregistration.k8s.io/v1).
const WEBHOOK_TIMEOUT: f64 = 10.0;

/// A new pod looks at a lock that does not exist and takes it at once, while the old leader goes on.
pub(super) fn renamed_lock() -> String {
    let end = ROLLOUT + AROUND;
    let picture = Timeline {
        title: "A rollout that renames the lock: two leaders until the last old pod is gone"
            .to_owned(),
        begin: -AROUND,
        end,
        lanes: vec![
            lane(
                "old pods",
                &[(-AROUND, ROLLOUT, Activity::Leads, "lead with the old lock")],
            ),
            lane(
                "new pods",
                &[(0.0, end, Activity::Leads, "lead with the new lock")],
            ),
        ],
        marks: vec![
            (
                0.0,
                "the first new pod: no pod holds the new lock".to_owned(),
            ),
            (
                ROLLOUT,
                "the end of the rollout: the last old pod is gone".to_owned(),
            ),
        ],
        span: Some((0.0, ROLLOUT)),
    };
    picture.svg()
}

/// A renewal waits in a webhook that hangs until client-go gives it up.
pub(super) fn webhook_in_renewals() -> String {
    let timing = Timing::CUSTOMARY;
    let Some(promised) = promises(timing, false) else {
        return String::new();
    };
    let hangs = seconds(timing.retry);
    // The timeout of client-go's own client: half the renew deadline, at least a second.
    let given_up = hangs + (seconds(timing.renew) / 2.0).max(1.0);
    let stops = promised.leader_stops_after;
    let end = stops + AROUND;
    let picture = Timeline {
        title: format!(
            "A webhook that hangs and is called for renewals: no leader after {stops:.0}s ({})",
            numbers(timing)
        ),
        begin: -AROUND,
        end,
        lanes: vec![
            lane(
                "webhook",
                &[
                    (-AROUND, hangs, Activity::Waits, ""),
                    (hangs, end, Activity::Away, "hangs"),
                ],
            ),
            lane(
                "leader",
                &[
                    (-AROUND, hangs, Activity::Leads, "leads"),
                    (
                        hangs,
                        stops,
                        Activity::Tries,
                        "leads, and its renewals wait",
                    ),
                ],
            ),
            lane("standby", &[(-AROUND, end, Activity::Waits, "")]),
        ],
        marks: vec![
            (0.0, "0s: the last renewal before it".to_owned()),
            (
                hangs,
                format!("{hangs:.0}s: the API server calls the webhook for the next one"),
            ),
            (
                given_up,
                format!("{given_up:.0}s: client-go gives it up, and tries again"),
            ),
            (
                stops,
                format!(
                    "{stops:.0}s: the leader stops. Only after {WEBHOOK_TIMEOUT:.0}s would the failure be ignored"
                ),
            ),
        ],
        span: None,
    };
    picture.svg()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// By hand: P + R = 2 + 10; the renewal at P = 2 is given up after R / 2 = 5, at 7.
    #[test]
    fn a_webhook_ends_the_leadership_before_its_failure_is_ignored() {
        let picture = webhook_in_renewals();
        for words in [
            "no leader after 12s (15s/10s/2s)",
            "2s: the API server calls",
            "7s: client-go gives it up",
            "12s: the leader stops",
        ] {
            assert!(picture.contains(words), "{words}: {picture}");
        }
        // A request waits at most 5s, so none is ever answered by the timeout of 10s.
        assert!(seconds(Timing::CUSTOMARY.renew) / 2.0 < WEBHOOK_TIMEOUT);
    }

    #[test]
    fn a_renamed_lock_has_two_leaders_as_long_as_the_rollout_takes() {
        let picture = renamed_lock();
        assert_eq!(picture.matches("class=\"leads\"").count(), 2, "{picture}");
        assert_eq!(picture.matches("class=\"span\"").count(), 1, "{picture}");
    }
}
