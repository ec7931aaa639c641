//! The parameters of a layer as tensors.

/// What a tensor is to its layer.
///
/// ```
/// use tinyconv_plan::Role;
///
/// // The optimizer changes weights and biases; statistics follow the batches.
/// assert!(Role::Bias.is_trained() && !Role::RunningMean.is_trained());
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Role {
    /// What inputs are multiplied by.
    Weight,
    /// What is added.
    Bias,
    /// The running average of the means of batches.
    RunningMean,
    /// The running average of the variances of batches.
    RunningVariance,
}

impl Role {
    /// The optimizer changes it.
    ///
    /// ```
    /// use tinyconv_plan::Role;
    ///
    /// assert!(Role::Weight.is_trained());
    /// ```
    #[must_use]
    pub const fn is_trained(self) -> bool {
        matches!(self, Self::Weight | Self::Bias)
    }
}

/// What a tensor holds before training.
///
/// ```
/// use tinyconv_plan::{DenseOptions, Dims, LayerKind, Start};
///
/// let tensors = LayerKind::Dense(DenseOptions { out: 2 }).facts(Dims::Vector(3))?.tensors;
/// assert_eq!(tensors.as_slice()[0].start, Start::Drawn { fan_in: 3, fan_out: 2 });
/// assert_eq!(tensors.as_slice()[1].start, Start::Zero);
/// # Ok::<(), tinyconv_plan::ShapeError>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Start {
    /// Drawn at random, by the numbers of inputs and outputs that a unit is connected to.
    Drawn {
        /// Inputs of a unit.
        fan_in: usize,
        /// Outputs of a unit.
        fan_out: usize,
    },
    /// Zeros.
    Zero,
    /// Ones.
    One,
    /// Quarters.
    Quarter,
}

/// A tensor of a layer, as it lies in the block of parameters.
///
/// ```
/// use tinyconv_plan::{Conv2dOptions, Dims, LayerKind, Role};
///
/// let conv = LayerKind::Conv2d(Conv2dOptions { out: 6, kernel: [5, 3], ..Conv2dOptions::NEW });
/// let weight = conv.facts(Dims::Map([2, 28, 28]))?.tensors.as_slice()[0];
/// assert_eq!((weight.role, weight.shape(), weight.len()), (Role::Weight, &[6, 2, 5, 3][..], 180));
/// # Ok::<(), tinyconv_plan::ShapeError>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Tensor {
    /// What it is to the layer.
    pub role: Role,
    /// Its sizes; of those, the first [`rank`](Self::rank) count.
    pub sizes: [usize; 4],
    /// How many sizes it has.
    pub rank: usize,
    /// What it holds before training.
    pub start: Start,
    /// PyTorch and ONNX keep the transposed matrix.
    pub transposed: bool,
}

impl Tensor {
    /// Weights by output, input, kernel row and kernel column.
    pub(crate) const fn kernels(sizes: [usize; 4], fan_in: usize, fan_out: usize) -> Self {
        let start = Start::Drawn { fan_in, fan_out };
        Self { role: Role::Weight, sizes, rank: 4, start, transposed: false }
    }

    /// Weights by input and output.
    pub(crate) const fn matrix(inputs: usize, outputs: usize) -> Self {
        let start = Start::Drawn { fan_in: inputs, fan_out: outputs };
        let sizes = [inputs, outputs, 1, 1];
        Self { role: Role::Weight, sizes, rank: 2, start, transposed: true }
    }

    /// A number for each channel or output.
    pub(crate) const fn each(role: Role, count: usize, start: Start) -> Self {
        Self { role, sizes: [count, 1, 1, 1], rank: 1, start, transposed: false }
    }

    /// Its sizes.
    ///
    /// ```
    /// use tinyconv_plan::{DenseOptions, Dims, LayerKind};
    ///
    /// let tensors = LayerKind::Dense(DenseOptions { out: 2 }).facts(Dims::Vector(3))?.tensors;
    /// assert_eq!(tensors.as_slice()[0].shape(), [3, 2]); // inputs x outputs
    /// # Ok::<(), tinyconv_plan::ShapeError>(())
    /// ```
    #[must_use]
    pub const fn shape(&self) -> &[usize] {
        self.sizes.split_at(self.rank).0
    }

