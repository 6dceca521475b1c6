//! Slots of roles and bindings, indexed by name, label and subject.

use std::collections::HashMap;
use std::hash::{BuildHasher, Hash};

use foldhash::fast::FixedState;

use super::authorization::account_name;
use super::bindings::{Binding, SubjectNamespace};
use super::roles::Role;

/// Position of a role or a binding in a policy.
pub(super) type Slot = u32;

/// Where the value of a slot is in a vector.
fn position(slot: Slot) -> usize {
    usize::try_from(slot).unwrap_or(usize::MAX)
}

/// Values by slot; a freed slot is used again.
#[derive(Clone, Debug)]
pub(super) struct Slots<T> {
    values: Vec<Option<T>>,
    free: Vec<Slot>,
}

impl<T> Default for Slots<T> {
    fn default() -> Self {
        Self {
            values: Vec::new(),
            free: Vec::new(),
        }
    }
}

impl<T> Slots<T> {
    pub(super) fn get(&self, slot: Slot) -> Option<&T> {
        self.values.get(position(slot))?.as_ref()
    }

    pub(super) fn add(&mut self, value: T) -> Slot {
        if let Some(slot) = self.free.pop() {
            if let Some(entry) = self.values.get_mut(position(slot)) {
                *entry = Some(value);
            }
            return slot;
        }
        self.values.push(Some(value));
        u32::try_from(self.values.len() - 1).unwrap_or(u32::MAX)
    }

    pub(super) fn take(&mut self, slot: Slot) -> Option<T> {
        let value = self.values.get_mut(position(slot))?.take()?;
        self.free.push(slot);
        Some(value)
    }

    /// One past the last slot.
    pub(super) fn end(&self) -> Slot {
        u32::try_from(self.values.len()).unwrap_or(u32::MAX)
    }

    pub(super) fn iter(&self) -> impl Iterator<Item = &T> {
        self.values.iter().flatten()
    }
}

/// Slots by the hash of a key. Callers compare what they find, so a collision costs time, never a wrong answer.
#[derive(Clone, Debug, Default)]
pub(super) struct HashIndex(HashMap<u64, Bucket, FixedState>);

#[derive(Clone, Debug)]
enum Bucket {
    One(Slot),
    Many(Vec<Slot>),
}

impl HashIndex {
    pub(super) fn add(&mut self, key: u64, slot: Slot) {
        self.0
            .entry(key)
            .and_modify(|bucket| match bucket {
                Bucket::One(first) if *first == slot => {}
                Bucket::One(first) => *bucket = Bucket::Many(vec![*first, slot]),
                // Keys of one value are added one after the other.
                Bucket::Many(slots) if slots.last() == Some(&slot) => {}
                Bucket::Many(slots) => slots.push(slot),
            })
            .or_insert(Bucket::One(slot));
    }

    pub(super) fn remove(&mut self, key: u64, slot: Slot) {
        let empty = match self.0.get_mut(&key) {
            Some(Bucket::One(only)) => *only == slot,
            Some(Bucket::Many(slots)) => {
                slots.retain(|other| *other != slot);
                slots.is_empty()
            }
            None => false,
        };
        if empty {
            self.0.remove(&key);
        }
    }

    pub(super) fn get(&self, key: u64) -> &[Slot] {
        match self.0.get(&key) {
            Some(Bucket::One(only)) => std::slice::from_ref(only),
            Some(Bucket::Many(slots)) => slots,
            None => &[],
        }
    }
}

/// A key of an index.
#[derive(Hash)]
pub(super) enum IndexKey<'k> {
    /// Whether it is a ClusterRole, and its name: for look-ups without a namespace.
    RoleName(bool, &'k str),
    /// Name and namespace as written.
    Role(&'k str, Option<&'k str>),
    /// The Roles of a namespace as written.
    RolesOf(Option<&'k str>),
    /// The RoleBindings of a namespace as written.
    BindingsOf(Option<&'k str>),
    /// ClusterRoles that carry a label with that value.
    Label(&'k str, &'k str),
    /// A binding.
    Binding(bool, Option<&'k str>, &'k str),
    /// A user, and a ServiceAccount whose namespace is known.
    User(&'k str),
    /// A ServiceAccount of any namespace.
    Account(&'k str),
    /// A ServiceAccount of any namespace, by how far the binding reaches.
    Namesake(&'k str, BindingReach<'k>),
    /// A ServiceAccount whose namespace is not written.
    OpenAccount(&'k str),
    /// A group; bindings of a cluster, of a namespace, and of none that is written are kept apart.
    Group(&'k str, BindingReach<'k>),
    /// Any group of the accounts of one namespace.
    AccountGroups,
}

/// How far a binding reaches.
#[derive(Clone, Copy, Hash, PartialEq, Eq)]
pub(super) enum BindingReach<'k> {
    Cluster,
    Namespace(&'k str),
    NotWritten,
    /// All of them together.
    Any,
}

impl IndexKey<'_> {
    pub(super) fn hash(&self) -> u64 {
        // Fixed keys, so that the same policy has the same index everywhere.
        FixedState::default().hash_one(self)
    }
}

pub(super) fn role_keys(role: &Role) -> Vec<u64> {
    let mut keys = vec![IndexKey::RoleName(role.cluster, &role.name).hash()];
    if role.cluster {
        for (name, value) in &role.labels {
            keys.push(IndexKey::Label(name, value).hash());
        }
    } else {
        let namespace = role.namespace.as_deref();
        keys.push(IndexKey::Role(&role.name, namespace).hash());
        keys.push(IndexKey::RolesOf(namespace).hash());
    }
    keys
}

pub(super) fn subject_keys(binding: &Binding) -> Vec<u64> {
    let reach = match (&binding.namespace, binding.cluster) {
        (_, true) => BindingReach::Cluster,
        (Some(namespace), false) => BindingReach::Namespace(namespace),
        (None, false) => BindingReach::NotWritten,
    };
    let mut keys = Vec::with_capacity(1 + binding.subjects.len() * 2);
    if !binding.cluster {
        keys.push(IndexKey::BindingsOf(binding.namespace.as_deref()).hash());
    }
    for subject in &binding.subjects {
        let name = &*subject.name;
        match &*subject.kind {
            "User" => {
                keys.push(IndexKey::User(name).hash());
                if let Some(name) = account_name(name) {
                    keys.push(IndexKey::Account(name).hash());
                }
            }
            "Group" => {
                keys.push(IndexKey::Group(name, reach).hash());
                keys.push(IndexKey::Group(name, BindingReach::Any).hash());
                if name.starts_with("system:serviceaccounts:") {
                    keys.push(IndexKey::AccountGroups.hash());
                }
            }
            "ServiceAccount" => {
                keys.push(IndexKey::Account(name).hash());
                keys.push(IndexKey::Namesake(name, reach).hash());
                keys.push(IndexKey::Namesake(name, BindingReach::Any).hash());
                match binding.namespace_of(subject) {
                    SubjectNamespace::Written(namespace) => {
                        let user = format!("system:serviceaccount:{namespace}:{name}");
                        keys.push(IndexKey::User(&user).hash());
                    }
                    SubjectNamespace::Any => keys.push(IndexKey::OpenAccount(name).hash()),
                    SubjectNamespace::Invalid => {}
                }
            }
            _ => {}
        }
    }
    keys
}

pub(super) fn binding_key(cluster: bool, namespace: Option<&str>, name: &str) -> u64 {
    IndexKey::Binding(cluster, namespace, name).hash()
}
