//! What a network takes on a device, so that it can be read before anything is flashed.

use serde::Serialize;
use tinyconv::optim::{Adagrad, AdagradMomentum, Adam, Descent, Optimizer, RmsProp, Sgd};
use tinyconv::plan::{Block, Dims, LayerSpec, Plan, ShapeError, TrainingNeeds, Walk};
use tinyconv::tuning::{Memory as Blocks, MiniBatch, Mode, PerSample};

use super::deployed_layers;
use crate::network_source::kind_name;

/// The modes of training as `trainer!` takes them, and whether they collect gradients.
const MODES: [(&str, bool); 2] =
    [("PerSample", PerSample::COLLECTS), ("MiniBatch<n>", MiniBatch::<1>::COLLECTS)];

/// The optimizers as `trainer!` takes them, those together that remember as many numbers for each
/// parameter, and how many these are.
const OPTIMIZERS: [(&str, usize); 3] = [
    ("Descent", Descent::STATES),
    ("Sgd, Adagrad, RmsProp", Sgd::STATES),
    ("Adam, AdagradMomentum", Adam::STATES),
];

const _: () = assert!(
    Adagrad::STATES == Sgd::STATES
        && RmsProp::STATES == Sgd::STATES
        && AdagradMomentum::STATES == Adam::STATES,
    "optimizers with one entry in OPTIMIZERS remember as many numbers"
);

/// Bytes of a network on a device, for any list of layers, in its deployed form; the input, where it
/// is in RAM, and the stack come on top.
///
/// ```
/// use tinyconv_training::model::Memory;
/// use tinyconv_training::networks::Digits;
/// use tinyconv::Network;
///
/// let memory = Memory::of(Digits::INPUT, Digits::LAYERS)?;
/// assert_eq!(memory.parameters, 4 * Digits::PARAMS);
/// assert_eq!(memory.inference.total, 4 * (Digits::INFER_SCRATCH + 10));
/// assert_eq!(memory.training[0].scratch, 4 * Digits::TRAIN_SCRATCH);
/// # Ok::<(), tinyconv::plan::ShapeError>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Memory {
    /// All parameters, in flash.
    pub parameters: usize,
    /// Multiply-adds of an inference.
    pub multiply_adds: usize,
    /// Values of the input: a byte or four bytes (`f32`) each, if it is in RAM.
    pub input_values: usize,
    /// RAM of an inference.
    pub inference: Inference,
    /// RAM of a training: for each part of the network that can be trained, the largest first, each
    /// mode with each optimizer (those together that take as much).
    pub training: Vec<Training>,
}

/// Bytes of RAM of an inference with all parameters in flash.
///
/// ```
/// use tinyconv_built_in::MODELS;
/// use tinyconv_training::model::Inference;
///
/// let linear = MODELS[3].memory().inference;
/// assert_eq!(linear, Inference { scratch: 0, output: 40, total: 40 });
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct Inference {
    /// What it works in.
    pub scratch: usize,
    /// Its result.
    pub output: usize,
    /// Both.
    pub total: usize,
}

/// Bytes of RAM of a training; frozen parameters are in flash.
///
/// ```
/// use tinyconv_built_in::MODELS;
///
/// let memory = MODELS[0].memory();
/// let head = memory.training.iter().find(|way| way.trains == "Last<1>").expect("three parts");
/// assert_eq!((head.mode, head.optimizer, head.total), ("PerSample", "Descent", 14_760));
/// assert_eq!(head.from, "classify");
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Training {
    /// What is trained, as `trainer!` takes it.
    pub trains: String,
    /// The first layer that is trained.
    pub from: String,
    /// The mode, as `trainer!` takes it.
    pub mode: &'static str,
    /// The optimizer, as `trainer!` takes it; where several take as much, all of them, with `, `
    /// between them.
    pub optimizer: &'static str,
    /// The parameters that are trained.
    pub parameters: usize,
    /// The gradients of a mini-batch.
    pub gradients: usize,
    /// What the optimizer remembers.
    pub states: usize,
    /// Maps and their gradients, output included.
    pub scratch: usize,
    /// Which element of each pooling window was chosen.
    pub choices: usize,
    /// All blocks together.
    pub total: usize,
}

impl Memory {
    /// The ways to train a part of a network: modes times optimizers that differ in memory.
    pub const WAYS: usize = MODES.len() * OPTIMIZERS.len();

