//! What happens to the gradient of a parameter.

use crate::Element;

/// The parameters of a layer, together with what is done with their gradients.
///
/// A kernel asks for the parameters, and hands over each gradient when it is complete. Whether it
/// is added to a block (a mini-batch) or used at once is decided here, outside of the kernels.
pub trait Trainable<E: Element>: Sized {
    /// The parameters.
    fn parameters(&self) -> &[f32];

    /// Takes the gradients of the parameters `first..first + gradients.len()`.
    fn add(&mut self, first: usize, gradients: &[E]);

    /// Takes the gradients `row(r) * column(c)` of the parameters `first + r * columns + c`, each of
    /// them complete: those of a layer that has a single position.
    ///
    /// As provided: for whoever has no faster way to sum over many lanes.
    #[inline(always)]
    fn add_products(
        &mut self,
        first: usize,
        (rows, row): (usize, impl Fn(usize) -> E),
        (columns, column): (usize, impl Fn(usize) -> E),
    ) {
        for r in 0..rows {
            for c in 0..columns {
                let gradient = E::ZERO.multiply_add(row(r), column(c));
                self.add(first + r * columns + c, &[gradient]);
            }
        }
    }

    /// The first `count` parameters and the rest.
    fn split_at(self, count: usize) -> (Self, Self);
}

/// Adds gradients to a block.
///
/// ```
/// use tinyconv::{Accumulate, Trainable};
///
/// let mut gradients = [1.0f32; 3];
/// let mut all = Accumulate { parameters: &[0.1, 0.2, 0.3], gradients: &mut gradients };
/// all.add(1, &[0.5, 0.25]);
/// assert_eq!(gradients, [1.0, 1.5, 1.25]);
/// ```
#[derive(Debug)]
pub struct Accumulate<'a, E: Element> {
    /// The parameters.
    pub parameters: &'a [f32],
    /// As many gradients, which the sums are added to.
    pub gradients: &'a mut [E],
}

impl<E: Element> Trainable<E> for Accumulate<'_, E> {
    #[inline(always)]
    fn parameters(&self) -> &[f32] {
        self.parameters
    }

    #[inline(always)]
    fn add(&mut self, first: usize, gradients: &[E]) {
        // Layers hand over what they have parameters for. The compiler cannot always see it, and a
        // panic that is never reached would still be linked into every firmware.
        let sums = self.gradients.get_mut(first..first + gradients.len());
        debug_assert!(sums.is_some(), "gradients of parameters that are not there");
        for (sum, &gradient) in sums.into_iter().flatten().zip(gradients) {
            *sum = *sum + gradient;
        }
    }

    #[inline(always)]
    fn split_at(self, count: usize) -> (Self, Self) {
        let (parameters, parameters_rest) = self.parameters.split_at(count);
        let (gradients, gradients_rest) = self.gradients.split_at_mut(count);
        (
            Self { parameters, gradients },
            Self { parameters: parameters_rest, gradients: gradients_rest },
        )
    }
}
