//! `export rbac`: the smallest rights for every elector, as YAML.

use std::fmt::Write as _;

use election::access::{AccountName, Need, SmallestGrant, smallest_grant};

use super::Inspected;
use super::lint_text::object;
use super::sources::Sources;
use crate::terminal::visible;

/// What was written, and what could not be.
pub struct RbacManifests {
    /// Roles and RoleBindings, with a comment before each pair that says for whom.
    pub yaml: String,
    /// A line for each elector whose rights are not known, and one if all have theirs.
    pub left_out: String,
}

/// The smallest rights of these electors: one Role and RoleBinding for each account and namespace; with `missing`
/// only where the input proves that something lacks.
pub fn report(electors: &[Inspected<'_>], missing: bool, sources: Sources<'_>) -> RbacManifests {
    let mut grants: Vec<(SmallestGrant, Vec<String>)> = Vec::new();
    let mut left_out = String::new();
    let mut granted = 0;
    for (elector, access) in electors {
        let who = format!(
            "{}, container {}",
            object(&elector.object.object_name()),
            elector.container.name()
        );
        let mut leave_out = |reason: &str| {
            let file = sources.name(elector.object.file());
            let _ = writeln!(
                left_out,
                "left out: {} ({}): {}",
                visible(&who),
                visible(file),
                visible(reason)
            );
        };
        if missing && access.missing.is_empty() {
            match &access.because {
                Some(because) => leave_out(&because.reason),
                None => granted += 1,
            }
            continue;
        }
        let account = AccountName {
            namespace: elector.account.namespace.as_deref(),
            name: &elector.account.name,
        };
        let need = match Need::of(elector) {
            Ok(need) => need,
            Err(because) => {
                leave_out(&because.reason);
                continue;
            }
        };
        let grant = match smallest_grant(&need, account) {
            Ok(grant) => grant,
            Err(reason) => {
                leave_out(&reason);
                continue;
            }
        };
        match grants.iter_mut().find(|(other, _)| other.is_beside(&grant)) {
            Some((other, names)) => {
                other.join(grant);
                names.push(who);
            }
            None => grants.push((grant, vec![who])),
        }
    }
    if granted > 0 && granted == electors.len() {
        left_out.push_str("Every account has what its election needs.\n");
    }
    let mut yaml = String::new();
    for (grant, names) in &grants {
        if !yaml.is_empty() {
            yaml.push_str("---\n");
        }
        for name in names {
            let _ = writeln!(yaml, "# {}", visible(name));
        }
        yaml.push_str(&grant.to_yaml());
    }
    RbacManifests { yaml, left_out }
}
