//! Training and judging a model with a data set.

use super::Model;
use crate::data::{Dataset, Split, SplitSamples};
use crate::training::{
    self, EvaluateOptions, Evaluation, InvalidOptions, Observer, RunOptions, Saving, Sets,
    TrainOptions, Trained, Visitor, check_outputs, check_samples, check_size, check_targets,
    evaluate_network, train_images,
};

/// Trains the network of `model`, with a border around each sample if it takes one.
///
/// # Errors
/// If the options or the data do not fit the network.
///
/// ```
/// use std::ops::ControlFlow;
///
/// use tinyconv_training::data::{Dataset, Inputs, Split};
/// use tinyconv_built_in::MODELS;
/// use tinyconv_training::model::train;
/// use tinyconv_training::training::TrainOptions;
///
/// let linear = MODELS[3];
/// // A black image and a white one.
/// let inputs = Inputs::bytes([1, 28, 28], [[0; 784], [255; 784]].concat());
/// let split = Split::new(inputs, vec![0, 1]);
/// let dataset = Dataset { train: split.clone(), test: split, classes: 10 };
/// let options = TrainOptions { epochs: 30, threads: 1, ..linear.recipe() };
/// let trained = train(linear, &dataset, &options, &mut |_| ControlFlow::Continue(()))?;
/// assert_eq!(trained.parameters.len(), linear.parameters());
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub fn train(
    model: &dyn Model,
    dataset: &Dataset,
    options: &TrainOptions,
    observe: &mut Observer<'_>,
) -> Result<Trained, InvalidOptions> {
    train_images(model.network(), &dataset.bordered(model.border()), options, observe)
}

/// As [`train`], with what is beyond a recipe; the samples are as the model takes images, without a border.
///
/// # Errors
/// If the options or the data do not fit the network.
///
/// ```
/// use std::ops::ControlFlow;
///
/// use tinyconv_training::data::{Dataset, Inputs, Split};
/// use tinyconv_built_in::MODELS;
/// use tinyconv_training::model::train_sets;
/// use tinyconv_training::training::{Keep, RunOptions, Saving, Sets, TrainOptions};
///
/// let linear = MODELS[3];
/// // Ten black images and ten white ones.
/// let inputs = Inputs::bytes([1, 28, 28], [[0; 784], [255; 784]].concat().repeat(10));
/// let split = Split::new(inputs, [0, 1].repeat(10));
/// let dataset = Dataset { train: split.clone(), test: split, classes: 10 };
/// let options = TrainOptions { epochs: 30, threads: 1, ..linear.recipe() };
/// let run = RunOptions { validate: Some(0.2), keep: Keep::Best, ..RunOptions::default() };
/// let sets = Sets::of(&dataset, &run, options.seed)?;
/// let trained = train_sets(linear, &sets, &options, &run, Saving::default(), &mut |_| {
///     ControlFlow::Continue(())
/// })?;
/// // The first epoch that got every validation sample right.
/// let best = trained.history.epochs.iter().find(|point| point.validation.accuracy == 1.0);
/// assert_eq!(Some(trained.kept), best.map(|point| point.epoch));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub fn train_sets(
    model: &dyn Model,
    sets: &Sets<'_>,
    options: &TrainOptions,
    run: &RunOptions,
    saving: Saving<'_>,
    observe: &mut Observer<'_>,
) -> Result<Trained, InvalidOptions> {
    let border = model.border();
    let test = sets.test.bordered(border);
    let train = sets.train.bordered(border);
    let validation = sets.validation.as_ref().map(|split| split.padded(border));
    let sets = Sets { train, validation, test: &test };
    training::train_sets(model.network(), &sets, options, run, saving, observe)
}

/// Judges `parameters` by the samples of `split`, and shows `visit` what the network says of each.
///
/// # Errors
/// If the samples do not fit the network, or if there are no threads.
///
/// # Panics
/// If `parameters` has another length than the network has parameters.
///
/// ```
/// use tinyconv_training::data::{Inputs, Split};
/// use tinyconv_built_in::MODELS;
/// use tinyconv_training::model::evaluate;
///
/// let linear = MODELS[3];
/// let inputs = Inputs::bytes([1, 28, 28], [[0; 784], [255; 784]].concat());
/// let split = Split::new(inputs, vec![0, 1]);
/// let mut parameters = vec![0.0; 7850];
/// parameters[7841] = 1.0; // the bias of class 1: it always wins
/// let mut outputs = Vec::new();
/// let options = linear.recipe().evaluation();
/// let evaluation = evaluate(linear, &parameters, &split, &options, &mut |_, output| {
///     outputs.push(output.to_vec());
/// })?;
/// assert_eq!((evaluation.accuracy(), outputs.len(), outputs[0][1]), (0.5, 2, 1.0));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub fn evaluate(
    model: &dyn Model,
    parameters: &[f32],
    split: &Split,
    options: &EvaluateOptions,
    visit: &mut Visitor<'_>,
) -> Result<Evaluation, InvalidOptions> {
    if options.threads == 0 {
        return Err(InvalidOptions::NoThreads);
    }
    options.loss.validate()?;
    check_outputs(model.network().needs().output)?;
    options.limits.check_inference(model.network(), split.labels.len(), options.threads)?;
    let split = split.bordered(model.border());
    check_size(model.input(), &split.inputs)?;
    options.normalisation.check(model.input().channels())?;
    check_targets("test", &split, options.loss)?;
    let samples = SplitSamples::plain(&split, options.normalisation);
    check_samples(model.network(), "test", &samples)?;
    let pool = rayon::ThreadPoolBuilder::new().num_threads(options.threads).build()?;
    Ok(pool
        .install(|| evaluate_network(model.network(), parameters, &samples, options.loss, visit)))
}
