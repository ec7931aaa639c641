//! What [`Trainer`](tinyconv::tuning::Trainer) is to types, for a list of layers: training sample by
//! sample, in one `f32` after the other, as on a device.

use std::cell::Cell;

use tinyconv::loss::{CrossEntropy, Goal, Loss, Target, largest};
use tinyconv::model_file::Normalisations;
use tinyconv::optim::{Descent, Optimizer};
use tinyconv::plan::{Plan, TrainingNeeds, Walk};
use tinyconv::tuning::{Memory, Mode, PerSample, TuneError};
use tinyconv::{ApplyInPlace, BatchStage, Scratch};

use super::{FinetuneError, FinetuneOptions, Trains};
use crate::data::{AugmentScratch, Samples, Split, SplitSamples};
use crate::interpret::Interpreter;
use crate::model::Model;
use crate::training::InvalidOptions;

/// A network whose last layers learn, sample by sample, with the bits of a device.
///
/// ```
/// use tinyconv_training::data::{Inputs, Split};
/// use host_tools::finetune::{FinetuneOptions, Trains, Tuner};
/// use host_tools::model::MODELS;
/// use tinyconv_training::model::Model;
///
/// let linear = MODELS[3];
/// let options = FinetuneOptions { learning_rate: 0.1, ..FinetuneOptions::new(Trains::All) };
/// let factory = vec![0.0; linear.parameters()];
/// let normalisation = linear.recipe().normalisation;
/// let mut tuner = Tuner::new(linear, &options, &factory, normalisation)?;
/// let white = Split::new(Inputs::bytes([1, 28, 28], vec![255; 784]), vec![7]);
/// let losses = [tuner.step(&white, 0)?, tuner.step(&white, 0)?];
/// assert_eq!(losses[0], 10f32.ln()); // nothing known of ten classes
/// assert!(losses[1] < 0.01);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug)]
pub struct Tuner {
    /// Those that stay as they are, with their parameters.
    frozen: Option<(Interpreter, Vec<f32>)>,
    trained: Interpreter,
    parameters: Vec<f32>,
    learning_rate: f32,
    normalisation: Normalisations,
    input: Vec<f32>,
    /// The map between the two, or the input where nothing is frozen.
    middle: Vec<f32>,
    elements: Vec<f32>,
    choices: Vec<u8>,
    output: Vec<f32>,
    memory: Memory,
}

/// What training `trains` takes, and how many layers stay before it.
pub(super) fn cut(plan: &Plan<'_>, trains: Trains) -> Option<(TrainingNeeds, usize)> {
    match trains {
        Trains::All => Some((plan.all(), 0)),
        Trains::Last(count) => plan.last(count.into()).zip(plan.frozen_layers(count.into())),
    }
}

