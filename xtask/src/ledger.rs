//! `docs/ledger.md`: every code with which something is reported as not judged or not read, made from the enums.

use std::fmt::Write as _;

use manifest::tree::ReadErrorCode;
use objects::LedgerCode;

/// Where the page is, from the workspace's folder.
pub const PAGE: &str = "docs/ledger.md";

const HEAD: &str = "\
# The ledger

<!-- Made by `cargo xtask docs` from `LedgerCode` and `ReadErrorCode`. Do not edit. -->

leaselint lists what it could not judge, each entry with a code. Codes are permanent; new ones may be added.

## notJudged

The verdict of a rule depends on something that the input does not say. The entry's place is where the answer would be
written. `--fail-on-not-judged` turns these entries into status 3.

| code | the rule is not judged because | what to do |
|---|---|---|
";

const UNREAD: &str = "
## unread

A file or a document was not read at all. With findings the status is 1 all the same; without, 3, unless `--unread warn`.

| code | what happened |
|---|---|
";

/// The page.
pub fn page() -> String {
    let mut out = String::from(HEAD);
    for code in LedgerCode::ALL {
        let _ = writeln!(out, "| `{code}` | {} | {} |", code.cause(), code.remedy());
    }
    out.push_str(UNREAD);
    for code in ReadErrorCode::ALL {
        let _ = writeln!(out, "| `{}` | {} |", code.as_str(), code.cause());
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_code_has_one_row() {
        let page = page();
        let rows = page.lines().filter(|line| line.starts_with("| `"));
        assert_eq!(
            rows.count(),
            LedgerCode::ALL.len() + ReadErrorCode::ALL.len()
        );
        let first = LedgerCode::AccountNotInInput;
        let row = format!("| `{first}` | {} | {} |\n", first.cause(), first.remedy());
        assert!(page.contains(&row));
    }
}
