//! What must not come in, and what must not come out: refused, and the parameters stay numbers.

use std::cell::Cell;

use tinyconv::loss::{Goal, MeanSquaredError, Target};
use tinyconv::optim::{Adagrad, AdagradMomentum, Adam, Descent, Optimizer, RmsProp, Sgd};
use tinyconv::tuning::{All, Blocks, Last, MiniBatch, Part, PerSample, Trainer, TuneError};
use tinyconv::{ApplyInPlace, Bytes, Direct, InputOf, Shape};

use crate::net::*;

#[test]
fn bad_input_changes_nothing() {
    let factory = factory();
    let mut owned = Owned::new::<All, Sgd, PerSample>();
    let mut trainer =
        Trainer::<Net, All, Sgd, PerSample>::new(&factory, owned.blocks(), Sgd::default(), RATE)
            .unwrap();
    let good = floats(&image(0));
    trainer.step(Direct, InputOf::<Net>::view(&good), 0).unwrap();
    let (parameters, states) = (bits(trainer.parameters()), bits(trainer.states()));

    for (index, value) in [(0, f32::NAN), (77, f32::INFINITY), (PIXELS - 1, f32::NEG_INFINITY)] {
        let mut bad = good.clone();
        bad[index] = value;
        let step = trainer.step(Direct, InputOf::<Net>::view(&bad), 0);
        assert_eq!(step, Err(TuneError::Input { index }));
        let inferred = trainer.infer(Direct, InputOf::<Net>::view(&bad), &mut [0.0; CLASSES]);
        assert_eq!(inferred, Err(TuneError::Input { index }));
    }
    for label in [3, 255, 999] {
        let step = trainer.step(Direct, InputOf::<Net>::view(&good), label);
        assert_eq!(step, Err(TuneError::Label { label, classes: 3 }));
    }
    let input = InputOf::<Net>::view(&good);
    let towards = |trainer: &mut Trainer<'_, _, _, _, _>, values: &[f32]| {
        let goal = Goal { loss: &MeanSquaredError, target: Target::Values(values) };
        trainer.step_towards(Direct, input, goal)
    };
    for given in [0, 2, 4] {
        let step = towards(&mut trainer, &vec![0.5; given]);
        assert_eq!(step, Err(TuneError::Target { given, needed: 3 }));
    }
    for (index, value) in [(0, f32::NAN), (1, f32::INFINITY), (2, f32::NEG_INFINITY)] {
        let mut values = [0.5; CLASSES];
        values[index] = value;
        assert_eq!(towards(&mut trainer, &values), Err(TuneError::TargetValue { index }));
    }
    let goal = Goal { loss: &MeanSquaredError, target: Target::Class(3) };
    let class = trainer.step_towards(Direct, input, goal);
    assert_eq!(class, Err(TuneError::Label { label: 3, classes: 3 }));
    assert_eq!(trainer.steps(), 1);
    assert_eq!(bits(trainer.parameters()), parameters);
    assert_eq!(bits(trainer.states()), states);
}

#[test]
fn blocks_of_wrong_length_are_named() {
    let factory = factory();
    let build = |change: fn(&mut Owned)| {
        let mut owned = Owned::new::<Last<1>, Sgd, MiniBatch<2>>();
        change(&mut owned);
        Trainer::<Net, Last<1>, Sgd, MiniBatch<2>>::new(
            &factory,
            owned.blocks(),
            Sgd::default(),
            RATE,
        )
        .map(|_| ())
    };
    assert_eq!(build(|_| {}), Ok(()));
    let error = |name, given, needed| Err(TuneError::Block { name, given, needed });
    assert_eq!(build(|o| o.parameters.push(0.0)), error("parameters", 25, 24));
    assert_eq!(build(|o| o.gradients.clear()), error("gradients", 0, 24));
    assert_eq!(build(|o| o.states.truncate(3)), error("optimizer states", 3, 24));
    assert_eq!(build(|o| o.elements.truncate(9)), error("scratch elements", 9, 84));
    assert_eq!(build(|o| o.choices.push(0)), error("choices", 1, 0));
    let mut owned = Owned::new::<Last<1>, Descent, PerSample>();
    let short =
        Trainer::<Net, Last<1>>::new(&factory[1..], owned.blocks(), Descent::default(), RATE);
    assert_eq!(
        short.map(|_| ()).unwrap_err().to_string(),
        "the block of factory parameters has \
        length 233 instead of 234: let `trainer!` make it"
    );
}

