//! The mistakes that a network is surest of: where it is worth looking.

use maud::{Markup, html};

use super::number::{count, share};
use super::picture::{Picture, data_uri};
use super::{Confidence, Mistake};

/// Collects the most confident mistakes of an evaluation, without keeping the others.
///
/// ```
/// use tinyconv_report::report::{Confidence, Mistakes};
///
/// let mut mistakes = Mistakes::new(1, Confidence::Softmax);
/// mistakes.consider(0, 1, &[0.0, 0.5]); // right
/// mistakes.consider(1, 1, &[0.1, 0.0]);
/// mistakes.consider(2, 0, &[0.0, 3.0]);
/// let [worst] = mistakes.list() else { panic!() };
/// assert_eq!((worst.index, worst.label, worst.predicted), (2, 0, 1));
/// assert!(worst.confidence > 0.95);
/// ```
#[derive(Clone, Debug)]
pub struct Mistakes {
    most: usize,
    confidence: Confidence,
    list: Vec<Mistake>,
}

impl Mistakes {
    /// None yet, and never more than `most`.
    ///
    /// ```
    /// use tinyconv_report::report::{Confidence, Mistakes};
    ///
    /// let mut mistakes = Mistakes::new(2, Confidence::Softmax);
    /// assert!(mistakes.list().is_empty());
    /// (0..9).for_each(|index| mistakes.consider(index, 1, &[1.0, 0.0]));
    /// assert_eq!(mistakes.list().len(), 2);
    /// ```
    #[must_use]
    pub const fn new(most: usize, confidence: Confidence) -> Self {
        Self { most, confidence, list: Vec::new() }
    }

    /// Looks at the outputs for sample `index`, which is of class `label`.
    ///
    /// # Panics
    /// If there are no outputs or none for the label.
    ///
    /// ```
    /// use tinyconv_report::report::{Confidence, Mistakes};
    ///
    /// let mut mistakes = Mistakes::new(20, Confidence::Softmax);
    /// mistakes.consider(0, 1, &[0.0, 1.0]); // right
    /// mistakes.consider(1, 0, &[0.0, 1.0]);
    /// assert_eq!((mistakes.list().len(), mistakes.list()[0].index), (1, 1));
    /// ```
    pub fn consider(&mut self, index: u32, label: u16, outputs: &[f32]) {
        let predicted = tinyconv::loss::largest(outputs);
        if predicted == label {
            return;
        }
        // A label may be that of no output.
        let in_class = |class: u16| match outputs.get(usize::from(class)) {
            Some(_) => self.confidence.in_class(class.into(), outputs),
            None => f64::NAN,
        };
        let mistake = Mistake {
            index,
            label,
            predicted,
            confidence: in_class(predicted),
            confidence_in_label: in_class(label),
        };
        // The earlier one of two that are as sure.
        let place = self.list.partition_point(|other| rank(other) >= rank(&mistake));
        self.list.insert(place, mistake);
        self.list.truncate(self.most);
    }

    /// The mistakes, the most confident first.
    ///
    /// ```
    /// use tinyconv_report::report::{Confidence, Mistakes};
    ///
    /// let mut mistakes = Mistakes::new(20, Confidence::Output);
    /// mistakes.consider(0, 1, &[0.5, 0.25]);
    /// mistakes.consider(1, 1, &[0.75, 0.25]);
    /// assert_eq!(mistakes.list().iter().map(|mistake| mistake.index).collect::<Vec<_>>(), [1, 0]);
    /// ```
    #[must_use]
    pub fn list(&self) -> &[Mistake] {
        &self.list
    }

    /// How the confidence was taken from outputs.
    ///
    /// ```
    /// use tinyconv_report::report::{Confidence, Mistakes};
    ///
    /// assert_eq!(Mistakes::new(20, Confidence::Sigmoid).confidence(), Confidence::Sigmoid);
    /// ```
    #[must_use]
    pub const fn confidence(&self) -> Confidence {
        self.confidence
    }
}

/// Those without a number come last.
fn rank(mistake: &Mistake) -> f64 {
    if mistake.confidence.is_nan() { f64::NEG_INFINITY } else { mistake.confidence }
}

/// The mistakes with their pictures, one for each.
pub(super) fn section(
    mistakes: &Mistakes,
    pictures: &[Picture],
    label: &dyn Fn(u16) -> String,
) -> Markup {
    let name = mistakes.confidence.name();
    html! {
        section #mistakes {
            h2 { "Mistakes" }
            @if mistakes.list.is_empty() {
                p { "None: every test image is classified correctly." }
            } @else {
                p .note {
                    "The " (mistakes.list.len()) " most confident mistakes on the test images: "
                    "true class \u{2192} predicted class, and the " (name)
                    " that the network gives to the prediction (and to the truth). "
                    "Some labels are arguable; the others show what to collect more of."
                }
                div .mistakes {
                    @for (mistake, picture) in mistakes.list.iter().zip(pictures) {
                        @let (truth, said) = (label(mistake.label), label(mistake.predicted));
                        figure {
                            img src=(data_uri(picture))
                                alt={ "test image " (mistake.index) ": " (truth) ", taken for " (said) };
                            figcaption {
                                span .verdict { b { (truth) } " \u{2192} " b .wrong { (said) } }
                                span .sure { (share(mistake.confidence)) }
                                span .small { "truth " (share(mistake.confidence_in_label)) }
                                span .small { "image " (count(mistake.index as usize)) }
                            }
                        }
                    }
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_surest_come_first_and_the_earlier_of_equals() {
        let mut mistakes = Mistakes::new(3, Confidence::Output);
        for (index, output) in [0.5, 0.9, f32::NAN, 0.7, 0.9, 0.1].into_iter().enumerate() {
            mistakes.consider(index as u32, 0, &[-1.0, output]);
        }
        let order: Vec<u32> = mistakes.list().iter().map(|mistake| mistake.index).collect();
        assert_eq!(order, [1, 4, 3]);
    }

    #[test]
    fn outputs_that_are_no_numbers_are_mistakes_without_a_confidence() {
        let mut mistakes = Mistakes::new(3, Confidence::Softmax);
        mistakes.consider(0, 1, &[f32::NAN, f32::NAN]);
        mistakes.consider(1, 1, &[1.0, 0.0]);
        let order: Vec<u32> = mistakes.list().iter().map(|mistake| mistake.index).collect();
        assert_eq!(order, [1, 0]);
        assert!(mistakes.list()[1].confidence.is_nan());
    }
}
