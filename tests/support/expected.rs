//! What the firmware must print: the host's logits for the same images and parameters.

use host_tools::networks::{Digits, DigitsTiny};
use host_tools::training::logits;
use tinyconv::Network;
use tinyconv::model_file::ModelFile;

use super::inputs::{MODEL, test_split};

/// The bits of the logits of the first `count` test images, computed in lanes and once more sample
/// by sample.
///
/// # Panics
/// If the two differ.
pub fn host_logits(count: usize) -> Vec<[u32; 10]> {
    let model = ModelFile::parse(MODEL).expect("the model file is whole");
    let mut parameters = [0.0; Digits::PARAMS];
    model.load::<Digits>(&mut parameters).expect("the model is of this network");
    assert_eq!(
        [super::digits::Digits::FINGERPRINT, super::digits_tiny::DigitsTiny::FINGERPRINT],
        [Digits::FINGERPRINT, DigitsTiny::FINGERPRINT],
        "the firmware's networks are the host's"
    );

    let split = test_split();
    let in_lanes = logits::<Digits>(&parameters, split, count, model.normalisation);
    let mut input = [[[0.0f32; 28]; 28]; 1];
    let mut scratch = [0.0f32; Digits::INFER_SCRATCH];
    let mut output = [0.0f32; 10];
    in_lanes
        .iter()
        .enumerate()
        .map(|(index, in_lanes)| {
            let pixels = input.as_flattened_mut().as_flattened_mut();
            for (value, &pixel) in pixels.iter_mut().zip(split.images.image(index)) {
                *value = f32::from(pixel) / 255.0;
            }
            Digits::infer(&parameters, &input, &mut scratch, &mut output);
            let bits = output.map(f32::to_bits);
            assert!(in_lanes.iter().map(|logit| logit.to_bits()).eq(bits), "lanes, image {index}");
            bits
        })
        .collect()
}
