//! Every layer, as a type and as a value: both give the same bits, lanes those of single samples, alone
//! and over a batch, inference those of the forward pass, and gradients are added to what the buffers
//! hold (all of that in `check`).

use super::*;
use crate::plan::Plan;
use crate::testing::{D_INPUT, D_PARAMS, Pair, Type, assert_bits, check, check_as, run, values};
use crate::{Layer, Network, network};

/// Networks without names.
macro_rules! check {
    ($($c:literal x $h:literal x $w:literal { $($layers:tt)* })*) => {$({
        network! { Net: $c x $h x $w { $($layers)* } }
        check::<Net>();
    })*};
}

#[test]
fn convolutions() {
    check! {
        2 x 5 x 9 { Conv2d { out: 4, kernel: 3 } }
        1 x 5 x 9 { Conv2d { out: 3, kernel: (3, 2), stride: 2, padding: (1, 0) } }
        3 x 4 x 5 { PointwiseConv2d { out: 5, stride: 2 } }
        3 x 6 x 7 { DepthwiseConv2d { kernel: 3, stride: 2, padding: same } }
        // A kernel as large as the map: every output sees every input, once.
        3 x 4 x 6 { Conv2d { out: 2, kernel: (4, 6) } }
        2 x 1 x 9 { Conv1d { out: 3, kernel: 3, padding: full } }
    }
}

#[test]
fn padding_of_two_sides_gaps_and_groups() {
    check! {
        2 x 5 x 9 { Conv2d { out: 3, kernel: 3, padding: ((0, 2), (1, 0)) } }
        2 x 6 x 7 { Conv2d { out: 2, kernel: 3, stride: 2, padding: ((0, 1), (0, 1)), dilation: (1, 2) } }
        2 x 1 x 17 { Conv1d { out: 3, kernel: 3, padding: causal, dilation: 4 }, Relu }
        1 x 1 x 12 { Conv1d { out: 2, kernel: 4, padding: (2, 1), stride: 2 } }
        2 x 9 x 8 { Conv2d { out: 4, kernel: (3, 2), dilation: 3, padding: same, groups: 2 } }
        6 x 4 x 5 { Conv2d { out: 9, kernel: 2, groups: 3 }, Tanh, MaxPool2d { size: 2 } }
        3 x 5 x 6 { DepthwiseConv2d { kernel: 3, multiplier: 2, padding: 1 } }
        2 x 9 x 9 { DepthwiseConv2d { kernel: 3, dilation: 2, padding: same } }
        4 x 3 x 3 { PointwiseConv2d { out: 8, groups: 4 } }
        6 x 3 x 5 { PointwiseConv2d { out: 8, groups: 2 } }
        3 x 7 x 5 { PointwiseConv2d { out: 4 }, Relu, Residual { PointwiseConv2d { out: 4 }, PointwiseConv2d { out: 4 } } }
        // Rows that tiles do not fill, where the output is added.
        2 x 5 x 11 { Residual { Conv2d { out: 3, kernel: 3, padding: 1 }, Conv2d { out: 2, kernel: 3, padding: 1 } } }
        3 x 3 x 9 { Tanh, Residual { Conv2d { out: 3, kernel: 3, padding: 1 }, Conv2d { out: 3, kernel: 1 } } }
    }
}

#[test]
fn pooling() {
    // Side by side, overlapping, with gaps, with a rest that fills no window.
    check! {
        3 x 4 x 6 { MaxPool2d { size: 2 } }
        2 x 5 x 7 { MaxPool2d { size: 3, stride: (1, 2) } }
        1 x 7 x 8 { MaxPool2d { size: (1, 2), stride: 3 } }
        3 x 4 x 6 { AvgPool2d { size: 2 } }
        2 x 5 x 7 { AvgPool2d { size: 3, stride: (1, 2) } }
        1 x 7 x 8 { AvgPool2d { size: (1, 2), stride: 3 } }
        5 x 3 x 7 { GlobalAvgPool2d }
        2 x 5 x 6 { MaxPool2d { size: 3, stride: 2, padding: 1 } }
        2 x 5 x 6 { Conv2d { out: 2, kernel: 2 }, Relu, MaxPool2d { size: 2, padding: ((0, 0), (0, 1)) } }
        2 x 5 x 6 { AvgPool2d { size: 3, stride: 2, padding: same } }
        2 x 5 x 6 { AvgPool2d { size: 3, stride: 1, padding: 1, counts_padding: true } }
        1 x 1 x 9 { AvgPool1d { size: 4, stride: 2, padding: (1, 2), counts_padding: true } }
    }
}

