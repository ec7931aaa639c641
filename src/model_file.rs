//! Model files: everything a network learnt, and enough about it to refuse the wrong file.
//!
//! # Format, version 1
//!
//! | bytes | content |
//! |---|---|
//! | 8 | `TINYCONV` |
//! | 2 | format version, little-endian |
//! | n | the fields of [`ModelFile`] in their order, as [postcard](https://postcard.jamesmunns.com/wire-format.html) writes them |
//! | 4 | CRC-32 (ISO-HDLC, as in zip) of all bytes before, little-endian |
//!
//! In postcard, integers are varints (seven bits a byte, lowest first), floats are little-endian,
//! texts and lists begin with their length, enums with the number of their variant. The first and
//! the last field of the table stay as they are in all versions. The parameters are the last field:
//! little-endian `f32`, in the order in which [`Network`] has them, borrowed
//! from the file and never copied.
//!
//! ```
//! use tinyconv::model_file::{ModelFile, Normalisation, Training};
//! use tinyconv::plan::{DenseOptions, Dims, LayerKind, LayerSpec};
//!
//! let layers = [LayerSpec { name: "d", kind: LayerKind::Dense(DenseOptions { out: 1 }) }];
//! let model = ModelFile::new(
//!     "N",
//!     Dims::Map([1, 1, 2]),
//!     &layers,
//!     Normalisation { mean: 0.0, deviation: 1.0 },
//!     &["x"],
//!     Training { epochs: 3, batch: 32, seed: 1, learning_rate: 0.5, test_accuracy: 0.75 },
//!     &[0, 0, 128, 63, 0, 0, 0, 64, 0, 0, 0, 0], // 1.0, 2.0, 0.0
//! )?;
//! let mut buffer = [0; 128];
//! let bytes = model.write(&mut buffer)?;
//! #[rustfmt::skip]
//! assert_eq!(bytes, [
//!     b'T', b'I', b'N', b'Y', b'C', b'O', b'N', b'V', 1, 0, // magic, version
//!     1, b'N',                                              // name
//!     0, 1, 1, 2,                                           // input: Map([1, 1, 2])
//!     1, 1, b'd', 5, 1,                                     // one layer, "d", Dense, out 1
//!     3,                                                    // parameters
//!     195, 251, 253, 129, 140, 187, 218, 159, 222, 1,       // fingerprint
//!     0, 0, 0, 0, 0, 0, 128, 63,                            // mean 0.0, deviation 1.0
//!     1, 1, b'x',                                           // one label, "x"
//!     3, 32, 1, 0, 0, 0, 63, 0, 0, 64, 63,                  // epochs, batch, seed, 0.5, 0.75
//!     12, 0, 0, 128, 63, 0, 0, 0, 64, 0, 0, 0, 0,           // 12 bytes of parameters
//!     239, 186, 133, 170,                                   // CRC-32
//! ]);
//! assert_eq!(ModelFile::parse(bytes)?, model);
//! # Ok::<(), tinyconv::model_file::ModelFileError>(())
//! ```

use core::fmt;

use serde::{Deserialize, Serialize};

use crate::Network;
use crate::crc32::CHECKSUM;
use crate::plan::{Dims, LayerSpec, PaddingOption, Plan, Value, fingerprint};

/// Layers that a model file can list.
///
/// ```
/// use tinyconv::model_file::{MAX_LAYERS, ModelFile, ModelFileError, Normalisation, Training};
/// use tinyconv::plan::{Dims, LayerKind, LayerSpec};
///
/// let layers = [LayerSpec { name: "", kind: LayerKind::Relu }; MAX_LAYERS + 1];
/// let normalisation = Normalisation { mean: 0.0, deviation: 1.0 };
/// let training = Training { epochs: 0, batch: 1, seed: 0, learning_rate: 0.0, test_accuracy: 0.0 };
/// let model = ModelFile::new("", Dims::Vector(2), &layers, normalisation, &[], training, &[]);
/// assert_eq!(model, Err(ModelFileError::TooLarge));
/// ```
pub const MAX_LAYERS: usize = 32;