impl Tuner {
    /// `model`, whose last layers are trained as `options` say, starting from `factory`.
    ///
    /// # Errors
    /// If the network cannot be trained so.
    ///
    /// # Panics
    /// If `factory` has another length than the network has parameters.
    ///
    /// ```
    /// use host_tools::finetune::{FinetuneOptions, Trains, Tuner};
    /// use host_tools::model::MODELS;
    /// use tinyconv_training::model::Model;
    ///
    /// let digits = MODELS[0];
    /// let options = FinetuneOptions::new(Trains::Last(1));
    /// let factory = vec![0.0; digits.parameters()];
    /// let tuner = Tuner::new(digits, &options, &factory, digits.recipe().normalisation)?;
    /// assert_eq!((tuner.parameters().len(), tuner.memory().total()), (2570, 14_760));
    /// # Ok::<(), host_tools::finetune::FinetuneError>(())
    /// ```
    pub fn new(
        model: &dyn Model,
        options: &FinetuneOptions,
        factory: &[f32],
        normalisation: Normalisations,
    ) -> Result<Self, FinetuneError> {
        options.check(model)?;
        normalisation.check(model.input().channels()).map_err(InvalidOptions::from)?;
        assert_eq!(factory.len(), model.parameters(), "as many parameters as the network has");
        let FinetuneOptions { trains, learning_rate, .. } = *options;
        let (input, layers) = (model.input(), model.layers());
        let plan = Plan::new(input, &layers).expect("the check has looked");
        let (needs, frozen_layers) = cut(&plan, trains).expect("the check has looked");
        let between =
            Walk::new(input, &layers).nth(frozen_layers).map_or(input, |place| place.input);
        let trained = Interpreter::new(between, &layers[frozen_layers..])?;
        let (frozen_params, parameters) = factory.split_at(factory.len() - needs.params);
        let frozen = match frozen_layers {
            0 => None,
            _ => Some((Interpreter::new(input, &layers[..frozen_layers])?, frozen_params.to_vec())),
        };
        let limits = options.limits;
        let maps = needs.scratch + plan.needs().infer.apart + input.len() + between.len();
        limits.check_memory("the session's maps", (size_of::<f32>() * maps) as u64)?;
        let memory = Memory::of_needs(needs, Descent::STATES, PerSample::COLLECTS);
        let scratch = frozen.as_ref().map_or(0, |(frozen, _)| frozen.needs().infer.apart);
        Ok(Self {
            parameters: parameters.to_vec(),
            learning_rate,
            normalisation,
            input: vec![0.0; input.len()],
            middle: vec![0.0; between.len()],
            elements: vec![0.0; scratch.max(needs.scratch)],
            choices: vec![0; needs.choices],
            output: vec![0.0; plan.output().len()],
            frozen,
            trained,
            memory,
        })
    }

    /// The parameters that are trained.
    ///
    /// ```
    /// use host_tools::finetune::{FinetuneOptions, Trains, Tuner};
    /// use host_tools::model::MODELS;
    /// use tinyconv_training::model::Model;
    ///
    /// let linear = MODELS[3];
    /// let factory = vec![0.5; linear.parameters()];
    /// let options = FinetuneOptions::new(Trains::All);
    /// let tuner = Tuner::new(linear, &options, &factory, linear.recipe().normalisation)?;
    /// assert_eq!(tuner.parameters(), factory);
    /// # Ok::<(), host_tools::finetune::FinetuneError>(())
    /// ```
    #[must_use]
    pub fn parameters(&self) -> &[f32] {
        &self.parameters
    }

    /// The RAM of a device's trainer.
    ///
    /// ```
    /// use host_tools::finetune::{FinetuneOptions, Trains, Tuner};
    /// use host_tools::model::MODELS;
    /// use tinyconv_training::model::Model;
    ///
    /// let linear = MODELS[3];
    /// let factory = vec![0.5; linear.parameters()];
    /// let options = FinetuneOptions::new(Trains::All);
    /// let tuner = Tuner::new(linear, &options, &factory, linear.recipe().normalisation)?;
    /// assert_eq!(tuner.memory().parameters, 4 * 7850);
    /// # Ok::<(), host_tools::finetune::FinetuneError>(())
    /// ```
    #[must_use]
    pub const fn memory(&self) -> Memory {
        self.memory
    }

    /// Goes on from `parameters` in their place.
    pub(super) fn restore(&mut self, parameters: &[f32]) {
        self.parameters.copy_from_slice(parameters);
    }

    /// Reads a sample, through the layers that stay as they are.
    fn read(&mut self, set: &Split, sample: usize) -> Result<(), TuneError> {
        let samples = SplitSamples::plain(set, self.normalisation);
        samples.write(sample as u32, None, &mut AugmentScratch::default(), &mut self.input);
        if let Some(index) = self.input.iter().position(|x| !x.is_finite()) {
            return Err(TuneError::Input { index });
        }
        match &self.frozen {
            Some((frozen, params)) => {
                frozen.infer(params, &self.input, &mut self.elements, &mut self.middle);
            }
            None => self.middle.copy_from_slice(&self.input),
        }
        Ok(())
    }

