//! What is alike in how kinds of layers are grouped.

/// How a kind joins its neighbours: which layers are computed together, where training can begin,
/// and where a branch begins and ends.
///
/// ```
/// use tinyconv_plan::{Class, LayerKind};
///
/// assert_eq!(LayerKind::Relu.class(), Class::Activation);
/// assert_eq!(LayerKind::Skip.class(), Class::Fork);
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub enum Class {
    /// Weights and biases, and a map that a max-pooling can take in as it is computed.
    Convolution,
    /// Weights and biases for each output, read from a map or a vector.
    Dense,
    /// Weights and biases otherwise.
    Weighted,
    /// Takes the statistics of a batch; a device has it folded into the layer before, or as a scale.
    Normalisation,
    /// The largest of each window.
    MaxPool,
    /// A function of each element, in place on what the layer before gives.
    Activation,
    /// The same elements as a vector.
    Flatten,
    /// At random in training; not there on a device.
    Random,
    /// Needs its own output to go backward, so that no activation works on it in place.
    KeepsOutput,
    /// Nothing of these.
    Plain,
    /// What comes in is kept for a later layer.
    Fork,
    /// What was kept goes in again.
    Branch,
    /// What was kept and what comes in are added.
    Join,
    /// What was kept and what comes in lie one behind the other.
    Concat,
}

impl Class {
    /// Training can begin here: the layer has weights.
    ///
    /// ```
    /// use tinyconv_plan::Class;
    ///
    /// assert!(Class::Dense.is_weighted() && !Class::Normalisation.is_weighted());
    /// ```
    #[must_use]
    pub const fn is_weighted(self) -> bool {
        matches!(self, Self::Convolution | Self::Dense | Self::Weighted)
    }

    /// The layer is there on a device too.
    ///
    /// ```
    /// use tinyconv_plan::Class;
    ///
    /// assert!(Class::Dense.is_deployed() && !Class::Random.is_deployed());
    /// ```
    #[must_use]
    pub const fn is_deployed(self) -> bool {
        !matches!(self, Self::Normalisation | Self::Random)
    }
}
