//! Pooling, the dense layer and the normalisation equal their formulas, bit for bit, for one sample
//! and in lanes, as a value and as a type.

use std::vec::Vec;

use super::batch_norm::Normal;
use super::testing::{adder, assert_lanes, constant, dilated, filled, pooled, samples, window};
use super::{Geometry, Window, avg_pool2d, batch_norm, dense, max_pool2d};
use crate::layers::backward_activation;
use crate::plan::LeakyReluOptions;
use crate::testing::{D_INPUT, D_PARAMS, Pair, assert_bits, values};
use crate::{Activation, Direct, Element, LeakyRelu, Relu};

/// The cells of each window, in the order of the formulas.
fn cells_of_windows(window: Window) -> Vec<Vec<usize>> {
    let Window { input: [channels, ih, iw], output: [_, oh, ow], .. } = window;
    let Window { kernel: [kh, kw], stride, dilation, padding, .. } = window;
    let cells = |index: usize| {
        let (channel, h, w) = (index / (oh * ow), index / ow % oh, index % ow);
        let cell = |tap: usize| {
            let row = (h * stride[0] + tap / kw * dilation[0]).checked_sub(padding[0][0])?;
            let column = (w * stride[1] + tap % kw * dilation[1]).checked_sub(padding[1][0])?;
            (row < ih && column < iw).then_some((channel * ih + row) * iw + column)
        };
        (0..kh * kw).filter_map(cell).collect()
    };
    (0..channels * oh * ow).map(cells).collect()
}

/// Output of a pooling and gradient of its input.
type Pooled<E> = (Vec<E>, Vec<E>);

fn max<E: Element>(geometry: impl Geometry, input: &[E], d_output: &[E]) -> Pooled<E> {
    let mut output = filled(f32::NAN, d_output.len());
    let mut d_input = filled(D_INPUT, input.len());
    max_pool2d::forward(geometry, Direct, input, &mut output).unwrap();
    max_pool2d::backward(geometry, Direct, input, d_output, &mut d_input).unwrap();
    (output, d_input)
}

fn naive_max(window: Window, input: &[f32], d_output: &[f32]) -> Pooled<f32> {
    let (mut output, mut d_input) = (Vec::new(), filled(D_INPUT, input.len()));
    for (cells, d) in cells_of_windows(window).iter().zip(d_output) {
        let largest = cells.iter().map(|&cell| input[cell]).fold(f32::NEG_INFINITY, f32::max);
        let winner = cells.iter().copied().find(|&cell| input[cell] == largest);
        output.push(winner.map_or(0.0, |cell| input[cell]));
        for &cell in cells {
            d_input[cell] += if Some(cell) == winner { *d } else { 0.0 };
        }
    }
    (output, d_input)
}

fn avg<E: Element>(
    geometry: impl Geometry,
    counts: bool,
    input: &[E],
    d_output: &[E],
) -> Pooled<E> {
    let mut output = filled(f32::NAN, d_output.len());
    let mut d_input = filled(D_INPUT, input.len());
    avg_pool2d::forward(geometry, counts, Direct, input, &mut output).unwrap();
    avg_pool2d::backward(geometry, counts, d_output, &mut d_input).unwrap();
    (output, d_input)
}

fn naive_avg(window: Window, counts: bool, input: &[f32], d_output: &[f32]) -> Pooled<f32> {
    let (mut output, mut d_input) = (Vec::new(), filled(D_INPUT, input.len()));
    for (cells, d) in cells_of_windows(window).iter().zip(d_output) {
        let all = window.kernel[0] * window.kernel[1];
        let count = if counts { all } else { cells.len() } as f32;
        let sum = cells.iter().fold(0.0, |sum, &cell| sum + input[cell]);
        output.push(if count == 0.0 { 0.0 } else { sum / count });
        for &cell in cells {
            d_input[cell] += d / count;
        }
    }
    (output, d_input)
}

fn check_pools(geometry: impl Geometry) {
    let window: Window = geometry.get();
    let inputs = samples(1, window.input.iter().product());
    let d_outputs = samples(2, window.output.iter().product());
    let same = |what: &str, single: Pooled<f32>, naive: Pooled<f32>| {
        // Which of two zeros is the largest is a matter of their order.
        assert_eq!(single.0, naive.0, "{what} of {window:?}");
        assert_bits(&std::format!("d_input of {what} of {window:?}"), &single.1, &naive.1);
        single
    };
    let lanes = |what: &str, pair: Pooled<Pair>, singles: [Pooled<f32>; 2]| {
        assert_lanes(what, &pair.0, singles.each_ref().map(|single| &single.0[..]));
        assert_lanes(what, &pair.1, singles.each_ref().map(|single| &single.1[..]));
    };
    let singles = [0, 1].map(|lane| {
        let (input, d_output) = (&inputs.single[lane], &d_outputs.single[lane]);
        same("max", max(geometry, input, d_output), naive_max(window, input, d_output))
    });
    lanes("max", max(geometry, &inputs.pair, &d_outputs.pair), singles);
    for counts in [false, true] {
        let singles = [0, 1].map(|lane| {
            let (input, d_output) = (&inputs.single[lane], &d_outputs.single[lane]);
            let naive = naive_avg(window, counts, input, d_output);
            same("average", avg(geometry, counts, input, d_output), naive)
        });
        lanes("average", avg(geometry, counts, &inputs.pair, &d_outputs.pair), singles);
    }
}

