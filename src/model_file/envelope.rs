//! What is around a model file's content: magic, version, checksum.

use super::ModelFileError;
use crate::crc32::CHECKSUM;

/// The format version that is written. Files of version 1 are read, too.
///
/// ```
/// use tinyconv::model_file::{ModelFile, Normalisation, Training, VERSION};
/// use tinyconv::plan::{DenseOptions, Dims, LayerKind, LayerSpec};
///
/// # let layers = [LayerSpec { name: "", kind: LayerKind::Dense(DenseOptions { out: 1 }) }];
/// # let normalisation = Normalisation { mean: 0.0, deviation: 1.0 };
/// # let training = Training { epochs: 3, batch: 32, seed: 1, learning_rate: 0.5, test_accuracy: 0.75 };
/// let model = ModelFile::new(
///     "N", Dims::Vector(1), &layers, normalisation, &["x"], training, &[0, 0, 128, 63, 0, 0, 0, 64],
/// )?;
/// let mut buffer = [0; 128];
/// assert_eq!(model.write(&mut buffer)?[8..10], VERSION.to_le_bytes());
/// # Ok::<(), tinyconv::model_file::ModelFileError>(())
/// ```
pub const VERSION: u16 = 2;

pub(super) const MAGIC: &[u8; 8] = b"TINYCONV";
pub(super) const HEAD: usize = MAGIC.len() + size_of::<u16>();
pub(super) const TAIL: usize = size_of::<u32>();

/// The version of a model file, and what lies between its head and its checksum.
pub(super) fn content(bytes: &[u8]) -> Result<(u16, &[u8]), ModelFileError> {
    let Some(rest) = bytes.strip_prefix(MAGIC) else {
        // What is cut within the magic is damaged rather than foreign.
        return Err(if !bytes.is_empty() && MAGIC.starts_with(bytes) {
            ModelFileError::Damaged
        } else {
            ModelFileError::NotAModelFile
        });
    };
    let Some((body, checksum)) = bytes.split_last_chunk::<TAIL>() else {
        return Err(ModelFileError::Damaged);
    };
    let Some((version, _)) = rest.split_first_chunk() else {
        return Err(ModelFileError::Damaged);
    };
    if body.len() < HEAD || CHECKSUM.checksum(body) != u32::from_le_bytes(*checksum) {
        return Err(ModelFileError::Damaged);
    }
    let version = u16::from_le_bytes(*version);
    if version > VERSION {
        return Err(ModelFileError::Newer(version));
    }
    Ok((version, &body[HEAD..]))
}
