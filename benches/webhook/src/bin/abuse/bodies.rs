//! Objects that are as much work as their size allows. Each shape takes `n`, of which its size is a
//! linear function.

use std::fmt::Write as _;

/// A shape, and how many bytes one of its items takes.
pub struct BodyShape {
    /// Its name.
    pub name: &'static str,
    /// Bytes of one item, about.
    bytes: usize,
    make: fn(usize) -> String,
}

impl BodyShape {
    /// A review of about so many bytes.
    pub fn review(&self, bytes: usize) -> Vec<u8> {
        (self.make)(bytes / self.bytes).into_bytes()
    }

    /// The shape of that name.
    pub fn of(name: &str) -> Option<&'static Self> {
        SHAPES.iter().find(|shape| shape.name == name)
    }
}

macro_rules! shapes {
    ($($name:literal $bytes:literal $make:expr;)*) => {
        &[$(BodyShape { name: $name, bytes: $bytes, make: $make }),*]
    };
}

/// All shapes.
pub const SHAPES: &[BodyShape] = shapes! {
    "annotations" 13 |n| created("Deployment", &deployment("", &each(n, |i| format!("\"k{i}\":\"\"")), ""));
    "unknown-keys" 9 |n| created("Deployment", &deployment("", "", &format!(",\"x\":{{{}}}", each(n, |i| format!("\"{i:x}\":{{}}")))));
    "same-keys" 6 |n| created("Deployment", &deployment("", "", &format!(",\"x\":{{{}}}", each(n, |_| "\"a\":1".to_owned()))));
    "empty-lists" 3 |n| created("Deployment", &deployment("", "", &format!(",\"x\":[{}]", each(n, |_| "[]".to_owned()))));
    "containers" 28 |n| created("Deployment", &deployment(&each(n, |i| format!("{{\"name\":\"c{i}\",\"image\":\"i\"}}")), "", ""));
    "electors" 140 |n| created("Deployment", &deployment(&each(n, elector), "", ""));
    "init-electors" 140 |n| created("Deployment", &deployment(&elector(0), "", &format!(",\"initContainers\":[{}]", each(n, elector))));
    "flags" 12 |n| created("Deployment", &deployment(&container(&format!("\"args\":[\"--leader-elect\",{}]", each(n, |i| format!("\"--f{i}=1\"")))), "", ""));
    "same-flag" 38 |n| created("Deployment", &deployment(&container(&format!("\"args\":[{}]", each(n, |_| "\"--leader-elect-lease-duration=15s\"".to_owned()))), "", ""));
    "bad-flag" 38 |n| created("Deployment", &deployment(&container(&format!("\"args\":[\"--leader-elect\",{}]", each(n, |i| format!("\"--leader-elect-lease-duratoin{i}=15s\"")))), "", ""));
    "words" 4 |n| created("Deployment", &deployment(&container(&format!("\"args\":[{}]", each(n, |_| "\"a\"".to_owned()))), "", ""));
    "variables" 32 |n| created("Deployment", &deployment(&container(&format!("\"env\":[{}],\"args\":[\"--leader-elect\"]", each(n, |i| format!("{{\"name\":\"V{i}\",\"value\":\"\"}}")))), "", ""));
    "doubling-variables" 40 |n| created("Deployment", &deployment(&container(&format!(
        "\"env\":[{{\"name\":\"V0\",\"value\":\"--leader-elect\"}},{}],\"args\":[\"$(V{n})\"]",
        each(n, |i| format!("{{\"name\":\"V{}\",\"value\":\"$(V{i})$(V{i})\"}}", i + 1)))), "", ""));
    "references" 11 |n| created("Deployment", &deployment(&container(&format!(
        "\"env\":[{{\"name\":\"A\",\"value\":\"{}\"}}],\"args\":[\"--leader-elect\",{}]",
        "x".repeat(n * 5), each(n / 2, |_| "\"--b=$(A)\"".to_owned()))), "", ""));
    "env-from" 36 |n| created("Deployment", &deployment(&container(&format!("\"envFrom\":[{}],\"args\":[\"--leader-elect\"]", each(n, |i| format!("{{\"configMapRef\":{{\"name\":\"m{i}\"}}}}")))), "", ""));
    "mounts" 92 |n| created("Deployment", &deployment(
        &container(&format!("\"args\":[\"--leader-elect\",\"--config=/m1/c.yaml\"],\"volumeMounts\":[{}]", each(n, |i| format!("{{\"name\":\"v{i}\",\"mountPath\":\"/m{i}\"}}")))),
        "", &format!(",\"volumes\":[{}]", each(n, |i| format!("{{\"name\":\"v{i}\",\"configMap\":{{\"name\":\"m{i}\"}}}}")))));
    "script" 24 |n| created("Deployment", &deployment(&container(&format!("\"command\":[\"sh\",\"-c\",\"{}\"]", "A=$A; if x; then y; fi\\n".repeat(n))), "", ""));
    "doubling-script" 8 |n| created("Deployment", &deployment(&container(&format!("\"command\":[\"sh\",\"-c\",\"A=--leader-elect; {} exec m $A\"]", "A=$A$A; ".repeat(n))), "", ""));
    "script-quotes" 5 |n| created("Deployment", &deployment(&container(&format!("\"command\":[\"sh\",\"-c\",\"{}\"]", "'a'$(".repeat(n))), "", ""));
    "script-exec" 36 |n| created("Deployment", &deployment(&container(&format!("\"command\":[\"sh\",\"-c\",\"{}\"]", "exec manager --leader-elect=true x;\\n".repeat(n))), "", ""));
    "long-argument" 1 |n| created("Deployment", &deployment(&container(&format!("\"args\":[\"--leader-elect\",\"{}\"]", "-".repeat(n))), "", ""));
    "long-duration" 2 |n| created("Deployment", &deployment(&container(&format!("\"args\":[\"--leader-elect\",\"--leader-elect-lease-duration={}\"]", "1s".repeat(n))), "", ""));
    "long-image" 2 |n| created("Deployment", &deployment(&format!("{{\"name\":\"m\",\"image\":\"{}\",\"args\":[\"--leader-elect\"]}}", "a/".repeat(n)), "", ""));
    "escapes" 12 |n| created("Deployment", &deployment(&container(&format!("\"args\":[\"--leader-elect\",\"{}\"]", "\\ud83d\\ude00".repeat(n))), "", ""));
    "long-number" 1 |n| created("Deployment", &deployment(&elector(0), "", &format!(",\"x\":{}", "9".repeat(n.max(1)))));
    "last-applied" 13 |n| created("Deployment", &deployment(&elector(0), &format!("\"kubectl.kubernetes.io/last-applied-configuration\":\"{}\"", "{\\\"a\\\":[1]}\\n".repeat(n)), ""));
    "ignores" 60 |n| created("Deployment", &deployment(&elector(0), &each(n, |i| format!("\"leaselint.io/ignore.single-replica{i}\":\"because of this\"")), ""));
    "deep-lists" 2 |n| created("Deployment", &deployment(&elector(0), "", &format!(",\"x\":{}{}", "[".repeat(n), "]".repeat(n))));
    "deep-objects" 6 |n| created("Deployment", &deployment(&elector(0), "", &format!(",\"x\":{}1{}", "{\"a\":".repeat(n), "}".repeat(n))));
    "owners" 16 |n| created("ReplicaSet", &deployment(&elector(0), "", "").replacen("\"name\":\"big\"", &format!("\"name\":\"big\",\"ownerReferences\":[{}]", each(n, |i| format!("{{\"name\":\"{i}\"}}"))), 1));
    "constraints" 60 |n| created("Deployment", &deployment(&elector(0), "", &format!(",\"topologySpreadConstraints\":[{}]", each(n, |i| format!("{{\"maxSkew\":1,\"topologyKey\":\"k{i}\",\"labelSelector\":{{}}}}")))));
    "role-rules" 70 |n| created("Role", &format!("{},\"rules\":[{}]", meta("Role"), each(n, |i| format!("{{\"apiGroups\":[\"g{i}\"],\"resources\":[\"leases\"],\"verbs\":[\"get\"]}}"))));
    "role-verbs" 8 |n| created("Role", &format!("{},\"rules\":[{{\"apiGroups\":[\"\"],\"resources\":[\"leases\"],\"verbs\":[{}]}}]", meta("Role"), each(n, |i| format!("\"v{i}\""))));
    "role-groups" 6 |n| created("Role", &format!("{},\"rules\":[{{\"apiGroups\":[{}],\"resources\":[{}],\"verbs\":[\"get\"]}}]", meta("Role"), each(n, |i| format!("\"{i:x}\"")), each(n, |i| format!("\"{i:x}\""))));
    "role-names" 10 |n| created("Role", &format!("{},\"rules\":[{{\"apiGroups\":[\"coordination.k8s.io\"],\"resources\":[\"leases\"],\"resourceNames\":[{}],\"verbs\":[\"create\",\"get\"]}}]", meta("Role"), each(n, |i| format!("\"n{i}\""))));
    "binding-subjects" 52 |n| created("RoleBinding", &format!("{},\"roleRef\":{{\"apiGroup\":\"rbac.authorization.k8s.io\",\"kind\":\"Role\",\"name\":\"r\"}},\"subjects\":[{}]", meta("RoleBinding"), each(n, |i| format!("{{\"kind\":\"ServiceAccount\",\"name\":\"s{i}\",\"namespace\":\"n\"}}"))));
    "cluster-role-labels" 13 |n| created("ClusterRole", &format!("{},\"aggregationRule\":{{\"clusterRoleSelectors\":[{{\"matchLabels\":{{{}}}}}]}},\"rules\":[]", meta("ClusterRole"), each(n, |i| format!("\"k{i}\":\"\""))));
    "cronjob" 140 |n| created("CronJob", &format!("{},\"spec\":{{\"schedule\":\"* * * * *\",\"jobTemplate\":{{\"spec\":{{\"template\":{{\"spec\":{{\"containers\":[{}]}}}}}}}}}}", meta("CronJob"), each(n, elector)));
    "changed-electors" 280 |n| updated(&deployment(&each(n, elector), "", ""), &deployment(&each(n, |i| elector(i).replace("=15s", "=30s")), "", ""));
    "changed-all-electors" 280 |n| updated(&deployment(&each(n, elector), "", ""), &deployment(&each(n, |i| elector(i + n)), "", ""));
    "changed-flags" 26 |n| {
        let of = |word: &str| container(&format!("\"args\":[\"--leader-elect\",{}]", each(n, |i| format!("\"--{word}{i}=1\""))));
        updated(&deployment(&of("f"), "", ""), &deployment(&of("g"), "", ""))
    };
    "unknown-kind" 9 |n| created("Widget", &format!("{},\"spec\":{{{}}}", meta("Widget"), each(n, |i| format!("\"{i:x}\":{{}}"))));
    "managed-fields" 9 |n| created("Deployment", &deployment(&elector(0), "", "").replacen("\"name\":\"big\"", &format!("\"name\":\"big\",\"managedFields\":[{{{}}}]", each(n, |i| format!("\"{i:x}\":{{}}"))), 1));
};