    /// The memory of the network of `layers` in the form that a device runs and trains: without
    /// batch normalisation and dropout.
    ///
    /// # Errors
    /// If the layers do not fit together.
    ///
    /// ```
    /// use tinyconv_training::model::Memory;
    /// use tinyconv::plan::{DenseOptions, Dims, LayerKind, LayerSpec};
    ///
    /// // A network that no program has as a type.
    /// let layers = [LayerSpec { name: "", kind: LayerKind::Dense(DenseOptions { out: 4 }) }];
    /// assert_eq!(Memory::of(Dims::Vector(10), &layers)?.parameters, 4 * (10 + 1) * 4);
    /// # Ok::<(), tinyconv::plan::ShapeError>(())
    /// ```
    pub fn of(input: Dims, layers: &[LayerSpec<'_>]) -> Result<Self, ShapeError> {
        let written = Plan::new(input, layers).map_err(|misfit| misfit.error)?;
        let deployed = deployed_layers(layers);
        let plan = Plan::new(input, &deployed).map_err(|misfit| misfit.error)?;
        let bytes = |elements: usize| elements.saturating_mul(size_of::<f32>());
        let all = plan.all();
        let (scratch, output) = (bytes(plan.infer_scratch()), bytes(plan.output().len()));
        let trainable = trainable(&written);
        let mut training = Vec::new();
        if let Some(first) = trainable.first() {
            training.extend(ways("All", first, all));
        }
        for count in (1..=plan.most_last()).rev() {
            if let Some(needs) = plan.last(count) {
                let first = &trainable[trainable.len() - count];
                training.extend(ways(&format!("Last<{count}>"), first, needs));
            }
        }
        Ok(Self {
            parameters: bytes(all.params),
            multiply_adds: multiply_adds(input, &deployed),
            input_values: input.len(),
            inference: Inference { scratch, output, total: scratch.saturating_add(output) },
            training,
        })
    }
}

fn multiply_adds(input: Dims, layers: &[LayerSpec<'_>]) -> usize {
    let each = Walk::new(input, layers).map(|layer| layer.facts.multiply_adds);
    each.fold(0, usize::saturating_add)
}

/// What the layers are called from which a training can begin: those with weights, of a residual block
/// the first.
fn trainable(plan: &Plan<'_>) -> Vec<String> {
    let begins = plan.blocks().filter(|block| block.begins);
    let first = |block: Block<'_>| {
        let mut layers = (block.first_layer..).zip(block.layers);
        let (index, layer) = layers.find(|(_, layer)| layer.kind.class().is_weighted())?;
        Some(match layer.name {
            "" => format!("layer {} ({})", index + 1, kind_name(&plan.walk().nth(index)?)),
            name => name.to_owned(),
        })
    };
    begins.filter_map(first).collect()
}

/// Each mode with each optimizer.
fn ways(trains: &str, from: &str, needs: TrainingNeeds) -> Vec<Training> {
    let way = |(mode, collects), (optimizer, states)| {
        let blocks = Blocks::of_needs(needs, states, collects);
        Training {
            trains: trains.to_owned(),
            from: from.to_owned(),
            mode,
            optimizer,
            parameters: blocks.parameters,
            gradients: blocks.gradients,
            states: blocks.states,
            scratch: blocks.scratch,
            choices: blocks.choices,
            total: blocks.total(),
        }
    };
    let with_all = |mode| OPTIMIZERS.iter().map(move |&optimizer| way(mode, optimizer));
    MODES.into_iter().flat_map(with_all).collect()
}

#[cfg(test)]
mod tests {
    use tinyconv::plan::LayerKind;
    use tinyconv::tuning::{All, Last, Part};
    use tinyconv::{Deployed, Network};

    use super::*;
    use crate::networks::{Digits, DigitsDense, DigitsTiny, Linear};

    /// The rows of a part of a network, from their types.
    fn rows<N: Network, P: Part<N>>() -> [Blocks; Memory::WAYS] {
        [
            Blocks::of::<N, P, Descent, PerSample>(),
            Blocks::of::<N, P, Sgd, PerSample>(),
            Blocks::of::<N, P, Adam, PerSample>(),
            Blocks::of::<N, P, Descent, MiniBatch<16>>(),
            Blocks::of::<N, P, Sgd, MiniBatch<16>>(),
            Blocks::of::<N, P, Adam, MiniBatch<16>>(),
        ]
    }

    #[track_caller]
    fn check<N: Network>(expected: &[[Blocks; Memory::WAYS]]) {
        check_memory::<N>(&Memory::of(N::INPUT, N::LAYERS).unwrap(), expected);
    }

