//! One container that takes part in an election, with its effective settings.

use std::borrow::Cow;

use super::identity::HolderIdentity;
use super::replicas::Replicas;
use super::timing::Timing;
use manifest::text::FileSpan;
use manifest::tree::Node;
use objects::{Container, ImageRef, LedgerCode, Object, Workload};
use programs::boolean::{BoolReading, BoolSyntax};
use programs::{
    Clue, CommandLine, Mention, Nanos, NonString, Origin, Program, Resolved, Setting,
    SourceBehaviour, SourceFacts, Unknown, UnknownFlag, Variable, VariableValue, Word,
};

/// Whether the election runs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ElectionState {
    /// It runs.
    On,
    /// It does not.
    Off,
    /// The switch lies outside the input.
    Unknown,
}

impl ElectionState {
    /// Every one.
    pub const ALL: [Self; 3] = [Self::On, Self::Off, Self::Unknown];

    /// The word in JSON.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::On => "on",
            Self::Off => "off",
            Self::Unknown => "unknown",
        }
    }
}

/// The account whose rights the pod has.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PodAccount {
    /// The pod's namespace as written.
    pub namespace: Option<String>,
    /// The ServiceAccount's name; `default` when the pod names none.
    pub name: String,
    /// Where the name is written.
    pub place: Option<FileSpan>,
}

/// One container that takes part in an election, with its effective settings.
pub struct Elector<'w> {
    /// The workload's object.
    pub object: Object<'w>,
    /// The workload.
    pub workload: Workload<'w>,
    /// The container.
    pub container: Container<'w>,
    /// The image that will run: kustomize may have replaced the written one.
    pub image: Option<Cow<'w, str>>,
    /// The dialect it is read by.
    pub program: &'w Program,
    /// What the program was recognised by.
    pub clue: Clue<'w>,
    /// A patch fragment: a part of a workload, so nothing may be concluded from what is missing.
    pub fragment: bool,
    /// Kustomize still changes names, namespaces or accounts before this is applied.
    pub unbuilt: bool,
    /// Whether the election runs.
    pub state: ElectionState,
    /// The switch: its value (true = on), where it comes from; `Unreadable` if the program refuses the text.
    pub switch: Resolved<bool>,
    /// LeaseDuration.
    pub lease: Resolved<Nanos>,
    /// RenewDeadline.
    pub renew: Resolved<Nanos>,
    /// RetryPeriod.
    pub retry: Resolved<Nanos>,
    /// The lock's type, `leases` unless something says otherwise.
    pub lock_type: Resolved<String>,
    /// The lock's name.
    pub lock_name: Resolved<String>,
    /// The lock's namespace; for the pod's own namespace its value as written, else unknown.
    pub lock_namespace: Resolved<String>,
    /// The lock is in the namespace of the pod, whichever that is.
    pub lock_in_pods_namespace: bool,
    /// The candidate's holder identity.
    pub identity: HolderIdentity,
    /// Whether the lock is released on a voluntary stop.
    pub releases: Resolved<bool>,
    /// How many pods run.
    pub replicas: Replicas,
    /// Whose rights the pod has.
    pub account: PodAccount,
    /// The words the program sees, the program's own name (if given) first.
    pub words: Vec<Word>,
    /// How the program's parser reads the words after the program's name: indexes refer to `words`.
    pub command_line: CommandLine,
    /// Index in `words` of the first word after the program's name; subcommands come after it.
    pub first_argument: usize,
    /// The variables, in order; the last of a name wins.
    pub variables: Vec<Variable>,
    /// Every flag, variable and key that sets an election setting, in the order of reading.
    pub mentions: Vec<Mention>,
    /// Items that are not strings.
    pub non_strings: Vec<NonString>,
    /// Election flags that the program does not have; their words are in `words`.
    pub unknown_flags: Vec<UnknownFlag>,
    /// Why the command line could not be understood, if so.
    pub opaque: Option<Unknown>,
    /// What the program's own source says, where it was read.
    pub source: Option<Box<SourceFacts>>,
    /// Why source that lies beside the manifest does not count, if it may be this program's.
    pub not_tied: Option<Unknown>,
}

impl<'w> Elector<'w> {
    /// Election is on.
    #[must_use]
    pub fn is_on(&self) -> bool {
        self.state == ElectionState::On
    }

