//! The walk through nested blocks and past layers that do not fit, the numbers of kinds, and fingerprints.

use std::string::ToString;
use std::vec::Vec;

use crate::{
    AvgPoolOptions, BatchNormOptions, BlockKind, ClipOptions, Conv2dOptions, DenseOptions,
    DepthwiseConv2dOptions, Dims, DropoutOptions, LayerKind, LayerSpec, LeakyReluOptions,
    MOST_NESTED, PaddingOption, Plan, PoolOptions, ShapeError, Walk, fingerprint, written,
};

const CONV: Conv2dOptions = Conv2dOptions { out: 4, kernel: [3, 3], ..Conv2dOptions::NEW };

fn list<const N: usize>(kinds: [LayerKind; N]) -> [LayerSpec<'static>; N] {
    kinds.map(|kind| LayerSpec { name: "", kind })
}

fn dense(out: usize) -> LayerKind {
    LayerKind::Dense(DenseOptions { out })
}

#[test]
fn tags_count_the_kinds() {
    let tags: Vec<u32> = LayerKind::EVERY.iter().map(LayerKind::tag).collect();
    assert!(tags.iter().copied().eq(0..tags.len() as u32), "{tags:?}");
    let mut names: Vec<&str> = LayerKind::EVERY.iter().map(LayerKind::name).collect();
    // What can be written is a kind, by its own name or by another one; but the ends of blocks are not.
    for written in written() {
        assert!(names.contains(&written.kind), "{}", written.name);
        let kind = LayerKind::EVERY.iter().find(|kind| kind.name() == written.kind).unwrap();
        assert_eq!(kind.class(), written.class, "{}", written.name);
        assert_eq!(written.options_type.is_some(), !kind.options().as_slice().is_empty());
    }
    names.retain(|name| !written().iter().any(|written| written.kind == *name));
    assert_eq!(names, ["Skip", "Add", "Branch", "Concat"]);
}

#[test]
fn kinds_in_words() {
    let pool = PoolOptions { size: [2, 3], stride: Some([1, 3]), ..PoolOptions::NEW };
    let depthwise = DepthwiseConv2dOptions {
        kernel: [2, 1],
        stride: [1, 2],
        padding: PaddingOption::Zeros([0, 3]),
        ..DepthwiseConv2dOptions::NEW
    };
    let kinds = [
        LayerKind::Conv2d(CONV),
        LayerKind::MaxPool2d(pool),
        LayerKind::AvgPool2d(AvgPoolOptions { size: [2, 2], ..AvgPoolOptions::NEW }),
        dense(7),
        LayerKind::LeakyRelu(LeakyReluOptions { slope: 0.125 }),
        LayerKind::DepthwiseConv2d(depthwise),
        LayerKind::BatchNorm(BatchNormOptions { momentum: 0.5, ..BatchNormOptions::NEW }),
        LayerKind::Dropout(DropoutOptions { keep: 0.75 }),
        LayerKind::Clip(ClipOptions { low: -1.0, high: 6.5 }),
    ];
    assert_eq!(
        kinds.map(|kind| kind.to_string()),
        [
            "Conv2d { out: 4, kernel: 3 }",
            "MaxPool2d { size: (2, 3), stride: (1, 3) }",
            "AvgPool2d { size: 2 }",
            "Dense { out: 7 }",
            "LeakyRelu { slope: 0.125 }",
            "DepthwiseConv2d { kernel: (2, 1), stride: (1, 2), padding: (0, 3) }",
            "BatchNorm { momentum: 0.5 }",
            "Dropout { keep: 0.75 }",
            "Clip { low: -1.0, high: 6.5 }",
        ]
    );
    let plain = LayerKind::EVERY.iter().filter(|kind| kind.options().as_slice().is_empty());
    assert!(plain.clone().count() > 0);
    plain.for_each(|kind| assert_eq!(kind.to_string(), kind.name()));
}

