// A network of one's own: trained on a directory of pictures in class folders (or of IDX files), tested, and written to
// a model file. `cargo run -p host-tools --example own_network -- DIR OUT.tinyconv`

use std::{error::Error, ops::ControlFlow, path::Path};

use host_tools::data::{Augmentation, Dataset, Opened};
use host_tools::model::{MODELS, Model, Of, train};
use host_tools::{files, training::TrainOptions};

tinyconv::network! {
    /// Pictures in colour, three classes.
    pub Colours: 3 x 16 x 16 {
        Conv2d { out: 6, kernel: 3 }, Relu, MaxPool2d { size: 2 }, Dense { out: 3 },
    }
}

fn recipe() -> TrainOptions {
    TrainOptions { epochs: 20, augmentation: Augmentation::NONE, ..MODELS[0].recipe() }
}

pub fn run(directory: &Path, out: &Path) -> Result<f64, Box<dyn Error>> {
    let model = Of::<Colours>::new("colours", &["red", "green", "blue"], recipe);
    let opened = Opened::<Dataset>::open(directory, model.images(), model.labels().len())?;
    let (opened, labels) = opened.for_training(&model.labels());
    let labels: Vec<&str> = labels.iter().map(String::as_str).collect();
    let trained = train(&model, &opened.data, &recipe(), &mut |_| ControlFlow::Continue(()))?;
    files::write(out, &files::encode_labelled(&model, &labels, "", &recipe(), &trained)?)?;
    Ok(trained.test.accuracy())
}

fn main() -> Result<(), Box<dyn Error>> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let [directory, out] = &arguments[..] else { return Err("give a directory and a file".into()) };
    println!("test accuracy {:.1} %", 100.0 * run(directory.as_ref(), out.as_ref())?);
    Ok(())
}
