//! Steps: how one content of the Secret becomes the next.

use super::bundle::Bundle;
use super::plan::{RotationPolicy, RotationView, Stored};
use crate::inspect;
use crate::issue::{Authority, IssueError, IssuedPair};
use crate::{SubjectAltName, Timestamp};

/// A change of the Secret.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RotationStep {
    /// Start anew: an authority and a serving certificate.
    Issue,
    /// Write what this replica held when the Secret vanished, and stage a new authority: whoever
    /// deletes the Secret wants new keys, and gets them without a gap. Authorities that clients trust
    /// besides stay trusted for the settling time: other replicas may serve what they have signed.
    Restore,
    /// A new serving certificate from the same authority.
    RenewLeaf,
    /// A new authority that is trusted, but does not sign yet.
    StageAuthority,
    /// Note that the last change of authorities is seen in effect.
    StartSettling,
    /// Note that it is not in effect any more.
    StopSettling,
    /// Sign with the new authority; the old one stays trusted.
    SwitchAuthority,
    /// Trust only the authority that signs.
    DropAuthority,
}

impl RotationStep {
    /// Makes the Secret's new content; `None` if there is nothing to change, because what was seen
    /// does not call for this step.
    ///
    /// # Errors
    /// If the cryptography fails, the authority has expired, or no name is wanted.
    pub fn carry_out(
        self,
        seen: RotationView<'_>,
        policy: &RotationPolicy,
        now: Timestamp,
    ) -> Result<Option<Bundle>, IssueError> {
        let stored = match seen.stored {
            Stored::Bundle(bundle) => Some(bundle),
            Stored::Missing | Stored::Damaged(_) => None,
        };
        let lifetimes = &policy.lifetimes;
        let from = if self == Self::Restore {
            seen.held
        } else {
            stored
        };
        let draft = match (self, from) {
            (Self::Issue, _) => {
                let signer = Authority::issue(now, lifetimes)?;
                let leaf = signer.leaf(&policy.names, now, lifetimes)?;
                BundleDraft {
                    signer,
                    next: None,
                    outgoing: Vec::new(),
                    leaf,
                    settling_since: None,
                }
            }
            (_, None) => return Ok(None),
            (Self::Restore, Some(held)) => {
                let mut draft = BundleDraft::of(held)?;
                let beyond = seen.published.beyond(held);
                if !beyond.is_empty() {
                    // Others went on meanwhile, and may serve what these have signed. What clients do not
                    // trust yet or any more has no part in that.
                    let published = seen.published;
                    draft.next = draft.next.filter(|next| published.has(next.certificate()));
                    draft.outgoing.retain(|one| published.has(one));
                    draft.outgoing.extend(beyond);
                }
                if draft.next.is_none() && draft.outgoing.is_empty() {
                    draft.next = Some(Authority::issue(now, lifetimes)?);
                }
                draft.settling_since = None;
                draft
            }
            (Self::RenewLeaf, Some(bundle)) => {
                let mut draft = BundleDraft::of(bundle)?;
                let names = names_of_renewal(bundle, policy, now);
                draft.leaf = draft.signer.leaf(&names, now, lifetimes)?;
                draft
            }
            (Self::StageAuthority, Some(bundle)) => {
                let mut draft = BundleDraft::of(bundle)?;
                draft.next = Some(Authority::issue(now, lifetimes)?);
                draft.settling_since = None;
                draft
            }
            (Self::StartSettling, Some(bundle)) => {
                let mut draft = BundleDraft::of(bundle)?;
                draft.settling_since = Some(now);
                draft
            }
            (Self::StopSettling, Some(bundle)) => {
                let mut draft = BundleDraft::of(bundle)?;
                draft.settling_since = None;
                draft
            }
            (Self::SwitchAuthority, Some(bundle)) => {
                let mut draft = BundleDraft::of(bundle)?;
                let Some(next) = draft.next.take() else {
                    return Ok(None);
                };
                draft.leaf = next.leaf(&policy.names, now, lifetimes)?;
                draft.outgoing.push(draft.signer.certificate().clone());
                draft.signer = next;
                draft.settling_since = None;
                draft
            }
            (Self::DropAuthority, Some(bundle)) => {
                let mut draft = BundleDraft::of(bundle)?;
                draft.outgoing.clear();
                draft.settling_since = None;
                draft
            }
        };
        draft.finish().map(Some)
    }
}

/// A content being made.
struct BundleDraft {
    signer: Authority,
    next: Option<Authority>,
    outgoing: Vec<inspect::Certificate>,
    leaf: IssuedPair,
    settling_since: Option<Timestamp>,
}

impl BundleDraft {
    fn of(bundle: &Bundle) -> Result<Self, IssueError> {
        Ok(Self {
            signer: copy(&bundle.signer)?,
            next: bundle.next.as_ref().map(copy).transpose()?,
            outgoing: bundle.outgoing.clone(),
            leaf: bundle.leaf.clone(),
            settling_since: bundle.settling_since,
        })
    }

    fn finish(self) -> Result<Bundle, IssueError> {
        let leaf_certificate = inspect::first_certificate(self.leaf.certificate.as_bytes())?;
        Ok(Bundle {
            signer: self.signer,
            next: self.next,
            outgoing: self.outgoing,
            leaf: self.leaf,
            leaf_certificate,
            settling_since: self.settling_since,
        })
    }
}

fn copy(authority: &Authority) -> Result<Authority, IssueError> {
    let pem = authority.pem();
    Authority::from_pem(pem.certificate.as_bytes(), pem.key.reveal().as_bytes())
}

/// The wanted names; with those of the present certificate if that is still good, so that replicas
/// of two releases that want different names do not take them from each other.
fn names_of_renewal(
    bundle: &Bundle,
    policy: &RotationPolicy,
    now: Timestamp,
) -> Vec<SubjectAltName> {
    let mut names = policy.names.clone();
    if !bundle.leaf().is_due(now) {
        for name in &bundle.leaf().names {
            if let Ok(name) = name.parse()
                && !names.contains(&name)
            {
                names.push(name);
            }
        }
    }
    names
}