/// Every option counts in a fingerprint but those that say nothing of what the parameters mean.
#[test]
fn what_a_fingerprint_sees() {
    let of = |kind| fingerprint(Dims::Map([1, 9, 9]), &list([kind]));
    let conv = |options| of(LayerKind::Conv2d(options));
    let all = [
        conv(CONV),
        conv(Conv2dOptions { out: 3, ..CONV }),
        conv(Conv2dOptions { kernel: [3, 2], ..CONV }),
        conv(Conv2dOptions { kernel: [2, 3], ..CONV }),
        conv(Conv2dOptions { stride: [2, 1], ..CONV }),
        conv(Conv2dOptions { padding: PaddingOption::Same, ..CONV }),
        conv(Conv2dOptions { padding: PaddingOption::Full, ..CONV }),
        conv(Conv2dOptions { padding: PaddingOption::Zeros([1, 1]), ..CONV }),
        conv(Conv2dOptions { padding: PaddingOption::Causal, ..CONV }),
        conv(Conv2dOptions { padding: PaddingOption::Sides([[1, 0], [0, 1]]), ..CONV }),
        conv(Conv2dOptions { padding: PaddingOption::Sides([[0, 1], [1, 0]]), ..CONV }),
        conv(Conv2dOptions { dilation: [2, 1], ..CONV }),
        conv(Conv2dOptions { dilation: [1, 2], ..CONV }),
        conv(Conv2dOptions { groups: 2, ..CONV }),
        of(LayerKind::LeakyRelu(LeakyReluOptions { slope: 0.5 })),
        of(LayerKind::LeakyRelu(LeakyReluOptions { slope: 0.25 })),
    ];
    for (index, one) in all.iter().enumerate() {
        assert!(!all[..index].contains(one), "{index}");
    }
    let norm = |momentum, epsilon| of(LayerKind::BatchNorm(BatchNormOptions { epsilon, momentum }));
    assert_eq!(norm(0.5, 0.1), norm(0.25, 0.1));
    assert_ne!(norm(0.5, 0.1), norm(0.5, 0.2));
    // A stride that is written is the one that is meant without.
    let pool =
        |stride| of(LayerKind::MaxPool2d(PoolOptions { size: [2, 3], stride, ..PoolOptions::NEW }));
    assert_eq!(pool(None), pool(Some([2, 3])));
    assert_ne!(fingerprint(Dims::Map([3, 1, 1]), &[]), fingerprint(Dims::Vector(3), &[]));
}

/// Those of the model files in `tests/data`.
#[test]
fn fingerprints_of_old_files() {
    let pool = LayerKind::MaxPool2d(PoolOptions { size: [2, 2], ..PoolOptions::NEW });
    let conv = |out, side| {
        LayerKind::Conv2d(Conv2dOptions { out, kernel: [side, side], ..Conv2dOptions::NEW })
    };
    let input = Dims::Map([1, 28, 28]);
    let digits =
        list([conv(6, 5), LayerKind::Relu, pool, conv(16, 5), LayerKind::Relu, pool, dense(10)]);
    assert_eq!(fingerprint(input, &digits), 0x3e83_469e_6a84_4f6d);
    let tiny = list([
        conv(4, 5),
        LayerKind::Relu,
        LayerKind::MaxPool2d(PoolOptions { size: [3, 3], ..PoolOptions::NEW }),
        conv(8, 3),
        LayerKind::Relu,
        pool,
        dense(10),
    ]);
    assert_eq!(fingerprint(input, &tiny), 0xe3e2_6dea_23a4_05b7);
}

#[test]
fn nested_residual_blocks() {
    let same = LayerKind::Conv2d(Conv2dOptions { padding: PaddingOption::Same, ..CONV });
    let (skip, add) = (LayerKind::Skip, LayerKind::Add);
    let layers = list([same, skip, same, skip, same, add, LayerKind::Tanh, add, same]);
    let map = Dims::Map([4, 5, 6]);
    let places: Vec<_> = Walk::new(Dims::Map([2, 5, 6]), &layers).collect();
    assert_eq!(places.len(), layers.len());
    for (index, placed) in places.iter().enumerate() {
        assert_eq!((placed.index, placed.misfit, placed.facts.output), (index, None, map));
    }
    let (first, each) = ((2 * 9 + 1) * 4, (4 * 9 + 1) * 4);
    let params: Vec<_> = places.iter().map(|placed| placed.first_param).collect();
    let after = [1, 1, 2, 2, 3, 3, 3, 3].map(|convolutions| first + (convolutions - 1) * each);
    assert_eq!(params[..1], [0]);
    assert_eq!(params[1..], after);

    let plan = Plan::new(Dims::Map([2, 5, 6]), &layers).unwrap();
    let blocks: Vec<_> = plan.blocks().collect();
    let kinds: Vec<_> = blocks.iter().map(|block| (block.kind, block.layers.len())).collect();
    let alone = (BlockKind::Alone { spared: 0 }, 1);
    assert_eq!(kinds, [alone, (BlockKind::Branches, 7), alone]);
    let body: Vec<_> = blocks[1].branches().unwrap().first.collect();
    let kinds: Vec<_> = body.iter().map(|block| (block.kind, block.layers.len())).collect();
    // The activation belongs to the inner block.
    assert_eq!(kinds, [alone, (BlockKind::Branches, 4)]);
    assert_eq!((body[1].first_layer, body[1].first_param), (3, first + each));
    assert_eq!(plan.most_last(), 2);
}

