//! The order in which people sort names: class 2 before class 10.

use std::cmp::Ordering;

/// Compares numbers within names by their values, all else letter by letter.
pub fn compare(a: &str, b: &str) -> Ordering {
    let (mut left, mut right) = (a, b);
    loop {
        let (number, other) = (digits(left), digits(right));
        let order = if number.is_empty() || other.is_empty() {
            match (left.chars().next(), right.chars().next()) {
                (Some(a), Some(b)) => {
                    (left, right) = (&left[a.len_utf8()..], &right[b.len_utf8()..]);
                    a.cmp(&b)
                }
                // Names that differ are never equal, else their order would be the file system's.
                (a, b) => return a.cmp(&b).then_with(|| Ord::cmp(left, right)),
            }
        } else {
            (left, right) = (&left[number.len()..], &right[other.len()..]);
            let [a, b] = [number, other].map(|digits| digits.trim_start_matches('0'));
            // As many digits as there may be: no number is computed.
            (a.len(), a).cmp(&(b.len(), b)).then_with(|| number.len().cmp(&other.len()))
        };
        if order.is_ne() {
            return order;
        }
    }
}

/// The digits at the beginning.
fn digits(text: &str) -> &str {
    let end = text.find(|c: char| !c.is_ascii_digit()).unwrap_or(text.len());
    &text[..end]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_count_by_their_values() {
        let sorted = ["", "1", "01", "2", "10", "a", "a2", "a2b", "a10", "b", "é1", "é10"];
        let mut names: Vec<&str> = sorted.iter().rev().copied().collect();
        names.sort_by(|a, b| compare(a, b));
        assert_eq!(names, sorted);
        let huge = ["9".repeat(40), format!("1{}", "0".repeat(40))];
        assert_eq!(compare(&huge[0], &huge[1]), Ordering::Less);
    }
}
