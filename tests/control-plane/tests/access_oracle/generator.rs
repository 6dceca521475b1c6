//! Made RBAC graphs: from a seed and a number always the same one.

use serde_json::{Map, Value, json};

use crate::dice::SeededDice;

/// A small set of roles and bindings of its own, and who is asked about.
pub struct Graph {
    /// Its number, which is in all of its names.
    pub number: u64,
    /// Who asks.
    pub asker: Asker,
    /// Role, ClusterRole, RoleBinding and ClusterRoleBinding objects.
    pub objects: Vec<Value>,
    /// Whether it grants something to users of other graphs as well.
    pub leaks: bool,
}

/// Who asks.
pub enum Asker {
    /// The ServiceAccount `operator`.
    Account {
        /// Its namespace.
        namespace: String,
    },
    /// A user with just these groups.
    User {
        /// The user's name.
        name: String,
        /// The groups.
        groups: Vec<String>,
    },
}

// A word that stands here several times is chosen more often.
const VERBS: &[&str] = &[
    "get", "get", "get", "create", "create", "create", "update", "update", "update", "patch",
    "patch", "list", "watch", "delete", "*", "GET", "Create", "post", "put", "use",
];
const GROUPS: &[&str] = &[
    "coordination.k8s.io",
    "coordination.k8s.io",
    "coordination.k8s.io",
    "coordination.k8s.io",
    "coordination.k8s.io",
    "coordination.k8s.io",
    "coordination.k8s.io",
    "*",
    "",
    "coordination.k8s.io/v1",
    "coordination",
    "Coordination.k8s.io",
    "apps",
];
const RESOURCES: &[&str] = &[
    "leases",
    "leases",
    "leases",
    "leases",
    "leases",
    "leases",
    "leases",
    "leases",
    "*",
    "leases/status",
    "leases/*",
    "leases/",
    "leases/status/more",
    "*/status",
    "*/*",
    "/status",
    "lease",
    "Leases",
    "leas*",
    "leasecandidates",
    "configmaps",
    "events",
    "",
];
const NAMES: &[&[&str]] = &[
    &["lock"],
    &["lock"],
    &["lock", "other-lock"],
    &["other-lock"],
    &[""],
    &["", "lock"],
    &["*"],
    &["loc"],
];
/// Every graph's roles have these names, of which not all exist.
const ROLES: &[&str] = &["a", "b", "c"];
const TIERS: &[&str] = &["one", "two", "three"];

/// How often a graph gives something to groups that users of all graphs are in: one in this many.
const LEAKING: u64 = 40;

/// The graph of that number.
pub fn graph(seed: u64, number: u64) -> Graph {
    let mut dice = SeededDice(seed.wrapping_mul(0x2545_f491_4f6c_dd1d) ^ number);
    // The first numbers of neighbouring seeds look alike.
    dice.next();
    Maker {
        dice,
        number,
        leaks: number % LEAKING == LEAKING - 1,
        gathering: 0,
    }
    .make()
}

/// A graph in the making.
pub struct Maker {
    pub dice: SeededDice,
    pub number: u64,
    pub leaks: bool,
    /// How many of its ClusterRoles gather the rules of others.
    pub gathering: usize,
}

impl Maker {
    fn make(mut self) -> Graph {
        let account = self.namespace();
        let asker = match self.dice.below(20) {
            0 => Asker::User {
                name: format!("g{}-jane", self.number),
                groups: vec![
                    format!("g{}-team", self.number),
                    "system:authenticated".into(),
                ],
            },
            // A user of an account's name, whose groups are not an account's.
            1 => Asker::User {
                name: format!("system:serviceaccount:{account}:operator"),
                groups: self
                    .dice
                    .one(&[&[][..], &["system:authenticated"][..]])
                    .iter()
                    .map(|&group: &&str| group.to_owned())
                    .collect(),
            },
            _ => Asker::Account {
                namespace: account.clone(),
            },
        };
        self.gathering = match self.dice.below(7) {
            0..3 => 0,
            3..5 => 1,
            5 => 2,
            _ => 3,
        };
        let mut objects = self.roles();
        objects.extend(self.aggregated());
        for at in 0..1 + self.dice.below(6) {
            let binding = self.binding(at, &account);
            objects.push(binding);
        }
        Graph {
            number: self.number,
            asker,
            objects,
            leaks: self.leaks,
        }
    }

    /// The lock's namespace, or the other one.
    pub fn namespace(&mut self) -> String {
        let which = self.dice.one(&["lock", "lock", "other"]);
        format!("g{}-{which}", self.number)
    }

