//! What happens while a cluster is followed, for whoever writes it into a log.

use crate::resource::WatchedResource;

/// Something that an operator may want to know.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Notice<'n> {
    /// This program may not list or watch it. Given when it begins to be so.
    Forbidden {
        /// What.
        what: WatchedResource,
        /// The API server's words.
        reason: &'n str,
    },
    /// The API does not have it. Given when it begins to be so.
    Absent {
        /// What.
        what: WatchedResource,
    },
    /// A list or a watch failed, and is tried again.
    Failed {
        /// What.
        what: WatchedResource,
        /// Why.
        reason: &'n str,
    },
    /// All of it was seen, for the first time or again after it was forbidden.
    Synced {
        /// What.
        what: WatchedResource,
        /// How many objects there are.
        objects: u64,
    },
    /// An object is too long to be read: it counts as one that is not there.
    TooLong {
        /// What.
        what: WatchedResource,
        /// Its namespace; empty for an object of the whole cluster.
        namespace: &'n str,
        /// Its name.
        name: &'n str,
    },
    /// An object cannot be read.
    Unreadable {
        /// What.
        what: WatchedResource,
        /// Why.
        reason: &'n str,
    },
}

/// Takes the notices, to log them for example.
pub type NoticeSink = dyn Fn(Notice<'_>) + Send + Sync;
