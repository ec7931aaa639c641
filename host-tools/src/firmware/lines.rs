//! What the firmware of a project prints in QEMU, predicted.

use std::path::Path;

use crate::finetune::{FinetuneOptions, Trains, Tuner};
use tinyconv::loss;
use tinyconv::plan::Plan;
use tinyconv::tuning::checksum;
use tinyconv_training::data::{Inputs, Split};
use tinyconv_training::files;
use tinyconv_training::model::{Interpreted, Model};

use crate::export::DeployedModel;

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
