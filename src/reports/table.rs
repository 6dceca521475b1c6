//! Tables in plain columns.

use anstyle::Style;

use crate::terminal::visible;
use crate::terminal::{STRONG, Terminal};

/// Rows under a heading, columns as wide as their widest cell. The last column is never padded.
pub fn table(heading: &[&str], rows: &[Vec<String>], terminal: &Terminal) -> String {
    styled_table(heading, rows, &|_, _| None, terminal)
}

/// How wide a table is.
#[cfg(feature = "live")]
pub fn table_width(heading: &[&str], rows: &[Vec<String>]) -> usize {
    let widths = widths(heading, rows);
    widths.iter().sum::<usize>() + 2 * widths.len().saturating_sub(1)
}

/// The same with cells in a style, by the numbers of row and column.
pub fn styled_table(
    heading: &[&str],
    rows: &[Vec<String>],
    style: &dyn Fn(usize, usize) -> Option<Style>,
    terminal: &Terminal,
) -> String {
    let rows: Vec<Vec<String>> = rows
        .iter()
        .map(|row| row.iter().map(|cell| visible(cell).into_owned()).collect())
        .collect();
    let widths = widths(heading, &rows);
    let line = |cells: &mut dyn Iterator<Item = (&str, Option<Style>)>| {
        let padded = cells.zip(&widths).map(|((cell, style), width)| {
            let space = width.saturating_sub(cell.chars().count());
            let cell = style.map_or_else(|| cell.to_owned(), |style| terminal.paint(style, cell));
            format!("{cell}{:space$}", "")
        });
        padded.collect::<Vec<_>>().join("  ").trim_end().to_owned()
    };
    let heading = line(&mut heading.iter().map(|cell| (*cell, None)));
    let mut text = terminal.paint(STRONG, &heading);
    text.push('\n');
    for (number, row) in rows.iter().enumerate() {
        let cells = row.iter().enumerate();
        let mut cells = cells.map(|(column, cell)| (cell.as_str(), style(number, column)));
        text.push_str(&line(&mut cells));
        text.push('\n');
    }
    text
}

fn widths(heading: &[&str], rows: &[Vec<String>]) -> Vec<usize> {
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
    (0..heading.len()).map(width).collect()
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
