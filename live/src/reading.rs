//! Lists of a part of a cluster, and what may not be read.

use std::collections::HashMap;

use cluster::{
    BoundedText, Client, ClusterState, Collection, CutObject, Listed, ObjectPart, RequestPace,
    WatchError, WatchedResource, collection_path,
};
use k8s_openapi::jiff::Timestamp;
use k8s_openapi::jiff::fmt::rfc2822::DateTimeParser;
use thiserror::Error;

use crate::pod::{ClusterPods, Controller, PodFacts, SentPodMetadata};
use crate::record::LeaseObject;

/// Objects in one page of a list.
const PAGE: u32 = 500;

/// Which part of a cluster is looked at.
#[derive(Clone, Debug, Default)]
pub struct ReadScope {
    /// These namespaces; none: all of them.
    pub namespaces: Vec<String>,
    /// Leases with these labels only.
    pub labels: Option<String>,
}

/// Why nothing can be judged.
#[derive(Debug, Error)]
pub enum LiveError {
    /// The API server cannot be reached, or fails.
    #[error("the cluster cannot be read: {0}")]
    Unreachable(String),
    /// Leases may not be listed.
    #[error("leaselint may not list {resource}: {reason}")]
    Forbidden {
        /// What.
        resource: &'static str,
        /// The API server's words.
        reason: String,
    },
    /// SubjectAccessReviews may not be created.
    #[error("leaselint may not ask what accounts may do: {reason}")]
    MayNotAsk {
        /// The API server's words.
        reason: String,
    },
    /// Metrics cannot be shown there.
    #[error("cannot listen on {address}: {reason}")]
    Listen {
        /// Where.
        address: std::net::SocketAddr,
        /// Why not.
        reason: String,
    },
}

/// Something that was not read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ReadGap {
    /// What.
    pub resource: &'static str,
    /// Where; `None`: in all namespaces.
    pub namespace: Option<String>,
    /// Why not.
    pub reason: String,
}

/// The objects of a list that could not be read.
#[derive(Debug, Default)]
struct UnreadObjects {
    count: usize,
    /// Why not, of the first one.
    reason: String,
}

impl UnreadObjects {
    /// The text of an object, if it was not too long to be kept.
    fn whole(&mut self, item: BoundedText) -> Option<String> {
        match item {
            BoundedText::Whole(text) => Some(text),
            BoundedText::Cut(beginning) => {
                let CutObject {
                    namespace, name, ..
                } = CutObject::of_item(&beginning);
                let title = match (namespace.as_str(), name.as_str()) {
                    (_, "") => "an object".to_owned(),
                    ("", name) => name.to_owned(),
                    (namespace, name) => format!("{namespace}/{name}"),
                };
                self.add(format!("{title} is too long"));
                None
            }
        }
    }

    fn add(&mut self, reason: impl ToString) {
        if self.count == 0 {
            self.reason = reason.to_string();
        }
        self.count += 1;
    }

    fn gap(self, resource: &'static str, namespace: Option<String>) -> Option<ReadGap> {
        let reason = match self.count {
            0 => return None,
            1 => format!("one object cannot be read: {}", self.reason),
            count => format!("{count} objects cannot be read: {}", self.reason),
        };
        Some(ReadGap {
            resource,
            namespace,
            reason,
        })
    }
}

/// Reads a part of a cluster.
#[derive(Clone)]
pub struct ClusterReader {
    client: Client,
    pace: RequestPace,
    scope: ReadScope,
}

impl ClusterReader {
    /// A reader of this part of a cluster, at this pace.
    #[must_use]
    pub const fn new(client: Client, pace: RequestPace, scope: ReadScope) -> Self {
        Self {
            client,
            pace,
            scope,
        }
    }

    /// The client, and the pace of its requests.
    #[must_use]
    pub const fn client(&self) -> (&Client, &RequestPace) {
        (&self.client, &self.pace)
    }

