//! The identity of a record.

use super::super::dialect::{IdentityBase, IdentityRule};
use super::error::{DialectError, mistake};
use super::record::{IdentityFields, IdentityRecord};
use super::words::{IDENTITIES, named};

pub(super) fn identity_rule(
    id: &str,
    written: &IdentityRecord,
) -> Result<IdentityRule, DialectError> {
    let short;
    let rule = match written {
        IdentityRecord::Rule(rule) => rule,
        IdentityRecord::Base(base) => {
            short = IdentityFields {
                base: base.clone(),
                ..IdentityFields::default()
            };
            &short
        }
    };
    let base = named(id, "identity.base", &rule.base, IDENTITIES)?;
    let reads_env = matches!(base, IdentityBase::PodNameEnv | IdentityBase::Env);
    if reads_env && rule.env.is_none() {
        return Err(mistake(id, "identity.env", "must name the variable"));
    }
    Ok(IdentityRule {
        base,
        env: rule.env.clone(),
        required: rule.required,
        fallback: rule.fallback.clone(),
        falls_back_to_hostname: rule.else_hostname,
    })
}
