//! What the reason of an ignore says besides why: `until=2027-01-31` and `owner=TEAM`.

use super::Day;

/// The words of a reason.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ReasonWords<'r> {
    /// The last day on which the ignore holds, or the text in its place that is no day.
    pub until: Option<Result<Day, &'r str>>,
    /// Who answers for it.
    pub owner: Option<&'r str>,
    /// Every word but the last day.
    pub others: Vec<&'r str>,
}

impl<'r> ReasonWords<'r> {
    /// Reads a reason. Of several days the last one counts.
    #[must_use]
    pub fn of(reason: &'r str) -> Self {
        let mut words = Self::default();
        for word in reason.split_whitespace() {
            if let Some(date) = word.strip_prefix("until=") {
                words.until = Some(Day::parse(date).ok_or(date));
                continue;
            }
            if let Some(owner) = word.strip_prefix("owner=") {
                words.owner = Some(owner).filter(|owner| !owner.is_empty());
            }
            words.others.push(word);
        }
        words
    }
}

/// Whether the last day of an ignore is past. Without a clock nothing expires.
#[must_use]
pub fn is_over(until: Option<Day>, today: Option<Day>) -> bool {
    matches!((until, today), (Some(until), Some(today)) if today > until)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn day_and_owner_stand_anywhere_in_a_reason() {
        let words = ReasonWords::of("owner=orders until=2027-01-31 one node");
        assert_eq!(words.owner, Some("orders"));
        assert_eq!(words.until, Some(Ok(Day::parse("2027-01-31").unwrap())));
        assert_eq!(words.others, ["owner=orders", "one", "node"]);
        let words = ReasonWords::of("until=soon owner=");
        assert_eq!((words.until, words.owner), (Some(Err("soon")), None));
    }
}
