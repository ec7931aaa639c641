//! A few samples of every class, so that training on new ones does not forget the others.

use heapless::Vec;

use crate::Random;
use crate::network::assert_numbered;

/// Up to `PER_CLASS` samples of each of `CLASSES` classes, each `PIXELS` bytes, evenly chosen from
/// all that were offered (reservoir sampling, J. Vitter, ACM TOMS 11, 1985).
///
/// What is kept and what is drawn depends on the randomness and on the order of the calls alone.
///
/// ```
/// use tinyconv::tuning::Replay;
/// use tinyconv::{Purpose, Random};
///
/// let random = Random::new(1, Purpose::Replay);
/// let mut replay = Replay::<4, 2, 3>::new();
/// assert_eq!(replay.draw(&random, 0), None);
/// for sample in 0..100 {
///     replay.offer(&random, &[sample; 4], 1);
/// }
/// assert_eq!([replay.len(0), replay.len(1)], [0, 3]);
/// let (image, label) = replay.draw(&random, 7).unwrap();
/// assert_eq!(label, 1);
/// assert!(image[0] < 100);
/// ```
#[derive(Debug)]
pub struct Replay<const PIXELS: usize, const CLASSES: usize, const PER_CLASS: usize> {
    samples: [Vec<[u8; PIXELS], PER_CLASS>; CLASSES],
    offered: [u32; CLASSES],
}

impl<const PIXELS: usize, const CLASSES: usize, const PER_CLASS: usize>
    Replay<PIXELS, CLASSES, PER_CLASS>
{
    /// No samples yet.
    ///
    /// ```
    /// use tinyconv::tuning::Replay;
    ///
    /// // Ten images of 28 x 28 for each of ten classes, in a static: 80 kB.
    /// static REPLAY: Replay<784, 10, 10> = Replay::new();
    /// assert!(REPLAY.is_empty());
    /// ```
    #[must_use]
    pub const fn new() -> Self {
        const { assert_numbered(CLASSES) };
        const { assert!(CLASSES > 0, "make room for at least one class") };
        const { assert!(PER_CLASS > 0, "make room for at least one sample of each class") };
        Self { samples: [const { Vec::new() }; CLASSES], offered: [0; CLASSES] }
    }

    /// Takes a sample in, perhaps in place of another of its class. Returns whether it did; a label
    /// that is no class is never taken.
    ///
    /// ```
    /// use tinyconv::tuning::Replay;
    /// use tinyconv::{Purpose, Random};
    ///
    /// let random = Random::new(1, Purpose::Replay);
    /// let mut replay = Replay::<4, 2, 3>::new();
    /// assert!(replay.offer(&random, &[1; 4], 0));
    /// assert!(!replay.offer(&random, &[1; 4], 2)); // there are classes 0 and 1
    /// ```
    pub fn offer(&mut self, random: &Random, image: &[u8; PIXELS], label: u16) -> bool {
        let class = usize::from(label);
        let (Some(samples), Some(offered)) =
            (self.samples.get_mut(class), self.offered.get_mut(class))
        else {
            return false;
        };
        let slot = random.below(offered.saturating_add(1), *offered, label.into(), 0) as usize;
        *offered = offered.saturating_add(1);
        if samples.push(*image).is_ok() {
            return true;
        }
        match samples.get_mut(slot) {
            Some(sample) => {
                *sample = *image;
                true
            }
            None => false,
        }
    }

    /// A sample of a class drawn from those that have any, and that class; which one depends on
    /// `step`.
    ///
    /// ```
    /// use tinyconv::tuning::Replay;
    /// use tinyconv::{Purpose, Random};
    ///
    /// let random = Random::new(1, Purpose::Replay);
    /// let mut replay = Replay::<4, 2, 3>::new();
    /// replay.offer(&random, &[7; 4], 1);
    /// assert_eq!(replay.draw(&random, 0), Some((&[7; 4], 1)));
    /// ```
    #[must_use]
    pub fn draw(&self, random: &Random, step: u32) -> Option<(&[u8; PIXELS], u16)> {
        let classes = self.samples.iter().filter(|samples| !samples.is_empty()).count();
        let chosen = random.below(classes as u32, step, u32::MAX, 0) as usize;
        let mut filled = self.samples.iter().enumerate().filter(|(_, samples)| !samples.is_empty());
        let (label, samples) = filled.nth(chosen)?;
        let index = random.below(samples.len() as u32, step, u32::MAX, 1) as usize;
        Some((samples.get(index)?, label as u16))
    }

    /// Samples of a class; 0 for a label that is no class.
    ///
    /// ```
    /// use tinyconv::tuning::Replay;
    /// use tinyconv::{Purpose, Random};
    ///
    /// let random = Random::new(1, Purpose::Replay);
    /// let mut replay = Replay::<4, 2, 3>::new();
    /// for _ in 0..5 {
    ///     replay.offer(&random, &[7; 4], 1);
    /// }
    /// assert_eq!([0, 1, 9].map(|label| replay.len(label)), [0, 3, 0]);
    /// ```
    #[must_use]
    pub fn len(&self, label: u16) -> usize {
        self.samples.get(usize::from(label)).map_or(0, |samples| samples.len())
    }

    /// There is no sample of any class.
    ///
    /// ```
    /// use tinyconv::tuning::Replay;
    /// use tinyconv::{Purpose, Random};
    ///
    /// let mut replay = Replay::<4, 2, 3>::new();
    /// assert!(replay.is_empty());
    /// replay.offer(&Random::new(1, Purpose::Replay), &[7; 4], 1);
    /// assert!(!replay.is_empty());
    /// ```
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.samples.iter().all(|samples| samples.is_empty())
    }
}

impl<const PIXELS: usize, const CLASSES: usize, const PER_CLASS: usize> Default
    for Replay<PIXELS, CLASSES, PER_CLASS>
{
    fn default() -> Self {
        Self::new()
    }
}
