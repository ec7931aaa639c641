//! Vectors that lie beside a network.

use std::path::Path;

use super::{ParityError, Vectors};
use crate::StateDict;
use crate::onnx::stored_tensor;
use tinyconv_training::files;
use tinyconv_training::text::shown;

/// The most test data sets of an ONNX model that are read.
const MOST_SETS: usize = 1000;

/// The most numbers of all of them: 64 MiB.
const MOST_NUMBERS: usize = 1 << 24;

/// Inputs and outputs stored beside the file `path`: in a file of its name that ends in
/// `.safetensors`, as the tensors `input` and `output`; or as ONNX's own tests store them, in
/// `test_data_set_0/input_0.pb` and `output_0.pb`, `test_data_set_1`, and so on.
///
/// An input has `input` numbers, an output `output`. A `.safetensors` file without these two tensors
/// is another one.
///
/// # Errors
/// If there are files of these names that cannot be used.
///
/// ```
/// # use tinyconv_exchange::parity::{Parity, stored};
/// # let path = std::path::Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/../../tests/data/onnx/digits.onnx"));
/// # let network = tinyconv_exchange::onnx::import(&std::fs::read(path)?)?;
/// let vectors = stored(path, 28 * 28, 10)?.expect("they are there");
/// assert_eq!(vectors.outputs.len(), 8 * 10);
/// // Not a whole number of samples of this size.
/// assert!(stored(path, 1000, 10).is_err());
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub fn stored(path: &Path, input: usize, output: usize) -> Result<Option<Vectors>, ParityError> {
    let beside = path.with_extension("safetensors");
    if beside.is_file()
        && let Some(vectors) = of_safetensors(&beside, input, output)?
    {
        return Ok(Some(vectors));
    }
    let directory = path.parent().unwrap_or(Path::new(""));
    let mut vectors = Vectors { origin: String::new(), inputs: Vec::new(), outputs: Vec::new() };
    for set in 0..MOST_SETS {
        let set = directory.join(format!("test_data_set_{set}"));
        let [given, expected] = ["input_0.pb", "output_0.pb"].map(|name| set.join(name));
        if !given.is_file() || !expected.is_file() {
            break;
        }
        let (inputs, outputs) = (numbers(&given)?, numbers(&expected)?);
        check(&given, &inputs, &outputs, input, output)?;
        if vectors.inputs.len() + inputs.len() + vectors.outputs.len() + outputs.len()
            > MOST_NUMBERS
        {
            return Err(ParityError::TooMany { limit: MOST_NUMBERS });
        }
        vectors.inputs.extend(inputs);
        vectors.outputs.extend(outputs);
    }
    let first = directory.join("test_data_set_0");
    vectors.origin = shown(&first);
    Ok((!vectors.inputs.is_empty()).then_some(vectors))
}

fn of_safetensors(
    path: &Path,
    input: usize,
    output: usize,
) -> Result<Option<Vectors>, ParityError> {
    let bytes = files::read(path)?;
    let wrong = |source| ParityError::Tensors { path: path.into(), source };
    let dict = StateDict::parse(&bytes).map_err(wrong)?;
    if dict.shape("input").is_none() && dict.shape("output").is_none() {
        return Ok(None);
    }
    let [inputs, outputs] = ["input", "output"].map(|name| dict.values(name).map_err(wrong));
    let (inputs, outputs) = (inputs?, outputs?);
    check(path, &inputs, &outputs, input, output)?;
    Ok(Some(Vectors { origin: shown(path), inputs, outputs }))
}

fn numbers(path: &Path) -> Result<Vec<f32>, ParityError> {
    let bytes = files::read(path)?;
    let tensor =
        stored_tensor(&bytes).ok_or_else(|| ParityError::NoTensor { path: path.into() })?;
    tensor.map_err(|source| ParityError::Numbers { path: path.into(), source })
}

/// Refuses what is no whole number of samples.
fn check(
    path: &Path,
    inputs: &[f32],
    outputs: &[f32],
    input: usize,
    output: usize,
) -> Result<(), ParityError> {
    let samples = inputs.len() / input;
    if samples > 0 && inputs.len() == samples * input && outputs.len() == samples * output {
        return Ok(());
    }
    let (inputs, outputs) = (inputs.len(), outputs.len());
    Err(ParityError::Size { path: path.into(), inputs, outputs, input, output })
}
