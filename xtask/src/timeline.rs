//! A timeline as SVG: lanes with bars, marks below them, and one span that matters. For light and dark pages.

use std::fmt::Write as _;

/// Pixels of the whole picture.
pub const WIDTH: f64 = 760.0;
/// Where time begins.
const LEFT: f64 = 150.0;
const RIGHT: f64 = 20.0;
const TITLE_HEIGHT: f64 = 40.0;
const LANE_HEIGHT: f64 = 44.0;
const BAR_HEIGHT: f64 = 26.0;
const MARK_HEIGHT: f64 = 20.0;
/// Pixels of a letter of the marks, roughly: text is not measured.
const LETTER_WIDTH: f64 = 6.6;

/// The style of all pictures, for light and dark pages.
const STYLE: &str = "\
text{font:13px system-ui,sans-serif;fill:#1f2328}.title{font-weight:600;font-size:14px}.small{font-size:12px}\
.leads{fill:#2f81f7}.tries{fill:#a5c8f9}.waits{fill:#d8dee4}.away{fill:#f0883e}.on{fill:#fff}\
.page{fill:#fff}.mark{font-size:12px;paint-order:stroke;stroke:#fff;stroke-width:5px}\
.line{stroke:#8c959f;stroke-dasharray:3 3}.axis{stroke:#8c959f}.span{fill:#cf222e;opacity:.18}\
@media(prefers-color-scheme:dark){text{fill:#e6edf3}.tries{fill:#1f4a80}.waits{fill:#373e47}.leads{fill:#388bfd}\
.away{fill:#bd561d}.on{fill:#fff}.span{fill:#ff7b72;opacity:.25}.page{fill:#0d1117}.mark{stroke:#0d1117}}";

/// What a bar shows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Activity {
    /// It leads and does its work.
    Leads,
    /// It leads, and cannot renew.
    Tries,
    /// It waits.
    Waits,
    /// It cannot be reached.
    Away,
}

impl Activity {
    const fn class(self) -> &'static str {
        match self {
            Self::Leads => "leads",
            Self::Tries => "tries",
            Self::Waits => "waits",
            Self::Away => "away",
        }
    }

    /// The class of the words on it.
    const fn words(self) -> &'static str {
        match self {
            Self::Leads | Self::Away => "small on",
            Self::Tries | Self::Waits => "small",
        }
    }
}

/// A picture. Times are in seconds.
#[derive(Clone, Debug)]
pub struct Timeline {
    /// The sentence above it, and its text for who does not see it.
    pub title: String,
    /// The first moment.
    pub begin: f64,
    /// The last moment.
    pub end: f64,
    /// One below the other.
    pub lanes: Vec<Lane>,
    /// Moments that have a name, in their order.
    pub marks: Vec<(f64, String)>,
    /// What the picture is about, through all lanes.
    pub span: Option<(f64, f64)>,
}

/// A part of a lane: from, to, what, and in words.
pub type LaneBar = (f64, f64, Activity, &'static str);

/// What one party does.
#[derive(Clone, Debug)]
pub struct Lane {
    /// Who it is.
    pub name: &'static str,
    /// One after the other.
    pub bars: Vec<LaneBar>,
}

impl Timeline {
    /// The picture.
    pub fn svg(&self) -> String {
        let lanes = count(self.lanes.len()) * LANE_HEIGHT;
        let floor = TITLE_HEIGHT + lanes;
        let height = floor + 12.0 + count(self.marks.len()) * MARK_HEIGHT;
        let mut out = head(&self.title, height);
        for (at, lane) in self.lanes.iter().enumerate() {
            self.lane(&mut out, lane, TITLE_HEIGHT + count(at) * LANE_HEIGHT);
        }
        if let Some((from, to)) = self.span {
            let (from, to) = (self.place(from), self.place(to));
            let _ = writeln!(
                out,
                "<rect class=\"span\" x=\"{from:.1}\" y=\"{TITLE_HEIGHT}\" width=\"{:.1}\" height=\"{lanes}\"/>",
                to - from
            );
        }
        let _ = writeln!(
            out,
            "<line class=\"axis\" x1=\"{LEFT}\" x2=\"{:.1}\" y1=\"{floor}\" y2=\"{floor}\"/>",
            WIDTH - RIGHT
        );
        // All lines before all words, which stand on them.
        let row = |at: usize| floor + 16.0 + count(at) * MARK_HEIGHT;
        for (at, (moment, _)) in self.marks.iter().enumerate() {
            let (x, y) = (self.place(*moment), row(at));
            let _ = writeln!(
                out,
                "<line class=\"line\" x1=\"{x:.1}\" x2=\"{x:.1}\" y1=\"{TITLE_HEIGHT}\" y2=\"{y}\"/>"
            );
        }
        for (at, (moment, words)) in self.marks.iter().enumerate() {
            self.mark(&mut out, *moment, words, row(at));
        }
        out.push_str("</svg>\n");
        out
    }

    fn place(&self, moment: f64) -> f64 {
        LEFT + (moment - self.begin) / (self.end - self.begin) * (WIDTH - LEFT - RIGHT)
    }

    fn lane(&self, out: &mut String, lane: &Lane, top: f64) {
        let middle = top + LANE_HEIGHT / 2.0 + 4.0;
        let _ = writeln!(out, "<text x=\"8\" y=\"{middle}\">{}</text>", lane.name);
        for (from, to, activity, words) in &lane.bars {
            let (left, right) = (self.place(*from), self.place(*to));
            let _ = writeln!(
                out,
                "<rect class=\"{}\" x=\"{left:.1}\" y=\"{}\" width=\"{:.1}\" height=\"{BAR_HEIGHT}\" rx=\"3\"/>",
                activity.class(),
                top + (LANE_HEIGHT - BAR_HEIGHT) / 2.0,
                right - left,
            );
            if !words.is_empty() {
                let _ = writeln!(
                    out,
                    "<text class=\"{}\" x=\"{:.1}\" y=\"{middle}\">{words}</text>",
                    activity.words(),
                    left + 6.0
                );
            }
        }
    }

    /// What a moment is, beside its line.
    fn mark(&self, out: &mut String, moment: f64, words: &str, y: f64) {
        let x = self.place(moment);
        // To the left of the line where there is no room on its right.
        let is_late = x + count(words.chars().count()) * LETTER_WIDTH > WIDTH;
        let (anchor, shift) = match is_late {
            true => ("end", -5.0),
            false => ("start", 5.0),
        };
        let _ = writeln!(
            out,
            "<text class=\"mark\" text-anchor=\"{anchor}\" x=\"{:.1}\" y=\"{y}\">{words}</text>",
            x + shift
        );
    }
}

/// The beginning of a picture of [`WIDTH`] and so high: its title, its style and its background.
pub fn head(title: &str, height: f64) -> String {
    format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {WIDTH} {height}\" role=\"img\">\
         \n<!-- Made by `cargo xtask docs`. Do not edit. -->\n<title>{title}</title>\n<style>{STYLE}</style>\n\
         <rect class=\"page\" width=\"100%\" height=\"100%\"/>\n\
         <text class=\"title\" x=\"8\" y=\"22\">{title}</text>\n"
    )
}

/// A small number of things as a factor of pixels.
pub fn count(things: usize) -> f64 {
    f64::from(u32::try_from(things).unwrap_or(u32::MAX))
}
