//! The files that images are built from: parameters as Rust source, and test images as raw bytes.

use std::fmt::Write;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::OnceLock;

use host_tools::data::{Dataset, Split, bundled_mnist_dir};
use host_tools::export::rust_source;
use tinyconv::model_file::ModelFile;
use tinyconv::{Init, Network};

use super::digits_tiny::DigitsTiny;
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
                images: directory.join("images.bin"),
                labels: directory.join("labels.bin"),
            };
            let model = ModelFile::parse(MODEL).expect("the model file is whole");
            let source = rust_source(&model);
            write_if_changed(&inputs.parameters, source.as_bytes());
            write_if_changed(&inputs.tiny_parameters, tiny_source().as_bytes());
            let split = test_split();
            write_if_changed(&inputs.images, &split.images.pixels[..IMAGES * PIXELS]);
            write_if_changed(&inputs.labels, &split.labels[..IMAGES]);
            inputs
        })
    }
}

/// The parameters that `DigitsTiny` starts from.
pub fn tiny_parameters() -> Vec<f32> {
    let mut parameters = vec![0.0; DigitsTiny::PARAMS];
    <DigitsTiny as Network>::init(Init::HeUniform, 1, &mut parameters);
    parameters
}

/// A file that defines `PARAMETERS`.
fn tiny_source() -> String {
    let parameters = tiny_parameters();
    let mut source = format!("pub static PARAMETERS: [f32; {}] = [\n", parameters.len());
    for parameter in parameters {
        writeln!(source, "    f32::from_bits({:#010x}),", parameter.to_bits()).expect("a string");
    }
    source + "];\n"
}

/// Test images and labels of MNIST.
pub fn test_split() -> &'static Split {
    static SPLIT: OnceLock<Split> = OnceLock::new();
    SPLIT.get_or_init(|| Dataset::open_test(&bundled_mnist_dir(), 10).expect("MNIST is bundled"))
}

/// The trained model of host and firmware: what `cargo run -p host-tools -- train --seed 1` writes.
pub const MODEL: &[u8] = include_bytes!("../data/digits.tinyconv");

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
