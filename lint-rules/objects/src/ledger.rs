//! Why a rule could not be judged: the permanent codes of the ledger.
//!
//! The list stands in this crate because it is the lowest that produces a code: whether a webhook is called for a
//! namespace ([`crate::admission`]) may be undecided. `docs/ledger.md` is generated from it by `cargo xtask docs`.

/// Declares the codes, each with its word in reports, its cause and its remedy, so that none of them can be forgotten
/// for a code.
macro_rules! ledger_codes {
    ($($code:ident = $word:literal, $cause:literal, $remedy:literal;)+) => {
        /// Why a rule could not be judged. Codes are permanent: new ones may be added, none is renamed or removed.
        ///
        /// They are ordered as their words are, so that sorting by code sorts reports by word.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum LedgerCode {
            $(#[doc = concat!("`", $word, "`: ", $cause, ".")] $code,)+
        }

        impl LedgerCode {
            /// Every code, in the order of the words.
            pub const ALL: &[Self] = &[$(Self::$code),+];

            /// The kebab-case word in reports.
            #[must_use]
            pub const fn as_str(self) -> &'static str {
                match self { $(Self::$code => $word),+ }
            }

            /// What completes "the rule is not judged because": Markdown, without a full stop.
            #[must_use]
            pub const fn cause(self) -> &'static str {
                match self { $(Self::$code => $cause),+ }
            }

            /// What the user can do about it, or why nothing can be done: Markdown, without a full stop.
            #[must_use]
            pub const fn remedy(self) -> &'static str {
                match self { $(Self::$code => $remedy),+ }
            }
        }
    };
}

