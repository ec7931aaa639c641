//! Learning rates over a run, and the words for them on a command line.

use std::fmt;
use std::str::FromStr;

use thiserror::Error;

use super::Curve;

/// How the learning rate changes over a run: a linear warm-up, if any, and then a curve.
///
/// In words it is the curve's name and numbers, after `warm-up:STEPS+` if there is a warm-up.
///
/// ```
/// use tinyconv_training::training::{Curve, Schedule};
///
/// let schedule: Schedule = "warm-up:3+step:10,0.5".parse()?;
/// assert_eq!(schedule, Schedule { warm_up: 3, curve: Curve::Step { every: 10, factor: 0.5 } });
/// assert_eq!(schedule.to_string(), "warm-up:3+step:10,0.5");
/// let rates = [0, 1, 2, 3, 12, 13, 23].map(|step| schedule.learning_rate(0.5, step, 100));
/// assert_eq!(rates, [0.125, 0.25, 0.375, 0.5, 0.5, 0.25, 0.125]);
/// # Ok::<(), tinyconv_training::training::InvalidSchedule>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Schedule {
    /// Steps before the curve begins; 0: none.
    ///
    /// Over these, the learning rate rises in equal steps to that with which the curve begins. Where
    /// a run has no more steps than that, it ends on the way up.
    pub warm_up: u32,
    /// What follows, over the rest of the steps.
    pub curve: Curve,
}

/// A schedule that there is not, or not with such numbers.
///
/// ```
/// use tinyconv_training::training::{InvalidSchedule, Schedule};
///
/// let error = "step:0,0.5".parse::<Schedule>().unwrap_err();
/// assert!(matches!(error, InvalidSchedule::Steps { .. }));
/// assert!(error.to_string().contains("`0`; give a number of steps from 1"));
/// ```
#[derive(Clone, Debug, PartialEq, Error)]
#[non_exhaustive]
pub enum InvalidSchedule {
    /// An unknown name, or other numbers than belong to it.
    #[error(
        "there is no schedule `{0}`: use constant, step:STEPS,FACTOR, exponential:LAST, cosine or \
         one-cycle, each alone or after warm-up:STEPS+"
    )]
    Words(String),
    /// A number of steps that is 0 or no number.
    #[error("the {what} of a schedule is `{value}`; give a number of steps from 1 to {}", u32::MAX)]
    Steps {
        /// What it is.
        what: &'static str,
        /// Its value, as it was given.
        value: String,
    },
    /// A factor out of its limits, or no number.
    #[error("the {what} of a schedule is `{value}`; give a number above 0, and at most 1")]
    Factor {
        /// What it is.
        what: &'static str,
        /// Its value, as it was given.
        value: String,
    },
}

const PERIOD: &str = "period";
const FACTOR: &str = "factor";
const LAST: &str = "last share";

impl Schedule {
    /// The learning rate of step `step` of `steps`, for a run whose largest is `peak`.
    ///
    /// ```
    /// use tinyconv_training::training::{Curve, Schedule};
    ///
    /// let rate = |curve: Curve, step| Schedule::from(curve).learning_rate(0.5, step, 100);
    /// assert_eq!(rate(Curve::Constant, 3), 0.5);
    /// assert_eq!(rate(Curve::OneCycle, 0), 0.02);
    /// assert_eq!(rate(Curve::OneCycle, 30), 0.5);
    /// assert!(rate(Curve::OneCycle, 99) < 0.001);
    /// assert_eq!([rate(Curve::Cosine, 0), rate(Curve::Cosine, 50)], [0.5, 0.25]);
    /// assert_eq!(rate(Curve::Exponential { last: 0.01 }, 50), 0.05);
    /// ```
    #[must_use]
    pub fn learning_rate(self, peak: f32, step: u64, steps: u64) -> f32 {
        let warm_up = u64::from(self.warm_up);
        let of_curve =
            self.curve.share(step.saturating_sub(warm_up), steps.saturating_sub(warm_up));
        let share = if step < warm_up {
            of_curve * ((step + 1) as f64 / (warm_up + 1) as f64)
        } else {
            of_curve
        };
        (f64::from(peak) * share) as f32
    }

