//! What a session came to, as JSON.

use std::path::PathBuf;

use crate::finetune::{Correct, FinetuneOptions, SessionOutcome, SessionSamples, verdict_text};
use serde::Serialize;
use tinyconv_training::model::Model;

/// The result of a session.
#[derive(Serialize)]
pub struct SessionReport {
    model: String,
    /// Parameters that were trained: the last ones of the network.
    trained_parameters: usize,
    learning_rate: f32,
    seed: u64,
    /// Of the new hand, if it is drawn.
    angle: Option<f32>,
    /// Samples of each set.
    shown: usize,
    replay: usize,
    check: usize,
    held: usize,
    upright: usize,
    ram: Ram,
    before: Accuracy,
    epochs: Vec<Epoch>,
    after: Accuracy,
    /// Of the bits of the trained parameters; a text, since it is no quantity.
    parameters_checksum: String,
    /// What was written.
    files: Vec<PathBuf>,
}

/// Bytes on a device.
#[derive(Serialize)]
struct Ram {
    parameters: usize,
    gradients: usize,
    states: usize,
    scratch: usize,
    choices: usize,
    total: usize,
    /// The gate's copy of the parameters, on top of the total.
    gate: usize,
}

#[derive(Serialize)]
struct Accuracy {
    held_correct: u32,
    upright_correct: u32,
    held_accuracy: f64,
    /// None if there are no old samples: forgetting is not measured.
    upright_accuracy: Option<f64>,
}

#[derive(Serialize)]
struct Epoch {
    loss: f32,
    loss_bits: String,
    check_correct: u32,
    verdict: &'static str,
}

impl SessionReport {
    /// Puts the report together.
    pub fn new(
        model: &dyn Model,
        options: &FinetuneOptions,
        angle: Option<f32>,
        samples: &SessionSamples,
        outcome: &SessionOutcome,
        files: Vec<PathBuf>,
    ) -> Self {
        let [shown, replay, check, held, upright] = samples.sets().map(|set| set.labels.len());
        let accuracy = |correct: Correct| Accuracy {
            held_correct: correct.held,
            upright_correct: correct.upright,
            held_accuracy: f64::from(correct.held) / held as f64,
            upright_accuracy: (upright > 0).then(|| f64::from(correct.upright) / upright as f64),
        };
        let epochs = outcome.epochs.iter().map(|epoch| Epoch {
            loss: epoch.loss,
            loss_bits: format!("{:08x}", epoch.loss.to_bits()),
            check_correct: epoch.check,
            verdict: verdict_text(epoch.verdict),
        });
        let memory = outcome.memory;
        Self {
            model: model.name().to_owned(),
            trained_parameters: outcome.trained,
            learning_rate: options.learning_rate,
            seed: options.seed,
            angle,
            shown,
            replay,
            check,
            held,
            upright,
            ram: Ram {
                parameters: memory.parameters,
                gradients: memory.gradients,
                states: memory.states,
                scratch: memory.scratch,
                choices: memory.choices,
                total: memory.total(),
                gate: memory.parameters,
            },
            before: accuracy(outcome.before),
            epochs: epochs.collect(),
            after: accuracy(outcome.after),
            parameters_checksum: format!("{:08x}", outcome.checksum),
            files,
        }
    }
}
