//! Which training samples are kept apart to judge epochs by.

use std::collections::BTreeMap;

use thiserror::Error;
use tinyconv::{Purpose, Random};

use crate::data::Split;

/// A share of the training samples that cannot be kept apart.
///
/// ```
/// use tinyconv_training::data::{Inputs, Split};
/// use tinyconv_training::training::{InvalidValidation, keep_apart};
///
/// let split = Split::new(Inputs::bytes([1, 1, 1], vec![1, 2, 3]), vec![0, 0, 0]);
/// let error = keep_apart(&split, 0.1, 1).unwrap_err();
/// assert!(error.to_string().ends_with("use --validate 0.34, or more samples"));
/// ```
#[derive(Clone, Debug, PartialEq, Error)]
#[non_exhaustive]
pub enum InvalidValidation {
    /// No share.
    #[error(
        "a share of {0} cannot be kept apart: give a number above 0 and below 1, such as --validate 0.1"
    )]
    Share(f64),
    /// Nothing of a class would be left to train with, or to validate with.
    #[error(
        "--validate {share} keeps {kept} of the {samples} training samples of class {class} apart, and \
         leaves none to {} with: use --validate {advice}, or more samples",
        if *.kept == 0 { "validate" } else { "train" }
    )]
    Class {
        /// The class.
        class: u16,
        /// Its training samples.
        samples: usize,
        /// How many of them would be kept apart.
        kept: usize,
        /// The share.
        share: f64,
        /// A share that does for every class.
        advice: f64,
    },
    /// A sample cannot be in both sets.
    #[error(
        "class {0} has only one training sample, which cannot both train and validate: give it more, or \
         leave out --validate"
    )]
    OneSample(u16),
}

/// Divides `split` into samples to train with and samples to validate with: `round(share * samples)` of
/// each class, which the seed decides, both in the order they had.
///
/// Samples with targets are all of one class.
///
/// # Errors
/// If the share is none, or a class would have no sample in one of both.
///
/// ```
/// use tinyconv_training::data::{Inputs, Split};
/// use tinyconv_training::training::keep_apart;
///
/// // A hundred samples of class 0, fifty of class 1.
/// let labels: Vec<u16> = (0..150).map(|index| u16::from(index % 3 == 2)).collect();
/// let split = Split::new(Inputs::bytes([1, 1, 1], (0..150).collect()), labels);
/// let (train, validation) = keep_apart(&split, 0.1, 1)?;
/// let of = |split: &Split, class| split.labels.iter().filter(|&&label| label == class).count();
/// assert_eq!([of(&validation, 0), of(&validation, 1)], [10, 5]);
/// assert_eq!([of(&train, 0), of(&train, 1)], [90, 45]);
/// assert_ne!(keep_apart(&split, 0.1, 2)?.1, validation); // another seed
/// # Ok::<(), tinyconv_training::training::InvalidValidation>(())
/// ```
pub fn keep_apart(
    split: &Split,
    share: f64,
    seed: u64,
) -> Result<(Split, Split), InvalidValidation> {
    if !(share > 0.0 && share < 1.0) {
        return Err(InvalidValidation::Share(share));
    }
    let mut classes: BTreeMap<u16, Vec<usize>> = BTreeMap::new();
    for (index, &label) in split.labels.iter().enumerate() {
        classes.entry(label).or_default().push(index);
    }
    if let Some((&class, _)) = classes.iter().find(|(_, indices)| indices.len() == 1) {
        return Err(InvalidValidation::OneSample(class));
    }
    let fewest = classes.values().map(Vec::len).min().unwrap_or(0);
    let random = Random::new(seed, Purpose::Validate);
    let mut is_kept = vec![false; split.labels.len()];
    for (&class, indices) in &mut classes {
        let samples = indices.len();
        let kept = (share * samples as f64).round() as usize;
        if kept == 0 || kept == samples {
            // One of the smallest class, in hundredths; half of any class leaves some of it.
            let one = (100.0 / fewest as f64).ceil() / 100.0;
            let advice = if kept == 0 { one.min(0.5) } else { 0.5 };
            return Err(InvalidValidation::Class { class, samples, kept, share, advice });
        }
        random.shuffle(class.into(), indices);
        indices[..kept].iter().for_each(|&index| is_kept[index] = true);
    }
    let choose =
        |kept: bool| split.select((0..is_kept.len()).filter(|&index| is_kept[index] == kept));
    Ok((choose(false), choose(true)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::data::Inputs;

    fn split(labels: Vec<u16>) -> Split {
        Split::new(Inputs::bytes([1, 1, 1], (0..labels.len()).map(|i| i as u8).collect()), labels)
    }

    #[test]
    fn every_sample_is_in_one_of_both() {
        let (train, validation) = keep_apart(&split([0, 1, 2, 1].repeat(10)), 0.3, 7).unwrap();
        let pixels = |split: &Split| split.images().unwrap().pixels.to_vec();
        let (mut all, rest) = (pixels(&train), pixels(&validation));
        assert!(all.is_sorted() && rest.is_sorted() && rest.len() == 12);
        all.extend(rest);
        all.sort_unstable();
        assert!(all.into_iter().eq(0..40));
    }

    #[test]
    fn the_advice_of_each_error_works() {
        for share in [0.0, 1.0, -0.5, f64::NAN, f64::INFINITY] {
            assert!(matches!(
                keep_apart(&split(vec![0; 9]), share, 1),
                Err(InvalidValidation::Share(_))
            ));
        }
        for (share, few) in [(0.01, 2), (0.01, 7), (0.001, 49), (0.99, 2), (0.9, 3), (0.999, 120)] {
            let split = split([vec![0; 125], vec![3; few]].concat());
            let Err(InvalidValidation::Class { advice, .. }) = keep_apart(&split, share, 1) else {
                panic!("{share} of {few}")
            };
            assert!(keep_apart(&split, advice, 1).is_ok(), "{advice} of {few}");
        }
        assert_eq!(keep_apart(&split(vec![0, 0, 5]), 0.5, 1), Err(InvalidValidation::OneSample(5)));
    }
}
