//! Every layer: lanes give the bits of single samples, inference those of the forward pass (both in
//! `assert_lanes`), and gradients are added to what the buffers hold.

use crate::layers::*;
use crate::testing::{D_INPUT, D_PARAMS, Pair, assert_bits, assert_lanes, run, values};
use crate::{
    Chw, Identity, Kernel, Layer, LeakyRelu, Padding, Relu, Sigmoid, Stride, Tanh, Vector,
};

/// As `assert_lanes`; and where no gradient comes in, the buffers stay what they were.
#[track_caller]
fn check<L: Layer>() {
    use crate::Shape;

    assert_lanes::<L>();
    let params = values(0, L::PARAMS);
    let input = values(1, L::Input::LEN);
    let still = run::<L, f32>(&params, &input, &std::vec![0.0; L::Output::LEN]);
    assert!(still.d_params.iter().all(|&d| d == D_PARAMS));
    assert!(still.d_input.iter().all(|&d| d == D_INPUT));
}

#[test]
fn convolutions() {
    check::<Conv2d<Chw<2, 5, 9>, Chw<4, 3, 7>, Kernel<3, 3>>>();
    check::<Conv2d<Chw<1, 5, 9>, Chw<3, 3, 5>, Kernel<3, 2>, Stride<2, 2>, Padding<1, 0>>>();
}

#[test]
fn pooling() {
    // Side by side, overlapping, with gaps, with a rest that fills no window.
    check::<MaxPool2d<Chw<3, 4, 6>, Chw<3, 2, 3>, Kernel<2, 2>, Stride<2, 2>>>();
    check::<MaxPool2d<Chw<2, 5, 7>, Chw<2, 3, 3>, Kernel<3, 3>, Stride<1, 2>>>();
    check::<MaxPool2d<Chw<1, 7, 8>, Chw<1, 3, 3>, Kernel<1, 2>, Stride<3, 3>>>();
    check::<AvgPool2d<Chw<3, 4, 6>, Chw<3, 2, 3>, Kernel<2, 2>, Stride<2, 2>>>();
    check::<AvgPool2d<Chw<2, 5, 7>, Chw<2, 3, 3>, Kernel<3, 3>, Stride<1, 2>>>();
    check::<AvgPool2d<Chw<1, 7, 8>, Chw<1, 3, 3>, Kernel<1, 2>, Stride<3, 3>>>();
    check::<GlobalAvgPool2d<Chw<5, 3, 7>>>();
}

#[test]
fn dense_layers_below_at_and_above_a_tile() {
    check::<Dense<Vector<1>, 1>>();
    check::<Dense<Chw<2, 3, 3>, 5>>();
    check::<Dense<Vector<7>, 16>>();
    check::<Dense<Vector<6>, 37>>();
}

#[test]
fn copies_and_chains() {
    check::<Flatten<Chw<2, 3, 5>, 30>>();
    check::<Pass<Vector<9>>>();
    check::<
        Chain<
            Chain<
                Activated<Conv2d<Chw<1, 6, 7>, Chw<2, 4, 5>, Kernel<3, 3>>, Tanh>,
                Flatten<Chw<2, 4, 5>, 40>,
            >,
            Dense<Vector<40>, 3>,
        >,
    >();
}

/// Of maps of one size, two live at once, however many there are; alternately at both ends.
#[test]
fn deep_chains_hold_two_maps() {
    type Link = Activated<Conv2d<Chw<2, 4, 4>, Chw<2, 4, 4>, Kernel<3, 3>, Stride<1, 1>, P>, Tanh>;
    type P = Padding<1, 1>;
    type Deep = Chain<Chain<Chain<Chain<Link, Link>, Link>, Chain<Link, Link>>, Link>;
    check::<Deep>();
    const MAP: usize = 2 * 4 * 4;
    // The nested pair holds one more between its two neighbours.
    assert_eq!([Deep::INFER_SCRATCH, Deep::BACKWARD_SCRATCH], [3 * MAP; 2]);
    type Straight = Chain<Chain<Chain<Chain<Link, Link>, Link>, Link>, Link>;
    check::<Straight>();
    assert_eq!([Straight::INFER_SCRATCH, Straight::BACKWARD_SCRATCH], [2 * MAP; 2]);
    assert_eq!(Straight::TAPE, 4 * MAP);
}

#[test]
fn activations() {
    check::<Activated<Dense<Vector<6>, 8>, Identity>>();
    check::<Activated<Dense<Vector<6>, 8>, Relu>>();
    check::<Activated<Dense<Vector<6>, 8>, LeakyRelu<{ 0.125f32.to_bits() }>>>();
    check::<Activated<Dense<Vector<6>, 8>, Tanh>>();
    check::<Activated<Dense<Vector<6>, 8>, Sigmoid>>();
    check::<Activated<Pass<Chw<2, 3, 3>>, Relu>>();
}

/// The dense layer's own order: bias, then inputs ascending; gradients from +0.0.
#[test]
fn dense_equals_plain_loops() {
    type L = Dense<Vector<11>, 21>;
    let (params, input, d_output) = (values(0, L::PARAMS), values(1, 11), values(2, 21));
    let (weight, bias) = params.split_at(11 * 21);
    let fast = run::<L, f32>(&params, &input, &d_output);
    let output: [f32; 21] = core::array::from_fn(|o| {
        (0..11).fold(bias[o], |sum, i| multiply_add(sum, input[i], weight[i * 21 + o]))
    });
    let d_input: [f32; 11] = core::array::from_fn(|i| {
        D_INPUT + (0..21).fold(0.0, |sum, o| multiply_add(sum, d_output[o], weight[i * 21 + o]))
    });
    let d_params: [f32; 12 * 21] = core::array::from_fn(|p| {
        D_PARAMS
            + if p < 11 * 21 { input[p / 21] * d_output[p % 21] } else { d_output[p - 11 * 21] }
    });
    assert_bits("output", &fast.output, &output);
    assert_bits("d_input", &fast.d_input, &d_input);
    assert_bits("d_params", &fast.d_params, &d_params);
}

fn multiply_add(sum: f32, a: f32, b: f32) -> f32 {
    crate::Element::multiply_add(sum, a, b)
}

/// The gradient goes to the first of equal maxima, in row-major order, lane by lane.
#[test]
fn the_first_of_equal_maxima_gets_the_gradient() {
    type L = MaxPool2d<Chw<1, 2, 4>, Chw<1, 1, 2>, Kernel<2, 2>, Stride<2, 2>>;
    #[rustfmt::skip]
    let inputs: [[f32; 8]; 2] = [
        [1.0, 2.0, /**/ -0.0, 0.0,
         2.0, 2.0, /**/ 0.0, -0.0],
        [5.0, 5.0, /**/ -1.0, -2.0,
         5.0, 6.0, /**/ f32::NAN, -1.0],
    ];
    let pairs = run::<L, Pair>(
        &[],
        &Pair::interleave([&inputs[0], &inputs[1]]),
        &[Pair([1.0, 1.0]), Pair([2.0, 2.0])],
    );
    let added = |lane: usize| pairs.lane(lane).d_input.iter().map(|d| d - D_INPUT).collect();
    let added: [std::vec::Vec<f32>; 2] = [added(0), added(1)];
    assert_eq!(added[0], [0.0, 1.0, 2.0, 0.0, 0.0, 0.0, 0.0, 0.0]);
    assert_eq!(added[1], [0.0, 0.0, 2.0, 0.0, 0.0, 1.0, 0.0, 0.0]);
}
