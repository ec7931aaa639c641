//! Where samples come from, for a training loop that does not care.

use super::AugmentScratch;

/// Labelled samples, each a block of numbers as a network takes it.
///
/// Images in bytes are one kind ([`ImageSamples`](super::ImageSamples)); others are scaled pixel
/// by pixel, larger than what they were made from, or never were images.
pub trait Samples: Sync {
    /// How many there are.
    fn len(&self) -> usize;

    /// Whether there is none.
    fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Numbers in each sample.
    fn input_len(&self) -> usize;

    /// The class of sample `index`.
    ///
    /// # Panics
    /// If there is no such sample.
    fn label(&self, index: u32) -> u8;

    /// Numbers in a sample's target: none, as provided, where its class is the target.
    fn target_len(&self) -> usize {
        0
    }

    /// Writes the target of sample `index`: numbers to be learnt in place of a class.
    ///
    /// # Panics
    /// If there is no such sample, or if `target` has not [`target_len`](Self::target_len) elements.
    fn write_target(&self, _index: u32, _target: &mut [f32]) {}

    /// Writes sample `index` to `input`, channel by channel, row by row.
    ///
    /// In training, `epoch` counts from 1 and a sample may differ from epoch to epoch; in
    /// evaluation it is `None`, and the sample is what it is. Nothing else may change a sample: not
    /// the thread, not what was asked for before.
    ///
    /// # Panics
    /// If there is no such sample, or if `input` has not [`input_len`](Self::input_len) elements.
    fn write(
        &self,
        index: u32,
        epoch: Option<u32>,
        scratch: &mut AugmentScratch,
        input: &mut [f32],
    );
}
