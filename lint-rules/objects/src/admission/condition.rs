//! Match conditions, as far as they can be decided for a write of a lease.
//!
//! A small part of CEL: comparisons of the request's fields with texts, `in`, `startsWith` and its
//! like, `!`, `&&`, `||`, parentheses. Whatever else a condition asks is unknown, and like CEL itself
//! `&&` and `||` are decided by one side if that is enough.

/// Who writes the lease.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Requester {
    /// A kubelet: user `system:node:NAME`, group `system:nodes`.
    Node,
    /// Anyone else.
    Other,
}

/// A write of a lease.
#[derive(Clone, Copy, Debug)]
pub(super) struct Request<'r> {
    /// The lease's namespace, if known.
    pub namespace: Option<&'r str>,
    /// `CREATE` or `UPDATE`.
    pub operation: &'r str,
    /// Who writes it.
    pub requester: Requester,
}

/// Whether a condition holds for a request; `None` if that cannot be told.
pub(super) fn decide(expression: &str, request: &Request<'_>) -> Option<bool> {
    let tokens = tokens(expression)?;
    let mut reader = Reader {
        tokens: &tokens,
        request,
        depth: 0,
    };
    let value = reader.either()?;
    if !reader.tokens.is_empty() {
        return None;
    }
    value.truth()
}

#[derive(Clone, Debug, PartialEq, Eq)]
enum Token {
    /// A dotted path, such as `request.resource.group`.
    Path(String),
    Text(String),
    /// `&&`, `||`, `==`, `!=`, `!`, brackets, `,`, `.`.
    Mark(&'static str),
}

const MARKS: &[&str] = &[
    "&&", "||", "==", "!=", "!", "(", ")", "[", "]", ",", ".", "?", ":", "<", ">", "+", "-", "=",
];

fn tokens(expression: &str) -> Option<Vec<Token>> {
    let mut rest = expression.trim_start();
    let mut tokens = Vec::new();
    while let Some(first) = rest.chars().next() {
        if first == '"' || first == '\'' {
            let inner = rest.get(1..)?;
            let end = inner.find(first)?;
            let text = inner.get(..end)?;
            // Escapes are rare here, and a wrong reading is worse than none.
            if text.contains('\\') {
                return None;
            }
            tokens.push(Token::Text(text.to_owned()));
            rest = inner.get(end + 1..)?;
        } else if first.is_alphanumeric() || first == '_' {
            let end = rest
                .find(|c: char| !(c.is_alphanumeric() || c == '_' || c == '.'))
                .unwrap_or(rest.len());
            tokens.push(Token::Path(rest.get(..end)?.to_owned()));
            rest = rest.get(end..)?;
        } else {
            let mark = MARKS.iter().find(|mark| rest.starts_with(**mark))?;
            tokens.push(Token::Mark(mark));
            rest = rest.get(mark.len()..)?;
        }
        rest = rest.trim_start();
    }
    Some(tokens)
}

#[derive(Clone, Debug, PartialEq, Eq)]
enum Operand {
    Truth(bool),
    Text(String),
    List(Vec<Operand>),
    /// The requester's name.
    User,
    /// The requester's groups.
    Groups,
    Unknown,
}

impl Operand {
    fn truth(&self) -> Option<bool> {
        match self {
            Self::Truth(truth) => Some(*truth),
            _ => None,
        }
    }

    fn of(truth: Option<bool>) -> Self {
        truth.map_or(Self::Unknown, Self::Truth)
    }
}

/// Reads from the front of the tokens; `None` where it does not understand.
struct Reader<'t> {
    tokens: &'t [Token],
    request: &'t Request<'t>,
    depth: u32,
}

/// Deeper nesting than anybody writes.
const DEEPEST: u32 = 64;
const NODE_USER: &str = "system:node:";

