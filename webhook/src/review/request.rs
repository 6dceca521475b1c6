//! The AdmissionReview as it arrives (admission.k8s.io/v1), borrowed from the body.
//!
//! Read by pulling the few members that matter: a general reader would look at every byte of both
//! objects twice, and that is most of what a review costs.

use std::borrow::Cow;

use manifest::json::{NotJson, Pull};

use super::{Kind, Malformed};

/// The API server makes UUIDs. The answer repeats it, and may wait for long until it is read.
const LONGEST_UID: usize = 256;

/// What is asked.
#[derive(Debug)]
pub(super) struct Request<'a> {
    /// Fresh for each call; the answer repeats it.
    pub uid: Cow<'a, str>,
    pub kind: GroupKind<'a>,
    pub resource: GroupResource<'a>,
    pub sub_resource: Cow<'a, str>,
    /// Empty on a CREATE with `generateName` before a name was made.
    pub name: Cow<'a, str>,
    pub namespace: Cow<'a, str>,
    pub operation: Operation,
    /// The raw text; `None` on DELETE.
    pub object: Option<&'a str>,
    /// The raw text; `None` on CREATE.
    pub old_object: Option<&'a str>,
    /// Of a workload that is to be judged: the raw text of its spec in `old_object`.
    pub old_spec: Option<&'a str>,
    pub dry_run: bool,
}

/// A kind as the webhook's rule sees it.
#[derive(Debug, Default)]
pub(super) struct GroupKind<'a> {
    pub group: Cow<'a, str>,
    pub kind: Cow<'a, str>,
}

/// A resource as the webhook's rule sees it; of a subresource, the resource that it belongs to.
#[derive(Debug, Default)]
pub(super) struct GroupResource<'a> {
    pub group: Cow<'a, str>,
    pub resource: Cow<'a, str>,
}

/// What is done to the object. PATCH and apply arrive as CREATE or UPDATE.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Operation {
    /// A new object.
    Create,
    /// A change of an object.
    Update,
    /// The end of an object.
    Delete,
    /// `exec`, `attach` and the like.
    Connect,
}

impl Operation {
    /// The word of the API.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Create => "CREATE",
            Self::Update => "UPDATE",
            Self::Delete => "DELETE",
            Self::Connect => "CONNECT",
        }
    }

    fn of(word: &str) -> Option<Self> {
        [Self::Create, Self::Update, Self::Delete, Self::Connect]
            .into_iter()
            .find(|operation| operation.as_str() == word)
    }
}

/// The members as they come.
#[derive(Default)]
struct Members<'a> {
    api_version: Cow<'a, str>,
    review_kind: Cow<'a, str>,
    is_asked: bool,
    uid: Cow<'a, str>,
    kind: GroupKind<'a>,
    resource: GroupResource<'a>,
    sub_resource: Cow<'a, str>,
    name: Cow<'a, str>,
    namespace: Cow<'a, str>,
    operation: Cow<'a, str>,
    object: Option<&'a str>,
    old_object: Option<&'a str>,
    old_spec: Option<&'a str>,
    dry_run: bool,
}

impl<'a> Members<'a> {
    fn review(&mut self, pull: &mut Pull<'a>) -> Result<(), NotJson> {
        pull.object(|pull, key| {
            match key {
                "apiVersion" => self.api_version = pull.text()?.unwrap_or_default(),
                "kind" => self.review_kind = pull.text()?.unwrap_or_default(),
                "request" if pull.is_null() => {
                    pull.raw()?;
                }
                "request" => {
                    self.is_asked = true;
                    self.request(pull)?;
                }
                _ => {
                    pull.raw()?;
                }
            }
            Ok(())
        })?;
        Ok(())
    }

    /// Whether what has come so far says that the object is a workload to judge. The API server sends
    /// the objects after what says so (admission `types.go`, v1.36).
    fn is_of_a_workload(&self) -> bool {
        let written = matches!(&*self.operation, "CREATE" | "UPDATE");
        let kind = Kind::of(&self.kind.group, &self.kind.kind);
        written && self.sub_resource.is_empty() && kind.is_workload()
    }

