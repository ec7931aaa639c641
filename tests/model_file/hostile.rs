//! Files whose checksum is right and whose content is not.

use tinyconv::model_file::{MAX_LABELS, MAX_LAYERS, ModelFile, ModelFileError, VERSION};
use tinyconv::plan::*;

use crate::files::*;

#[test]
fn too_many_layers_and_labels() {
    let relu = LayerSpec { name: "", kind: LayerKind::Relu };
    let new = |layers: usize, labels: usize| {
        let (layers, labels) = (vec![relu; layers], vec!["x"; labels]);
        let input = Dims::Map([1, 2, 3]);
        ModelFile::new("N", input, &layers, NORMALISATION, &labels, TRAINING, &[])
            .map(|model| write(&model))
    };
    assert_eq!(new(MAX_LAYERS + 1, 0), Err(ModelFileError::TooLarge));
    assert_eq!(new(1, MAX_LABELS + 1), Err(ModelFileError::TooLarge));
    let largest = new(MAX_LAYERS, MAX_LABELS).unwrap();
    assert_eq!(ModelFile::parse(&largest).unwrap().labels.len(), MAX_LABELS);
    // One layer more in the file than there is room for.
    let position = 10 + 1 + 1 + 4;
    // 128, seven bits a byte.
    assert_eq!((MAX_LAYERS, &largest[position..position + 2]), (128, &[0x80, 1][..]));
    let mut content = largest[10..largest.len() - 4].to_vec();
    content[position - 10] += 1;
    content.splice(position - 8..position - 8, [0, 7]);
    assert_eq!(refused(&sealed(VERSION, &content)), ModelFileError::TooLarge);
    // And one label: 1024 of them are [0x80, 8].
    let mut content = largest[10..largest.len() - 4].to_vec();
    let labels = content.windows(4).position(|bytes| bytes == [0x80, 8, 1, b'x']).unwrap();
    content[labels] += 1;
    content.splice(labels + 2..labels + 2, [1, b'y']);
    assert_eq!(refused(&sealed(VERSION, &content)), ModelFileError::TooLarge);
}

