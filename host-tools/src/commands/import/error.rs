//! Options of `import` that do not fit the file or each other.

use thiserror::Error;

/// Why an import cannot begin.
#[derive(Debug, Error)]
pub enum ImportError {
    /// Neither the file nor the user says of which network the tensors are.
    #[error(
        "the file does not say of which network its tensors are: give --model with one of {known}"
    )]
    NoModel {
        /// The networks of this program.
        known: String,
    },
    /// Not one label for each output.
    #[error(
        "--labels has {given} names, the network {network} has {outputs} outputs: give one for each"
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
    #[error("an ONNX file is a network of its own: leave out --model and --map")]
    NotForOnnx,
    /// Options for networks that come with the file.
    #[error(
        "--name, --fold, --python and --json are for ONNX files, which this is not: leave them out"
    )]
    OnlyForOnnx,
    /// More layers than a model file lists.
    #[error(
        "the network has {found} layers, and a model file lists at most {limit}: {}",
        if *.fold { "give --fold, which makes batch normalisation a part of the layer before it" }
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
    /// Inputs that would not be numbers.
    #[error(
        "inputs are (raw - mean) / deviation: mean {mean} and deviation {deviation} make no numbers \
         of them; give finite ones and a deviation above 0"
    )]
    Normalisation {
        /// Subtracted.
        mean: f32,
        /// Divided by.
        deviation: f32,
    },
}
