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
#[path = "gradients/stages.rs"]
mod stages;

use numeric::{check, check_separated, compare, differences, gradients, output, values};
use tinyconv::layers::*;
use tinyconv::{
    Chw, Identity, Kernel, Layer, LeakyRelu, Padding, Relu, Shape, Sigmoid, Stride, Tanh, Vector,
};

type Leaky = LeakyRelu<{ 0.125f32.to_bits() }>;

#[test]
fn convolution() {
    check::<Conv2d<Chw<1, 5, 9>, Chw<3, 3, 7>, Kernel<3, 3>>>();
    check::<Conv2d<Chw<2, 4, 6>, Chw<4, 4, 6>, Kernel<1, 1>>>();
    check::<Conv2d<Chw<3, 4, 6>, Chw<2, 1, 1>, Kernel<4, 6>>>();
    check::<Conv2d<Chw<6, 3, 12>, Chw<1, 2, 10>, Kernel<2, 3>>>();
}

#[test]
fn convolution_with_stride() {
    check::<Conv2d<Chw<2, 9, 11>, Chw<4, 4, 5>, Kernel<3, 3>, Stride<2, 2>>>();
    check::<Conv2d<Chw<1, 8, 12>, Chw<6, 3, 8>, Kernel<3, 5>, Stride<2, 1>>>();
    check::<Conv2d<Chw<2, 8, 10>, Chw<3, 3, 3>, Kernel<2, 2>, Stride<3, 3>>>();
}

#[test]
fn convolution_with_padding() {
    // Same, same of an even kernel (one more below and to the right), full, more than the kernel.
    check::<Conv2d<Chw<2, 5, 7>, Chw<4, 5, 7>, Kernel<3, 3>, Stride<1, 1>, Padding<1, 1>>>();
    check::<Conv2d<Chw<3, 5, 8>, Chw<2, 5, 8>, Kernel<4, 2>, Stride<1, 1>, Padding<1, 0>>>();
    check::<Conv2d<Chw<2, 4, 5>, Chw<3, 6, 8>, Kernel<3, 4>, Stride<1, 1>, Padding<2, 3>>>();
    check::<Conv2d<Chw<1, 3, 6>, Chw<6, 8, 4>, Kernel<2, 2>, Stride<1, 3>, Padding<3, 3>>>();
    check::<Conv2d<Chw<1, 6, 9>, Chw<2, 3, 5>, Kernel<5, 3>, Stride<2, 2>, Padding<2, 1>>>();
}

#[test]
fn max_pooling() {
    // Side by side, overlapping, with gaps, with a rest, windows of one and of the whole map.
    check_separated::<MaxPool2d<Chw<3, 4, 6>, Chw<3, 2, 3>, Kernel<2, 2>, Stride<2, 2>>>();
    check_separated::<MaxPool2d<Chw<2, 5, 7>, Chw<2, 3, 3>, Kernel<3, 3>, Stride<1, 2>>>();
    check_separated::<MaxPool2d<Chw<1, 7, 8>, Chw<1, 3, 3>, Kernel<1, 2>, Stride<3, 3>>>();
    check_separated::<MaxPool2d<Chw<2, 5, 9>, Chw<2, 1, 4>, Kernel<3, 2>, Stride<3, 2>>>();
    check_separated::<MaxPool2d<Chw<2, 3, 3>, Chw<2, 3, 3>, Kernel<1, 1>, Stride<1, 1>>>();
    check_separated::<MaxPool2d<Chw<2, 3, 4>, Chw<2, 1, 1>, Kernel<3, 4>, Stride<1, 1>>>();
}

#[test]
fn average_pooling() {
    check::<AvgPool2d<Chw<3, 4, 6>, Chw<3, 2, 3>, Kernel<2, 2>, Stride<2, 2>>>();
    check::<AvgPool2d<Chw<2, 5, 7>, Chw<2, 3, 3>, Kernel<3, 3>, Stride<1, 2>>>();
    check::<AvgPool2d<Chw<1, 7, 8>, Chw<1, 3, 3>, Kernel<1, 2>, Stride<3, 3>>>();
    check::<AvgPool2d<Chw<2, 5, 9>, Chw<2, 1, 4>, Kernel<3, 2>, Stride<3, 2>>>();
    check::<GlobalAvgPool2d<Chw<3, 5, 4>>>();
    check::<GlobalAvgPool2d<Chw<4, 1, 1>>>();
}