#[test]
fn functions_of_each_element() {
    check! {
        2 x 3 x 4 { Conv2d { out: 3, kernel: 2 }, Elu, MaxPool2d { size: 2 } }
        2 x 3 x 4 { Silu, Conv2d { out: 3, kernel: 2 }, HardSwish }
        2 x 3 x 4 { PRelu, Conv2d { out: 3, kernel: 2 }, PRelu, Silu, Dense { out: 3 }, PRelu }
        1 x 1 x 5 { Elu { alpha: 0.5 }, HardSwish, Tanh }
    }
}

#[test]
fn normalisation_that_folds_into_nothing() {
    check! {
        2 x 3 x 4 { BatchNorm, Conv2d { out: 3, kernel: 2 }, Relu, BatchNorm }
        2 x 4 x 4 { Conv2d { out: 3, kernel: 2 }, Relu, MaxPool2d { size: 2 }, BatchNorm, Tanh, Dense { out: 2 } }
    }
}

#[test]
fn branches() {
    check! {
        2 x 4 x 6 {
            Residual {
                Conv2d { out: 3, kernel: 3, padding: same, stride: 2 }, Relu,
                Conv2d { out: 3, kernel: 3, padding: same },
                Branch { PointwiseConv2d { out: 3, stride: 2 } },
            },
            Relu,
        }
        // Neither adds by itself; both have statistics, random numbers, choices.
        1 x 6 x 8 {
            Residual {
                Conv2d { out: 2, kernel: 3, padding: same }, BatchNorm, Relu, MaxPool2d { size: 2 },
                Conv2d { out: 3, kernel: 1 }, BatchNorm, Tanh, Dropout { keep: 0.5 },
                Branch { MaxPool2d { size: 2 }, PointwiseConv2d { out: 3 }, BatchNorm, Sigmoid },
            },
            Dense { out: 3 },
        }
        // A block that is in place, in the middle, twice.
        2 x 5 x 4 {
            Conv2d { out: 3, kernel: 3, padding: 1 }, Relu,
            Residual {
                Conv2d { out: 4, kernel: 3, padding: 1 }, Relu, Conv2d { out: 3, kernel: 3, padding: 1 },
            },
            Relu,
            Residual { PointwiseConv2d { out: 2 }, HardSwish, DepthwiseConv2d { kernel: 3, padding: 1 },
                PointwiseConv2d { out: 3 } },
            GlobalAvgPool2d,
        }
        2 x 3 x 4 {
            Concat { PointwiseConv2d { out: 3 }, Relu, Branch { Conv2d { out: 2, kernel: 3, padding: 1 }, Relu } },
            Conv2d { out: 2, kernel: 2 },
        }
        2 x 3 x 4 { Concat { PointwiseConv2d { out: 3 }, Tanh }, Sigmoid, Dense { out: 2 } }
        1 x 4 x 4 {
            Conv2d { out: 2, kernel: 3 }, Relu,
            Concat { Branch { Conv2d { out: 1, kernel: 3, padding: 1 }, BatchNorm, Relu } },
            Concat { AvgPool2d { size: 2 }, Branch { MaxPool2d { size: 2 } } },
            Concat { Dense { out: 2 }, Branch { Concat { Dense { out: 1 }, Sigmoid, Branch { Dense { out: 3 } } } } },
            Softmax,
        }
    }
}

