//! The figures of a report, for programs.

use serde::Serialize;
use tinyconv::plan::Dims;

use super::run::Rate;
use super::{Confidence, Mistake, Report};
use crate::boards::{BOARDS, Board, Fit, Room, Work};
use tinyconv_training::model::{Layer, Memory, sizes};
use tinyconv_training::training::{Ending, Point};

/// All figures of a report.
#[derive(Serialize)]
pub(super) struct Figures<'a> {
    event: &'static str,
    network: &'a str,
    labels: &'a [String],
    #[serde(serialize_with = "sizes")]
    input: Dims,
    parameters: usize,
    multiply_adds: usize,
    /// How training ended; `null` where only an evaluation is reported.
    ending: Option<&'static str>,
    /// The epoch whose parameters these are.
    #[serde(skip_serializing_if = "Option::is_none")]
    kept_epoch: Option<u32>,
    train_images_per_s: Option<f64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    validation_samples: Option<usize>,
    test_samples: u32,
    test_loss: f64,
    test_accuracy: f64,
    class_accuracy: Vec<Option<f64>>,
    /// Row: label; column: prediction.
    confusion: &'a [Vec<u32>],
    confidence: Confidence,
    mistakes: &'a [Mistake],
    epochs: &'a [Point],
    within_epochs: &'a [Point],
    learning_rates: Vec<Rate>,
    layers: Vec<Layer<'a>>,
    memory: &'a Memory,
    room: Room,
    boards: Vec<OnBoard>,
}

/// What fits one board.
#[derive(Serialize)]
struct OnBoard {
    board: &'static Board,
    inference: Fit,
    /// In the order of the ways in `memory`.
    training: Vec<Fit>,
}

impl<'a> Figures<'a> {
    pub(super) fn of(report: &'a Report) -> Self {
        let layers = Layer::all(report.network.input, &report.network.layers());
        let run = report.run.as_ref();
        let ending = |ending| match ending {
            Ending::Finished => "finished",
            Ending::StoppedEarly => "stopped early",
            Ending::Interrupted => "interrupted",
            Ending::Diverged { .. } => "diverged",
        };
        Self {
            event: "result",
            network: &report.network.name,
            labels: &report.network.labels,
            input: report.network.input,
            parameters: report.parameters.len(),
            multiply_adds: multiply_adds(&layers),
            ending: run.map(|run| ending(run.ending())),
            kept_epoch: run.map(super::Run::kept),
            validation_samples: run.and_then(super::Run::validation),
            train_images_per_s: run.map(super::Run::images_per_second),
            test_samples: report.evaluation.samples(),
            test_loss: report.evaluation.loss,
            test_accuracy: report.evaluation.accuracy(),
            class_accuracy: report.evaluation.class_accuracies(),
            confusion: &report.evaluation.confusion,
            confidence: report.mistakes.confidence(),
            mistakes: report.mistakes.list(),
            epochs: run.map_or(&[], |run| &run.history().epochs),
            within_epochs: run.map_or(&[], |run| &run.history().within),
            learning_rates: run.map_or_else(Vec::new, super::Run::rates),
            layers,
            memory: &report.memory,
            room: report.room,
            boards: BOARDS.iter().map(|board| OnBoard::of(board, report)).collect(),
        }
    }
}

impl OnBoard {
    fn of(board: &'static Board, report: &Report) -> Self {
        let fit = |part| Fit::new(board, &report.memory, part, report.room);
        let training = report.memory.training.iter().map(|way| fit(Work::Training(way)));
        Self { board, inference: fit(Work::Inference), training: training.collect() }
    }
}

/// Those of all layers.
pub(super) fn multiply_adds(layers: &[Layer<'_>]) -> usize {
    layers.iter().fold(0, |sum: usize, layer| sum.saturating_add(layer.multiply_adds))
}