#[test]
fn pools_equal_their_formulas() {
    for pool in [
        window([2, 4, 6], 2, [2, 2], [2, 2], [0; 4]),
        window([1, 5, 7], 1, [2, 3], [2, 3], [0; 4]),
        window([3, 5, 7], 3, [3, 3], [2, 2], [0; 4]),
        window([2, 6, 5], 2, [6, 5], [1, 1], [0; 4]),
        window([1, 6, 9], 1, [3, 3], [1, 1], [1; 4]),
        window([2, 6, 9], 2, [3, 3], [2, 2], [0, 1, 0, 1]),
        window([2, 5, 8], 2, [2, 4], [2, 3], [1, 1, 2, 3]),
        window([1, 3, 4], 1, [2, 2], [1, 1], [3; 4]),
        dilated(window([2, 7, 9], 2, [2, 3], [1, 1], [1; 4]), [2, 2]),
    ] {
        check_pools(pool);
    }
    constant!(Halves, Window::new([2, 4, 7], [2, 2, 3], [2, 2], [2, 2], [0, 0]));
    constant!(Padded, Window::new([1, 5, 6], [1, 3, 3], [3, 3], [2, 2], [1, 1]));
    check_pools(Halves);
    check_pools(Padded);
}

/// Output and gradients of a dense layer.
type Dense<E> = [Vec<E>; 4];

fn dense<E: Element>(
    sizes: impl Geometry<[usize; 2]>,
    (weight, bias): (&[f32], &[f32]),
    input: &[E],
    d_output: &[E],
) -> Dense<E> {
    let mut output = filled(f32::NAN, d_output.len());
    let mut d_weight = filled(D_PARAMS, weight.len());
    let mut d_bias = filled(D_PARAMS, bias.len());
    let mut d_input = filled(D_INPUT, input.len());
    dense::forward(sizes, Direct, input, weight, bias, &mut output).unwrap();
    dense::backward_weight(sizes, Direct, input, d_output, adder(&mut d_weight)).unwrap();
    dense::backward_bias(sizes, d_output, adder(&mut d_bias)).unwrap();
    dense::backward_input(sizes, weight, d_output, &mut d_input).unwrap();
    [output, d_weight, d_bias, d_input]
}

fn naive_dense(
    [inputs, outputs]: [usize; 2],
    (weight, bias): (&[f32], &[f32]),
    input: &[f32],
    d_output: &[f32],
) -> Dense<f32> {
    let term = |sum: f32, i: usize, o: usize| sum.multiply_add(input[i], weight[i * outputs + o]);
    let output = |o: usize| (0..inputs).fold(bias[o], |sum, i| term(sum, i, o));
    let d_weight =
        |at: usize| D_PARAMS + 0.0f32.multiply_add(input[at / outputs], d_output[at % outputs]);
    let d_input = |i: usize| {
        let term = |sum: f32, o: usize| sum.multiply_add(d_output[o], weight[i * outputs + o]);
        D_INPUT + (0..outputs).fold(0.0, term)
    };
    [
        (0..outputs).map(output).collect(),
        (0..inputs * outputs).map(d_weight).collect(),
        d_output.iter().map(|d| D_PARAMS + d).collect(),
        (0..inputs).map(d_input).collect(),
    ]
}

fn check_dense(geometry: impl Geometry<[usize; 2]>) {
    let sizes @ [inputs, outputs] = geometry.get();
    let (xs, ds) = (samples(1, inputs), samples(2, outputs));
    let params = (&*values(0, inputs * outputs), &*values(9, outputs));
    let singles = [0, 1].map(|lane| {
        let single = dense(geometry, params, &xs.single[lane], &ds.single[lane]);
        let naive = naive_dense(sizes, params, &xs.single[lane], &ds.single[lane]);
        for (single, naive) in single.iter().zip(&naive) {
            assert_bits(&std::format!("{sizes:?}"), single, naive);
        }
        single
    });
    for (index, pair) in dense(geometry, params, &xs.pair, &ds.pair).iter().enumerate() {
        let singles = singles.each_ref().map(|single| &single[index][..]);
        assert_lanes(&std::format!("{sizes:?}"), pair, singles);
    }
}

#[test]
fn a_dense_layer_equals_its_formulas() {
    for outputs in (1..=20).chain([31, 32, 33, 50]) {
        for inputs in [1, 4, 7, 18] {
            check_dense([inputs, outputs]);
        }
    }
    #[derive(Clone, Copy, Debug)]
    struct Sizes<const I: usize, const O: usize>;
    impl<const I: usize, const O: usize> Geometry<[usize; 2]> for Sizes<I, O> {
        const KNOWN: Option<[usize; 2]> = Some([I, O]);

        fn get(self) -> [usize; 2] {
            [I, O]
        }
    }
    check_dense(Sizes::<9, 10>);
    check_dense(Sizes::<6, 19>);
}