/// Class labels that a model file can hold.
///
/// ```
/// use tinyconv::model_file::{MAX_LABELS, ModelFile, ModelFileError, Normalisation, Training};
/// use tinyconv::plan::{Dims, LayerKind, LayerSpec};
///
/// let layers = [LayerSpec { name: "", kind: LayerKind::Relu }];
/// let normalisation = Normalisation { mean: 0.0, deviation: 1.0 };
/// let training = Training { epochs: 0, batch: 1, seed: 0, learning_rate: 0.0, test_accuracy: 0.0 };
/// let model = |labels: &[&'static str]| {
///     ModelFile::new("", Dims::Vector(2), &layers, normalisation, labels, training, &[]).err()
/// };
/// assert_eq!(model(&["?"; MAX_LABELS]), None);
/// assert_eq!(model(&["?"; MAX_LABELS + 1]), Some(ModelFileError::TooLarge));
/// ```
pub const MAX_LABELS: usize = 64;

/// The format version that is written.
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
pub const VERSION: u16 = 1;

const MAGIC: &[u8; 8] = b"TINYCONV";
const HEAD: usize = MAGIC.len() + size_of::<u16>();
const TAIL: usize = size_of::<u32>();

/// A model file's content, borrowed from its bytes.
///
/// ```
/// use tinyconv::model_file::{ModelFile, Normalisation, Training};
/// use tinyconv::plan::{DenseOptions, Dims, LayerKind, LayerSpec};
///
/// # let layers = [LayerSpec { name: "", kind: LayerKind::Dense(DenseOptions { out: 1 }) }];
/// # let normalisation = Normalisation { mean: 0.0, deviation: 1.0 };
/// # let training = Training { epochs: 3, batch: 32, seed: 1, learning_rate: 0.5, test_accuracy: 0.75 };
/// let model = ModelFile::new(
///     "N", Dims::Vector(1), &layers, normalisation, &["x"], training, &[0, 0, 128, 63, 0, 0, 0, 64],
/// )?;
/// assert_eq!((model.name, model.parameter_count), ("N", 2));
/// assert_eq!(model.labels, ["x"]);
/// # Ok::<(), tinyconv::model_file::ModelFileError>(())
/// ```
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ModelFile<'a> {
    /// The network's name.
    pub name: &'a str,
    /// The shape of its input.
    pub input: Dims,
    /// Its layers.
    #[serde(borrow)]
    pub layers: heapless::Vec<LayerSpec<'a>, MAX_LAYERS>,
    /// How many parameters it has.
    pub parameter_count: u32,
    /// [`fingerprint`] of input and layers.
    pub fingerprint: u64,
    /// How inputs are made from raw values.
    pub normalisation: Normalisation,
    /// Names of the classes.
    #[serde(borrow)]
    pub labels: heapless::Vec<&'a str, MAX_LABELS>,
    /// How it was trained.
    pub training: Training,
    /// The parameters: little-endian `f32`.
    pub parameters: &'a [u8],
}

/// `input = (raw - mean) / deviation`.
///
/// ```
/// use tinyconv::Bytes;
/// use tinyconv::model_file::Normalisation;
///
/// /// What a firmware makes of it: a table of all bytes.
/// const NORMALISATION: Normalisation = Normalisation { mean: 0.0, deviation: 255.0 };
/// static PIXELS: [f32; 256] = Bytes::table(NORMALISATION.mean, NORMALISATION.deviation);
/// assert_eq!(PIXELS[255], 1.0);
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub struct Normalisation {
    /// Subtracted from raw values.
    pub mean: f32,
    /// What the difference is divided by.
    pub deviation: f32,
}

/// How a model was trained.
///
/// ```
/// use tinyconv::model_file::{ModelFile, Normalisation, Training};
/// use tinyconv::plan::{DenseOptions, Dims, LayerKind, LayerSpec};
///
/// # let layers = [LayerSpec { name: "", kind: LayerKind::Dense(DenseOptions { out: 1 }) }];
/// # let normalisation = Normalisation { mean: 0.0, deviation: 1.0 };
/// # let training = Training { epochs: 3, batch: 32, seed: 1, learning_rate: 0.5, test_accuracy: 0.75 };
/// let model = ModelFile::new(
///     "N", Dims::Vector(1), &layers, normalisation, &["x"], training, &[0, 0, 128, 63, 0, 0, 0, 64],
/// )?;
/// assert_eq!((model.training.epochs, model.training.test_accuracy), (3, 0.75));
/// # Ok::<(), tinyconv::model_file::ModelFileError>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub struct Training {
    /// Passes over the training data.
    pub epochs: u32,
    /// Samples per step.
    pub batch: u32,
    /// The seed of everything random.
    pub seed: u64,
    /// The (largest) learning rate.
    pub learning_rate: f32,
    /// Share of test samples classified correctly, 0 to 1.
    pub test_accuracy: f32,
}

