//! What follows from a layer's options and its input.

use crate::{Dims, Needs, Tensors, Window};

/// Everything about a layer that follows from its options and the shape of its input.
///
/// ```
/// use tinyconv_plan::{Conv2dOptions, Dims, LayerKind};
///
/// let conv = LayerKind::Conv2d(Conv2dOptions { out: 8, kernel: [5, 3], ..Conv2dOptions::NEW });
/// let facts = conv.facts(Dims::Map([2, 28, 28]))?;
/// assert_eq!(facts.output, Dims::Map([8, 24, 26]));
/// assert_eq!(facts.tensors.parameters(), (2 * 5 * 3 + 1) * 8);
/// assert_eq!(facts.multiply_adds, 8 * 24 * 26 * 2 * 5 * 3);
/// # Ok::<(), tinyconv_plan::ShapeError>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Facts {
    /// The shape of the output.
    pub output: Dims,
    /// Its parameters.
    pub tensors: Tensors,
    /// Multiply-adds of an inference: those with the zeros of a padding are never done. None in a
    /// batch normalisation, which a device runs as a part of the layer before it.
    pub multiply_adds: usize,
    /// Elements that are visited besides, by a pooling.
    pub visits: usize,
    /// Where its windows lie, if it has any.
    pub window: Option<Window>,
    /// Its memory.
    pub needs: Needs,
}

impl Facts {
    /// A layer with neither parameters nor windows.
    pub(crate) const fn plain(input: Dims, output: Dims) -> Self {
        Self {
            output,
            tensors: Tensors::NONE,
            multiply_adds: 0,
            visits: 0,
            window: None,
            needs: Needs::layer(input.len(), output.len(), 0),
        }
    }

    /// A layer with parameters.
    pub(crate) const fn with_tensors(input: Dims, output: Dims, tensors: Tensors) -> Self {
        let needs = Needs::layer(input.len(), output.len(), tensors.parameters());
        Self { tensors, needs, ..Self::plain(input, output) }
    }
}
