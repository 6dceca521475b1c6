//! Tables of our pages in a terminal: columns as wide as their cells, and folded where the terminal is narrower.

use super::fold::fold;
use super::table::table;
use crate::terminal::Terminal;

/// The narrowest column that folding makes.
const MIN_COLUMN: usize = 12;
/// What stands between two columns.
const GAP: usize = 2;
/// In the place of a blank inside code, where no line may end.
const HARD_BLANK: char = '\u{a0}';

/// The lines of a Markdown table as plain columns of at most so many characters, if that is enough for their words.
pub fn render(lines: &[&str], width: usize, terminal: &Terminal) -> String {
    let mut rows: Vec<Vec<String>> = lines
        .iter()
        .filter(|line| !is_rule(line))
        .map(|line| cells_of(line))
        .collect();
    if rows.is_empty() {
        return String::new();
    }
    let columns = rows.iter().map(Vec::len).max().unwrap_or(0);
    for row in &mut rows {
        row.resize(columns, String::new());
    }
    let widths = widths_of(&rows, columns, width);
    let mut heading = rows.remove(0);
    // A heading longer than its column would widen it.
    for (cell, width) in heading.iter_mut().zip(&widths) {
        if cell.chars().count() > *width {
            *cell = cell.chars().take(*width).collect();
        }
    }
    let heading: Vec<&str> = heading.iter().map(String::as_str).collect();
    let folded: Vec<Vec<String>> = rows.iter().flat_map(|row| folded(row, &widths)).collect();
    table(&heading, &folded, terminal).replace(HARD_BLANK, " ")
}

/// `|---|---|`.
fn is_rule(line: &str) -> bool {
    line.trim()
        .chars()
        .all(|letter| matches!(letter, '|' | '-' | ':' | ' '))
}

/// The cells of a row. A bar in code is escaped.
fn cells_of(line: &str) -> Vec<String> {
    let line = line.trim().trim_start_matches('|');
    let line = line.strip_suffix('|').unwrap_or(line);
    let mut cells = vec![String::new()];
    let (mut is_code, mut is_escaped) = (false, false);
    for letter in line.chars() {
        let Some(cell) = cells.last_mut() else { break };
        match letter {
            '|' if !is_escaped => {
                cells.push(String::new());
                continue;
            }
            '\\' if !is_escaped => {
                is_escaped = true;
                continue;
            }
            '`' => is_code = !is_code,
            _ => {}
        }
        is_escaped = false;
        cell.push(if is_code && letter == ' ' {
            HARD_BLANK
        } else {
            letter
        });
    }
    cells.iter().map(|cell| cell.trim().to_owned()).collect()
}

/// As wide as the cells, the widest column narrowed until all fit.
fn widths_of(rows: &[Vec<String>], columns: usize, width: usize) -> Vec<usize> {
    let widest = |column: usize| {
        let cells = rows.iter().filter_map(|row| row.get(column));
        cells.map(|cell| cell.chars().count()).max().unwrap_or(0)
    };
    let mut widths: Vec<usize> = (0..columns).map(widest).collect();
    let room = width.saturating_sub(GAP * columns.saturating_sub(1));
    while widths.iter().sum::<usize>() > room {
        match widths.iter_mut().max() {
            Some(widest) if *widest > MIN_COLUMN => *widest -= 1,
            _ => break,
        }
    }
    widths
}

/// The lines of one row.
fn folded(row: &[String], widths: &[usize]) -> Vec<Vec<String>> {
    let cells: Vec<String> = row
        .iter()
        .zip(widths)
        .map(|(cell, width)| fold(cell, *width))
        .collect();
    let height = cells.iter().map(|cell| cell.lines().count()).max();
    (0..height.unwrap_or(0).max(1))
        .map(|line| {
            let part = |cell: &String| cell.lines().nth(line).unwrap_or_default().to_owned();
            cells.iter().map(part).collect()
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_stand_below_one_another_and_fold() {
        let lines = [
            "| strategy | old and new pods | |",
            "|---|---|---|",
            "| `Recreate` | are apart, unless one outlives its pod | warning |",
            "| `maxSurge: 0` | run together | error |",
        ];
        assert_eq!(
            render(&lines, 80, &Terminal::plain()),
            "strategy       old and new pods\n\
             `Recreate`     are apart, unless one outlives its pod  warning\n\
             `maxSurge: 0`  run together                            error\n"
        );
        assert_eq!(
            render(&lines, 46, &Terminal::plain()),
            "strategy       old and new pods\n\
             `Recreate`     are apart, unless one  warning\n\
             \u{20}              outlives its pod\n\
             `maxSurge: 0`  run together           error\n"
        );
    }

    #[test]
    fn escaped_bars_stay_in_their_cell() {
        assert_eq!(cells_of(r"| `a\|b c` | d |"), ["`a|b\u{a0}c`", "d"]);
    }
}
