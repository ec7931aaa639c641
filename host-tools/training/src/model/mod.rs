//! Networks as values: the tool chooses one by a name on the command line or in a file, while
//! training and evaluation want its type.

mod any_model;
mod deployed_layers;
mod interpreted;
mod layer;
mod logits;
mod memory;
mod network_info;
mod networks;
mod of;
mod recipes;
mod run;

pub use any_model::AnyModel;
pub use deployed_layers::deployed_layers;
pub use interpreted::Interpreted;
pub use layer::Layer;
#[doc(hidden)]
pub use layer::sizes;
pub use logits::Logits;
pub use memory::{Inference, Memory, Training};
pub use network_info::NetworkInfo;
pub(crate) use network_info::{borrowed, owned};
pub use networks::Networks;
pub use of::Of;
pub use recipes::{LE_NET, MNIST, all_threads};
pub use run::{evaluate, train, train_sets};

use std::path::Path;

use tinyconv::plan::{Dims, LayerSpec};

use crate::training::{AnyNetwork, TrainOptions};

/// A network of the tool, whatever its type; [`Of`] makes one from a type.
///
/// ```
/// use tinyconv_built_in::MODELS;
/// use tinyconv_training::model::Model;
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
    /// use tinyconv_built_in::MODELS;
    ///
    /// let digits = MODELS[0];
    /// assert_eq!(digits.name(), "digits");
    /// ```
    fn name(&self) -> &str;

    /// What its classes are called.
    ///
    /// ```
    /// use tinyconv_built_in::MODELS;
    ///
    /// let digits = MODELS[0];
    /// assert_eq!(digits.labels()[7], "7");
    /// ```
    fn labels(&self) -> Vec<&str>;

    /// The options with which it is trained if nothing else is asked for.
    ///
    /// ```
    /// use tinyconv_built_in::MODELS;
    ///
    /// let digits = MODELS[0];
    /// assert_eq!((digits.recipe().epochs, digits.recipe().seed), (20, 1));
    /// ```
    fn recipe(&self) -> TrainOptions;

    /// What trains and computes it.
    ///
    /// ```
    /// use tinyconv_built_in::MODELS;
    ///
    /// let digits = MODELS[0];
    /// assert_eq!(digits.network().needs().output, 10);
    /// ```
    fn network(&self) -> &dyn AnyNetwork;

    /// The shape of its input.
    ///
    /// ```
    /// use tinyconv_built_in::MODELS;
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
    /// use tinyconv_built_in::MODELS;
    ///
    /// let [digits, lenet] = [MODELS[0], MODELS[4]];
    /// assert_eq!([digits.border(), lenet.border()], [0, 2]);
    /// ```
    fn border(&self) -> usize;

    /// Channels, rows and columns of the images that it takes: its input without the border.
    ///
    /// ```
    /// use tinyconv_built_in::MODELS;
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
    /// use tinyconv_built_in::MODELS;
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
    /// use tinyconv_built_in::MODELS;
    /// use tinyconv::Network;
    ///
    /// let digits = MODELS[0];
    /// assert_eq!(digits.fingerprint(), tinyconv_training::networks::Digits::FINGERPRINT);
    /// ```
    fn fingerprint(&self) -> u64;

    /// How many parameters it has.
    ///
    /// ```
    /// use tinyconv_built_in::MODELS;
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
    /// use tinyconv_built_in::MODELS;
    ///
    /// let digits = MODELS[0];
    /// assert_eq!(digits.memory().inference.scratch, 4480);
    /// ```
    fn memory(&self) -> Memory {
        Memory::of(self.input(), &self.layers()).expect("a network's layers fit: they are types")
    }

    /// The directory of the project whose network it is; as provided, it is of none.
    ///
    /// ```
    /// use tinyconv_built_in::MODELS;
    ///
    /// let digits = MODELS[0];
    /// assert_eq!(digits.project(), None);
    /// ```
    fn project(&self) -> Option<&'static Path> {
        None
    }
}
