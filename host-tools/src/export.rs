//! Parameters in forms that firmware builds in: Rust source, or the bare block of bytes.

use std::fmt::Write;

use tinyconv::fold_layers;
use tinyconv::model_file::{ModelFile, ModelFileError};
use tinyconv::plan::{LayerSpec, Plan, fingerprint};

use tinyconv_training::text::stated;
use tinyconv_training::{files, model};

/// Parameters in a line of source.
const PER_LINE: usize = 3;

/// The layers that are there on a device too, in their order.
pub(crate) fn deployed_layers<'a>(file: &ModelFile<'a>) -> Vec<LayerSpec<'a>> {
    model::deployed_layers(&file.layers)
}

/// The parameters of the network as it runs on a device: of `tinyconv::Deployed`, with batch
/// normalisation folded into the layers before it. Of a network without, those of the file.
///
/// # Panics
/// If `model` has been changed since it was read, so that its fields contradict each other.
///
/// ```
/// use std::path::Path;
///
/// use host_tools::{export, files};
///
/// let path = Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/../tests/data/digits.tinyconv"));
/// let bytes = files::read(path)?;
/// let parameters = export::parameters(&files::parse(path, &bytes)?);
/// assert_eq!(parameters.len(), 5142); // `digits` has nothing to fold: those of the file
/// # Ok::<(), files::FileError>(())
/// ```
#[must_use]
pub fn parameters(model: &ModelFile<'_>) -> Vec<f32> {
    let layers = deployed_layers(model);
    let plan = Plan::new(model.input, &layers).expect("the layers of a model file fit together");
    let count = plan.needs().params;
    let params: Vec<f32> = model.parameters().collect();
    let mut folded = vec![0.0; count];
    fold_layers(model.input, &model.layers, &params, &mut folded);
    folded
}

/// The model file of the network as it runs on a device, with what [`parameters`] gives; of a network
/// without batch normalisation and dropout, the same model file.
///
/// Its name is `NAME-deployed`, or the model's own if nothing had to be folded.
///
/// # Errors
/// If its name makes the file longer than a model file can be.
///
/// # Panics
/// As [`parameters`].
///
/// ```
/// use host_tools::export::deployed;
/// use host_tools::files;
/// use host_tools::model::{MODELS, Model};
/// use tinyconv::model_file::{ModelFile, Training};
/// use tinyconv::{Deployed, Network};
///
/// let lenet = MODELS[4];
/// let parameters = vec![0.5; lenet.parameters()];
/// let normalisation = lenet.recipe().normalisation;
/// let training =
///     Training { epochs: 1, batch: 2, seed: 3, learning_rate: 0.5, test_accuracy: 0.5 };
/// let bytes = files::encode_parameters(lenet, normalisation, &[], training, &parameters)?;
/// let bytes = deployed(&ModelFile::parse(&bytes)?)?;
/// let folded = ModelFile::parse(&bytes)?;
/// assert_eq!((folded.name, folded.parameter_count), ("lenet-deployed", 61_706));
/// # Ok::<(), tinyconv::model_file::ModelFileError>(())
/// ```
pub fn deployed(model: &ModelFile<'_>) -> Result<Vec<u8>, ModelFileError> {
    files::encode_file(&DeployedModel::new(model).file()?)
}

/// The network of a model file as it runs on a device: what its [model file](Self::file) borrows.
///
/// ```
/// use std::path::Path;
///
/// use host_tools::export::DeployedModel;
/// use host_tools::files;
///
/// let path = Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/../tests/data/digits.tinyconv"));
/// let bytes = files::read(path)?;
/// let model = files::parse(path, &bytes)?;
/// assert_eq!(DeployedModel::new(&model).file()?, model); // nothing to fold
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug)]
pub struct DeployedModel<'a> {
    model: &'a ModelFile<'a>,
    name: String,
    layers: Vec<LayerSpec<'a>>,
    parameters: Vec<u8>,
}

impl<'a> DeployedModel<'a> {
    /// Of `model`.
    ///
    /// # Panics
    /// As [`parameters`].
    ///
    /// ```
    /// use std::path::Path;
    ///
    /// use host_tools::{export, files};
    ///
    /// let path = Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/../tests/data/digits.tinyconv"));
    /// let bytes = files::read(path)?;
    /// let model = files::parse(path, &bytes)?;
    /// let deployed = export::DeployedModel::new(&model);
    /// assert_eq!(deployed.file()?.parameters, export::raw(&model));
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    #[must_use]
    pub fn new(model: &'a ModelFile<'a>) -> Self {
        let layers = deployed_layers(model);
        let name = match layers.len() == model.layers.len() {
            true => model.name.to_owned(),
            false => format!("{}-deployed", model.name),
        };
        Self { model, name, layers, parameters: raw(model) }
    }