/// Why bytes are not a model file, or not one for this network.
///
/// ```
/// use tinyconv::model_file::{ModelFile, ModelFileError};
///
/// let error = ModelFile::parse(b"GIF89a").unwrap_err();
/// assert_eq!(error, ModelFileError::NotAModelFile);
/// assert_eq!(error.to_string(), "this is not a tinyconv model file");
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
#[non_exhaustive]
pub enum ModelFileError {
    /// The bytes do not start as a model file does.
    NotAModelFile,
    /// The checksum is wrong: bytes are missing or changed.
    Damaged,
    /// Written by a newer version of this crate, in this format version.
    Newer(u16),
    /// The checksum is right, but the fields make no sense together.
    Inconsistent,
    /// A file of another network.
    OtherNetwork,
    /// More layers or labels than [`MAX_LAYERS`] and [`MAX_LABELS`].
    TooLarge,
    /// The buffer to write to is too short.
    BufferTooShort,
}

impl fmt::Display for ModelFileError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NotAModelFile => f.write_str("this is not a tinyconv model file"),
            Self::Damaged => f.write_str(
                "the model file is truncated or damaged (its checksum is wrong): copy it again",
            ),
            Self::Newer(version) => write!(
                f,
                "the model file has format version {version}, this program reads up to {VERSION}: \
                 use a newer tinyconv"
            ),
            Self::Inconsistent => f.write_str(
                "the model file contradicts itself (layers, fingerprint and parameters differ): \
                 write it again",
            ),
            Self::OtherNetwork => {
                f.write_str("the model file belongs to another network: use one of this network")
            }
            Self::TooLarge => write!(
                f,
                "a model file holds at most {MAX_LAYERS} layers and {MAX_LABELS} labels: use fewer"
            ),
            Self::BufferTooShort => f.write_str("the buffer is too short for the model file"),
        }
    }
}

impl core::error::Error for ModelFileError {}

