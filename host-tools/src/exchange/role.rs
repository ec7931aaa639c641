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

    /// The name of such a tensor of a module; that of the state dict itself is the empty text.
    ///
    /// ```
    /// use host_tools::exchange::Role;
    ///
    /// assert_eq!(Role::Weight.within("features.0"), "features.0.weight");
    /// assert_eq!(Role::Bias.within(""), "bias");
    /// ```
    #[must_use]
    pub fn within(self, module: &str) -> String {
        if module.is_empty() { self.name().into() } else { format!("{module}.{self}") }
    }
}

impl fmt::Display for Role {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}