    /// The object here and its spec, as raw text.
    fn workload(pull: &mut Pull<'a>) -> Result<(&'a str, Option<&'a str>), NotJson> {
        let mut spec = None;
        let raw = pull.object(|pull, key| {
            let raw = pull.raw()?;
            if key == "spec" {
                spec = Some(raw);
            }
            Ok(())
        })?;
        Ok((raw, spec))
    }

    fn request(&mut self, pull: &mut Pull<'a>) -> Result<(), NotJson> {
        pull.object(|pull, key| {
            match key {
                "uid" => self.uid = pull.text()?.unwrap_or_default(),
                "kind" => {
                    let GroupKind { group, kind } = &mut self.kind;
                    pair(pull, ("group", group), ("kind", kind))?;
                }
                "resource" => {
                    let GroupResource { group, resource } = &mut self.resource;
                    pair(pull, ("group", group), ("resource", resource))?;
                }
                "subResource" => self.sub_resource = pull.text()?.unwrap_or_default(),
                "name" => self.name = pull.text()?.unwrap_or_default(),
                "namespace" => self.namespace = pull.text()?.unwrap_or_default(),
                "operation" => self.operation = pull.text()?.unwrap_or_default(),
                "object" => self.object = object(pull)?,
                "oldObject" if self.is_of_a_workload() && pull.is_object() => {
                    let (raw, spec) = Self::workload(pull)?;
                    (self.old_object, self.old_spec) = (Some(raw), spec);
                }
                "oldObject" => self.old_object = object(pull)?,
                "dryRun" => self.dry_run = pull.raw()? == "true",
                _ => {
                    pull.raw()?;
                }
            }
            Ok(())
        })?;
        Ok(())
    }
}

/// Two texts of an object.
fn pair<'a>(
    pull: &mut Pull<'a>,
    (first, into_first): (&str, &mut Cow<'a, str>),
    (second, into_second): (&str, &mut Cow<'a, str>),
) -> Result<(), NotJson> {
    pull.object(|pull, key| {
        if key == first {
            *into_first = pull.text()?.unwrap_or_default();
        } else if key == second {
            *into_second = pull.text()?.unwrap_or_default();
        } else {
            pull.raw()?;
        }
        Ok(())
    })?;
    Ok(())
}

fn object<'a>(pull: &mut Pull<'a>) -> Result<Option<&'a str>, NotJson> {
    let raw = pull.raw()?;
    Ok((raw != "null").then_some(raw))
}

impl<'a> Request<'a> {
    /// Reads a body. Unknown members are passed over; of the objects only brackets and strings are
    /// looked at.
    pub fn read(body: &'a str) -> Result<Self, Malformed> {
        let mut pull = Pull::new(body);
        let mut members = Members::default();
        members
            .review(&mut pull)
            .map_err(|problem| Malformed(format!("{} at byte {}", problem.reason, problem.at)))?;
        if !pull.is_at_end() {
            return Err(Malformed("something follows the review".to_owned()));
        }
        if members.api_version != "admission.k8s.io/v1" || members.review_kind != "AdmissionReview"
        {
            let reason = "not an AdmissionReview of admission.k8s.io/v1";
            return Err(Malformed(reason.to_owned()));
        }
        if !members.is_asked {
            return Err(Malformed("the AdmissionReview has no request".to_owned()));
        }
        if members.uid.is_empty() {
            return Err(Malformed("the request has no uid".to_owned()));
        }
        if members.uid.len() > LONGEST_UID {
            return Err(Malformed("the uid of the request is too long".to_owned()));
        }
        let Some(operation) = Operation::of(&members.operation) else {
            return Err(Malformed("the request has no known operation".to_owned()));
        };
        Ok(Self {
            uid: members.uid,
            kind: members.kind,
            resource: members.resource,
            sub_resource: members.sub_resource,
            name: members.name,
            namespace: members.namespace,
            operation,
            object: members.object,
            old_object: members.old_object,
            old_spec: members.old_spec,
            dry_run: members.dry_run,
        })
    }
}
