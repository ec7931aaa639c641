//! Model files on the host: read whole and checked, written whole or not at all.

mod error;
mod kept;
mod lock;
mod set;
mod state;
mod target;
mod temporary;

use std::fs::File;
use std::io::{self, Read};
use std::path::Path;

use tinyconv::model_file::{MAX_LABELS, ModelFile, ModelFileError, Normalisations, Training};

use crate::model::{AnyModel, Interpreted, Memory, Model, Networks};
use crate::training::{TrainOptions, Trained};

pub use error::FileError;
pub use kept::{WhyKept, keep};
pub use lock::DirectoryLock;
pub use set::{FileSet, Kept};
pub use state::{STATE, read_state};
pub use target::{check_result, check_writable, with_ending};
pub use temporary::TemporaryDirectory;

/// The ending of model files.
///
/// ```
/// use std::path::Path;
///
/// use tinyconv_training::files::EXTENSION;
///
/// assert_eq!(Path::new("trained/digits").with_extension(EXTENSION), Path::new("trained/digits.tinyconv"));
/// ```
pub const EXTENSION: &str = "tinyconv";

/// More is not read: far above what any microcontroller holds, and a wrong path (a disk image, a
/// device without end) does not fill the memory.
const READ_LIMIT: u64 = 64 << 20;

/// Reads a model file's bytes, which [`parse`] then borrows.
///
/// # Errors
/// If the file cannot be read or is larger than any model file.
///
/// ```
/// use std::path::Path;
///
/// use tinyconv_training::files;
///
/// let path = Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/../../tests/data/digits.tinyconv"));
/// let bytes = files::read(path)?;
/// assert!(bytes.starts_with(b"TINYCONV"));
/// # Ok::<(), files::FileError>(())
/// ```
pub fn read(path: &Path) -> Result<Vec<u8>, FileError> {
    let unreadable = |source| FileError::Unreadable { path: path.into(), source };
    let bytes = read_at_most(path, READ_LIMIT).map_err(unreadable)?;
    bytes.ok_or_else(|| FileError::TooLarge { path: path.into(), limit: READ_LIMIT })
}

/// The bytes of a file; none of one with more than `limit`, of which no more are held than these.
#[doc(hidden)]
pub fn read_at_most(path: &Path, limit: u64) -> io::Result<Option<Vec<u8>>> {
    let mut bytes = Vec::new();
    open(path)?.take(limit + 1).read_to_end(&mut bytes)?;
    Ok((bytes.len() as u64 <= limit).then_some(bytes))
}

/// Opens a file to read. A pipe that nobody writes to, or a device without end, is not waited for.
#[doc(hidden)]
pub fn open(path: &Path) -> io::Result<File> {
    // Before it is opened: to open a pipe is to wait for its other end.
    let metadata = path.metadata()?;
    if metadata.is_dir() {
        return Err(io::ErrorKind::IsADirectory.into());
    }
    if !metadata.is_file() {
        return Err(io::Error::other(
            "it is a device, a pipe or a socket: copy what comes from it into a file",
        ));
    }
    File::open(path)
}

/// Checks and reads the bytes of the model file `path`.
///
/// # Errors
/// If they are not a whole, undamaged model file of a known version.
///
/// ```
/// use std::path::Path;
///
/// use tinyconv_training::files;
///
/// let path = Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/../../tests/data/digits.tinyconv"));
/// let bytes = files::read(path)?;
/// assert_eq!(files::parse(path, &bytes)?.parameter_count, 5142);
/// assert!(files::parse(path, &bytes[..1000]).is_err()); // cut short
/// # Ok::<(), files::FileError>(())
/// ```
pub fn parse<'a>(path: &Path, bytes: &'a [u8]) -> Result<ModelFile<'a>, FileError> {
    ModelFile::parse(bytes).map_err(|source| FileError::Invalid { path: path.into(), source })
}

/// The network of `file`, which was read from `path`: of one that the tool does not know,
/// the list of layers is run.
///
/// # Errors
/// If the network is too large for any microcontroller.
///
/// ```
/// use std::path::Path;
///
/// use tinyconv_training::files;
/// use tinyconv_built_in::MODELS;
/// use tinyconv_training::model::Networks;
///
/// let path = Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/../../tests/data/onnx/signal.tinyconv"));
/// let bytes = files::read(path)?;
/// let file = files::parse(path, &bytes)?;
/// let networks = Networks::new(&MODELS);
/// assert!(networks.of_file(&file).is_none()); // none of the tool's
/// let model = files::any_model_of(networks, path, &file)?;
/// assert_eq!(model.parameters(), file.parameter_count as usize);
/// # Ok::<(), files::FileError>(())
/// ```
pub fn any_model_of(
    networks: Networks,
    path: &Path,
    file: &ModelFile<'_>,
) -> Result<AnyModel, FileError> {
    if let Some(model) = networks.of_file(file) {
        return Ok(AnyModel::Known(model));
    }
    let border = networks.of_deployed_file(file).map_or(0, |model| model.border());
    let interpreted = Interpreted::new(file)
        .map_err(|source| FileError::NotRunnable { path: path.into(), source })?
        .with_border(border);
    Ok(AnyModel::Interpreted(Box::new(interpreted)))
}

