//! Findings about durations, and the edit that writes another value.

use election::Elector;
use election::timing_proposals::as_written;
use manifest::text::{FileSpan, Span};
use programs::{ConfigFormat, Origin, OriginKind, Setting, Sourced};

use super::fix::{Edit, source_of};
use super::sink::{Draft, DraftWithMessage};

impl Draft {
    /// A verdict on these durations of an elector: at the first that is written, the others related; at the
    /// container's name if none is.
    pub fn of_durations(
        elector: &Elector<'_>,
        settings: &[Setting],
        message: impl Into<String>,
    ) -> DraftWithMessage {
        let known: Vec<(Setting, &Sourced<programs::Nanos>)> = settings
            .iter()
            .filter_map(|setting| Some((*setting, elector.duration(*setting).known()?)))
            .collect();
        let written = known
            .iter()
            .find(|(_, sourced)| sourced.origin.is_written());
        let place = written.and_then(|(_, sourced)| sourced.origin.place);
        let DraftWithMessage(mut draft) =
            Self::new(place.unwrap_or_else(|| elector.name_place()), message);
        for (setting, sourced) in &known {
            draft = draft.related_origin(&sourced.origin, elector.name_duration(*setting));
        }
        let defaults = known
            .iter()
            .filter(|(_, sourced)| !sourced.origin.is_written());
        let origins: Vec<&Origin> = known.iter().map(|(_, sourced)| &sourced.origin).collect();
        if let Some((_, first)) = defaults.clone().next() {
            let values = defaults.map(|(setting, sourced)| {
                format!("{} {}", setting.words(), as_written(sourced.value))
            });
            let values: Vec<String> = values.collect();
            draft.defaults = Some((values.join(", "), first.origin.text.clone()));
        }
        let draft = draft.numbers(origins);
        DraftWithMessage(draft.that_nothing_can_change(elector.has_fixed_ratio(settings)))
    }
}

impl Edit {
    /// The edit that writes `new` where `old` is written for an elector; `None` where the token does not hold
    /// `old` itself, such as a reference to a variable.
    #[must_use]
    pub fn rewriting(elector: &Elector<'_>, origin: &Origin, old: &str, new: &str) -> Option<Self> {
        // An expression of the program's source is not rewritten.
        if origin.kind == OriginKind::Code {
            return None;
        }
        let place = origin.place?;
        let token = usize::try_from(place.span.len()).ok()?;
        let (flag, value) = (origin.name.len() + 1 + old.len(), old.len());
        // With or without quotes, one or two dashes: the value always ends the token.
        let quotes = match origin.kind {
            OriginKind::Flag if !origin.text.ends_with(old) => return None,
            OriginKind::Flag if token == flag + 1 || token == flag + 2 => 0,
            OriginKind::Flag if token == flag + 3 || token == flag + 4 => 1,
            _ if token == value => 0,
            _ if token == value + 2 => 1,
            _ => return None,
        };
        let end = place.span.end.checked_sub(quotes)?;
        let start = end.checked_sub(u32::try_from(value).ok()?)?;
        let place = FileSpan {
            file: place.file,
            span: Span::new(start, end),
        };
        if source_at(elector, place).is_some_and(|source| source != old) {
            return None;
        }
        let number = |text: &str| text.parse::<f64>().is_ok();
        let format = elector.program.config.as_ref().map(|config| config.format);
        let bare = match (origin.kind, format) {
            // What must be text may not become a number.
            (OriginKind::Env, _) | (OriginKind::ConfigMap, Some(ConfigFormat::Keys)) => number(new),
            // What was a number and becomes text needs quotes where the file is JSON.
            (OriginKind::ConfigMap | OriginKind::File, Some(format)) if format.is_yaml() => {
                number(old) && !number(new)
            }
            _ => false,
        };
        let text = if bare && quotes == 0 {
            format!("\"{new}\"")
        } else {
            new.to_owned()
        };
        Some(Self { place, text })
    }
}

/// The source of a place, if the workload's own document holds it.
pub(super) fn source_at<'a>(elector: &'a Elector<'_>, place: FileSpan) -> Option<&'a str> {
    let document = elector.object.document();
    let source = source_of(document, place.span);
    source.filter(|_| place.file == document.file())
}
