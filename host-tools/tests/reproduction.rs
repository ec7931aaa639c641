//! The model file `tests/data/digits-tiny.tinyconv` is what training writes, on this machine too.
// With these features the bits are others.
#![cfg(not(any(feature = "fma", feature = "micromath")))]

use std::ops::ControlFlow;

use host_tools::data::{Dataset, bundled_mnist_dir};
use host_tools::files::{encode, encode_file};
use host_tools::model::{MODELS, train};
use host_tools::training::TrainOptions;
use tinyconv::model_file::ModelFile;

/// What `cargo run -p host-tools -- train --model digits-tiny --seed 1` writes.
const KEPT: &[u8] = include_bytes!("../../tests/data/digits-tiny.tinyconv");

#[test]
fn digits_tiny_is_trained_to_the_model_file_that_is_kept() {
    let model = MODELS[1];
    let dataset = Dataset::open(&bundled_mnist_dir(), 10).unwrap();
    let options = TrainOptions { seed: 1, ..model.recipe() };
    let trained = train(model, &dataset, &options, &mut |_| ControlFlow::Continue(())).unwrap();
    assert!(trained.test.accuracy() >= 0.97, "{}", trained.test.accuracy());
    let bytes = encode(model, &options, &trained).unwrap();
    // It is kept in version 1; what was read is written in the newest.
    let kept = encode_file(&ModelFile::parse(KEPT).unwrap()).unwrap();
    assert!(
        bytes == kept,
        "training gives other bits than tests/data/digits-tiny.tinyconv: if the network or its \
         recipe was changed on purpose, put the file that `train` writes in its place"
    );
}