/// Two branches, in either way of joining them; what each gets, and what does not go together.
#[test]
fn two_branches() {
    let conv = |out, stride| {
        LayerKind::Conv2d(Conv2dOptions { out, stride: [stride; 2], kernel: [1, 1], ..CONV })
    };
    let (skip, branch) = (LayerKind::Skip, LayerKind::Branch);
    let (add, concat) = (LayerKind::Add, LayerKind::Concat);
    let input = Dims::Map([2, 4, 6]);
    let output = |kinds: &[LayerKind]| {
        let layers: Vec<_> = kinds.iter().map(|&kind| LayerSpec { name: "", kind }).collect();
        match Plan::new(input, &layers) {
            Ok(plan) => Ok((plan.output(), plan.needs().params)),
            Err(misfit) => Err((misfit.index, misfit.error)),
        }
    };
    let map = |channels, rows, columns| Dims::Map([channels, rows, columns]);
    let (one, two) = (conv(3, 2), conv(5, 2));
    assert_eq!(output(&[skip, one, branch, one, add]), Ok((map(3, 2, 3), 18)));
    assert_eq!(output(&[skip, one, branch, two, concat]), Ok((map(8, 2, 3), 9 + 15)));
    assert_eq!(output(&[skip, conv(7, 1), concat]), Ok((map(9, 4, 6), 21)));
    assert_eq!(output(&[skip, branch, conv(7, 1), concat]), Ok((map(9, 4, 6), 21)));
    let other = |channels| Err((4, ShapeError::OtherBranch(map(channels, 2, 3))));
    assert_eq!(output(&[skip, one, branch, two, add]), other(3));
    assert_eq!(output(&[skip, two, branch, conv(5, 1), concat]), other(5));
    assert_eq!(output(&[skip, one, branch, add]), Err((3, ShapeError::EmptyBlock)));
    assert_eq!(output(&[skip, concat]), Err((1, ShapeError::EmptyBlock)));
    assert_eq!(output(&[one, branch, add]), Err((1, ShapeError::HalfABlock)));
    let three = [skip, one, branch, one, branch, one, add];
    assert_eq!(output(&three), Err((4, ShapeError::SecondBranch)));

    // The second branch's parameters come behind those of the first.
    let layers = list([skip, one, branch, two, concat, LayerKind::Relu]);
    let plan = Plan::new(input, &layers).unwrap();
    let mut blocks = plan.blocks();
    let branches = blocks.next().and_then(|block| block.branches()).unwrap();
    let mut second = branches.second.unwrap();
    let place = second.next().map(|block| (block.first_layer, block.first_param));
    assert_eq!((place, second.next()), (Some((3, 9)), None));
    // An activation does not work on what is the branches' own output.
    assert_eq!(blocks.next().map(|block| block.kind), Some(BlockKind::Activation));
}

#[test]
fn as_deep_as_blocks_may_lie() {
    let nested = |depth: usize| {
        let mut kinds = std::vec![LayerKind::Skip; depth];
        kinds.push(dense(3));
        kinds.resize(2 * depth + 1, LayerKind::Add);
        kinds.into_iter().map(|kind| LayerSpec { name: "", kind }).collect::<Vec<_>>()
    };
    assert!(Plan::new(Dims::Vector(3), &nested(MOST_NESTED)).is_ok());
    let layers = nested(MOST_NESTED + 1);
    let misfit = Plan::new(Dims::Vector(3), &layers).unwrap_err();
    assert_eq!((misfit.index, misfit.error), (MOST_NESTED, ShapeError::NestedTooDeep));
}

