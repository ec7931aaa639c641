//! What the firmware must print: the host's logits for the same images and parameters.

use host_tools::data::Split;
use host_tools::networks::{Digits, DigitsDense, DigitsTiny, LeNet};
use host_tools::training::logits;
use tinyconv::model_file::ModelFile;
use tinyconv::{Deployed, InputOf, Network, OutputOf, Shape};

use super::firmware::Net;
use super::inputs::{IMAGES, MODEL, TINY_MODEL, dense_model, lenet_model, lenet_split, test_split};

/// The bits of the logits of the images in the firmware, computed in lanes and once more sample by sample.
///
/// # Panics
/// If the two differ.
pub fn host_logits(net: Net) -> Vec<[u32; 10]> {
    assert_eq!(
        [
            super::digits::Digits::FINGERPRINT,
            super::digits_tiny::DigitsTiny::FINGERPRINT,
            super::lenet::LeNet::FINGERPRINT,
        ],
        [Digits::FINGERPRINT, DigitsTiny::FINGERPRINT, LeNet::FINGERPRINT],
        "the firmware's networks are the host's"
    );
    match net {
        Net::Digits => logits_of::<Digits>(MODEL, test_split()),
        Net::DigitsTiny => logits_of::<DigitsTiny>(TINY_MODEL, test_split()),
        Net::DigitsDense => logits_of::<DigitsDense>(dense_model(), test_split()),
        Net::LeNet5 => logits_of::<Deployed<LeNet>>(lenet_model(), lenet_split()),
    }
}

/// The same of another model, for images of `split`.
///
/// # Panics
/// As [`host_logits`]; and if the model is not of this network.
pub fn logits_of<N: Network>(model: &[u8], split: &Split) -> Vec<[u32; 10]> {
    let model = ModelFile::parse(model).expect("the model file is whole");
    let mut parameters = vec![0.0; N::PARAMS];
    model.load::<N>(&mut parameters).expect("the model is of this network");

    let in_lanes = logits::<N>(&parameters, split, IMAGES, model.normalisation);
    let mut scratch = vec![0.0f32; N::INFER_SCRATCH];
    let mut output = [0.0f32; 10];
    in_lanes
        .iter()
        .enumerate()
        .map(|(index, in_lanes)| {
            let pixels = split.images().unwrap().image(index);
            let input: Vec<f32> = pixels.iter().map(|&pixel| f32::from(pixel) / 255.0).collect();
            let map = OutputOf::<N>::view_mut(&mut output);
            N::infer(&parameters, InputOf::<N>::view(&input), &mut scratch, map);
            let bits = output.map(f32::to_bits);
            assert!(in_lanes.iter().map(|logit| logit.to_bits()).eq(bits), "lanes, image {index}");
            bits
        })
        .collect()
}
