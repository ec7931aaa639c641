//! The fast convolution equals the plain loops bit for bit, for one sample and in lanes, as a type
//! and as a value, over shapes that leave remainders everywhere.

use std::vec::Vec;

use super::naive;
use crate::kernels::testing::{
    adder, assert_lanes, constant, dilated, filled, grouped, samples, window,
};
use crate::kernels::{Geometry, Window, conv2d};
use crate::testing::{D_INPUT, D_PARAMS, assert_bits, values};
use crate::{Direct, Element};

/// Output and gradients.
struct Run<E>([(&'static str, Vec<E>); 4]);

fn run<E: Element>(
    geometry: impl Geometry,
    (weight, bias): (&[f32], &[f32]),
    input: &[E],
    d_output: &[E],
) -> Run<E> {
    let mut output = filled(f32::NAN, d_output.len());
    let mut d_weight = filled(D_PARAMS, weight.len());
    let mut d_bias = filled(D_PARAMS, bias.len());
    let mut d_input = filled(D_INPUT, input.len());
    conv2d::forward(geometry, Direct, input, weight, bias, &mut output).unwrap();
    conv2d::backward_weight(geometry, Direct, input, d_output, adder(&mut d_weight)).unwrap();
    conv2d::backward_bias(geometry, d_output, adder(&mut d_bias)).unwrap();
    conv2d::backward_input(geometry, weight, d_output, &mut d_input).unwrap();
    Run([("output", output), ("d_weight", d_weight), ("d_bias", d_bias), ("d_input", d_input)])
}

fn run_naive(
    window: Window,
    (weight, bias): (&[f32], &[f32]),
    input: &[f32],
    d_output: &[f32],
) -> Run<f32> {
    let mut d_weight = filled(D_PARAMS, weight.len());
    let mut d_bias = filled(D_PARAMS, bias.len());
    let mut d_input = filled(D_INPUT, input.len());
    let output = naive::forward(window, input, weight, bias);
    naive::backward_weight(window, input, d_output, &mut d_weight);
    naive::backward_bias(window, d_output, &mut d_bias);
    naive::backward_input(window, weight, d_output, &mut d_input);
    Run([("output", output), ("d_weight", d_weight), ("d_bias", d_bias), ("d_input", d_input)])
}

fn check(geometry: impl Geometry) {
    let window: Window = geometry.get();
    let inputs = samples(1, window.input.iter().product());
    let d_outputs = samples(2, window.output.iter().product());
    let taps = window.input[0] / window.groups * window.kernel[0] * window.kernel[1];
    let params = (&*values(0, window.output[0] * taps), &*values(9, window.output[0]));
    let singles = [0, 1].map(|lane| {
        let (input, d_output) = (&inputs.single[lane], &d_outputs.single[lane]);
        let single = run(geometry, params, input, d_output);
        let naive = run_naive(window, params, input, d_output);
        for ((what, fast), (_, naive)) in single.0.iter().zip(&naive.0) {
            assert_bits(&std::format!("{what} of {window:?}"), fast, naive);
        }
        single
    });
    let pair = run(geometry, params, &inputs.pair, &d_outputs.pair);
    for (index, (what, pair)) in pair.0.iter().enumerate() {
        let singles = singles.each_ref().map(|single| &*single.0[index].1);
        assert_lanes(&std::format!("{what} of {window:?}"), pair, singles);
    }
}

/// Shapes that leave remainders of every tile.
pub(in crate::kernels) fn shapes() -> Vec<Window> {
    let (none, same, one) = ([0; 4], [1; 4], [1, 1]);
    std::vec![
        window([1, 7, 13], 6, [5, 5], one, none),
        // Wider than a tile, two tiles exactly, narrower than one.
        window([2, 4, 21], 4, [3, 3], one, none),
        window([1, 3, 16], 2, [2, 1], one, none),
        window([3, 9, 5], 4, [3, 4], one, none),
        // A single channel, and other tiles of channels.
        window([1, 6, 11], 1, [2, 3], one, none),
        window([6, 5, 10], 3, [3, 2], one, none),
        window([4, 5, 5], 8, [3, 5], one, none),
        window([2, 4, 12], 4, [3, 3], one, none),
        // Pointwise.
        window([6, 3, 9], 4, one, one, none),
        window([2, 7, 8], 3, one, [3, 2], none),
        // Kernels as large as the input.
        window([3, 4, 6], 6, [4, 6], one, none),
        window([1, 5, 5], 3, [5, 5], one, none),
        window([2, 1, 1], 2, one, one, none),
        // Kernels of every width, in one row and in several.
        window([2, 9, 20], 2, [7, 7], one, [3, 3, 3, 3]),
        window([1, 3, 20], 4, [2, 6], one, [0, 0, 2, 3]),
        window([2, 1, 24], 3, [1, 9], [1, 2], [0, 0, 4, 4]),
        window([1, 2, 24], 2, [1, 8], one, none),
        window([1, 14, 3], 2, [11, 1], one, [2, 3, 0, 0]),
        // Strides.
        window([2, 9, 19], 4, [3, 3], [2, 2], none),
        window([1, 8, 12], 6, [3, 5], [2, 1], none),
        window([2, 11, 23], 2, [2, 2], [3, 3], none),
        window([4, 6, 31], 4, [3, 3], [2, 2], same),
        // Padding.
        window([2, 5, 11], 4, [3, 3], one, same),
        window([3, 5, 12], 6, [4, 2], one, [1, 2, 0, 1]),
        window([1, 8, 17], 3, [3, 4], [2, 3], [0, 1, 0, 1]),
        window([2, 4, 9], 2, [3, 4], one, [2, 2, 3, 3]),
        window([1, 6, 20], 4, [5, 3], [2, 2], [2; 4]),
        window([3, 3, 7], 1, [3, 3], one, [3; 4]),
        window([2, 4, 10], 6, [2, 2], [1, 3], [3; 4]),
        window([1, 4, 13], 4, [3, 3], one, [1, 1, 0, 0]),
        window([4, 5, 9], 2, [2, 3], one, [0, 0, 2, 2]),
        window([2, 2, 3], 4, [5, 5], one, [2; 4]),
        // On one side alone, as a causal convolution has it.
        window([3, 1, 18], 4, [1, 3], one, [0, 0, 2, 0]),
        dilated(window([2, 1, 18], 4, [1, 3], one, [0, 0, 4, 0]), [1, 2]),
        window([2, 6, 7], 3, [3, 3], one, [2, 0, 0, 2]),
        // Dilation.
        dilated(window([2, 9, 15], 4, [3, 3], one, none), [2, 2]),
        dilated(window([1, 9, 15], 3, [3, 3], one, [2; 4]), [2, 2]),
        dilated(window([2, 8, 17], 2, [2, 3], [2, 3], [1, 2, 3, 1]), [3, 2]),
        dilated(window([1, 7, 12], 2, [3, 5], [1, 2], none), [1, 2]),
        dilated(window([2, 4, 20], 2, [1, 5], [1, 3], [0, 0, 4, 4]), [1, 3]),
        // Groups: two, as many as channels, a multiple of them.
        grouped(window([4, 5, 9], 6, [3, 3], one, same), 2),
        grouped(window([8, 4, 8], 8, one, one, none), 2),
        grouped(window([5, 6, 13], 5, [3, 3], one, same), 5),
        grouped(window([3, 9, 12], 3, [3, 3], [2, 2], [0, 1, 0, 1]), 3),
        grouped(window([3, 6, 10], 6, [3, 5], one, [1, 1, 2, 2]), 3),
        grouped(dilated(window([4, 7, 16], 8, [2, 3], one, [0, 0, 1, 1]), [2, 1]), 4),
        grouped(window([4, 3, 3], 4, [3, 3], one, none), 4),
        grouped(window([2, 4, 4], 2, [4, 4], one, none), 2),
    ]
}

#[test]
fn a_value_equals_the_plain_loops() {
    for window in shapes() {
        check(window);
    }
}

#[test]
fn an_output_may_be_smaller_than_it_could_be() {
    let mut smaller = window([2, 9, 15], 4, [3, 3], [2, 2], [1; 4]);
    smaller.output = [4, 3, 5];
    check(smaller);
    smaller.groups = 2;
    check(smaller);
}

#[test]
fn a_type_equals_the_plain_loops() {
    constant!(Plain, Window::new([1, 7, 13], [6, 3, 9], [5, 5], [1, 1], [0, 0]));
    constant!(Same, Window::new([4, 5, 12], [6, 5, 12], [3, 3], [1, 1], [1, 1]));
    constant!(Strided, Window::new([2, 9, 19], [4, 5, 10], [3, 3], [2, 2], [1, 1]));
    constant!(Single, Window::new([2, 4, 5], [3, 1, 1], [4, 5], [1, 1], [0, 0]));
    constant!(Pointwise, Window::new([4, 3, 10], [8, 3, 10], [1, 1], [1, 1], [0, 0]));
    constant!(Depthwise, grouped(Window::new([3, 6, 11], [3, 6, 11], [3, 3], [1, 1], [1, 1]), 3));
    constant!(
        Dilated,
        dilated(Window::new([2, 9, 15], [4, 5, 11], [3, 3], [1, 1], [0, 0]), [2, 2])
    );
    check(Plain);
    check(Same);
    check(Strided);
    check(Single);
    check(Pointwise);
    check(Depthwise);
    check(Dilated);
}

#[test]
fn slices_that_are_too_short_are_refused() {
    let window = window([2, 5, 9], 4, [3, 3], [1, 1], [1; 4]);
    let [input, weight, output] = crate::kernels::axis::Layout::of(window).lengths();
    let short = |missing: usize| {
        let len = |which: usize, length: usize| length - usize::from(which == missing);
        let (x, w) = (filled::<f32>(1.0, len(0, input)), filled::<f32>(1.0, len(1, weight)));
        let (b, mut y) = (filled::<f32>(1.0, len(2, 4)), filled::<f32>(1.0, len(3, output)));
        conv2d::forward(window, Direct, &x, &w, &b, &mut y)
    };
    assert_eq!([0, 1, 2, 3].map(short), [None; 4]);
    assert_eq!(short(4), Some(()));
}
