//! `maxSurge` and `maxUnavailable` of a rolling update, as the deployment controller computes them.

use manifest::tree::{Node, Value};

/// The default of both bounds of a Deployment (`apps/v1` defaults, Kubernetes 1.36).
pub(super) const DEFAULT_BOUND: Bound = Bound::Percent(25);

/// A number of pods, or a share of them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Bound {
    /// Pods.
    Count(u32),
    /// Hundredths of the replicas.
    Percent(u32),
}

impl Bound {
    /// `maxSurge` or `maxUnavailable` as written; `None` if it cannot be read.
    #[must_use]
    pub fn of(node: Node<'_>) -> Option<Self> {
        match node.value() {
            Value::Null => Some(DEFAULT_BOUND),
            Value::Integer(count) => u32::try_from(count).ok().map(Self::Count),
            _ => {
                let percent = node.as_str()?.strip_suffix('%')?;
                percent.parse().ok().map(Self::Percent)
            }
        }
    }

    fn of_pods(self, pods: u32, up: bool) -> u32 {
        match self {
            Self::Count(count) => count,
            Self::Percent(percent) => {
                let hundredths = u64::from(percent) * u64::from(pods) + if up { 99 } else { 0 };
                u32::try_from(hundredths / 100).unwrap_or(u32::MAX)
            }
        }
    }
}

/// How many pods a rolling update may have above and below the replicas, as `ResolveFenceposts` computes it:
/// the first rounded up, the second down, and one below where both are zero.
#[must_use]
pub fn fenceposts(
    surge: Option<Bound>,
    unavailable: Option<Bound>,
    desired: u32,
) -> Option<(u32, u32)> {
    let surge = surge?.of_pods(desired, true);
    let unavailable = unavailable?.of_pods(desired, false);
    if surge == 0 && unavailable == 0 {
        return Some((0, 1));
    }
    Some((surge, unavailable))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Cases of Kubernetes 1.36 (`TestResolveFenceposts`; a field that is not set is 0 there), and
    /// the small numbers of controllers by hand.
    #[test]
    fn bounds_are_those_of_the_deployment_controller() {
        use Bound::{Count, Percent};
        for (surge, unavailable, desired, expected) in [
            (Percent(0), Percent(0), 0, (0, 1)),
            (Percent(39), Percent(39), 10, (4, 3)),
            (Count(0), Percent(39), 10, (0, 3)),
            (Percent(39), Count(0), 10, (4, 0)),
            (Count(0), Count(0), 10, (0, 1)),
            (DEFAULT_BOUND, DEFAULT_BOUND, 1, (1, 0)),
            (DEFAULT_BOUND, DEFAULT_BOUND, 3, (1, 0)),
            (DEFAULT_BOUND, DEFAULT_BOUND, 4, (1, 1)),
            (DEFAULT_BOUND, DEFAULT_BOUND, 5, (2, 1)),
            (Count(0), Percent(25), 3, (0, 1)),
            (Count(0), Percent(100), 2, (0, 2)),
            (Percent(1), Count(0), 1, (1, 0)),
            (Percent(u32::MAX), Count(0), u32::MAX, (u32::MAX, 0)),
        ] {
            let found = fenceposts(Some(surge), Some(unavailable), desired);
            assert_eq!(found, Some(expected), "{surge:?} {unavailable:?} {desired}");
        }
        assert_eq!(fenceposts(None, Some(Percent(39)), 10), None);
        assert_eq!(fenceposts(Some(Percent(55)), None, 10), None);
    }
}
