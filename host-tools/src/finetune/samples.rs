//! The samples of a session: test images, of which no two sets share one, in the old hand and in
//! the new one.

use tinyconv::{Purpose, Random};

use super::{FinetuneError, FinetuneOptions};
use crate::data::{AugmentScratch, Hand, Images, Inputs, Split};

/// The names of the sets, and of the files that firmware includes.
///
/// ```
/// use tinyconv_training::data::{Inputs, Split};
/// use host_tools::finetune::{FinetuneOptions, SETS, SessionSamples, Trains};
///
/// // Two classes, black images and white ones, a hundred of each.
/// let pixels = [[0; 4], [255; 4]].concat().repeat(100);
/// let test = Split::new(Inputs::bytes([1, 2, 2], pixels), [0, 1].repeat(100));
/// let options = FinetuneOptions { held: 20, ..FinetuneOptions::new(Trains::All) };
/// let samples = SessionSamples::choose(&test, 2, &options)?;
/// assert_eq!((SETS[0], samples.sets()[0]), ("shown", &samples.shown));
/// # Ok::<(), host_tools::finetune::FinetuneError>(())
/// ```
pub const SETS: [&str; 5] = ["shown", "replay", "check", "held", "upright"];

/// The sets of a session. In each one that is [chosen](Self::choose), sample `i` is of class
/// `i % classes`.
///
/// ```
/// use tinyconv_training::data::{Inputs, Split};
/// use host_tools::finetune::{FinetuneOptions, SessionSamples, Trains};
///
/// // Two classes, black images and white ones, a hundred of each.
/// let pixels = [[0; 4], [255; 4]].concat().repeat(100);
/// let test = Split::new(Inputs::bytes([1, 2, 2], pixels), [0, 1].repeat(100));
/// let options = FinetuneOptions { held: 20, ..FinetuneOptions::new(Trains::All) };
/// let samples = SessionSamples::choose(&test, 2, &options)?;
/// assert_eq!(samples.shown.labels[..4], [0, 1, 0, 1]);
/// assert_eq!(samples.check.labels.len(), 2 * 20); // of both hands
/// # Ok::<(), host_tools::finetune::FinetuneError>(())
/// ```
#[derive(Clone, Debug, PartialEq)]
pub struct SessionSamples {
    /// Of the new hand, to train with.
    pub shown: Split,
    /// Of the old hand, to train with.
    pub replay: Split,
    /// Of the new hand, then of the old hand, to check with.
    pub check: Split,
    /// Of the new hand, to judge by.
    pub held: Split,
    /// Of the old hand, to judge by.
    pub upright: Split,
}

impl SessionSamples {
    /// Chooses the samples from `test`, images that the network was not trained with.
    ///
    /// # Errors
    /// If they are no images, or a class has too few.
    ///
    /// ```
    /// use tinyconv_training::data::{Inputs, Split};
    /// use host_tools::finetune::{FinetuneOptions, SessionSamples, Trains};
    ///
    /// // Two classes, black images and white ones, a hundred of each.
    /// let pixels = [[0; 4], [255; 4]].concat().repeat(100);
    /// let test = Split::new(Inputs::bytes([1, 2, 2], pixels), [0, 1].repeat(100));
    /// let options = FinetuneOptions { held: 20, ..FinetuneOptions::new(Trains::All) };
    /// let samples = SessionSamples::choose(&test, 2, &options)?;
    /// assert_eq!((samples.shown.labels.len(), samples.held.labels.len()), (40, 20));
    /// let too_many = FinetuneOptions { held: 1000, ..options };
    /// assert!(SessionSamples::choose(&test, 2, &too_many).is_err());
    /// # Ok::<(), host_tools::finetune::FinetuneError>(())
    /// ```
    pub fn choose(
        test: &Split,
        classes: usize,
        options: &FinetuneOptions,
    ) -> Result<Self, FinetuneError> {
        let images = test.images().ok_or(FinetuneError::NoImages)?;
        let mut by_class = by_class(&test.labels, classes, options.seed);

        let FinetuneOptions { shown, replay, check, held, .. } = *options;
        // The shown ones last: with more of them, the others stay the same.
        let counts = [held, held, check, check, replay, shown];
        let needed = |class: usize| -> usize {
            counts.iter().map(|count| count / classes + usize::from(class < count % classes)).sum()
        };
        for (class, indices) in by_class.iter().enumerate() {
            let (needed, found) = (needed(class), indices.len());
            if needed > found {
                return Err(FinetuneError::TooFewImages { class, needed, found });
            }
        }
        let mut take = |count: usize| -> Vec<usize> {
            (0..count).filter_map(|sample| by_class[sample % classes].pop()).collect()
        };
        let [held, upright, check_new, check_old, replay, shown] = counts.map(&mut take);

        let mut check = in_hand(test, images, &check_new, options.hand);
        check.append(test.select(check_old));
        Ok(Self {
            shown: in_hand(test, images, &shown, options.hand),
            replay: test.select(replay),
            check,
            held: in_hand(test, images, &held, options.hand),
            upright: test.select(upright),
        })
    }

    /// The same with `border` rows and columns of zeros on every side of each image.
    ///
    /// ```
    /// use tinyconv_training::data::{Inputs, Split};
    /// use host_tools::finetune::SessionSamples;
    ///
    /// let inputs = Inputs::bytes([1, 28, 28], vec![0; 784]);
    /// let set = || Split::new(inputs.clone(), vec![0]);
    /// let samples =
    ///     SessionSamples { shown: set(), replay: set(), check: set(), held: set(), upright: set() };
    /// assert_eq!(samples.padded(2).held.inputs.shape(), [1, 32, 32]);
    /// ```
    #[must_use]
    pub fn padded(&self, border: usize) -> Self {
        let [shown, replay, check, held, upright] = self.sets().map(|set| set.padded(border));
        Self { shown, replay, check, held, upright }
    }

