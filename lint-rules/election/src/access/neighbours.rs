//! What else a policy holds where an account's lock is: roles and bindings that were perhaps meant for it.

use super::bindings::Binding;
use super::index::{IndexKey, Slot};
use super::policy::{RbacPolicy, may_be_same, maybe_visible};
use super::roles::Role;
use super::visibility::Visibility;

/// Of so many roles and bindings of a namespace, the first in the order of their files, one that was meant for an
/// account is looked for.
const MAX_NEIGHBOURS: usize = 50;

fn first_neighbours(slots: &[Slot]) -> &[Slot] {
    slots.get(..MAX_NEIGHBOURS).unwrap_or(slots)
}

impl RbacPolicy {
    /// Whether a visible binding names an account of this name, in whatever namespace.
    #[must_use]
    pub fn names_account(&self, account: &str, visibility: &dyn Visibility) -> bool {
        let slots = self.binding_slots(IndexKey::Account(account), Some(visibility));
        slots
            .iter()
            .filter_map(|slot| self.bindings.get(*slot))
            .any(|binding| {
                visibility.is_visible(binding.place)
                    && binding
                        .subjects
                        .iter()
                        .any(|subject| subject.name.ends_with(account))
            })
    }

    /// The RoleBindings of a namespace, those too that name none; without some of those that are not visible.
    pub(super) fn bindings_in(
        &self,
        namespace: &str,
        visibility: &dyn Visibility,
    ) -> impl Iterator<Item = &Binding> {
        let of = |namespace| {
            let slots = self.binding_slots(IndexKey::BindingsOf(namespace), Some(visibility));
            first_neighbours(slots)
        };
        let slots = of(Some(namespace)).iter().chain(of(None));
        slots
            .filter_map(|slot| self.bindings.get(*slot))
            .filter(move |binding| {
                !binding.cluster && may_be_same(binding.namespace.as_deref(), Some(namespace))
            })
    }

    /// The Roles of a name in every namespace, without some of those that are not visible.
    pub(super) fn roles_of_name<'p>(
        &'p self,
        name: &str,
        visibility: &dyn Visibility,
    ) -> impl Iterator<Item = &'p Role> {
        let slots = self.role_index.get(IndexKey::RoleName(false, name).hash());
        let place_of = |slot| self.roles.get(slot)?.place;
        let wanted = name.to_owned();
        first_neighbours(maybe_visible(slots, Some(visibility), place_of))
            .iter()
            .filter_map(|slot| self.roles.get(*slot))
            .filter(move |role| !role.cluster && *role.name == *wanted)
    }

    /// The Roles of a namespace, those too that name none; without some of those that are not visible.
    pub(super) fn roles_in(
        &self,
        namespace: &str,
        visibility: &dyn Visibility,
    ) -> impl Iterator<Item = &Role> {
        let of = |namespace| {
            let slots = self.role_index.get(IndexKey::RolesOf(namespace).hash());
            let place_of = |slot| self.roles.get(slot)?.place;
            first_neighbours(maybe_visible(slots, Some(visibility), place_of))
        };
        let slots = of(Some(namespace)).iter().chain(of(None));
        slots
            .filter_map(|slot| self.roles.get(*slot))
            .filter(move |role| {
                !role.cluster && may_be_same(role.namespace.as_deref(), Some(namespace))
            })
    }
}
