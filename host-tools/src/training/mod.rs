//! Training and evaluation of any network, in lanes, on any number of threads, with one result.

mod add_lanes;
mod curve;
mod evaluate;
mod evaluate_options;
mod group;
mod history;
mod loss;
mod optimizer;
mod options;
mod owned;
mod schedule;
mod statistics;
mod step;
mod trainer;

pub use add_lanes::AddLanes;
pub use curve::Curve;
pub use evaluate::{Evaluation, evaluate, evaluate_each, evaluate_samples, logits};
pub(crate) use evaluate::{Judged, evaluate_groups};
pub use evaluate_options::{EvaluateOptions, Visitor};
pub use group::Evaluator;
pub(crate) use group::Inputs;
pub use history::{History, Point, Score};
pub use loss::{InvalidLoss, LossKind};
pub use optimizer::{InvalidOptimizer, OptimizerKind};
pub use options::{InvalidOptions, TrainOptions};
pub use owned::OwnedBlocks;
pub use schedule::{InvalidSchedule, Schedule};
pub use trainer::{Ending, Event, Observer, Trained, check_size, train, train_samples};
