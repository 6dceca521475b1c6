//! Asks the API server what an account may do, and compares that with the proof.

use std::collections::BTreeMap;

use cluster::{Client, RequestPace};
use election::Elector;
use election::access::{AccessState, LockResource, Need, NeededNamespace};
use engine::world::World;
use objects::ObjectName;
use serde::Deserialize;
use serde_json::json;

use crate::reading::LiveError;

/// One question to the API server.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ReviewQuestion {
    /// The namespace of the account.
    pub account_namespace: String,
    /// The account.
    pub account: String,
    /// The verb.
    pub verb: String,
    /// The API group; empty for the core group.
    pub group: &'static str,
    /// The resource.
    pub resource: &'static str,
    /// The lock's namespace.
    pub namespace: String,
    /// The lock's name; empty where the request carries none.
    pub name: String,
}

/// A right of which the answer of the API server differs from the proof.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AccessDifference {
    /// The workload.
    pub object: ObjectName,
    /// The container.
    pub container: String,
    /// What was asked.
    pub question: ReviewQuestion,
    /// The answer of the API server.
    pub is_allowed: bool,
}

/// The proof of access compared with the answers of the API server.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct VerifiedAccess {
    /// How many different questions were asked.
    pub questions: usize,
    /// Where the answer is not what was proven.
    pub differences: Vec<AccessDifference>,
}

/// A right that an elector needs, with what is proven of it.
struct ProvenRight {
    object: ObjectName,
    container: String,
    question: ReviewQuestion,
    is_granted: bool,
}

/// The rights of electors that are proven or proven to be missing, to be asked about.
#[derive(Default)]
pub struct AccessQuestions(Vec<ProvenRight>);

impl AccessQuestions {
    /// Adds the rights of electors.
    pub fn add<'w>(&mut self, electors: &[Elector<'w>], world: &dyn World<'w>) {
        let electors = electors.iter().filter(|elector| elector.may_be_on());
        self.0
            .extend(electors.flat_map(|elector| claims_of(elector, world)));
    }

    /// How many different questions these are.
    #[must_use]
    pub fn count(&self) -> usize {
        self.unanswered().len()
    }

    /// The different questions, each without an answer.
    fn unanswered(&self) -> BTreeMap<ReviewQuestion, bool> {
        let questions = self.0.iter().map(|claim| claim.question.clone());
        questions.map(|question| (question, false)).collect()
    }

    /// Asks each different question once, and calls `answered` after each.
    ///
    /// # Errors
    /// The API server cannot be reached, or does not let this program ask.
    pub async fn ask(
        self,
        client: &Client,
        pace: &RequestPace,
        mut answered: impl FnMut(),
    ) -> Result<VerifiedAccess, LiveError> {
        let mut answers = self.unanswered();
        let all = answers.len();
        for (question, answer) in &mut answers {
            pace.turn().await;
            *answer = ask(client, question).await?;
            answered();
        }
        let differs = |claim: &ProvenRight| answers.get(&claim.question) != Some(&claim.is_granted);
        let differences = self.0.into_iter().filter(differs);
        Ok(VerifiedAccess {
            questions: all,
            differences: differences
                .map(|claim| AccessDifference {
                    object: claim.object,
                    container: claim.container,
                    question: claim.question,
                    is_allowed: !claim.is_granted,
                })
                .collect(),
        })
    }
}

fn claims_of<'w>(elector: &Elector<'w>, world: &dyn World<'w>) -> Vec<ProvenRight> {
    let (Ok(need), access) = (Need::of(elector), world.access(elector)) else {
        return Vec::new();
    };
    let NeededNamespace::Written(namespace) = &need.namespace else {
        return Vec::new();
    };
    let is_proven = matches!(access.state, AccessState::Granted | AccessState::Missing);
    // Of a name that is not known, and of two objects of which one is the lock, the answer is not the proof's.
    let (Ok(name), true, None) = (&need.name, is_proven, &need.one_of_several) else {
        return Vec::new();
    };
    let mut claims = Vec::new();
    for resource in need.resources {
        for verb in &need.verbs {
            let is_missing = access
                .missing
                .iter()
                .any(|missing| missing.verb == *verb && missing.resource == *resource);
            claims.push(ProvenRight {
                object: elector.object.object_name(),
                container: elector.container.name().to_owned(),
                question: question(elector, *resource, verb, namespace, name, need.applies),
                is_granted: !is_missing,
            });
        }
    }
    claims
}

fn question(
    elector: &Elector<'_>,
    resource: LockResource,
    verb: &str,
    namespace: &str,
    name: &str,
    applies: bool,
) -> ReviewQuestion {
    // A `create` goes to the collection and carries no name, unless it is an apply.
    let has_name = verb != "create" || applies;
    ReviewQuestion {
        account_namespace: elector.account.namespace.clone().unwrap_or_default(),
        account: elector.account.name.clone(),
        verb: verb.to_owned(),
        group: resource.group(),
        resource: resource.resource(),
        namespace: namespace.to_owned(),
        name: if has_name {
            name.to_owned()
        } else {
            String::new()
        },
    }
}

#[derive(Deserialize)]
struct ReviewAnswer {
    status: ReviewAnswerStatus,
}

#[derive(Deserialize)]
struct ReviewAnswerStatus {
    #[serde(default)]
    allowed: bool,
}

async fn ask(client: &Client, question: &ReviewQuestion) -> Result<bool, LiveError> {
    let ReviewQuestion {
        account_namespace,
        account,
        ..
    } = question;
    let review = json!({
        "apiVersion": "authorization.k8s.io/v1",
        "kind": "SubjectAccessReview",
        "spec": {
            "user": format!("system:serviceaccount:{account_namespace}:{account}"),
            "groups": [
                "system:serviceaccounts",
                format!("system:serviceaccounts:{account_namespace}"),
                "system:authenticated",
            ],
            "resourceAttributes": {
                "verb": question.verb,
                "group": question.group,
                "resource": question.resource,
                "namespace": question.namespace,
                "name": question.name,
            },
        },
    });
    let failed = |error: &dyn std::fmt::Display| LiveError::Unreachable(error.to_string());
    let request = http::Request::post("/apis/authorization.k8s.io/v1/subjectaccessreviews")
        .header("content-type", "application/json")
        .body(review.to_string().into_bytes())
        .map_err(|error| failed(&error))?;
    let reviewed: ReviewAnswer = client.request(request).await.map_err(|error| match error {
        kube::Error::Api(status) if status.code == 403 => LiveError::MayNotAsk {
            reason: status.message.clone(),
        },
        error => failed(&error),
    })?;
    Ok(reviewed.status.allowed)
}
