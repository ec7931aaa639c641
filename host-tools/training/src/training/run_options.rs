//! What a run is told besides its recipe.

use std::num::NonZeroU32;

use super::{ClassWeights, InvalidFreeze, InvalidOptions, Keep, Start};

/// What a run does beyond a recipe; as [`Default`] has it: nothing.
///
/// ```
/// use std::num::NonZeroU32;
///
/// use tinyconv_training::training::{Keep, RunOptions};
///
/// // Early stopping, and the best epoch in place of the last one.
/// let run = RunOptions {
///     validate: Some(0.1),
///     keep: Keep::Best,
///     patience: NonZeroU32::new(3),
///     ..RunOptions::default()
/// };
/// assert!(run.validate().is_ok());
/// ```
#[derive(Clone, Debug, Default, PartialEq)]
pub struct RunOptions {
    /// The share of the training samples that is kept apart, by [`keep_apart`](super::keep_apart), to
    /// judge epochs by; else the test samples show how it goes, and choose nothing.
    pub validate: Option<f64>,
    /// Which parameters it ends with.
    pub keep: Keep,
    /// Epochs in a row without a better one after which it ends.
    pub patience: Option<NonZeroU32>,
    /// The parameters that it starts with; else they are drawn.
    pub start: Option<Start>,
    /// So many of the first layers with parameters stay as they are, bit by bit.
    pub freeze: usize,
    /// How much the loss of a sample counts, by its class; else all count alike.
    pub class_weights: Option<ClassWeights>,
}

impl RunOptions {
    /// What differs from the default, by the names of the command line's options.
    ///
    /// ```
    /// use tinyconv_training::training::{Keep, RunOptions};
    ///
    /// let run = RunOptions { validate: Some(0.1), keep: Keep::Best, ..RunOptions::default() };
    /// assert_eq!(run.given(), [("--validate", "0.1".to_owned()), ("--keep", "best".to_owned())]);
    /// assert!(RunOptions::default().given().is_empty());
    /// ```
    #[must_use]
    pub fn given(&self) -> Vec<(&'static str, String)> {
        let Self { validate, keep, patience, start, freeze, class_weights } = self;
        let given = [
            // Not its parameters: a run has left them, and its model may have replaced their file.
            ("--from", start.as_ref().map(|start| start.name().to_owned())),
            ("--freeze", (*freeze > 0).then(|| freeze.to_string())),
            ("--validate", validate.map(|share| share.to_string())),
            ("--keep", (*keep != Keep::default()).then(|| keep.to_string())),
            ("--patience", patience.map(|patience| patience.to_string())),
            ("--class-weights", class_weights.as_ref().map(ToString::to_string)),
        ];
        given.into_iter().filter_map(|(name, value)| Some((name, value?))).collect()
    }

    /// Checks what does not need network and data.
    ///
    /// # Errors
    /// If something is to be chosen, and there are no validation samples to choose by; if layers are to
    /// stay as they were drawn.
    ///
    /// ```
    /// use tinyconv_training::training::{Keep, RunOptions};
    ///
    /// let error = RunOptions { keep: Keep::Best, ..RunOptions::default() }.validate().unwrap_err();
    /// assert!(error.to_string().ends_with("add --validate 0.1"));
    /// ```
    pub fn validate(&self) -> Result<(), InvalidOptions> {
        if self.freeze > 0 && self.start.is_none() {
            return Err(InvalidFreeze::NothingLearnt.into());
        }
        let option = match (self.keep, self.patience) {
            _ if self.validate.is_some() => return Ok(()),
            (Keep::Best, _) => "--keep best",
            (_, Some(_)) => "--patience",
            _ => return Ok(()),
        };
        Err(InvalidOptions::NothingToChooseBy { option })
    }
}