impl Reader<'_> {
    fn take(&mut self, mark: &str) -> bool {
        match self.tokens.split_first() {
            Some((Token::Mark(found), rest)) if *found == mark => {
                self.tokens = rest;
                true
            }
            _ => false,
        }
    }

    fn either(&mut self) -> Option<Operand> {
        let mut value = self.both()?;
        while self.take("||") {
            let other = self.both()?;
            value = Operand::of(match (value.truth(), other.truth()) {
                (Some(true), _) | (_, Some(true)) => Some(true),
                (Some(false), Some(false)) => Some(false),
                _ => None,
            });
        }
        Some(value)
    }

    fn both(&mut self) -> Option<Operand> {
        let mut value = self.relation()?;
        while self.take("&&") {
            let other = self.relation()?;
            value = Operand::of(match (value.truth(), other.truth()) {
                (Some(false), _) | (_, Some(false)) => Some(false),
                (Some(true), Some(true)) => Some(true),
                _ => None,
            });
        }
        Some(value)
    }

    fn relation(&mut self) -> Option<Operand> {
        let left = self.single()?;
        if self.take("==") {
            let right = self.single()?;
            return Some(Operand::of(self.are_equal(&left, &right)));
        }
        if self.take("!=") {
            let right = self.single()?;
            let equal = self.are_equal(&left, &right);
            return Some(Operand::of(equal.map(|equal| !equal)));
        }
        if let Some((Token::Path(word), rest)) = self.tokens.split_first()
            && word == "in"
        {
            self.tokens = rest;
            let right = self.single()?;
            return Some(Operand::of(self.is_among(&left, &right)));
        }
        Some(left)
    }

    fn single(&mut self) -> Option<Operand> {
        if self.depth >= DEEPEST {
            return None;
        }
        self.depth += 1;
        let value = self.single_inside();
        self.depth -= 1;
        value
    }

    fn single_inside(&mut self) -> Option<Operand> {
        if self.take("!") {
            let value = self.single()?;
            return Some(Operand::of(value.truth().map(|truth| !truth)));
        }
        if self.take("(") {
            let value = self.either()?;
            return self.take(")").then_some(value);
        }
        if self.take("[") {
            let mut items = Vec::new();
            while !self.take("]") {
                items.push(self.single()?);
                self.take(",");
            }
            return Some(Operand::List(items));
        }
        let (first, rest) = self.tokens.split_first()?;
        self.tokens = rest;
        match first {
            Token::Text(text) => Some(Operand::Text(text.clone())),
            Token::Path(path) if self.take("(") => self.call(path),
            Token::Path(path) => Some(self.field(path)),
            Token::Mark(_) => None,
        }
    }

    /// A call, its opening parenthesis taken: of `startsWith` and its like, else unknown.
    fn call(&mut self, path: &str) -> Option<Operand> {
        let (receiver, method) = path.rsplit_once('.').unwrap_or(("", path));
        let receiver = self.field(receiver);
        if let [Token::Text(text), Token::Mark(")"), rest @ ..] = self.tokens {
            self.tokens = rest;
            return Some(Operand::of(test_text(
                method,
                &receiver,
                text,
                self.request,
            )));
        }
        let mut open = 1_u32;
        while open > 0 {
            let (token, rest) = self.tokens.split_first()?;
            self.tokens = rest;
            match token {
                Token::Mark("(") => open += 1,
                Token::Mark(")") => open -= 1,
                _ => {}
            }
        }
        Some(Operand::Unknown)
    }

    fn field(&self, path: &str) -> Operand {
        let text = |text: &str| Operand::Text(text.to_owned());
        match path {
            "true" => Operand::Truth(true),
            "false" | "request.dryRun" => Operand::Truth(false),
            "request.resource.group"
            | "request.requestResource.group"
            | "request.kind.group"
            | "request.requestKind.group" => text("coordination.k8s.io"),
            "request.resource.resource" | "request.requestResource.resource" => text("leases"),
            "request.kind.kind" | "request.requestKind.kind" | "object.kind" => text("Lease"),
            "request.resource.version"
            | "request.requestResource.version"
            | "request.kind.version"
            | "request.requestKind.version" => text("v1"),
            "object.apiVersion" => text("coordination.k8s.io/v1"),
            "request.subResource" | "request.requestSubResource" => text(""),
            "request.operation" => text(self.request.operation),
            "request.namespace" | "object.metadata.namespace" => {
                self.request.namespace.map_or(Operand::Unknown, text)
            }
            "request.userInfo.username" => Operand::User,
            "request.userInfo.groups" => Operand::Groups,
            _ => Operand::Unknown,
        }
    }

    fn are_equal(&self, left: &Operand, right: &Operand) -> Option<bool> {
        match (left, right) {
            (Operand::Text(a), Operand::Text(b)) => Some(a == b),
            (Operand::Truth(a), Operand::Truth(b)) => Some(a == b),
            (Operand::User, Operand::Text(name)) | (Operand::Text(name), Operand::User) => {
                let is_node = self.request.requester == Requester::Node;
                (is_node != name.starts_with(NODE_USER)).then_some(false)
            }
            _ => None,
        }
    }

    fn is_among(&self, one: &Operand, list: &Operand) -> Option<bool> {
        match (one, list) {
            (_, Operand::List(items)) => {
                let answers: Vec<_> = items.iter().map(|item| self.are_equal(one, item)).collect();
                if answers.contains(&Some(true)) {
                    return Some(true);
                }
                (!answers.contains(&None)).then_some(false)
            }
            (Operand::Text(group), Operand::Groups) => match group.as_str() {
                "system:nodes" => Some(self.request.requester == Requester::Node),
                "system:authenticated" => Some(true),
                "system:unauthenticated" => Some(false),
                _ => None,
            },
            _ => None,
        }
    }
}