    /// Trains with a sample of `set`; its loss before.
    ///
    /// # Errors
    /// If a number leaves its range.
    ///
    /// # Panics
    /// If there is no such sample, or it does not fit the network.
    ///
    /// ```
    /// use tinyconv::tuning::TuneError;
    /// use tinyconv_training::data::{Inputs, Split};
    /// use host_tools::finetune::{FinetuneOptions, Trains, Tuner};
    /// use host_tools::model::MODELS;
    /// use tinyconv_training::model::Model;
    ///
    /// let linear = MODELS[3];
    /// let factory = vec![0.0; linear.parameters()];
    /// let options = FinetuneOptions::new(Trains::All);
    /// let mut tuner = Tuner::new(linear, &options, &factory, linear.recipe().normalisation)?;
    /// let broken = Split::new(Inputs::floats([1, 28, 28], vec![f32::NAN; 784]), vec![0]);
    /// assert_eq!(tuner.step(&broken, 0), Err(TuneError::Input { index: 0 }));
    /// # Ok::<(), host_tools::finetune::FinetuneError>(())
    /// ```
    pub fn step(&mut self, set: &Split, sample: usize) -> Result<f32, TuneError> {
        self.read(set, sample)?;
        let target = Target::Class(set.labels[sample]);
        let goal = Goal { loss: &CrossEntropy::default(), target };
        let stage = |shared| BatchStage { index: 0, samples: 1, live: 1.0, shared };
        let elements = &mut self.elements[..];
        let choices = &mut self.choices[..];
        let scratch = Scratch { elements: &mut *elements, choices: &mut *choices };
        let network = &self.trained;
        network.forward_stage(stage(&mut []), &self.parameters, &self.middle, None, scratch);
        let needs = network.needs();
        let (output, kept) = elements[needs.tape..][..2 * needs.output].split_at_mut(needs.output);
        let loss = goal.loss.forward(output, goal.target, kept);
        if !loss.is_finite() {
            return Err(TuneError::Loss);
        }
        let mut optimizer = Descent::default();
        optimizer.begin_step();
        let overflow = Cell::new(false);
        let sink = ApplyInPlace {
            optimizer: &optimizer,
            learning_rate: self.learning_rate,
            parameters: &mut self.parameters,
            states: [&mut [], &mut []],
            overflow: &overflow,
        };
        let scratch = Scratch { elements, choices };
        network.backward_stage(stage(&mut []), sink, &self.middle, goal, 1.0, scratch);
        if overflow.get() { Err(TuneError::Overflow) } else { Ok(loss) }
    }

    /// The outputs for a sample of `set`.
    ///
    /// # Errors
    /// If an input is not a finite number.
    ///
    /// # Panics
    /// If there is no such sample, or it does not fit the network.
    ///
    /// ```
    /// use tinyconv_training::data::{Inputs, Split};
    /// use host_tools::finetune::{FinetuneOptions, Trains, Tuner};
    /// use host_tools::model::MODELS;
    /// use tinyconv_training::model::Model;
    ///
    /// let linear = MODELS[3];
    /// let factory = vec![0.5; linear.parameters()];
    /// let options = FinetuneOptions::new(Trains::All);
    /// let mut tuner = Tuner::new(linear, &options, &factory, linear.recipe().normalisation)?;
    /// let black = Split::new(Inputs::bytes([1, 28, 28], vec![0; 784]), vec![0]);
    /// assert_eq!(tuner.infer(&black, 0)?, [0.5; 10]); // the biases
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn infer(&mut self, set: &Split, sample: usize) -> Result<&[f32], TuneError> {
        self.read(set, sample)?;
        let (params, scratch) = (&self.parameters[..], &mut self.elements[..]);
        self.trained.infer(params, &self.middle, scratch, &mut self.output);
        Ok(&self.output)
    }

    /// Counts the samples of `set` that are classified correctly.
    pub(super) fn correct(&mut self, set: &Split) -> Result<u32, TuneError> {
        let mut correct = 0;
        for (sample, &label) in set.labels.iter().enumerate() {
            let output = self.infer(set, sample)?;
            correct += u32::from(largest(output) == label);
        }
        Ok(correct)
    }
}