#[test]
fn dense_and_copies() {
    check::<Dense<Vector<1>, 1>>();
    check::<Dense<Chw<2, 3, 3>, 5>>();
    check::<Dense<Vector<9>, 16>>();
    check::<Dense<Vector<6>, 37>>();
    check::<Flatten<Chw<2, 3, 5>, 30>>();
    check::<Pass<Chw<2, 3, 5>>>();
}

#[test]
fn activations() {
    check_separated::<Activated<Pass<Chw<2, 3, 4>>, Relu>>();
    check_separated::<Activated<Pass<Chw<2, 3, 4>>, Leaky>>();
    check::<Activated<Pass<Chw<2, 3, 4>>, Identity>>();
    check::<Activated<Pass<Chw<2, 3, 4>>, Tanh>>();
    check::<Activated<Pass<Chw<2, 3, 4>>, Sigmoid>>();
    check::<Activated<Conv2d<Chw<2, 4, 5>, Chw<3, 2, 3>, Kernel<3, 3>>, Tanh>>();
    check::<Activated<Conv2d<Chw<2, 4, 5>, Chw<3, 2, 3>, Kernel<3, 3>>, Relu>>();
    check::<Activated<Dense<Vector<7>, 5>, Sigmoid>>();
    check::<Activated<Dense<Vector<7>, 5>, Leaky>>();
}

#[test]
fn depthwise_convolution() {
    check::<DepthwiseConv2d<Chw<3, 5, 6>, Chw<3, 3, 4>, Kernel<3, 3>>>();
    check::<DepthwiseConv2d<Chw<2, 7, 9>, Chw<2, 3, 5>, Kernel<3, 2>, Stride<2, 2>, Padding<0, 1>>>(
    );
    check::<Activated<DepthwiseConv2d<Chw<1, 4, 4>, Chw<1, 4, 4>, Kernel<1, 1>>, Tanh>>();
    check::<DepthwiseConv2d<Chw<4, 5, 5>, Chw<4, 5, 5>, Kernel<3, 3>, Stride<1, 1>, Padding<1, 1>>>(
    );
}

#[test]
fn signals() {
    check::<Conv1d<Chw<2, 1, 9>, Chw<3, 1, 7>, 3>>();
    check::<Conv1d<Chw<2, 1, 9>, Chw<3, 1, 5>, 3, 2, 1>>();
    check_separated::<MaxPool1d<Chw<2, 1, 9>, Chw<2, 1, 4>, 2>>();
    check_separated::<MaxPool1d<Chw<2, 1, 9>, Chw<2, 1, 7>, 3, 1>>();
    check::<AvgPool1d<Chw<2, 1, 9>, Chw<2, 1, 3>, 3>>();
}

/// Weights and biases are trained; the statistics are given, and nothing is handed over for them.
fn check_given_statistics<L: Layer>() {
    let mut params = values(80, L::PARAMS);
    let input = values(81, L::Input::LEN);
    let mut input: Vec<f64> = input.into_iter().map(f64::from).collect();
    let weights: Vec<f64> = values(82, L::Output::LEN).into_iter().map(f64::from).collect();
    let sum = |params: &[f32], input: &[f64]| {
        output::<L>(params, input).iter().zip(&weights).map(|(y, weight)| y * weight).sum()
    };
    let (by_params, by_input) = differences(&mut params, &mut input, sum).unwrap();
    let (d_params, d_input) = gradients::<L>(&params, &input, &weights);
    let trained = L::PARAMS / 2;
    compare(&d_params[..trained], &by_params[..trained]).unwrap();
    assert!(d_params[trained..].iter().all(|&d| d == 0.0));
    compare(&d_input, &by_input).unwrap();
}