/// Finite inputs that are far too large: the loss, a gradient or an update overflows.
#[test]
fn parameters_stay_numbers_when_training_diverges() {
    let factory = factory();
    let finite = |parameters: &[f32]| parameters.iter().all(|parameter| parameter.is_finite());

    // The logits overflow: seen before anything is changed.
    let mut owned = Owned::new::<All, Descent, PerSample>();
    let mut trainer =
        Trainer::<Net>::new(&factory, owned.blocks(), Descent::default(), RATE).unwrap();
    let mut huge = vec![0.0; PIXELS];
    huge.fill(f32::MAX);
    tinyconv::network! { Linear: 2 x 9 x 8 { Dense { out: 3 } } }
    let ones = vec![1.0; Linear::PARAMS];
    let mut memory = vec![0.0; Linear::PARAMS + <All as Part<Linear>>::SCRATCH];
    let (parameters, elements) = memory.split_at_mut(Linear::PARAMS);
    let (gradients, states, choices) = (&mut [][..], &mut [][..], &mut [][..]);
    let blocks = Blocks { parameters, gradients, states, elements, choices };
    let mut linear = Trainer::<Linear>::new(&ones, blocks, Descent::default(), RATE).unwrap();
    assert_eq!(linear.step(Direct, InputOf::<Linear>::view(&huge), 0), Err(TuneError::Loss));
    assert_eq!(bits(linear.parameters()), bits(&ones));

    // An update overflows, those of the biases do not: 2 * (1 - 1/3) * f32::MAX, and without the 2.
    linear.set_learning_rate(f32::MAX);
    let twos = [[[2.0; 8]; 9]; 2];
    assert_eq!(linear.step(Direct, &twos, 0), Err(TuneError::Overflow));
    let (weights, biases) = linear.parameters().split_at(3 * PIXELS);
    assert_eq!(weights[0].to_bits(), ones[0].to_bits());
    assert!(biases[0] > 1e38 && finite(linear.parameters()));

    // Run into the ground: whatever happens, they stay numbers, and can be brought back.
    trainer.reset();
    trainer.set_learning_rate(1e30);
    let errors = (0..50)
        .filter(|&sample| trainer.step(Bytes(&TABLE), &image(sample), label(sample)).is_err())
        .count();
    assert!(errors > 0, "such a learning rate must do harm");
    assert!(finite(trainer.parameters()));
    trainer.reset();
    assert_eq!(bits(trainer.parameters()), bits(&factory));
}

/// One finite sample whose squared gradients are not: a typed error, and training goes on as if the weights that it
/// would have spoilt had not met it.
#[test]
fn what_an_optimizer_remembers_stays_finite() {
    remembers_numbers("descent", Descent::default());
    remembers_numbers("sgd", Sgd::default());
    remembers_numbers("nesterov", Sgd { nesterov: true, ..Sgd::default() });
    remembers_numbers("adagrad", Adagrad::default());
    remembers_numbers("adagrad with momentum", AdagradMomentum::default());
    remembers_numbers("rms-prop", RmsProp::default());
    remembers_numbers("adam", Adam::default());
}

