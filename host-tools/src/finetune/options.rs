//! What a session of fine-tuning is told.

use tinyconv::plan::Plan;

use super::tuner::cut;
use super::{FinetuneError, Trains};
use crate::data::Hand;
use crate::interpret::Interpreter;
use crate::limits::Limits;
use crate::model::Model;

/// Everything that a session depends on, besides the model and the data.
///
/// ```
/// use host_tools::finetune::{FinetuneOptions, Trains};
///
/// let options = FinetuneOptions { shown: 80, ..FinetuneOptions::new(Trains::Last(1)) };
/// assert_eq!((options.shown, options.replay, options.hand.degrees), (80, 20, 25.0));
/// ```
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct FinetuneOptions {
    /// The layers that are trained.
    pub trains: Trains,
    /// Passes over the shown samples.
    pub epochs: u32,
    /// The learning rate.
    pub learning_rate: f32,
    /// The new hand.
    pub hand: Hand,
    /// Samples of the new hand that it is trained with.
    pub shown: usize,
    /// Samples of the old hand that it is trained with, so that it does not forget; may be 0.
    pub replay: usize,
    /// Samples of each hand that the gate counts on.
    pub check: usize,
    /// Samples of each hand that the accuracies are of.
    pub held: usize,
    /// The seed of the choice of samples and of their order.
    pub seed: u64,
    /// What may be spent on it.
    pub limits: Limits,
}

impl FinetuneOptions {
    /// The options that the example firmware has.
    ///
    /// ```
    /// use host_tools::finetune::{FinetuneOptions, Trains};
    ///
    /// // With more layers, smaller steps.
    /// let rate = |trains| FinetuneOptions::new(trains).learning_rate;
    /// assert!(rate(Trains::All) < rate(Trains::Last(1)));
    /// ```
    #[must_use]
    pub const fn new(trains: Trains) -> Self {
        Self {
            trains,
            epochs: 10,
            learning_rate: match trains {
                Trains::Last(1) => 0.02,
                // With more, the gate lets only the first epochs pass.
                _ => 0.003,
            },
            hand: Hand { degrees: 25.0, finer: true, paper: 20 },
            shown: 40,
            replay: 20,
            check: 20,
            held: 100,
            seed: 1,
            limits: Limits::USUAL,
        }
    }

    /// Checks the options that do not need the model or the data.
    ///
    /// # Errors
    /// If no session can be held with them.
    ///
    /// ```
    /// use host_tools::finetune::{FinetuneOptions, Trains};
    ///
    /// let usual = FinetuneOptions::new(Trains::All);
    /// assert!(usual.validate().is_ok());
    /// assert!(FinetuneOptions { learning_rate: f32::NAN, ..usual }.validate().is_err());
    /// ```
    pub fn validate(&self) -> Result<(), FinetuneError> {
        let counts = [("shown", self.shown), ("check", self.check), ("held", self.held)];
        if let Some((option, _)) = counts.into_iter().find(|&(_, count)| count == 0) {
            return Err(FinetuneError::NoSamples { option });
        }
        if self.epochs == 0 {
            return Err(FinetuneError::NoEpochs);
        }
        if !(self.learning_rate.is_finite() && self.learning_rate > 0.0) {
            return Err(FinetuneError::LearningRate(self.learning_rate));
        }
        if !(-180.0..=180.0).contains(&self.hand.degrees) {
            return Err(FinetuneError::Angle(self.hand.degrees));
        }
        Ok(())
    }

    /// Checks that `model` can be trained with these options.
    ///
    /// # Errors
    /// If no session can be held with them.
    ///
    /// ```
    /// use host_tools::finetune::{FinetuneOptions, Trains};
    /// use host_tools::model::MODELS;
    ///
    /// let [digits, lenet] = [MODELS[0], MODELS[4]];
    /// assert!(FinetuneOptions::new(Trains::Last(2)).check(digits).is_ok());
    /// let error = FinetuneOptions::new(Trains::Last(9)).check(digits).unwrap_err().to_string();
    /// assert!(error.ends_with("use --trains 1 or 2 or all"));
    /// let error = FinetuneOptions::new(Trains::All).check(lenet).unwrap_err().to_string();
    /// assert!(error.starts_with("lenet has batch normalisation or dropout"));
    /// ```
    pub fn check(&self, model: &dyn Model) -> Result<(), FinetuneError> {
        self.validate()?;
        let (trains, network) = (self.trains, model.name().to_owned());
        let (input, layers) = (model.input(), model.layers());
        if !layers.iter().all(|layer| layer.kind.is_deployed()) {
            return Err(FinetuneError::NotDeployed(network));
        }
        // What is wrong with the layers as a whole.
        Interpreter::new(input, &layers)?;
        let plan = Plan::new(input, &layers).expect("the interpreter has looked");
        if plan.all().params == 0 {
            return Err(FinetuneError::NoParameters(network));
        }
        if cut(&plan, trains).is_none() {
            let last = (1..=plan.most_last()).map(|count| format!("{count} or "));
            let possible = last.chain(["all".into()]).collect();
            return Err(FinetuneError::Trains { network, trains, possible });
        }
        Ok(())
    }
}
