//! Decides a request over a policy, as Kubernetes' RBAC authorizer does.

use super::authorization::{AccessRequest, Grant, RbacDecision, User};
use super::policy::RbacPolicy;
use super::roles::{PolicyRule, Role};
use super::rule_match::allows;

impl RbacPolicy {
    /// The rules of a role with the role each is written in.
    ///
    /// Of an aggregated ClusterRole the rules of its members, and of theirs. Where there are none, the rules that are
    /// written stay (kubernetes 1.36, `pkg/controller/clusterroleaggregation`: it applies an empty list,
    /// which takes nothing away from another field manager).
    #[must_use]
    pub fn rules_of<'p>(&'p self, role: &'p Role) -> Vec<(&'p Role, &'p PolicyRule)> {
        let mut seen = Vec::new();
        let mut rules = Vec::new();
        self.gather(role, &mut seen, &mut rules);
        rules
    }

    fn gather<'p>(
        &'p self,
        role: &'p Role,
        seen: &mut Vec<*const Role>,
        rules: &mut Vec<(&'p Role, &'p PolicyRule)>,
    ) {
        // Each role once: roles may select each other.
        let this = std::ptr::from_ref(role);
        if seen.contains(&this) {
            return;
        }
        seen.push(this);
        let before = rules.len();
        if role.aggregation.is_some() {
            for member in self.members_of(role) {
                self.gather(member, seen, rules);
            }
        }
        if rules.len() == before {
            rules.extend(role.rules.iter().map(|rule| (role, rule)));
        }
    }

    /// Decides a request as Kubernetes' RBAC authorizer does: over the union of all bindings of the user and of its
    /// groups, cluster-wide and in the namespace (kubernetes 1.36, `pkg/registry/rbac/validation/rule.go`).
    ///
    /// A role that does not exist grants nothing. Where a namespace is not written, it matches any.
    #[must_use]
    pub fn authorize<'p>(&'p self, user: &User, request: &AccessRequest<'_>) -> RbacDecision<'p> {
        let mut through = Vec::new();
        for binding in self.bindings_reaching(user, request.namespace) {
            for role in self.roles_of(binding) {
                let rules = self.rules_of(role).into_iter();
                through.extend(rules.filter(|(_, rule)| allows(rule, request)).map(
                    |(source, rule)| Grant {
                        binding,
                        role,
                        source,
                        rule,
                    },
                ));
            }
        }
        RbacDecision {
            allowed: !through.is_empty(),
            through,
        }
    }
}
