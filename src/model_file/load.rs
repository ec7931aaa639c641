//! Reading parameters alone, in little stack.

use super::ModelFileError;
use super::fields::Fields;
use crate::Network;

/// Copies the parameters of a model file to `params`, if they are those of `N`.
///
/// For devices: the same as [`ModelFile::parse`](super::ModelFile::parse) and
/// [`ModelFile::load`](super::ModelFile::load), without the lists of layers and labels, which take tens
/// of kilobytes of stack.
///
/// # Errors
/// If the bytes are not a whole, undamaged model file of a known version, or one of another network,
/// or one with a parameter that is no finite number, or `params` has another length than `N` has
/// parameters; `params` is untouched then.
///
/// ```
/// use tinyconv::Network;
/// use tinyconv::model_file::{self, ModelFile, ModelFileError, Normalisation, Training};
///
/// tinyconv::network! { Net: 1 x 1 x 1 { Dense { out: 1 } } }
/// tinyconv::network! { Other: 1 x 1 x 1 { Dense { out: 1 }, Relu } }
///
/// # let normalisation = Normalisation { mean: 0.0, deviation: 1.0 };
/// # let training = Training { epochs: 3, batch: 32, seed: 1, learning_rate: 0.5, test_accuracy: 0.75 };
/// let bytes = [1.0f32, 2.0].map(f32::to_le_bytes);
/// let model = ModelFile::new(
///     Net::NAME, Net::INPUT, Net::LAYERS, normalisation, &["x"], training, bytes.as_flattened(),
/// )?;
/// let mut params = [0.0; 2];
/// let mut buffer = [0; 128];
/// let received = model.write(&mut buffer)?; // on a device: what came over a wire
/// model_file::load::<Net>(received, &mut params)?;
/// assert_eq!(params, [1.0, 2.0]);
/// assert_eq!(model_file::load::<Other>(received, &mut params), Err(ModelFileError::OtherNetwork));
/// # Ok::<(), tinyconv::model_file::ModelFileError>(())
/// ```
pub fn load<N: Network>(bytes: &[u8], params: &mut [f32]) -> Result<(), ModelFileError> {
    let Fields { fingerprint, parameters, .. } = Fields::read(bytes, |_| {})?;
    let (parameters, rest) = parameters.as_chunks();
    if fingerprint != N::FINGERPRINT || parameters.len() != params.len() || !rest.is_empty() {
        return Err(ModelFileError::OtherNetwork);
    }
    for (param, bytes) in params.iter_mut().zip(parameters) {
        *param = f32::from_le_bytes(*bytes);
    }
    Ok(())
}
