//! The identity of a candidate whose program was read in its own source.

use super::identity::{HolderIdentity, IdentityKind, by_field, by_hostname, unknown_identity};
use objects::Workload;
use programs::{IdentityPiece, SourceIdentity};

/// The identity that source computes, in a workload.
pub(super) fn identity_by_source(
    workload: Workload<'_>,
    identity: &SourceIdentity,
) -> HolderIdentity {
    let (pieces, variable, place) = match identity {
        SourceIdentity::Unknown(because) => {
            return HolderIdentity {
                because: Some(because.reason.clone()),
                ..unknown_identity()
            };
        }
        SourceIdentity::Pieces {
            pieces,
            variable,
            place,
        } => (pieces, variable, *place),
    };
    let has = |wanted: &IdentityPiece| pieces.contains(wanted);
    let field = pieces.iter().find_map(|piece| match piece {
        IdentityPiece::Field(field) => Some(*field),
        _ => None,
    });
    let mut found = if has(&IdentityPiece::Random) {
        HolderIdentity {
            kind: IdentityKind::HostnameUuid,
            unique: Some(true),
            ..unknown_identity()
        }
    } else if let Some(field) = field {
        by_field(workload, field)
    } else if has(&IdentityPiece::HostName) {
        by_hostname(workload)
    } else if pieces.is_empty() {
        HolderIdentity {
            missing: variable.is_some(),
            required: variable.is_some(),
            because: Some("the program is given an empty identity".to_owned()),
            ..unknown_identity()
        }
    } else {
        let texts = pieces.iter().filter_map(|piece| match piece {
            IdentityPiece::Text(text) => Some(text.as_str()),
            _ => None,
        });
        HolderIdentity {
            kind: IdentityKind::Literal,
            unique: Some(false),
            text: Some(texts.collect()),
            because: Some("it is a constant, the same for every replica".to_owned()),
            ..unknown_identity()
        }
    };
    if found.kind != IdentityKind::HostnameUuid {
        found.env.clone_from(variable);
    }
    found.place = found.place.or(place);
    found
}
