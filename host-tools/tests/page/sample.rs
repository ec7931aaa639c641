//! Model files and images to try.

use host_tools::data::{Dataset, Split, bundled_mnist_dir};
use host_tools::model::Model;
use tinyconv::model_file::{ModelFile, Normalisation, Training};
use tinyconv::{Init, Network, Purpose, Random};

/// The tool's network that was trained for the tests.
pub const DIGITS: &[u8] = include_bytes!("../../../tests/data/digits.tinyconv");
/// The same of the small network.
pub const TINY: &[u8] = include_bytes!("../../../tests/data/digits-tiny.tinyconv");

/// MNIST's test images.
pub fn images() -> Split {
    Dataset::open_test(&bundled_mnist_dir(), 10).unwrap()
}

/// A file of `model` with any parameters, none of them zero, so that batch normalisation has something to do.
pub fn file<N: Network>(model: &dyn Model) -> Vec<u8> {
    let mut parameters = vec![0.0; N::PARAMS];
    N::init(Init::HeUniform, 5, &mut parameters);
    let random = Random::new(5, Purpose::Synthesise);
    let mut bytes = Vec::new();
    for (index, parameter) in parameters.iter().enumerate() {
        let noise = random.uniforms(0, 0, index as u32)[0] * 0.1 + 0.01;
        bytes.extend((parameter * (1.0 + noise) + noise * 0.1).to_le_bytes());
    }
    let file = ModelFile::new(
        model.name(),
        N::INPUT,
        N::LAYERS,
        Normalisation { mean: 33.0, deviation: 79.0 },
        &model.labels(),
        Training { epochs: 1, batch: 32, seed: 5, learning_rate: 0.1, test_accuracy: 0.5 },
        &bytes,
    );
    written(&file.unwrap())
}

/// A file's bytes, whether or not its fields make sense together.
pub fn written(file: &ModelFile<'_>) -> Vec<u8> {
    let mut buffer = vec![0; file.parameters.len() + 64 * 1024];
    file.write(&mut buffer).unwrap().to_vec()
}
