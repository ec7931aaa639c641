//! A model file's content, made, written and read.

use serde::Serialize;

use super::envelope::{HEAD, MAGIC, TAIL, VERSION};
use super::fields::{Entry, Fields, check_parameters};
use super::{MAX_NORMALISATIONS, ModelFileError, Normalisation, Normalisations, Training};
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
pub const MAX_LAYERS: usize = 128;

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
pub const MAX_LABELS: usize = 1024;

/// Bytes of a description of the data.
///
/// ```
/// use tinyconv::model_file::{MAX_DATA, ModelFile, ModelFileError, Normalisation, Training};
/// use tinyconv::plan::{Dims, LayerKind, LayerSpec};
///
/// let layers = [LayerSpec { name: "", kind: LayerKind::Relu }];
/// let normalisation = Normalisation { mean: 0.0, deviation: 1.0 };
/// let training = Training { epochs: 0, batch: 1, seed: 0, learning_rate: 0.0, test_accuracy: 0.0 };
/// let model = ModelFile::new("", Dims::Vector(2), &layers, normalisation, &[], training, &[])?;
/// let text = "?".repeat(MAX_DATA + 1);
/// assert!(model.clone().with_data(&text[1..]).is_ok());
/// assert_eq!(model.with_data(&text), Err(ModelFileError::DataTooLong(257)));
/// # Ok::<(), ModelFileError>(())
/// ```
pub const MAX_DATA: usize = 256;

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
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct ModelFile<'a> {
    /// The network's name.
    pub name: &'a str,
    /// The shape of its input.
    pub input: Dims,
    /// Its layers.
    pub layers: heapless::Vec<LayerSpec<'a>, MAX_LAYERS>,
    /// How many parameters it has.
    pub parameter_count: u32,
    /// [`fingerprint`] of input and layers.
    pub fingerprint: u64,
    /// How inputs are made from raw values: in one way for all channels, or in one for each.
    pub normalisation: Normalisations,
    /// Names of the classes.
    pub labels: heapless::Vec<&'a str, MAX_LABELS>,
    /// How it was trained.
    pub training: Training,
    /// What it was trained with, in at most [`MAX_DATA`] bytes; empty if that is not known.
    pub data: &'a str,
    /// The parameters: little-endian `f32`.
    pub parameters: &'a [u8],
}

impl<'a> ModelFile<'a> {
    /// Puts a model file together and checks it.
    ///
    /// # Errors
    /// If there are too many layers or labels, not as many parameters as the layers have, a parameter that is no
    /// finite number, or a normalisation that cannot be; or neither one of these nor one for each of the input's
    /// channels.
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
    ///
    /// // 1.0 and an infinity.
    /// let parameters = [0, 0, 128, 63, 0, 0, 128, 127];
    /// let model = ModelFile::new(
    ///     "N", Dims::Vector(1), &layers, normalisation, &["x"], training, &parameters,
    /// );
    /// assert_eq!(model, Err(ModelFileError::Parameter { index: 1 }));
    /// ```
    pub fn new(
        name: &'a str,
        input: Dims,
        layers: &[LayerSpec<'a>],
        normalisation: impl Into<Normalisations>,
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
            normalisation: normalisation.into(),
            labels: heapless::Vec::from_slice(labels).map_err(|_| ModelFileError::TooLarge)?,
            training,
            data: "",
            parameters,
        };
        model.check()?;
        Ok(model)
    }

    /// The same with a description of the data that the network was trained with.
    ///
    /// # Errors
    /// If that is longer than [`MAX_DATA`] bytes.
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
    /// assert_eq!(model.data, "");
    /// assert_eq!(model.with_data("1797 digits")?.data, "1797 digits");
    /// # Ok::<(), tinyconv::model_file::ModelFileError>(())
    /// ```
    pub fn with_data(self, data: &'a str) -> Result<Self, ModelFileError> {
        if data.len() > MAX_DATA {
            return Err(ModelFileError::DataTooLong(data.len()));
        }
        Ok(Self { data, ..self })
    }

    /// Reads a model file.
    ///
    /// # Errors
    /// If the bytes are not a whole, undamaged model file of a known version, or one whose fields make no sense.
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
        let mut layers = heapless::Vec::new();
        let mut labels = heapless::Vec::new();
        let mut normalisations = heapless::Vec::<Normalisation, MAX_NORMALISATIONS>::new();
        let mut is_full = false;
        let fields = Fields::read(bytes, |entry| {
            is_full |= match entry {
                Entry::Layer(layer) => layers.push(layer).is_err(),
                Entry::Normalisation(normalisation) => normalisations.push(normalisation).is_err(),
                Entry::Label(label) => labels.push(label).is_err(),
            };
        })?;
        if is_full {
            return Err(ModelFileError::TooLarge);
        }
        let model = Self {
            name: fields.name,
            input: fields.input,
            layers,
            parameter_count: fields.parameter_count,
            fingerprint: fields.fingerprint,
            normalisation: Normalisations::new(&normalisations)?,
            labels,
            training: fields.training,
            data: fields.data,
            parameters: fields.parameters,
        };
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
        self.normalisation.check(self.input.channels())?;
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
                Value::Padding(PaddingOption::Sides(sides)) => {
                    sides.into_iter().flatten().all(small)
                }
                Value::Padding(
                    PaddingOption::Same | PaddingOption::Full | PaddingOption::Causal,
                )
                | Value::Float(_)
                | Value::Flag(_) => true,
            });
        }
        let count = plan.needs().params;
        let whole = sane
            && count.checked_mul(size_of::<f32>()) == Some(self.parameters.len())
            && count == self.parameter_count as usize
            && fingerprint(self.input, &self.layers) == self.fingerprint;
        if whole { check_parameters(self.parameters) } else { Err(ModelFileError::Inconsistent) }
    }
}
