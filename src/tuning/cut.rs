//! Cutting a network in two: what stays as it is, and what is trained.

use crate::Network;
use crate::layers::Linked;

/// A network whose last `LAYERS` layers with parameters can be trained by themselves.
///
/// [`network!`](macro@crate::network) writes it for 1, 2 and so on, as long as something stays before them.
///
/// ```
/// use tinyconv::Layer;
/// use tinyconv::tuning::Cut;
///
/// tinyconv::network! { Net: 1 x 1 x 2 { Dense { out: 3 }, Relu, Dense { out: 2 } } }
///
/// assert_eq!(<Net as Cut<1>>::Frozen::NEEDS.params, (2 + 1) * 3);
/// assert_eq!(<Net as Cut<1>>::Trained::NEEDS.params, (3 + 1) * 2);
/// ```
#[diagnostic::on_unimplemented(
    message = "`Last` counts as many layers as the network has with parameters, or more",
    label = "no layer would be frozen",
    note = "use `All` to train every layer, or a smaller number"
)]
pub trait Cut<const LAYERS: usize>: Network {
    /// The layers before.
    type Frozen: Linked;
    /// The last layers.
    type Trained: Linked;
    /// The layers before, without those that only training needs.
    type DeployedFrozen: Linked;
    /// The last layers, without those that only training needs.
    type DeployedTrained: Linked;
}
