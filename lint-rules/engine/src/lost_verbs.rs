//! What happens to an election whose account lacks verbs on the lock.

use election::Elector;
use election::access::Access;

/// What happens where these verbs were never granted, in sentences: it follows from all of them together.
fn without_verbs(missing: &[&str]) -> &'static str {
    let lacks = |verb: &str| missing.contains(&verb);
    let cannot_write = lacks("update") || lacks("patch");
    if lacks("get") {
        "No replica can become leader: every request for the lock is rejected (403 Forbidden). The pods stay Running, but \
         nothing is reconciled."
    } else if lacks("create") && cannot_write {
        "No replica can become leader: the lock can be read, but neither created nor acquired (403 Forbidden). The pods stay \
         Running, but nothing is reconciled."
    } else if cannot_write {
        "A candidate may create the lock and lead once, but it cannot renew (403 Forbidden) and stops at its renew deadline. \
         After that no candidate can acquire the lock, because that needs the same verb."
    } else if lacks("create") {
        "Leader election works only while the lock exists. In a fresh installation, or after the lock was deleted, no replica \
         can become leader."
    } else {
        "Requests for the lock with these verbs are rejected (403 Forbidden), so the election may fail."
    }
}

/// What happens where an elector's account lacks these verbs on the lock that the answer is about.
#[must_use]
pub fn without_access(elector: &Elector<'_>, access: &Access<'_>, missing: &[&str]) -> String {
    if let Some(second) = &access.second_lock {
        return format!(
            "The program acquires its own lock and then waits for the second one, `{second}` (403 Forbidden). Whatever waits \
             for that lock, the controllers that are migrated, runs nowhere."
        );
    }
    if elector.program.library.elects_when_lock_is_named() {
        return "The operator stays paused until it has read its peering object, and its peers do not see it unless it writes \
                there (403 Forbidden): no event is handled, or two operators handle the same one (split brain)."
            .to_owned();
    }
    without_verbs(missing).to_owned()
}

/// What happens where a change takes these verbs from a running election; all of them, if there are none.
#[must_use]
pub fn after_withdrawal(lost: &[&str]) -> &'static str {
    let loses = |verb: &str| lost.is_empty() || lost.contains(&verb);
    if loses("update") || loses("patch") {
        "The leader cannot renew the lock any more, so it stops at its renew deadline. No standby can acquire the lock, and \
         nothing is reconciled."
    } else if loses("get") {
        "No candidate can read the lock any more, so after the next restart no replica becomes leader."
    } else if loses("create") {
        "The leader goes on as long as the lock exists. After the lock was deleted, and in a fresh installation, no replica \
         can become leader."
    } else {
        "Requests for the lock with these verbs are rejected (403 Forbidden), so the election may fail."
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_consequence_follows_from_all_verbs_together() {
        assert!(without_verbs(&["get", "create", "update"]).contains("every request"));
        assert!(without_verbs(&["create", "patch"]).contains("neither created nor acquired"));
        assert!(without_verbs(&["update"]).contains("lead once"));
        assert!(without_verbs(&["create"]).contains("only while the lock exists"));
        assert!(without_verbs(&["list"]).contains("may fail"));
        assert!(after_withdrawal(&[]).contains("cannot renew"));
        assert!(after_withdrawal(&["create"]).contains("goes on as long as"));
        assert!(after_withdrawal(&["get"]).contains("after the next restart"));
    }
}