#[cfg(test)]
mod tests {
    use tinyconv::tuning::{All, Last, Part, Trainer};
    use tinyconv::{Direct, Init, InputOf, Network, OutputOf, Shape};

    use tinyconv::model_file::Normalisation;
    use tinyconv::plan::Dims;

    use super::*;
    use crate::data::Inputs;
    use crate::model::Of;
    use crate::training::{OwnedBlocks, TrainOptions};

    tinyconv::network! {
        Net: 2 x 10 x 9 {
            Conv2d { out: 4, kernel: 3 }, Relu, MaxPool2d { size: 2 },
            Residual {
                DepthwiseConv2d { kernel: 3, padding: same }, Tanh,
                PointwiseConv2d { out: 4 },
            }, Relu,
            AvgPool2d { size: 2 },
            Dense { out: 5 }, LeakyRelu { slope: 0.25 },
            Dense { out: 3 },
        }
    }

    tinyconv::network! {
        Signal: 3 x 64 {
            AvgPool1d { size: 2 },
            Conv1d { out: 4, kernel: 5, stride: 2 }, Relu,
            Dense { out: 3 },
        }
    }

    /// Steps of a device's trainer and of the values, and what both infer.
    fn same<N: Network, P: Part<N>>(trains: Trains) {
        let mut factory = vec![0.0; N::PARAMS];
        N::init(Init::default(), 7, &mut factory);
        let values: Vec<f32> =
            (0..6 * N::INPUT_LEN).map(|i| ((i * 37 % 101) as f32 - 50.0) / 32.0).collect();
        let (Dims::Map(shape), inputs) = (N::INPUT, values.clone()) else { panic!("a map") };
        let set = Split::new(Inputs::floats(shape, inputs), vec![0, 2, 1, 2, 0, 1]);

        let mut owned = OwnedBlocks::new::<N, P, Descent, PerSample>();
        let rate = 0.05;
        let mut trainer = Trainer::<N, P, Descent, PerSample>::new(
            &factory,
            owned.blocks(),
            Descent::default(),
            rate,
        )
        .unwrap();
        let normalisation = Normalisation { mean: 0.0, deviation: 1.0 }.into();
        let options = FinetuneOptions { learning_rate: rate, ..FinetuneOptions::new(trains) };
        let model = Of::<N>::new("n", &[], TrainOptions::digits);
        let mut tuner = Tuner::new(&model, &options, &factory, normalisation).unwrap();
        assert_eq!(tuner.memory, Memory::of::<N, P, Descent, PerSample>());
        let bits = |numbers: &[f32]| numbers.iter().map(|x| x.to_bits()).collect::<Vec<_>>();
        for sample in 0..set.labels.len() {
            let input = InputOf::<N>::view(&values[sample * N::INPUT_LEN..][..N::INPUT_LEN]);
            let loss = trainer.step(Direct, input, set.labels[sample]).unwrap().loss;
            assert_eq!(tuner.step(&set, sample).unwrap().to_bits(), loss.to_bits());
            assert_eq!(bits(tuner.parameters()), bits(trainer.parameters()), "{trains}, {sample}");
            let mut logits = vec![0.0; N::OUTPUT_LEN];
            trainer.infer(Direct, input, OutputOf::<N>::view_mut(&mut logits)).unwrap();
            assert_eq!(bits(tuner.infer(&set, sample).unwrap()), bits(&logits));
        }
        assert_ne!(bits(tuner.parameters()), bits(&factory[P::FROZEN_PARAMS..]));
    }

    #[test]
    fn values_learn_the_bits_that_a_device_learns() {
        same::<Net, All>(Trains::All);
        same::<Net, Last<3>>(Trains::Last(3));
        same::<Net, Last<2>>(Trains::Last(2));
        same::<Net, Last<1>>(Trains::Last(1));
        same::<Signal, All>(Trains::All);
        same::<Signal, Last<2>>(Trains::Last(2));
        same::<Signal, Last<1>>(Trains::Last(1));
    }
}
