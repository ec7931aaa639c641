//! A plan says what the types say, for networks that take each of the macro's ways.

use std::vec::Vec;

use crate::layers::Linked;
use crate::plan::{
    Conv2dOptions, DenseOptions, Dims, LayerKind, LayerSpec, Plan, ShapeError, TrainingNeeds,
};
use crate::tuning::{All, Last, Part};
use crate::{Deployed, Fixed, Layer, Network, network};

fn needs<N: Network, P: Part<N>>() -> TrainingNeeds {
    assert_eq!(P::FROZEN_PARAMS + P::PARAMS, N::PARAMS);
    P::NEEDS
}

#[track_caller]
fn plan<N: Network>() -> Plan<'static> {
    let plan = Plan::new(N::INPUT, N::LAYERS).unwrap();
    assert_eq!(plan.input().len(), N::INPUT_LEN);
    assert_eq!(plan.output(), N::OUTPUT);
    assert_eq!(plan.infer_scratch(), N::INFER_SCRATCH);
    assert_eq!(plan.all(), needs::<N, All>());
    assert_eq!(plan.all().params, N::PARAMS);
    assert_eq!(plan.needs(), N::Layers::NEEDS);
    plan
}

/// The shapes of the plan's maps are the lengths of those that a forward pass visits, and the last
/// one is the output.
#[track_caller]
fn maps<N: Network>() {
    let plan = Plan::new(N::INPUT, N::LAYERS).unwrap();
    let layers: usize = plan.maps().map(|map| map.layers.len()).sum();
    assert_eq!(layers, N::LAYERS.len());
    let lengths: Vec<usize> = plan.maps().map(|map| map.shape.len()).collect();
    // A tape that counts: where a map begins is seen from its first element.
    let tape: Vec<f32> = (0..N::Layers::NEEDS.tape).map(|index| index as f32).collect();
    let (mut visited, mut end) = (Vec::new(), 0);
    N::Layers::NEW.visit_maps(&tape, &mut |map: &[f32]| {
        assert!(map[0] as usize >= end, "maps lie in order");
        end = map[0] as usize + map.len();
        visited.push(map.len());
    });
    visited.push(N::OUTPUT_LEN);
    assert_eq!(visited, lengths);
}

/// A network and all its `Last`s.
macro_rules! check {
    ($net:ident: $($last:literal),*) => {{
        let plan = plan::<$net>();
        maps::<$net>();
        let counts: &[usize] = &[$($last),*];
        assert_eq!(plan.most_last(), counts.len());
        assert_eq!([plan.last(0), plan.last(counts.len() + 1)], [None; 2]);
        $(
            assert_eq!(plan.last($last), Some(needs::<$net, Last<$last>>()), "last {}", $last);
        )*
    }};
}

#[test]
fn fused_blocks_and_dense_layers() {
    network! {
        Fused: 1 x 28 x 28 {
            Conv2d { out: 6, kernel: 5 }, Relu, MaxPool2d { size: 2 },
            Conv2d { out: 16, kernel: 5 }, Relu, MaxPool2d { size: 2 },
            Dense { out: 32 }, Relu,
            Dense { out: 10 },
        }
    }
    network! { Linear: 1 x 28 x 28 { Dense { out: 10 } } }
    network! {
        Dense4: 2 x 3 x 4 {
            Dense { out: 7 }, Tanh, Dense { out: 50 }, Dense { out: 3 }, Sigmoid,
            Dense { out: 5 }, Identity
        }
    }
    check!(Fused: 1, 2, 3);
    check!(Linear:);
    check!(Dense4: 1, 2, 3);
}

#[test]
fn pooling_that_is_not_fused() {
    network! {
        Overlapping: 1 x 11 x 12 {
            Conv2d { out: 3, kernel: 3, padding: same }, Relu, MaxPool2d { size: 3, stride: 2 },
            Conv2d { out: 4, kernel: (2, 3), stride: (1, 2) }, LeakyRelu,
            MaxPool2d { size: (2, 1), stride: 1 }, Tanh,
            Dense { out: 2 },
        }
    }
    network! {
        NoActivation: 3 x 9 x 9 {
            Conv2d { out: 4, kernel: 2 }, MaxPool2d { size: 2 }, Relu,
            Conv2d { out: 5, kernel: 3 }, MaxPool2d { size: 2, stride: 1 },
            Dense { out: 2 },
        }
    }
    network! {
        Averages: 1 x 12 x 12 {
            Conv2d { out: 4, kernel: 3, padding: full }, Relu, AvgPool2d { size: 2 }, Tanh,
            Conv2d { out: 6, kernel: 3 }, Relu, GlobalAvgPool2d, Relu,
            Dense { out: 10 },
        }
    }
    network! {
        Twice: 1 x 16 x 16 {
            Conv2d { out: 4, kernel: 3 }, Relu, MaxPool2d { size: 2 }, Relu, MaxPool2d { size: 2 },
            Conv2d { out: 2, kernel: 2 }, Relu, MaxPool2d { size: 2 }, AvgPool2d { size: 1 },
            GlobalAvgPool2d,
        }
    }
    check!(Overlapping: 1, 2);
    check!(NoActivation: 1, 2);
    check!(Averages: 1, 2);
    check!(Twice: 1);
}