ledger_codes! {
    AccountNotInInput = "account-not-in-input",
        "the ServiceAccount is not in the input",
        "lint it together with the workload";
    AggregatedRole = "aggregated-role",
        "a ClusterRole aggregates the rules of others, and none of them is in the input",
        "lint the roles that carry its labels, too";
    ArgumentsInImage = "arguments-in-image",
        "neither `command` nor `args` is written, so the switch may be in the image",
        "write the arguments into the manifest";
    BuiltInRole = "built-in-role",
        "a bound role is one that every cluster has by itself, and its rules are not known here",
        "bind a role of your own";
    BundleAmbiguous = "bundle-ambiguous",
        "workloads of several folders run as an account of that name, and the rights may belong to any of them",
        "lint each application by itself, or say what belongs together (`--bundle`)";
    ChartHook = "chart-hook",
        "a chart runs the workload as a hook or a test, for a moment, so what it elects takes no part in what is installed",
        "make it an ordinary object of the chart, if it is to stay";
    ChartNotInInput = "chart-not-in-input",
        "a HelmRelease, a Flux Kustomization or an Argo CD Application applies a chart or a folder with values of its own, and it is not rendered with these",
        "lint the chart with these values (`--values`), or the rendered manifests";
    ConfigMapKeyMissing = "configmap-key-missing",
        "the ConfigMap is in the input and has no such key",
        "add the key, or mark the reference `optional`";
    ConfigMapNotInCluster = "configmap-not-in-cluster",
        "a ConfigMap that decides is not in the workload's namespace",
        "create it before the workload";
    ConfigMapNotInInput = "configmap-not-in-input",
        "a ConfigMap that decides is not in the input",
        "lint it together with the workload";
    ConfigurationNotRead = "configuration-not-read",
        "a configuration file has a syntax that is not read, such as INI or TOML",
        "write the settings as flags or variables, if the program has such";
    DefaultNotEstablished = "default-not-established",
        "a change adds a setting to the manifest or removes it, and what the program does without it is not known",
        "write the setting on both sides, or describe the program under `programs`";
    ElectionRoleWithoutElector = "election-role-without-elector",
        "an account has the rights of an election, and no container that runs as it is known to elect",
        "describe the program under `programs`, or remove the rights";
    ExpandsTooFar = "expands-too-far",
        "variables that refer to variables expand to more than any program can be given",
        "look at what the variables refer to";
    FileOutsideInput = "file-outside-input",
        "a configuration file comes from the image, a Secret or a volume that is not in the input",
        "lint the ConfigMap that holds it";
    FlagNotListed = "flag-not-listed",
        "a flag about elections that is not among those known of the program",
        "a record of the program in `.leaselint.yaml`";
    Forbidden = "forbidden",
        "leaselint may not read a resource of the cluster that decides",
        "grant its account `list` and `watch`, as `deploy/base` does";
    KustomizeNotBuilt = "kustomize-not-built",
        "a kustomization still changes names, namespaces, selectors, configuration or what the verdict rests on, or takes objects from outside the input",
        "lint the output of `kustomize build`";
    LockNameUnknown = "lock-name-unknown",
        "rights are granted for some names, and the lock's name is decided outside the input",
        "write the lock's name into the manifest";
    LockNamespaceUnknown = "lock-namespace-unknown",
        "the lock's namespace is decided outside the input",
        "write the lock's namespace into the manifest";
    LockNotKnown = "lock-not-known",
        "the program's lock type, or how it uses the lock, is not known",
        "a record of the program in `.leaselint.yaml`";
    MatchCondition = "match-condition",
        "a webhook's match condition cannot be decided without the request",
        "nothing; read the condition";
    NamespaceNotInCluster = "namespace-not-in-cluster",
        "a selector depends on a label of a namespace that does not exist yet",
        "nothing; the namespace may be created later";
    NamespaceNotInInput = "namespace-not-in-input",
        "a selector depends on a label of a namespace that is not in the input",
        "lint the Namespace, or select by `kubernetes.io/metadata.name`";
    NamespaceNotWritten = "namespace-not-written",
        "the lock is in the pod's own namespace, which the manifest does not name",
        "write `metadata.namespace`, or lint the rendered manifest";
    NotRendered = "not-rendered",
        "it is a chart or a kustomization, and `--render never` leaves it as it is",
        "lint without `--render never`";
    NotSynced = "not-synced",
        "a resource of the cluster that decides has not been listed yet",
        "wait until the webhook is ready";
    OtherCluster = "other-cluster",
        "the program uses a kubeconfig of its own, so its rights are not those of the pod's account",
        "nothing in this input";
    Placeholder = "placeholder",
        "the value is a placeholder, such as `${NAME}`, that something fills in later",
        "lint the manifest that will be applied";
    PodField = "pod-field",
        "the value is a field of the running pod",
        "nothing before the pod runs";
    PolicyNotDecided = "policy-not-decided",
        "an admission policy matches leases, and what it does with them cannot be shown",
        "read the policy, or leave leases out of it";
    ProgramNotTied = "program-not-tied",
        "a program whose source is beside the manifest elects, and nothing says whether the container runs it",
        "name the program in `command`, or keep the Dockerfile and the Makefile that build the image in the repository";
    RbacNotInInput = "rbac-not-in-input",
        "no binding of the account is in the input",
        "lint the RBAC objects together with the workload";
    ReplicasNull = "replicas-null",
        "`replicas` is null: something else sets it",
        "write the number, or lint the scaler as well";
    ReplicasUnreadable = "replicas-unreadable",
        "`replicas` is not a number of pods (yet), such as a variable",
        "lint the rendered manifest";
    RoleNotInInput = "role-not-in-input",
        "a role that is bound to the account is not in the input, nor is any other role of its namespace",
        "lint it together with the workload";
    Secret = "secret",
        "the value comes from a Secret, and Secrets are never read",
        "use a ConfigMap: election settings are not secret";
    ServesRequests = "serves-requests",
        "a name of the program says that it answers requests, such as those of webhooks, which all replicas may do at once",
        "enable leader election if the program has controllers, too";
    SeveralCandidates = "several-candidates",
        "several objects of that name are equally near",
        "lint one installation at a time";
    SourceNotFollowed = "source-not-followed",
        "the program's own source computes the value from something that was not followed",
        "write the setting into the manifest, or describe the program under `programs`";
    Stale = "stale",
        "the API server has sent nothing about a resource that decides for three minutes",
        "check the webhook's connection to the API server; it reconnects by itself";
    StaticPod = "static-pod",
        "the pod may be a static one, which has no ServiceAccount",
        "nothing in this input";
    SwitchNotInInput = "switch-not-in-input",
        "whether leader election is enabled is decided outside the input",
        "write the switch into the manifest";
    SyntaxNotKnown = "syntax-not-known",
        "the program is not listed, and the syntax in which it reads the value is not known",
        "a record of the program in `.leaselint.yaml`";
    TemplateParameter = "template-parameter",
        "the value is a parameter of an OpenShift Template",
        "process the template first: `oc process --local`";
    VariableNotListed = "variable-not-listed",
        "a variable about elections that is not among those known of the program",
        "a record of the program in `.leaselint.yaml`";
    VariableOutsideInput = "variable-outside-input",
        "an argument uses a variable that is set outside the input",
        "set the variable in the manifest";
    VersionNotKnown = "version-not-known",
        "versions of the program differ in this, and the image's tag does not tell the version",
        "use an image with a version as its tag";
    WrapperScript = "wrapper-script",
        "a script starts the program, and how is not clear from it",
        "start the program directly";
}

