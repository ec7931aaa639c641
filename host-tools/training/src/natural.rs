//! Names in the order in which people count: `features.2` before `features.10`.

use std::cmp::Ordering;

/// Compares two names, runs of digits as numbers.
pub fn compare(a: &str, b: &str) -> Ordering {
    let (mut left, mut right) = (parts(a), parts(b));
    loop {
        let ordering = match (left.next(), right.next()) {
            (Some(x), Some(y)) if is_number(x) && is_number(y) => {
                let (x, y) = (x.trim_start_matches('0'), y.trim_start_matches('0'));
                x.len().cmp(&y.len()).then_with(|| x.cmp(y))
            }
            (x, y) if x.is_none() && y.is_none() => return a.cmp(b),
            (x, y) => x.cmp(&y),
        };
        if ordering.is_ne() {
            return ordering;
        }
    }
}

/// The two names differ in numbers only.
pub fn same_but_for_numbers(a: &str, b: &str) -> bool {
    let template = |name| -> Vec<_> {
        parts(name).map(|part| if is_number(part) { "0" } else { part }).collect()
    };
    template(a) == template(b)
}

/// Runs of digits and of other characters, in turn.
fn parts(name: &str) -> impl Iterator<Item = &str> {
    let mut rest = name;
    std::iter::from_fn(move || {
        let digits = is_number(rest);
        let end = rest.find(|c: char| c.is_ascii_digit() != digits).unwrap_or(rest.len());
        let (part, after) = rest.split_at(end);
        rest = after;
        (!part.is_empty()).then_some(part)
    })
}

/// It begins with a digit.
fn is_number(part: &str) -> bool {
    part.starts_with(|c: char| c.is_ascii_digit())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_numbers() {
        let mut names = ["conv10", "conv2", "features.10.a", "features.9.b", "", "7", "10", "conv"];
        names.sort_by(|a, b| compare(a, b));
        assert_eq!(
            names,
            ["", "7", "10", "conv", "conv2", "conv10", "features.9.b", "features.10.a"]
        );
        assert!(compare("1", "01").is_gt() && compare("é1", "é02").is_lt());
    }

    #[test]
    fn templates() {
        assert!(same_but_for_numbers("layer1.0.conv", "layer12.3.conv"));
        assert!(!same_but_for_numbers("conv1", "conv_out"));
        assert!(!same_but_for_numbers("conv", "conv1"));
    }
}
