//! The physics lecture notes: which learning rate, and which penalty on the weights?
//!
//! **There.** The 1 797 digits of 8 x 8 pixels; a network is trained for each pair of a learning rate
//! and an L2 penalty, 10^-5 to 10^1 each, and two heat maps show the accuracies, with the training
//! images and with others.
//!
//! **Here.** The same search, `cargo run --release -p host-tools -- reproduce notes-grid`; the figure
//! in the table is the best of the 49 accuracies with other images.
//!
//! **What changed.** The penalty is a weight decay in SGD, which is the same thing. Trainings whose
//! loss is no longer a number are cells of their own.

use tinyconv::model_file::Normalisation;
use tinyconv::optim::Sgd;
use tinyconv::{Init, Purpose, Random};

use super::book::{MOMENTUM, OPTIONS as USUAL};
use super::{Experiment, Failure, Grid, Task, Trial};
use tinyconv_training::data::{SplitSamples, bundled_digits8x8, read_digits8x8};
use tinyconv_training::training::{OptimizerKind, TrainOptions};

tinyconv::network! {
    /// A small network for digits of 8 x 8 pixels.
    ///
    /// ```
    /// assert_eq!(host_tools::reproduce::notes_grid::NotesGrid::PARAMS, (9 + 1) * 8 + (8 * 16 + 1) * 10);
    /// ```
    pub NotesGrid: 1 x 8 x 8 {
        conv: Conv2d { out: 8, kernel: 3, padding: same }, Relu, MaxPool2d { size: 2 },
        classify: Dense { out: 10 },
    }
}

/// The experiment.
///
/// ```
/// assert_eq!(host_tools::reproduce::notes_grid::NOTES_GRID.name, "notes-grid");
/// ```
pub static NOTES_GRID: Experiment = Experiment {
    name: "notes-grid",
    text: "physics lecture notes, grid",
    published: None,
    what: "8x8 digits: conv 8@3x3, ReLU, max-pool 2, dense 10; learning rate and L2 penalty from \
           1e-5 to 10, seven each; SGD momentum 0.9, batch 32, 30 epochs; the best of the grid",
    seconds: 15,
    run,
};

/// From 0 to 16.
const PIXELS: Normalisation = Normalisation { mean: 0.0, deviation: 16.0 };

fn run(task: &Task<'_>) -> Result<Trial, Failure> {
    let digits = read_digits8x8(&bundled_digits8x8())?;
    let mut order: Vec<usize> = (0..digits.labels.len()).collect();
    Random::new(task.seed, Purpose::Synthesise).shuffle(0, &mut order);
    let (train, validation) = order.split_at(order.len() * 4 / 5);
    let train = digits.select(train.iter().copied());
    let validation = digits.select(validation.iter().copied());
    let train = SplitSamples::plain(&train, PIXELS);
    let validation = SplitSamples::plain(&validation, PIXELS);

    let mut grid = Grid {
        learning_rates: task.axes.learning_rates().into(),
        weight_decays: task.axes.weight_decays().into(),
        training: Vec::new(),
        validation: Vec::new(),
    };
    let mut best: Option<Trial> = None;
    let mut seconds = 0.0;
    for &learning_rate in task.axes.learning_rates() {
        for &weight_decay in task.axes.weight_decays() {
            let options = TrainOptions {
                epochs: task.epochs(30),
                batch: 32,
                learning_rate,
                optimizer: OptimizerKind::Sgd(Sgd { weight_decay, ..MOMENTUM }),
                init: Init::HeUniform,
                validate_every: None,
                ..USUAL
            };
            match task.train::<NotesGrid>(&train, &validation, &options) {
                Ok(trial) => {
                    seconds += trial.seconds;
                    let last = trial.history.epochs.last();
                    grid.training.push(last.map_or(f64::NAN, |point| point.training.accuracy));
                    grid.validation.push(trial.result.accuracy);
                    let better = |best: &Trial| trial.result.accuracy > best.result.accuracy;
                    if best.as_ref().is_none_or(better) {
                        best = Some(trial);
                    }
                }
                Err(Failure::Diverged { .. }) => {
                    grid.training.push(f64::NAN);
                    grid.validation.push(f64::NAN);
                }
                Err(failure) => return Err(failure),
            }
        }
    }
    let best = best.ok_or(Failure::Diverged { seed: task.seed, epoch: 1 })?;
    Ok(Trial { seconds, grid: Some(grid), ..best })
}
