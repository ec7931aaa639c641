//! State dicts as safetensors files have them: read without believing what they claim.

use std::collections::BTreeMap;

use half::{bf16, f16};
use safetensors::tensor::TensorView;
use safetensors::{Dtype, SafeTensors};

use super::{ModelNotes, StateDictError};

/// Bytes of the list of tensors: far more than a network of layers in a row needs.
const LONGEST_HEADER: u64 = 4 << 20;

/// Named tensors, borrowed from the bytes of a safetensors file.
///
/// ```
/// use tinyconv_exchange::StateDict;
///
/// let header = br#"{"fc.weight":{"dtype":"F16","shape":[1,2],"data_offsets":[0,4]}}"#;
/// let mut bytes = (header.len() as u64).to_le_bytes().to_vec();
/// bytes.extend(header);
/// bytes.extend([0x00, 0x3c, 0x00, 0xc0]); // 1.0 and -2.0 in half precision
/// let dict = StateDict::parse(&bytes)?;
/// assert_eq!(dict.names().collect::<Vec<_>>(), ["fc.weight"]);
/// assert_eq!(dict.shape("fc.weight"), Some(&[1, 2][..]));
/// assert_eq!(dict.values("fc.weight")?, [1.0, -2.0]);
/// # Ok::<(), tinyconv_exchange::StateDictError>(())
/// ```
#[derive(Debug)]
pub struct StateDict<'a> {
    tensors: BTreeMap<String, TensorView<'a>>,
    notes: Option<ModelNotes>,
}

impl<'a> StateDict<'a> {
    /// Reads the list of tensors; their numbers stay where they are.
    ///
    /// # Errors
    /// If the bytes are not a whole safetensors file.
    ///
    /// ```
    /// use tinyconv_exchange::{StateDict, StateDictError};
    ///
    /// let header = br#"{"fc.weight":{"dtype":"F16","shape":[1,2],"data_offsets":[0,4]}}"#;
    /// let mut bytes = (header.len() as u64).to_le_bytes().to_vec();
    /// bytes.extend(header);
    /// bytes.extend([0x00, 0x3c, 0x00, 0xc0]); // 1.0 and -2.0 in half precision
    /// assert!(StateDict::parse(&bytes).is_ok());
    /// assert!(matches!(StateDict::parse(&bytes[..20]), Err(StateDictError::Truncated { .. })));
    /// ```
    pub fn parse(bytes: &'a [u8]) -> Result<Self, StateDictError> {
        // The archive, or the bare pickle, that `torch.save` writes: `as_safetensors` unpacks the former.
        if bytes.starts_with(b"PK\x03\x04") || bytes.starts_with(&[0x80, 2]) {
            return Err(StateDictError::Pickle);
        }
        let (length, rest) = bytes.split_first_chunk().ok_or(StateDictError::NotSafetensors)?;
        if rest.first() != Some(&b'{') {
            return Err(StateDictError::NotSafetensors);
        }
        let (claimed, rest) = (u64::from_le_bytes(*length), rest.len() as u64);
        if claimed > rest {
            return Err(StateDictError::Truncated { claimed, rest });
        }
        if claimed > LONGEST_HEADER {
            return Err(StateDictError::LongHeader { claimed, limit: LONGEST_HEADER });
        }
        let (_, metadata) = SafeTensors::read_metadata(bytes)?;
        let notes = metadata.metadata().as_ref().and_then(ModelNotes::of_metadata);
        let tensors = SafeTensors::deserialize(bytes)?.tensors().into_iter().collect();
        Ok(Self { tensors, notes })
    }

    /// The names of all tensors, sorted.
    ///
    /// ```
    /// use tinyconv_exchange::StateDict;
    ///
    /// # let header = br#"{"fc.weight":{"dtype":"F16","shape":[1,2],"data_offsets":[0,4]}}"#;
    /// # let mut bytes = (header.len() as u64).to_le_bytes().to_vec();
    /// # bytes.extend(header);
    /// # bytes.extend([0x00, 0x3c, 0x00, 0xc0]); // 1.0 and -2.0 in half precision
    /// assert_eq!(StateDict::parse(&bytes)?.names().collect::<Vec<_>>(), ["fc.weight"]);
    /// # Ok::<(), tinyconv_exchange::StateDictError>(())
    /// ```
    pub fn names(&self) -> impl Iterator<Item = &str> {
        self.tensors.keys().map(String::as_str)
    }

