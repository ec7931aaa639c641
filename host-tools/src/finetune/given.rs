//! The samples of a session that somebody took, in place of a hand that is drawn.

use tinyconv::plan::Dims;

use super::samples::by_class;
use super::{FinetuneError, FinetuneOptions, SessionSamples};
use crate::data::Split;
use crate::training::check_size;

/// Of each class of the held samples, 1 in so many is to check with.
const CHECK_ONE_IN: usize = 4;

impl SessionSamples {
    /// New samples as they are: all of `shown` to train with; of `held`, a quarter of each class to check
    /// with (at least one of two), and the rest to judge by, which nothing depends on.
    ///
    /// Of `old`, samples that the network was not trained with, `options.replay` are replayed, and there are
    /// as many to check with and to judge by as there are new ones, as far as `old` has them. Without `old`,
    /// nothing is replayed and forgetting is not measured. `shape` is that of all samples: channels, rows,
    /// columns.
    ///
    /// # Errors
    /// If they are no images of that shape with classes, if there are none to train with, or too few to
    /// check with and to judge by.
    ///
    /// # Panics
    /// If a label is not below `classes`.
    ///
    /// ```
    /// use tinyconv_training::data::{Inputs, Split};
    /// use host_tools::finetune::{FinetuneOptions, SessionSamples, Trains};
    ///
    /// // Two classes, black images and white ones.
    /// let new = |each| {
    ///     let pixels = [[0; 4], [255; 4]].concat().repeat(each);
    ///     Split::new(Inputs::bytes([1, 2, 2], pixels), [0, 1].repeat(each))
    /// };
    /// let options = FinetuneOptions::new(Trains::All);
    /// let samples = SessionSamples::given(new(5), &new(8), None, [1, 2, 2], 2, &options)?;
    /// // shown, replay, check, held, upright
    /// assert_eq!(samples.sets().map(|set| set.labels.len()), [10, 0, 4, 12, 0]);
    /// assert_eq!(samples.shown, new(5));
    ///
    /// let too_few = SessionSamples::given(new(5), &new(1), None, [1, 2, 2], 2, &options);
    /// assert!(too_few.unwrap_err().to_string().contains("more into the directory of --held"));
    /// # Ok::<(), host_tools::finetune::FinetuneError>(())
    /// ```
    pub fn given(
        shown: Split,
        held: &Split,
        old: Option<&Split>,
        shape: [usize; 3],
        classes: usize,
        options: &FinetuneOptions,
    ) -> Result<Self, FinetuneError> {
        for split in [&shown, held].into_iter().chain(old) {
            if split.images().is_none() {
                return Err(FinetuneError::NoImages);
            }
            if !split.targets.is_empty() {
                return Err(FinetuneError::NoClasses);
            }
            check_size(Dims::Map(shape), &split.inputs)?;
        }
        if shown.labels.is_empty() {
            return Err(FinetuneError::NoSamples { option: "shown" });
        }

        let (mut to_check, mut to_judge) = (Vec::new(), Vec::new());
        for mut indices in by_class(&held.labels, classes, options.seed) {
            // Of one sample alone, none is left to check with.
            let least = usize::from(indices.len() > 1);
            let checks = (indices.len() / CHECK_ONE_IN).max(least);
            to_check.extend(indices.drain(..checks));
            to_judge.extend(indices);
        }
        if to_check.is_empty() {
            return Err(FinetuneError::TooFewHeld);
        }

        let [replay, old_check, upright] = match old {
            Some(old) => divided(old, classes, [to_check.len(), to_judge.len()], options)?,
            None => [(); 3].map(|()| held.select([])),
        };
        let mut check = held.select(to_check);
        check.append(old_check);
        Ok(Self { shown, replay, check, held: held.select(to_judge), upright })
    }
}