/// Output, choices, gradients of the parameters and of the input.
type Normalised<E> = (Vec<E>, Vec<<E as Element>::Choice>, [Vec<E>; 2]);

const SCALE: (f32, f32) = (-0.75, 0.125);
const MEANS: (f32, f32) = (0.25, -0.375);

fn normal<E: Element>() -> Normal<E> {
    Normal { mean: E::splat(0.125), inverse: E::splat(1.5) }
}

fn norm<E: Element, A: Activation>(
    pool: impl Geometry,
    activation: A,
    input: &[E],
    d_output: &[E],
) -> Normalised<E> {
    let (mut output, mut d_input) =
        (filled(f32::NAN, d_output.len()), filled(D_INPUT, input.len()));
    let mut choices = std::vec![E::NO_CHOICE; d_output.len()];
    let kept = Some(&mut choices[..]);
    batch_norm::forward_pool(pool, activation, Direct, input, normal(), SCALE, &mut output, kept)
        .unwrap();
    let mut d = d_output.to_vec();
    backward_activation(activation, &output, &mut d);
    let mut sums = [E::splat(D_PARAMS); 2];
    let [d_bias, d_weight] = &mut sums;
    batch_norm::backward_pool_parameters(
        pool,
        Direct,
        input,
        normal(),
        &choices,
        &d,
        (d_bias, d_weight),
    )
    .unwrap();
    let (factor, means) = (E::splat(0.5), (E::splat(MEANS.0), E::splat(MEANS.1)));
    batch_norm::backward_pool_input(
        pool,
        Direct,
        input,
        normal(),
        factor,
        means,
        &choices,
        &d,
        &mut d_input,
    )
    .unwrap();
    (output, choices, [sums.to_vec(), d_input])
}

/// The same in steps.
fn norm_apart<A: Activation>(
    pool: Window,
    activation: A,
    input: &[f32],
    d_output: &[f32],
) -> Normalised<f32> {
    let mut map = filled(f32::NAN, input.len());
    batch_norm::forward(Direct, input, normal(), SCALE.0, SCALE.1, &mut map);
    let map: Vec<f32> = map.into_iter().map(|x| activation.forward(x)).collect();
    let mut output = filled(f32::NAN, d_output.len());
    max_pool2d::forward(pool, Direct, &map, &mut output).unwrap();
    let mut d = d_output.to_vec();
    backward_activation(activation, &output, &mut d);
    // Each gradient where the first maximum of its window is.
    let (mut choices, mut d_map) = (Vec::new(), filled(0.0, map.len()));
    for (cells, d) in cells_of_windows(pool).iter().zip(&d) {
        let mut best = 0;
        for index in 1..cells.len() {
            if map[cells[index]] > map[cells[best]] {
                best = index;
            }
        }
        choices.push(best as u8);
        d_map[cells[best]] = *d;
    }
    let (mut d_bias, mut d_weight) = (D_PARAMS, D_PARAMS);
    let sums = (&mut d_bias, &mut d_weight);
    batch_norm::backward_parameters(Direct, input, normal(), &d_map, sums);
    let mut d_input = filled(D_INPUT, input.len());
    batch_norm::backward_input(Direct, input, normal(), 0.5, MEANS, &d_map, &mut d_input);
    (output, choices, [std::vec![d_bias, d_weight], d_input])
}

#[test]
fn a_pooled_normalisation_equals_its_steps() {
    fn check(geometry: impl Geometry, activation: impl Activation) {
        let pool: Window = geometry.get();
        let (xs, ds) =
            (samples(1, pool.input.iter().product()), samples(2, pool.output.iter().product()));
        let singles = [0, 1].map(|lane| {
            let (x, d) = (&xs.single[lane], &ds.single[lane]);
            let (single, apart) =
                (norm(geometry, activation, x, d), norm_apart(pool, activation, x, d));
            assert_bits("output", &single.0, &apart.0);
            assert_eq!(single.1, apart.1, "choices");
            for (single, apart) in single.2.iter().zip(&apart.2) {
                assert_bits("gradients", single, apart);
            }
            single
        });
        let pair = norm(geometry, activation, &xs.pair, &ds.pair);
        assert_lanes("output", &pair.0, singles.each_ref().map(|single| &single.0[..]));
        for (index, pair) in pair.2.iter().enumerate() {
            let singles = singles.each_ref().map(|single| &single.2[index][..]);
            assert_lanes("gradients", pair, singles);
        }
    }
    for kernel in [[1, 1], [2, 2], [1, 3], [3, 2], [5, 7]] {
        let pool = pooled(Window::new([1, 5, 7], [1, 5, 7], [1, 1], [1, 1], [0, 0]), kernel);
        check(pool, Relu);
        check(pool, LeakyRelu(LeakyReluOptions { slope: 0.25 }));
    }
    constant!(Halves, Window::new([1, 4, 7], [1, 2, 3], [2, 2], [2, 2], [0, 0]));
    check(Halves, Relu);
}
