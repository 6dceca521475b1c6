//! `leases --watch`: a line for each event.

use live::events::{LiveEvent, LiveEventKind};
use serde::Serialize;

use crate::terminal::visible;

/// Something that has happened to a Lease.
#[derive(Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct EventOut<'a> {
    /// When it was seen, as RFC 3339 writes it.
    time: &'a str,
    /// What has happened.
    #[cfg_attr(feature = "schema", schemars(extend("enum" = custom::words(&LiveEventKind::ALL, LiveEventKind::as_str))))]
    event: &'static str,
    /// The namespace of the Lease; null: it concerns the API server.
    namespace: Option<&'a str>,
    /// The name of the Lease; null: it concerns the API server.
    name: Option<&'a str>,
    /// The identity that holds it now; empty: none does.
    holder: &'a str,
    /// The identity that held it before, if that is another one; otherwise empty.
    previous: &'a str,
    /// Why the API server cannot be reached.
    reason: Option<&'a str>,
}

/// An event as one line of JSON.
pub fn json_line(time: &str, event: &LiveEvent) -> String {
    let line = EventOut {
        time,
        event: event.kind.as_str(),
        namespace: event.key.as_ref().map(|key| &*key.namespace),
        name: event.key.as_ref().map(|key| &*key.name),
        holder: &event.holder,
        previous: &event.previous,
        reason: event.reason.as_deref(),
    };
    // Our own struct has string keys, which is all that can go wrong.
    let mut text = serde_json::to_string(&line).unwrap_or_default();
    text.push('\n');
    text
}

/// An event for people.
pub fn text_line(time: &str, event: &LiveEvent) -> String {
    let lease = event.key.as_ref().map(|key| format!("{key}  "));
    format!(
        "{time}  {}{}\n",
        visible(&lease.unwrap_or_default()),
        visible(&words(event))
    )
}

/// What happened, without the time and the Lease.
pub fn words(event: &LiveEvent) -> String {
    let (holder, previous) = (&event.holder, &event.previous);
    match event.kind {
        LiveEventKind::Acquired => format!("acquired by {holder}"),
        LiveEventKind::RenewedLate => format!("renewed late by {holder}"),
        LiveEventKind::Lost => format!("lost by {previous} to {holder}"),
        LiveEventKind::Released => format!("released by {previous}"),
        LiveEventKind::Expired => format!("expired, held by {holder}"),
        LiveEventKind::Deleted if previous.is_empty() => "deleted, without a holder".to_owned(),
        LiveEventKind::Deleted => format!("deleted, held by {previous}"),
        LiveEventKind::HolderGone => format!("the pod of {holder} does not exist"),
        LiveEventKind::Unreachable => {
            let reason = event.reason.as_deref().unwrap_or_default();
            format!("Leases cannot be read: {reason}")
        }
        LiveEventKind::Back => "Leases can be read again".to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use live::record::LeaseKey;

    use super::*;

    #[test]
    fn a_lease_that_is_deleted_may_have_no_holder() {
        let deleted = |previous: &str| LiveEvent {
            kind: LiveEventKind::Deleted,
            key: Some(LeaseKey {
                namespace: "shop".into(),
                name: "orders".into(),
            }),
            holder: "".into(),
            previous: previous.into(),
            reason: None,
        };
        assert_eq!(
            text_line("8:00", &deleted("a")),
            "8:00  shop/orders  deleted, held by a\n"
        );
        assert_eq!(
            text_line("8:00", &deleted("")),
            "8:00  shop/orders  deleted, without a holder\n"
        );
    }
}
