//! Training and evaluation of any network, in lanes, on any number of threads, with one result.

mod add_lanes;
mod any_network;
mod curve;
mod evaluate;
mod evaluate_options;
mod event;
mod group;
mod history;
mod loss;
mod optimizer;
mod options;
mod owned;
mod run;
mod schedule;
mod statistics;
mod step;
mod train;
mod trained;

pub use add_lanes::AddLanes;
pub use any_network::{AnyNetwork, Typed};
pub use curve::Curve;
pub use evaluate::{
    Evaluation, evaluate, evaluate_each, evaluate_network, evaluate_samples, logits,
};
pub use evaluate_options::{EvaluateOptions, Visitor};
pub use event::{Event, Observer};
pub use group::Evaluator;
pub use history::{History, Point, Score};
pub use loss::{InvalidLoss, LossKind};
pub use optimizer::{InvalidOptimizer, OptimizerKind};
pub use options::{InvalidOptions, TrainOptions};
pub use owned::OwnedBlocks;
pub use schedule::{InvalidSchedule, Schedule};
pub(crate) use train::{check_outputs, check_samples, train_images};
pub use train::{check_size, train, train_network, train_samples};
pub use trained::{Ending, Trained};
