//! What firmware includes of a trained network, as four files: parameters, a few images, what they
//! show, and what all that means.

use std::path::{Path, PathBuf};

use tinyconv::model_file::{ModelFile, Normalisation};
use tinyconv::plan::fingerprint;

use tinyconv::loss;
use tinyconv::plan::Plan;
use tinyconv::tuning::checksum;
use tinyconv_training::data::{Inputs, Split};
use tinyconv_training::files::{self, FileError};
use tinyconv_training::finetune::{FinetuneOptions, Trains, Tuner};
use tinyconv_training::model::{Interpreted, Model};

use crate::export::{self, DeployedModel};

/// The files: the parameters of the deployed network, as [`export::raw`] has them; images, a byte
/// for each channel, row and column; the class of each image, two bytes, the lower first; and a Rust
/// source file with what they mean, by which the compiler tells whether they are of one training and
/// of the network that it compiles.
///
/// ```
/// assert_eq!(host_tools::firmware::FILES[0], "parameters.bin");
/// ```
pub const FILES: [&str; 4] = ["parameters.bin", "images.bin", "labels.bin", "model.rs"];

/// At most so many images.
const IMAGES: usize = 10;
/// And, from the second one on, at most so many bytes of them: flash is small.
const IMAGE_BYTES: usize = 32 << 10;

/// The directory of the files in the project at `root`.
///
/// ```
/// let directory = host_tools::firmware::directory("my-net".as_ref());
/// assert_eq!(directory, std::path::Path::new("my-net").join("trained"));
/// ```
#[must_use]
pub fn directory(root: &Path) -> PathBuf {
    root.join("trained")
}

/// Checks that [`write()`] can write to `directory`.
///
/// # Errors
/// If it cannot.
///
/// ```
/// use host_tools::firmware::check_writable;
///
/// let directory = tempfile::tempdir()?;
/// assert!(check_writable(&directory.path().join("model")).is_ok());
/// let file = directory.path().join("file");
/// std::fs::write(&file, b"no directory")?;
/// assert!(check_writable(&file).is_err());
/// # Ok::<(), std::io::Error>(())
/// ```
pub fn check_writable(directory: &Path) -> Result<(), FileError> {
    FILES.iter().try_for_each(|file| files::check_writable(&directory.join(file)))
}

/// Writes the [`FILES`] of `model` to `directory`, with the first image of each class of `test`,
/// images as large as the network's input.
///
/// # Errors
/// If the operating system refuses it.
///
/// # Panics
/// As [`export::parameters`].
///
/// ```
/// use host_tools::data::{Inputs, Split};
/// use host_tools::firmware;
/// use tinyconv::model_file::ModelFile;
///
/// let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../tests/data/digits.tinyconv");
/// let bytes = std::fs::read(path)?;
/// let inputs = Inputs::bytes([1, 28, 28], vec![7; 3 * 784]);
/// let test = Split::new(inputs, vec![4, 0, 4]);
///
/// let directory = tempfile::tempdir()?;
/// firmware::write(directory.path(), &ModelFile::parse(&bytes)?, &test)?;
/// let [parameters, images, labels, source] =
///     firmware::FILES.map(|file| std::fs::read(directory.path().join(file)).unwrap());
/// assert_eq!((parameters.len(), images.len()), (4 * 5142, 2 * 784));
/// assert_eq!(labels, [0, 0, 4, 0]);
/// assert!(String::from_utf8(source)?.contains("pub const DEVIATION: [f32; 1] = [255.0];"));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub fn write(directory: &Path, model: &ModelFile<'_>, test: &Split) -> Result<(), FileError> {
    let chosen = test.select(first_of_each_class(test));
    let labels: Vec<u8> = chosen.labels.iter().flat_map(|label| label.to_le_bytes()).collect();
    let images = chosen.images().ok_or(FileError::NoImages)?.pixels.to_vec();
    let tables = [export::raw(model), images, labels];
    let constants = constants(model);
    let sum = checksum_of(&constants, [&tables[0], &tables[1], &tables[2]]);
    let source = format!("{constants}{CHECKSUM}{sum:#018x};\n");
    let contents = tables.into_iter().chain([source.into_bytes()]);
    let files: Vec<_> = FILES.map(|file| directory.join(file)).into_iter().zip(contents).collect();
    files::write_all(&files)
}

