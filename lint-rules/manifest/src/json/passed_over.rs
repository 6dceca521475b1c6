//! What of an object is not read.

/// A part of an object, and what of it is not read.
#[derive(Debug)]
pub(crate) enum PassedOver {
    /// All of it.
    Whole,
    /// Of a mapping parts of the values of these keys.
    Of(&'static [(&'static str, PassedOver)]),
    /// Of a sequence the same of each item.
    Each(&'static PassedOver),
}

impl PassedOver {
    /// What is not read of the value of a key.
    pub fn of_key(&self, key: &str) -> Option<&PassedOver> {
        let Self::Of(keys) = self else {
            return None;
        };
        keys.iter()
            .find(|(name, _)| *name == key)
            .map(|(_, inner)| inner)
    }

    /// What is not read of an item.
    pub fn of_item(&self) -> Option<&PassedOver> {
        match self {
            Self::Each(item) => Some(item),
            _ => None,
        }
    }

    pub fn is_whole(&self) -> bool {
        matches!(self, Self::Whole)
    }
}

/// Everything is read.
pub(crate) static NOTHING: PassedOver = PassedOver::Of(&[]);

/// Of an object of the API server what no rule asks about: it is often more than half of it.
pub(crate) static OF_OBJECTS: PassedOver = PassedOver::Of(&[
    ("status", PassedOver::Whole),
    (
        "metadata",
        PassedOver::Of(&[
            ("managedFields", PassedOver::Whole),
            (
                "annotations",
                PassedOver::Of(&[
                    // kubectl's copy of the whole object, in escapes.
                    (
                        "kubectl.kubernetes.io/last-applied-configuration",
                        PassedOver::Whole,
                    ),
                ]),
            ),
        ]),
    ),
    (
        "spec",
        PassedOver::Of(&[(
            "template",
            PassedOver::Of(&[
                ("spec", OF_PODS),
                // `kubectl rollout restart` changes nothing else.
                (
                    "metadata",
                    PassedOver::Of(&[("annotations", PassedOver::Whole)]),
                ),
            ]),
        )]),
    ),
]);

const OF_PODS: PassedOver = PassedOver::Of(&[
    ("containers", OF_CONTAINERS),
    ("initContainers", OF_CONTAINERS),
    (
        "affinity",
        PassedOver::Of(&[("nodeAffinity", PassedOver::Whole)]),
    ),
    ("dnsConfig", PassedOver::Whole),
    ("dnsPolicy", PassedOver::Whole),
    ("imagePullSecrets", PassedOver::Whole),
    ("nodeSelector", PassedOver::Whole),
    ("schedulerName", PassedOver::Whole),
    ("securityContext", PassedOver::Whole),
    ("tolerations", PassedOver::Whole),
]);

const OF_CONTAINERS: PassedOver = PassedOver::Each(&PassedOver::Of(&[
    ("imagePullPolicy", PassedOver::Whole),
    ("lifecycle", PassedOver::Whole),
    ("livenessProbe", PassedOver::Whole),
    ("resources", PassedOver::Whole),
    ("securityContext", PassedOver::Whole),
    ("startupProbe", PassedOver::Whole),
    ("terminationMessagePath", PassedOver::Whole),
    ("terminationMessagePolicy", PassedOver::Whole),
]));
