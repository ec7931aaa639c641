//! How much the loss of a sample counts, by its class, and the words for it on a command line.

use std::fmt;
use std::str::FromStr;

use thiserror::Error;

/// A factor for the loss of each sample, and so for its gradients: that of its class.
///
/// The sum over a batch is still divided by the number of its samples, as in Keras (`class_weight`). Evaluations
/// count every sample once.
///
/// ```
/// use tinyconv_training::training::ClassWeights;
///
/// assert_eq!("1,2.5".parse(), Ok(ClassWeights::Given(vec![1.0, 2.5])));
/// // Three samples of class 0, one of class 1: samples / (classes * samples of the class).
/// let balanced = "balanced".parse::<ClassWeights>()?;
/// assert_eq!(balanced.of([0, 0, 1, 0].into_iter(), 2)?, [4.0 / 6.0, 4.0 / 2.0]);
/// # Ok::<(), tinyconv_training::training::InvalidClassWeights>(())
/// ```
#[derive(Clone, Debug, PartialEq)]
pub enum ClassWeights {
    /// `samples / (classes * samples of the class)` over the training samples and the classes that they
    /// have: every class has the same share in the loss. As scikit-learn's `class_weight="balanced"`
    /// (G. King and L. Zeng, "Logistic regression in rare events data", 2001).
    Balanced,
    /// One for each output of the network.
    Given(Vec<f32>),
}

/// Class weights that there are not, or not for such data.
///
/// ```
/// use tinyconv_training::training::{ClassWeights, InvalidClassWeights};
///
/// let error = "1,0".parse::<ClassWeights>().unwrap_err();
/// assert_eq!(error.to_string(), "a class weight is `0`; give finite numbers above 0");
/// ```
#[derive(Clone, Debug, PartialEq, Error)]
#[non_exhaustive]
pub enum InvalidClassWeights {
    /// A weight that is no positive number.
    #[error("a class weight is `{0}`; give finite numbers above 0")]
    Value(String),
    /// Not as many as the network has outputs.
    #[error("{given} class weights for {outputs} outputs: give one for each output, or `balanced`")]
    Count {
        /// How many were given.
        given: usize,
        /// Outputs of the network.
        outputs: usize,
    },
    /// Samples that have no classes.
    #[error(
        "the samples have targets, which are numbers, and no classes to weigh: leave out --class-weights"
    )]
    Targets,
}

impl ClassWeights {
    /// The weight of each output's class, for training samples with these `labels`; 1 for a class that
    /// has no sample.
    ///
    /// # Errors
    /// If there are not as many as `outputs`.
    ///
    /// # Panics
    /// If a label is not below `outputs`.
    ///
    /// ```
    /// use tinyconv_training::training::{ClassWeights, InvalidClassWeights};
    ///
    /// let weights = |labels: &[u16]| ClassWeights::Balanced.of(labels.iter().copied(), 3).unwrap();
    /// assert_eq!(weights(&[0, 1, 2]), [1.0; 3]);
    /// assert_eq!(weights(&[0, 0, 0, 2]), [4.0 / 6.0, 1.0, 4.0 / 2.0]);
    ///
    /// let error = ClassWeights::Given(vec![1.0]).of([0].into_iter(), 3).unwrap_err();
    /// assert_eq!(error, InvalidClassWeights::Count { given: 1, outputs: 3 });
    /// ```
    pub fn of(
        &self,
        labels: impl Iterator<Item = u16>,
        outputs: usize,
    ) -> Result<Vec<f32>, InvalidClassWeights> {
        match self {
            Self::Balanced => {
                let mut counts = vec![0u32; outputs];
                labels.for_each(|label| counts[usize::from(label)] += 1);
                let samples = f64::from(counts.iter().sum::<u32>());
                let classes = counts.iter().filter(|&&count| count > 0).count() as f64;
                let weight = |&count: &u32| match count {
                    0 => 1.0,
                    count => (samples / (classes * f64::from(count))) as f32,
                };
                Ok(counts.iter().map(weight).collect())
            }
            Self::Given(weights) if weights.len() != outputs => {
                Err(InvalidClassWeights::Count { given: weights.len(), outputs })
            }
            Self::Given(weights) => {
                let wrong = weights.iter().find(|&&weight| !is_weight(weight));
                wrong.map_or_else(
                    || Ok(weights.clone()),
                    |weight| Err(InvalidClassWeights::Value(format!("{weight:?}"))),
                )
            }
        }
    }
}

fn is_weight(weight: f32) -> bool {
    weight.is_finite() && weight > 0.0
}

impl FromStr for ClassWeights {
    type Err = InvalidClassWeights;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        if text == "balanced" {
            return Ok(Self::Balanced);
        }
        let weight = |word: &str| {
            let word = word.trim();
            let weight = word.parse().ok().filter(|&weight| is_weight(weight));
            weight.ok_or_else(|| InvalidClassWeights::Value(word.into()))
        };
        text.split(',').map(weight).collect::<Result<_, _>>().map(Self::Given)
    }
}

impl fmt::Display for ClassWeights {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Balanced => f.write_str("balanced"),
            Self::Given(weights) => {
                let words: Vec<String> = weights.iter().map(ToString::to_string).collect();
                f.write_str(&words.join(","))
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_and_weights() {
        for words in ["balanced", "1", "0.5,2,3"] {
            assert_eq!(words.parse::<ClassWeights>().unwrap().to_string(), words);
        }
        for words in ["", "1,", "evenly", "1,-2", "NaN", "1,inf", "0"] {
            let error = words.parse::<ClassWeights>().unwrap_err();
            assert!(matches!(error, InvalidClassWeights::Value(_)), "{words}");
        }
    }
}
