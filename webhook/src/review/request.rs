//! The AdmissionReview as it arrives (admission.k8s.io/v1).
//!
//! Its members are taken as they come, and its objects are read into documents where they stand, so that each byte
//! of a body is lexed once.

use std::borrow::Cow;

use manifest::json::{Cursor, JsonError, ObjectOptions, read_json};
use manifest::tree::FieldMask;

use super::objects::{NEW_FILE, OLD_FILE, OldObject, ReviewedObjects, options};
use super::{Malformed, ReviewedKind};

/// The API server makes UUIDs. The answer repeats it, and may wait for long until it is read.
const MAX_UID_BYTES: usize = 256;

/// A request without its objects.
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
    /// Who asks: `userInfo.username`.
    pub user: Cow<'a, str>,
    pub operation: Operation,
    pub dry_run: bool,
}

impl Request<'_> {
    /// Whether the control plane itself asks: what it writes follows from what others wrote, so denying it
    /// only keeps what they wrote from taking effect.
    pub fn is_of_control_plane(&self) -> bool {
        matches!(
            &*self.user,
            "system:apiserver" | "system:kube-controller-manager"
        ) || self.user.starts_with("system:serviceaccount:kube-system:")
    }
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

/// An object that came before what says whether it is judged: its raw text.
type Pending<'a> = Option<&'a str>;

/// The members as they come.
struct Members<'a, 'm> {
    fields: &'m FieldMask,
    api_version: Cow<'a, str>,
    review_kind: Cow<'a, str>,
    has_request: bool,
    uid: Cow<'a, str>,
    kind: GroupKind<'a>,
    resource: GroupResource<'a>,
    sub_resource: Cow<'a, str>,
    name: Cow<'a, str>,
    namespace: Cow<'a, str>,
    user: Cow<'a, str>,
    operation: Cow<'a, str>,
    objects: ReviewedObjects,
    pending: (Pending<'a>, Pending<'a>),
    dry_run: bool,
}

impl<'a, 'm> Members<'a, 'm> {
    fn new(fields: &'m FieldMask) -> Self {
        Self {
            fields,
            api_version: Cow::default(),
            review_kind: Cow::default(),
            has_request: false,
            uid: Cow::default(),
            kind: GroupKind::default(),
            resource: GroupResource::default(),
            sub_resource: Cow::default(),
            name: Cow::default(),
            namespace: Cow::default(),
            user: Cow::default(),
            operation: Cow::default(),
            objects: ReviewedObjects::default(),
            pending: (None, None),
            dry_run: false,
        }
    }

    fn review(&mut self, cursor: &mut Cursor<'a>) -> Result<(), JsonError> {
        cursor.members(|cursor, key| match key {
            "apiVersion" => text(cursor, &mut self.api_version),
            "kind" => text(cursor, &mut self.review_kind),
            "request" if !cursor.is_null() => {
                self.has_request = true;
                self.request(cursor)
            }
            _ => cursor.skip(),
        })
    }

    fn request(&mut self, cursor: &mut Cursor<'a>) -> Result<(), JsonError> {
        cursor.members(|cursor, key| match key {
            "uid" => text(cursor, &mut self.uid),
            "kind" => {
                let GroupKind { group, kind } = &mut self.kind;
                pair(cursor, ("group", group), ("kind", kind))
            }
            "resource" => {
                let GroupResource { group, resource } = &mut self.resource;
                pair(cursor, ("group", group), ("resource", resource))
            }
            "subResource" => text(cursor, &mut self.sub_resource),
            "name" => text(cursor, &mut self.name),
            "namespace" => text(cursor, &mut self.namespace),
            "operation" => text(cursor, &mut self.operation),
            "userInfo" => cursor.members(|cursor, key| match key {
                "username" => text(cursor, &mut self.user),
                _ => cursor.skip(),
            }),
            "object" if !cursor.is_null() => self.object(cursor),
            "oldObject" if !cursor.is_null() => self.old_object(cursor),
            "dryRun" => {
                self.dry_run = cursor.raw()? == "true";
                Ok(())
            }
            _ => cursor.skip(),
        })
    }

