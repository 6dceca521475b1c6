//! Places of roles and bindings by what they are asked for.

use std::collections::HashMap;
use std::hash::{BuildHasher, Hash};

use foldhash::fast::FixedState;

use super::authorize::account_name;
use super::facts::{Binding, Role, SubjectNamespace};

/// Where in a policy a role or a binding is.
pub(super) type Slot = u32;

/// Values at places that are used again.
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
        self.values.get(slot as usize)?.as_ref()
    }

    pub(super) fn add(&mut self, value: T) -> Slot {
        if let Some(slot) = self.free.pop() {
            if let Some(place) = self.values.get_mut(slot as usize) {
                *place = Some(value);
            }
            return slot;
        }
        self.values.push(Some(value));
        u32::try_from(self.values.len() - 1).unwrap_or(u32::MAX)
    }

    pub(super) fn take(&mut self, slot: Slot) -> Option<T> {
        let value = self.values.get_mut(slot as usize)?.take()?;
        self.free.push(slot);
        Some(value)
    }

    /// One past the last place.
    pub(super) fn end(&self) -> Slot {
        u32::try_from(self.values.len()).unwrap_or(u32::MAX)
    }

    pub(super) fn iter(&self) -> impl Iterator<Item = &T> {
        self.values.iter().flatten()
    }
}

/// Slots by the hash of a key: what is found is looked at again, so a collision costs a look and no more.
#[derive(Clone, Debug, Default)]
pub(super) struct Index(HashMap<u64, Bucket, FixedState>);

#[derive(Clone, Debug)]
enum Bucket {
    One(Slot),
    Many(Vec<Slot>),
}

impl Index {
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

/// What an index knows something by.
#[derive(Hash)]
pub(super) enum Key<'k> {
    /// Role or ClusterRole: name alone, for questions without a namespace.
    RoleName(bool, &'k str),
    /// Name and namespace as written.
    Role(&'k str, Option<&'k str>),
    /// ClusterRoles that carry a label with that value.
    Label(&'k str, &'k str),
    /// A binding.
    Binding(bool, Option<&'k str>, &'k str),
    /// A user, and a ServiceAccount whose namespace is known.
    User(&'k str),
    /// A ServiceAccount of any namespace.
    Account(&'k str),
    /// A ServiceAccount of any namespace, by how far the binding reaches.
    Namesake(&'k str, Reach<'k>),
    /// A ServiceAccount whose namespace is not written.
    OpenAccount(&'k str),
    /// A group; bindings of a cluster, of a namespace, and of none that is written are kept apart.
    Group(&'k str, Reach<'k>),
    /// Any group of the accounts of one namespace.
    AccountGroups,
}

/// How far a binding reaches.
#[derive(Clone, Copy, Hash, PartialEq, Eq)]
pub(super) enum Reach<'k> {
    Cluster,
    Namespace(&'k str),
    NotWritten,
    /// All of them together.
    Any,
}

impl Key<'_> {
    pub(super) fn hash(&self) -> u64 {
        // Fixed keys, so that the same policy has the same index everywhere.
        FixedState::default().hash_one(self)
    }
}

pub(super) fn role_keys(role: &Role) -> Vec<u64> {
    let mut keys = vec![Key::RoleName(role.cluster, &role.name).hash()];
    if role.cluster {
        for (name, value) in &role.labels {
            keys.push(Key::Label(name, value).hash());
        }
    } else {
        keys.push(Key::Role(&role.name, role.namespace.as_deref()).hash());
    }
    keys
}

pub(super) fn subject_keys(binding: &Binding) -> Vec<u64> {
    let reach = match (&binding.namespace, binding.cluster) {
        (_, true) => Reach::Cluster,
        (Some(namespace), false) => Reach::Namespace(namespace),
        (None, false) => Reach::NotWritten,
    };
    let mut keys = Vec::with_capacity(binding.subjects.len() * 2);
    for subject in &binding.subjects {
        let name = &*subject.name;
        match &*subject.kind {
            "User" => {
                keys.push(Key::User(name).hash());
                if let Some(name) = account_name(name) {
                    keys.push(Key::Account(name).hash());
                }
            }
            "Group" => {
                keys.push(Key::Group(name, reach).hash());
                keys.push(Key::Group(name, Reach::Any).hash());
                if name.starts_with("system:serviceaccounts:") {
                    keys.push(Key::AccountGroups.hash());
                }
            }
            "ServiceAccount" => {
                keys.push(Key::Account(name).hash());
                keys.push(Key::Namesake(name, reach).hash());
                keys.push(Key::Namesake(name, Reach::Any).hash());
                match binding.namespace_of(subject) {
                    SubjectNamespace::Written(namespace) => {
                        let user = format!("system:serviceaccount:{namespace}:{name}");
                        keys.push(Key::User(&user).hash());
                    }
                    SubjectNamespace::Any => keys.push(Key::OpenAccount(name).hash()),
                    SubjectNamespace::Nobodys => {}
                }
            }
            _ => {}
        }
    }
    keys
}

pub(super) fn binding_key(cluster: bool, namespace: Option<&str>, name: &str) -> u64 {
    Key::Binding(cluster, namespace, name).hash()
}
