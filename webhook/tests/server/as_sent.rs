//! A review as the API server sends it.

use serde_json::Value;

/// The text of a review, its objects after the rest of the request: what comes before says what they are.
pub fn as_sent(review: &Value) -> String {
    let mut head = review.clone();
    let request = head["request"].as_object_mut().unwrap();
    let object = request.remove("object").unwrap_or_default();
    let old = request.remove("oldObject").unwrap_or_default();
    let head = head.to_string();
    let head = head.strip_suffix("}}").unwrap();
    format!("{head},\"object\":{object},\"oldObject\":{old}}}}}")
}
