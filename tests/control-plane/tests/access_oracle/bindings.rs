//! Made bindings: whom they name, and what.

use serde_json::{Value, json};

use crate::generator::{Maker, object};

impl Maker {
    /// A RoleBinding or ClusterRoleBinding; the role it names need not exist.
    pub fn binding(&mut self, at: u64, account: &str) -> Value {
        let cluster = self.dice.in_hundred(25);
        let mut metadata = json!({"name": format!("g{}-binding-{at}", self.number)});
        if !cluster {
            metadata["namespace"] = self.namespace().into();
        }
        let chance = if self.gathering == 0 { 45 } else { 70 };
        let kind = if cluster || self.dice.in_hundred(chance) {
            "ClusterRole"
        } else {
            "Role"
        };
        let gathering = if self.gathering == 0 { 10 } else { 70 };
        let name = if kind == "ClusterRole" && self.dice.in_hundred(gathering) {
            format!("g{}-{}", self.number, self.dice.one(&["x", "x", "y", "z"]))
        } else {
            self.role_name()
        };
        let mut role = json!({"kind": kind, "name": name});
        if self.dice.in_hundred(80) {
            role["apiGroup"] = "rbac.authorization.k8s.io".into();
        }
        let subjects: Vec<Value> = (0..self.dice.below(4))
            .map(|_| self.subject(cluster, account))
            .collect();
        let kind = if cluster {
            "ClusterRoleBinding"
        } else {
            "RoleBinding"
        };
        object(
            kind,
            metadata,
            [("roleRef", role), ("subjects", subjects.into())],
        )
    }

    fn subject(&mut self, cluster: bool, account: &str) -> Value {
        let other = format!("g{}-other", self.number);
        match self.dice.below(100) {
            0..35 => json!({"kind": "ServiceAccount", "name": "operator", "namespace": account}),
            35..40 => json!({"kind": "ServiceAccount", "name": "operator", "namespace": other}),
            40..55 if !cluster => json!({"kind": "ServiceAccount", "name": "operator"}),
            40..58 => {
                let name = self.dice.one(&["default", "operators", "perator"]);
                json!({"kind": "ServiceAccount", "name": name, "namespace": account})
            }
            58..76 => self.user(account),
            _ => self.group(cluster, account),
        }
    }

    fn user(&mut self, account: &str) -> Value {
        let name = match self.dice.below(10) {
            0..4 => format!("system:serviceaccount:{account}:operator"),
            4..7 => format!("g{}-jane", self.number),
            7 => format!("system:serviceaccount:{account}:operator:more"),
            8 => format!("{account}:operator"),
            // The name of a group.
            _ => format!("g{}-team", self.number),
        };
        let mut subject = json!({"kind": "User", "name": name});
        if self.dice.in_hundred(50) {
            subject["apiGroup"] = "rbac.authorization.k8s.io".into();
        }
        if self.dice.in_hundred(20) {
            // It means nothing for a user.
            subject["namespace"] = account.into();
        }
        subject
    }

    fn group(&mut self, cluster: bool, account: &str) -> Value {
        let everyone = ["system:serviceaccounts", "system:authenticated"];
        let name = match self.dice.below(12) {
            0..3 => format!("system:serviceaccounts:{account}"),
            3 => format!("system:serviceaccounts:g{}-other", self.number),
            4..6 => format!("g{}-team", self.number),
            6 => "system:serviceaccounts:".to_owned(),
            7 => format!("system:serviceaccount:{account}:operator"),
            8 => "system:unauthenticated".to_owned(),
            _ if cluster && !self.leaks => "unrelated".to_owned(),
            _ => self.dice.one(&everyone).to_owned(),
        };
        let mut subject = json!({"kind": "Group", "name": name});
        if self.dice.in_hundred(50) {
            subject["apiGroup"] = "rbac.authorization.k8s.io".into();
        }
        subject
    }
}
