//! Tensors in archives: what `torch.save(model.state_dict(), ...)` and `numpy.savez` write.

mod error;
mod npy;
mod pickle;
#[cfg(test)]
mod tests;
mod torch;

use std::borrow::Cow;
use std::io::{Cursor, Read};

use safetensors::Dtype;
use safetensors::tensor::TensorView;
use zip::ZipArchive;

pub use error::ArchiveError;

use crate::onnx::LARGEST;

/// Files in an archive: a state dict has a few for each layer.
const MOST_FILES: usize = 10_000;

/// A tensor, its numbers in order, little-endian.
struct Stored {
    name: String,
    dtype: Dtype,
    shape: Vec<usize>,
    data: Vec<u8>,
}

/// An archive whose files are read one by one, together not more than the largest file's bytes.
struct Archive<'a> {
    zip: ZipArchive<Cursor<&'a [u8]>>,
    left: u64,
}

impl<'a> Archive<'a> {
    fn open(bytes: &'a [u8]) -> Result<Self, ArchiveError> {
        let zip = ZipArchive::new(Cursor::new(bytes)).map_err(|_| ArchiveError::Damaged)?;
        if zip.len() > MOST_FILES {
            return Err(ArchiveError::TooManyFiles { limit: MOST_FILES });
        }
        Ok(Self { zip, left: LARGEST as u64 })
    }

    fn names(&self) -> Vec<String> {
        self.zip.file_names().map(ToOwned::to_owned).collect()
    }

    /// A file, unpacked; what its header claims is not believed.
    fn read(&mut self, name: &str) -> Result<Vec<u8>, ArchiveError> {
        let missing = || ArchiveError::Missing { file: name.into() };
        let file = self.zip.by_name(name).map_err(|_| missing())?;
        let mut bytes = Vec::new();
        file.take(self.left + 1).read_to_end(&mut bytes).map_err(|_| ArchiveError::Damaged)?;
        let left = self.left.checked_sub(bytes.len() as u64);
        self.left = left.ok_or(ArchiveError::TooLarge { limit: LARGEST })?;
        Ok(bytes)
    }
}

/// The tensors of a file as those of a safetensors file: of an archive they are unpacked; any other file is returned as
/// it is. Nothing in it is run.
///
/// # Errors
/// If it is an archive of something else, damaged, or larger than what is read.
///
/// ```
/// use tinyconv_exchange::{StateDict, as_safetensors};
///
/// // torch.save({"fc.weight": ..., "fc.bias": ...}, "small.pt")
/// let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../../tests/data/pytorch/small.pt");
/// let bytes = std::fs::read(path)?;
/// let unpacked = as_safetensors(&bytes)?;
/// let dict = StateDict::parse(&unpacked)?;
/// assert_eq!(dict.shape("fc.weight"), Some(&[2, 3][..]));
/// assert_eq!(dict.values("fc.bias")?, [0.5, -1.5]);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub fn as_safetensors(bytes: &[u8]) -> Result<Cow<'_, [u8]>, ArchiveError> {
    // The bare pickle that PyTorch before 1.6 wrote, and Keras' HDF5.
    if bytes.starts_with(&[0x80, 2]) {
        return Err(ArchiveError::OldPyTorch);
    }
    if bytes.starts_with(b"\x89HDF\r\n\x1a\n") {
        return Err(ArchiveError::Keras);
    }
    if !bytes.starts_with(b"PK\x03\x04") {
        return Ok(Cow::Borrowed(bytes));
    }
    let mut archive = Archive::open(bytes)?;
    let names = archive.names();
    let pickle = names.iter().find(|name| name.ends_with("/data.pkl"));
    let tensors = if let Some(pickle) = pickle {
        torch::tensors(&mut archive, pickle)?
    } else if names.iter().any(|name| name == "config.json" || name == "model.weights.h5") {
        return Err(ArchiveError::Keras);
    } else if names.iter().any(|name| name.ends_with(".npy")) {
        let mut tensors = Vec::new();
        for name in names.iter().filter_map(|name| name.strip_suffix(".npy")) {
            let bytes = archive.read(&format!("{name}.npy"))?;
            tensors.push(npy::tensor(name, &bytes)?);
        }
        tensors
    } else {
        return Err(ArchiveError::NoTensors);
    };
    let views = tensors.iter().map(|tensor| {
        let view = TensorView::new(tensor.dtype, tensor.shape.clone(), &tensor.data);
        view.map(|view| (&*tensor.name, view)).map_err(|_| ArchiveError::Damaged)
    });
    let views = views.collect::<Result<Vec<_>, _>>()?;
    let bytes = safetensors::serialize(views, None).map_err(|_| ArchiveError::Damaged)?;
    Ok(Cow::Owned(bytes))
}
