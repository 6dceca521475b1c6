//! One replica's rounds: look, decide, do, until nothing is left to do.

use std::sync::Arc;
use std::time::Duration;

use thiserror::Error;

use super::bundle::{Bundle, Damage, SecretData};
use super::cluster::{CertificateStore, ResourceVersion, SaveError};
use super::plan::{Plan, Published, RotationPolicy, RotationView, Stored, Waiting, plan};
use super::readiness::CertificateReadiness;
use super::step::RotationStep;
use crate::inspect::{self, Certificate, CertificateError};
use crate::issue::IssueError;
use crate::{ServingCert, Timestamp};

/// What a round came to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Round {
    /// The steps that this replica took itself.
    pub steps: Vec<RotationStep>,
    /// How often it published.
    pub publications: usize,
    /// Whether it serves another certificate now than before.
    pub swapped: bool,
    /// How many webhooks of the configuration lead to this program; `None` if somebody else publishes.
    pub webhooks: Option<usize>,
    /// What it waits for.
    pub waiting: Waiting,
    /// When the next step is due, if nothing else happens. Rounds must come much more often.
    pub until: Timestamp,
}

/// Why a round ended early. What is served stays served.
#[derive(Debug, Error)]
pub enum RoundError<E> {
    /// The Secret or the configurations could not be read or written.
    #[error("{what}: {error}")]
    Store {
        /// What was tried.
        what: &'static str,
        /// What the cluster answered.
        error: E,
    },
    /// A certificate could not be issued.
    #[error(transparent)]
    Issue(#[from] IssueError),
    /// The stored certificate cannot be served.
    #[error("the stored certificate: {0}")]
    Serve(#[from] CertificateError),
    /// Others wrote again and again; the next round will do.
    #[error("others wrote first, {0} times")]
    Contended(usize),
}

/// Two looks that are further apart say nothing about the time between them.
const MAX_UNSEEN: Duration = Duration::from_secs(150);

/// Attempts in a round. A change of authority takes three, each lost race one more.
const MAX_ROUND_ATTEMPTS: usize = 16;

/// A Secret that is missing or empty.
#[derive(Debug)]
struct MissingSecret {
    since: Timestamp,
    /// When it was last seen to be.
    last: Timestamp,
    /// What was published then.
    published: Option<ResourceVersion>,
}

/// One replica's part in keeping the certificates.
#[derive(Debug)]
pub struct Keeper<C> {
    cluster: C,
    policy: RotationPolicy,
    held: Option<Bundle>,
    /// Set while the Secret is found missing or empty.
    missing: Option<MissingSecret>,
    readiness: Arc<CertificateReadiness>,
}

impl<C: CertificateStore> Keeper<C> {
    /// A replica that has seen nothing yet.
    pub fn new(cluster: C, policy: RotationPolicy) -> Self {
        Self {
            cluster,
            held: None,
            missing: None,
            readiness: Arc::new(CertificateReadiness::new(policy.stale_after())),
            policy,
        }
    }

    /// What this replica read last.
    pub fn held(&self) -> Option<&Bundle> {
        self.held.as_ref()
    }

    /// Whether this replica may be called.
    pub fn readiness(&self) -> Arc<CertificateReadiness> {
        Arc::clone(&self.readiness)
    }

    /// Looks, and does what there is to do; what is stored is served from then on.
    ///
    /// # Errors
    /// If the cluster cannot be asked, or others write all the time. The next round starts afresh.
    pub async fn round(
        &mut self,
        serving: &ServingCert,
        clock: impl Fn() -> Timestamp,
    ) -> Result<Round, RoundError<C::Error>> {
        let mut done = Round {
            steps: Vec::new(),
            publications: 0,
            swapped: false,
            webhooks: None,
            waiting: Waiting::Renewal,
            until: clock(),
        };
        for _ in 0..MAX_ROUND_ATTEMPTS {
            let look = self.look(serving, &clock, &mut done).await?;
            // The time is taken after everything was read: a settling time may start here.
            let now = clock();
            let seen = look.seen(self);
            match plan(seen, &self.policy, now) {
                Plan::Wait { until, on } => {
                    (done.until, done.waiting) = (until, on);
                    return Ok(done);
                }
                Plan::Save(step) => {
                    let Some(version) = &look.version else {
                        self.create_empty().await?;
                        continue;
                    };
                    let Some(next) = step.carry_out(seen, &self.policy, now)? else {
                        continue;
                    };
                    let saved = self.cluster.save(&next.to_data(), Some(version)).await;
                    if succeeded(saved, "cannot write the Secret")? {
                        done.steps.push(step);
                    }
                }
                Plan::Publish => {
                    let (Some(bundle), Some(version)) = (self.held(), &look.published_version)
                    else {
                        continue;
                    };
                    let published = self.cluster.publish(&bundle.ca_bundle(), version).await;
                    if succeeded(published, "cannot publish the authorities")? {
                        done.publications += 1;
                    }
                }
            }
        }
        Err(RoundError::Contended(MAX_ROUND_ATTEMPTS))
    }

    /// Creates the Secret without content. A creation cannot name what it rests on: one that was long under way may
    /// take effect after the Secret was made and deleted by others, whose certificates are trusted and served. So
    /// it brings nothing with it; what fills it names the version that was read.
    async fn create_empty(&self) -> Result<(), RoundError<C::Error>> {
        let created = self.cluster.save(&SecretData::new(), None).await;
        succeeded(created, "cannot create the Secret").map(drop)
    }

    /// Notes that the Secret is missing or empty. It was not all the time if that was seen long ago, or if somebody has
    /// published since: then it was restored, and vanished once more.
    fn note_missing(&mut self, now: Timestamp, published: Option<&ResourceVersion>) {
        let same = self.missing.take().filter(|seen| {
            now.since(seen.last) <= MAX_UNSEEN && seen.published.as_ref() == published
        });
        self.missing = Some(MissingSecret {
            since: same.map_or(now, |seen| seen.since),
            last: now,
            published: published.cloned(),
        });
    }

    /// Reads everything, the publication first, and serves what is stored.
    async fn look(
        &mut self,
        serving: &ServingCert,
        clock: &impl Fn() -> Timestamp,
        done: &mut Round,
    ) -> Result<RoundView, RoundError<C::Error>> {
        let published = self
            .cluster
            .published()
            .await
            .map_err(|error| RoundError::Store {
                what: "cannot read what is published",
                error,
            })?;
        done.webhooks = published.as_ref().map(|found| found.bundles.len());
        let asked_at = clock();
        let loaded = self
            .cluster
            .load()
            .await
            .map_err(|error| RoundError::Store {
                what: "cannot read the Secret",
                error,
            })?;
        let (data, version) = match loaded {
            Some((data, version)) => (data, Some(version)),
            None => (SecretData::new(), None),
        };
        let (published, published_version) = match published {
            Some(publication) => (
                Some(
                    publication
                        .bundles
                        .iter()
                        .map(|bundle| authorities(bundle))
                        .collect(),
                ),
                Some(publication.version),
            ),
            None => (None, None),
        };
        let mut look = RoundView {
            content: StoredContent::Missing,
            version,
            published,
            published_version,
        };
        match Bundle::read(&data) {
            Ok(Some(bundle)) => {
                self.missing = None;
                let is_new = serving
                    .current()
                    .is_none_or(|current| current.leaf() != bundle.leaf());
                if is_new && bundle.leaf().in_date(clock()).is_ok() {
                    serving.swap(bundle.identity()?);
                    done.swapped = true;
                }
                // Not before the new certificate is served.
                let is_trusted = self.is_trusted(&bundle, &look, serving, clock());
                self.readiness.note(asked_at, is_trusted);
                self.held = Some(bundle);
                look.content = StoredContent::Held;
            }
            Ok(None) => {
                // From the answer on: the question may have been under way while the Secret was still there.
                self.note_missing(clock(), look.published_version.as_ref());
            }
            Err(damage) => {
                self.missing = None;
                look.content = StoredContent::Damaged(damage);
                // No replica takes a step while it is so: what is held is as good as before.
                if let Some(held) = &self.held {
                    let is_trusted = self.is_trusted(held, &look, serving, clock());
                    self.readiness.note(asked_at, is_trusted);
                }
            }
        }
        Ok(look)
    }

    /// Whether clients that believe what is published accept what is served, under every name.
    fn is_trusted(
        &self,
        bundle: &Bundle,
        look: &RoundView,
        serving: &ServingCert,
        now: Timestamp,
    ) -> bool {
        let Some(served) = serving.current() else {
            return false;
        };
        let accepts = |roots: &[Certificate]| {
            let under = |name| inspect::verify(served.chain(), roots, Some(name), now).is_ok();
            self.policy.names.iter().all(under)
        };
        match &look.published {
            Some(bundles) => bundles.iter().all(|roots| accepts(roots)),
            None => accepts(&bundle.authorities().cloned().collect::<Vec<_>>()),
        }
    }
}

/// What one look found; what the Secret holds is held by the keeper.
struct RoundView {
    content: StoredContent,
    version: Option<ResourceVersion>,
    published: Option<Vec<Vec<Certificate>>>,
    published_version: Option<ResourceVersion>,
}

enum StoredContent {
    Missing,
    Held,
    Damaged(Damage),
}

impl RoundView {
    fn seen<'a, C: CertificateStore>(&'a self, keeper: &'a Keeper<C>) -> RotationView<'a> {
        let held = keeper.held();
        RotationView {
            stored: match (&self.content, held) {
                (StoredContent::Held, Some(bundle)) => Stored::Bundle(bundle),
                (StoredContent::Damaged(damage), _) => Stored::Damaged(damage),
                _ => Stored::Missing,
            },
            held,
            missing_since: keeper.missing.as_ref().map(|seen| seen.since),
            published: self
                .published
                .as_deref()
                .map_or(Published::Unknown, Published::Bundles),
        }
    }
}

/// The authorities of a published bundle. One that is not readable trusts no certificate.
fn authorities(bundle: &[u8]) -> Vec<Certificate> {
    inspect::certificates(bundle).unwrap_or_default()
}

fn succeeded<E>(
    result: Result<(), SaveError<E>>,
    what: &'static str,
) -> Result<bool, RoundError<E>> {
    match result {
        Ok(()) => Ok(true),
        Err(SaveError::Conflict) => Ok(false),
        Err(SaveError::Other(error)) => Err(RoundError::Store { what, error }),
    }
}
