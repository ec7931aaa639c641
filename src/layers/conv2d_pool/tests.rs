//! The fused block equals the three layers one after the other, bit for bit: output, input gradient
//! and parameter gradients, for one sample and in lanes.

use super::*;
use crate::layers::{Activated, Chain};
use crate::testing::{assert_bits, assert_lanes, run, values};
use crate::{Identity, LeakyRelu, Relu, Tanh};

type Leaky = LeakyRelu<{ 0.25f32.to_bits() }>;

#[track_caller]
fn check<Fused: Layer, Apart: Layer<Input = Fused::Input, Output = Fused::Output>>() {
    for (fused, apart) in assert_lanes::<Fused>().iter().zip(&assert_lanes::<Apart>()) {
        fused.assert_same(apart);
    }
}

/// `name: channels rows columns -> channels, kernel, stride, zeros, convolution's map, window`
macro_rules! shapes {
    ($($name:ident:
        [$ic:literal $ih:literal $iw:literal] -> $oc:literal,
        kernel [$kh:literal $kw:literal], stride [$sh:literal $sw:literal],
        zeros [$t:literal $l:literal], window [$ph:literal $pw:literal], $($activation:ty)*;
    )*) => {$(
        #[test]
        fn $name() {
            const CH: usize = ($ih + 2 * $t - $kh) / $sh + 1;
            const CW: usize = ($iw + 2 * $l - $kw) / $sw + 1;
            type C = Conv2d<
                Chw<$ic, $ih, $iw>,
                Chw<$oc, CH, CW>,
                Kernel<$kh, $kw>,
                Stride<$sh, $sw>,
                Padding<$t, $l>,
            >;
            type P = MaxPool2d<
                Chw<$oc, CH, CW>,
                Chw<$oc, { CH / $ph }, { CW / $pw }>,
                Kernel<$ph, $pw>,
                Stride<$ph, $pw>,
            >;
            $(check::<Conv2dMaxPool2d<C, $activation, P>, Chain<Activated<C, $activation>, P>>();)*
        }
    )*};
}

shapes! {
    window_of_one: [2 5 11] -> 3, kernel [3 3], stride [1 1], zeros [0 0], window [1 1],
        Relu Tanh;
    window_of_two: [1 9 19] -> 6, kernel [3 3], stride [1 1], zeros [0 0], window [2 2],
        Relu Leaky Tanh Identity;
    window_of_two_with_a_rest: [3 8 14] -> 4, kernel [2 2], stride [1 1], zeros [0 0], window [2 2],
        Relu;
    window_of_three: [2 8 21] -> 2, kernel [2 2], stride [1 1], zeros [0 0], window [3 3],
        Relu Leaky;
    two_rows: [1 7 10] -> 4, kernel [3 2], stride [1 1], zeros [0 0], window [2 1],
        Leaky Identity;
    three_columns: [6 4 13] -> 1, kernel [3 3], stride [1 1], zeros [0 0], window [1 3],
        Relu Tanh;
    four_columns: [1 3 20] -> 2, kernel [2 3], stride [1 1], zeros [0 0], window [1 4],
        Relu Identity;
    padded: [2 6 9] -> 4, kernel [3 3], stride [1 1], zeros [1 1], window [2 2],
        Relu Leaky;
    padded_with_stride: [1 11 18] -> 3, kernel [5 3], stride [2 2], zeros [2 1], window [2 2],
        Relu Tanh;
    window_as_large_as_the_map: [2 4 5] -> 6, kernel [2 3], stride [1 1], zeros [0 0], window [3 3],
        Relu Identity;
}

/// Not-a-numbers and infinities take the same way through the maximum as through the layers.
#[test]
fn numbers_that_are_none() {
    type C = Conv2d<Chw<1, 4, 8>, Chw<2, 4, 8>, Kernel<1, 1>>;
    type P = MaxPool2d<Chw<2, 4, 8>, Chw<2, 2, 4>, Kernel<2, 2>, Stride<2, 2>>;
    let mut input = values(1, 32);
    for (index, x) in input.iter_mut().enumerate() {
        match index % 5 {
            0 => *x = f32::NAN,
            1 => *x = f32::NEG_INFINITY,
            _ => {}
        }
    }
    let (params, d_output) = ([1.0, -1.0, 0.5, 0.0], values(2, 16));
    let fused = run::<Conv2dMaxPool2d<C, Relu, P>, f32>(&params, &input, &d_output);
    let apart = run::<Chain<Activated<C, Relu>, P>, f32>(&params, &input, &d_output);
    assert_bits("relu", &fused.output, &apart.output);
    let fused = run::<Conv2dMaxPool2d<C, Identity, P>, f32>(&params, &input, &d_output);
    let apart = run::<Chain<Activated<C, Identity>, P>, f32>(&params, &input, &d_output);
    assert_bits("identity", &fused.output, &apart.output);
    assert!(fused.output.iter().any(|y| y.is_nan()) && fused.output.iter().any(|y| !y.is_nan()));
}