    /// The image that will run, taken apart.
    #[must_use]
    pub fn image_ref(&self) -> Option<ImageRef<'_>> {
        self.image.as_deref().map(ImageRef::parse)
    }

    /// The image that will run, without its tag and digest.
    #[must_use]
    pub fn image_repository(&self) -> Option<&str> {
        self.image_ref().map(|image| image.repository)
    }

    /// What its own source says that the program does around its election, if it was read and the election is on.
    #[must_use]
    pub fn behaviour(&self) -> Option<&SourceBehaviour> {
        let source = self.source.as_deref().filter(|_| self.is_on())?;
        source.behaviour.as_ref()
    }

    /// Whether it is known which program this is, in which version and how it reads its settings: its own source was
    /// read, or the image or the command names one that is described. What only its flags show is assumed.
    #[must_use]
    pub fn is_of_known_program(&self) -> bool {
        let is_described = !self.program.generic
            && !self.program.version_unknown
            && matches!(self.clue, Clue::Image | Clue::Command);
        self.source.is_some() || is_described
    }

    /// A flag that the program refuses is a slip of its switch, so it exits at start.
    #[must_use]
    pub fn misspells_its_switch(&self) -> bool {
        let switch = self.program.spec(Setting::Enable);
        let is_switch =
            |meant: &str| switch.is_some_and(|spec| spec.flags.iter().any(|flag| **flag == *meant));
        let mut slips = self
            .unknown_flags
            .iter()
            .filter_map(|flag| flag.meant.as_deref());
        !self.program.ignores_unknown_flags && slips.any(is_switch)
    }

    /// Election is on or may be on (its switch lies outside the input).
    #[must_use]
    pub fn may_be_on(&self) -> bool {
        self.state != ElectionState::Off
    }

    /// The three durations if all are known.
    #[must_use]
    pub fn timing(&self) -> Option<Timing> {
        Some(Timing {
            lease: *self.lease.value()?,
            renew: *self.renew.value()?,
            retry: *self.retry.value()?,
        })
    }

    /// The origins of the three durations, as far as known.
    #[must_use]
    pub fn timing_origins(&self) -> Vec<&Origin> {
        [&self.lease, &self.renew, &self.retry]
            .into_iter()
            .filter_map(Resolved::origin)
            .collect()
    }

    /// Whether the library is client-go's and would accept the triple, so that its promises hold.
    #[must_use]
    pub fn accepted_timing(&self) -> Option<Timing> {
        let timing = self.timing()?;
        (self.program.library.is_client_go() && timing.violations().is_empty()).then_some(timing)
    }

    /// The place to point at when nothing is written: the container's `name`.
    #[must_use]
    pub fn name_place(&self) -> FileSpan {
        self.container.name_place()
    }

    /// The place of a setting's value, or the container's name when it is not written.
    #[must_use]
    pub fn place_of<T>(&self, resolved: &Resolved<T>) -> FileSpan {
        resolved
            .origin()
            .and_then(|origin| origin.place)
            .unwrap_or_else(|| self.name_place())
    }

    /// Whether the lock is in a cluster other than the input's: the program has a kubeconfig of its own, by a flag or
    /// a variable or always.
    #[must_use]
    pub fn locks_elsewhere(&self) -> bool {
        let by_flag = self.command_line.occurrences.iter().any(|flag| {
            flag.name == "kubeconfig"
                && flag.value.as_deref().is_some_and(|value| !value.is_empty())
        });
        let by_variable = || match self.variable("KUBECONFIG").map(|variable| &variable.value) {
            Some(VariableValue::Text(text)) => !text.is_empty() && !self.is_optional_file(text),
            Some(_) => true,
            None => false,
        };
        self.program.lock_elsewhere || by_flag || by_variable()
    }

    /// The name of the lock that the program takes beside its own, if its flag says so.
    #[must_use]
    pub fn second_lock(&self) -> Option<Result<String, Unknown>> {
        let lock = self.program.second_lock.as_ref()?;
        let given = |name: &str| {
            let mut flags = self.command_line.occurrences.iter().rev();
            flags.find(|flag| flag.name == name)
        };
        let switch = given(&lock.flag)?;
        let is_on = switch
            .value
            .as_deref()
            .is_none_or(|value| BoolSyntax::GoParse.parse(value) == BoolReading::Value(true));
        let config = lock.config_flag.as_deref().and_then(given);
        is_on.then(|| match config {
            None => Ok(lock.name.to_string()),
            Some(flag) => Err(Unknown {
                code: LedgerCode::LockNameUnknown,
                reason: format!("the file of `--{}` names the second lock", flag.name),
                place: self.words.get(flag.argument).map(|word| word.place),
            }),
        })
    }

    /// Whether the pod may be a static one, which the kubelet starts from a file of the host: a bare Pod on the
    /// host's network that names no account, and what an installer starts. Such a pod has no ServiceAccount.
    #[must_use]
    pub fn may_be_static(&self) -> bool {
        self.container.component().is_some()
            || self.workload.kind() == objects::WorkloadKind::Pod
                && self.account.place.is_none()
                && self.workload.pod_flag("hostNetwork").is_some()
    }

    /// Whether a file is in an optional volume: only few installations have such a kubeconfig, and the others use the
    /// pod's account.
    fn is_optional_file(&self, path: &str) -> bool {
        let mounts = self.container.node().get("volumeMounts");
        let mount = mounts.into_iter().flat_map(Node::items).find(|mount| {
            let at = mount.get("mountPath").and_then(Node::as_str);
            at.is_some_and(|at| {
                path.strip_prefix(at.trim_end_matches('/'))
                    .is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
            })
        });
        let Some(name) = mount.and_then(|mount| mount.get("name")?.as_str()) else {
            return false;
        };
        let volumes = self.workload.pod_spec().get("volumes");
        volumes.into_iter().flat_map(Node::items).any(|volume| {
            volume.get("name").and_then(Node::as_str) == Some(name)
                && ["secret", "configMap"].iter().any(|kind| {
                    let optional = volume.at(&[kind, "optional"]);
                    optional.and_then(Node::as_bool) == Some(true)
                })
        })
    }

    /// The last variable of that name.
    #[must_use]
    pub fn variable(&self, name: &str) -> Option<&Variable> {
        self.variables
            .iter()
            .rev()
            .find(|variable| variable.name == name)
    }
}
