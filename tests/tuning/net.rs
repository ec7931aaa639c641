//! The network that is trained, its images, and memory for any way to train it.

use tinyconv::optim::Optimizer;
use tinyconv::tuning::{Blocks, Memory, Mode, Part};
use tinyconv::{Bytes, Init, Network, Purpose, Random};

tinyconv::network! {
    pub Net: 2 x 9 x 8 {
        conv: Conv2d { out: 3, kernel: (3, 2), padding: 1 }, Relu, MaxPool2d { size: 2 },
        apart: Conv2d { out: 4, kernel: 2 }, Tanh,
        pool: MaxPool2d { size: 2, stride: 1 },
        middle: Dense { out: 7 }, Relu,
        classify: Dense { out: 3 },
    }
}

pub const PIXELS: usize = 2 * 9 * 8;
pub const CLASSES: usize = 3;
pub static TABLE: [f32; 256] = Bytes::table(100.0, 60.0);
pub const RATE: f32 = 0.05;

pub type Image = [[[u8; 8]; 9]; 2];

pub fn image(sample: u32) -> Image {
    let random = Random::new(5, Purpose::Synthesise);
    let mut image = [[[0; 8]; 9]; 2];
    for (index, pixel) in (0..).zip(image.as_flattened_mut().as_flattened_mut()) {
        *pixel = random.below(256, 0, sample, index) as u8;
    }
    image
}

pub fn label(sample: u32) -> u16 {
    (sample % 3) as u16
}

pub fn floats(image: &Image) -> Vec<f32> {
    image.as_flattened().as_flattened().iter().map(|&x| (f32::from(x) - 100.0) / 60.0).collect()
}

pub fn factory() -> Vec<f32> {
    let mut parameters = vec![0.0; Net::PARAMS];
    <Net as Network>::init(Init::HeUniform, 3, &mut parameters);
    parameters
}

/// The memory of a trainer, filled with what must not be read.
pub struct Owned {
    pub parameters: Vec<f32>,
    pub gradients: Vec<f32>,
    pub states: Vec<f32>,
    pub elements: Vec<f32>,
    pub choices: Vec<u8>,
}

impl Owned {
    pub fn new<P: Part<Net>, O: Optimizer, M: Mode>() -> Self {
        let memory = Memory::of::<Net, P, O, M>();
        let nan = |bytes: usize| vec![f32::NAN; bytes / 4];
        Self {
            parameters: nan(memory.parameters),
            gradients: nan(memory.gradients),
            states: nan(memory.states),
            elements: nan(memory.scratch),
            choices: vec![77; memory.choices],
        }
    }

    pub fn blocks(&mut self) -> Blocks<'_> {
        Blocks {
            parameters: &mut self.parameters,
            gradients: &mut self.gradients,
            states: &mut self.states,
            elements: &mut self.elements,
            choices: &mut self.choices,
        }
    }
}

pub fn bits(values: &[f32]) -> Vec<u32> {
    values.iter().map(|value| value.to_bits()).collect()
}
