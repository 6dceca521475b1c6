//! Reads the recorded rows: comma-separated, quoted where needed, a header first.
#![allow(clippy::expect_used, reason = "a panic is a test that fails")]

use std::collections::HashMap;

/// One row: column name to field.
pub type Row = HashMap<String, String>;

/// The rows of `text`, of which there must be `count`, so that a truncated file fails.
pub fn rows(text: &str, count: usize) -> Vec<Row> {
    let mut records = records(text).into_iter();
    let header = records.next().expect("a header");
    let rows: Vec<Row> = records
        .map(|record| {
            assert_eq!(
                record.len(),
                header.len(),
                "a row of another width: {record:?}"
            );
            header.iter().cloned().zip(record).collect()
        })
        .collect();
    assert_eq!(rows.len(), count, "number of rows");
    rows
}

fn records(text: &str) -> Vec<Vec<String>> {
    let mut records = Vec::new();
    let mut record = vec![String::new()];
    let mut quoted = false;
    let mut characters = text.chars().peekable();
    while let Some(character) = characters.next() {
        let field = record.last_mut().expect("never empty");
        match character {
            '"' if quoted && characters.next_if_eq(&'"').is_some() => field.push('"'),
            '"' => quoted = !quoted,
            ',' if !quoted => record.push(String::new()),
            '\n' if !quoted => records.push(std::mem::replace(&mut record, vec![String::new()])),
            _ => field.push(character),
        }
    }
    assert!(!quoted && record == [""], "the file ends within a row");
    records
}