#[test]
fn layers_before_the_first_parameters() {
    network! {
        Pool: 1 x 28 x 28 {
            MaxPool2d { size: 2 },
            Conv2d { out: 4, kernel: 3 }, Relu, MaxPool2d { size: 2 },
            Dense { out: 10 },
        }
    }
    network! {
        Activations: 2 x 5 x 5 {
            Tanh, Sigmoid, AvgPool2d { size: 2 }, Relu, Dense { out: 3 }, Relu, Relu,
            Dense { out: 4 },
        }
    }
    network! { OnlyPool: 1 x 4 x 4 { MaxPool2d { size: 2 }, Flatten } }
    check!(Pool: 1, 2);
    check!(Activations: 1, 2);
    check!(OnlyPool:);
    assert_eq!(plan::<OnlyPool>().all().params, 0);
}

#[test]
fn flattening() {
    network! {
        Spared: 1 x 6 x 6 {
            Conv2d { out: 4, kernel: 3 }, Flatten, Dense { out: 9 }, Relu, Flatten,
            Dense { out: 3 },
        }
    }
    network! {
        Copied: 1 x 6 x 6 {
            Flatten, Relu, Dense { out: 20 }, Flatten, Flatten, Dense { out: 9 }, Flatten, Tanh,
            Dense { out: 3 }, Relu, Flatten,
        }
    }
    check!(Spared: 1, 2);
    check!(Copied: 1, 2, 3);
}

#[test]
fn residual_blocks_normalisation_and_dropout() {
    network! {
        Normalised: 1 x 12 x 12 {
            Conv2d { out: 4, kernel: 3 }, BatchNorm, Relu, MaxPool2d { size: 2 },
            DepthwiseConv2d { kernel: 3, padding: same }, BatchNorm, Tanh,
            PointwiseConv2d { out: 7 }, Relu, Dropout { keep: 0.5 }, AvgPool2d { size: 2 },
            Flatten, Dropout { keep: 0.5 }, Dense { out: 9 }, BatchNorm, Dropout { keep: 0.5 },
            Dense { out: 3 }, Softmax,
        }
    }
    network! {
        Blocks: 2 x 20 {
            Residual { Conv1d { out: 2, kernel: 3, padding: same }, BatchNorm }, Relu,
            Conv1d { out: 6, kernel: 5 }, Relu, MaxPool1d { size: 2 },
            Residual {
                Conv1d { out: 9, kernel: 3, padding: same }, BatchNorm, Relu,
                Residual { PointwiseConv2d { out: 9 }, Relu },
                Conv1d { out: 6, kernel: 3, padding: same }, Relu,
            },
            Dropout { keep: 0.5 }, Softmax, Relu, AvgPool1d { size: 2 },
            Dense { out: 3 },
        }
    }
    type DeployedNormalised = Deployed<Normalised>;
    type DeployedBlocks = Deployed<Blocks>;
    check!(Normalised: 1, 2, 3, 4);
    check!(DeployedNormalised: 1, 2, 3, 4);
    check!(Blocks: 1, 2, 3);
    check!(DeployedBlocks: 1, 2, 3);
    let layers = Deployed::<Normalised>::LAYERS.iter();
    assert_eq!(layers.filter(|layer| !layer.kind.is_deployed()).count(), 0);
}

