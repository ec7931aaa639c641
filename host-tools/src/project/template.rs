//! Files with words to replace, strictly: a word that is not there, or one that is left, is a bug.

/// A file that only projects have.
macro_rules! template {
    ($name:literal) => {
        include_str!(concat!(env!("CARGO_MANIFEST_DIR"), "/templates/", $name, ".txt"))
    };
}

pub(super) use template;

/// `text` with every `(word, replacement)` replaced, wherever the word stands.
///
/// # Panics
/// If a word is not in the text, which has then changed behind the back of its replacement; if a
/// placeholder such as `@NAME@` is left.
pub fn fill(file: &str, text: &str, words: &[(&str, &str)]) -> String {
    let mut filled = text.to_owned();
    for (word, replacement) in words {
        assert!(filled.contains(word), "{file} has no {word:?} to replace");
        filled = filled.replace(word, replacement);
    }
    let left = filled.split('@').skip(1).step_by(2).find(|word| is_placeholder(word));
    assert!(left.is_none(), "{file} still has @{}@", left.unwrap_or_default());
    filled
}

fn is_placeholder(word: &str) -> bool {
    !word.is_empty() && word.chars().all(|c| c.is_ascii_uppercase() || c == '_')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_place_is_filled() {
        assert_eq!(fill("f", "@A@ b @A@", &[("@A@", "x"), ("b", "c")]), "x c x");
    }

    #[test]
    #[should_panic(expected = "f has no \"gone\" to replace")]
    fn a_word_that_is_not_there_is_a_bug() {
        fill("f", "text", &[("gone", "x")]);
    }

    #[test]
    #[should_panic(expected = "f still has @HOST_TOOLS@")]
    fn a_placeholder_that_is_left_is_a_bug() {
        fill("f", "a @HOST_TOOLS@", &[("a", "b")]);
    }
}