fn remembers_numbers<O: Optimizer + Copy>(name: &str, optimizer: O) {
    // The weights of the first input, then those of the others, then biases.
    tinyconv::network! { Linear: 1 x 1 x 4 { Dense { out: 3 } } }
    const COUNT: usize = Linear::PARAMS;
    let factory: [f32; COUNT] = std::array::from_fn(|i| 0.01 * (i as f32 - 5.0));
    let mut parameters = [0.0; COUNT];
    let (mut states, mut elements) =
        (vec![0.0; COUNT * O::STATES], [0.0; <All as Part<Linear>>::SCRATCH]);
    let blocks = Blocks {
        parameters: &mut parameters,
        gradients: &mut [],
        states: &mut states,
        elements: &mut elements,
        choices: &mut [],
    };
    let mut trainer =
        Trainer::<Linear, All, O, PerSample>::new(&factory, blocks, optimizer, RATE).unwrap();
    trainer.step(Direct, &[[[1.0, 0.5, 0.1, 0.2]]], 0).unwrap();
    let first: Vec<u32> = bits(&trainer.parameters()[..3]);
    let remembered = bits(trainer.states());
    let squares = !["descent", "sgd", "nesterov"].contains(&name);

    let broken = trainer.step(Direct, &[[[1e20, 0.5, 0.1, 0.2]]], 1);
    assert_eq!(broken.is_err(), squares, "{name}");
    let all = trainer.parameters().iter().chain(trainer.states());
    assert!(all.clone().all(|number| number.is_finite()), "{name}");
    if squares {
        assert_eq!(broken, Err(TuneError::Overflow), "{name}");
        // The bias of class 1 is between 0 and 1, and so is its gradient.
        assert_eq!(bits(&trainer.parameters()[..3])[0], first[0], "{name}");
        for block in bits(trainer.states()).chunks(COUNT).zip(remembered.chunks(COUNT)) {
            assert_eq!(block.0[0], block.1[0], "{name}");
        }
        trainer.step(Direct, &[[[1.0, 0.5, 0.1, 0.2]]], 2).unwrap();
        assert_ne!(bits(&trainer.parameters()[..3])[0], first[0], "{name}: held still for ever");
    }
}

/// A gradient that overflows drops the batch.
#[test]
fn a_batch_with_infinite_gradients_is_dropped() {
    tinyconv::network! { Deep: 1 x 1 x 1 { Dense { out: 1 }, Dense { out: 2 } } }
    // d_weight of the first layer is the input times the second layer's weight: 1e20 * 1e25.
    let factory = [1e-30, 0.0, 1e25, -1e25, 0.0, 0.0];
    let mut parameters = [0.0; 6];
    let (mut gradients, mut elements) = ([0.0; 6], [0.0; <All as Part<Deep>>::SCRATCH]);
    let blocks = Blocks {
        parameters: &mut parameters,
        gradients: &mut gradients,
        states: &mut [],
        elements: &mut elements,
        choices: &mut [],
    };
    let mut trainer = Trainer::<Deep, All, Descent, MiniBatch<2>>::new(
        &factory,
        blocks,
        Descent::default(),
        RATE,
    )
    .unwrap();
    trainer.step(Direct, &[[[1e20]]], 1).unwrap();
    assert_eq!(trainer.step(Direct, &[[[0.0]]], 1), Err(TuneError::Gradients));
    assert_eq!((trainer.pending(), trainer.steps()), (0, 0));
    assert_eq!(bits(trainer.parameters()), bits(&factory));
    // The next batch starts from zero.
    trainer.step(Direct, &[[[0.0]]], 0).unwrap();
    trainer.step(Direct, &[[[0.0]]], 0).unwrap();
    assert_eq!(trainer.steps(), 1);
}

/// The low-level way reports an overflow, too.
#[test]
fn steps_in_place_tell_of_an_overflow() {
    let mut parameters = [1.0, f32::MAX];
    let overflow = Cell::new(false);
    let descent = Descent::default();
    let mut in_place = ApplyInPlace {
        optimizer: &descent,
        learning_rate: 1.0,
        parameters: &mut parameters,
        states: [&mut [], &mut []],
        overflow: &overflow,
    };
    tinyconv::GradientSink::add(&mut in_place, 0, &[0.5]);
    assert!(!overflow.get());
    tinyconv::GradientSink::add(&mut in_place, 1, &[-f32::MAX]);
    assert!(overflow.get());
    assert_eq!(parameters, [0.5, f32::MAX]);
}
