//! What trains a network, typed or not, once options and data are known to fit.

use tinyconv::Network;
use tinyconv::plan::Dims;

use super::freezing::frozen_parameters;
use super::run::{Data, Run, Told};
use super::{
    AnyNetwork, InvalidClassWeights, InvalidOptions, Observer, RunOptions, Saving, Sets, Settings,
    TrainOptions, Trained, Typed, check_targets,
};
use crate::data::{Dataset, Inputs, Samples, SplitSamples};

/// The most outputs that are trained or evaluated: what an evaluation counts grows with their square, and this
/// many take 64 MiB.
///
/// ```
/// assert_eq!(tinyconv_training::training::MOST_OUTPUTS, 4096);
/// ```
pub const MOST_OUTPUTS: usize = 4096;

/// Trains network `N` on `dataset`.
///
/// # Errors
/// If the options or the data do not fit the network.
///
/// ```
/// use std::ops::ControlFlow;
///
/// use tinyconv_training::data::{Augmentation, Dataset, Inputs, Split};
/// use tinyconv_training::training::{TrainOptions, train};
///
/// tinyconv::network! {
///     /// Tells which of two pixels is the brighter one.
///     Brighter: 1 x 1 x 2 { Dense { out: 2 } }
/// }
///
/// let inputs = Inputs::bytes([1, 1, 2], vec![200, 10, 40, 60, 90, 30, 0, 250]);
/// let split = Split::new(inputs, vec![0, 1, 0, 1]);
/// let dataset = Dataset { train: split.clone(), test: split, classes: 2 };
/// let options = TrainOptions {
///     epochs: 50, threads: 1, augmentation: Augmentation::NONE, ..TrainOptions::digits()
/// };
/// let trained = train::<Brighter>(&dataset, &options, &mut |_| ControlFlow::Continue(()))?;
/// assert_eq!(trained.test.samples(), 4);
/// # let again = TrainOptions { threads: 2, ..options };
/// # let again = train::<Brighter>(&dataset, &again, &mut |_| ControlFlow::Continue(()))?;
/// # assert_eq!(again.parameters, trained.parameters);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub fn train<N: Network>(
    dataset: &Dataset,
    options: &TrainOptions,
    observe: &mut Observer<'_>,
) -> Result<Trained, InvalidOptions> {
    train_images(&Typed::<N>::NEW, dataset, options, observe)
}

/// As [`train`], any network.
pub(crate) fn train_images(
    network: &dyn AnyNetwork,
    dataset: &Dataset,
    options: &TrainOptions,
    observe: &mut Observer<'_>,
) -> Result<Trained, InvalidOptions> {
    let run = RunOptions::default();
    let sets = Sets::of(dataset, &run, options.seed)?;
    train_sets(network, &sets, options, &run, Saving::default(), observe)
}

/// As [`train_images`], with what is beyond a recipe.
pub(crate) fn train_sets(
    network: &dyn AnyNetwork,
    sets: &Sets<'_>,
    options: &TrainOptions,
    run: &RunOptions,
    saving: Saving<'_>,
    observe: &mut Observer<'_>,
) -> Result<Trained, InvalidOptions> {
    let TrainOptions { augmentation, normalisation, seed, .. } = *options;
    options.validate()?;
    check_size(network.input(), &sets.train.inputs)?;
    normalisation.check(network.input().channels())?;
    if sets.train.images().is_none() && !augmentation.is_none() {
        return Err(InvalidOptions::NoImages);
    }
    let sets_with_names = [
        ("training", Some(&*sets.train)),
        ("validation", sets.validation.as_ref()),
        ("test", Some(sets.test)),
    ];
    for (name, split) in sets_with_names {
        split.map_or(Ok(()), |split| check_targets(name, split, options.loss))?;
    }
    let plain = |split| SplitSamples::plain(split, normalisation);
    let train = SplitSamples { split: &sets.train, normalisation, augmentation, seed };
    let (validation, test) = (sets.validation.as_ref().map(plain), plain(sets.test));
    let validation = validation.as_ref().map(|samples| -> &dyn Samples { samples });
    let data = Data { train: &train, validation, test: &test };
    // What takes a while is for whoever saves or resumes.
    let is_needed = saving.resume.is_some() || saving.save.is_some();
    let settings = is_needed.then(|| Settings::of(network, sets, options, run));
    go(network, data, options, run, settings.as_ref().map(|settings| (settings, saving)), observe)
}

/// Trains network `N` with the samples `train`, and judges it by the samples `test`.
///
/// # Errors
/// If the options or the samples do not fit the network.
///
/// ```
/// use std::ops::ControlFlow;
///
/// use tinyconv_training::data::shapes;
/// use tinyconv_training::training::{LossKind, TrainOptions, train_samples};
///
/// tinyconv::network! {
///     Shapes: 1 x 3 x 3 { Conv2d { out: 4, kernel: 2 }, Dense { out: 8 }, Relu, Dense { out: 4 }, Sigmoid }
/// }
///
/// let (train, test) = shapes(500, 1).split(333);
/// let options = TrainOptions {
///     loss: LossKind::MeanSquaredError, epochs: 20, threads: 1, ..TrainOptions::digits()
/// };
/// let trained =
///     train_samples::<Shapes>(&train, &test, &options, &mut |_| ControlFlow::Continue(()))?;
/// assert!(trained.test.accuracy() > 0.9);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub fn train_samples<N: Network>(
    train: &dyn Samples,
    test: &dyn Samples,
    options: &TrainOptions,
    observe: &mut Observer<'_>,
) -> Result<Trained, InvalidOptions> {
    train_network(&Typed::<N>::NEW, train, test, options, observe)
}