/// What the network of `file`, which was read from `path`, takes on a device; the tool need not know
/// the network.
///
/// # Errors
/// If its layers do not fit together; [`parse`] refuses such files.
///
/// ```
/// use std::path::Path;
///
/// use tinyconv_training::files;
///
/// let path = Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/../../tests/data/digits.tinyconv"));
/// let bytes = files::read(path)?;
/// let file = files::parse(path, &bytes)?;
/// assert_eq!(files::memory_of(path, &file)?.parameters, 20_568);
/// # Ok::<(), files::FileError>(())
/// ```
pub fn memory_of(path: &Path, file: &ModelFile<'_>) -> Result<Memory, FileError> {
    Memory::of(file.input, &file.layers)
        .map_err(|_| FileError::Invalid { path: path.into(), source: ModelFileError::Inconsistent })
}

/// The bytes of the model file of a training run.
///
/// They depend on what was learnt and with which options, not on when or on how many threads.
///
/// # Errors
/// If the network has more layers than a model file holds.
///
/// ```
/// use std::ops::ControlFlow;
///
/// use tinyconv_training::data::{Dataset, Inputs, Split};
/// use tinyconv_training::files;
/// use tinyconv_built_in::MODELS;
/// use tinyconv_training::model::train;
/// use tinyconv_training::training::TrainOptions;
/// use tinyconv::model_file::ModelFile;
///
/// let linear = MODELS[3];
/// let inputs = Inputs::bytes([1, 28, 28], [[0; 784], [255; 784]].concat());
/// let split = Split::new(inputs, vec![0, 1]);
/// let dataset = Dataset { train: split.clone(), test: split, classes: 10 };
/// let options = TrainOptions { epochs: 1, threads: 1, ..linear.recipe() };
/// let trained = train(linear, &dataset, &options, &mut |_| ControlFlow::Continue(()))?;
/// let bytes = files::encode(linear, &options, &trained)?;
/// assert_eq!(ModelFile::parse(&bytes)?.training.epochs, 1);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub fn encode(
    model: &dyn Model,
    options: &TrainOptions,
    trained: &Trained,
) -> Result<Vec<u8>, ModelFileError> {
    encode_labelled(model, &model.labels(), "", options, trained)
}

/// [`encode`] with other names of the classes, and a description of the data. If there are more names than
/// a model file holds, it has none.
///
/// # Errors
/// If the network has more layers than a model file holds.
///
/// ```
/// # use std::ops::ControlFlow;
/// # use tinyconv_training::data::{Dataset, Inputs, Split};
/// # use tinyconv_training::training::TrainOptions;
/// use tinyconv_training::files;
/// use tinyconv_built_in::MODELS;
/// use tinyconv_training::model::train;
/// use tinyconv::model_file::ModelFile;
///
/// let linear = MODELS[3];
/// # let inputs = Inputs::bytes([1, 28, 28], [[0; 784], [255; 784]].concat());
/// # let split = Split::new(inputs, vec![0, 1]);
/// # let dataset = Dataset { train: split.clone(), test: split, classes: 10 };
/// # let options = TrainOptions { epochs: 1, threads: 1, ..linear.recipe() };
/// let trained = train(linear, &dataset, &options, &mut |_| ControlFlow::Continue(()))?;
/// let labels = ["nil", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine"];
/// let bytes = files::encode_labelled(linear, &labels, "two images", &options, &trained)?;
/// let file = ModelFile::parse(&bytes)?;
/// assert_eq!((file.labels[2], file.data), ("two", "two images"));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub fn encode_labelled(
    model: &dyn Model,
    labels: &[&str],
    data: &str,
    options: &TrainOptions,
    trained: &Trained,
) -> Result<Vec<u8>, ModelFileError> {
    let training = Training {
        epochs: trained.epochs,
        batch: u32::try_from(options.batch).unwrap_or(u32::MAX),
        seed: options.seed,
        learning_rate: options.learning_rate,
        // 0 where there is none.
        test_accuracy: if trained.test.has_classes() {
            trained.test.accuracy() as f32
        } else {
            0.0
        },
    };
    // Then the network's own labels are what `eval` shows.
    let labels = if labels.len() > MAX_LABELS { &[] } else { labels };
    encode_described(model, options.normalisation, labels, training, data, &trained.parameters)
}

/// The bytes of the model file of a network that was trained further: that of `base` with other
/// parameters and another summary of their training.
///
/// # Errors
/// If the network has more layers or labels than a model file holds.
///
/// ```
/// use std::path::Path;
///
/// use tinyconv_training::files;
/// use tinyconv_built_in::MODELS;
/// use tinyconv_training::model::Networks;
/// use tinyconv::model_file::{ModelFile, Training};
///
/// let path = Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/../../tests/data/digits.tinyconv"));
/// let bytes = files::read(path)?;
/// let base = files::parse(path, &bytes)?;
/// let training = Training { seed: 7, ..base.training };
/// let parameters = [0.5; 5142]; // as a device has learnt them
/// let model = MODELS[0];
/// let tuned = files::encode_finetuned(model, &base, training, &parameters)?;
/// assert_eq!(ModelFile::parse(&tuned)?.training.seed, 7);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub fn encode_finetuned(
    model: &dyn Model,
    base: &ModelFile<'_>,
    training: Training,
    parameters: &[f32],
) -> Result<Vec<u8>, ModelFileError> {
    let (labels, data) = (&base.labels, base.data);
    encode_described(model, base.normalisation, labels, training, data, parameters)
}

