//! What a grid search tries.

use thiserror::Error;

/// As many values as an axis of a readable heat map has.
const MOST: usize = 32;

/// The learning rates and the weight decays of a grid search: every pair is tried.
///
/// ```
/// use host_tools::reproduce::Axes;
///
/// let axes = Axes::new(vec![0.01, 0.1], vec![0.0])?;
/// assert_eq!((axes.learning_rates().len(), axes.weight_decays()), (2, &[0.0][..]));
/// assert!(Axes::new(vec![0.01, f32::NAN], vec![0.0]).is_err());
/// # Ok::<(), host_tools::reproduce::InvalidAxes>(())
/// ```
#[derive(Clone, Debug, PartialEq)]
pub struct Axes {
    learning_rates: Vec<f32>,
    weight_decays: Vec<f32>,
}

/// An axis that no search can be made with.
///
/// ```
/// use host_tools::reproduce::{Axes, InvalidAxes};
///
/// let error = Axes::new(vec![0.1], vec![-1.0]).unwrap_err();
/// assert!(matches!(error, InvalidAxes::Value { axis: "weight decays", .. }));
/// assert_eq!(error.to_string(), "`-1` cannot be one of the grid's weight decays: give finite numbers from 0 on");
/// ```
#[derive(Clone, Debug, PartialEq, Error)]
#[non_exhaustive]
pub enum InvalidAxes {
    /// No values, or more than a heat map can show.
    #[error("the grid has {found} {axis}: give 1 to {MOST}")]
    Count {
        /// Which axis.
        axis: &'static str,
        /// Its values.
        found: usize,
    },
    /// A value that is not a number, or out of its limits.
    #[error("`{value}` cannot be one of the grid's {axis}: give finite numbers {limit}")]
    Value {
        /// Which axis.
        axis: &'static str,
        /// The value.
        value: f32,
        /// What values may be.
        limit: &'static str,
    },
}

impl Axes {
    /// The axes of a search.
    ///
    /// # Errors
    /// If an axis has no values or more than 32, or if a learning rate is not above zero, a weight
    /// decay below it, or either no finite number.
    ///
    /// ```
    /// use host_tools::reproduce::Axes;
    ///
    /// assert!(Axes::new(vec![0.1, 0.2], vec![0.0]).is_ok());
    /// assert!(Axes::new(Vec::new(), vec![0.0]).is_err());
    /// ```
    pub fn new(learning_rates: Vec<f32>, weight_decays: Vec<f32>) -> Result<Self, InvalidAxes> {
        check("learning rates", &learning_rates, "above 0", |rate| rate > 0.0)?;
        check("weight decays", &weight_decays, "from 0 on", |decay| decay >= 0.0)?;
        Ok(Self { learning_rates, weight_decays })
    }

    /// The learning rates, the rows.
    ///
    /// ```
    /// assert_eq!(host_tools::reproduce::Axes::default().learning_rates().len(), 7);
    /// ```
    #[must_use]
    pub fn learning_rates(&self) -> &[f32] {
        &self.learning_rates
    }

    /// The weight decays, the columns.
    ///
    /// ```
    /// assert_eq!(host_tools::reproduce::Axes::default().weight_decays()[0], 1e-5);
    /// ```
    #[must_use]
    pub fn weight_decays(&self) -> &[f32] {
        &self.weight_decays
    }
}

impl Default for Axes {
    /// 10^-5 to 10^1 each, seven by seven.
    fn default() -> Self {
        let powers = vec![1e-5, 1e-4, 1e-3, 1e-2, 1e-1, 1.0, 10.0];
        Self { learning_rates: powers.clone(), weight_decays: powers }
    }
}

fn check(
    axis: &'static str,
    values: &[f32],
    limit: &'static str,
    allowed: impl Fn(f32) -> bool,
) -> Result<(), InvalidAxes> {
    let found = values.len();
    if found == 0 || found > MOST {
        return Err(InvalidAxes::Count { axis, found });
    }
    match values.iter().find(|&&value| !value.is_finite() || !allowed(value)) {
        Some(&value) => Err(InvalidAxes::Value { axis, value, limit }),
        None => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_that_are_no_settings_are_refused() {
        for rate in [f32::NAN, f32::INFINITY, 0.0, -0.1] {
            let error = Axes::new(vec![0.1, rate], vec![0.0]).unwrap_err();
            assert!(matches!(error, InvalidAxes::Value { axis: "learning rates", .. }), "{rate}");
        }
        for decay in [f32::NAN, f32::NEG_INFINITY, -1e-9] {
            let error = Axes::new(vec![0.1], vec![decay]).unwrap_err();
            assert!(matches!(error, InvalidAxes::Value { axis: "weight decays", .. }), "{decay}");
        }
        let error = Axes::new(Vec::new(), vec![0.0]).unwrap_err();
        assert_eq!(error.to_string(), "the grid has 0 learning rates: give 1 to 32");
        assert!(Axes::new(vec![0.1; 33], vec![0.0]).is_err());
    }
}
