//! Texts that several commands show in the same way.

use std::path::Path;

pub use tinyconv_training::text::{printable, stated};

/// A share as a percentage.
pub fn percent(share: f64) -> String {
    format!("{:.2} %", share * 100.0)
}

/// The layers that are trained, of which `from` is the first.
pub fn trained_layers(trains: &str, from: &str) -> String {
    if trains == "All" { "all".into() } else { format!("{} on", printable(from)) }
}

/// A path as a shell takes it, and the program after it: it is no option.
pub fn shell_word(path: &Path) -> String {
    let mut text = path.display().to_string();
    if text.starts_with('-') {
        text.insert_str(0, "./");
    }
    let plain = |c: char| c.is_alphanumeric() || "/\\._-+:".contains(c);
    if text.chars().all(plain) { text } else { format!("'{}'", text.replace('\'', r"'\''")) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn odd_paths_are_quoted() {
        assert_eq!(shell_word(Path::new("trained/digits.tinyconv")), "trained/digits.tinyconv");
        assert_eq!(shell_word(Path::new("it's here")), r"'it'\''s here'");
        assert_eq!(shell_word(Path::new("-a.tinyconv")), "./-a.tinyconv");
    }
}