    /// Its elements; `usize::MAX` where a `usize` cannot hold their number.
    ///
    /// ```
    /// use tinyconv_plan::{DenseOptions, Dims, LayerKind};
    ///
    /// let tensors = LayerKind::Dense(DenseOptions { out: 2 }).facts(Dims::Vector(3))?.tensors;
    /// assert_eq!(tensors.as_slice()[0].len(), 6);
    /// # Ok::<(), tinyconv_plan::ShapeError>(())
    /// ```
    #[must_use]
    pub const fn len(&self) -> usize {
        let [a, b, c, d] = self.sizes;
        a.saturating_mul(b).saturating_mul(c).saturating_mul(d)
    }

    /// It has no elements.
    ///
    /// ```
    /// use tinyconv_plan::{DenseOptions, Dims, LayerKind};
    ///
    /// let tensors = LayerKind::Dense(DenseOptions { out: 2 }).facts(Dims::Vector(3))?.tensors;
    /// assert!(!tensors.as_slice()[1].is_empty());
    /// # Ok::<(), tinyconv_plan::ShapeError>(())
    /// ```
    #[must_use]
    pub const fn is_empty(&self) -> bool {
        self.len() == 0
    }
}

/// The tensors of a layer in the order in which they lie in the block of parameters, which is
/// PyTorch's.
///
/// ```
/// use tinyconv_plan::{Dims, LayerKind};
///
/// let tensors = LayerKind::Relu.facts(Dims::Vector(3))?.tensors;
/// assert_eq!((tensors.as_slice().len(), tensors.parameters()), (0, 0));
/// # Ok::<(), tinyconv_plan::ShapeError>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Tensors {
    tensors: [Tensor; 4],
    count: usize,
}

impl Tensors {
    const UNUSED: Tensor = Tensor::each(Role::Bias, 0, Start::Zero);

    /// None.
    pub(crate) const NONE: Self = Self { tensors: [Self::UNUSED; 4], count: 0 };

    /// Weights, and a bias for each output.
    pub(crate) const fn weight_and_bias(weight: Tensor, outputs: usize) -> Self {
        let bias = Tensor::each(Role::Bias, outputs, Start::Zero);
        Self { tensors: [weight, bias, Self::UNUSED, Self::UNUSED], count: 2 }
    }

    /// Four in all.
    pub(crate) const fn one(tensor: Tensor) -> Self {
        Self { tensors: [tensor, Self::UNUSED, Self::UNUSED, Self::UNUSED], count: 1 }
    }

    /// Four of them.
    pub(crate) const fn four(tensors: [Tensor; 4]) -> Self {
        Self { tensors, count: 4 }
    }

    /// All of them.
    ///
    /// ```
    /// use tinyconv_plan::{BatchNormOptions, Dims, LayerKind, Role};
    ///
    /// let norm = LayerKind::BatchNorm(BatchNormOptions::NEW).facts(Dims::Vector(3))?;
    /// assert_eq!(norm.tensors.as_slice()[2].role, Role::RunningMean);
    /// # Ok::<(), tinyconv_plan::ShapeError>(())
    /// ```
    #[must_use]
    pub const fn as_slice(&self) -> &[Tensor] {
        self.tensors.split_at(self.count).0
    }

    /// Their elements together; `usize::MAX` where a `usize` cannot hold their number.
    ///
    /// ```
    /// use tinyconv_plan::{DenseOptions, Dims, LayerKind};
    ///
    /// let tensors = LayerKind::Dense(DenseOptions { out: 2 }).facts(Dims::Vector(3))?.tensors;
    /// assert_eq!(tensors.parameters(), (3 + 1) * 2);
    /// # Ok::<(), tinyconv_plan::ShapeError>(())
    /// ```
    #[must_use]
    pub const fn parameters(&self) -> usize {
        let (mut sum, mut i) = (0usize, 0);
        while i < self.count {
            sum = sum.saturating_add(self.tensors[i].len());
            i += 1;
        }
        sum
    }
}
