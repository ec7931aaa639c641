//! The files that images are built from: parameters as Rust source, and test images as raw bytes.

use std::fs;
use std::ops::ControlFlow;
use std::path::{Path, PathBuf};
use std::sync::OnceLock;

use host_tools::data::{Augmentation, Dataset, Split, SplitSamples, bundled_mnist_dir};
use host_tools::export::rust_source;
use host_tools::networks::{DigitsDense, LeNet};
use host_tools::signing::SecretKey;
use host_tools::training::{Curve, LossKind, OptimizerKind, Schedule, TrainOptions, train_samples};
use tinyconv::model_file::{ModelFile, Normalisation, Training};
use tinyconv::optim::Sgd;
use tinyconv::{Deployed, Init, Network, fold};

use super::firmware::target_directory;

/// Multiply-adds of one inference.
pub const MULTIPLY_ADDS: u64 = 242_560;
/// Images in each firmware.
pub const IMAGES: usize = 100;
/// Bytes of an image.
const PIXELS: usize = 28 * 28;
/// How the networks see a byte.
const NORMALISATION: Normalisation = Normalisation { mean: 0.0, deviation: 255.0 };
/// Rows and columns of zeros on every side of the images for LeNet-5.
const BORDER: usize = 2;

/// What the firmware's `env!` expects, and the same for the host.
pub struct Inputs {
    /// A file that defines `PARAMETERS`, those of `Digits`.
    pub parameters: PathBuf,
    /// The same for `DigitsTiny`.
    pub tiny_parameters: PathBuf,
    /// The same for `DigitsDense`.
    pub dense_parameters: PathBuf,
    /// The same for LeNet-5 as it is deployed.
    pub lenet_parameters: PathBuf,
    /// A file of images, one byte per pixel.
    pub images: PathBuf,
    /// The same images for LeNet-5.
    pub lenet_images: PathBuf,
    /// A file of their labels, two bytes for each image, the lower first.
    pub labels: PathBuf,
    /// The model of `DigitsTiny` as a signed update with counter 5.
    pub update: PathBuf,
    /// The same with one bit changed.
    pub spoilt: PathBuf,
    /// The public key that it was signed with, and another one.
    pub keys: [PathBuf; 2],
}

impl Inputs {
    /// Writes the files, once per test program.
    pub fn prepare() -> &'static Self {
        static PREPARED: OnceLock<Inputs> = OnceLock::new();
        PREPARED.get_or_init(|| {
            let directory = target_directory().join("firmware-inputs");
            fs::create_dir_all(&directory).expect("the target directory can be written");
            let inputs = Self {
                parameters: directory.join("parameters.rs"),
                tiny_parameters: directory.join("tiny_parameters.rs"),
                dense_parameters: directory.join("dense_parameters.rs"),
                lenet_parameters: directory.join("lenet_parameters.rs"),
                images: directory.join("images.bin"),
                lenet_images: directory.join("lenet_images.bin"),
                labels: directory.join("labels.bin"),
                update: directory.join("update.bin"),
                spoilt: directory.join("spoilt.bin"),
                keys: ["key.bin", "other_key.bin"].map(|name| directory.join(name)),
            };
            let [secret, other] =
                ["11", "22"].map(|byte| SecretKey::parse(&byte.repeat(32)).expect("a key"));
            let mut update = secret.sign(5, TINY_MODEL).expect("a short file");
            write_if_changed(&inputs.update, &update);
            let middle = update.len() / 2;
            update[middle] ^= 0x10;
            write_if_changed(&inputs.spoilt, &update);
            for (file, key) in inputs.keys.iter().zip([secret, other]) {
                write_if_changed(file, &key.public());
            }
            for (file, model) in [
                (&inputs.parameters, MODEL),
                (&inputs.tiny_parameters, TINY_MODEL),
                (&inputs.dense_parameters, dense_model()),
                (&inputs.lenet_parameters, lenet_model()),
            ] {
                let model = ModelFile::parse(model).expect("the model file is whole");
                write_if_changed(file, rust_source(&model).as_bytes());
            }
            let split = test_split();
            write_if_changed(&inputs.images, &split.images().unwrap().pixels[..IMAGES * PIXELS]);
            write_if_changed(&inputs.lenet_images, lenet_split().images().unwrap().pixels);
            let labels = split.labels[..IMAGES].iter().flat_map(|label| label.to_le_bytes());
            write_if_changed(&inputs.labels, &Vec::from_iter(labels));
            inputs
        })
    }
}

