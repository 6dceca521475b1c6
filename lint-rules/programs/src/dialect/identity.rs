//! How candidates name themselves.

use serde::{Deserialize, Serialize};

/// What a candidate's identity is made of when no setting overrides it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, Serialize)]
pub enum IdentityBase {
    /// Host name and a random UUID, or a UUID or random text alone: always unique.
    HostnameUuid,
    /// The bare host name, or the host name with a constant suffix.
    Hostname,
    /// The variable named in `IdentityRule::env`, which should hold the pod's name.
    PodNameEnv,
    /// Another variable named in `IdentityRule::env`.
    Env,
    /// A flag (the identity setting's flags).
    Flag,
    /// The node's name.
    NodeName,
    /// A constant.
    Literal,
    /// Not established.
    Unknown,
}

/// How a program builds its identity.
#[derive(Clone, Debug, PartialEq, Deserialize, Serialize)]
pub struct IdentityRule {
    /// What it is made of.
    pub base: IdentityBase,
    /// The variable it is read from, for `PodNameEnv`, `Env` and `NodeName`.
    pub env: Option<String>,
    /// The program does not start (or never leads) without that variable.
    pub required: bool,
    /// The constant used when the variable is missing; every replica then has the same.
    pub fallback: Option<String>,
    /// Without the variable the identity is the host name (set by the container runtime for `HOSTNAME`).
    pub falls_back_to_hostname: bool,
}
