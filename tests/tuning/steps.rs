//! What a step computes, and in how much memory.

use tinyconv::loss::{CrossEntropy, Goal, Target};
use tinyconv::optim::{Adam, Descent, Optimizer, Sgd};
use tinyconv::tuning::{All, Blocks, Last, Memory, MiniBatch, Mode, Part, PerSample, Trainer};
use tinyconv::{Accumulate, Bytes, Direct, Init, InputOf, Network, Scratch, Shape};

use crate::net::*;

/// Thirty steps of a trainer, against the gradients of the whole network of which only the last
/// parameters are changed.
fn check<P: Part<Net>, O: Optimizer + Copy, M: Mode>(optimizer: O) {
    let factory = factory();
    let mut owned = Owned::new::<P, O, M>();
    let mut trainer =
        Trainer::<Net, P, O, M>::new(&factory, owned.blocks(), optimizer, RATE).unwrap();

    let mut plain = optimizer;
    let mut parameters = factory.clone();
    let mut states = vec![0.0; P::PARAMS * O::STATES];
    let mut elements = vec![f32::NAN; Net::TRAIN_SCRATCH];
    let mut choices = vec![0; Net::TRAIN_CHOICES];
    for step in 0..30 {
        let mut gradients = vec![0.0; Net::PARAMS];
        for sample in step * M::SAMPLES..(step + 1) * M::SAMPLES {
            assert_eq!((trainer.steps(), trainer.pending()), (step, sample % M::SAMPLES));
            let (image, label) = (image(sample), label(sample));
            let outcome = Net::gradients(
                Accumulate { parameters: &parameters, gradients: &mut gradients },
                InputOf::<Net>::view(&floats(&image)),
                label,
                1.0 / M::SAMPLES as f32,
                Scratch { elements: &mut elements, choices: &mut choices },
            );
            assert_eq!(trainer.step(Bytes(&TABLE), &image, label), Ok(outcome));
        }
        let trained = &mut parameters[P::FROZEN_PARAMS..];
        assert!(plain.step(RATE, trained, &gradients[P::FROZEN_PARAMS..], &mut states));
        assert_eq!(bits(trainer.parameters()), bits(&parameters[P::FROZEN_PARAMS..]));
        assert_eq!(bits(trainer.states()), bits(&states));
    }
    assert_ne!(bits(&parameters), bits(&factory));

    let image = image(1000);
    let (mut logits, mut expected) = ([f32::NAN; CLASSES], [f32::NAN; CLASSES]);
    trainer.infer(Bytes(&TABLE), &image, &mut logits).unwrap();
    <Net as Network>::infer(
        &parameters,
        InputOf::<Net>::view(&floats(&image)),
        &mut vec![f32::NAN; Net::INFER_SCRATCH],
        &mut expected,
    );
    assert_eq!(bits(&logits), bits(&expected));

    trainer.reset();
    assert_eq!(bits(trainer.parameters()), bits(&factory[P::FROZEN_PARAMS..]));
    assert!(trainer.states().iter().all(|&state| state == 0.0));
}

#[test]
fn every_mode_and_freeze_depth_gives_the_bits_of_plain_steps() {
    check::<All, Descent, PerSample>(Descent::default());
    check::<All, Sgd, PerSample>(Sgd::default());
    check::<All, Adam, MiniBatch<4>>(Adam::default());
    check::<All, Descent, MiniBatch<16>>(Descent { weight_decay: 0.01 });
    check::<Last<3>, Descent, PerSample>(Descent::default());
    check::<Last<3>, Sgd, MiniBatch<5>>(Sgd::default());
    check::<Last<2>, Adam, PerSample>(Adam::default());
    check::<Last<1>, Descent, PerSample>(Descent::default());
    check::<Last<1>, Sgd, MiniBatch<3>>(Sgd { nesterov: true, ..Sgd::default() });
}

#[test]
fn frozen_layers_cost_nothing() {
    let of = |memory: Memory| {
        [memory.parameters, memory.gradients, memory.states, memory.scratch, memory.choices]
    };
    // Maps: 3 x 4 x 4, 4 x 3 x 3, 4 x 2 x 2, 7, 3. Each is kept for the backward pass; of their
    // gradients, those of two neighbours live at once. Twice the logits, and one choice per cell of the fused block.
    let (first, second, pooled) = (3 * 4 * 4, 4 * 3 * 3, 4 * 2 * 2);
    let logits = 2 * 3;
    assert_eq!(
        of(Memory::of::<Net, All, Descent, PerSample>()),
        [4 * 234, 0, 0, 4 * (2 * (first + second) + pooled + 7 + logits), first]
    );
    assert_eq!(
        of(Memory::of::<Net, Last<3>, Sgd, PerSample>()),
        [4 * 195, 0, 4 * 195, 4 * (first + 2 * (second + pooled) + 7 + logits), 0]
    );
    // From here on, what the frozen layers work in is more than training takes: two neighbouring maps.
    assert_eq!(
        of(Memory::of::<Net, Last<2>, Adam, MiniBatch<2>>()),
        [4 * 143, 4 * 143, 8 * 143, 4 * (first + second), 0]
    );
    assert_eq!(
        of(Memory::of::<Net, Last<1>, Descent, PerSample>()),
        [4 * 24, 0, 0, 4 * (first + second), 0]
    );
}

