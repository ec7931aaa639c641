//! What a session of fine-tuning came to, and the lines that a board prints of it.

use tinyconv::tuning::{Memory, Verdict};

use super::{FinetuneOptions, SessionSamples};

/// Correct answers on the images that are held back.
///
/// ```
/// use host_tools::finetune::Correct;
///
/// let (before, after) = (Correct { held: 69, upright: 99 }, Correct { held: 84, upright: 99 });
/// assert!(after.held > before.held && after.upright == before.upright);
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Correct {
    /// Of the new hand.
    pub held: u32,
    /// Of the old hand.
    pub upright: u32,
}

/// What is known after an epoch.
///
/// ```
/// use host_tools::finetune::{Epoch, verdict_text};
/// use tinyconv::tuning::Verdict;
///
/// let epoch = Epoch { loss: 0.5, check: 18, verdict: Verdict::Kept };
/// assert_eq!(verdict_text(epoch.verdict), "kept");
/// ```
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Epoch {
    /// The mean loss of the shown samples, each before it was trained with.
    pub loss: f32,
    /// Correct answers on the images for checking.
    pub check: u32,
    /// What the gate decided.
    pub verdict: Verdict,
}

/// What a session came to.
///
/// ```
/// use std::path::Path;
///
/// use tinyconv_training::data::{Dataset, bundled_mnist_dir};
/// use tinyconv_training::files;
/// use host_tools::finetune::{FinetuneOptions, SessionSamples, Trains, finetune};
/// use host_tools::model::MODELS;
/// use tinyconv_training::model::Networks;
///
/// let path = Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/../tests/data/digits.tinyconv"));
/// let bytes = files::read(path)?;
/// let file = files::parse(path, &bytes)?;
/// let factory: Vec<f32> = file.parameters().collect();
/// let test = Dataset::open_test(&bundled_mnist_dir(), 10)?;
/// let options = FinetuneOptions { epochs: 1, held: 10, ..FinetuneOptions::new(Trains::Last(1)) };
/// let samples = SessionSamples::choose(&test, 10, &options)?;
/// let model = MODELS[0];
/// let outcome = finetune(model, &factory, file.normalisation, &samples, &options)?;
/// assert_eq!(outcome.epochs.len(), 1);
/// assert!(outcome.epochs[0].loss.is_finite() && outcome.after.held <= 10);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug)]
pub struct SessionOutcome {
    /// Before training.
    pub before: Correct,
    /// Correct answers before training on the images for checking.
    pub check_before: u32,
    /// Epoch by epoch.
    pub epochs: Vec<Epoch>,
    /// With the parameters that did best on the images for checking.
    pub after: Correct,
    /// These, all of the network, frozen ones included.
    pub parameters: Vec<f32>,
    /// How many of them were trained: the last ones.
    pub trained: usize,
    /// [`checksum`](tinyconv::tuning::checksum) of those that were trained.
    pub checksum: u32,
    /// The RAM of the trainer.
    pub memory: Memory,
}

impl SessionOutcome {
    /// The lines that the firmware prints of the same session, numbers to the last bit.
    ///
    /// ```
    /// use std::path::Path;
    ///
    /// use tinyconv_training::data::{Dataset, bundled_mnist_dir};
    /// use tinyconv_training::files;
    /// use host_tools::finetune::{FinetuneOptions, SessionSamples, Trains, finetune};
    /// use host_tools::model::MODELS;
    /// use tinyconv_training::model::Networks;
    ///
    /// let path = Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/../tests/data/digits.tinyconv"));
    /// let bytes = files::read(path)?;
    /// let file = files::parse(path, &bytes)?;
    /// let factory: Vec<f32> = file.parameters().collect();
    /// let test = Dataset::open_test(&bundled_mnist_dir(), 10)?;
    /// let options = FinetuneOptions { epochs: 1, held: 10, ..FinetuneOptions::new(Trains::Last(1)) };
    /// let samples = SessionSamples::choose(&test, 10, &options)?;
    /// let model = MODELS[0];
    /// let outcome = finetune(model, &factory, file.normalisation, &samples, &options)?;
    /// let lines = outcome.lines(&options, &samples);
    /// assert_eq!(lines[0], "training the last layer: 2570 parameters, 14760 bytes of RAM");
    /// assert!(lines[2].starts_with("epoch 1: loss "));
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    #[must_use]
    pub fn lines(&self, options: &FinetuneOptions, samples: &SessionSamples) -> Vec<String> {
        let held = |correct: Correct| {
            format!(
                "held {} of {}, upright {} of {}",
                correct.held,
                samples.held.labels.len(),
                correct.upright,
                samples.upright.labels.len()
            )
        };
        let checks = samples.check.labels.len();
        let mut lines = vec![
            format!(
                "training {}: {} parameters, {} bytes of RAM",
                options.trains,
                self.trained,
                self.memory.total()
            ),
            format!("before: {}, check {} of {checks}", held(self.before), self.check_before),
        ];
        for (epoch, Epoch { loss, check, verdict }) in (1..).zip(&self.epochs) {
            let verdict = verdict_text(*verdict);
            lines.push(format!("epoch {epoch}: loss {loss}, check {check} of {checks}, {verdict}"));
        }
        lines.push(format!("after: {}, parameters {:08x}", held(self.after), self.checksum));
        lines
    }
}

/// What the gate decided, in words.
///
/// ```
/// use host_tools::finetune::verdict_text;
/// use tinyconv::tuning::Verdict;
///
/// assert_eq!(verdict_text(Verdict::RolledBack), "rolled back");
/// ```
#[must_use]
pub const fn verdict_text(verdict: Verdict) -> &'static str {
    match verdict {
        Verdict::Kept => "kept",
        Verdict::Tolerated => "tolerated",
        Verdict::RolledBack => "rolled back",
    }
}