/// Test images and labels of MNIST.
pub fn test_split() -> &'static Split {
    static SPLIT: OnceLock<Split> = OnceLock::new();
    SPLIT.get_or_init(|| Dataset::open_test(&bundled_mnist_dir(), 10).expect("MNIST is bundled"))
}

/// Those that are in the firmware, with the border that LeNet-5 expects.
pub fn lenet_split() -> &'static Split {
    static SPLIT: OnceLock<Split> = OnceLock::new();
    SPLIT.get_or_init(|| test_split().select(0..IMAGES).padded(BORDER))
}

/// The trained model of host and firmware: what `cargo run -p host-tools -- train --seed 1` writes.
pub const MODEL: &[u8] = include_bytes!("../data/digits.tinyconv");
/// The same with `--model digits-tiny`.
pub const TINY_MODEL: &[u8] = include_bytes!("../data/digits-tiny.tinyconv");

/// A model of `DigitsDense` with the parameters that training would start from: for figures of memory.
pub fn dense_model() -> &'static [u8] {
    static FILE: OnceLock<Vec<u8>> = OnceLock::new();
    FILE.get_or_init(|| {
        let mut parameters = vec![0.0; DigitsDense::PARAMS];
        <DigitsDense as Network>::init(Init::HeUniform, 1, &mut parameters);
        let training =
            Training { epochs: 0, batch: 0, seed: 1, learning_rate: 0.0, test_accuracy: 0.0 };
        model_file::<DigitsDense>(&parameters, training)
    })
}

/// A model of LeNet-5 as it is deployed: trained here, with batch normalisation and dropout, and folded.
pub fn lenet_model() -> &'static [u8] {
    static FILE: OnceLock<Vec<u8>> = OnceLock::new();
    FILE.get_or_init(|| {
        let mnist = Dataset::open(&bundled_mnist_dir(), 10).expect("MNIST is bundled");
        // Enough for a network whose running averages and weights are not those of the start.
        let train = mnist.train.select(0..4096).padded(BORDER);
        let options = TrainOptions {
            epochs: 1,
            batch: 32,
            learning_rate: 0.05,
            schedule: Schedule { warm_up: 0, curve: Curve::Constant },
            optimizer: OptimizerKind::Sgd(Sgd { momentum: 0.9, ..Sgd::default() }),
            loss: LossKind::default(),
            init: Init::HeUniform,
            seed: 1,
            threads: 2,
            validate_every: None,
            augmentation: Augmentation::NONE,
            normalisation: NORMALISATION.into(),
        };
        let trained = train_samples::<LeNet>(
            &SplitSamples::plain(&train, NORMALISATION),
            &SplitSamples::plain(lenet_split(), NORMALISATION),
            &options,
            &mut |_| ControlFlow::Continue(()),
        )
        .expect("options and images fit the network");
        let accuracy = trained.test.accuracy();
        assert!(accuracy > 0.9, "LeNet-5 has learnt something: {accuracy}");
        let mut folded = vec![0.0; Deployed::<LeNet>::PARAMS];
        fold::<LeNet>(&trained.parameters, &mut folded);
        let training = Training {
            epochs: options.epochs,
            batch: options.batch as u32,
            seed: options.seed,
            learning_rate: options.learning_rate,
            test_accuracy: accuracy as f32,
        };
        model_file::<Deployed<LeNet>>(&folded, training)
    })
}

/// The bytes of a model file of the network.
pub fn model_file<N: Network>(parameters: &[f32], training: Training) -> Vec<u8> {
    let bytes: Vec<u8> = parameters.iter().flat_map(|value| value.to_le_bytes()).collect();
    let model = ModelFile::new(N::NAME, N::INPUT, N::LAYERS, NORMALISATION, &[], training, &bytes)
        .expect("a network has parameters of its own");
    let mut file = vec![0; bytes.len() + 4096];
    model.write(&mut file).expect("room for the file").to_vec()
}

/// Leaves an unchanged file alone, so that cargo does not build the firmware anew.
pub fn write_if_changed(path: &Path, bytes: &[u8]) {
    if fs::read(path).is_ok_and(|old| old == bytes) {
        return;
    }
    // Renamed into place: a build of another test program sees the old file or the new one.
    let temporary = path.with_extension("tmp");
    fs::write(&temporary, bytes)
        .and_then(|()| fs::rename(&temporary, path))
        .unwrap_or_else(|error| panic!("{}: {error}", path.display()));
}
