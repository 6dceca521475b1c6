//! A picture of the objects that let an elector write its Lease, and of what has to agree between each two of them.

use std::fmt::Write as _;

use programs::Library;

use crate::timeline::{count, head};

const TOP: f64 = 40.0;
const BOX_WIDTH: f64 = 380.0;
const BOX_HEIGHT: f64 = 40.0;
/// From the top of one box to that of the next.
const STEP: f64 = 72.0;
const LEFT: f64 = 16.0;

/// The kind, an example of what stands in it, and what has to agree with the next one.
type Link = (&'static str, String, &'static str);

fn chain() -> [Link; 5] {
    let verbs = Library::ClientGo.lock_verbs().join(", ");
    [
        (
            "Deployment shop/orders",
            "serviceAccountName: orders".to_owned(),
            "the name, in its own namespace",
        ),
        (
            "ServiceAccount shop/orders",
            "its token is mounted".to_owned(),
            "kind, name and namespace among the subjects",
        ),
        (
            "RoleBinding in shop",
            "roleRef: Role orders-election".to_owned(),
            "kind and name, in the binding's namespace",
        ),
        (
            "Role shop/orders-election",
            format!("coordination.k8s.io, leases: {verbs}"),
            "API group, verbs, and resourceNames",
        ),
        (
            "Lease shop/orders",
            "the lock, in the namespace of the Role".to_owned(),
            "",
        ),
    ]
}

/// The picture.
pub fn picture() -> String {
    let chain = chain();
    let height = TOP + count(chain.len() - 1) * STEP + BOX_HEIGHT + 12.0;
    let title = "The access chain of a lock: each link has to agree with the next";
    let mut out = head(title, height);
    let middle = LEFT + BOX_WIDTH / 2.0;
    for (at, (object, text, agrees)) in chain.iter().enumerate() {
        let top = TOP + count(at) * STEP;
        // Writing into a text cannot fail.
        let _ = write!(
            out,
            "<rect class=\"waits\" x=\"{LEFT}\" y=\"{top}\" width=\"{BOX_WIDTH}\" height=\"{BOX_HEIGHT}\" rx=\"4\"/>\n\
             <text x=\"{x}\" y=\"{}\">{object}</text>\n<text class=\"small\" x=\"{x}\" y=\"{}\">{text}</text>\n",
            top + 17.0,
            top + 33.0,
            x = LEFT + 10.0,
        );
        if agrees.is_empty() {
            continue;
        }
        let (from, to) = (top + BOX_HEIGHT, top + STEP);
        let _ = write!(
            out,
            "<line class=\"axis\" x1=\"{middle}\" x2=\"{middle}\" y1=\"{from}\" y2=\"{to}\"/>\n\
             <path class=\"axis\" fill=\"none\" d=\"M{} {} L{middle} {to} L{} {}\"/>\n\
             <text class=\"small\" x=\"{}\" y=\"{}\">{agrees}</text>\n",
            middle - 5.0,
            to - 7.0,
            middle + 5.0,
            to - 7.0,
            middle + 14.0,
            from + 20.0,
        );
    }
    out.push_str("</svg>\n");
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_role_has_the_verbs_of_client_go() {
        let picture = picture();
        assert!(
            picture.contains("leases: get, create, update<"),
            "{picture}"
        );
        assert_eq!(picture.matches("<rect class=\"waits\"").count(), 5);
        assert_eq!(picture.matches("<path").count(), 4);
    }
}
