//! A plan says what the types say, for networks that take each of the macro's ways.

use super::*;
use crate::spec::{Conv2dOptions, DenseOptions};
use crate::tuning::{All, Last, Part};
use crate::{Network, network};

fn needs<N: Network, P: Part<N>>() -> Needs {
    Needs { params: P::PARAMS, scratch: P::SCRATCH, choices: P::CHOICES }
}

#[track_caller]
fn plan<N: Network>() -> Plan<'static> {
    let plan = Plan::new(N::INPUT, N::LAYERS).unwrap();
    assert_eq!(plan.input().len(), N::INPUT_LEN);
    assert_eq!(plan.output(), N::OUTPUT);
    assert_eq!(plan.infer_scratch(), N::INFER_SCRATCH);
    assert_eq!(plan.all(), needs::<N, All>());
    assert_eq!(plan.all().params, N::PARAMS);
    plan
}

/// Network, and for each `Last` the first layer that it trains.
macro_rules! check {
    ($net:ident: $($last:literal $first:literal),*) => {{
        let plan = plan::<$net>();
        let counts: &[usize] = &[$($last),*];
        assert_eq!(plan.most_last(), counts.len());
        assert_eq!([plan.last(0), plan.last(counts.len() + 1)], [None; 2]);
        assert_eq!(plan.first_of_last(counts.len() + 1), None);
        $(
            assert_eq!(plan.last($last), Some(needs::<$net, Last<$last>>()), "last {}", $last);
            let first = plan.first_of_last($last).map(|layer| $net::LAYERS[layer].name);
            assert_eq!(first, Some($first));
        )*
    }};
}

#[test]
fn fused_blocks_and_dense_layers() {
    network! {
        Fused: 1 x 28 x 28 {
            a: Conv2d { out: 6, kernel: 5 }, Relu, MaxPool2d { size: 2 },
            b: Conv2d { out: 16, kernel: 5 }, Relu, MaxPool2d { size: 2 },
            c: Dense { out: 32 }, Relu,
            d: Dense { out: 10 },
        }
    }
    network! { Linear: 1 x 28 x 28 { a: Dense { out: 10 } } }
    network! {
        Dense4: 2 x 3 x 4 {
            a: Dense { out: 7 }, Tanh, b: Dense { out: 50 }, c: Dense { out: 3 }, Sigmoid,
            d: Dense { out: 5 }, Identity
        }
    }
    check!(Fused: 1 "d", 2 "c", 3 "b");
    check!(Linear:);
    check!(Dense4: 1 "d", 2 "c", 3 "b");
}

#[test]
fn pooling_that_is_not_fused() {
    network! {
        Overlapping: 1 x 11 x 12 {
            a: Conv2d { out: 3, kernel: 3, padding: same }, Relu, MaxPool2d { size: 3, stride: 2 },
            b: Conv2d { out: 4, kernel: (2, 3), stride: (1, 2) }, LeakyRelu,
            MaxPool2d { size: (2, 1), stride: 1 }, Tanh,
            c: Dense { out: 2 },
        }
    }
    network! {
        NoActivation: 3 x 9 x 9 {
            a: Conv2d { out: 4, kernel: 2 }, MaxPool2d { size: 2 }, Relu,
            b: Conv2d { out: 5, kernel: 3 }, MaxPool2d { size: 2, stride: 1 },
            c: Dense { out: 2 },
        }
    }
    network! {
        Averages: 1 x 12 x 12 {
            a: Conv2d { out: 4, kernel: 3, padding: full }, Relu, AvgPool2d { size: 2 }, Tanh,
            b: Conv2d { out: 6, kernel: 3 }, Relu, GlobalAvgPool2d, Relu,
            c: Dense { out: 10 },
        }
    }
    network! {
        Twice: 1 x 16 x 16 {
            a: Conv2d { out: 4, kernel: 3 }, Relu, MaxPool2d { size: 2 }, Relu, MaxPool2d { size: 2 },
            b: Conv2d { out: 2, kernel: 2 }, Relu, MaxPool2d { size: 2 }, AvgPool2d { size: 1 },
            GlobalAvgPool2d,
        }
    }
    check!(Overlapping: 1 "c", 2 "b");
    check!(NoActivation: 1 "c", 2 "b");
    check!(Averages: 1 "c", 2 "b");
    check!(Twice: 1 "b");
}

