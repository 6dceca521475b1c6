//! The answer as it is sent back.

use serde::Serialize;

/// The body of an answer.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct AdmissionReview<'a> {
    api_version: &'static str,
    kind: &'static str,
    response: Response<'a>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Response<'a> {
    uid: &'a str,
    allowed: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    status: Option<DenialStatus<'a>>,
    #[serde(skip_serializing_if = "<[String]>::is_empty")]
    warnings: &'a [String],
    #[serde(skip_serializing_if = "AuditAnnotations::is_empty")]
    audit_annotations: &'a AuditAnnotations,
}

/// What the API server writes into its audit log, with the webhook's name before each key.
#[derive(Debug, Serialize)]
#[serde(rename_all = "kebab-case")]
pub(super) struct AuditAnnotations {
    /// How the review ended.
    pub decision: &'static str,
    /// The rules that found something, with a comma between them.
    pub rules: String,
    /// Those that would deny it in the mode `enforce`.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub would_deny: String,
}

impl AuditAnnotations {
    /// Where nothing was found there is nothing to keep.
    fn is_empty(&self) -> bool {
        self.rules.is_empty()
    }
}

#[derive(Serialize)]
struct DenialStatus<'a> {
    status: &'static str,
    message: &'a str,
    reason: &'static str,
    code: u16,
}

/// The body of an answer. `denied` is the message of a denial.
pub(super) fn body(
    uid: &str,
    denied: Option<&str>,
    warnings: &[String],
    audit_annotations: &AuditAnnotations,
) -> Vec<u8> {
    let review = AdmissionReview {
        api_version: "admission.k8s.io/v1",
        kind: "AdmissionReview",
        response: Response {
            uid,
            allowed: denied.is_none(),
            status: denied.map(|message| DenialStatus {
                status: "Failure",
                message,
                reason: "Forbidden",
                code: 403,
            }),
            warnings,
            audit_annotations,
        },
    };
    let mut out = Vec::with_capacity(256);
    // Strings, booleans and numbers into memory: nothing here can fail.
    if serde_json::to_writer(&mut out, &review).is_err() {
        out.clear();
    }
    out
}
