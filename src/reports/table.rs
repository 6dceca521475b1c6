//! Tables in plain columns.

use crate::terminal::visible;
use crate::terminal::{STRONG, Terminal};

/// Rows under a heading, columns as wide as their widest cell. The last column is never padded.
pub fn table(heading: &[&str], rows: &[Vec<String>], terminal: &Terminal) -> String {
    let rows: Vec<Vec<String>> = rows
        .iter()
        .map(|row| row.iter().map(|cell| visible(cell).into_owned()).collect())
        .collect();
    let width = |column: usize| {
        let cells = rows
            .iter()
            .filter_map(|row| row.get(column))
            .map(String::as_str);
        let widest = cells
            .chain(heading.get(column).copied())
            .map(|cell| cell.chars().count());
        widest.max().unwrap_or(0)
    };
    let widths: Vec<usize> = (0..heading.len()).map(width).collect();
    let line = |cells: &mut dyn Iterator<Item = &str>| {
        let padded = cells
            .zip(&widths)
            .map(|(cell, width)| format!("{cell:width$}"));
        padded.collect::<Vec<_>>().join("  ").trim_end().to_owned()
    };
    let mut text = terminal.paint(STRONG, &line(&mut heading.iter().copied()));
    text.push('\n');
    for row in &rows {
        text.push_str(&line(&mut row.iter().map(String::as_str)));
        text.push('\n');
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_stand_below_one_another() {
        let rows = [
            vec!["a".to_owned(), "größe".to_owned()],
            vec!["long".to_owned(), String::new()],
        ];
        assert_eq!(
            table(&["X", "Y"], &rows, &Terminal::plain()),
            "X     Y\na     größe\nlong\n"
        );
    }
}
