//! What an account may do: roles, bindings and the union of their rules, decided as the API server decides.
//!
//! Files and folders are unknown here: a [`Visibility`] says which of several definitions of one object applies.
//! Roles and bindings are owned and small, so that a policy can also follow a live cluster.

mod account_view;
mod answer;
mod authorization;
mod authorizer;
mod bindings;
mod built_in;
mod decision;
mod events_access;
mod grants;
mod index;
mod lock_resource;
mod lock_roles;
mod near_miss;
mod need;
mod neighbours;
mod olm;
mod parsing;
mod phrases;
mod policy;
mod roles;
mod rule_match;
mod smallest_grant;
mod spare_role;
mod visibility;
mod withdrawal;

pub use answer::{Access, AccessState, DanglingBinding, EventsAccess, GrantPath, MissingVerb};
pub use authorization::{AccessRequest, AccountName, Grant, RbacDecision, User};
pub use bindings::{Binding, RbacSubject, RoleRef};
pub use built_in::{BuiltIn, built_in_role};
pub use decision::{access_in_any_namespace, access_of};
pub use events_access::may_write_events;
pub use lock_resource::{LockResource, lease_of};
pub use lock_roles::lock_roles_of;
pub use near_miss::NearMiss;
pub use need::{Need, NeededNamespace};
pub use olm::rights_of_operator;
pub use parsing::{binding_of, role_of};
pub use phrases::{account_title, in_words, place_words, resource_words};
pub use policy::RbacPolicy;
pub use roles::{PolicyRule, Role, RuleWords};
pub use rule_match::allows;
pub use smallest_grant::{SmallestGrant, SmallestRule, smallest_grant};
pub use spare_role::{SpareRole, SubjectSlip};
pub use visibility::{Visibility, WholeCluster};
pub use withdrawal::{AffectedAccounts, RightsChange};
