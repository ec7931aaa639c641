//! Numbers as the page writes them.

/// With narrow spaces between groups of three digits.
pub(super) fn count(number: usize) -> String {
    let digits = number.to_string();
    let mut text = String::with_capacity(digits.len() * 2);
    for (index, digit) in digits.chars().enumerate() {
        if index > 0 && (digits.len() - index).is_multiple_of(3) {
            text.push('\u{202f}');
        }
        text.push(digit);
    }
    text
}

/// A share as a percentage, if it is a number; only all is written as all.
pub(super) fn share(share: f64) -> String {
    if (0.99995..1.0).contains(&share) {
        return "> 99.99\u{a0}%".into();
    }
    if share.is_finite() { format!("{:.2}\u{a0}%", share * 100.0) } else { "no number".into() }
}

/// A loss: those of runs that diverge have many digits.
pub fn loss(loss: f64) -> String {
    if loss.abs() < 1e4 { format!("{loss:.4}") } else { format!("{loss:.3e}") }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_easy_to_read() {
        let plain =
            |text: String| text.replace(['\u{202f}', '\u{a0}'], " ").replace('\u{2212}', "-");
        assert_eq!(
            [0, 999, 1000, 5142, 1_234_567].map(|n| plain(count(n))),
            ["0", "999", "1 000", "5 142", "1 234 567"]
        );
        assert_eq!(plain(share(0.99314)), "99.31 %");
        assert_eq!(
            [0.99994, 0.99996, 1.0].map(|s| plain(share(s))),
            ["99.99 %", "> 99.99 %", "100.00 %"]
        );
        assert_eq!(share(f64::NAN), "no number");
        assert_eq!([0.02512, 3e7].map(loss), ["0.0251", "3.000e7"]);
    }
}
