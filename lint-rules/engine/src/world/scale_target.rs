//! One scaler: which workload it scales, and the smallest number of pods that it keeps.

use election::Scaler;
use manifest::tree::Node;
use objects::{LedgerCode, Object, ObjectKind};
use programs::Unknown;

/// What a HorizontalPodAutoscaler or a ScaledObject scales.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ScaleTarget<'w> {
    /// Its API group and version, if written.
    pub api_version: Option<&'w str>,
    /// Its kind, if written.
    pub kind: Option<&'w str>,
    /// Its name.
    pub name: &'w str,
}

impl<'w> ScaleTarget<'w> {
    /// What a scaler names, if it names anything.
    #[must_use]
    pub fn of(scaler: Object<'w>) -> Option<Self> {
        let reference = scaler.node().at(&["spec", "scaleTargetRef"])?;
        let text = |key| reference.get(key).and_then(Node::as_str);
        Some(Self {
            api_version: text("apiVersion"),
            kind: text("kind"),
            name: text("name")?,
        })
    }

    /// Whether an object that has the name is the target.
    ///
    /// KEDA 2 takes a Deployment of apps/v1 where nothing else is written; an HPA without an API
    /// group is taken to mean any.
    #[must_use]
    pub fn is(&self, object: Object<'_>) -> bool {
        let group = |api_version: &str| {
            let (group, _) = api_version.split_once('/').unwrap_or_default();
            // Deployments were once there, and are the same objects (until Kubernetes 1.16).
            if group == "extensions" { "apps" } else { group }.to_owned()
        };
        let same_group = self
            .api_version
            .is_none_or(|version| group(version) == group(object.api_version()));
        same_group && self.kind.unwrap_or("Deployment") == object.kind_word()
    }
}

/// The smallest number of pods that a scaler keeps while the workload has something to do; `None` if
/// it is stopped, and the workload's own number holds.
///
/// KEDA 2: `minReplicaCount` is 0 if not written; `idleReplicaCount` holds only while there is nothing
/// to do; the annotation `paused-replicas` pins the number, `paused` alone stops the scaling, so that
/// the workload's own number holds. HPA: `minReplicas` is 1 if not written.
///
/// # Errors
/// What is written is no number.
pub fn scaler_of(scaler: Object<'_>) -> Result<Option<Scaler>, Unknown> {
    let keda = scaler.kind() == ObjectKind::ScaledObject;
    let annotation = |name: &str| {
        let key = format!("autoscaling.keda.sh/{name}");
        scaler.annotations().filter(|_| keda)?.get(&key)
    };
    let (field, node, default) = if let Some(node) = annotation("paused-replicas") {
        ("paused-replicas", Some(node), 0)
    } else if annotation("paused").is_some_and(|node| node.scalar_text() == Some("true")) {
        return Ok(None);
    } else if keda {
        let field = "minReplicaCount";
        (field, scaler.node().at(&["spec", field]), 0)
    } else {
        let field = "minReplicas";
        (field, scaler.node().at(&["spec", field]), 1)
    };
    let written = node.filter(|node| !node.is_null());
    let minimum = match written {
        None => default,
        Some(node) => {
            let number = node.as_i64().and_then(|number| u32::try_from(number).ok());
            // Annotations are text.
            let number =
                number.or_else(|| node.as_str().filter(|_| field.contains('-'))?.parse().ok());
            number.ok_or_else(|| Unknown {
                code: LedgerCode::ReplicasUnreadable,
                reason: format!(
                    "{field}: {} is not a number yet",
                    node.scalar_text().unwrap_or_default()
                ),
                place: Some(scaler.place_of(node)),
            })?
        }
    };
    let namespace = scaler
        .namespace()
        .map(|namespace| format!("{namespace}/"))
        .unwrap_or_default();
    Ok(Some(Scaler {
        minimum,
        place: Some(written.map_or_else(|| scaler.head_place(), |node| scaler.place_of(node))),
        text: format!("{field}: {minimum}"),
        name: format!(
            "{} {namespace}{}",
            scaler.kind_word(),
            scaler.name().unwrap_or_default()
        ),
    }))
}