/// After a layer that does not fit, what follows is a guess and no second error, until a layer says by itself
/// what it gives.
#[test]
fn guesses_after_a_misfit() {
    let huge = LayerKind::Conv2d(Conv2dOptions { kernel: [9, 9], ..CONV });
    let layers =
        list([huge, huge, LayerKind::Relu, dense(5), LayerKind::GlobalAvgPool2d, dense(2)]);
    let places: Vec<_> = Walk::new(Dims::Map([1, 5, 5]), &layers).collect();
    let misfits: Vec<_> = places.iter().map(|placed| placed.misfit).collect();
    let larger = ShapeError::LargerThanInput { window: [9, 9], padded: [5, 5] };
    let not_a_map = Some(ShapeError::NotAMap);
    assert_eq!(misfits, [Some(larger), None, None, None, not_a_map, None]);
    assert_eq!(places[3].facts.output, Dims::Vector(5));
    assert_eq!(places[5].facts.output, Dims::Vector(2));

    // In a block, the join goes on with what the fork took in.
    let layers = list([LayerKind::Skip, dense(3), LayerKind::Add, dense(2)]);
    let places: Vec<_> = Walk::new(Dims::Vector(4), &layers).collect();
    let other = ShapeError::OtherShape(Dims::Vector(4));
    assert_eq!(places[2].misfit, Some(other));
    assert_eq!((places[3].input, places[3].misfit), (Dims::Vector(4), None));
}

/// A pooling that cannot join its convolution is alone, as in the types: the macro decides before the sizes are
/// known.
#[test]
fn a_pool_that_overlaps() {
    let conv = LayerKind::Conv2d(CONV);
    let pool =
        |stride| LayerKind::MaxPool2d(PoolOptions { size: [2, 2], stride, ..PoolOptions::NEW });
    let counts = |stride| {
        let layers = list([conv, LayerKind::Relu, pool(stride), LayerKind::Tanh, dense(2)]);
        let plan = Plan::new(Dims::Map([1, 8, 8]), &layers).unwrap();
        plan.blocks().map(|block| (block.kind, block.layers.len())).collect::<Vec<_>>()
    };
    let (activation, last) = ((BlockKind::Activation, 1), (BlockKind::Alone { spared: 0 }, 1));
    assert_eq!(counts(None), [(BlockKind::ConvolutionPool, 3), activation, last]);
    let activated = (BlockKind::Activated { spared: 0 }, 2);
    assert_eq!(counts(Some([1, 1])), [activated, last, activation, last]);
    // Without a convolution before it, it is activated.
    let layers = list([pool(Some([1, 1])), LayerKind::Tanh]);
    let plan = Plan::new(Dims::Map([1, 8, 8]), &layers).unwrap();
    assert!(plan.blocks().map(|block| block.kind).eq([activated.0]));
}

/// Multiply-adds are those that the loops of a convolution would count.
#[test]
fn taps_on_zeros_are_not_counted() {
    for (input, kernel, stride, zeros) in
        [(5, 3, 1, 0), (5, 3, 1, 1), (6, 5, 2, 3), (3, 2, 3, 3), (2, 7, 1, 4), (9, 1, 4, 2)]
    {
        let options = Conv2dOptions {
            out: 1,
            kernel: [1, kernel],
            stride: [1, stride],
            padding: PaddingOption::Zeros([0, zeros]),
            ..Conv2dOptions::NEW
        };
        let facts = LayerKind::Conv2d(options).facts(Dims::Map([1, 1, input])).unwrap();
        let (mut count, columns) = (0, facts.output.width());
        for cell in (0..columns).flat_map(|o| (0..kernel).map(move |tap| o * stride + tap)) {
            count += usize::from((zeros..zeros + input).contains(&cell));
        }
        assert_eq!(facts.multiply_adds, count, "{input} {kernel} {stride} {zeros}");
    }
}

/// Numbers that a `usize` cannot hold stay the largest there is, and no file makes a walk take long.
#[test]
fn sizes_that_are_too_large() {
    let most = usize::MAX;
    let conv = |kernel, zeros| {
        LayerKind::Conv2d(Conv2dOptions {
            out: most,
            kernel: [kernel, kernel],
            padding: PaddingOption::Zeros([zeros, zeros]),
            ..Conv2dOptions::NEW
        })
    };
    for (kernel, zeros) in [(most, most), (most / 2, most), (3, most), (most, 1)] {
        let layers = list([conv(kernel, zeros), dense(most)]);
        let walk = Walk::new(Dims::Map([1, most, 3]), &layers);
        let params: Vec<_> = walk.map(|placed| placed.facts.needs.params).collect();
        assert_eq!(params[1], most);
    }
}
