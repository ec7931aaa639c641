//! What a session of fine-tuning came to, and the lines that a board prints of it.

use tinyconv::tuning::{Memory, Verdict};

use super::{FinetuneOptions, Samples};

/// Correct answers on the images that are held back.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Correct {
    /// Of the new hand.
    pub held: u32,
    /// Of the old hand.
    pub upright: u32,
}

/// What is known after an epoch.
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
#[derive(Clone, Debug)]
pub struct Outcome {
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

impl Outcome {
    /// The lines that the firmware prints of the same session, numbers to the last bit.
    #[must_use]
    pub fn lines(&self, options: &FinetuneOptions, samples: &Samples) -> Vec<String> {
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
#[must_use]
pub const fn verdict_text(verdict: Verdict) -> &'static str {
    match verdict {
        Verdict::Kept => "kept",
        Verdict::Tolerated => "tolerated",
        Verdict::RolledBack => "rolled back",
    }
}