#[test]
fn dense_layers_below_at_and_above_a_tile() {
    check! {
        1 x 1 x 1 { Dense { out: 1 } }
        2 x 3 x 3 { Dense { out: 5 } }
        1 x 1 x 7 { Dense { out: 16 } }
        1 x 1 x 6 { Dense { out: 37 } }
    }
}

#[test]
fn copies_and_chains() {
    check! {
        2 x 3 x 5 { Flatten }
        1 x 1 x 9 { Identity }
        1 x 6 x 7 { Conv2d { out: 2, kernel: 3 }, Tanh, Flatten, Relu, Dense { out: 3 } }
        1 x 6 x 7 { Conv2d { out: 2, kernel: 3 }, Flatten, Dense { out: 3 }, Sigmoid }
    }
}

#[test]
fn normalisation_dropout_and_probabilities() {
    check! {
        2 x 3 x 4 { Conv2d { out: 3, kernel: 2 }, BatchNorm }
        2 x 3 x 4 { Dense { out: 5 }, BatchNorm { epsilon: 0.25, momentum: 0.5 }, Sigmoid }
        1 x 6 x 9 { Conv2d { out: 3, kernel: 2 }, BatchNorm, Relu, MaxPool2d { size: 2 } }
        1 x 6 x 9 { Conv2d { out: 3, kernel: 2 }, BatchNorm, Tanh, MaxPool2d { size: 2, stride: 1 } }
        // More elements than one draw has numbers, in two layers.
        1 x 3 x 7 { Dropout { keep: 0.75 }, Dense { out: 11 }, Dropout { keep: 0.5 } }
        1 x 1 x 6 { Softmax }
        3 x 2 x 4 { Scale, Tanh }
        2 x 2 x 2 { Tanh, Softmax, Relu }
    }
}

#[test]
fn residual_blocks() {
    check! {
        1 x 1 x 3 { Dense { out: 4 }, Residual { Dense { out: 4 } } }
        2 x 4 x 5 { Residual { Conv2d { out: 2, kernel: 3, padding: same }, Tanh }, Relu }
        2 x 1 x 8 {
            Residual { Conv1d { out: 2, kernel: 3, padding: same }, BatchNorm, Tanh }, Sigmoid,
            Conv1d { out: 3, kernel: 1 }, BatchNorm,
            Residual {
                Residual { Conv1d { out: 3, kernel: 3, padding: same }, BatchNorm }, Tanh,
                Dropout { keep: 0.5 },
                PointwiseConv2d { out: 3 }, BatchNorm,
            },
            Dropout { keep: 0.75 },
            Dense { out: 4 },
        }
    }
}

/// Of maps of one size, two live at once, however many there are; alternately at both ends, however
/// chains are nested.
#[test]
fn deep_chains_hold_two_maps() {
    network! { One: 2 x 4 x 4 { Conv2d { out: 2, kernel: 3, padding: 1 }, Tanh } }
    network! {
        Six: 2 x 4 x 4 {
            Conv2d { out: 2, kernel: 3, padding: 1 }, Tanh,
            Conv2d { out: 2, kernel: 3, padding: 1 }, Tanh,
            Conv2d { out: 2, kernel: 3, padding: 1 }, Tanh,
            Conv2d { out: 2, kernel: 3, padding: 1 }, Tanh,
            Conv2d { out: 2, kernel: 3, padding: 1 }, Tanh,
            Conv2d { out: 2, kernel: 3, padding: 1 }, Tanh,
        }
    }
    type Link = <One as Network>::Layers;
    type Nested = Chain<Chain<Chain<Chain<Link, Link>, Link>, Chain<Link, Link>>, Link>;
    type Straight = Chain<Chain<Chain<Chain<Chain<Link, Link>, Link>, Link>, Link>, Link>;
    const MAP: usize = 2 * 4 * 4;
    let plan = Plan::new(Six::INPUT, Six::LAYERS).unwrap();
    let written = check::<Six>();
    for needs in [Nested::NEEDS, Straight::NEEDS, <Six as Network>::Layers::NEEDS] {
        assert_eq!([needs.infer.apart, needs.backward.apart], [2 * MAP; 2]);
        assert_eq!(needs.tape, 5 * MAP);
    }
    for runs in [check_as::<Nested>(&plan), check_as::<Straight>(&plan)] {
        runs[0].assert_same(&written[0]);
    }
}