    /// Checks the numbers.
    ///
    /// # Errors
    /// If one is out of its limits.
    ///
    /// ```
    /// use tinyconv_training::training::{Curve, Schedule};
    ///
    /// assert!(Schedule::from(Curve::Exponential { last: 0.01 }).validate().is_ok());
    /// assert!(Schedule::from(Curve::Exponential { last: 1.5 }).validate().is_err());
    /// ```
    pub fn validate(&self) -> Result<(), InvalidSchedule> {
        match self.curve {
            Curve::Constant | Curve::Cosine | Curve::OneCycle => Ok(()),
            Curve::Step { every, factor } => {
                check_steps(PERIOD, every)?;
                check_factor(FACTOR, factor)
            }
            Curve::Exponential { last } => check_factor(LAST, last),
        }
    }
}

impl From<Curve> for Schedule {
    fn from(curve: Curve) -> Self {
        Self { warm_up: 0, curve }
    }
}

fn check_steps(what: &'static str, steps: u32) -> Result<(), InvalidSchedule> {
    if steps > 0 { Ok(()) } else { Err(InvalidSchedule::Steps { what, value: steps.to_string() }) }
}

fn check_factor(what: &'static str, factor: f64) -> Result<(), InvalidSchedule> {
    if factor > 0.0 && factor <= 1.0 {
        Ok(())
    } else {
        Err(InvalidSchedule::Factor { what, value: format!("{factor:?}") })
    }
}

fn steps(what: &'static str, text: &str) -> Result<u32, InvalidSchedule> {
    let steps =
        text.parse().map_err(|_| InvalidSchedule::Steps { what, value: text.to_owned() })?;
    check_steps(what, steps).map(|()| steps)
}

fn factor(what: &'static str, text: &str) -> Result<f64, InvalidSchedule> {
    let factor =
        text.parse().map_err(|_| InvalidSchedule::Factor { what, value: text.to_owned() })?;
    check_factor(what, factor).map(|()| factor)
}

impl FromStr for Schedule {
    type Err = InvalidSchedule;

    fn from_str(text: &str) -> Result<Self, InvalidSchedule> {
        let unknown = || InvalidSchedule::Words(text.to_owned());
        let (warm_up, curve) = match text.strip_prefix("warm-up:") {
            Some(rest) => {
                let (length, curve) = rest.split_once('+').ok_or_else(unknown)?;
                (steps("warm-up", length)?, curve)
            }
            None => (0, text),
        };
        let curve = match curve.split_once(':') {
            None => match curve {
                "constant" => Curve::Constant,
                "cosine" => Curve::Cosine,
                "one-cycle" => Curve::OneCycle,
                _ => return Err(unknown()),
            },
            Some(("step", numbers)) => {
                let (every, by) = numbers.split_once(',').ok_or_else(unknown)?;
                Curve::Step { every: steps(PERIOD, every)?, factor: factor(FACTOR, by)? }
            }
            Some(("exponential", last)) => Curve::Exponential { last: factor(LAST, last)? },
            Some(_) => return Err(unknown()),
        };
        Ok(Self { warm_up, curve })
    }
}

