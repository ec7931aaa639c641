//! Names that Rust takes, for what other programs call as they like.

use std::collections::BTreeSet;

/// Longer ones help nobody.
const LONGEST: usize = 48;

/// Names of layers, each of which is given once.
#[derive(Default)]
pub(crate) struct Names(BTreeSet<String>);

impl Names {
    /// `wanted` as an identifier that is not taken; `other` if nothing is left of it.
    pub(crate) fn give(&mut self, wanted: &str, other: &str) -> String {
        let mut name = identifier(wanted);
        if name.is_empty() {
            name = other.into();
        } else if name.starts_with(|c: char| c.is_ascii_digit()) {
            name = format!("{other}_{name}");
        }
        let mut unique = name.clone();
        let mut number = 2;
        while !self.0.insert(unique.clone()) {
            unique = format!("{name}_{number}");
            number += 1;
        }
        unique
    }
}

/// Letters, digits and single underscores between them.
fn identifier(text: &str) -> String {
    let plain = |c: char| if c.is_ascii_alphanumeric() { c } else { '_' };
    let mapped: String = text.chars().take(LONGEST).map(plain).collect();
    mapped.split('_').filter(|part| !part.is_empty()).collect::<Vec<_>>().join("_")
}

/// What a layer is called whose weight and node have these names: PyTorch's name of the module.
///
/// `conv1.weight` is the tensor of `conv1`; where an exporter gives tensors other names, its node is
/// `/conv1/Conv` or `/features/features.0/Conv`.
pub(crate) fn of_layer<'a>(weight: &'a str, node: &'a str) -> &'a str {
    let suffixes = [".weight", "_weight", ".weight_quantized", "/weight", ".kernel"];
    let stem = suffixes.iter().find_map(|suffix| weight.strip_suffix(suffix));
    if let Some(stem) = stem.filter(|stem| !stem.is_empty()) {
        return stem;
    }
    let mut parts = node.rsplit('/').filter(|part| !part.is_empty());
    let last = parts.next().unwrap_or("");
    parts.next().unwrap_or(last)
}

/// A network's name in model files and of files: without what steers terminals or names directories.
///
/// ```
/// assert_eq!(tinyconv_exchange::network_name("../my net"), "my net");
/// ```
#[must_use]
pub fn network_name(text: &str) -> String {
    let plain = |c: &char| !c.is_control() && !"/\\:".contains(*c);
    let name: String = text.chars().filter(plain).take(LONGEST).collect();
    let name = name.trim_matches(|c: char| c == '.' || c.is_whitespace());
    if name.is_empty() { "network".into() } else { name.into() }
}

/// A type's name.
///
/// ```
/// assert_eq!(tinyconv_exchange::type_name("my-net"), "MyNet");
/// ```
#[must_use]
pub fn type_name(text: &str) -> String {
    let words = text.split(|c: char| !c.is_ascii_alphanumeric()).filter(|word| !word.is_empty());
    let capital = |word: &str| {
        let (first, rest) = word.split_at(1);
        first.to_ascii_uppercase() + rest
    };
    let name: String = words.map(capital).collect();
    let name: String = name.chars().take(LONGEST).collect();
    if name.is_empty() || name.starts_with(|c: char| c.is_ascii_digit()) || name == "Self" {
        format!("Network{name}")
    } else {
        name
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn modules_are_found_in_names() {
        assert_eq!(of_layer("features.0.weight", "/features/features.0/Conv"), "features.0");
        assert_eq!(of_layer("onnx::Conv_23", "/features/features.0/Conv"), "features.0");
        assert_eq!(of_layer("onnx::Conv_23", "Conv_4"), "Conv_4");
        assert_eq!(of_layer("w", ""), "");
    }

    #[test]
    fn names_are_identifiers_and_unique() {
        let mut names = Names::default();
        assert_eq!(names.give("features.0", "conv2d"), "features_0");
        assert_eq!(names.give("features/0", "conv2d"), "features_0_2");
        assert_eq!(names.give("0", "dense"), "dense_0");
        assert_eq!(names.give("__", "dense"), "dense");
        assert_eq!(names.give("ü\u{1b}[2J", "dense"), "dense_2J");
    }

    #[test]
    fn types_are_in_camel_case() {
        assert_eq!(type_name("my-net_v2"), "MyNetV2");
        assert_eq!(type_name("28x28"), "Network28x28");
        assert_eq!(type_name("…"), "Network");
    }
}