impl<'a> ModelFile<'a> {
    /// Puts a model file together and checks it.
    ///
    /// # Errors
    /// If there are too many layers or labels, or not as many parameters as the layers have.
    ///
    /// ```
    /// use tinyconv::model_file::{ModelFile, ModelFileError, Normalisation, Training};
    /// use tinyconv::plan::{DenseOptions, Dims, LayerKind, LayerSpec};
    ///
    /// # let layers = [LayerSpec { name: "", kind: LayerKind::Dense(DenseOptions { out: 1 }) }];
    /// # let normalisation = Normalisation { mean: 0.0, deviation: 1.0 };
    /// # let training = Training { epochs: 3, batch: 32, seed: 1, learning_rate: 0.5, test_accuracy: 0.75 };
    ///
    /// // Three parameters, where a dense layer of one input and one output has two.
    /// let parameters = [0; 12];
    /// let model = ModelFile::new(
    ///     "N", Dims::Vector(1), &layers, normalisation, &["x"], training, &parameters,
    /// );
    /// assert_eq!(model, Err(ModelFileError::Inconsistent));
    /// ```
    #[allow(clippy::too_many_arguments)] // one for each field that does not follow from others
    pub fn new(
        name: &'a str,
        input: Dims,
        layers: &[LayerSpec<'a>],
        normalisation: Normalisation,
        labels: &[&'a str],
        training: Training,
        parameters: &'a [u8],
    ) -> Result<Self, ModelFileError> {
        let model = Self {
            name,
            input,
            layers: heapless::Vec::from_slice(layers).map_err(|_| ModelFileError::TooLarge)?,
            parameter_count: (parameters.len() / size_of::<f32>()) as u32,
            fingerprint: fingerprint(input, layers),
            normalisation,
            labels: heapless::Vec::from_slice(labels).map_err(|_| ModelFileError::TooLarge)?,
            training,
            parameters,
        };
        model.check()?;
        Ok(model)
    }

    /// Reads a model file.
    ///
    /// # Errors
    /// If the bytes are not a whole, undamaged model file of a known version.
    ///
    /// ```
    /// use tinyconv::model_file::{ModelFile, ModelFileError, Normalisation, Training};
    /// use tinyconv::plan::{DenseOptions, Dims, LayerKind, LayerSpec};
    ///
    /// # let layers = [LayerSpec { name: "", kind: LayerKind::Dense(DenseOptions { out: 1 }) }];
    /// # let normalisation = Normalisation { mean: 0.0, deviation: 1.0 };
    /// # let training = Training { epochs: 3, batch: 32, seed: 1, learning_rate: 0.5, test_accuracy: 0.75 };
    /// let model = ModelFile::new(
    ///     "N", Dims::Vector(1), &layers, normalisation, &["x"], training, &[0, 0, 128, 63, 0, 0, 0, 64],
    /// )?;
    /// let mut buffer = [0; 128];
    /// let bytes = model.write(&mut buffer)?;
    /// assert_eq!(ModelFile::parse(bytes)?, model);
    /// assert_eq!(ModelFile::parse(&bytes[1..]), Err(ModelFileError::NotAModelFile));
    /// assert_eq!(ModelFile::parse(&bytes[..40]), Err(ModelFileError::Damaged));
    /// # Ok::<(), tinyconv::model_file::ModelFileError>(())
    /// ```
    pub fn parse(bytes: &'a [u8]) -> Result<Self, ModelFileError> {
        let (version, content) = content(bytes)?;
        let (model, rest) =
            postcard::take_from_bytes::<Self>(content).map_err(|_| ModelFileError::Inconsistent)?;
        if version != VERSION || !rest.is_empty() {
            return Err(ModelFileError::Inconsistent);
        }
        model.check()?;
        Ok(model)
    }

    /// Writes the file's bytes to the start of `buffer` and returns them.
    ///
    /// # Errors
    /// If `buffer` is too short.
    ///
    /// ```
    /// use tinyconv::model_file::{ModelFile, ModelFileError, Normalisation, Training};
    /// use tinyconv::plan::{DenseOptions, Dims, LayerKind, LayerSpec};
    ///
    /// # let layers = [LayerSpec { name: "", kind: LayerKind::Dense(DenseOptions { out: 1 }) }];
    /// # let normalisation = Normalisation { mean: 0.0, deviation: 1.0 };
    /// # let training = Training { epochs: 3, batch: 32, seed: 1, learning_rate: 0.5, test_accuracy: 0.75 };
    /// let model = ModelFile::new(
    ///     "N", Dims::Vector(1), &layers, normalisation, &["x"], training, &[0, 0, 128, 63, 0, 0, 0, 64],
    /// )?;
    /// let mut buffer = [0; 128];
    /// assert!(model.write(&mut buffer)?.starts_with(b"TINYCONV"));
    /// assert_eq!(model.write(&mut buffer[..50]), Err(ModelFileError::BufferTooShort));
    /// # Ok::<(), tinyconv::model_file::ModelFileError>(())
    /// ```
    pub fn write<'b>(&self, buffer: &'b mut [u8]) -> Result<&'b [u8], ModelFileError> {
        let too_short = ModelFileError::BufferTooShort;
        let (head, rest) = buffer.split_at_mut_checked(HEAD).ok_or(too_short)?;
        let (magic, version) = head.split_at_mut(MAGIC.len());
        magic.copy_from_slice(MAGIC);
        version.copy_from_slice(&VERSION.to_le_bytes());
        let end = HEAD + postcard::to_slice(self, rest).map_err(|_| too_short)?.len();
        let (body, tail) = buffer.split_at_mut_checked(end).ok_or(too_short)?;
        let tail = tail.first_chunk_mut::<TAIL>().ok_or(too_short)?;
        *tail = CHECKSUM.checksum(body).to_le_bytes();
        buffer.get(..end + TAIL).ok_or(too_short)
    }

