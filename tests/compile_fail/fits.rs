//! The control: a program like the others, without a mistake.
const OUT: usize = 2;
const INPUT: usize = 7;

tinyconv::network! {
    Net: 1 x 5 x INPUT {
        Conv2d { out: OUT, kernel: 1 + OUT, stride: 1, padding: same }, Relu, MaxPool2d { size: 2 },
        Residual { mix: PointwiseConv2d { out: 2 }, end: Tanh, },
        classify: Dense { out: 3 }, Relu, Dense { out: 2 },
    }
}

// 128 layers, without a higher limit of recursion.
tinyconv::network! {
    Deep: 2 x 4 x 4 {
        PointwiseConv2d { out: 2 }, Relu, PointwiseConv2d { out: 2 }, Relu, PointwiseConv2d { out: 2 }, Relu, PointwiseConv2d { out: 2 }, Relu,
        PointwiseConv2d { out: 2 }, Relu, PointwiseConv2d { out: 2 }, Relu, PointwiseConv2d { out: 2 }, Relu, PointwiseConv2d { out: 2 }, Relu,
        PointwiseConv2d { out: 2 }, Relu, PointwiseConv2d { out: 2 }, Relu, PointwiseConv2d { out: 2 }, Relu, PointwiseConv2d { out: 2 }, Relu,
        PointwiseConv2d { out: 2 }, Relu, PointwiseConv2d { out: 2 }, Relu, PointwiseConv2d { out: 2 }, Relu, PointwiseConv2d { out: 2 }, Relu,
        PointwiseConv2d { out: 2 }, Relu, PointwiseConv2d { out: 2 }, Relu, PointwiseConv2d { out: 2 }, Relu, PointwiseConv2d { out: 2 }, Relu,
        PointwiseConv2d { out: 2 }, Relu, PointwiseConv2d { out: 2 }, Relu, PointwiseConv2d { out: 2 }, Relu, PointwiseConv2d { out: 2 }, Relu,
        PointwiseConv2d { out: 2 }, Relu, PointwiseConv2d { out: 2 }, Relu, PointwiseConv2d { out: 2 }, Relu, PointwiseConv2d { out: 2 }, Relu,
        PointwiseConv2d { out: 2 }, Relu, PointwiseConv2d { out: 2 }, Relu, PointwiseConv2d { out: 2 }, Relu, PointwiseConv2d { out: 2 }, Relu,
        PointwiseConv2d { out: 2 }, Relu, PointwiseConv2d { out: 2 }, Relu, PointwiseConv2d { out: 2 }, Relu, PointwiseConv2d { out: 2 }, Relu,
        PointwiseConv2d { out: 2 }, Relu, PointwiseConv2d { out: 2 }, Relu, PointwiseConv2d { out: 2 }, Relu, PointwiseConv2d { out: 2 }, Relu,
        PointwiseConv2d { out: 2 }, Relu, PointwiseConv2d { out: 2 }, Relu, PointwiseConv2d { out: 2 }, Relu, PointwiseConv2d { out: 2 }, Relu,
        PointwiseConv2d { out: 2 }, Relu, PointwiseConv2d { out: 2 }, Relu, PointwiseConv2d { out: 2 }, Relu, PointwiseConv2d { out: 2 }, Relu,
        PointwiseConv2d { out: 2 }, Relu, PointwiseConv2d { out: 2 }, Relu, PointwiseConv2d { out: 2 }, Relu, PointwiseConv2d { out: 2 }, Relu,
        PointwiseConv2d { out: 2 }, Relu, PointwiseConv2d { out: 2 }, Relu, PointwiseConv2d { out: 2 }, Relu, PointwiseConv2d { out: 2 }, Relu,
        PointwiseConv2d { out: 2 }, Relu, PointwiseConv2d { out: 2 }, Relu, PointwiseConv2d { out: 2 }, Relu, PointwiseConv2d { out: 2 }, Relu,
        PointwiseConv2d { out: 2 }, Relu, PointwiseConv2d { out: 2 }, Relu, PointwiseConv2d { out: 2 }, Relu, PointwiseConv2d { out: 2 }, Relu,
    }
}

/// The names of a user's macro are those of the network.
macro_rules! of_length {
    ($name:ident, $length:expr) => {
        tinyconv::network! { pub(crate) $name: 1 x ($length) { Dense { out: $length + 1 } } }
    };
}
of_length!(Four, 2 + 2);

fn main() {
    let params = [0.0; Net::PARAMS];
    Net::infer(&params, &[[[0.0; 7]; 5]], &mut [0.0; Net::INFER_SCRATCH], &mut [0.0; 2]);
    Four::infer(&[0.0; 25], &[[[0.0; 4]]], &mut [0.0; Four::INFER_SCRATCH], &mut [0.0; 5]);
    let params = [0.0; Deep::PARAMS];
    Deep::infer(&params, &[[[0.0; 4]; 4]; 2], &mut [0.0; Deep::INFER_SCRATCH], &mut [[[0.0; 4]; 4]; 2]);
}
