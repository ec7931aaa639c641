//! Options of `import` that do not fit the file or each other.

use thiserror::Error;
use tinyconv::model_file::ModelFileError;

/// Why an import cannot begin.
#[derive(Debug, Error)]
pub enum ImportError {
    /// Neither the file nor the user says of which network the tensors are.
    #[error(
        "the file does not say which network its tensors belong to: give --model with one of \
         {known}"
    )]
    NoModel {
        /// The networks of this program.
        known: String,
    },
    /// Not one label for each output.
    #[error(
        "--labels has {given} names, but the network {network} has {outputs} outputs: give one \
         name for each"
    )]
    Labels {
        /// The names that were given.
        given: usize,
        /// The network.
        network: String,
        /// Its outputs.
        outputs: usize,
    },
    /// Options for networks that the program knows.
    #[error("the file contains its own network: leave out --model and --map")]
    NotForNetworks,
    /// Another implementation than that of the format.
    #[error("a file of this format is compared with another implementation: give --check {name}")]
    OtherCheck {
        /// Which one.
        name: String,
    },
    /// Files of Keras.
    #[error(
        "this is a file of Keras' own, which only Keras reads whole. Convert it in Python and import the result: \
         import keras; keras.saving.load_model({file:?}).export(\"model.onnx\", format=\"onnx\") (with tf2onnx \
         installed); or import tensorflow as tf; open(\"model.tflite\", \"wb\").write(tf.lite.TFLiteConverter.\
         from_keras_model(tf.keras.models.load_model({file:?})).convert())"
    )]
    Keras {
        /// Its path.
        file: String,
    },
    /// Options for networks that come with the file.
    #[error(
        "--name, --fold, --check and --output only apply to networks in ONNX or TensorFlow Lite, and this is none: leave them out"
    )]
    OnlyForNetworks,
    /// More layers than a model file lists.
    #[error(
        "the network has {found} layers, but a model file holds at most {limit}: {}",
        if *.fold { "give --fold to fold batch normalisation into the layer before it" }
        else { "use a smaller network" }
    )]
    Layers {
        /// The layers.
        found: usize,
        /// The most that are listed.
        limit: usize,
        /// Whether folding could help.
        fold: bool,
    },
    /// Neither one number for all channels nor one for each.
    #[error(
        "{option} has {given} numbers, but the number of the input's channels is {channels}: give \
         one for all of them, or one for each"
    )]
    Channels {
        /// The option.
        option: &'static str,
        /// Its numbers.
        given: usize,
        /// The input's channels.
        channels: usize,
    },
    /// More normalisations than a model file holds.
    #[error(transparent)]
    ModelFile(#[from] ModelFileError),
    /// Inputs that would not be numbers.
    #[error(
        "inputs are (raw - mean) / deviation, which mean {mean} and deviation {deviation} do not \
         allow: give finite numbers, and a deviation above 0"
    )]
    Normalisation {
        /// Subtracted.
        mean: f32,
        /// Divided by.
        deviation: f32,
    },
}