    /// Its model file.
    ///
    /// # Errors
    /// If its name makes the file longer than a model file can be.
    ///
    /// ```
    /// use std::path::Path;
    ///
    /// use host_tools::{export, files};
    ///
    /// let path = Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/../tests/data/digits.tinyconv"));
    /// let bytes = files::read(path)?;
    /// let deployed = files::parse(path, &bytes)?;
    /// assert_eq!(export::DeployedModel::new(&deployed).file()?.name, "digits");
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn file(&self) -> Result<ModelFile<'_>, ModelFileError> {
        let Self { model, name, layers, parameters } = self;
        let (normalisation, training) = (model.normalisation, model.training);
        ModelFile::new(
            name,
            model.input,
            layers,
            normalisation,
            &model.labels,
            training,
            parameters,
        )?
        .with_data(model.data)
    }
}

/// A Rust source file that defines `PARAMETERS`, for `mod` and for `include!` alike: those that
/// [`parameters`] gives, with the fingerprint of the network that takes them.
///
/// Each number is written as its bits, so that no reader can round it.
///
/// ```
/// use host_tools::export::rust_source;
/// use tinyconv::model_file::{ModelFile, Normalisation, Training};
/// use tinyconv::plan::{DenseOptions, Dims, LayerKind, LayerSpec};
///
/// let layers = [LayerSpec { name: "d", kind: LayerKind::Dense(DenseOptions { out: 1 }) }];
/// let model = ModelFile::new(
///     "tiny",
///     Dims::Map([1, 1, 2]),
///     &layers,
///     Normalisation { mean: 0.0, deviation: 255.0 },
///     &["x"],
///     Training { epochs: 3, batch: 32, seed: 1, learning_rate: 0.5, test_accuracy: 0.75 },
///     &[0, 0, 128, 63, 0, 0, 0, 64, 0, 0, 0, 0], // 1.0, 2.0, 0.0
/// )?;
/// assert_eq!(rust_source(&model), "\
/// // The parameters of the network `tiny` (fingerprint 0xde3f69d8c03f7dc3), exported by tinyconv.
/// // Input: 1 x 1 x 2, each value (raw - 0.0) / 255.0.
/// // Trained: epochs 3, batch 32, seed 1; test accuracy 75.00 %.
///
/// /// The parameters of the network `tiny`.
/// #[rustfmt::skip]
/// pub static PARAMETERS: [f32; 3] = [
///     f32::from_bits(0x3f80_0000), f32::from_bits(0x4000_0000), f32::from_bits(0x0000_0000),
/// ];
/// ");
/// # Ok::<(), tinyconv::model_file::ModelFileError>(())
/// ```
///
/// # Panics
/// As [`parameters`].
#[must_use]
pub fn rust_source(model: &ModelFile<'_>) -> String {
    // A line break in a name would end the comment.
    let name = model.name.escape_debug();
    let (normalisation, training) = (model.normalisation, model.training);
    let layers = deployed_layers(model);
    let folded = if layers.len() < model.layers.len() {
        "// These are those of its deployed form, `tinyconv::Deployed`: batch normalisation is folded
// into the layers before it, dropout is left out.\n"
    } else {
        ""
    };
    let accuracy = stated(training.test_accuracy);
    let numbers: Vec<String> = parameters(model)
        .iter()
        .map(|parameter| {
            let bits = parameter.to_bits();
            format!("f32::from_bits(0x{:04x}_{:04x}),", bits >> 16, bits & 0xffff)
        })
        .collect();
    let mut source = format!(
        "\
// The parameters of the network `{name}` (fingerprint {:#018x}), exported by tinyconv.
{folded}// Input: {}, each value {normalisation}.
// Trained: epochs {}, batch {}, seed {}; test accuracy {accuracy}.

/// The parameters of the network `{name}`.
#[rustfmt::skip]
pub static PARAMETERS: [f32; {}] = [
",
        fingerprint(model.input, &layers),
        model.input,
        training.epochs,
        training.batch,
        training.seed,
        numbers.len(),
    );
    for line in numbers.chunks(PER_LINE) {
        writeln!(source, "    {}", line.join(" ")).expect("a String takes everything");
    }
    source.push_str("];\n");
    source
}

/// What [`parameters`] gives as it is in memory on a device: little-endian `f32`, one after the other.
///
/// # Panics
/// As [`parameters`].
///
/// ```
/// use std::path::Path;
///
/// use host_tools::{export, files};
///
/// let path = Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/../tests/data/digits.tinyconv"));
/// let bytes = files::read(path)?;
/// let file = files::parse(path, &bytes)?;
/// assert_eq!(export::raw(&file), file.parameters); // nothing to fold: the bytes of the file
/// # Ok::<(), files::FileError>(())
/// ```
#[must_use]
pub fn raw(model: &ModelFile<'_>) -> Vec<u8> {
    parameters(model).iter().flat_map(|parameter| parameter.to_le_bytes()).collect()
}

#[cfg(test)]
mod tests {
    use tinyconv::model_file::{Normalisation, Training};
    use tinyconv::{Deployed, Init, Network, fold};

    use super::*;

    tinyconv::network! {
        Normalised: 1 x 6 x 6 {
            Conv2d { out: 2, kernel: 3 }, BatchNorm, Relu,
            Residual { DepthwiseConv2d { kernel: 3, padding: same }, BatchNorm },
            Dropout { keep: 0.5 },
            Dense { out: 3 },
        }
    }

    tinyconv::network! {
        Plain: 1 x 6 x 6 { Conv2d { out: 2, kernel: 3 }, Relu, Dense { out: 3 } }
    }

    /// Parameters above zero, so that they are good variances too, and unlike those before training.
    fn params<N: Network>() -> Vec<f32> {
        let mut params = vec![0.0; N::PARAMS];
        N::init(Init::default(), 1, &mut params);
        for (index, param) in params.iter_mut().enumerate() {
            *param = param.abs() + 0.25 + index as f32 / 128.0;
        }
        params
    }

    fn exported<N: Network>(params: &[f32]) -> (String, Vec<u8>) {
        let bytes: Vec<u8> = params.iter().flat_map(|param| param.to_le_bytes()).collect();
        let normalisation = Normalisation { mean: 0.0, deviation: 255.0 };
        let training =
            Training { epochs: 1, batch: 2, seed: 3, learning_rate: 0.5, test_accuracy: 0.5 };
        let model =
            ModelFile::new("n", N::INPUT, N::LAYERS, normalisation, &[], training, &bytes).unwrap();
        (rust_source(&model), raw(&model))
    }

    #[test]
    fn normalisation_is_folded_and_the_header_says_so() {
        let params = params::<Normalised>();
        let mut folded = vec![f32::NAN; Deployed::<Normalised>::PARAMS];
        fold::<Normalised>(&params, &mut folded);
        assert!(folded.len() + 16 == params.len() && folded[0] != params[0]);
        let (source, raw) = exported::<Normalised>(&params);
        let expected: Vec<u8> = folded.iter().flat_map(|param| param.to_le_bytes()).collect();
        assert_eq!(raw, expected);
        assert!(source.contains(&format!("[f32; {}]", folded.len())), "{source}");
        assert!(source.contains("batch normalisation is folded"), "{source}");
        let fingerprint = <Deployed<Normalised> as Network>::FINGERPRINT;
        assert_ne!(fingerprint, Normalised::FINGERPRINT);
        assert!(source.contains(&format!("{fingerprint:#018x}")), "{source}");
        for param in folded {
            let bits = param.to_bits();
            let number = format!("f32::from_bits(0x{:04x}_{:04x})", bits >> 16, bits & 0xffff);
            assert!(source.contains(&number), "{number}");
        }
    }

    #[test]
    fn a_network_without_keeps_its_bits() {
        let mut params = params::<Plain>();
        // Bits that arithmetic would not keep.
        params[0] = -0.0;
        params[1] = f32::from_bits(1); // the smallest
        let (source, raw) = exported::<Plain>(&params);
        let expected: Vec<u8> = params.iter().flat_map(|param| param.to_le_bytes()).collect();
        assert_eq!(raw, expected);
        assert!(source.contains("f32::from_bits(0x0000_0001)") && !source.contains("folded"));
        assert!(source.contains(&format!("{:#018x}", Plain::FINGERPRINT)));
    }
}