impl std::fmt::Display for LedgerCode {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.as_str())
    }
}

#[cfg(test)]
mod tests {
    use super::LedgerCode;

    /// Written by hand, so that a new code is a visible change and a lost one fails.
    const PERMANENT: &[&str] = &[
        "account-not-in-input",
        "aggregated-role",
        "arguments-in-image",
        "built-in-role",
        "bundle-ambiguous",
        "chart-hook",
        "chart-not-in-input",
        "configmap-key-missing",
        "configmap-not-in-cluster",
        "configmap-not-in-input",
        "configuration-not-read",
        "default-not-established",
        "election-role-without-elector",
        "expands-too-far",
        "file-outside-input",
        "flag-not-listed",
        "forbidden",
        "kustomize-not-built",
        "lock-name-unknown",
        "lock-namespace-unknown",
        "lock-not-known",
        "match-condition",
        "namespace-not-in-cluster",
        "namespace-not-in-input",
        "namespace-not-written",
        "not-rendered",
        "not-synced",
        "other-cluster",
        "placeholder",
        "pod-field",
        "policy-not-decided",
        "program-not-tied",
        "rbac-not-in-input",
        "replicas-null",
        "replicas-unreadable",
        "role-not-in-input",
        "secret",
        "serves-requests",
        "several-candidates",
        "source-not-followed",
        "stale",
        "static-pod",
        "switch-not-in-input",
        "syntax-not-known",
        "template-parameter",
        "variable-not-listed",
        "variable-outside-input",
        "version-not-known",
        "wrapper-script",
    ];

    #[test]
    fn codes_are_permanent_unique_and_sorted() {
        let words: Vec<&str> = LedgerCode::ALL.iter().map(|code| code.as_str()).collect();
        assert_eq!(words, PERMANENT);
        assert!(PERMANENT.is_sorted_by(|one, next| one < next));
        assert!(LedgerCode::ALL.is_sorted_by(|one, next| one < next));
    }

    #[test]
    fn codes_are_kebab_case() {
        for word in PERMANENT {
            let is_kebab = word
                .split('-')
                .all(|part| !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_lowercase()));
            assert!(is_kebab, "{word}");
        }
    }

    #[test]
    fn causes_and_remedies_fit_into_a_table() {
        for code in LedgerCode::ALL {
            for text in [code.cause(), code.remedy()] {
                let fits = !text.is_empty() && !text.contains(['|', '\n']) && !text.ends_with('.');
                assert!(fits, "{code}: {text}");
            }
        }
    }
}