    /// The dimensions of a tensor, if there is one of this name.
    ///
    /// ```
    /// use tinyconv_exchange::StateDict;
    ///
    /// # let header = br#"{"fc.weight":{"dtype":"F16","shape":[1,2],"data_offsets":[0,4]}}"#;
    /// # let mut bytes = (header.len() as u64).to_le_bytes().to_vec();
    /// # bytes.extend(header);
    /// # bytes.extend([0x00, 0x3c, 0x00, 0xc0]); // 1.0 and -2.0 in half precision
    /// let dict = StateDict::parse(&bytes)?;
    /// assert_eq!((dict.shape("fc.weight"), dict.shape("fc.bias")), (Some(&[1, 2][..]), None));
    /// # Ok::<(), tinyconv_exchange::StateDictError>(())
    /// ```
    #[must_use]
    pub fn shape(&self, name: &str) -> Option<&[usize]> {
        self.tensors.get(name).map(TensorView::shape)
    }

    /// How the file stores a tensor's numbers, if there is one of this name: `F32`, `BF16`...
    ///
    /// ```
    /// use tinyconv_exchange::StateDict;
    ///
    /// # let header = br#"{"fc.weight":{"dtype":"F16","shape":[1,2],"data_offsets":[0,4]}}"#;
    /// # let mut bytes = (header.len() as u64).to_le_bytes().to_vec();
    /// # bytes.extend(header);
    /// # bytes.extend([0x00, 0x3c, 0x00, 0xc0]); // 1.0 and -2.0 in half precision
    /// assert_eq!(StateDict::parse(&bytes)?.stored_as("fc.weight").as_deref(), Some("F16"));
    /// # Ok::<(), tinyconv_exchange::StateDictError>(())
    /// ```
    #[must_use]
    pub fn stored_as(&self, name: &str) -> Option<String> {
        self.tensors.get(name).map(|tensor| format!("{:?}", tensor.dtype()))
    }

    /// The numbers of a tensor: `F32` as they are, `F16` and `BF16` exactly, `F64` rounded.
    ///
    /// # Errors
    /// If there is no tensor of this name, it is of another type, or one of its numbers is not
    /// finite (in `f32`).
    ///
    /// ```
    /// use tinyconv_exchange::StateDict;
    ///
    /// # let header = br#"{"fc.weight":{"dtype":"F16","shape":[1,2],"data_offsets":[0,4]}}"#;
    /// # let mut bytes = (header.len() as u64).to_le_bytes().to_vec();
    /// # bytes.extend(header);
    /// # bytes.extend([0x00, 0x3c, 0x00, 0xc0]); // 1.0 and -2.0 in half precision
    /// let dict = StateDict::parse(&bytes)?;
    /// assert_eq!(dict.values("fc.weight")?, [1.0, -2.0]);
    /// assert!(dict.values("fc.bias").is_err());
    /// # Ok::<(), tinyconv_exchange::StateDictError>(())
    /// ```
    pub fn values(&self, name: &str) -> Result<Vec<f32>, StateDictError> {
        let tensor = self.tensors.get(name);
        let tensor = tensor.ok_or_else(|| StateDictError::NoTensor { name: name.into() })?;
        let data = tensor.data();
        let values: Vec<f32> = match tensor.dtype() {
            Dtype::F32 => numbers(data, f32::from_le_bytes),
            Dtype::F16 => numbers(data, |bytes| f16::from_le_bytes(bytes).to_f32()),
            Dtype::BF16 => numbers(data, |bytes| bf16::from_le_bytes(bytes).to_f32()),
            Dtype::F64 => numbers(data, |bytes| f64::from_le_bytes(bytes) as f32),
            other => {
                let (name, stored) = (name.into(), format!("{other:?}"));
                return Err(StateDictError::Type { name, stored });
            }
        };
        match values.iter().position(|value| !value.is_finite()) {
            Some(index) => {
                Err(StateDictError::NotFinite { name: name.into(), index, value: values[index] })
            }
            None => Ok(values),
        }
    }

    /// What `tinyconv export` wrote into the file about the network, if that wrote it.
    ///
    /// ```
    /// use tinyconv_exchange::StateDict;
    ///
    /// # let header = br#"{"fc.weight":{"dtype":"F16","shape":[1,2],"data_offsets":[0,4]}}"#;
    /// # let mut bytes = (header.len() as u64).to_le_bytes().to_vec();
    /// # bytes.extend(header);
    /// # bytes.extend([0x00, 0x3c, 0x00, 0xc0]); // 1.0 and -2.0 in half precision
    /// assert_eq!(StateDict::parse(&bytes)?.notes(), None); // not a file of ours
    /// # Ok::<(), tinyconv_exchange::StateDictError>(())
    /// ```
    #[must_use]
    pub fn notes(&self) -> Option<&ModelNotes> {
        self.notes.as_ref()
    }
}

/// Each number of `data`, which has a whole number of them.
fn numbers<const BYTES: usize>(data: &[u8], number: impl Fn([u8; BYTES]) -> f32) -> Vec<f32> {
    data.as_chunks().0.iter().map(|bytes| number(*bytes)).collect()
}