/// How the line of the checksum begins: the last line, so that `build.rs` need not read Rust.
const CHECKSUM: &str = "pub const CHECKSUM: u64 = ";

/// All of the source file but its last line.
fn constants(model: &ModelFile<'_>) -> String {
    let channels = model.normalisation.len();
    let each = |number: fn(&Normalisation) -> f32| {
        let numbers = model.normalisation.iter().map(|one| format!("{:?}", number(one)));
        numbers.collect::<Vec<_>>().join(", ")
    };
    let (means, deviations) = (each(|one| one.mean), each(|one| one.deviation));
    // One for all channels is quicker to look up.
    let (import, of, table, source, make) = match channels {
        1 => (
            "use tinyconv::Bytes;",
            "the same of every channel",
            "[f32; 256] = Bytes::table(MEAN[0], DEVIATION[0])".to_owned(),
            "Bytes<'static>".to_owned(),
            "Bytes(&PIXELS)",
        ),
        _ => (
            "use tinyconv::ChannelBytes;",
            "an entry for each channel",
            format!("[[f32; 256]; {channels}] = ChannelBytes::tables(MEAN, DEVIATION)"),
            format!("ChannelBytes<'static, {channels}>"),
            "ChannelBytes::new(&PIXELS)",
        ),
    };
    let fingerprint = fingerprint(model.input, &export::deployed_layers(model));
    let labels: String = model.labels.iter().map(|label| format!("    {label:?},\n")).collect();
    format!(
        "\
// What the files beside this one mean. `cargo run` writes all of them; to change one, train again.

{import}

/// The network that the parameters belong to: its input, its layers and their options.
pub const FINGERPRINT: u64 = {fingerprint:#018x};
/// To the network, a byte is `(byte - MEAN) / DEVIATION`: {of}.
pub const MEAN: [f32; {channels}] = [{means}];
/// See [`MEAN`].
pub const DEVIATION: [f32; {channels}] = [{deviations}];
/// The number that each byte of an image stands for.
pub static PIXELS: {table};
/// How the network reads the bytes of an image.
pub const fn pixels() -> {source} {{
    {make}
}}
/// The names of the outputs, if they are classes.
#[rustfmt::skip]
pub const LABELS: [&str; {}] = [
{labels}];
/// Of this file and those beside it.
",
        model.labels.len(),
    )
}

/// FNV-1a, 64 bits, of the source without its last line and of the tables, each after its length:
/// a project's `build.rs` computes the same.
fn checksum_of(constants: &str, tables: [&[u8]; 3]) -> u64 {
    let parts = [[constants.as_bytes()].as_slice(), &tables].concat();
    let bytes = parts
        .iter()
        .flat_map(|part| (part.len() as u64).to_le_bytes().into_iter().chain(part.iter().copied()));
    bytes.fold(0xcbf2_9ce4_8422_2325, |hash, byte| {
        (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3)
    })
}

/// The lines that the firmware of a project prints in QEMU, predicted from its model file and the images
/// in `directory`: outputs, then a training step of the last layer with each image.
///
/// # Errors
/// If a file cannot be read, or the network cannot be trained.
///
/// ```
/// use std::path::Path;
///
/// use host_tools::data::{Inputs, Split};
/// use host_tools::{files, firmware};
///
/// let path = Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/../tests/data/digits.tinyconv"));
/// let bytes = files::read(path)?;
/// let test = Split::new(Inputs::bytes([1, 28, 28], vec![0; 784]), vec![1]);
/// let directory = tempfile::tempdir()?;
/// firmware::write(directory.path(), &files::parse(path, &bytes)?, &test)?;
///
/// let lines = firmware::lines(directory.path(), path, 0.01)?;
/// assert!(lines[0].starts_with("an image of 1: predicted "));
/// assert!(lines[1].starts_with("a training step with 1: loss "));
/// assert!(lines[2].starts_with("parameters of the last layer: "));
/// # Ok::<(), anyhow::Error>(())
/// ```
pub fn lines(
    directory: &Path,
    model_file: &Path,
    learning_rate: f32,
) -> anyhow::Result<Vec<String>> {
    let bytes = files::read(model_file)?;
    let file = files::parse(model_file, &bytes)?;
    let deployed = DeployedModel::new(&file);
    let file = deployed.file()?;
    let model = Interpreted::new(&file)?;
    let [images, labels] =
        ["images.bin", "labels.bin"].map(|name| files::read(&directory.join(name)));
    let labels: Vec<u16> =
        labels?.as_chunks().0.iter().map(|label| u16::from_le_bytes(*label)).collect();
    let set = Split::new(Inputs::bytes(model.images(), images?), labels);

    let layers = model.layers();
    let plan = Plan::new(model.input(), &layers).expect("the interpreter has looked");
    let trains = if plan.most_last() > 0 { Trains::Last(1) } else { Trains::All };
    let options = FinetuneOptions { learning_rate, ..FinetuneOptions::new(trains) };
    let factory: Vec<f32> = file.parameters().collect();
    let mut tuner = Tuner::new(&model, &options, &factory, file.normalisation)?;
    let name = |class: u16| file.labels.get(usize::from(class));
    let mut lines = Vec::new();
    for (number, &class) in set.labels.iter().enumerate() {
        let output = tuner.infer(&set, number)?;
        let bits: String = output.iter().map(|value| format!(" {:08x}", value.to_bits())).collect();
        lines.push(match name(class).zip(name(loss::largest(output))) {
            Some((class, predicted)) => {
                format!("an image of {class}: predicted {predicted}; outputs{bits}")
            }
            None => format!("image {}; outputs{bits}", number + 1),
        });
    }
    for (number, &class) in set.labels.iter().enumerate() {
        if let Some(label) = name(class) {
            let loss = tuner.step(&set, number)?.to_bits();
            lines.push(format!("a training step with {label}: loss {loss:08x}"));
        }
    }
    let sum = checksum(tuner.parameters());
    lines.push(format!("parameters of the last layer: {sum:08x}"));
    Ok(lines)
}

/// In the order of the classes; where there are none, the first samples.
fn first_of_each_class(test: &Split) -> Vec<usize> {
    let fit = (IMAGE_BYTES / test.inputs.size().max(1)).clamp(1, IMAGES);
    if test.target_len() > 0 {
        return (0..test.labels.len()).take(fit).collect();
    }
    let classes = test.labels.iter().max().map_or(0, |&last| usize::from(last) + 1);
    let first = |class| test.labels.iter().position(|&label| usize::from(label) == class);
    (0..classes).filter_map(first).take(fit).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use tinyconv_training::data::Inputs;

    fn split(columns: usize, labels: &[u16]) -> Split {
        let pixels = vec![0; labels.len() * columns];
        Split::new(Inputs::bytes([1, 1, columns], pixels), labels.into())
    }

    #[test]
    fn each_class_once_as_far_as_they_fit() {
        assert_eq!(first_of_each_class(&split(2, &[3, 0, 3, 1, 0])), [1, 3, 0]);
        let many: Vec<u16> = (0..20).collect();
        assert_eq!(first_of_each_class(&split(2, &many)).len(), IMAGES);
        assert_eq!(first_of_each_class(&split(10 << 10, &many)).len(), 3);
        assert_eq!(first_of_each_class(&split(100 << 10, &many)).len(), 1);
    }
}
