//! The name that somebody meant.

/// The one of `names` that is nearest to `word`, if it is near enough to be what was meant.
pub fn nearest(word: &str, names: impl Iterator<Item = &'static str>) -> Option<&'static str> {
    let wrong = word.to_lowercase();
    let distances = names.map(|name| (distance(&wrong, &name.to_lowercase()), name));
    // Of names equally near, the first: the commoner kinds and options come first.
    let (least, name) = distances.min_by_key(|&(distance, _)| distance)?;
    (least <= word.len().max(name.len()) / 3).then_some(name)
}

/// The names as a list for a message: "`out`, `kernel`".
pub fn listed(names: impl Iterator<Item = &'static str>) -> String {
    names.map(|name| format!("`{name}`")).collect::<Vec<_>>().join(", ")
}

/// Letters to insert, to leave out, to replace, or to swap with their neighbour.
fn distance(a: &str, b: &str) -> usize {
    let (a, b): (Vec<char>, Vec<char>) = (a.chars().collect(), b.chars().collect());
    let mut rows: Vec<Vec<usize>> = vec![(0..=b.len()).collect()];
    for i in 1..=a.len() {
        let mut row = vec![i];
        for j in 1..=b.len() {
            let replaced = rows[i - 1][j - 1] + usize::from(a[i - 1] != b[j - 1]);
            let mut least = replaced.min(rows[i - 1][j] + 1).min(row[j - 1] + 1);
            if i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1] {
                least = least.min(rows[i - 2][j - 2] + 1);
            }
            row.push(least);
        }
        rows.push(row);
    }
    rows[a.len()][b.len()]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_slip_is_recognised_and_another_word_is_not() {
        let kinds = || tinyconv_plan::written().iter().map(|written| written.name);
        for (slip, meant) in [
            ("Conv2D", "Conv2d"),
            ("Conv", "Conv2d"),
            ("ReLU", "Relu"),
            ("Dence", "Dense"),
            ("MaxPool", "MaxPool2d"),
            ("BatchNorm2d", "BatchNorm"),
            ("Sofmtax", "Softmax"),
        ] {
            assert_eq!(nearest(slip, kinds()), Some(meant), "{slip}");
        }
        for word in ["Attention", "Linear", "Lstm", ""] {
            assert_eq!(nearest(word, kinds()), None, "{word}");
        }
    }
}