/// As [`train_samples`], any network: the bits of a network that is a value are those of its type.
///
/// # Errors
/// If the options or the samples do not fit the network.
///
/// ```
/// use std::ops::ControlFlow;
///
/// use tinyconv_training::data::shapes;
/// use tinyconv_training::interpret::Interpreter;
/// use tinyconv_training::training::{TrainOptions, train_network};
/// use tinyconv::plan::{Conv2dOptions, Dims, LayerKind, LayerSpec};
///
/// // Read from a file, say.
/// let conv = Conv2dOptions { out: 4, kernel: [3, 3], ..Conv2dOptions::NEW };
/// let layers = [LayerSpec { name: "", kind: LayerKind::Conv2d(conv) }];
/// let network = Interpreter::new(Dims::Map([1, 3, 3]), &layers)?;
///
/// let (train, test) = shapes(500, 1).split(333);
/// let options =
///     TrainOptions { learning_rate: 0.05, epochs: 20, threads: 1, ..TrainOptions::digits() };
/// let trained =
///     train_network(&network, &train, &test, &options, &mut |_| ControlFlow::Continue(()))?;
/// assert!(trained.test.accuracy() > 0.9);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub fn train_network(
    network: &dyn AnyNetwork,
    train: &dyn Samples,
    test: &dyn Samples,
    options: &TrainOptions,
    observe: &mut Observer<'_>,
) -> Result<Trained, InvalidOptions> {
    let data = Data { train, validation: None, test };
    go(network, data, options, &RunOptions::default(), None, observe)
}

/// Trains, once everything is known to fit.
fn go(
    network: &dyn AnyNetwork,
    data: Data<'_>,
    options: &TrainOptions,
    run: &RunOptions,
    saving: Option<(&Settings, Saving<'_>)>,
    observe: &mut Observer<'_>,
) -> Result<Trained, InvalidOptions> {
    options.validate()?;
    run.validate()?;
    let frozen = frozen_parameters(network, run.freeze)?;
    check_samples(network, "training", data.train)?;
    if let Some(validation) = data.validation {
        check_samples(network, "validation", validation)?;
    }
    check_samples(network, "test", data.test)?;
    let weights = match &run.class_weights {
        None => None,
        Some(_) if data.train.target_len() > 0 => return Err(InvalidClassWeights::Targets.into()),
        Some(weights) => {
            let labels = (0..data.train.len() as u32).map(|index| data.train.label(index));
            Some(weights.of(labels, network.needs().output)?)
        }
    };
    let told = Told { options, run, weights: weights.as_deref(), frozen };
    let mut this = Run::new(network, data, told);
    let save = match saving {
        None => None,
        Some((settings, Saving { resume, save })) => {
            if let Some(state) = resume {
                state.settings.check(settings)?;
                this.resume(state)?;
            }
            save.map(|save| (settings, save))
        }
    };
    let pool = rayon::ThreadPoolBuilder::new().num_threads(options.threads).build()?;
    Ok(pool.install(|| this.go(observe, save)))
}

/// Checks that samples fit a network.
pub(crate) fn check_samples(
    network: &dyn AnyNetwork,
    name: &'static str,
    samples: &dyn Samples,
) -> Result<(), InvalidOptions> {
    if samples.is_empty() {
        return Err(InvalidOptions::NoSamples(name));
    }
    if samples.input_len() != network.input().len() {
        let (found, expected) = (samples.input_len(), network.input().to_string());
        return Err(InvalidOptions::SampleSize { name, found, expected });
    }
    let classes = network.needs().output;
    check_outputs(classes)?;
    let found = samples.target_len();
    if found != 0 && found != classes {
        return Err(InvalidOptions::TargetSize { name, found, expected: classes });
    }
    let wrong = (0..samples.len() as u32).find(|&i| usize::from(samples.label(i)) >= classes);
    wrong.map_or(Ok(()), |index| {
        Err(InvalidOptions::Label { name, index, label: samples.label(index), classes })
    })
}

/// Checks that an evaluation can tell so many outputs apart.
pub(crate) const fn check_outputs(outputs: usize) -> Result<(), InvalidOptions> {
    if outputs > MOST_OUTPUTS { Err(InvalidOptions::Outputs(outputs)) } else { Ok(()) }
}

/// Checks that `inputs` have the shape of a network's `input`.
///
/// # Errors
/// If they are not.
///
/// ```
/// use tinyconv_training::data::Inputs;
/// use tinyconv_training::networks::Digits;
/// use tinyconv_training::training::check_size;
/// use tinyconv::Network;
///
/// let inputs = |rows| Inputs::bytes([1, rows, 28], vec![0; rows * 28]);
/// assert!(check_size(Digits::INPUT, &inputs(28)).is_ok());
/// let error = check_size(Digits::INPUT, &inputs(32)).unwrap_err().to_string();
/// assert!(error.starts_with("the samples are 1 x 32 x 28, but the network takes 1 x 28 x 28"));
/// ```
pub fn check_size(input: Dims, inputs: &Inputs) -> Result<(), InvalidOptions> {
    let found = Dims::Map(inputs.shape());
    if input == found {
        Ok(())
    } else {
        Err(InvalidOptions::InputSize { found: found.to_string(), expected: input.to_string() })
    }
}