/// Of the old samples: those to replay, then as many to check with and to judge by as there are new ones,
/// or as there are. Classes take turns as long as they have samples.
fn divided(
    old: &Split,
    classes: usize,
    [check, judge]: [usize; 2],
    options: &FinetuneOptions,
) -> Result<[Split; 3], FinetuneError> {
    let (found, replay) = (old.labels.len(), options.replay);
    let Some(rest) = found.checked_sub(replay).filter(|&rest| rest > 0) else {
        return Err(FinetuneError::TooFewOld { replay, found, fitting: found.saturating_sub(1) });
    };
    let check = check.min(rest / 2);
    let counts = [replay, check, judge.min(rest - check)];

    let mut by_class = by_class(&old.labels, classes, options.seed);
    let mut in_turns = Vec::new();
    while in_turns.len() < found {
        in_turns.extend(by_class.iter_mut().filter_map(Vec::pop));
    }
    let mut in_turns = in_turns.into_iter();
    Ok(counts.map(|count| old.select(in_turns.by_ref().take(count))))
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;
    use crate::data::Inputs;
    use crate::finetune::Trains;

    /// Sample `i` has `first + i` in its only pixel.
    fn split(first: u8, labels: &[u16]) -> Split {
        let pixels = (first..).take(labels.len()).collect();
        Split::new(Inputs::bytes([1, 1, 1], pixels), labels.to_vec())
    }

    fn given(held: &Split, old: Option<&Split>, replay: usize, seed: u64) -> SessionSamples {
        let options = FinetuneOptions { replay, seed, ..FinetuneOptions::new(Trains::All) };
        let shown = split(100, &[0, 2]);
        SessionSamples::given(shown, held, old, [1, 1, 1], 3, &options).unwrap()
    }

    fn pixels(set: &Split) -> Vec<u8> {
        set.images().unwrap().pixels.to_vec()
    }

    #[test]
    fn a_quarter_of_each_held_class_is_to_check_with_and_the_seed_chooses() {
        // Nine of class 0, one of class 1, two of class 2.
        let held = split(0, &[0, 0, 0, 0, 0, 0, 0, 0, 0, 1, 2, 2]);
        let samples = given(&held, None, 20, 1);
        assert_eq!(samples.check.labels, [0, 0, 2]);
        assert_eq!(samples.held.labels, [0, 0, 0, 0, 0, 0, 0, 1, 2]);
        let all = [pixels(&samples.check), pixels(&samples.held)].concat();
        assert_eq!(all.into_iter().collect::<BTreeSet<_>>(), (0..12).collect());
        assert_eq!(samples, given(&held, None, 20, 1));
        assert_ne!(samples, given(&held, None, 20, 2));
    }

    #[test]
    fn old_samples_are_replayed_then_checked_then_judged_by() {
        let held = split(0, &[0, 0, 0, 0, 1, 1, 1, 1]);
        let old = split(50, &[0, 1, 2, 0, 1, 2, 0, 1, 2, 0]);
        let samples = given(&held, Some(&old), 3, 1);
        // To judge by: five are left in place of six.
        assert_eq!(samples.sets().map(|set| set.labels.len()), [2, 3, 4, 6, 5]);
        assert_eq!(
            (&*samples.replay.labels, &samples.check.labels[2..]),
            (&[0, 1, 2][..], &[0, 1][..])
        );
        let sets = [&samples.replay, &samples.upright, &samples.check.select(2..4)];
        let used: BTreeSet<_> = sets.into_iter().flat_map(pixels).collect();
        assert_eq!(used, (50..60).collect());

        let options = FinetuneOptions { replay: 10, ..FinetuneOptions::new(Trains::All) };
        let shown = split(100, &[0]);
        let error = SessionSamples::given(shown, &held, Some(&old), [1, 1, 1], 3, &options);
        assert!(matches!(
            error,
            Err(FinetuneError::TooFewOld { replay: 10, found: 10, fitting: 9 })
        ));
        assert!(given(&held, Some(&old), 9, 1).upright.labels.len() == 1);
    }

    #[test]
    fn other_sizes_and_targets_are_refused() {
        let options = FinetuneOptions::new(Trains::All);
        let (fits, other) =
            (split(0, &[0, 0]), Split::new(Inputs::bytes([1, 1, 2], vec![0; 2]), vec![0]));
        let refused = |shown: &Split, held: &Split, old: Option<&Split>| {
            SessionSamples::given(shown.clone(), held, old, [1, 1, 1], 3, &options).unwrap_err()
        };
        for error in [
            refused(&other, &fits, None),
            refused(&fits, &other, None),
            refused(&fits, &fits, Some(&other)),
        ] {
            assert!(error.to_string().starts_with("the samples are 1 x 1 x 2"), "{error}");
        }
        let targets = Split::with_targets(Inputs::bytes([1, 1, 1], vec![0]), vec![0.5]);
        assert!(matches!(refused(&targets, &fits, None), FinetuneError::NoClasses));
    }
}