/// `startsWith`, `endsWith`, `contains` of a text; `startsWith` of the requester's name.
fn test_text(method: &str, receiver: &Operand, text: &str, request: &Request<'_>) -> Option<bool> {
    match (method, receiver) {
        ("startsWith", Operand::Text(value)) => Some(value.starts_with(text)),
        ("endsWith", Operand::Text(value)) => Some(value.ends_with(text)),
        ("contains", Operand::Text(value)) => Some(value.contains(text)),
        ("startsWith", Operand::User) => match request.requester {
            Requester::Node if NODE_USER.starts_with(text) => Some(true),
            Requester::Node => (!text.starts_with(NODE_USER)).then_some(false),
            Requester::Other => text.starts_with(NODE_USER).then_some(false),
        },
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of_node(expression: &str) -> Option<bool> {
        decide(
            expression,
            &Request {
                namespace: Some("kube-node-lease"),
                operation: "UPDATE",
                requester: Requester::Node,
            },
        )
    }

    fn of_other(expression: &str) -> Option<bool> {
        decide(
            expression,
            &Request {
                namespace: Some("ops"),
                operation: "UPDATE",
                requester: Requester::Other,
            },
        )
    }

    #[test]
    fn leases_are_left_out_in_many_ways() {
        for expression in [
            r#"request.resource.group != "coordination.k8s.io""#,
            r#"request.resource.resource != "leases""#,
            r#"!(request.resource.resource == "leases")"#,
            r#"!(request.resource.group == "coordination.k8s.io" && request.resource.resource == "leases")"#,
            r"request.kind.kind != 'Lease' || request.operation == 'DELETE'",
            r#"!(request.resource.resource in ["events", "leases"])"#,
            r#"object.kind in ["Pod", "Service"]"#,
            r#"!request.resource.group.endsWith(".k8s.io")"#,
            r#"request.resource.resource == "pods" && variables.odd(1 + 2)"#,
            "false",
        ] {
            assert_eq!(of_node(expression), Some(false), "{expression}");
            assert_eq!(of_other(expression), Some(false), "{expression}");
        }
    }

    #[test]
    fn other_things_are_left_out_and_leases_are_not() {
        for expression in [
            r#"request.resource.resource != "events""#,
            r#"!(request.resource.group == "coordination.k8s.io" && request.resource.resource == "leasecandidates")"#,
            r#"request.operation in ["CREATE", "UPDATE"]"#,
            r#"request.subResource == """#,
            "true",
        ] {
            assert_eq!(of_other(expression), Some(true), "{expression}");
        }
    }

    #[test]
    fn nodes_are_told_from_others() {
        let by_group = r#"!("system:nodes" in request.userInfo.groups)"#;
        assert_eq!(
            (of_node(by_group), of_other(by_group)),
            (Some(false), Some(true))
        );
        let by_name = r#"!request.userInfo.username.startsWith("system:node:")"#;
        assert_eq!(
            (of_node(by_name), of_other(by_name)),
            (Some(false), Some(true))
        );
        let system = r#"!request.userInfo.username.startsWith("system:")"#;
        assert_eq!((of_node(system), of_other(system)), (Some(false), None));
        let by_namespace = r#"!(request.namespace in ["kube-system", "kube-node-lease"])"#;
        assert_eq!(
            (of_node(by_namespace), of_other(by_namespace)),
            (Some(false), Some(true))
        );
    }

    #[test]
    fn what_is_not_understood_is_unknown() {
        for expression in [
            "",
            r#"request.userInfo.username != "system:serviceaccount:ops:x""#,
            r#"has(object.metadata.labels)"#,
            r#"authorizer.group("x").resource("y").check("breakglass").allowed()"#,
            r#"!object.metadata.name.matches("^a.*")"#,
            r#"request.resource.resource == "leases" ? false : true"#,
            r#"request.resource.resource == "le\u0061ses""#,
            "((((",
            "!",
            "[",
            "request.resource.resource ==",
            "\"open",
        ] {
            assert_eq!(of_other(expression), None, "{expression}");
        }
        assert_eq!(of_other(&"(".repeat(100_000)), None);
        assert_eq!(of_other(&"!".repeat(100_000)), None);
    }
}
