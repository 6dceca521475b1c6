//! A list of the API that becomes part of the state.

use std::collections::HashSet;

use super::ClusterState;
use crate::known::object_facts::{ObjectError, identity, read};
use crate::resource::WatchedResource;

/// A list that is under way: what it does not name when it ends is gone.
#[derive(Debug)]
pub struct Listing<'s> {
    pub(super) state: &'s ClusterState,
    pub(super) what: WatchedResource,
    pub(super) seen: HashSet<(Box<str>, Box<str>)>,
}

impl Listing<'_> {
    /// One object of the list, as JSON.
    ///
    /// # Errors
    /// It cannot be read, or has no name.
    pub fn put(&mut self, raw: &str) -> Result<(), ObjectError> {
        let document = read(self.what, raw, &self.state.fields)?;
        // First the name: what is there and cannot be reduced is not gone.
        self.seen.insert(identity(&document)?);
        self.state.put_document(self.what, &document).map(drop)
    }

    /// The metadata of one ConfigMap of the list, as JSON.
    pub(crate) fn note_config_map(&mut self, raw: &str) -> Result<(), ObjectError> {
        let (namespace, name) = identity(&read(self.what, raw, &self.state.fields)?)?;
        self.state.note_config_map(&namespace, &name);
        self.seen.insert((namespace, name));
        Ok(())
    }

    /// The list is complete; whether the resource is synced for the first time (or again after it
    /// was forbidden).
    pub fn finish(self) -> bool {
        let known = self.state.facts.read_recursive().keys(self.what);
        for key in known {
            if !self.seen.contains(&key) {
                self.state.remove(self.what, &key.0, &key.1);
            }
        }
        let news = self.state.status.synced(self.what);
        if news && self.what == WatchedResource::ConfigMaps {
            self.state.read_all_again();
        }
        news
    }
}
