//! The fused block equals convolution, activation and pooling one after the other, bit for bit.

use std::vec::Vec;

use crate::kernels::conv2d::naive;
use crate::kernels::conv2d::tests::shapes;
use crate::kernels::testing::{adder, assert_lanes, constant, filled, pooled, samples, window};
use crate::kernels::{Geometry, Window, conv2d, conv2d_pool};
use crate::layers::backward_activation;
use crate::plan::LeakyReluOptions;
use crate::testing::{D_INPUT, D_PARAMS, Pair, assert_bits, values};
use crate::{Activation, Direct, Element, Identity, LeakyRelu, Relu, Tanh};

type Params<'a> = (&'a [f32], &'a [f32]);

fn forward<E: Element>(
    (geometry, pool): (impl Geometry, impl Geometry),
    activation: impl Activation,
    (weight, bias): Params<'_>,
    input: &[E],
) -> (Vec<E>, Vec<E::Choice>) {
    let len = pool.get().output.iter().product();
    let (mut output, mut inferred) = (filled(f32::NAN, len), filled::<E>(f32::NAN, len));
    let mut choices = std::vec![E::NO_CHOICE; len];
    let kept = Some(&mut choices[..]);
    conv2d_pool::forward(
        geometry,
        pool,
        activation,
        Direct,
        input,
        weight,
        bias,
        &mut output,
        kept,
    )
    .unwrap();
    conv2d_pool::forward(
        geometry,
        pool,
        activation,
        Direct,
        input,
        weight,
        bias,
        &mut inferred,
        None,
    )
    .unwrap();
    let same = |(a, b): (&E, &E)| a.first_lane().to_bits() == b.first_lane().to_bits();
    assert!(output.iter().zip(&inferred).all(same));
    (output, choices)
}

/// The three steps, one after the other.
fn forward_apart(
    (geometry, pool): (Window, Window),
    activation: impl Activation,
    (weight, bias): Params<'_>,
    input: &[f32],
) -> (Vec<f32>, Vec<u8>) {
    let map = naive::forward(geometry, input, weight, bias);
    let map: Vec<f32> = map.into_iter().map(|x| activation.forward(x)).collect();
    let ([channels, ih, iw], [_, oh, ow], [ph, pw]) = (pool.input, pool.output, pool.kernel);
    let (mut output, mut choices) = (Vec::new(), Vec::new());
    for window in 0..channels * oh * ow {
        let (channel, q, c) = (window / (oh * ow), window / ow % oh, window % ow);
        let cell =
            |index: usize| map[(channel * ih + q * ph + index / pw) * iw + c * pw + index % pw];
        // The first of the largest.
        let mut best = 0;
        for index in 1..ph * pw {
            if cell(index) > cell(best) {
                best = index;
            }
        }
        output.push(cell(best));
        choices.push(best as u8);
    }
    (output, choices)
}