#[test]
fn layers_before_the_first_parameters() {
    network! {
        Pool: 1 x 28 x 28 {
            MaxPool2d { size: 2 },
            a: Conv2d { out: 4, kernel: 3 }, Relu, MaxPool2d { size: 2 },
            b: Dense { out: 10 },
        }
    }
    network! {
        Activations: 2 x 5 x 5 {
            Tanh, Sigmoid, AvgPool2d { size: 2 }, Relu, a: Dense { out: 3 }, Relu, Relu,
            b: Dense { out: 4 },
        }
    }
    network! { OnlyPool: 1 x 4 x 4 { MaxPool2d { size: 2 }, Flatten } }
    check!(Pool: 1 "b", 2 "a");
    check!(Activations: 1 "b", 2 "a");
    check!(OnlyPool:);
    assert_eq!(plan::<OnlyPool>().all().params, 0);
}

#[test]
fn flattening() {
    network! {
        Spared: 1 x 6 x 6 {
            a: Conv2d { out: 4, kernel: 3 }, Flatten, b: Dense { out: 9 }, Relu, Flatten,
            c: Dense { out: 3 },
        }
    }
    network! {
        Copied: 1 x 6 x 6 {
            Flatten, Relu, a: Dense { out: 20 }, Flatten, Flatten, b: Dense { out: 9 }, Flatten, Tanh,
            c: Dense { out: 3 }, Relu, Flatten,
        }
    }
    check!(Spared: 1 "c", 2 "b");
    check!(Copied: 1 "c", 2 "b", 3 "a");
}

#[test]
fn as_deep_as_last_counts_and_deeper() {
    network! {
        Sixteen: 1 x 3 x 3 {
            Dense { out: 20 }, p: Dense { out: 3 }, o: Dense { out: 4 }, n: Dense { out: 11 },
            m: Dense { out: 2 }, l: Dense { out: 30 }, k: Dense { out: 3 }, j: Dense { out: 4 },
            i: Dense { out: 5 }, h: Dense { out: 2 }, g: Dense { out: 7 }, f: Dense { out: 3 },
            e: Dense { out: 4 }, d: Dense { out: 8 }, c: Dense { out: 2 }, b: Dense { out: 3 },
        }
    }
    network! {
        Seventeen: 1 x 3 x 3 {
            Dense { out: 4 }, Dense { out: 20 }, p: Dense { out: 3 }, o: Dense { out: 4 },
            n: Dense { out: 11 }, m: Dense { out: 2 }, l: Dense { out: 30 }, k: Dense { out: 3 },
            j: Dense { out: 4 }, i: Dense { out: 5 }, h: Dense { out: 2 }, g: Dense { out: 7 },
            f: Dense { out: 3 }, e: Dense { out: 4 }, d: Dense { out: 8 }, c: Dense { out: 2 },
            b: Dense { out: 3 },
        }
    }
    check!(Sixteen: 1 "b", 2 "c", 3 "d", 4 "e", 5 "f", 6 "g", 7 "h", 8 "i", 9 "j", 10 "k", 11 "l",
        12 "m", 13 "n", 14 "o", 15 "p");
    check!(Seventeen: 1 "b", 2 "c", 3 "d", 4 "e", 5 "f", 6 "g", 7 "h", 8 "i", 9 "j", 10 "k",
        11 "l", 12 "m", 13 "n", 14 "o", 15 "p");
}

#[test]
fn layers_that_do_not_fit_and_numbers_that_are_too_large() {
    let conv = Conv2dOptions { out: usize::MAX, kernel: [3, 3], ..Conv2dOptions::NEW };
    let dense = LayerKind::Dense(DenseOptions { out: usize::MAX });
    let layers = [
        LayerSpec { name: "", kind: LayerKind::Conv2d(conv) },
        LayerSpec { name: "", kind: LayerKind::Relu },
        LayerSpec { name: "", kind: dense },
    ];
    let error = Plan::new(Dims::Map([1, 2, 2]), &layers).unwrap_err();
    assert_eq!(error, ShapeError::LargerThanInput);
    let plan = Plan::new(Dims::Map([1, 4, 4]), &layers).unwrap();
    assert_eq!(plan.infer_scratch(), usize::MAX);
    let most = Needs { params: usize::MAX, scratch: usize::MAX, choices: 0 };
    assert_eq!(plan.all(), most);
    assert_eq!(plan.last(1), Some(most));
}