    /// The sets, in the order of their names in [`SETS`].
    ///
    /// ```
    /// use tinyconv_training::data::{Inputs, Split};
    /// use host_tools::finetune::{FinetuneOptions, SETS, SessionSamples, Trains};
    ///
    /// // Two classes, black images and white ones, a hundred of each.
    /// let pixels = [[0; 4], [255; 4]].concat().repeat(100);
    /// let test = Split::new(Inputs::bytes([1, 2, 2], pixels), [0, 1].repeat(100));
    /// let options = FinetuneOptions { held: 20, ..FinetuneOptions::new(Trains::All) };
    /// let samples = SessionSamples::choose(&test, 2, &options)?;
    /// assert_eq!(samples.sets().len(), SETS.len());
    /// # Ok::<(), host_tools::finetune::FinetuneError>(())
    /// ```
    #[must_use]
    pub const fn sets(&self) -> [&Split; SETS.len()] {
        [&self.shown, &self.replay, &self.check, &self.held, &self.upright]
    }
}

/// A set as firmware includes it: sample after sample, two bytes for the label, the lower first, and
/// one for each pixel.
///
/// ```
/// use tinyconv_training::data::{Inputs, Split};
/// use host_tools::finetune::records;
///
/// let inputs = Inputs::bytes([1, 1, 2], vec![1, 2, 3, 4]);
/// assert_eq!(records(&Split::new(inputs, vec![7, 8])), [7, 0, 1, 2, 8, 0, 3, 4]);
/// ```
/// # Panics
/// If the samples are no images.
#[must_use]
pub fn records(set: &Split) -> Vec<u8> {
    let (samples, images) = (set.labels.iter().enumerate(), set.images().expect("images"));
    samples.flat_map(|(i, label)| [&label.to_le_bytes(), images.image(i)].concat()).collect()
}

/// The samples of each class, shuffled.
pub(super) fn by_class(labels: &[u16], classes: usize, seed: u64) -> Vec<Vec<usize>> {
    let mut indices: Vec<usize> = (0..labels.len()).collect();
    Random::new(seed, Purpose::Synthesise).shuffle(0, &mut indices);
    let mut by_class = vec![Vec::new(); classes];
    for index in indices {
        by_class[usize::from(labels[index])].push(index);
    }
    by_class
}

fn in_hand(test: &Split, images: Images<'_>, indices: &[usize], hand: Hand) -> Split {
    let (mut scratch, mut written) = (AugmentScratch::default(), Vec::new());
    let Images { channels, rows, columns, .. } = images;
    let mut plane = vec![0; rows * columns];
    for &index in indices {
        for before in images.image(index).chunks_exact(plane.len().max(1)) {
            hand.write(&mut scratch, before, rows, columns, &mut plane);
            written.extend(&plane);
        }
    }
    let labels = indices.iter().map(|&index| test.labels[index]).collect();
    Split::new(Inputs::bytes([channels, rows, columns], written), labels)
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;
    use crate::finetune::Trains;

    /// Image `i` has `i` in its only pixel, and is of class `i % 3`.
    fn test_images() -> Split {
        let inputs = Inputs::bytes([1, 1, 1], (0..60).collect());
        Split::new(inputs, (0..60).map(|i| i % 3).collect())
    }

    fn options() -> FinetuneOptions {
        let hand = Hand { degrees: 0.0, finer: false, paper: 0 };
        let usual = FinetuneOptions::new(Trains::All);
        FinetuneOptions { hand, shown: 7, replay: 3, check: 5, held: 10, ..usual }
    }

    #[test]
    fn no_image_is_used_twice_and_classes_take_turns() {
        let samples = SessionSamples::choose(&test_images(), 3, &options()).unwrap();
        assert_eq!(samples.sets().map(|set| set.labels.len()), [7, 3, 10, 10, 10]);
        let pixels = samples.sets().map(|set| set.images().unwrap().pixels.to_vec()).concat();
        assert_eq!(pixels.iter().collect::<BTreeSet<_>>().len(), pixels.len());
        for set in [&samples.shown, &samples.replay, &samples.held, &samples.upright] {
            assert!(set.labels.iter().copied().eq((0..3).cycle().take(set.labels.len())));
        }
        let labels = samples.sets().map(|set| set.labels.clone()).concat();
        assert!(pixels.iter().map(|&pixel| u16::from(pixel % 3)).eq(labels));
    }

    #[test]
    fn more_shown_samples_leave_the_others_alone() {
        let few = SessionSamples::choose(&test_images(), 3, &options()).unwrap();
        let more = FinetuneOptions { shown: 12, ..options() };
        let more = SessionSamples::choose(&test_images(), 3, &more).unwrap();
        assert_eq!(few.shown.labels, more.shown.labels[..7]);
        assert_eq!(few.shown, more.shown.select(0..7));
        assert_eq!(few.sets()[1..], more.sets()[1..]);
    }

    #[test]
    fn too_few_images_are_counted() {
        let greedy = FinetuneOptions { held: 23, ..options() };
        let error = SessionSamples::choose(&test_images(), 3, &greedy).unwrap_err();
        // 8 and 8 held, 2 and 2 to check with, 1 to replay, 3 to show.
        let FinetuneError::TooFewImages { class: 0, needed: 24, found: 20 } = error else {
            panic!("{error}")
        };
    }

    #[test]
    fn records_are_labels_with_their_pixels() {
        let inputs = Inputs::bytes([1, 1, 2], vec![10, 11, 20, 21]);
        assert_eq!(records(&Split::new(inputs, vec![5, 6])), [5, 0, 10, 11, 6, 0, 20, 21]);
    }
}