impl fmt::Display for Schedule {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.warm_up > 0 {
            write!(f, "warm-up:{}+", self.warm_up)?;
        }
        match self.curve {
            Curve::Constant => f.write_str("constant"),
            Curve::Step { every, factor } => write!(f, "step:{every},{factor:?}"),
            Curve::Exponential { last } => write!(f, "exponential:{last:?}"),
            Curve::Cosine => f.write_str("cosine"),
            Curve::OneCycle => f.write_str("one-cycle"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rates(text: &str, peak: f32, steps: u64) -> Vec<f32> {
        let schedule: Schedule = text.parse().unwrap();
        (0..steps).map(|step| schedule.learning_rate(peak, step, steps)).collect()
    }

    #[test]
    fn words_and_values_go_round() {
        for curve in ["constant", "step:30,0.9", "exponential:0.01", "cosine", "one-cycle"] {
            for text in [curve.to_owned(), format!("warm-up:100+{curve}")] {
                let schedule: Schedule = text.parse().unwrap();
                assert_eq!(schedule.to_string(), text);
                assert_eq!(schedule.validate(), Ok(()));
                assert_eq!(schedule.warm_up, if text == curve { 0 } else { 100 });
            }
        }
    }

    #[test]
    fn curves_have_the_rates_of_their_formulas() {
        assert_eq!(rates("constant", 0.3, 3), [0.3; 3]);
        assert_eq!(rates("step:2,0.5", 1.0, 7), [1.0, 1.0, 0.5, 0.5, 0.25, 0.25, 0.125]);
        assert_eq!(rates("exponential:0.0625", 1.0, 4), [1.0, 0.5, 0.25, 0.125]);
        let cosine = rates("cosine", 2.0, 4);
        for (rate, expected) in cosine.iter().zip([2.0, 1.0 + 0.5f32.sqrt(), 1.0]) {
            assert!((rate - expected).abs() < 1e-6, "{cosine:?}");
        }
    }

    /// The bits that the recipes' models were made with.
    #[test]
    fn one_cycle_keeps_its_bits() {
        let steps = [0, 5_000, 11_250, 20_000, 37_499];
        let bits = steps.map(|step| {
            Schedule::from(Curve::OneCycle).learning_rate(0.005, step, 37_500).to_bits()
        });
        assert_eq!(bits, [0x3951_b717, 0x3b0f_14c3, 0x3ba3_d70a, 0x3b75_c4a8, 0x3506_38f8]);
    }

    #[test]
    fn a_warm_up_ends_where_the_curve_begins() {
        assert_eq!(rates("warm-up:3+constant", 1.0, 5), [0.25, 0.5, 0.75, 1.0, 1.0]);
        // The curve has the rest of the steps.
        assert_eq!(rates("warm-up:2+cosine", 1.0, 6)[2..], rates("cosine", 1.0, 4));
        let one_cycle = rates("warm-up:1+one-cycle", 1.0, 101);
        assert_eq!(one_cycle[..2], [0.02, 0.04]);
        // A run that ends before it has warmed up.
        assert_eq!(rates("warm-up:3+cosine", 1.0, 2), [0.25, 0.5]);
    }

    #[track_caller]
    fn refuses(text: &str, words: &str) {
        let error = Schedule::from_str(text).expect_err(text).to_string();
        assert!(error.contains(words), "no {words:?} in: {error}");
    }

    #[test]
    fn what_is_refused_says_what_to_give() {
        for text in [
            "",
            "never",
            "step",
            "step:30",
            "exponential",
            "cosine:2",
            "constant:1",
            "one-cycle:3",
            "warm-up",
            "warm-up:10",
            "warm-up:10+",
            "warm-up:10+warm-up:10+cosine",
            "Cosine",
        ] {
            refuses(text, "use constant, step:STEPS,FACTOR");
        }
        for wrong in ["0", "-1", "1.5", "NaN", "", "99999999999"] {
            refuses(&format!("step:{wrong},0.9"), "the period of a schedule is `");
            refuses(&format!("warm-up:{wrong}+cosine"), "the warm-up of a schedule is `");
        }
        for wrong in ["0", "-0.5", "NaN", "inf", "1.01", "", "0.5,0.5"] {
            refuses(&format!("step:30,{wrong}"), "the factor of a schedule is `");
            refuses(&format!("exponential:{wrong}"), "the last share of a schedule is `");
        }
    }

    #[test]
    fn values_of_a_program_are_checked_too() {
        let wrong = [
            Curve::Step { every: 0, factor: 0.5 },
            Curve::Step { every: 1, factor: f64::NAN },
            Curve::Exponential { last: 0.0 },
        ];
        for curve in wrong {
            assert!(Schedule::from(curve).validate().is_err(), "{curve:?}");
        }
    }
}
