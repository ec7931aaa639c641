//! The files that images are built from: parameters as Rust source, and test images as raw bytes.

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::OnceLock;

use host_tools::data::{Dataset, Split, bundled_mnist_dir};
use host_tools::export::rust_source;
use host_tools::networks::DigitsDense;
use tinyconv::model_file::{ModelFile, Normalisation, Training};
use tinyconv::{Init, Network};

use super::firmware::target_directory;

/// Multiply-adds of one inference.
pub const MULTIPLY_ADDS: u64 = 242_560;
/// Images in each firmware.
pub const IMAGES: usize = 100;
/// Bytes of an image.
const PIXELS: usize = 28 * 28;

/// What the firmware's `env!` expects, and the same for the host.
pub struct Inputs {
    /// A file that defines `PARAMETERS`, those of `Digits`.
    pub parameters: PathBuf,
    /// The same for `DigitsTiny`.
    pub tiny_parameters: PathBuf,
    /// The same for `DigitsDense`.
    pub dense_parameters: PathBuf,
    /// A file of images, one byte per pixel.
    pub images: PathBuf,
    /// A file of their labels, one byte per image.
    pub labels: PathBuf,
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
                images: directory.join("images.bin"),
                labels: directory.join("labels.bin"),
            };
            for (file, model) in [
                (&inputs.parameters, MODEL),
                (&inputs.tiny_parameters, TINY_MODEL),
                (&inputs.dense_parameters, dense_model()),
            ] {
                let model = ModelFile::parse(model).expect("the model file is whole");
                write_if_changed(file, rust_source(&model).as_bytes());
            }
            let split = test_split();
            write_if_changed(&inputs.images, &split.images.pixels[..IMAGES * PIXELS]);
            write_if_changed(&inputs.labels, &split.labels[..IMAGES]);
            inputs
        })
    }
}

/// Test images and labels of MNIST.
pub fn test_split() -> &'static Split {
    static SPLIT: OnceLock<Split> = OnceLock::new();
    SPLIT.get_or_init(|| Dataset::open_test(&bundled_mnist_dir(), 10).expect("MNIST is bundled"))
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
        let bytes: Vec<u8> = parameters.iter().flat_map(|value| value.to_le_bytes()).collect();
        let training =
            Training { epochs: 0, batch: 0, seed: 1, learning_rate: 0.0, test_accuracy: 0.0 };
        let model = ModelFile::new(
            DigitsDense::NAME,
            DigitsDense::INPUT,
            DigitsDense::LAYERS,
            Normalisation { mean: 0.0, deviation: 255.0 },
            &[],
            training,
            &bytes,
        )
        .expect("a network has parameters of its own");
        let mut file = vec![0; bytes.len() + 4096];
        model.write(&mut file).expect("room for the file").to_vec()
    })
}

/// Leaves an unchanged file alone, so that cargo does not build the firmware anew.
fn write_if_changed(path: &Path, bytes: &[u8]) {
    if fs::read(path).is_ok_and(|old| old == bytes) {
        return;
    }
    // Renamed into place: a build of another test program sees the old file or the new one.
    let temporary = path.with_extension("tmp");
    fs::write(&temporary, bytes)
        .and_then(|()| fs::rename(&temporary, path))
        .unwrap_or_else(|error| panic!("{}: {error}", path.display()));
}