    /// What is read.
    #[must_use]
    pub const fn scope(&self) -> &ReadScope {
        &self.scope
    }

    /// Whether all namespaces are read.
    #[must_use]
    pub const fn reads_all(&self) -> bool {
        self.scope.namespaces.is_empty()
    }

    /// The namespaces of which all Leases are read; `None`: all of them.
    #[must_use]
    pub fn fully_read(&self) -> Option<Vec<String>> {
        if self.scope.labels.is_some() {
            return Some(Vec::new());
        }
        (!self.reads_all()).then(|| self.scope.namespaces.clone())
    }

    /// The namespaces to list, each by itself; `None` for all at once.
    pub(crate) fn places(&self) -> Vec<Option<String>> {
        if self.reads_all() {
            return vec![None];
        }
        self.scope.namespaces.iter().cloned().map(Some).collect()
    }

    fn collection(&self, path: String, page: u32) -> Collection {
        Collection::new(self.client.clone(), path, page).paced(self.pace.clone())
    }

    /// The Leases of one place.
    pub(crate) fn leases(&self, namespace: Option<&str>) -> Collection {
        let path = collection_path("coordination.k8s.io/v1", "leases", namespace);
        self.collection(path, PAGE)
            .labelled(self.scope.labels.clone())
    }

    /// Lists a resource in all places into the state, and gives each object to `take`; what may not or cannot be read is a
    /// gap.
    ///
    /// # Errors
    /// The API server cannot be reached.
    pub async fn read(
        &self,
        what: WatchedResource,
        state: &ClusterState,
        gaps: &mut Vec<ReadGap>,
        mut take: impl FnMut(&str) -> TakenObject + Send,
    ) -> Result<(), LiveError> {
        let mut listing = state.list(what);
        let places = match what.is_of_cluster() {
            true => vec![None],
            false => self.places(),
        };
        for namespace in places {
            let collection = self.collection(what.path(namespace.as_deref()), what.page());
            let mut unread = UnreadObjects::default();
            let listed = collection
                .list(|item| {
                    // What cannot be read is as if it were not there, but for the gap.
                    let Some(item) = unread.whole(item) else {
                        return;
                    };
                    let put = listing.put(&item).map_err(|error| error.to_string());
                    let taken = take(&item).map_err(|error| error.to_string());
                    if let Err(reason) = put.and(taken) {
                        unread.add(reason);
                    }
                })
                .await;
            match listed {
                Ok(_) => gaps.extend(unread.gap(what.resource(), namespace)),
                Err(WatchError::Absent) => {
                    state.lacks(what);
                    return Ok(());
                }
                Err(error) => {
                    gaps.push(gap(what.resource(), namespace, error)?);
                    state.forbid(what);
                    return Ok(());
                }
            }
        }
        listing.finish();
        Ok(())
    }