    pub fn role_name(&mut self) -> String {
        format!("g{}-{}", self.number, self.dice.one(ROLES))
    }

    fn roles(&mut self) -> Vec<Value> {
        let mut roles: Vec<Value> = Vec::new();
        for _ in 0..3 + self.dice.below(6) {
            let name = self.role_name();
            let cluster = self.dice.in_hundred(50);
            let mut metadata = json!({"name": name});
            if cluster {
                metadata["labels"] = self.labels();
            } else {
                metadata["namespace"] = self.namespace().into();
            }
            let kind = if cluster { "ClusterRole" } else { "Role" };
            let rules = self.rules(cluster);
            let same = |other: &Value| {
                other["kind"] == kind
                    && other["metadata"]["name"] == metadata["name"]
                    && other["metadata"]["namespace"] == metadata["namespace"]
            };
            if !roles.iter().any(same) {
                roles.push(object(kind, metadata, [("rules", rules)]));
            }
        }
        roles
    }

    fn labels(&mut self) -> Value {
        let mut labels = Map::new();
        labels.insert("graph".into(), format!("g{}", self.number).into());
        if self.dice.in_hundred(60) {
            labels.insert("tier".into(), self.dice.one(TIERS).into());
        }
        if self.dice.in_hundred(40) {
            labels.insert("to-locks".into(), self.dice.one(&["true", "false"]).into());
        }
        labels.into()
    }

    fn rules(&mut self, cluster: bool) -> Value {
        let mut rules = Vec::new();
        for _ in 0..self.dice.below(5) {
            if cluster && self.dice.in_hundred(5) {
                rules.push(json!({"nonResourceURLs": ["*"], "verbs": ["*"]}));
                continue;
            }
            let mut rule = json!({
                "apiGroups": self.dice.some(GROUPS, 1, 3),
                "resources": self.dice.some(RESOURCES, 1, 4),
                "verbs": self.dice.some(VERBS, 1, 7),
            });
            match self.dice.below(100) {
                0..55 => {}
                55..60 => rule["resourceNames"] = json!([]),
                _ => rule["resourceNames"] = json!(self.dice.one(NAMES)),
            }
            rules.push(rule);
        }
        rules.into()
    }

    /// ClusterRoles that gather the rules of others, now and then of each other.
    fn aggregated(&mut self) -> Vec<Value> {
        let mut roles = Vec::new();
        // Roles of these names are not among the others.
        for name in ["x", "y", "z"].into_iter().take(self.gathering) {
            let metadata = json!({
                "name": format!("g{}-{name}", self.number),
                "labels": self.labels(),
            });
            let selectors: Vec<Value> = (0..1 + self.dice.below(2))
                .map(|_| self.selector())
                .collect();
            // What is written beside the rule is overwritten. Of several that gather from each other it
            // would depend on who comes first what remains of it.
            let written = if self.gathering == 1 {
                self.rules(true)
            } else {
                json!([])
            };
            let rule = json!({"clusterRoleSelectors": selectors});
            roles.push(object(
                "ClusterRole",
                metadata,
                [("rules", written), ("aggregationRule", rule)],
            ));
        }
        roles
    }

    fn selector(&mut self) -> Value {
        let mut selector = json!({"matchLabels": {"graph": format!("g{}", self.number)}});
        if self.dice.in_hundred(40) {
            selector["matchLabels"]["tier"] = self.dice.one(TIERS).into();
        }
        let mut expressions = Vec::new();
        for _ in 0..self.dice.below(3) {
            let key = self.dice.one(&["tier", "to-locks", "nobody-has-it"]);
            let operator = self.dice.one(&["In", "NotIn", "Exists", "DoesNotExist"]);
            let mut expression = json!({"key": key, "operator": operator});
            if operator.ends_with("In") {
                let values: &[&str] = if key == "tier" {
                    TIERS
                } else {
                    &["true", "false", ""]
                };
                expression["values"] = json!(self.dice.some(values, 1, 2));
            }
            expressions.push(expression);
        }
        if !expressions.is_empty() {
            selector["matchExpressions"] = expressions.into();
        }
        selector
    }
}

/// An object of RBAC's API group.
pub fn object<const N: usize>(kind: &str, metadata: Value, fields: [(&str, Value); N]) -> Value {
    let mut object = json!({
        "apiVersion": "rbac.authorization.k8s.io/v1",
        "kind": kind,
        "metadata": metadata,
    });
    for (key, value) in fields {
        object[key] = value;
    }
    object
}
