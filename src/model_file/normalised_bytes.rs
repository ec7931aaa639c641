//! Bytes that are normalised as a model file says, where that is not known before the program runs.

use super::{Normalisation, Normalisations};
use crate::Source;

/// A [`Source`] of bytes that are normalised as they are read, each by its channel's mean and deviation: for a program
/// that reads model files. A network of which the program knows more reads [`Bytes`](crate::Bytes) or
/// [`ChannelBytes`](crate::ChannelBytes), whose tables are faster and give the same bits.
///
/// The input has as many channels as [`Normalisations::check`] says.
///
/// ```
/// use tinyconv::Network;
/// use tinyconv::model_file::{Normalisation, Normalisations, NormalisedBytes};
///
/// tinyconv::network! { Net: 2 x 1 x 1 { Dense { out: 1 } } }
///
/// let list = [(0.0, 255.0), (100.0, 10.0)];
/// let list = list.map(|(mean, deviation)| Normalisation { mean, deviation });
/// let normalisations = Normalisations::new(&list)?;
/// let mut output = [0.0f32];
/// let source = NormalisedBytes::new(&normalisations);
/// Net::infer_from(&[1.0, 10.0, 0.5], source, &[[[51]], [[120]]], &mut [], &mut output);
/// assert_eq!(output, [0.5 + 0.2 + 10.0 * 2.0]);
/// # Ok::<(), tinyconv::model_file::ModelFileError>(())
/// ```
#[derive(Clone, Copy, Debug)]
pub struct NormalisedBytes<'a> {
    all: &'a [Normalisation],
    one: Normalisation,
}

impl<'a> NormalisedBytes<'a> {
    /// Bytes that these normalise.
    ///
    /// ```
    /// use tinyconv::Source;
    /// use tinyconv::model_file::{Normalisation, Normalisations, NormalisedBytes};
    ///
    /// let greys = Normalisations::same(Normalisation { mean: 51.0, deviation: 102.0 });
    /// assert!(NormalisedBytes::new(&greys).elements(&[0, 255]).eq([-0.5, 2.0]));
    /// ```
    #[must_use]
    pub fn new(normalisations: &'a Normalisations) -> Self {
        Self { all: normalisations, one: normalisations.first_one() }
    }
}

impl Source<f32> for NormalisedBytes<'_> {
    type Raw = u8;

    #[inline(always)]
    fn read(self, raw: u8) -> f32 {
        self.one.of(f32::from(raw))
    }

    #[inline(always)]
    fn at(self, index: usize, elements: usize) -> Self {
        let channel =
            elements.checked_div(self.all.len()).and_then(|plane| index.checked_div(plane));
        match channel.and_then(|channel| self.all.get(channel)) {
            Some(&one) => Self { one, ..self },
            None => self,
        }
    }
}
