//! A cluster in memory: for tests, and for trying things out.

use std::convert::Infallible;
use std::future::{Future, poll_fn};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::task::Poll;

use super::bundle::SecretData;
use super::cluster::{CertificateStore, Publication, ResourceVersion, SaveError};

/// A Secret and a webhook configuration in memory; clones share them. Each operation gives way once
/// before it takes effect and once after, so that whoever polls decides in which order several
/// replicas act.
#[derive(Clone, Debug, Default)]
pub struct MemoryStore {
    state: Arc<Mutex<MemoryState>>,
}

#[derive(Debug, Default)]
struct MemoryState {
    secret: Option<(SecretData, u64)>,
    /// Never goes back, also when the Secret is deleted.
    last_version: u64,
    published: Vec<u8>,
    published_version: u64,
    publications: usize,
}

impl MemoryStore {
    /// Nothing stored; one webhook without a `caBundle`.
    pub fn new() -> Self {
        Self::default()
    }

    /// The Secret's content.
    pub fn secret(&self) -> Option<SecretData> {
        self.lock().secret.as_ref().map(|(data, _)| data.clone())
    }

    /// Exchanges or deletes the Secret, as an administrator might.
    pub fn put_secret(&self, data: Option<SecretData>) {
        let mut state = self.lock();
        state.last_version += 1;
        let version = state.last_version;
        state.secret = data.map(|data| (data, version));
    }

    /// The published `caBundle`, in PEM.
    pub fn ca_bundle(&self) -> Vec<u8> {
        self.lock().published.clone()
    }

    /// Exchanges the published `caBundle`, as an upgrade of a chart might.
    pub fn put_ca_bundle(&self, bundle: Vec<u8>) {
        let mut state = self.lock();
        state.published = bundle;
        state.published_version += 1;
        state.publications += 1;
    }

    /// How often something was published.
    pub fn publications(&self) -> usize {
        self.lock().publications
    }

    fn lock(&self) -> MutexGuard<'_, MemoryState> {
        // No operation leaves the state half changed.
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Takes effect in one instant, with a pause on either side of it.
    async fn act<T>(&self, act: impl FnOnce(&mut MemoryState) -> T) -> T {
        give_way().await;
        let result = act(&mut self.lock());
        give_way().await;
        result
    }
}

impl CertificateStore for MemoryStore {
    type Error = Infallible;

    async fn load(&self) -> Result<Option<(SecretData, ResourceVersion)>, Infallible> {
        let secret = self.act(|state| state.secret.clone()).await;
        Ok(secret.map(|(data, version)| (data, ResourceVersion(version.to_string()))))
    }

    async fn save(
        &self,
        data: &SecretData,
        expected: Option<&ResourceVersion>,
    ) -> Result<(), SaveError<Infallible>> {
        self.act(|state| {
            let present = state.secret.as_ref();
            let present = present.map(|(_, version)| ResourceVersion(version.to_string()));
            if present.as_ref() != expected {
                return Err(SaveError::Conflict);
            }
            state.last_version += 1;
            state.secret = Some((data.clone(), state.last_version));
            Ok(())
        })
        .await
    }

    async fn published(&self) -> Result<Option<Publication>, Infallible> {
        self.act(|state| {
            Ok(Some(Publication {
                bundles: vec![state.published.clone()],
                version: ResourceVersion(state.published_version.to_string()),
            }))
        })
        .await
    }

    async fn publish(
        &self,
        ca_bundle: &str,
        expected: &ResourceVersion,
    ) -> Result<(), SaveError<Infallible>> {
        self.act(|state| {
            if state.published_version.to_string() != expected.0 {
                return Err(SaveError::Conflict);
            }
            state.published = ca_bundle.as_bytes().to_vec();
            state.published_version += 1;
            state.publications += 1;
            Ok(())
        })
        .await
    }
}

/// Comes back at the next poll.
fn give_way() -> impl Future<Output = ()> + Send {
    let mut gave = false;
    poll_fn(move |context| {
        if gave {
            return Poll::Ready(());
        }
        gave = true;
        context.waker().wake_by_ref();
        Poll::Pending
    })
}