    /// Lists any other resource in all places, and gives each object to `take`; whether the API server has it.
    ///
    /// # Errors
    /// The API server cannot be reached.
    pub async fn read_other(
        &self,
        (api_version, resource): (&str, &'static str),
        part: ObjectPart,
        gaps: &mut Vec<ReadGap>,
        mut take: impl FnMut(&str) -> TakenObject + Send,
    ) -> Result<bool, LiveError> {
        let places = match api_version.split('/').next() {
            Some("admissionregistration.k8s.io") => vec![None],
            _ => self.places(),
        };
        for namespace in places {
            let path = collection_path(api_version, resource, namespace.as_deref());
            let collection = self.collection(path, PAGE).of(part);
            let mut unread = UnreadObjects::default();
            let listed = collection.list(|item| {
                let Some(item) = unread.whole(item) else {
                    return;
                };
                if let Err(error) = take(&item) {
                    unread.add(error);
                }
            });
            match listed.await {
                Ok(_) => gaps.extend(unread.gap(resource, namespace)),
                Err(WatchError::Absent) => return Ok(false),
                Err(error) => gaps.push(gap(resource, namespace, error)?),
            }
        }
        Ok(true)
    }

    /// The pods, and what controls them. Each pod that stands alone is given to `take`, as it may elect.
    ///
    /// # Errors
    /// The API server cannot be reached.
    pub async fn pods(
        &self,
        gaps: &mut Vec<ReadGap>,
        mut take: impl FnMut(&str) -> TakenObject + Send,
    ) -> Result<ClusterPods, LiveError> {
        let mut pods = Vec::new();
        self.read_other(("v1", "pods"), ObjectPart::Whole, gaps, |item| {
            let pod = PodFacts::read(item)?;
            if pod.stands_alone() && !pod.has_ended {
                take(item)?;
            }
            pods.push(pod);
            Ok(())
        })
        .await?;
        let mut sets = HashMap::new();
        self.read_other(
            ("apps/v1", "replicasets"),
            ObjectPart::Metadata,
            gaps,
            |item| {
                sets.extend(controlled_set(item)?);
                Ok(())
            },
        )
        .await?;
        Ok(ClusterPods::new(pods, sets))
    }
}

/// Whether one object of a list could be read.
pub type TakenObject = serde_json::Result<()>;

/// Namespace and name of a ReplicaSet.
type SetKey = (Box<str>, Box<str>);

/// The namespace and name of a ReplicaSet, and what controls it, if anything does.
fn controlled_set(json: &str) -> serde_json::Result<Option<(SetKey, Controller)>> {
    #[derive(serde::Deserialize)]
    struct SentSet {
        metadata: SentPodMetadata,
    }
    let SentSet { metadata } = serde_json::from_str(json)?;
    let key = (metadata.namespace.clone(), metadata.name.clone());
    Ok(metadata.controller().map(|controller| (key, controller)))
}

/// Something that was not read; an error if nothing more can be read either.
fn gap(
    resource: &'static str,
    namespace: Option<String>,
    error: WatchError,
) -> Result<ReadGap, LiveError> {
    match error {
        WatchError::Forbidden(reason) => Ok(ReadGap {
            resource,
            namespace,
            reason,
        }),
        other => Err(LiveError::Unreachable(other.to_string())),
    }
}

/// All Leases of one place, and the version and time of the list.
pub(crate) async fn list_leases(
    collection: &Collection,
) -> Result<(Vec<LeaseObject>, String, Option<Timestamp>), WatchError> {
    let mut leases = Vec::new();
    let listed = collection
        .list(|item| {
            if let BoundedText::Whole(item) = item {
                leases.extend(LeaseObject::read(&item).ok());
            }
        })
        .await?;
    let time = server_time(&listed);
    Ok((leases, listed.version, time))
}

/// The API server's clock when it answered.
fn server_time(listed: &Listed) -> Option<Timestamp> {
    let date = listed.headers.get("date")?.to_str().ok()?;
    DateTimeParser::new().parse_timestamp(date).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn objects_that_are_not_read_are_a_gap_that_names_the_first() {
        let mut unread = UnreadObjects::default();
        let whole = BoundedText::Whole("{}".to_owned());
        assert_eq!(unread.whole(whole).as_deref(), Some("{}"));
        assert_eq!(unread.gap("roles", None), None);

        let mut unread = UnreadObjects::default();
        let cut = r#"{"metadata":{"name":"a","namespace":"ops"},"rules":[{"#;
        assert_eq!(unread.whole(BoundedText::Cut(cut.to_owned())), None);
        let gap = |reason: &str| ReadGap {
            resource: "roles",
            namespace: None,
            reason: reason.to_owned(),
        };
        let one = UnreadObjects {
            count: unread.count,
            reason: unread.reason.clone(),
        };
        let expected = "one object cannot be read: ops/a is too long";
        assert_eq!(one.gap("roles", None), Some(gap(expected)));
        unread.add("it has no name");
        let expected = "2 objects cannot be read: ops/a is too long";
        assert_eq!(unread.gap("roles", None), Some(gap(expected)));
    }
}
