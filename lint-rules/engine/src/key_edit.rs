//! Edits of what was rendered, as edits of the values that it was rendered with.

use manifest::edit::{is_shared, respelled};
use manifest::file::{ReadOptions, read};
use manifest::text::{FileSpan, Span};
use manifest::tree::{Document, ReadLimits};

use super::fix::{Edit, source_of};
use super::input::Input;
use super::rendering::SettingKey;

/// The edit of a file of values that has the same effect as one of a rendered text. `None` where it is not exactly one key that
/// was proven to set what changes, or where something else is written there than what stands in the text.
pub(crate) fn edit_of_key(edit: &Edit, input: &Input) -> Option<Edit> {
    let rendered = input.document_at(edit.place)?;
    let keys = input.setting_keys(edit.place);
    let mut edits = keys.filter_map(|key| with_value(key, edit, rendered, input));
    let found = edits.next()?;
    edits.all(|other| other == found).then_some(found)
}

/// The edit of the value at a key, if that key sets all that changes.
fn with_value(key: &SettingKey, edit: &Edit, rendered: &Document, input: &Input) -> Option<Edit> {
    let (old, new) = (key.span, edit.place.span);
    let start = old.start.min(new.start);
    let end = old.end.max(new.end);
    let text = |from, to| source_of(rendered, Span::new(from, to));
    let changed = format!(
        "{}{}{}",
        text(start, new.start)?,
        edit.text,
        text(new.end, end)?
    );
    let value = changed
        .strip_prefix(text(start, old.start)?)?
        .strip_suffix(text(old.end, end)?)?;
    // Anything else may be spelled in another way in the values.
    let is_word = |c: char| c.is_ascii_graphic() && !['"', '\'', '\\'].contains(&c);
    if value.is_empty() || !value.chars().all(is_word) {
        return None;
    }
    let FileSpan { file, span } = key.place;
    // An object that gives values is made of something itself, or is judged by itself.
    let values = input.file(file)?.text.as_ref();
    let values = values.filter(|_| input.is_rendered_from(file))?;
    let options = ReadOptions {
        filter: &|_| true,
        explicit: true,
        limits: ReadLimits::default(),
    };
    let parsed = read(file, values.as_bytes(), &options);
    let document = parsed.documents.first()?;
    let same = respelled(document, span, text(old.start, old.end)?)?;
    if is_shared(document, span) || source_of(document, span)? != same.text {
        return None;
    }
    let spelled = respelled(document, span, value)?;
    Some(Edit {
        place: FileSpan {
            file,
            span: spelled.span,
        },
        text: spelled.text,
    })
}