    /// The parameters, one after the other.
    ///
    /// ```
    /// use tinyconv::model_file::{ModelFile, Normalisation, Training};
    /// use tinyconv::plan::{DenseOptions, Dims, LayerKind, LayerSpec};
    ///
    /// # let layers = [LayerSpec { name: "", kind: LayerKind::Dense(DenseOptions { out: 1 }) }];
    /// # let normalisation = Normalisation { mean: 0.0, deviation: 1.0 };
    /// # let training = Training { epochs: 3, batch: 32, seed: 1, learning_rate: 0.5, test_accuracy: 0.75 };
    /// let model = ModelFile::new(
    ///     "N", Dims::Vector(1), &layers, normalisation, &["x"], training, &[0, 0, 128, 63, 0, 0, 0, 64],
    /// )?;
    /// assert_eq!(model.parameters().collect::<Vec<_>>(), [1.0, 2.0]);
    /// # Ok::<(), tinyconv::model_file::ModelFileError>(())
    /// ```
    pub fn parameters(&self) -> impl ExactSizeIterator<Item = f32> + use<'a> {
        self.parameters.as_chunks().0.iter().map(|bytes| f32::from_le_bytes(*bytes))
    }

    /// Copies the parameters to `params`, if they are those of `N`.
    ///
    /// # Errors
    /// If this is a file of another network, or `params` has another length than `N` has parameters.
    ///
    /// ```
    /// use tinyconv::Network;
    /// use tinyconv::model_file::{ModelFile, ModelFileError, Normalisation, Training};
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
    /// model.load::<Net>(&mut params)?;
    /// assert_eq!(params, [1.0, 2.0]);
    /// assert_eq!(model.load::<Other>(&mut params), Err(ModelFileError::OtherNetwork));
    /// # Ok::<(), tinyconv::model_file::ModelFileError>(())
    /// ```
    pub fn load<N: Network>(&self, params: &mut [f32]) -> Result<(), ModelFileError> {
        if self.fingerprint != N::FINGERPRINT || self.parameters().len() != params.len() {
            return Err(ModelFileError::OtherNetwork);
        }
        for (param, value) in params.iter_mut().zip(self.parameters()) {
            *param = value;
        }
        Ok(())
    }

    fn check(&self) -> Result<(), ModelFileError> {
        // Larger numbers have no place in the fingerprint, which takes 32 bits of each.
        let small = |size: usize| size < u32::MAX as usize;
        let plan = Plan::new(self.input, &self.layers).map_err(|_| ModelFileError::Inconsistent)?;
        let mut sane = !self.layers.is_empty() && small(self.input.len());
        for layer in plan.walk() {
            let options = layer.spec.kind.options();
            sane &= small(layer.facts.output.len());
            sane &= options.as_slice().iter().all(|option| match option.value {
                Value::Number(number) => small(number),
                Value::Pair(pair) | Value::Padding(PaddingOption::Zeros(pair)) => {
                    pair.into_iter().all(small)
                }
                Value::Padding(PaddingOption::Same | PaddingOption::Full) | Value::Float(_) => true,
            });
        }
        let count = plan.needs().params;
        let whole = sane
            && count.checked_mul(size_of::<f32>()) == Some(self.parameters.len())
            && count == self.parameter_count as usize
            && fingerprint(self.input, &self.layers) == self.fingerprint;
        if whole { Ok(()) } else { Err(ModelFileError::Inconsistent) }
    }
}

/// Copies the parameters of a model file to `params`, if they are those of `N`.
///
/// For devices: the same as [`ModelFile::parse`] and [`ModelFile::load`], without the lists of layers
/// and labels, which take kilobytes of stack.
///
/// # Errors
/// If the bytes are not a whole, undamaged model file of a known version, or one of another network,
/// or `params` has another length than `N` has parameters; `params` is untouched then.
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
    let (version, mut content) = content(bytes)?;
    if version != VERSION {
        return Err(ModelFileError::Inconsistent);
    }
    let content = &mut content;
    let _name: &str = take(content)?;
    let _input: Dims = take(content)?;
    for _ in 0..take::<u32>(content)? {
        let _layer: LayerSpec<'_> = take(content)?;
    }
    let _count: u32 = take(content)?;
    let fingerprint: u64 = take(content)?;
    let _normalisation: Normalisation = take(content)?;
    for _ in 0..take::<u32>(content)? {
        let _label: &str = take(content)?;
    }
    let _training: Training = take(content)?;
    let parameters: &[u8] = take(content)?;
    if !content.is_empty() {
        return Err(ModelFileError::Inconsistent);
    }
    let (parameters, rest) = parameters.as_chunks();
    if fingerprint != N::FINGERPRINT || parameters.len() != params.len() || !rest.is_empty() {
        return Err(ModelFileError::OtherNetwork);
    }
    for (param, bytes) in params.iter_mut().zip(parameters) {
        *param = f32::from_le_bytes(*bytes);
    }
    Ok(())
}

/// The next field of a model file's content.
fn take<'a, T: Deserialize<'a>>(content: &mut &'a [u8]) -> Result<T, ModelFileError> {
    let (value, rest) =
        postcard::take_from_bytes(content).map_err(|_| ModelFileError::Inconsistent)?;
    *content = rest;
    Ok(value)
}

/// The version of a model file, and what lies between its head and its checksum.
fn content(bytes: &[u8]) -> Result<(u16, &[u8]), ModelFileError> {
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
