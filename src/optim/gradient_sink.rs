//! What happens to the gradient of a parameter.

use crate::Element;

/// The parameters of a layer, together with what is done with their gradients.
///
/// A kernel asks for the parameters, and hands over each gradient when it is complete. Whether it
/// is added to a block (a mini-batch) or used at once is decided here, outside of the kernels.
///
/// Someone who only wants to know how large the gradients are:
///
/// ```
/// use tinyconv::{Network, Scratch, GradientSink};
///
/// tinyconv::network! { Net: 1 x 1 x 2 { Dense { out: 2 } } }
///
/// struct Largest<'a>(&'a [f32], &'a core::cell::Cell<f32>);
///
/// impl GradientSink<f32> for Largest<'_> {
///     fn parameters(&self) -> &[f32] {
///         self.0
///     }
///     fn add(&mut self, _first: usize, gradients: &[f32]) {
///         self.1.set(gradients.iter().fold(self.1.get(), |most, g| most.max(g.abs())));
///     }
///     fn split_at(self, count: usize) -> (Self, Self) {
///         let (parameters, rest) = self.0.split_at(count);
///         (Self(parameters, self.1), Self(rest, self.1))
///     }
/// }
///
/// let largest = core::cell::Cell::new(0.0);
/// let mut elements = [0.0; Net::TRAIN_SCRATCH];
/// let scratch = Scratch { elements: &mut elements, choices: &mut [] };
/// Net::gradients(Largest(&[0.0; Net::PARAMS], &largest), &[[[1.0, 3.0]]], 0, 1.0, scratch);
/// assert_eq!(largest.get(), 1.5); // half a probability times the larger input
/// ```
pub trait GradientSink<E: Element>: Sized {
    /// The parameters.
    ///
    /// ```
    /// use tinyconv::{Accumulate, GradientSink};
    ///
    /// let all = Accumulate { parameters: &[0.5, 0.25], gradients: &mut [0.0f32; 2] };
    /// assert_eq!(all.parameters(), [0.5, 0.25]);
    /// ```
    fn parameters(&self) -> &[f32];

    /// Takes the gradients of the parameters `first..first + gradients.len()`.
    ///
    /// ```
    /// use tinyconv::{Accumulate, GradientSink};
    ///
    /// let mut gradients = [1.0f32; 3];
    /// Accumulate { parameters: &[0.0; 3], gradients: &mut gradients }.add(2, &[0.5]);
    /// assert_eq!(gradients, [1.0, 1.0, 1.5]);
    /// ```
    fn add(&mut self, first: usize, gradients: &[E]);

    /// Takes the gradients `row(r) * column(c)` of the parameters `first + r * columns + c`, each of
    /// them complete: those of a layer that has a single position.
    ///
    /// As provided: for whoever has no faster way to sum over many lanes.
    ///
    /// ```
    /// use tinyconv::{Accumulate, GradientSink};
    ///
    /// // The weights of a dense layer: two inputs times three gradients of outputs.
    /// let (input, d_output) = ([1.0f32, 2.0], [10.0, 20.0, 30.0]);
    /// let mut gradients = [0.0; 6];
    /// let mut weights = Accumulate { parameters: &[0.0; 6], gradients: &mut gradients };
    /// weights.add_products(0, (2, |r| input[r]), (3, |c| d_output[c]));
    /// assert_eq!(gradients, [10.0, 20.0, 30.0, 20.0, 40.0, 60.0]);
    /// ```
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
    ///
    /// ```
    /// use tinyconv::{Accumulate, GradientSink};
    ///
    /// let mut gradients = [0.0f32; 3];
    /// let all = Accumulate { parameters: &[0.1, 0.2, 0.3], gradients: &mut gradients };
    /// let (_weights, mut bias) = all.split_at(2);
    /// bias.add(0, &[4.0]);
    /// assert_eq!(bias.parameters(), [0.3]);
    /// assert_eq!(gradients, [0.0, 0.0, 4.0]);
    /// ```
    fn split_at(self, count: usize) -> (Self, Self);
}

/// Adds gradients to a block.
///
/// ```
/// use tinyconv::{Accumulate, GradientSink};
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

impl<E: Element> GradientSink<E> for Accumulate<'_, E> {
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
