//! A network with every kind of layer that a device runs, on numbers that a seed gives. The driver on the host includes
//! this very file.

use tinyconv::tuning::checksum;
use tinyconv::{Accumulate, Init, Network, Purpose, Random, Scratch};

tinyconv::network! {
    /// Every kind once, and each activation on a layer of its own.
    pub Kinds: 2 x 9 x 8 {
        Scale,
        Identity,
        Conv2d { out: 4, kernel: 3, padding: same }, Relu, MaxPool2d { size: 2 },
        DepthwiseConv2d { kernel: (2, 3), padding: 1 }, LeakyRelu,
        Residual { PointwiseConv2d { out: 4 }, Tanh }, Sigmoid,
        MaxPool2d { size: 2, stride: 1 }, AvgPool2d { size: (2, 1), stride: 1 },
        Conv2d { out: 3, kernel: 1 }, GlobalAvgPool2d,
        Dense { out: 5 }, Tanh, Flatten, Clip { low: -0.25, high: 0.5 },
        Dense { out: 4 }, Softmax,
    }
}

/// Checksums of the output before training, of the gradients, and of the parameters after three steps.
pub fn run() -> [u32; 3] {
    let random = Random::new(6, Purpose::Synthesise);
    let number = |step, index: usize| 2.0 * random.uniforms(step, 0, index as u32)[0] - 1.0;
    let mut params = [0.0; Kinds::PARAMS];
    <Kinds as Network>::init(Init::GlorotUniform, 3, &mut params);
    let image = |step| {
        core::array::from_fn(|c| {
            core::array::from_fn(|h| core::array::from_fn(|w| number(step, (c * 9 + h) * 8 + w)))
        })
    };
    let mut output = [0.0; 4];
    Kinds::infer(&params, &image(0), &mut [0.0; Kinds::INFER_SCRATCH], &mut output);

    let mut first = 0;
    for step in 0..3 {
        let mut gradients = [0.0; Kinds::PARAMS];
        Kinds::gradients(
            Accumulate { parameters: &params, gradients: &mut gradients },
            &image(step),
            step as _,
            1.0,
            Scratch {
                elements: &mut [0.0; Kinds::TRAIN_SCRATCH],
                choices: &mut [0; Kinds::TRAIN_CHOICES],
            },
        );
        if step == 0 {
            first = checksum(&gradients);
        }
        for (param, gradient) in params.iter_mut().zip(gradients) {
            *param -= 0.5 * gradient;
        }
    }
    [checksum(&output), first, checksum(&params)]
}
