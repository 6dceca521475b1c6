//! The ServiceAccounts of an input.

use std::collections::HashSet;
use std::rc::Rc;

use super::ServiceAccount;
use super::input_objects::InputObjects;
use super::named_objects::NamedObjects;
use super::proximity::Proximity;
use manifest::tree::Node;
use objects::{LedgerCode, Object, ObjectKind, Workload};
use programs::{Answer, Unknown};

/// The ServiceAccounts of an input.
pub(crate) struct AccountIndex<'w> {
    accounts: NamedObjects<'w>,
    /// The names of which some account refuses a token.
    refusing: HashSet<&'w str>,
}

impl<'w> AccountIndex<'w> {
    pub(crate) fn of(objects: &InputObjects<'w>, proximity: &Rc<Proximity<'w>>) -> Self {
        let accounts = objects.of_kind(ObjectKind::ServiceAccount).iter();
        let refusing = accounts.filter(|account| refuses_token(**account));
        Self {
            accounts: NamedObjects::of(objects.named(ObjectKind::ServiceAccount), proximity),
            refusing: refusing.filter_map(Object::name).collect(),
        }
    }

    /// The ServiceAccount of that name as which a workload runs.
    pub(crate) fn find(
        &self,
        workload: Workload<'w>,
        name: &str,
    ) -> Answer<Option<ServiceAccount>> {
        let object = workload.object();
        match self.accounts.choose(name, object) {
            Ok(Some(account)) => {
                let node = automount_of(account);
                let place =
                    node.map_or_else(|| account.head_place(), |node| account.place_of(node));
                Answer::Known(Some(ServiceAccount {
                    automount: node.and_then(Node::as_bool),
                    place: Some(place),
                }))
            }
            Ok(None) => Answer::Unknown(Unknown {
                code: LedgerCode::AccountNotInInput,
                reason: format!("ServiceAccount {name} is not in the input"),
                place: None,
            }),
            // Where none refuses a token it does not matter which it is.
            Err(_) if !self.may_refuse_token(name, object.namespace()) => {
                let mut candidates = self.accounts.candidates(name, object.namespace());
                Answer::Known(Some(ServiceAccount {
                    automount: None,
                    place: candidates.next().map(Object::head_place),
                }))
            }
            Err(count) => Answer::Unknown(Unknown {
                code: LedgerCode::SeveralCandidates,
                reason: format!("{count} ServiceAccounts named {name} are equally near"),
                place: None,
            }),
        }
    }

    /// Whether an account of a name that may be of a namespace refuses a token.
    fn may_refuse_token(&self, name: &str, namespace: Option<&'w str>) -> bool {
        let mut candidates = self.accounts.candidates(name, namespace);
        self.refusing.contains(name) && candidates.any(|account| refuses_token(*account))
    }
}

fn automount_of(account: Object<'_>) -> Option<Node<'_>> {
    account.node().get("automountServiceAccountToken")
}

fn refuses_token(account: Object<'_>) -> bool {
    automount_of(account).and_then(Node::as_bool) == Some(false)
}
