//! Parameters in forms that firmware builds in: Rust source, or the bare block of bytes.

use std::fmt::Write;

use tinyconv::model_file::ModelFile;

/// Parameters in a line of source.
const PER_LINE: usize = 3;

/// A Rust source file that defines `PARAMETERS`, for `mod` and for `include!` alike.
///
/// Each number is written as its bits, so that no reader can round it.
///
/// ```
/// use host_tools::export::rust_source;
/// use tinyconv::model_file::{ModelFile, Normalisation, Training};
/// use tinyconv::spec::{DenseOptions, Dims, LayerKind, LayerSpec};
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
#[must_use]
pub fn rust_source(model: &ModelFile<'_>) -> String {
    // A line break in a name would end the comment.
    let name = model.name.escape_debug();
    let (normalisation, training) = (model.normalisation, model.training);
    let numbers: Vec<String> = model
        .parameters()
        .map(|parameter| {
            let bits = parameter.to_bits();
            format!("f32::from_bits(0x{:04x}_{:04x}),", bits >> 16, bits & 0xffff)
        })
        .collect();
    let mut source = format!(
        "\
// The parameters of the network `{name}` (fingerprint {:#018x}), exported by tinyconv.
// Input: {}, each value (raw - {:?}) / {:?}.
// Trained: epochs {}, batch {}, seed {}; test accuracy {:.2} %.

/// The parameters of the network `{name}`.
#[rustfmt::skip]
pub static PARAMETERS: [f32; {}] = [
",
        model.fingerprint,
        model.input,
        normalisation.mean,
        normalisation.deviation,
        training.epochs,
        training.batch,
        training.seed,
        training.test_accuracy * 100.0,
        numbers.len(),
    );
    for line in numbers.chunks(PER_LINE) {
        writeln!(source, "    {}", line.join(" ")).expect("a String takes everything");
    }
    source.push_str("];\n");
    source
}

/// The parameters as they are in memory on a device: little-endian `f32`, one after the other.
#[must_use]
pub const fn raw<'a>(model: &ModelFile<'a>) -> &'a [u8] {
    model.parameters
}
