//! Every gradient against central differences, in double precision: that the backward passes are
//! the derivatives of the forward passes, whatever both of them are compared with elsewhere.
//!
//! Convolutions and dense layers are linear in each number, so their differences are exact. Where a
//! maximum or a ReLU bends, the inputs are placed away from the bend (see `separated`), or an input
//! is passed over if the forward pass alone shows a bend within a step (see `differences`).

#[path = "gradients/batch.rs"]
mod batch;
#[path = "gradients/loss.rs"]
mod loss;
#[path = "gradients/numeric.rs"]
mod numeric;
#[path = "gradients/places.rs"]
mod places;
#[path = "gradients/stages.rs"]
mod stages;

use numeric::{check, check_separated, compare, differences, gradients, output, values};
use places::place;
use tinyconv::layers::{Activated, BatchNorm, Linked};
use tinyconv::plan::{BatchNormOptions, Dims, LayerKind};
use tinyconv::{Network, Sigmoid, network};

/// The layers of networks without names, each checked by `check`.
macro_rules! each {
    ($check:ident: $($c:literal x $h:literal x $w:literal { $($layers:tt)* })*) => {$({
        network! { Net: $c x $h x $w { $($layers)* } }
        $check::<<Net as Network>::Layers>();
    })*};
}

#[test]
fn convolution() {
    each! { check:
        1 x 5 x 9 { Conv2d { out: 3, kernel: 3 } }
        2 x 4 x 6 { Conv2d { out: 4, kernel: 1 } }
        3 x 4 x 6 { Conv2d { out: 2, kernel: (4, 6) } }
        6 x 3 x 12 { Conv2d { out: 1, kernel: (2, 3) } }
    }
}

#[test]
fn convolution_with_stride() {
    each! { check:
        2 x 9 x 11 { Conv2d { out: 4, kernel: 3, stride: 2 } }
        1 x 8 x 12 { Conv2d { out: 6, kernel: (3, 5), stride: (2, 1) } }
        2 x 8 x 10 { Conv2d { out: 3, kernel: 2, stride: 3 } }
    }
}

#[test]
fn convolution_with_padding() {
    // Same, same of an even kernel (one more below and to the right), full, more than the kernel.
    each! { check:
        2 x 5 x 7 { Conv2d { out: 4, kernel: 3, padding: same } }
        3 x 5 x 8 { Conv2d { out: 2, kernel: (4, 2), padding: same } }
        2 x 4 x 5 { Conv2d { out: 3, kernel: (3, 4), padding: full } }
        1 x 3 x 6 { Conv2d { out: 6, kernel: 2, stride: (1, 3), padding: 3 } }
        1 x 6 x 9 { Conv2d { out: 2, kernel: (5, 3), stride: 2, padding: (2, 1) } }
    }
}

#[test]
fn convolution_with_gaps_and_groups() {
    each! { check:
        2 x 5 x 7 { Conv2d { out: 4, kernel: 3, padding: ((2, 0), (0, 1)), groups: 2 } }
        2 x 6 x 8 { Conv2d { out: 3, kernel: (2, 3), dilation: (3, 2), padding: same } }
        4 x 7 x 7 { Conv2d { out: 6, kernel: 3, stride: 2, dilation: 2, padding: 1, groups: 2 } }
        3 x 1 x 13 { Conv1d { out: 2, kernel: 3, dilation: 3, padding: causal } }
        2 x 5 x 6 { DepthwiseConv2d { kernel: 3, multiplier: 3, dilation: 2, padding: same } }
        4 x 1 x 5 { PointwiseConv2d { out: 2, groups: 2 } }
    }
}

#[test]
fn max_pooling() {
    // Side by side, overlapping, with gaps, with a rest, windows of one and of the whole map.
    each! { check_separated:
        3 x 4 x 6 { MaxPool2d { size: 2 } }
        2 x 5 x 7 { MaxPool2d { size: 3, stride: (1, 2) } }
        1 x 7 x 8 { MaxPool2d { size: (1, 2), stride: 3 } }
        2 x 5 x 9 { MaxPool2d { size: (3, 2) } }
        2 x 3 x 3 { MaxPool2d { size: 1 } }
        2 x 3 x 4 { MaxPool2d { size: (3, 4), stride: 1 } }
        2 x 5 x 6 { MaxPool2d { size: 3, stride: 2, padding: 1 } }
        2 x 5 x 6 { MaxPool2d { size: 2, padding: ((0, 1), (0, 0)) } }
    }
}

