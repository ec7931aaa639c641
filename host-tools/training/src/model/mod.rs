//! Networks as values: the tool chooses one by a name on the command line or in a file, while
//! training and evaluation want its type.

mod any_model;
mod built_in;
mod interpreted;
mod layer;
mod memory;
mod network_info;
mod networks;
mod of;

pub use any_model::AnyModel;
pub use built_in::{LE_NET, MNIST, MODELS, all_threads};
pub use interpreted::Interpreted;
pub use layer::Layer;
#[doc(hidden)]
pub use layer::sizes;
pub use memory::{Inference, Memory, Training};
pub use network_info::NetworkInfo;
pub(crate) use network_info::{borrowed, owned};
pub use networks::Networks;
pub use of::Of;

use std::borrow::Cow;
use std::path::Path;

use tinyconv::model_file::Normalisation;
use tinyconv::plan::{Dims, LayerSpec};

use crate::data::{Dataset, Samples, Split, SplitSamples};
use crate::finetune::Parts;
use crate::training::{
    AnyNetwork, EvaluateOptions, Evaluation, InvalidOptions, LossKind, Observer, TrainOptions,
    Trained, Visitor, check_outputs, check_size, evaluate_network, train_images,
};

/// A network of the tool, whatever its type; [`Of`] makes one from a type.
///
/// ```
/// use tinyconv_training::model::{MODELS, Model};
///
/// /// Bytes of flash for the parameters of any network.
/// fn flash(model: &dyn Model) -> usize {
///     model.memory().parameters
/// }
/// assert_eq!(flash(MODELS[0]), 4 * 5142);
/// ```
pub trait Model: Sync {
    /// The name on the command line and in model files.
    ///
    /// ```
    /// use tinyconv_training::model::MODELS;
    ///
    /// let digits = MODELS[0];
    /// assert_eq!(digits.name(), "digits");
    /// ```
    fn name(&self) -> &str;

    /// What its classes are called.
    ///
    /// ```
    /// use tinyconv_training::model::MODELS;
    ///
    /// let digits = MODELS[0];
    /// assert_eq!(digits.labels()[7], "7");
    /// ```
    fn labels(&self) -> Vec<&str>;

    /// The options with which it is trained if nothing else is asked for.
    ///
    /// ```
    /// use tinyconv_training::model::MODELS;
    ///
    /// let digits = MODELS[0];
    /// assert_eq!((digits.recipe().epochs, digits.recipe().seed), (20, 1));
    /// ```
    fn recipe(&self) -> TrainOptions;

    /// What trains and computes it.
    ///
    /// ```
    /// use tinyconv_training::model::MODELS;
    ///
    /// let digits = MODELS[0];
    /// assert_eq!(digits.network().needs().output, 10);
    /// ```
    fn network(&self) -> &dyn AnyNetwork;

    /// The shape of its input.
    ///
    /// ```
    /// use tinyconv_training::model::MODELS;
    ///
    /// let digits = MODELS[0];
    /// assert_eq!(digits.input(), tinyconv::plan::Dims::Map([1, 28, 28]));
    /// ```
    fn input(&self) -> Dims {
        self.network().input()
    }

    /// Rows and columns of zeros that it takes on every side of an image.
    ///
    /// ```
    /// use tinyconv_training::model::MODELS;
    ///
    /// let [digits, lenet] = [MODELS[0], MODELS[4]];
    /// assert_eq!([digits.border(), lenet.border()], [0, 2]);
    /// ```
    fn border(&self) -> usize;

    /// Channels, rows and columns of the images that it takes: its input without the border.
    ///
    /// ```
    /// use tinyconv_training::model::MODELS;
    ///
    /// let lenet = MODELS[4];
    /// assert_eq!(lenet.images(), [1, 28, 28]); // of its 32 x 32, a border of two
    /// ```
    fn images(&self) -> [usize; 3] {
        let [channels, rows, columns] = match self.input() {
            Dims::Map(shape) => shape,
            Dims::Vector(length) => [1, 1, length],
        };
        let inside = |size: usize| size.saturating_sub(2 * self.border());
        [channels, inside(rows), inside(columns)]
    }