/// The bytes of a model file with these parameters.
///
/// # Errors
/// If the network has more layers or labels than a model file holds, or another number of
/// parameters.
///
/// ```
/// use tinyconv_training::files::encode_parameters;
/// use tinyconv_built_in::MODELS;
/// use tinyconv_training::model::train;
/// use tinyconv::model_file::{ModelFile, Training};
///
/// let linear = MODELS[3];
/// let training = Training { epochs: 1, batch: 2, seed: 3, learning_rate: 0.5, test_accuracy: 0.5 };
/// let normalisation = linear.recipe().normalisation;
/// let bytes =
///     encode_parameters(linear, normalisation, &linear.labels(), training, &[0.5; 7850])?;
/// assert!(ModelFile::parse(&bytes)?.parameters().all(|parameter| parameter == 0.5));
/// # Ok::<(), tinyconv::model_file::ModelFileError>(())
/// ```
pub fn encode_parameters(
    model: &dyn Model,
    normalisation: impl Into<Normalisations>,
    labels: &[&str],
    training: Training,
    parameters: &[f32],
) -> Result<Vec<u8>, ModelFileError> {
    encode_described(model, normalisation, labels, training, "", parameters)
}

fn encode_described(
    model: &dyn Model,
    normalisation: impl Into<Normalisations>,
    labels: &[&str],
    training: Training,
    data: &str,
    parameters: &[f32],
) -> Result<Vec<u8>, ModelFileError> {
    let bytes: Vec<u8> = parameters.iter().flat_map(|x| x.to_le_bytes()).collect();
    let (name, input, layers) = (model.name(), model.input(), model.layers());
    let file = ModelFile::new(name, input, &layers, normalisation, labels, training, &bytes)?;
    encode_file(&file.with_data(data)?)
}

/// The bytes of `file`.
///
/// # Errors
/// If the network has more layers or labels than a model file holds.
///
/// ```
/// use tinyconv_training::files::encode_file;
/// use tinyconv::model_file::{ModelFile, Normalisation, Training};
/// use tinyconv::plan::{DenseOptions, Dims, LayerKind, LayerSpec};
///
/// let layers = [LayerSpec { name: "d", kind: LayerKind::Dense(DenseOptions { out: 1 }) }];
/// let file = ModelFile::new(
///     "N",
///     Dims::Map([1, 1, 2]),
///     &layers,
///     Normalisation { mean: 0.0, deviation: 1.0 },
///     &["x"],
///     Training { epochs: 3, batch: 32, seed: 1, learning_rate: 0.5, test_accuracy: 0.75 },
///     &[0, 0, 128, 63, 0, 0, 0, 64, 0, 0, 0, 0],
/// )?;
/// let bytes = encode_file(&file)?;
/// assert_eq!(ModelFile::parse(&bytes)?, file);
/// # Ok::<(), tinyconv::model_file::ModelFileError>(())
/// ```
pub fn encode_file(file: &ModelFile<'_>) -> Result<Vec<u8>, ModelFileError> {
    /// More than the numbers of a layer or a label take, and than all single fields together.
    const ENTRY: usize = 128;
    let names = file.layers.iter().map(|layer| layer.name).chain(file.labels.iter().copied());
    let entries: usize = names.map(|name| name.len() + ENTRY).sum();
    let texts = file.name.len() + file.data.len() + entries;
    let normalisations = size_of_val(&file.normalisation[..]);
    let mut buffer = vec![0; texts + normalisations + ENTRY + file.parameters.len()];
    let length = file.write(&mut buffer)?.len();
    buffer.truncate(length);
    Ok(buffer)
}

/// Writes `bytes` to `path`, and creates its directory if there is none. Whatever happens meanwhile,
/// `path` is the old file or the new one.
///
/// # Errors
/// If the operating system refuses it; `path` is then untouched.
///
/// ```
/// use tinyconv_training::files;
///
/// let directory = tempfile::tempdir()?;
/// let path = directory.path().join("new/one.bin");
/// files::write(&path, b"old")?;
/// files::write(&path, b"new")?;
/// assert_eq!(files::read(&path)?, b"new");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub fn write(path: &Path, bytes: &[u8]) -> Result<(), FileError> {
    let mut set = FileSet::default();
    set.add(path, bytes)?;
    set.commit().map(drop)
}

/// Has a new name in `directory` survive a power cut, too. Some file systems cannot do that, which is no
/// reason to complain.
fn sync(directory: &Path) {
    #[cfg(unix)]
    let _ = File::open(directory).and_then(|directory| directory.sync_all());
    #[cfg(not(unix))]
    let _ = directory;
}
