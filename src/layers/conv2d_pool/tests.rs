//! The fused block equals the three layers one after the other, bit for bit: output, input gradient
//! and parameter gradients, as a type and as a value, for one sample and in lanes.

use crate::layers::{Activated, Chain, Conv2d, Conv2dMaxPool2d, Linked, MaxPool2d};
use crate::plan::Plan;
use crate::testing::{At, Type, assert_bits, assert_lanes, check, run, samples, values};
use crate::{Identity, LeakyRelu, Network, Relu, Tanh, network};

/// The layers of a network of three, apart.
type Apart<N, A> = Chain<Activated<Conv2d<At<N, 3, 0>>, A>, MaxPool2d<At<N, 3, 2>>>;

/// The same in one.
type Fused<N, A> = Conv2dMaxPool2d<At<N, 3, 0>, A, At<N, 3, 2>>;

#[track_caller]
fn equal<N: Network, A: Linked>() {
    let samples = samples(&Plan::new(N::INPUT, N::LAYERS).unwrap());
    for (fused, apart) in check::<N>().iter().zip(&assert_lanes(&Type::<A>::NEW, &samples)) {
        fused.assert_same(apart);
    }
}

/// The activation of a network of three layers as a type.
macro_rules! activation {
    (LeakyRelu $net:ident) => { LeakyRelu<At<$net, 3, 1>> };
    ($activation:ident $net:ident) => { $activation };
}

/// `name: channels x rows x columns -> channels, kernel, stride, zeros, window, activations`
macro_rules! shapes {
    ($($name:ident:
        $ic:literal x $ih:literal x $iw:literal -> $oc:literal,
        kernel $kernel:tt, stride $stride:literal, zeros $zeros:tt, window $window:tt,
        $($activation:ident)*;
    )*) => {$(
        #[test]
        fn $name() {
            $({
                network! {
                    Net: $ic x $ih x $iw {
                        Conv2d { out: $oc, kernel: $kernel, stride: $stride, padding: $zeros },
                        $activation,
                        MaxPool2d { size: $window },
                    }
                }
                equal::<Net, Apart<Net, activation!($activation Net)>>();
            })*
        }
    )*};
}

shapes! {
    window_of_one: 2 x 5 x 11 -> 3, kernel 3, stride 1, zeros 0, window 1, Relu Tanh;
    window_of_two: 1 x 9 x 19 -> 6, kernel 3, stride 1, zeros 0, window 2,
        Relu LeakyRelu Tanh Identity;
    window_of_two_with_a_rest: 3 x 8 x 14 -> 4, kernel 2, stride 1, zeros 0, window 2, Relu;
    window_of_three: 2 x 8 x 21 -> 2, kernel 2, stride 1, zeros 0, window 3, Relu LeakyRelu;
    two_rows: 1 x 7 x 10 -> 4, kernel (3, 2), stride 1, zeros 0, window (2, 1), LeakyRelu Identity;
    three_columns: 6 x 4 x 13 -> 1, kernel 3, stride 1, zeros 0, window (1, 3), Relu Tanh;
    four_columns: 1 x 3 x 20 -> 2, kernel (2, 3), stride 1, zeros 0, window (1, 4), Relu Identity;
    padded: 2 x 6 x 9 -> 4, kernel 3, stride 1, zeros 1, window 2, Relu LeakyRelu;
    padded_with_stride: 1 x 11 x 18 -> 3, kernel (5, 3), stride 2, zeros (2, 1), window 2,
        Relu Tanh;
    window_as_large_as_the_map: 2 x 4 x 5 -> 6, kernel (2, 3), stride 1, zeros 0, window 3,
        Relu Identity;
}

/// Not-a-numbers and infinities take the same way through the maximum as through the layers.
#[test]
fn numbers_that_are_none() {
    network! {
        Net: 1 x 4 x 8 { Conv2d { out: 2, kernel: 1 }, Relu, MaxPool2d { size: 2 } }
    }
    let mut input = values(1, 32);
    for (index, x) in input.iter_mut().enumerate() {
        match index % 5 {
            0 => *x = f32::NAN,
            1 => *x = f32::NEG_INFINITY,
            _ => {}
        }
    }
    let (params, d_output) = ([1.0, -1.0, 0.5, 0.0], values(2, 16));
    fn of<L: Linked>(params: &[f32], input: &[f32], d_output: &[f32]) -> std::vec::Vec<f32> {
        run(&Type::<L>::NEW, params, input, d_output).output
    }
    let fused = of::<Fused<Net, Relu>>(&params, &input, &d_output);
    assert_bits("relu", &fused, &of::<Apart<Net, Relu>>(&params, &input, &d_output));
    let fused = of::<Fused<Net, Identity>>(&params, &input, &d_output);
    assert_bits("identity", &fused, &of::<Apart<Net, Identity>>(&params, &input, &d_output));
    assert!(fused.iter().any(|y| y.is_nan()) && fused.iter().any(|y| !y.is_nan()));
}