#[test]
fn average_pooling() {
    each! { check:
        3 x 4 x 6 { AvgPool2d { size: 2 } }
        2 x 5 x 7 { AvgPool2d { size: 3, stride: (1, 2) } }
        1 x 7 x 8 { AvgPool2d { size: (1, 2), stride: 3 } }
        2 x 5 x 9 { AvgPool2d { size: (3, 2) } }
        3 x 5 x 4 { GlobalAvgPool2d }
        4 x 1 x 1 { GlobalAvgPool2d }
        2 x 5 x 6 { AvgPool2d { size: 3, stride: 2, padding: same } }
        2 x 5 x 6 { AvgPool2d { size: 3, stride: 1, padding: 1, counts_padding: true } }
    }
}

#[test]
fn dense_and_copies() {
    each! { check:
        1 x 1 x 1 { Dense { out: 1 } }
        2 x 3 x 3 { Dense { out: 5 } }
        1 x 1 x 9 { Dense { out: 16 } }
        1 x 1 x 6 { Dense { out: 37 } }
        2 x 3 x 5 { Flatten }
        2 x 3 x 5 { Identity }
        3 x 2 x 5 { Scale }
        1 x 1 x 6 { Dense { out: 4 }, Scale, Tanh }
    }
}

#[test]
fn activations() {
    each! { check_separated:
        2 x 3 x 4 { Relu }
        2 x 3 x 4 { LeakyRelu { slope: 0.125 } }
        2 x 3 x 4 { Clip { low: -0.0625, high: 0.0625 } }
        2 x 3 x 4 { Elu { alpha: 0.5 } }
    }
    each! { check:
        2 x 3 x 4 { Identity }
        2 x 3 x 4 { Tanh }
        2 x 3 x 4 { Sigmoid }
        2 x 4 x 5 { Conv2d { out: 3, kernel: 3 }, Tanh }
        2 x 4 x 5 { Conv2d { out: 3, kernel: 3 }, Relu }
        1 x 1 x 7 { Dense { out: 5 }, Sigmoid }
        1 x 1 x 7 { Dense { out: 5 }, LeakyRelu { slope: 0.125 } }
        2 x 3 x 4 { Silu }
        2 x 3 x 4 { PRelu }
        1 x 1 x 7 { Dense { out: 6 }, HardSwish, Dense { out: 5 }, PRelu }
        1 x 1 x 7 { Dense { out: 5 }, Elu, Silu }
    }
}

#[test]
fn depthwise_convolution() {
    each! { check:
        3 x 5 x 6 { DepthwiseConv2d { kernel: 3 } }
        2 x 7 x 9 { DepthwiseConv2d { kernel: (3, 2), stride: 2, padding: (0, 1) } }
        1 x 4 x 4 { DepthwiseConv2d { kernel: 1 }, Tanh }
        4 x 5 x 5 { DepthwiseConv2d { kernel: 3, padding: 1 } }
    }
}

#[test]
fn signals() {
    each! { check:
        2 x 1 x 9 { Conv1d { out: 3, kernel: 3 } }
        2 x 1 x 9 { Conv1d { out: 3, kernel: 3, stride: 2, padding: 1 } }
        2 x 1 x 9 { AvgPool1d { size: 3 } }
    }
    each! { check_separated:
        2 x 1 x 9 { MaxPool1d { size: 2 } }
        2 x 1 x 9 { MaxPool1d { size: 3, stride: 1 } }
    }
}

/// Weights and biases are trained; the statistics are given, and nothing is handed over for them.
fn check_given_statistics<L: Linked>() {
    let mut params = values(80, L::NEEDS.params);
    let input = values(81, L::NEEDS.input);
    let mut input: Vec<f64> = input.into_iter().map(f64::from).collect();
    let weights: Vec<f64> = values(82, L::NEEDS.output).into_iter().map(f64::from).collect();
    let sum = |params: &[f32], input: &[f64]| {
        output::<L>(params, input).iter().zip(&weights).map(|(y, weight)| y * weight).sum()
    };
    let (by_params, by_input) = differences(&mut params, &mut input, sum).unwrap();
    let (d_params, d_input) = gradients::<L>(&params, &input, &weights);
    let trained = L::NEEDS.params / 2;
    compare(&d_params[..trained], &by_params[..trained]).unwrap();
    assert!(d_params[trained..].iter().all(|&d| d == 0.0));
    compare(&d_input, &by_input).unwrap();
}

/// Parameters are in -1..1: with this epsilon, no root is of a negative number.
const NORM: LayerKind = LayerKind::BatchNorm(BatchNormOptions { epsilon: 2.0, momentum: 0.1 });

