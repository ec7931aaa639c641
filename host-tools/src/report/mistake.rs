//! A sample that a network takes for something else.

use serde::Serialize;

/// A sample that was classified wrongly.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct Mistake {
    /// Its number in its set, from 0.
    pub index: u32,
    /// Its class.
    pub label: u8,
    /// What the network takes it for.
    pub predicted: u8,
    /// How sure the network is of that; NaN (`null` in JSON) where its outputs are no numbers.
    pub confidence: f64,
    /// What it says about the class that the sample has.
    pub confidence_in_label: f64,
}