/// Layers that work in place, after those that move, at either end of a network and of a block: their map
/// is there once.
#[test]
fn in_place() {
    check! {
        2 x 3 x 4 { Scale, Relu, PointwiseConv2d { out: 3 }, Softmax }
        2 x 3 x 4 { DepthwiseConv2d { kernel: 3, padding: same }, Tanh, Scale, Sigmoid, Softmax }
        2 x 5 x 3 {
            PointwiseConv2d { out: 3 }, DepthwiseConv2d { kernel: (3, 1), padding: same }, Relu, Tanh,
            Residual {
                Scale, Softmax, PointwiseConv2d { out: 5 }, Relu,
                DepthwiseConv2d { kernel: 3, padding: same }, PointwiseConv2d { out: 3 }, Scale
            },
            Softmax, MaxPool2d { size: 2, stride: 1 }, Flatten, Softmax, Dense { out: 4 }, Tanh, Relu,
        }
    }
    network! {
        Separable: 1 x 4 x 4 {
            PointwiseConv2d { out: 6 }, Relu, DepthwiseConv2d { kernel: 3, padding: same }, Relu,
            Scale, Tanh, PointwiseConv2d { out: 2 },
        }
    }
    // A map of six channels between the first and the last layer, and a copy of one of them.
    assert_eq!(Separable::INFER_SCRATCH, (6 + 1) * 4 * 4);
}

#[test]
fn activations() {
    check! {
        1 x 1 x 6 { Dense { out: 8 }, Identity }
        1 x 1 x 6 { Dense { out: 8 }, Relu }
        1 x 1 x 6 { Dense { out: 8 }, LeakyRelu { slope: 0.125 } }
        1 x 1 x 6 { Dense { out: 8 }, Tanh }
        1 x 1 x 6 { Dense { out: 8 }, Sigmoid }
        2 x 3 x 3 { Relu }
        2 x 3 x 3 { Relu, LeakyRelu, Identity }
        1 x 1 x 6 { Dense { out: 8 }, Clip { low: -0.25, high: 0.5 } }
    }
}

/// The dense layer's own order: bias, then inputs ascending; gradients from +0.0.
#[test]
fn dense_equals_plain_loops() {
    network! { Net: 1 x 1 x 11 { Dense { out: 21 } } }
    let (params, input, d_output) = (values(0, Net::PARAMS), values(1, 11), values(2, 21));
    let (weight, bias) = params.split_at(11 * 21);
    let fast = run(&Type::<<Net as Network>::Layers>::NEW, &params, &input, &d_output);
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
    network! { Net: 1 x 2 x 4 { MaxPool2d { size: 2 } } }
    #[rustfmt::skip]
    let inputs: [[f32; 8]; 2] = [
        [1.0, 2.0, /**/ -0.0, 0.0,
         2.0, 2.0, /**/ 0.0, -0.0],
        [5.0, 5.0, /**/ -1.0, -2.0,
         5.0, 6.0, /**/ f32::NAN, -1.0],
    ];
    let pairs = run(
        &Type::<<Net as Network>::Layers>::NEW,
        &[],
        &Pair::interleave([&inputs[0], &inputs[1]]),
        &[Pair([1.0, 1.0]), Pair([2.0, 2.0])],
    );
    let added = |lane: usize| pairs.lane(lane).d_input.iter().map(|d| d - D_INPUT).collect();
    let added: [std::vec::Vec<f32>; 2] = [added(0), added(1)];
    assert_eq!(added[0], [0.0, 1.0, 2.0, 0.0, 0.0, 0.0, 0.0, 0.0]);
    assert_eq!(added[1], [0.0, 0.0, 2.0, 0.0, 0.0, 1.0, 0.0, 0.0]);
}