fn each(n: usize, make: impl Fn(usize) -> String) -> String {
    let mut out = String::new();
    for i in 0..n {
        if i > 0 {
            out.push(',');
        }
        out.push_str(&make(i));
    }
    out
}

/// A container that elects, with one error of its own.
fn elector(i: usize) -> String {
    format!(
        "{{\"name\":\"c{i}\",\"image\":\"m\",\"args\":[\"--leader-elect\",\"--leader-elect-lease-duration=15s\",\
         \"--leader-elect-renew-deadline=15s\"]}}"
    )
}

fn container(members: &str) -> String {
    format!("{{\"name\":\"m\",\"image\":\"m\",{members}}}")
}

fn meta(kind: &str) -> String {
    let group = match kind {
        "Role" | "ClusterRole" | "RoleBinding" => "rbac.authorization.k8s.io/v1",
        "CronJob" => "batch/v1",
        "Widget" => "example.org/v1",
        _ => "apps/v1",
    };
    format!(
        "\"apiVersion\":\"{group}\",\"kind\":\"{kind}\",\"metadata\":{{\"name\":\"big\",\"namespace\":\"n\"}}"
    )
}

/// The members of a Deployment with these containers, annotations and members of the pod's spec.
fn deployment(containers: &str, annotations: &str, spec: &str) -> String {
    format!(
        "\"apiVersion\":\"apps/v1\",\"kind\":\"Deployment\",\"metadata\":{{\"name\":\"big\",\"namespace\":\"n\",\
         \"annotations\":{{{annotations}}}}},\"spec\":{{\"replicas\":2,\"selector\":{{\"matchLabels\":{{\"a\":\"b\"}}}},\
         \"template\":{{\"metadata\":{{\"labels\":{{\"a\":\"b\"}}}},\"spec\":{{\"containers\":[{containers}]{spec}}}}}}}"
    )
}

