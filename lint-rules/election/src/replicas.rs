//! How many pods of a workload run.

use manifest::text::FileSpan;
use manifest::tree::Value;
use objects::{LedgerCode, Workload, WorkloadKind};
use programs::{Answer, Origin, OriginKind, Unknown};

/// How many pods run.
#[derive(Clone, Debug, PartialEq)]
pub struct Replicas {
    /// The smallest number that will run; `None` for DaemonSets and where it is not known.
    pub count: Option<u32>,
    /// Where the number is from.
    pub origin: Option<Origin>,
    /// Why it is not known.
    pub unknown: Option<Unknown>,
    /// The scaler that decides, such as `HorizontalPodAutoscaler ops/x`.
    pub scaler: Option<String>,
}

/// An autoscaler that sets a workload's number of pods instead of `spec.replicas`.
#[derive(Clone, Debug, PartialEq)]
pub struct Scaler {
    /// Its smallest number.
    pub minimum: u32,
    /// Where that is written, or its name where it is not; `None` in a live cluster.
    pub place: Option<FileSpan>,
    /// What is written there: `minReplicas: 2`.
    pub text: String,
    /// What it is, such as `HorizontalPodAutoscaler ops/x`.
    pub name: String,
}

/// Access to the scalers of the input or the cluster.
pub trait Scalers<'w> {
    /// The scaler of a workload, if there is one.
    fn scaler(&self, workload: Workload<'w>) -> Answer<Option<Scaler>>;
}

/// The smallest number of pods that will run.
pub(super) fn replicas_of<'w>(workload: Workload<'w>, scalers: &dyn Scalers<'w>) -> Replicas {
    let nothing = Replicas {
        count: None,
        origin: None,
        unknown: None,
        scaler: None,
    };
    if workload.kind() == WorkloadKind::Pod {
        return Replicas {
            count: Some(1),
            ..nothing
        };
    }
    if !workload.kind().has_replicas() {
        return nothing;
    }
    match scalers.scaler(workload) {
        Answer::Known(Some(scaler)) => {
            let origin = Origin {
                kind: OriginKind::File,
                text: scaler.text,
                place: scaler.place,
                name: "scaler".to_owned(),
                holder: None,
            };
            return Replicas {
                count: Some(scaler.minimum),
                origin: Some(origin),
                unknown: None,
                scaler: Some(scaler.name),
            };
        }
        Answer::Known(None) => {}
        Answer::Unknown(because) => {
            return Replicas {
                unknown: Some(because),
                ..nothing
            };
        }
    }
    let Some(node) = workload.replicas() else {
        let origin = Origin {
            kind: OriginKind::Default,
            text: "default of Kubernetes".to_owned(),
            place: None,
            name: String::new(),
            holder: None,
        };
        return Replicas {
            count: Some(1),
            origin: Some(origin),
            ..nothing
        };
    };
    let place = workload.object().place_of(node);
    let text = node.scalar_text().unwrap_or_default();
    let written = |count| Replicas {
        count: Some(count),
        origin: Some(Origin {
            kind: OriginKind::File,
            text: format!("replicas: {text}"),
            place: Some(place),
            name: "replicas".to_owned(),
            holder: None,
        }),
        unknown: None,
        scaler: None,
    };
    let unknown = |code, reason| Replicas {
        count: None,
        origin: None,
        unknown: Some(Unknown {
            code,
            reason,
            place: Some(place),
        }),
        scaler: None,
    };
    match node.value() {
        Value::Integer(number) => u32::try_from(number).map_or_else(
            |_| {
                unknown(
                    LedgerCode::ReplicasUnreadable,
                    format!("replicas: {text} is no number of pods"),
                )
            },
            written,
        ),
        // kubectl turns 3.0 into 3 on the way to the server.
        Value::Float(number) if number.fract() == 0.0 && (0.0..1e9).contains(&number) => {
            #[expect(
                clippy::as_conversions,
                reason = "the guard admits whole numbers from 0 to 1e9 only"
            )]
            let count = number as u32;
            written(count)
        }
        Value::Null => unknown(
            LedgerCode::ReplicasNull,
            "replicas is null: something else sets it".into(),
        ),
        _ => unknown(
            LedgerCode::ReplicasUnreadable,
            format!("replicas: {text} is not a number yet"),
        ),
    }
}