#[test]
fn blocks_that_are_not_whole() {
    let conv = Conv2dOptions { out: 3, kernel: [1, 1], ..Conv2dOptions::NEW };
    let [skip, conv, add] = [LayerKind::Skip, LayerKind::Conv2d(conv), LayerKind::Add]
        .map(|kind| LayerSpec { name: "", kind });
    let error = |layers: &[LayerSpec<'static>]| {
        Plan::new(Dims::Map([3, 2, 2]), layers).err().map(|misfit| (misfit.index, misfit.error))
    };
    assert_eq!(error(&[skip, conv, add]), None);
    assert_eq!(error(&[skip, skip, conv, add, conv, add]), None);
    assert_eq!(error(&[skip, conv]), Some((0, ShapeError::HalfABlock)));
    assert_eq!(error(&[conv, add]), Some((1, ShapeError::HalfABlock)));
    assert_eq!(error(&[skip, skip, conv, add]), Some((0, ShapeError::HalfABlock)));
    assert_eq!(error(&[skip, add]), Some((1, ShapeError::EmptyBlock)));
    let layers = [skip, conv, add];
    let other = Plan::new(Dims::Map([2, 2, 2]), &layers).unwrap_err();
    assert_eq!(other.error, ShapeError::OtherShape(Dims::Map([2, 2, 2])));
}

#[test]
fn as_deep_as_last_counts_and_deeper() {
    network! {
        Sixteen: 1 x 3 x 3 {
            Dense { out: 20 }, Dense { out: 3 }, Dense { out: 4 }, Dense { out: 11 },
            Dense { out: 2 }, Dense { out: 30 }, Dense { out: 3 }, Dense { out: 4 },
            Dense { out: 5 }, Dense { out: 2 }, Dense { out: 7 }, Dense { out: 3 },
            Dense { out: 4 }, Dense { out: 8 }, Dense { out: 2 }, Dense { out: 3 },
        }
    }
    network! {
        Seventeen: 1 x 3 x 3 {
            Dense { out: 4 }, Dense { out: 20 }, Dense { out: 3 }, Dense { out: 4 },
            Dense { out: 11 }, Dense { out: 2 }, Dense { out: 30 }, Dense { out: 3 },
            Dense { out: 4 }, Dense { out: 5 }, Dense { out: 2 }, Dense { out: 7 },
            Dense { out: 3 }, Dense { out: 4 }, Dense { out: 8 }, Dense { out: 2 },
            Dense { out: 3 },
        }
    }
    check!(Sixteen: 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11,
        12, 13, 14, 15);
    check!(Seventeen: 1, 2, 3, 4, 5, 6, 7, 8, 9, 10,
        11, 12, 13, 14, 15);
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
    assert_eq!(error.index, 0);
    assert!(matches!(error.error, ShapeError::LargerThanInput { .. }));
    let plan = Plan::new(Dims::Map([1, 4, 4]), &layers).unwrap();
    assert_eq!(plan.infer_scratch(), usize::MAX);
    let most = TrainingNeeds { params: usize::MAX, scratch: usize::MAX, choices: 0 };
    assert_eq!(plan.all(), most);
    assert_eq!(plan.last(1), Some(most));
}

/// What a kind is written as in words is what `network!` reads.
#[test]
fn kinds_in_words_are_written_so() {
    macro_rules! check {
        ($($layer:ident $({ $($options:tt)* })?;)*) => {$({
            network! {
                Written: 4 x 8 x 8 {
                    Conv2d { out: 4, kernel: 1 }, $layer $({ $($options)* })?
                }
            }
            let words = std::string::ToString::to_string(&Written::LAYERS[1].kind);
            let written = stringify!($layer $({ $($options)* })?);
            let plain = |text: &str| text.split_whitespace().collect::<std::string::String>();
            assert_eq!(plain(&words), plain(written));
        })*};
    }
    check! {
        Conv2d { out: 5, kernel: 3 };
        Conv2d { out: 5, kernel: (3, 2), stride: (1, 2), padding: same };
        Conv2d { out: 5, kernel: 2, padding: full };
        Conv2d { out: 5, kernel: 2, padding: (0, 3) };
        DepthwiseConv2d { kernel: (2, 1), stride: 2, padding: 1 };
        MaxPool2d { size: (2, 3), stride: 1 };
        AvgPool2d { size: 2 };
        GlobalAvgPool2d;
        Flatten;
        Dense { out: 7 };
        BatchNorm { epsilon: 0.25 };
        BatchNorm { momentum: 0.5 };
        Dropout { keep: 0.75 };
        Softmax;
        Identity;
        Relu;
        LeakyRelu { slope: 0.125 };
        Tanh;
        Sigmoid;
        Clip { low: -1.5, high: 6.0 };
        Scale;
    }
}
