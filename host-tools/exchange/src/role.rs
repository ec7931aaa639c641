//! What tensors are called in files of others.

use tinyconv::plan::Role;

/// What PyTorch's state dicts call a tensor.
///
/// ```
/// use tinyconv_exchange::{Role, TensorName};
///
/// let names = [Role::Weight, Role::Bias, Role::RunningMean, Role::RunningVariance];
/// assert_eq!(names.map(TensorName::name), ["weight", "bias", "running_mean", "running_var"]);
/// ```
pub trait TensorName: Copy {
    /// The last part of the names of such tensors.
    ///
    /// ```
    /// use tinyconv_exchange::{Role, TensorName};
    ///
    /// assert_eq!(Role::RunningVariance.name(), "running_var");
    /// ```
    #[must_use]
    fn name(self) -> &'static str;

    /// The name of such a tensor of a module; that of the state dict itself is the empty text.
    ///
    /// ```
    /// use tinyconv_exchange::{Role, TensorName};
    ///
    /// assert_eq!(Role::Weight.within("features.0"), "features.0.weight");
    /// assert_eq!(Role::Bias.within(""), "bias");
    /// ```
    #[must_use]
    fn within(self, module: &str) -> String {
        let name = self.name();
        if module.is_empty() { name.into() } else { format!("{module}.{name}") }
    }
}

impl TensorName for Role {
    fn name(self) -> &'static str {
        match self {
            Self::Weight => "weight",
            Self::Bias => "bias",
            Self::RunningMean => "running_mean",
            Self::RunningVariance => "running_var",
        }
    }
}
