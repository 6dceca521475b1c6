//! Tables in plain columns.

use std::borrow::Cow;

use anstyle::Style;

use crate::terminal::visible;
use crate::terminal::{FAINT, STRONG, Terminal};

/// No column is made narrower than this for a narrow terminal.
const MIN_WIDTH: usize = 10;

/// Between two columns.
const GAP: usize = 2;

/// Rows under a heading, columns as wide as their widest cell. The last column is never padded. On a terminal that is
/// narrower the widest cells are cut.
pub fn table(heading: &[&str], rows: &[Vec<String>], terminal: &Terminal) -> String {
    styled_table(heading, rows, &|_, _| None, terminal)
}

/// The same without some columns where a terminal is too narrow for all: those that are `spared`, one after the other. A
/// line says which. Cells in a style, by the number of the row and the title of the column.
pub fn fitting_table(
    heading: &[&str],
    rows: &[Vec<String>],
    spared: &[&str],
    style: &dyn Fn(usize, &str) -> Option<Style>,
    terminal: &Terminal,
) -> String {
    let widths = widths(heading, rows);
    let mut columns: Vec<usize> = (0..heading.len()).collect();
    let mut spared = spared.iter();
    let width = |columns: &[usize]| {
        let shown = columns.iter().filter_map(|column| widths.get(*column));
        shown.sum::<usize>() + GAP * columns.len().saturating_sub(1)
    };
    while terminal.columns.is_some_and(|room| width(&columns) > room)
        && let Some(title) = spared.next()
    {
        columns.retain(|column| heading.get(*column) != Some(title));
    }
    let titles = columns.iter().filter_map(|column| heading.get(*column));
    let titles: Vec<&str> = titles.copied().collect();
    let of = |row: &Vec<String>| {
        let cells = columns.iter().filter_map(|column| row.get(*column));
        cells.cloned().collect()
    };
    let shown: Vec<Vec<String>> = rows.iter().map(of).collect();
    let style = |row: usize, column: usize| style(row, titles.get(column)?);
    let mut text = styled_table(&titles, &shown, &style, terminal);
    let left_out = heading.iter().filter(|title| !titles.contains(title));
    let left_out: Vec<&str> = left_out.copied().collect();
    if !left_out.is_empty() {
        let line = format!("not shown for lack of space: {}", left_out.join(", "));
        text.push_str(&terminal.paint(FAINT, &line));
        text.push('\n');
    }
    text
}

/// The same with cells in a style, by the numbers of row and column.
fn styled_table(
    heading: &[&str],
    rows: &[Vec<String>],
    style: &dyn Fn(usize, usize) -> Option<Style>,
    terminal: &Terminal,
) -> String {
    let rows: Vec<Vec<String>> = rows
        .iter()
        .map(|row| row.iter().map(|cell| visible(cell).into_owned()).collect())
        .collect();
    let mut widths = widths(heading, &rows);
    if let Some(columns) = terminal.columns {
        narrow(&mut widths, columns);
    }
    let line = |cells: &mut dyn Iterator<Item = (&str, Option<Style>)>| {
        let padded = cells.zip(&widths).map(|((cell, style), width)| {
            let cell = &*cut(cell, *width);
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

/// Takes from the widest columns what a table is too wide.
fn narrow(widths: &mut [usize], columns: usize) {
    let gaps = GAP * widths.len().saturating_sub(1);
    let mut excess = (widths.iter().sum::<usize>() + gaps).saturating_sub(columns);
    while excess > 0 {
        let Some(widest) = widths
            .iter_mut()
            .max()
            .filter(|widest| **widest > MIN_WIDTH)
        else {
            return;
        };
        *widest -= 1;
        excess -= 1;
    }
}

/// A text, cut to a width where it is longer.
pub fn cut(text: &str, width: usize) -> Cow<'_, str> {
    match text.char_indices().nth(width) {
        None => Cow::Borrowed(text),
        Some(_) => {
            let kept: String = text.chars().take(width.saturating_sub(1)).collect();
            Cow::Owned(format!("{kept}…"))
        }
    }
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

    #[test]
    fn a_table_is_as_wide_as_the_terminal() {
        let long = "a-name-of-25-characters-x".to_owned();
        let rows = [vec![
            long.clone(),
            "größenordnungen".to_owned(),
            "short".to_owned(),
        ]];
        let at = |columns: usize| {
            let terminal = Terminal {
                columns: Some(columns),
                ..Terminal::plain()
            };
            table(&["NAME", "WHAT", "HOW"], &rows, &terminal)
        };
        assert_eq!(
            at(40),
            "NAME              WHAT             HOW\na-name-of-25-ch…  größenordnungen  short\n"
        );
        assert_eq!(
            at(20),
            "NAME        WHAT        HOW\na-name-of…  größenord…  short\n"
        );
        assert!(at(80).contains(&long));
    }

    #[test]
    fn columns_that_are_spared_make_room() {
        let rows = [vec![
            "a-name".to_owned(),
            "something long".to_owned(),
            "9".to_owned(),
        ]];
        let at = |columns: usize| {
            let terminal = Terminal {
                columns: Some(columns),
                ..Terminal::plain()
            };
            fitting_table(
                &["NAME", "WHAT", "N"],
                &rows,
                &["WHAT"],
                &|_, _| None,
                &terminal,
            )
        };
        assert_eq!(
            at(25),
            "NAME    WHAT            N\na-name  something long  9\n"
        );
        assert_eq!(
            at(24),
            "NAME    N\na-name  9\nnot shown for lack of space: WHAT\n"
        );
    }
}
