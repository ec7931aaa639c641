//! Texts from outside, on a terminal: names of files and classes may have characters that steer it.

use std::path::Path;

/// More of a text tells nobody anything.
const MOST_CHARS: usize = 256;

/// A name from a file as it is shown: control characters, and those that turn the direction of writing, are
/// written out, and a long one is cut.
///
/// ```
/// use tinyconv_training::text::printable;
///
/// assert_eq!(printable("it's a \"cat\""), "it's a \"cat\"");
/// assert_eq!(printable("red\u{1b}[31m\n"), r"red\u{1b}[31m\n");
/// assert_eq!(printable(&"a".repeat(65_536)).chars().count(), 257); // an ellipsis
/// ```
#[must_use]
pub fn printable(text: &str) -> String {
    shortened(text, MOST_CHARS)
}

/// As [`printable`], with so many characters at most.
///
/// ```
/// assert_eq!(tinyconv_training::text::shortened("classification", 5), "class\u{2026}");
/// ```
#[must_use]
pub fn shortened(text: &str, most: usize) -> String {
    let mut chars = text.chars();
    let mut shown = escaped(chars.by_ref().take(most));
    if chars.next().is_some() {
        shown.push('\u{2026}');
    }
    shown
}

/// A path as it is shown.
///
/// ```
/// use std::path::Path;
///
/// use tinyconv_training::text::shown;
///
/// assert_eq!(shown(Path::new("my data/\u{1b}[31mred")), r"my data/\u{1b}[31mred");
/// ```
#[must_use]
pub fn shown(path: &Path) -> String {
    escaped(path.display().to_string().chars())
}

/// Lines of a message, in which names may have been forgotten: line breaks and tabs stay.
///
/// ```
/// use tinyconv_training::text::lines;
///
/// assert_eq!(lines("error: \u{1b}[2J\n\tok"), "error: \\u{1b}[2J\n\tok");
/// ```
#[must_use]
pub fn lines(text: &str) -> String {
    let mut shown = String::with_capacity(text.len());
    for char in text.chars() {
        match char {
            '\n' | '\t' => shown.push(char),
            char => shown.push_str(&escaped([char])),
        }
    }
    shown
}

/// The accuracy that a model file states: 0 stands for none.
///
/// ```
/// use tinyconv_training::text::stated;
///
/// assert_eq!((stated(0.9928).as_str(), stated(0.0).as_str()), ("99.28 %", "not known"));
/// ```
#[must_use]
pub fn stated(accuracy: f32) -> String {
    match accuracy {
        share if share > 0.0 => format!("{:.2} %", 100.0 * share),
        _ => "not known".to_owned(),
    }
}

fn escaped(chars: impl IntoIterator<Item = char>) -> String {
    let mut text = String::new();
    for char in chars {
        match char {
            // Right to left, overridden, isolated.
            '\u{61c}'
            | '\u{200e}'
            | '\u{200f}'
            | '\u{202a}'..='\u{202e}'
            | '\u{2066}'..='\u{2069}' => {
                text.extend(char.escape_unicode());
            }
            char if char.is_control() => text.extend(char.escape_debug()),
            char => text.push(char),
        }
    }
    text
}