    /// Its layers.
    ///
    /// ```
    /// use tinyconv_training::model::MODELS;
    ///
    /// let digits = MODELS[0];
    /// assert_eq!(digits.layers()[0].name, "conv1");
    /// ```
    fn layers(&self) -> Vec<LayerSpec<'_>> {
        self.network().layers()
    }

    /// Tells it apart from networks whose parameters it cannot read.
    ///
    /// ```
    /// use tinyconv_training::model::MODELS;
    /// use tinyconv::Network;
    ///
    /// let digits = MODELS[0];
    /// assert_eq!(digits.fingerprint(), tinyconv_training::networks::Digits::FINGERPRINT);
    /// ```
    fn fingerprint(&self) -> u64;

    /// How many parameters it has.
    ///
    /// ```
    /// use tinyconv_training::model::MODELS;
    ///
    /// let digits = MODELS[0];
    /// assert_eq!(digits.parameters(), 5142);
    /// ```
    fn parameters(&self) -> usize {
        self.network().needs().params
    }

    /// What it takes on a device, in its deployed form.
    ///
    /// ```
    /// use tinyconv_training::model::MODELS;
    ///
    /// let digits = MODELS[0];
    /// assert_eq!(digits.memory().inference.scratch, 4480);
    /// ```
    fn memory(&self) -> Memory {
        Memory::of(self.input(), &self.layers()).expect("a network's layers fit: they are types")
    }

    /// The parts of it that can be fine-tuned; none, as provided.
    ///
    /// ```
    /// use tinyconv_training::finetune::Trains;
    /// use tinyconv_training::model::MODELS;
    ///
    /// let parts = MODELS[0].parts();
    /// assert!(parts.iter().map(|part| part.0).eq([Trains::Last(1), Trains::Last(2), Trains::All]));
    /// ```
    fn parts(&self) -> Parts {
        &[]
    }

    /// The directory of what firmware includes of it, if it has firmware of its own; as provided, it
    /// has none.
    ///
    /// ```
    /// use tinyconv_training::model::MODELS;
    ///
    /// let digits = MODELS[0];
    /// assert_eq!(digits.firmware(), None);
    /// ```
    fn firmware(&self) -> Option<&'static Path> {
        None
    }

    /// `dataset` as the network takes it: with a border, if it takes one.
    ///
    /// ```
    /// use tinyconv_training::data::{Dataset, Inputs, Split};
    /// use tinyconv_training::model::MODELS;
    ///
    /// let inputs = Inputs::bytes([1, 28, 28], vec![9; 784]);
    /// let split = Split::new(inputs, vec![3]);
    /// let dataset = Dataset { train: split.clone(), test: split, classes: 10 };
    /// let lenet = MODELS[4];
    /// assert_eq!(lenet.bordered(&dataset).test.inputs.shape(), [1, 32, 32]);
    /// ```
    fn bordered<'a>(&self, dataset: &'a Dataset) -> Cow<'a, Dataset> {
        match self.border() {
            0 => Cow::Borrowed(dataset),
            border => Cow::Owned(dataset.padded(border)),
        }
    }

    /// `split` as the network takes it: with a border, if it takes one.
    ///
    /// ```
    /// use tinyconv_training::data::{Inputs, Split};
    /// use tinyconv_training::model::MODELS;
    ///
    /// let inputs = Inputs::bytes([1, 28, 28], vec![9; 784]);
    /// let split = Split::new(inputs, vec![3]);
    /// let sides = [MODELS[0], MODELS[4]].map(|model| model.inputs(&split).inputs.shape()[1]);
    /// assert_eq!(sides, [28, 32]);
    /// ```
    fn inputs<'a>(&self, split: &'a Split) -> Cow<'a, Split> {
        match self.border() {
            0 => Cow::Borrowed(split),
            border => Cow::Owned(split.padded(border)),
        }
    }

    /// Trains it.
    ///
    /// # Errors
    /// If the options or the data do not fit the network.
    ///
    /// ```
    /// use std::ops::ControlFlow;
    ///
    /// use tinyconv_training::data::{Dataset, Inputs, Split};
    /// use tinyconv_training::model::MODELS;
    /// use tinyconv_training::training::TrainOptions;
    ///
    /// let linear = MODELS[3];
    /// // A black image and a white one.
    /// let inputs = Inputs::bytes([1, 28, 28], [[0; 784], [255; 784]].concat());
    /// let split = Split::new(inputs, vec![0, 1]);
    /// let dataset = Dataset { train: split.clone(), test: split, classes: 10 };
    /// let options = TrainOptions { epochs: 30, threads: 1, ..linear.recipe() };
    /// let trained = linear.train(&dataset, &options, &mut |_| ControlFlow::Continue(()))?;
    /// assert_eq!(trained.parameters.len(), linear.parameters());
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    fn train(
        &self,
        dataset: &Dataset,
        options: &TrainOptions,
        observe: &mut Observer<'_>,
    ) -> Result<Trained, InvalidOptions> {
        train_images(self.network(), &self.bordered(dataset), options, observe)
    }

    /// Classifies the images of `split` on `threads` threads; the loss is cross-entropy.
    ///
    /// # Errors
    /// As [`evaluate_each`](Self::evaluate_each).
    ///
    /// # Panics
    /// As [`evaluate_each`](Self::evaluate_each).
    ///
    /// ```
    /// use tinyconv_training::data::{Inputs, Split};
    /// use tinyconv_training::model::MODELS;
    ///
    /// let linear = MODELS[3];
    /// let inputs = Inputs::bytes([1, 28, 28], [[0; 784], [255; 784]].concat());
    /// let split = Split::new(inputs, vec![0, 1]);
    /// let mut parameters = vec![0.0; 7850];
    /// parameters[7841] = 1.0; // the bias of class 1: it always wins
    /// let normalisation = linear.recipe().normalisation;
    /// let evaluation = linear.evaluate(&parameters, &split, normalisation, 1)?;
    /// assert_eq!(evaluation.accuracy(), 0.5);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    fn evaluate(
        &self,
        parameters: &[f32],
        split: &Split,
        normalisation: Normalisation,
        threads: usize,
    ) -> Result<Evaluation, InvalidOptions> {
        let options = EvaluateOptions { normalisation, loss: LossKind::default(), threads };
        self.evaluate_each(parameters, split, &options, &mut |_, _| {})
    }

    /// Classifies the images of `split`, and shows `visit` what the network says of each.
    ///
    /// # Errors
    /// If the images have another size than its input, or if there are no threads.
    ///
    /// # Panics
    /// If `parameters` has another length than the network has parameters, or a label of `split` is
    /// no class of it.
    ///
    /// ```
    /// use tinyconv_training::data::{Inputs, Split};
    /// use tinyconv_training::model::MODELS;
    /// use tinyconv_training::training::{EvaluateOptions, LossKind};
    ///
    /// let linear = MODELS[3];
    /// let inputs = Inputs::bytes([1, 28, 28], [[0; 784], [255; 784]].concat());
    /// let split = Split::new(inputs, vec![0, 1]);
    /// let mut parameters = vec![0.0; 7850];
    /// parameters[7841] = 1.0; // the bias of class 1: it always wins
    /// let normalisation = linear.recipe().normalisation;
    /// let options = EvaluateOptions { normalisation, loss: LossKind::default(), threads: 1 };
    /// let mut outputs = Vec::new();
    /// linear.evaluate_each(&parameters, &split, &options, &mut |_, output| {
    ///     outputs.push(output.to_vec());
    /// })?;
    /// assert_eq!((outputs.len(), outputs[0][1]), (2, 1.0));
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    fn evaluate_each(
        &self,
        parameters: &[f32],
        split: &Split,
        options: &EvaluateOptions,
        visit: &mut Visitor<'_>,
    ) -> Result<Evaluation, InvalidOptions> {
        if options.threads == 0 {
            return Err(InvalidOptions::NoThreads);
        }
        options.loss.validate()?;
        check_outputs(self.labels().len())?;
        let split = &*self.inputs(split);
        check_size(self.input(), &split.inputs)?;
        let samples = SplitSamples::plain(split, options.normalisation);
        let pool = rayon::ThreadPoolBuilder::new().num_threads(options.threads).build()?;
        Ok(pool.install(|| self.evaluate_samples(parameters, &samples, options.loss, visit)))
    }

    /// Classifies `samples` on the threads of the caller's pool, and shows `visit` what the network
    /// says of each.
    ///
    /// # Panics
    /// As [`evaluate_each`](Self::evaluate_each), and if the samples have another size than its input.
    ///
    /// ```
    /// use tinyconv_training::data::{SplitSamples, Inputs, Split};
    /// use tinyconv_training::model::MODELS;
    /// use tinyconv_training::training::LossKind;
    ///
    /// let linear = MODELS[3];
    /// let inputs = Inputs::bytes([1, 28, 28], vec![0; 784]);
    /// let split = Split::new(inputs, vec![0]);
    /// let samples = SplitSamples::plain(&split, linear.recipe().normalisation);
    /// let (parameters, loss) = (vec![0.0; 7850], LossKind::default());
    /// let evaluation = linear.evaluate_samples(&parameters, &samples, loss, &mut |_, outputs| {
    ///     assert_eq!(outputs, [0.0; 10]);
    /// });
    /// assert_eq!(evaluation.samples(), 1);
    /// ```
    fn evaluate_samples(
        &self,
        parameters: &[f32],
        samples: &dyn Samples,
        loss: LossKind,
        visit: &mut Visitor<'_>,
    ) -> Evaluation {
        evaluate_network(self.network(), parameters, samples, loss, visit)
    }
}
