//! The ServiceAccounts of an input.

use std::cell::OnceCell;
use std::collections::HashMap;
use std::rc::Rc;

use super::ServiceAccount;
use super::input_objects::{InputObjects, ObjectsByName};
use super::proximity::Proximity;
use manifest::tree::Node;
use objects::{LedgerCode, Object, ObjectKind, Workload};
use programs::{Answer, Unknown};

/// The ServiceAccounts of an input.
pub(crate) struct AccountIndex<'w> {
    by_name: ObjectsByName<'w>,
    /// Built when first used.
    by_full_name: OnceCell<AccountsByFullName<'w>>,
    proximity: Rc<Proximity<'w>>,
}

/// Accounts by name and namespace (`None`: not written).
type AccountsByFullName<'w> = HashMap<(&'w str, Option<&'w str>), Vec<Object<'w>>>;

impl<'w> AccountIndex<'w> {
    pub(crate) fn of(objects: &InputObjects<'w>, proximity: &Rc<Proximity<'w>>) -> Self {
        Self {
            by_name: objects.named(ObjectKind::ServiceAccount),
            by_full_name: OnceCell::new(),
            proximity: Rc::clone(proximity),
        }
    }

    /// The ServiceAccount of that name as which a workload runs.
    pub(crate) fn find(
        &self,
        workload: Workload<'w>,
        name: &str,
    ) -> Answer<Option<ServiceAccount>> {
        let object = workload.object();
        let candidates = self.candidates(name, object.namespace());
        match self.proximity.choose(&candidates, object) {
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
            Err(_) if !candidates.iter().any(|account| refuses_token(*account)) => {
                Answer::Known(Some(ServiceAccount {
                    automount: None,
                    place: candidates.first().map(Object::head_place),
                }))
            }
            Err(count) => Answer::Unknown(Unknown {
                code: LedgerCode::SeveralCandidates,
                reason: format!("{count} ServiceAccounts named {name} are equally near"),
                place: None,
            }),
        }
    }

    /// The ServiceAccounts of a name that may be of a namespace (`None`: not written, so any).
    fn candidates(&self, name: &str, namespace: Option<&str>) -> Vec<Object<'w>> {
        if namespace.is_none() {
            return self.by_name.get(name).cloned().unwrap_or_default();
        }
        let index = self.by_full_name.get_or_init(|| {
            let mut index = AccountsByFullName::new();
            for (name, accounts) in &self.by_name {
                for account in accounts {
                    let full_name = (*name, account.namespace());
                    index.entry(full_name).or_default().push(*account);
                }
            }
            index
        });
        let of = |namespace| index.get(&(name, namespace)).into_iter().flatten();
        of(namespace).chain(of(None)).copied().collect()
    }
}

fn automount_of(account: Object<'_>) -> Option<Node<'_>> {
    account.node().get("automountServiceAccountToken")
}

fn refuses_token(account: Object<'_>) -> bool {
    automount_of(account).and_then(Node::as_bool) == Some(false)
}