#[test]
fn batch_normalisation_by_given_statistics() {
    // Parameters are in -1..1: with this epsilon, no root is of a negative number.
    type Norm<In> = BatchNorm<In, { 2.0f32.to_bits() }, { 0.1f32.to_bits() }>;
    check_given_statistics::<Norm<Chw<3, 2, 4>>>();
    check_given_statistics::<Norm<Vector<5>>>();
    check_given_statistics::<Activated<Norm<Chw<2, 3, 3>>, Sigmoid>>();
}

#[test]
fn softmax() {
    check::<Softmax<Vector<6>>>();
    check::<Softmax<Chw<2, 2, 2>>>();
    check::<Chain<Dense<Vector<4>, 5>, Softmax<Vector<5>>>>();
}

/// Without draws nothing is dropped; masks are in `batch.rs`.
#[test]
fn dropout_of_nothing() {
    check::<Dropout<Chw<2, 3, 3>, { 0.5f32.to_bits() }>>();
}

#[test]
fn residual_blocks() {
    type Same<In> = Conv2d<In, Chw<2, 4, 5>, Kernel<3, 3>, Stride<1, 1>, Padding<1, 1>>;
    type Map = Chw<2, 4, 5>;
    check::<Residual<Dense<Vector<4>, 4>>>();
    check::<Residual<Same<Map>>>();
    // A block that ends with an activation keeps its own output.
    check::<Residual<Activated<Same<Map>, Tanh>>>();
    check::<Activated<Residual<Chain<Activated<Same<Map>, Sigmoid>, Same<Map>>>, Tanh>>();
    check::<Chain<Same<Chw<1, 4, 5>>, Residual<Chain<Same<Map>, Activated<Same<Map>, Tanh>>>>>();
    check::<Residual<Chain<Residual<Same<Map>>, Activated<Same<Map>, Tanh>>>>();
}

type Fused<C, A, P> = Conv2dMaxPool2d<C, A, P>;

#[test]
fn fused_blocks() {
    type C = Conv2d<Chw<2, 7, 9>, Chw<3, 5, 7>, Kernel<3, 3>>;
    type Two = MaxPool2d<Chw<3, 5, 7>, Chw<3, 2, 3>, Kernel<2, 2>, Stride<2, 2>>;
    type Rows = MaxPool2d<Chw<3, 5, 7>, Chw<3, 2, 7>, Kernel<2, 1>, Stride<2, 1>>;
    type Columns = MaxPool2d<Chw<3, 5, 7>, Chw<3, 5, 2>, Kernel<1, 3>, Stride<1, 3>>;
    type One = MaxPool2d<Chw<3, 5, 7>, Chw<3, 5, 7>, Kernel<1, 1>, Stride<1, 1>>;
    check::<Fused<C, Relu, Two>>();
    check::<Fused<C, Tanh, Two>>();
    check::<Fused<C, Leaky, Rows>>();
    check::<Fused<C, Identity, Columns>>();
    check::<Fused<C, Sigmoid, Columns>>();
    check::<Fused<C, Relu, One>>();
    type Padded = Conv2d<Chw<1, 6, 8>, Chw<2, 3, 4>, Kernel<3, 4>, Stride<2, 2>, Padding<1, 1>>;
    type Pool = MaxPool2d<Chw<2, 3, 4>, Chw<2, 1, 1>, Kernel<3, 3>, Stride<3, 3>>;
    check::<Fused<Padded, Relu, Pool>>();
}

#[test]
fn chains() {
    type Conv = Activated<Conv2d<Chw<1, 6, 7>, Chw<2, 4, 5>, Kernel<3, 3>>, Tanh>;
    type Pool = AvgPool2d<Chw<2, 4, 5>, Chw<2, 3, 4>, Kernel<2, 2>, Stride<1, 1>>;
    type Middle = Activated<Dense<Chw<2, 3, 4>, 6>, Sigmoid>;
    check::<Chain<Chain<Chain<Conv, Pool>, Middle>, Dense<Vector<6>, 3>>>();
}
