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
struct Response<'a> {
    uid: &'a str,
    allowed: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    status: Option<DenialStatus<'a>>,
    #[serde(skip_serializing_if = "<[String]>::is_empty")]
    warnings: &'a [String],
}

#[derive(Serialize)]
struct DenialStatus<'a> {
    status: &'static str,
    message: &'a str,
    reason: &'static str,
    code: u16,
}

/// The body of an answer. `denied` is the message of a denial.
pub(super) fn body(uid: &str, denied: Option<&str>, warnings: &[String]) -> Vec<u8> {
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
        },
    };
    let mut out = Vec::with_capacity(256);
    // Strings, booleans and numbers into memory: nothing here can fail.
    if serde_json::to_writer(&mut out, &review).is_err() {
        out.clear();
    }
    out
}