place!(OfMaps: NORM, Dims::Map([3, 2, 4]));
place!(OfVectors: NORM, Dims::Vector(5));
place!(OfSquares: NORM, Dims::Map([2, 3, 3]));

#[test]
fn batch_normalisation_by_given_statistics() {
    check_given_statistics::<BatchNorm<OfMaps>>();
    check_given_statistics::<BatchNorm<OfVectors>>();
    check_given_statistics::<Activated<BatchNorm<OfSquares>, Sigmoid>>();
}

#[test]
fn softmax() {
    each! { check:
        1 x 1 x 6 { Softmax }
        2 x 2 x 2 { Softmax }
        1 x 1 x 4 { Dense { out: 5 }, Softmax }
    }
}

/// Without a key nothing is dropped; masks are in `batch.rs`.
#[test]
fn dropout_of_nothing() {
    each! { check: 2 x 3 x 3 { Dropout { keep: 0.5 }, Identity } }
}

#[test]
fn residual_blocks() {
    each! { check:
        1 x 1 x 3 { Dense { out: 4 }, Residual { Dense { out: 4 } } }
        2 x 4 x 5 { Residual { Conv2d { out: 2, kernel: 3, padding: 1 } } }
        // A block that ends with an activation keeps its own output.
        2 x 4 x 5 { Residual { Conv2d { out: 2, kernel: 3, padding: 1 }, Tanh } }
        2 x 4 x 5 {
            Residual {
                Conv2d { out: 2, kernel: 3, padding: 1 }, Sigmoid,
                Conv2d { out: 2, kernel: 3, padding: 1 },
            },
            Tanh,
        }
        1 x 4 x 5 {
            Conv2d { out: 2, kernel: 3, padding: 1 },
            Residual {
                Conv2d { out: 2, kernel: 3, padding: 1 },
                Conv2d { out: 2, kernel: 3, padding: 1 }, Tanh,
            },
        }
        2 x 4 x 5 {
            Residual {
                Residual { Conv2d { out: 2, kernel: 3, padding: 1 } },
                Conv2d { out: 2, kernel: 3, padding: 1 }, Tanh,
            },
        }
    }
}

#[test]
fn branches() {
    each! { check:
        2 x 4 x 6 {
            Residual {
                Conv2d { out: 3, kernel: 3, padding: same, stride: 2 }, Tanh,
                Conv2d { out: 3, kernel: 3, padding: same },
                Branch { PointwiseConv2d { out: 3, stride: 2 } },
            },
            Sigmoid,
        }
        2 x 4 x 6 {
            Residual {
                Conv2d { out: 3, kernel: 3, padding: same }, Tanh,
                Branch { PointwiseConv2d { out: 3 }, Sigmoid },
            },
        }
        2 x 4 x 6 {
            Concat { PointwiseConv2d { out: 3 }, Tanh, Branch { Conv2d { out: 2, kernel: 3, padding: 1 }, Sigmoid } },
            Concat { AvgPool2d { size: 2 }, Branch { Conv2d { out: 2, kernel: 2, stride: 2 } } },
            Concat { Branch { PointwiseConv2d { out: 1 } } }, Tanh,
            Concat { Dense { out: 2 }, Silu, Branch { Dense { out: 3 } } },
        }
    }
}

#[test]
fn fused_blocks() {
    each! { check:
        2 x 7 x 9 { Conv2d { out: 3, kernel: 3 }, Relu, MaxPool2d { size: 2 } }
        2 x 7 x 9 { Conv2d { out: 3, kernel: 3 }, Tanh, MaxPool2d { size: 2 } }
        2 x 7 x 9 {
            Conv2d { out: 3, kernel: 3 }, LeakyRelu { slope: 0.125 }, MaxPool2d { size: (2, 1) }
        }
        2 x 7 x 9 { Conv2d { out: 3, kernel: 3 }, Identity, MaxPool2d { size: (1, 3) } }
        2 x 7 x 9 { Conv2d { out: 3, kernel: 3 }, Sigmoid, MaxPool2d { size: (1, 3) } }
        2 x 7 x 9 { Conv2d { out: 3, kernel: 3 }, Relu, MaxPool2d { size: 1 } }
        1 x 6 x 8 {
            Conv2d { out: 2, kernel: (3, 4), stride: 2, padding: 1 }, Relu, MaxPool2d { size: 3 }
        }
    }
}

#[test]
fn chains() {
    each! { check:
        1 x 6 x 7 {
            Conv2d { out: 2, kernel: 3 }, Tanh, AvgPool2d { size: 2, stride: 1 },
            Dense { out: 6 }, Sigmoid,
            Dense { out: 3 },
        }
    }
}