/// `Direct` and `Bytes` read the same numbers, whatever layer comes first.
#[test]
fn bytes_give_the_bits_of_floats() {
    macro_rules! first_layers {
        ($($name:ident { $($layer:tt)* })*) => {$({
            tinyconv::network! { $name: 2 x 9 x 8 { $($layer)* Dense { out: 3 } } }
            let mut parameters = vec![0.0; $name::PARAMS];
            <$name as Network>::init(Init::HeUniform, 4, &mut parameters);
            let parameters: &[f32; $name::PARAMS] = parameters.first_chunk().unwrap();
            let (image, mut scratch) = (image(7), [f32::NAN; $name::INFER_SCRATCH]);
            let (mut from_bytes, mut from_floats) = ([f32::NAN; 3], [f32::NAN; 3]);
            $name::infer_from(parameters, Bytes(&TABLE), &image, &mut scratch, &mut from_bytes);
            let floats = floats(&image);
            let input = InputOf::<$name>::view(&floats);
            $name::infer_from(parameters, Direct, input, &mut scratch, &mut from_floats);
            assert!(from_floats.iter().all(|logit| logit.is_finite()));
            assert_eq!(bits(&from_bytes), bits(&from_floats), stringify!($name));
            let (mut d_bytes, mut d_floats) = (parameters.to_vec(), parameters.to_vec());
            for (bytes, d) in [(true, &mut d_bytes), (false, &mut d_floats)] {
                let mut memory = vec![f32::NAN; <All as Part<$name>>::SCRATCH];
                let mut choices = vec![0; <All as Part<$name>>::CHOICES];
                let blocks = Blocks {
                    parameters: d,
                    gradients: &mut [],
                    states: &mut [],
                    elements: &mut memory,
                    choices: &mut choices,
                };
                let mut trainer =
                    Trainer::<$name>::new(parameters, blocks, Descent::default(), RATE).unwrap();
                if bytes {
                    trainer.step(Bytes(&TABLE), &image, 1).unwrap();
                } else {
                    trainer.step(Direct, input, 1).unwrap();
                }
            }
            assert_ne!(bits(&d_bytes), bits(parameters));
            assert_eq!(bits(&d_bytes), bits(&d_floats), stringify!($name));
        })*};
    }
    first_layers! {
        DenseFirst {}
        Convolution { Conv2d { out: 2, kernel: 3 }, }
        Padded { Conv2d { out: 3, kernel: 3, padding: same, stride: 2 }, Sigmoid, }
        Fused { Conv2d { out: 2, kernel: 3, padding: 1 }, LeakyRelu, MaxPool2d { size: (3, 2) }, }
        MaxFirst { MaxPool2d { size: 2 }, Conv2d { out: 2, kernel: 2 }, }
        AverageFirst { AvgPool2d { size: 3 }, }
        GlobalFirst { GlobalAvgPool2d, }
        FlattenFirst { Flatten, Tanh, }
        ActivationFirst { Tanh, Conv2d { out: 2, kernel: 3 }, }
    }
}

#[test]
fn a_step_is_a_step_towards_a_class() {
    let factory = factory();
    let (mut left, mut right) = [(); 2].map(|()| Owned::new::<All, Descent, PerSample>()).into();
    let mut by_label =
        Trainer::<Net>::new(&factory, left.blocks(), Descent::default(), RATE).unwrap();
    let mut by_target =
        Trainer::<Net>::new(&factory, right.blocks(), Descent::default(), RATE).unwrap();
    for sample in 0..10 {
        let (image, label) = (image(sample), label(sample));
        let goal = Goal { loss: &CrossEntropy::default(), target: Target::Class(label) };
        assert_eq!(
            by_label.step(Bytes(&TABLE), &image, label),
            by_target.step_towards(Bytes(&TABLE), &image, goal)
        );
    }
    assert_eq!(bits(by_label.parameters()), bits(by_target.parameters()));
}