    #[track_caller]
    fn check_memory<N: Network>(memory: &Memory, expected: &[[Blocks; Memory::WAYS]]) {
        assert_eq!(memory.parameters, 4 * N::PARAMS);
        assert_eq!(memory.input_values, N::INPUT_LEN);
        assert_eq!(memory.inference.scratch, 4 * N::INFER_SCRATCH);
        assert_eq!(memory.inference.total, 4 * (N::INFER_SCRATCH + N::OUTPUT_LEN));
        let blocks = memory.training.iter().map(|training| {
            let &Training { parameters, gradients, states, scratch, choices, total, .. } = training;
            let blocks = Blocks { parameters, gradients, states, scratch, choices };
            assert_eq!(total, blocks.total());
            blocks
        });
        assert_eq!(blocks.collect::<Vec<_>>(), expected.as_flattened());
    }

    #[test]
    fn values_and_types_say_the_same() {
        check::<Digits>(&[
            rows::<Digits, All>(),
            rows::<Digits, Last<2>>(),
            rows::<Digits, Last<1>>(),
        ]);
        check::<DigitsTiny>(&[
            rows::<DigitsTiny, All>(),
            rows::<DigitsTiny, Last<2>>(),
            rows::<DigitsTiny, Last<1>>(),
        ]);
        check::<DigitsDense>(&[
            rows::<DigitsDense, All>(),
            rows::<DigitsDense, Last<3>>(),
            rows::<DigitsDense, Last<2>>(),
            rows::<DigitsDense, Last<1>>(),
        ]);
        check::<Linear>(&[rows::<Linear, All>()]);
    }

    #[test]
    fn rows_name_what_to_write_and_where_training_begins() {
        let memory = Memory::of(DigitsDense::INPUT, DigitsDense::LAYERS).unwrap();
        let names = |training: &Training| format!("{} {}", training.trains, training.from);
        let firsts: Vec<_> = memory.training.iter().step_by(Memory::WAYS).map(names).collect();
        assert_eq!(firsts, ["All conv1", "Last<3> conv2", "Last<2> hidden", "Last<1> classify"]);
        let way = |training: &Training| format!("{} {}", training.mode, training.optimizer);
        assert_eq!(way(&memory.training[0]), "PerSample Descent");
        assert_eq!(way(&memory.training[5]), "MiniBatch<n> Adam, AdagradMomentum");
    }

    tinyconv::network! {
        Normalised: 1 x 6 x 6 {
            conv: Conv2d { out: 2, kernel: 3 }, BatchNorm, Relu,
            Residual {
                DepthwiseConv2d { kernel: 3, padding: same }, BatchNorm, Relu,
                PointwiseConv2d { out: 2 }, BatchNorm,
            }, Relu,
            Dropout { keep: 0.5 },
            classify: Dense { out: 3 },
        }
    }

    #[test]
    fn a_device_has_no_normalisation_and_no_dropout() {
        type Net = Deployed<Normalised>;
        assert_eq!(Net::PARAMS + 3 * 8, Normalised::PARAMS);
        let memory = Memory::of(Normalised::INPUT, Normalised::LAYERS).unwrap();
        let expected = [rows::<Net, All>(), rows::<Net, Last<2>>(), rows::<Net, Last<1>>()];
        check_memory::<Net>(&memory, &expected);
        check::<Net>(&expected);
        // Layers without names are counted as the file has them; a block is trained as a whole.
        let names = |training: &Training| format!("{} {}", training.trains, training.from);
        let firsts: Vec<_> = memory.training.iter().step_by(Memory::WAYS).map(names).collect();
        assert_eq!(firsts, ["All conv", "Last<2> layer 5 (DepthwiseConv2d)", "Last<1> classify"]);
    }

    #[test]
    fn layers_without_names_are_counted_and_none_may_have_parameters() {
        tinyconv::network! { Nameless: 1 x 4 x 4 { AvgPool2d { size: 2 }, Dense { out: 2 } } }
        let memory = Memory::of(Nameless::INPUT, Nameless::LAYERS).unwrap();
        assert_eq!(memory.training[0].from, "layer 2 (Dense)");
        let flatten = [LayerSpec { name: "", kind: LayerKind::Flatten }];
        let memory = Memory::of(Dims::Map([1, 2, 2]), &flatten).unwrap();
        assert_eq!((memory.parameters, memory.training), (0, vec![]));
    }
}