fn check<A: Activation>(activation: A, geometry: impl Geometry, pool: impl Geometry) {
    let (g, p): (Window, Window) = (geometry.get(), pool.get());
    let inputs = samples(1, g.input.iter().product());
    let d_outputs = samples(2, p.output.iter().product());
    let taps = g.input[0] / g.groups * g.kernel[0] * g.kernel[1];
    let (weight, bias) = (values(0, g.output[0] * taps), values(9, g.output[0]));
    let params = (&weight[..], &bias[..]);
    let named = |what: &str| std::format!("{what} of {activation:?}, {g:?}, {p:?}");

    let map_len = p.input.iter().product();
    let runs = [0, 1].map(|lane| {
        let input = &inputs.single[lane];
        let (output, choices) = forward((geometry, pool), activation, params, input);
        let (apart, chosen) = forward_apart((g, p), activation, params, input);
        assert_bits(&named("output"), &output, &apart);
        for (index, (&choice, &expected)) in choices.iter().zip(&chosen).enumerate() {
            let is_cut_off = A::CLAMPS_AT_ZERO && output[index] == 0.0;
            assert_eq!(choice, if is_cut_off { f32::NO_CHOICE } else { expected });
        }

        let mut d = d_outputs.single[lane].clone();
        backward_activation(activation, &output, &mut d);
        let mut d_map = filled(f32::NAN, map_len);
        conv2d_pool::backward_pool(pool, &choices, &d, &mut d_map).unwrap();
        let sum = |values: &[f32]| values.iter().filter(|d| **d != 0.0).count();
        let passing = d.iter().zip(&choices).filter(|(d, c)| **d != 0.0 && **c != f32::NO_CHOICE);
        assert_eq!(sum(&d_map), passing.count());

        let mut d_weight = filled(D_PARAMS, weight.len());
        let mut d_bias = filled(D_PARAMS, bias.len());
        let mut d_input = filled(D_INPUT, input.len());
        let (w, b) = (adder(&mut d_weight), adder(&mut d_bias));
        conv2d_pool::backward_weight(geometry, pool, Direct, input, &choices, &d, w).unwrap();
        conv2d_pool::backward_bias(pool, &choices, &d, b).unwrap();
        conv2d_pool::backward_input(geometry, pool, &weight, &choices, &d, &mut d_input).unwrap();
        let (mut d_weight_apart, mut d_bias_apart) =
            (filled(D_PARAMS, weight.len()), filled(D_PARAMS, bias.len()));
        let mut d_input_apart = filled(D_INPUT, input.len());
        naive::backward_weight(g, input, &d_map, &mut d_weight_apart);
        naive::backward_bias(g, &d_map, &mut d_bias_apart);
        naive::backward_input(g, &weight, &d_map, &mut d_input_apart);
        assert_bits(&named("d_weight"), &d_weight, &d_weight_apart);
        assert_bits(&named("d_bias"), &d_bias, &d_bias_apart);
        assert_bits(&named("d_input"), &d_input, &d_input_apart);
        (output, d_map)
    });

    let (output, choices) = forward((geometry, pool), activation, params, &inputs.pair);
    let mut d = d_outputs.pair.clone();
    backward_activation(activation, &output, &mut d);
    let mut d_map = filled::<Pair>(f32::NAN, map_len);
    conv2d_pool::backward_pool(pool, &choices, &d, &mut d_map).unwrap();
    assert_lanes(&named("output"), &output, runs.each_ref().map(|run| &run.0[..]));
    assert_lanes(&named("d_map"), &d_map, runs.each_ref().map(|run| &run.1[..]));
    conv2d::backward_bias(geometry, &d_map, |_, _| ()).unwrap();
}

#[test]
fn a_value_equals_the_steps_apart() {
    let kernels = [[1, 1], [2, 2], [1, 3], [3, 4], [2, 5], [1, 6], [1, 7], [2, 8], [1, 12]];
    for window in shapes() {
        for kernel in kernels {
            let pool = pooled(window, kernel);
            if pool.output.iter().all(|&side| side > 0) {
                check(Relu, window, pool);
                check(LeakyRelu(LeakyReluOptions { slope: 0.25 }), window, pool);
            }
        }
    }
}

#[test]
fn every_activation_equals_the_steps_apart() {
    let window = window([2, 7, 13], 4, [3, 4], [1, 1], [1, 0, 2, 1]);
    check(Identity, window, pooled(window, [2, 2]));
    check(Tanh, window, pooled(window, [2, 3]));
}

#[test]
fn a_window_of_several_tiles_equals_the_steps_apart() {
    let window = window([1, 5, 40], 3, [2, 3], [1, 1], [0; 4]);
    check(Relu, window, pooled(window, [2, 16]));
    check(Tanh, window, pooled(window, [2, 16]));
}

#[test]
fn a_type_equals_the_steps_apart() {
    constant!(Plain, Window::new([2, 9, 15], [4, 7, 13], [3, 3], [1, 1], [0, 0]));
    constant!(Padded, Window::new([2, 7, 13], [3, 7, 13], [3, 5], [1, 1], [1, 2]));
    constant!(Pool, Window::new([4, 7, 13], [4, 3, 6], [2, 2], [2, 2], [0, 0]));
    constant!(PoolOfThree, Window::new([3, 7, 13], [3, 7, 4], [1, 3], [1, 3], [0, 0]));
    check(Relu, Plain, Pool);
    check(Tanh, Plain, Pool);
    check(Relu, Padded, PoolOfThree);
}

#[test]
fn a_window_of_too_many_cells_is_refused() {
    let window = Window::new([1, 16, 16], [1, 16, 16], [1, 1], [1, 1], [0, 0]);
    let (input, mut output) = (filled::<f32>(0.0, 256), [0.0]);
    let refused = conv2d_pool::forward(
        window,
        pooled(window, [16, 16]),
        Relu,
        Direct,
        &input,
        &[1.0],
        &[0.0],
        &mut output,
        None,
    );
    assert_eq!(refused, None);
}
