//! A sample that a network takes for something else.

use serde::Serialize;

/// A sample that was classified wrongly.
///
/// ```
/// use tinyconv_report::report::{Confidence, Mistake, Mistakes};
///
/// let mut mistakes = Mistakes::new(20, Confidence::Output);
/// mistakes.consider(4, 1, &[0.75, 0.25]); // sample 4 is of class 1
/// let mistake =
///     Mistake { index: 4, label: 1, predicted: 0, confidence: 0.75, confidence_in_label: 0.25 };
/// assert_eq!(mistakes.list(), [mistake]);
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct Mistake {
    /// Its number in its set, from 0.
    pub index: u32,
    /// Its class.
    pub label: u16,
    /// What the network takes it for.
    pub predicted: u16,
    /// How sure the network is of that; NaN (`null` in JSON) where its outputs are no numbers.
    pub confidence: f64,
    /// What it says about the class that the sample has.
    pub confidence_in_label: f64,
}
