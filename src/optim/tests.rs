//! The rules over whole blocks, parameter by parameter, and in lanes: the same bits. (That they are
//! the right rules is compared with PyTorch in `tests/golden.rs`.)

use std::vec;
use std::vec::Vec;

use super::*;
use crate::testing::{Pair, assert_bits, values};

const COUNT: usize = 8;

/// Three steps with `step`, and with `update` on pairs of parameters.
fn check<O: Optimizer + Copy>(optimizer: O) {
    let (mut blocks, mut lanes) = (optimizer, optimizer);
    let mut params = values(0, COUNT);
    let mut states = vec![0.0; O::STATES * COUNT];
    let pairs = |values: &[f32]| -> Vec<Pair> {
        values.as_chunks().0.iter().map(|pair| Pair(*pair)).collect()
    };
    let mut param_pairs = pairs(&params);
    let mut state_pairs = vec![[Pair([0.0; 2]); 2]; COUNT / 2];
    for step in 1..=3 {
        let gradients = values(step, COUNT);
        let before = params.clone();
        blocks.step(0.25, &mut params, &gradients, &mut states);
        assert!(params.iter().zip(&before).any(|(after, before)| after != before));
        lanes.begin_step();
        let all = param_pairs.iter_mut().zip(pairs(&gradients)).zip(&mut state_pairs);
        for ((param, gradient), state) in all {
            *param = lanes.update(0.25, *param, gradient, state);
        }
        let flat: Vec<f32> = param_pairs.iter().flat_map(|pair| pair.0).collect();
        assert_bits("parameters", &params, &flat);
        for block in 0..O::STATES {
            let flat: Vec<f32> = state_pairs.iter().flat_map(|state| state[block].0).collect();
            assert_bits("states", &states[block * COUNT..][..COUNT], &flat);
        }
    }
}

#[test]
fn blocks_and_lanes_agree() {
    check(Sgd { momentum: 0.0, ..Sgd::default() });
    check(Sgd::default());
    check(Sgd { weight_decay: 0.125, nesterov: true, ..Sgd::default() });
    check(Descent { weight_decay: 0.125 });
    check(Adagrad::default());
    check(Adagrad { weight_decay: 0.125, ..Adagrad::default() });
    check(AdagradMomentum::default());
    check(RmsProp::default());
    check(RmsProp { weight_decay: 0.125, ..RmsProp::default() });
    check(Adam::default());
    check(Adam { weight_decay: 0.125, ..Adam::default() });
}

/// The pull of AdamW does not depend on the gradient, nor on what is remembered of it.
#[test]
fn the_weight_decay_of_adam_is_apart_from_the_gradient() {
    let mut adam_w = Adam { weight_decay: 0.5, ..Adam::default() };
    let (mut parameters, mut states) = ([1.0, 8.0], [0.0; 4]);
    adam_w.step(0.25, &mut parameters, &[0.0; 2], &mut states);
    assert_eq!((parameters, states), ([0.875, 7.0], [0.0; 4]));
}

#[test]
#[should_panic(expected = "one gradient for each parameter")]
fn too_few_gradients() {
    Sgd::default().step(0.5, &mut [1.0; 2], &[1.0], &mut [0.0; 2]);
}

#[test]
#[should_panic(expected = "STATES numbers for each parameter")]
fn too_few_states() {
    Adam::default().step(0.5, &mut [1.0; 2], &[1.0; 2], &mut [0.0; 2]);
}