#[test]
fn hostile_sizes() {
    const MAX: usize = usize::MAX;
    let layer = |kind| LayerSpec { name: "h", kind };
    let dense = |out| layer(LayerKind::Dense(DenseOptions { out }));
    let conv = |out, kernel, stride, padding| {
        layer(LayerKind::Conv2d(Conv2dOptions {
            out,
            kernel,
            stride,
            padding,
            ..Conv2dOptions::NEW
        }))
    };
    let zeros = PaddingOption::Zeros;
    let max_pool = |size, stride| {
        layer(LayerKind::MaxPool2d(PoolOptions { size, stride, ..PoolOptions::NEW }))
    };
    let average = |size, stride| {
        layer(LayerKind::AvgPool2d(AvgPoolOptions { size, stride, ..AvgPoolOptions::NEW }))
    };
    let relu = layer(LayerKind::Relu);
    let flatten = layer(LayerKind::Flatten);
    let global = layer(LayerKind::GlobalAvgPool2d);
    let map = Dims::Map([1, 6, 7]);
    // The harness itself writes files that are read.
    assert!(ModelFile::parse(&hostile(map, &[dense(1)], 43, 4 * 43)).is_ok());

    let cases: &[(Dims, &[LayerSpec<'static>])] = &[
        (map, &[]),
        (map, &[dense(MAX)]),
        (map, &[dense(1_000_000_000_000)]),
        (map, &[dense(MAX / 43 + 1)]),
        (map, &[dense(0)]),
        (Dims::Vector(MAX), &[dense(1)]),
        (Dims::Vector(MAX), &[dense(MAX)]),
        (Dims::Vector(MAX), &[relu]),
        (Dims::Vector(1 << 32), &[relu]),
        (Dims::Vector(0), &[relu]),
        (Dims::Vector(0), &[dense(3)]),
        (Dims::Map([MAX, MAX, MAX]), &[flatten]),
        (Dims::Map([MAX, MAX, MAX]), &[flatten, dense(2)]),
        (Dims::Map([2, 1 << 40, 1 << 40]), &[global]),
        (Dims::Map([0, 6, 7]), &[relu]),
        (Dims::Map([1, 0, 7]), &[flatten]),
        (Dims::Map([1, 6, 0]), &[global]),
        (Dims::Map([MAX, 6, 7]), &[conv(1, [1, 1], [1, 1], zeros([0, 0]))]),
        (map, &[conv(0, [1, 1], [1, 1], zeros([0, 0]))]),
        (map, &[conv(1, [0, 1], [1, 1], zeros([0, 0]))]),
        (map, &[conv(1, [1, 1], [0, 1], zeros([0, 0]))]),
        (map, &[conv(1, [1, 1], [1, 0], PaddingOption::Same)]),
        (map, &[conv(MAX, [MAX, MAX], [1, 1], PaddingOption::Full)]),
        (map, &[conv(1, [MAX, MAX], [MAX, MAX], PaddingOption::Same)]),
        (map, &[conv(1, [1, MAX], [1, 1], zeros([MAX, MAX]))]),
        (map, &[conv(1, [1, 1], [1, 1], zeros([MAX, MAX]))]),
        (map, &[conv(1, [1, 1], [1, 1], zeros([MAX / 2, 0]))]),
        (map, &[conv(1, [1, 1], [MAX, MAX], zeros([1 << 40, 1 << 40]))]),
        (map, &[conv(1, [1, 1], [1 << 40, 1], zeros([0, 0]))]),
        (map, &[max_pool([MAX, 1], None)]),
        (map, &[max_pool([0, 1], None)]),
        (map, &[average([1, 1], Some([0, 1]))]),
        (map, &[average([1, 1], Some([MAX, 1]))]),
        (map, &[global, max_pool([1, 1], None)]),
        (map, &[flatten, global]),
        (Dims::Map([1, 16, 16]), &[max_pool([16, 16], None)]),
        (map, &[layer(LayerKind::LeakyRelu(LeakyReluOptions { slope: f32::NAN }))]),
        (map, &[layer(LayerKind::LeakyRelu(LeakyReluOptions { slope: 0.0 }))]),
    ];
    for (index, (input, layers)) in cases.iter().enumerate() {
        // With as many parameters as they claim, modulo whatever wraps, and with none.
        let mut dims = *input;
        let mut count = 0usize;
        for layer in *layers {
            count = count.wrapping_add(layer.kind.params(dims));
            dims = layer.kind.facts(dims).map_or(dims, |facts| facts.output);
        }
        for (count, parameters) in [(count as u32, 0), (0, 0), (1, 4), (2, 8), (86, 4 * 86)] {
            let file = hostile(*input, layers, count, parameters);
            let result = ModelFile::parse(&file);
            assert_eq!(result, Err(ModelFileError::Inconsistent), "case {index}, {count}");
        }
    }
}

/// Lists that are no network: halves of blocks, options that make no sense, layers out of place.
#[test]
fn hostile_lists() {
    let layer = |kind| LayerSpec { name: "h", kind };
    let dense = layer(LayerKind::Dense(DenseOptions { out: 4 }));
    let (skip, add) = (layer(LayerKind::Skip), layer(LayerKind::Add));
    let (branch, concat) = (layer(LayerKind::Branch), layer(LayerKind::Concat));
    const CONV: Conv2dOptions = Conv2dOptions { out: 4, kernel: [1, 2], ..Conv2dOptions::NEW };
    let relu = layer(LayerKind::Relu);
    let norm_of =
        |epsilon, momentum| layer(LayerKind::BatchNorm(BatchNormOptions { epsilon, momentum }));
    let norm = norm_of(0.5, 0.5);
    let keep = |keep| layer(LayerKind::Dropout(DropoutOptions { keep }));
    let depthwise = |kernel, stride, padding| {
        let options =
            DepthwiseConv2dOptions { kernel, stride, padding, ..DepthwiseConv2dOptions::NEW };
        layer(LayerKind::DepthwiseConv2d(options))
    };
    let zeros = PaddingOption::Zeros;
    let (vector, map) = (Dims::Vector(4), Dims::Map([4, 3, 3]));
    let parse = |input: Dims, layers: &[LayerSpec<'static>]| {
        let (mut dims, mut count) = (input, 0usize);
        for layer in layers {
            count = count.wrapping_add(layer.kind.params(dims));
            dims = layer.kind.facts(dims).map_or(dims, |facts| facts.output);
        }
        // Where the count is out of all measure, the file has few.
        let count = count.min(900);
        ModelFile::parse(&hostile(input, layers, count as u32, 4 * count)).map(|_| ())
    };
    // What is right is read.
    for layers in [
        &[skip, dense, norm, add, keep(1.0)][..],
        &[dense, norm, skip, dense, add],
        &[norm, dense, relu, norm, norm, skip, relu, add, norm],
        &[skip, dense, branch, norm, add],
        &[skip, branch, relu, add],
        &[skip, relu, concat],
    ] {
        assert_eq!(parse(vector, layers), Ok(()));
    }
    assert_eq!(parse(map, &[depthwise([1, 1], [1, 1], zeros([0, 0])), norm]), Ok(()));

    let cases: &[(Dims, &[LayerSpec<'static>])] = &[
        (vector, &[add]),
        (vector, &[dense, add]),
        (vector, &[skip]),
        (vector, &[skip, dense]),
        (vector, &[skip, skip, dense, add]),
        (vector, &[skip, dense, add, add]),
        (vector, &[add, dense, skip]),
        (vector, &[skip, add]),
        (vector, &[skip, keep(0.5), add]),
        (vector, &[branch]),
        (vector, &[dense, branch, dense]),
        (vector, &[skip, branch, add]),
        (vector, &[skip, dense, branch, add]),
        (vector, &[skip, dense, branch, concat]),
        (vector, &[skip, dense, branch, dense, branch, dense, add]),
        (vector, &[skip, dense, branch, layer(LayerKind::Dense(DenseOptions { out: 3 })), add]),
        (vector, &[concat]),
        (map, &[skip, dense, concat]),
        (map, &[skip, depthwise([2, 2], [1, 1], zeros([0, 0])), concat]),
        (map, &[depthwise([1, 1], [1, 1], PaddingOption::Sides([[0, usize::MAX], [0, 0]]))]),
        (map, &[layer(LayerKind::Conv2d(Conv2dOptions { groups: 3, ..CONV }))]),
        (map, &[layer(LayerKind::Conv2d(Conv2dOptions { groups: 0, ..CONV }))]),
        (map, &[layer(LayerKind::Conv2d(Conv2dOptions { dilation: [1, 0], ..CONV }))]),
        (map, &[layer(LayerKind::Conv2d(Conv2dOptions { dilation: [1, usize::MAX], ..CONV }))]),
        (vector, &[skip, layer(LayerKind::Dense(DenseOptions { out: 3 })), add]),
        (map, &[skip, layer(LayerKind::Flatten), dense, add]),
        (map, &[skip, depthwise([2, 2], [1, 1], zeros([0, 0])), add]),
        (vector, &[dense, norm_of(0.0, 0.5)]),
        (vector, &[dense, norm_of(-1.0, 0.5)]),
        (vector, &[dense, norm_of(f32::NAN, 0.5)]),
        (vector, &[dense, norm_of(f32::INFINITY, 0.5)]),
        (vector, &[dense, norm_of(0.5, -0.25)]),
        (vector, &[dense, norm_of(0.5, 1.5)]),
        (vector, &[dense, norm_of(0.5, f32::NAN)]),
        (vector, &[dense, keep(f32::NAN)]),
        (vector, &[dense, keep(0.0)]),
        (vector, &[dense, keep(-0.5)]),
        (vector, &[dense, keep(1.5)]),
        (vector, &[depthwise([1, 1], [1, 1], zeros([0, 0]))]),
        (map, &[depthwise([0, 1], [1, 1], zeros([0, 0]))]),
        (map, &[depthwise([1, 1], [1, 0], zeros([0, 0]))]),
        (map, &[depthwise([4, 1], [1, 1], zeros([0, 0]))]),
        (map, &[depthwise([usize::MAX, 1], [1, 1], PaddingOption::Full)]),
        (map, &[depthwise([1, 1], [1, 1], zeros([usize::MAX, 0]))]),
    ];
    for (index, (input, layers)) in cases.iter().enumerate() {
        assert_eq!(parse(*input, layers), Err(ModelFileError::Inconsistent), "case {index}");
    }
}

#[test]
fn contradictions() {
    let file = file();
    let model = ModelFile::parse(&file).unwrap();
    let inconsistent = |change: &dyn Fn(&mut ModelFile)| {
        let mut changed = model.clone();
        change(&mut changed);
        assert_eq!(ModelFile::parse(&write(&changed)), Err(ModelFileError::Inconsistent));
    };
    inconsistent(&|model| model.parameter_count += 1);
    inconsistent(&|model| model.fingerprint ^= 1);
    inconsistent(&|model| model.parameters = &model.parameters[4..]);
    inconsistent(&|model| model.parameters = &model.parameters[1..]);
    inconsistent(&|model| model.input = Dims::Map([1, 7, 6]));
    inconsistent(&|model| {
        model.layers.pop();
    });
    let mut trailing = file[10..file.len() - 4].to_vec();
    trailing.push(0);
    assert_eq!(ModelFile::parse(&sealed(VERSION, &trailing)), Err(ModelFileError::Inconsistent));
}
