//! What a file does with its input before the first layer: means that are subtracted, deviations that are divided by.

use tinyconv::model_file::{ModelFileError, Normalisation, Normalisations};

/// All that a file subtracts from its input and divides it by: `(x - mean) / deviation`, the numbers of each channel, or
/// one of each for all.
///
/// ```
/// use tinyconv::model_file::Normalisation;
/// use tinyconv_exchange::Preparation;
///
/// // Nothing is prepared: inputs are made from bytes as the user says.
/// let bytes = Normalisation { mean: 0.0, deviation: 255.0 }.into();
/// assert_eq!(Preparation::default().after(bytes)?, bytes);
/// # Ok::<(), tinyconv::model_file::ModelFileError>(())
/// ```
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Preparation {
    channels: Vec<Normalisation>,
}

impl Preparation {
    /// Bytes as the file's input, and then prepared: one normalisation that does both.
    ///
    /// With `(raw - M) / D` before `(x - m) / d`, that is `(raw - (M + m * D)) / (D * d)`.
    ///
    /// # Errors
    /// If the numbers leave their range.
    ///
    /// ```
    /// let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../../tests/data/onnx/colours.onnx");
    /// let network = tinyconv_exchange::onnx::import(&std::fs::read(path)?)?;
    /// use tinyconv::model_file::Normalisation;
    ///
    /// // The file has ImageNet's numbers, for colours from 0 to 1.
    /// let bytes = Normalisation { mean: 0.0, deviation: 255.0 }.into();
    /// let red = network.preparation.after(bytes)?.of(0);
    /// assert!((red.mean - 123.675).abs() < 1e-4 && (red.deviation - 58.395).abs() < 1e-4);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn after(&self, bytes: Normalisations) -> Result<Normalisations, ModelFileError> {
        if self.channels.is_empty() {
            return Ok(bytes);
        }
        let count = self.channels.len().max(bytes.len());
        let of = |list: &[Normalisation], channel: usize| *list.get(channel).unwrap_or(&list[0]);
        let both = |channel: usize| {
            let (first, then) = (of(&bytes, channel), of(&self.channels, channel));
            Normalisation {
                mean: first.mean + then.mean * first.deviation,
                deviation: first.deviation * then.deviation,
            }
        };
        Normalisations::new(&(0..count).map(both).collect::<Vec<_>>())
    }

    /// An input of the file, prepared.
    ///
    /// ```
    /// use tinyconv_exchange::Preparation;
    ///
    /// assert_eq!(Preparation::default().of(&[0.5, 1.0]), [0.5, 1.0]);
    /// ```
    #[must_use]
    pub fn of(&self, input: &[f32]) -> Vec<f32> {
        let mut prepared = input.to_vec();
        let planes = prepared.chunks_mut((input.len() / self.channels.len().max(1)).max(1));
        for (plane, normalisation) in planes.zip(&self.channels) {
            for x in plane {
                *x = normalisation.of(*x);
            }
        }
        prepared
    }

    /// One number for all channels, or one for each: the lists then have as many.
    fn widen(&mut self, count: usize) {
        let one = self.channels.first().copied();
        let one = one.unwrap_or(Normalisation { mean: 0.0, deviation: 1.0 });
        if self.channels.len() < count {
            self.channels = vec![one; count];
        }
    }

    pub(super) fn subtract(&mut self, numbers: &[f32]) {
        self.widen(numbers.len());
        for (normalisation, &number) in self.channels.iter_mut().zip(numbers.iter().cycle()) {
            normalisation.mean += number * normalisation.deviation;
        }
    }

    pub(super) fn divide(&mut self, numbers: &[f32]) {
        self.widen(numbers.len());
        for (normalisation, &number) in self.channels.iter_mut().zip(numbers.iter().cycle()) {
            normalisation.deviation *= number;
        }
    }

    /// Whether all numbers are finite, and all deviations above 0.
    pub(super) fn is_sound(&self) -> bool {
        self.channels.iter().all(|channel| channel.is_sound())
    }
}