    /// What has come so far of the kind of the objects; `None`: they are not read. The API server sends the objects
    /// after all that says so (admission `types.go`, v1.36).
    fn kind_to_read(&self) -> Option<ReviewedKind> {
        let kind = ReviewedKind::of(&self.kind.group, &self.kind.kind);
        let is_read = match (&*self.operation, &*self.sub_resource) {
            ("CREATE" | "UPDATE", "") => kind.is_judged(),
            ("CREATE" | "UPDATE", "scale") => kind == ReviewedKind::Scale,
            ("DELETE", "") => kind.is_of_rights(),
            _ => false,
        };
        is_read.then_some(kind)
    }

    fn options(&self, file: manifest::text::FileId) -> ObjectOptions<'m> {
        options(file, self.fields)
    }

    fn object(&mut self, cursor: &mut Cursor<'a>) -> Result<(), JsonError> {
        if self.kind_to_read().is_none() {
            self.pending.0 = Some(cursor.raw()?);
            return Ok(());
        }
        self.objects.new = Some(cursor.document(&self.options(NEW_FILE))?);
        Ok(())
    }

    fn old_object(&mut self, cursor: &mut Cursor<'a>) -> Result<(), JsonError> {
        let Some(kind) = self.kind_to_read() else {
            self.pending.1 = Some(cursor.raw()?);
            return Ok(());
        };
        if kind.is_workload() && self.objects.settle_without(cursor) {
            return Ok(());
        }
        self.objects.old = OldObject::of(cursor.document(&self.options(OLD_FILE))?);
        Ok(())
    }

    /// Reads what came too early, and drops what is not judged after all.
    fn settle(&mut self) {
        if self.kind_to_read().is_none() {
            self.objects = ReviewedObjects::default();
            return;
        }
        let fields = self.fields;
        let read =
            |raw: &str, file| read_json(raw, &options(file, fields)).map(|(document, _)| document);
        let (new, old) = self.pending;
        if let Some(raw) = new {
            self.objects.new = Some(read(raw, NEW_FILE));
        }
        if let Some(raw) = old {
            self.objects.old = OldObject::of(read(raw, OLD_FILE));
        }
    }
}

fn text<'a>(cursor: &mut Cursor<'a>, into: &mut Cow<'a, str>) -> Result<(), JsonError> {
    *into = cursor.text()?.unwrap_or_default();
    Ok(())
}

/// Two texts of an object.
fn pair<'a>(
    cursor: &mut Cursor<'a>,
    (first, into_first): (&str, &mut Cow<'a, str>),
    (second, into_second): (&str, &mut Cow<'a, str>),
) -> Result<(), JsonError> {
    cursor.members(|cursor, key| {
        if key == first {
            text(cursor, into_first)
        } else if key == second {
            text(cursor, into_second)
        } else {
            cursor.skip()
        }
    })
}

impl<'a> Request<'a> {
    /// Reads a body. Unknown members are left out; objects that are not judged are not read.
    pub fn read(body: &'a str, fields: &FieldMask) -> Result<(Self, ReviewedObjects), Malformed> {
        let mut cursor = Cursor::new(body);
        let mut members = Members::new(fields);
        members
            .review(&mut cursor)
            .map_err(|error| Malformed(error.to_string()))?;
        if !cursor.is_at_end() {
            return Err(Malformed("something follows the review".to_owned()));
        }
        if members.api_version != "admission.k8s.io/v1" || members.review_kind != "AdmissionReview"
        {
            let reason = "not an AdmissionReview of admission.k8s.io/v1";
            return Err(Malformed(reason.to_owned()));
        }
        if !members.has_request {
            return Err(Malformed("the AdmissionReview has no request".to_owned()));
        }
        if members.uid.is_empty() {
            return Err(Malformed("the request has no uid".to_owned()));
        }
        if members.uid.len() > MAX_UID_BYTES {
            return Err(Malformed("the uid of the request is too long".to_owned()));
        }
        let Some(operation) = Operation::of(&members.operation) else {
            return Err(Malformed("the request has no known operation".to_owned()));
        };
        members.settle();
        let request = Self {
            uid: members.uid,
            kind: members.kind,
            resource: members.resource,
            sub_resource: members.sub_resource,
            name: members.name,
            namespace: members.namespace,
            user: members.user,
            operation,
            dry_run: members.dry_run,
        };
        Ok((request, members.objects))
    }
}