fn created(kind: &str, object: &str) -> String {
    review(kind, "CREATE", object, None)
}

fn updated(old: &str, new: &str) -> String {
    review("Deployment", "UPDATE", new, Some(old))
}

fn review(kind: &str, operation: &str, object: &str, old: Option<&str>) -> String {
    let (group, resource) = match kind {
        "Role" | "ClusterRole" | "RoleBinding" => ("rbac.authorization.k8s.io", "roles"),
        "CronJob" => ("batch", "cronjobs"),
        "Widget" => ("example.org", "widgets"),
        _ => ("apps", "deployments"),
    };
    let mut out = format!(
        "{{\"kind\":\"AdmissionReview\",\"apiVersion\":\"admission.k8s.io/v1\",\"request\":{{\"uid\":\"7b7f6a1c\",\
         \"kind\":{{\"group\":\"{group}\",\"version\":\"v1\",\"kind\":\"{kind}\"}},\
         \"resource\":{{\"group\":\"{group}\",\"version\":\"v1\",\"resource\":\"{resource}\"}},\
         \"name\":\"big\",\"namespace\":\"n\",\"operation\":\"{operation}\",\"userInfo\":{{\"username\":\"a\"}},\
         \"object\":{{{object}}},\"oldObject\":"
    );
    match old {
        Some(old) => write!(out, "{{{old}}}").unwrap_or_default(),
        None => out.push_str("null"),
    }
    out.push_str(",\"dryRun\":false,\"options\":null}}");
    out
}
