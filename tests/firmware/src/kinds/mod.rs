//! The network with every kind of layer, on numbers that a seed gives. The driver on the host includes this very file.

mod network;

use tinyconv::tuning::checksum;
use tinyconv::{Accumulate, Init, Network, Purpose, Random, Scratch};

pub use network::Kinds;

/// What [`run`] works in: a device's stack may be small.
pub struct Memory {
    params: [f32; Kinds::PARAMS],
    gradients: [f32; Kinds::PARAMS],
    inference: [f32; Kinds::INFER_SCRATCH],
    elements: [f32; Kinds::TRAIN_SCRATCH],
    choices: [u8; Kinds::TRAIN_CHOICES],
    image: [[[f32; 8]; 9]; 2],
}

impl Memory {
    pub const NEW: Self = Self {
        params: [0.0; Kinds::PARAMS],
        gradients: [0.0; Kinds::PARAMS],
        inference: [0.0; Kinds::INFER_SCRATCH],
        elements: [0.0; Kinds::TRAIN_SCRATCH],
        choices: [0; Kinds::TRAIN_CHOICES],
        image: [[[0.0; 8]; 9]; 2],
    };
}

/// Checksums of the output before training, of the gradients, and of the parameters after three steps.
pub fn run(memory: &mut Memory) -> [u32; 3] {
    let Memory { params, gradients, inference, elements, choices, image } = memory;
    <Kinds as Network>::init(Init::GlorotUniform, 3, params);
    draw(0, image);
    let mut output = [0.0; 4];
    Kinds::infer(params, image, inference, &mut output);

    let mut first = 0;
    for step in 0..3 {
        draw(step, image);
        gradients.fill(0.0);
        let sink = Accumulate { parameters: &*params, gradients: &mut *gradients };
        let scratch = Scratch { elements: &mut *elements, choices: &mut *choices };
        Kinds::gradients(sink, image, step as _, 1.0, scratch);
        if step == 0 {
            first = checksum(gradients);
        }
        for (param, gradient) in params.iter_mut().zip(&*gradients) {
            *param -= 0.5 * gradient;
        }
    }
    [checksum(&output), first, checksum(params)]
}

/// The image of a step.
fn draw(step: u32, image: &mut [[[f32; 8]; 9]; 2]) {
    let random = Random::new(6, Purpose::Synthesise);
    for (index, pixel) in (0..).zip(image.as_flattened_mut().as_flattened_mut()) {
        *pixel = 2.0 * random.uniforms(step, 0, index)[0] - 1.0;
    }
}
