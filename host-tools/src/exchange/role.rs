//! What a tensor is to its layer.

use std::fmt;

/// What a tensor is to its layer; shown as PyTorch's state dicts name it.
///
/// ```
/// use host_tools::exchange::Role;
///
/// let names = [Role::Weight, Role::Bias, Role::RunningMean, Role::RunningVariance];
/// assert_eq!(names.map(|role| role.to_string()), ["weight", "bias", "running_mean", "running_var"]);
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Role {
    /// What inputs are multiplied by.
    Weight,
    /// What is added.
    Bias,
    /// The mean that batch normalisation keeps for inference.
    RunningMean,
    /// The variance that batch normalisation keeps for inference.
    RunningVariance,
}

impl Role {
    /// The last part of the names of such tensors in PyTorch's state dicts.
    ///
    /// ```
    /// use host_tools::exchange::Role;
    ///
    /// assert_eq!(Role::RunningVariance.name(), "running_var");
    /// ```
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Weight => "weight",
            Self::Bias => "bias",
            Self::RunningMean => "running_mean",
            Self::RunningVariance => "running_var",
        }
    }
}

impl fmt::Display for Role {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}
