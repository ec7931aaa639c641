//! What training takes, as numbers without a type.

/// What training takes besides the input: `tuning::Part` as a value, for every part of every network.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub struct Needs {
    /// Parameters that are trained: [`Part::PARAMS`](crate::tuning::Part::PARAMS).
    pub params: usize,
    /// Elements of scratch: [`Part::SCRATCH`](crate::tuning::Part::SCRATCH).
    pub scratch: usize,
    /// Choices of pooling windows: [`Part::CHOICES`](crate::tuning::Part::CHOICES).
    pub choices: usize,
}
