//! What an account may do: roles, bindings and the union of what they grant, decided as the API server decides it.
//!
//! It knows nothing of files or folders: where several definitions of one object may be meant, a [`Sight`] says
//! which. Facts are owned and small, so that a policy can also follow a live cluster.

mod answer;
mod authorize;
mod built_in;
mod decide;
mod events;
mod facts;
mod grant;
mod index;
mod look;
mod matching;
mod near_miss;
mod need;
mod olm;
mod phrases;
mod policy;
mod read;
mod withdrawal;

pub use answer::{Access, AccessState, Dangling, EventsAccess, Missing, Through};
pub use authorize::{Decision, Grant, Request, User};
pub use built_in::{BuiltIn, built_in_role};
pub use decide::{AccountName, Sight, WholeCluster, access_of};
pub use events::may_write_events;
pub use facts::{Binding, PolicyRule, Role, RoleRef, Subject, Words};
pub use grant::{SmallestGrant, SmallestRule, smallest_grant};
pub use matching::allows;
pub use near_miss::NearMiss;
pub use need::{LockNamespace, LockResource, Need};
pub use olm::rights_of_operator;
pub use phrases::{account_title, in_words, place_words};
pub use policy::Policy;
pub use read::{binding_of, role_of};
pub use withdrawal::{Accounts, RightsChange};
