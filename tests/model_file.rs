//! Model files: what is written is read, and whatever else is read is an error and never a panic.

#[path = "firmware/src/kinds/network.rs"]
mod every;

use every::Kinds;
use proptest::prelude::*;
use tinyconv::model_file::{self, MAX_LABELS, MAX_LAYERS, ModelFile, ModelFileError};
use tinyconv::model_file::{Normalisation, Training, VERSION};
use tinyconv::plan::*;
use tinyconv::{Init, Network, network};

network! {
    Small: 1 x 6 x 7 {
        first: Conv2d { out: 2, kernel: 3 }, LeakyRelu { slope: 0.125 }, MaxPool2d { size: 2 },
        AvgPool2d { size: (1, 2), stride: 1 }, Tanh,
        last: Dense { out: 3 },
    }
}

network! {
    Other: 1 x 6 x 7 {
        first: Conv2d { out: 2, kernel: 3 }, LeakyRelu { slope: 0.25 }, MaxPool2d { size: 2 },
        AvgPool2d { size: (1, 2), stride: 1 }, Tanh,
        last: Dense { out: 3 },
    }
}

const NORMALISATION: Normalisation = Normalisation { mean: 0.5, deviation: 2.0 };
const TRAINING: Training =
    Training { epochs: 3, batch: 32, seed: u64::MAX, learning_rate: 0.1, test_accuracy: 0.75 };
const LABELS: [&str; 3] = ["zero", "eins", "два"];

fn parameters() -> Vec<f32> {
    let mut params = vec![0.0; Small::PARAMS];
    <Small as Network>::init(Init::default(), 1, &mut params);
    params
}

fn bytes_of(params: &[f32]) -> Vec<u8> {
    params.iter().flat_map(|param| param.to_le_bytes()).collect()
}

fn write(model: &ModelFile) -> Vec<u8> {
    let mut buffer = vec![0xa5; 4096];
    model.write(&mut buffer).unwrap().to_vec()
}

fn file() -> Vec<u8> {
    let bytes = bytes_of(&parameters());
    let (input, layers) = (Small::INPUT, Small::LAYERS);
    let model =
        ModelFile::new("Small", input, layers, NORMALISATION, &LABELS, TRAINING, &bytes).unwrap();
    write(&model)
}

/// CRC-32 as in zip, bit by bit: what the file's checksum has to be, in other words.
fn crc(bytes: &[u8]) -> u32 {
    !bytes.iter().fold(u32::MAX, |crc, &byte| {
        (0..8).fold(crc ^ u32::from(byte), |crc, _| (crc >> 1) ^ (0xedb8_8320 * (crc & 1)))
    })
}

/// Why a file is not read: the same whether it is read as a whole or only for its parameters, which
/// stay what they are.
#[track_caller]
fn refused(file: &[u8]) -> ModelFileError {
    let mut params = vec![0.5; Small::PARAMS];
    let error = model_file::load::<Small>(file, &mut params).unwrap_err();
    assert_eq!(ModelFile::parse(file), Err(error));
    assert!(params.iter().all(|&param| param == 0.5));
    error
}

/// Magic, version and a checksum that is right around `content`.
fn sealed(version: u16, content: &[u8]) -> Vec<u8> {
    let mut file = b"TINYCONV".to_vec();
    file.extend(version.to_le_bytes());
    file.extend(content);
    file.extend(crc(&file).to_le_bytes());
    file
}

#[test]
fn what_is_written_is_read() {
    let (file, params) = (file(), parameters());
    let model = ModelFile::parse(&file).unwrap();
    assert_eq!((model.name, model.input), ("Small", Small::INPUT));
    assert_eq!(model.layers, Small::LAYERS);
    assert_eq!(model.parameter_count as usize, Small::PARAMS);
    assert_eq!(model.fingerprint, Small::FINGERPRINT);
    assert_eq!((model.normalisation, model.training), (NORMALISATION, TRAINING));
    assert_eq!(model.labels, LABELS);
    assert_eq!(model.parameters().len(), Small::PARAMS);
    let mut loaded = vec![f32::NAN; Small::PARAMS];
    model.load::<Small>(&mut loaded).unwrap();
    assert_eq!(bytes_of(&loaded), bytes_of(&params));
    loaded.fill(f32::NAN);
    model_file::load::<Small>(&file, &mut loaded).unwrap();
    assert_eq!(bytes_of(&loaded), bytes_of(&params));
    assert_eq!(write(&model), file);
    // Borrowed in place, not copied.
    assert!(file.as_ptr_range().contains(&model.parameters.as_ptr()));
}

#[test]
fn buffers_that_are_too_short() {
    let file = file();
    let model = ModelFile::parse(&file).unwrap();
    for len in 0..file.len() {
        assert_eq!(model.write(&mut vec![0; len]), Err(ModelFileError::BufferTooShort), "{len}");
    }
    assert_eq!(model.write(&mut vec![0; file.len()]).unwrap(), file);
}

#[test]
fn every_truncation_is_an_error() {
    let file = file();
    assert_eq!(refused(&[]), ModelFileError::NotAModelFile);
    for len in 1..file.len() {
        assert_eq!(refused(&file[..len]), ModelFileError::Damaged, "{len}");
    }
    let longer = [&file[..], &[0]].concat();
    assert_eq!(refused(&longer), ModelFileError::Damaged);
}

#[test]
fn every_flipped_bit_is_an_error() {
    let mut file = file();
    for bit in 0..8 * file.len() {
        file[bit / 8] ^= 1 << (bit % 8);
        let expected =
            if bit < 64 { ModelFileError::NotAModelFile } else { ModelFileError::Damaged };
        assert_eq!(refused(&file), expected, "bit {bit}");
        file[bit / 8] ^= 1 << (bit % 8);
    }
    assert!(ModelFile::parse(&file).is_ok());
}

#[test]
fn other_versions() {
    let file = file();
    let content = &file[10..file.len() - 4];
    assert_eq!(sealed(VERSION, content), file);
    for version in [VERSION + 1, 256, u16::MAX] {
        let newer = sealed(version, content);
        assert_eq!(refused(&newer), ModelFileError::Newer(version));
        // What follows the version may be anything then.
        assert_eq!(refused(&sealed(version, &[])), ModelFileError::Newer(version));
    }
    assert_eq!(refused(&sealed(0, content)), ModelFileError::Inconsistent);
    assert_eq!(refused(b"TINYWAVE, and more"), ModelFileError::NotAModelFile);
}

#[test]
fn other_networks() {
    let file = file();
    let model = ModelFile::parse(&file).unwrap();
    assert_eq!(Other::PARAMS, Small::PARAMS);
    let mut params = vec![0.5; Small::PARAMS + 1];
    let other = Err(ModelFileError::OtherNetwork);
    assert_eq!(model.load::<Other>(&mut params[..Other::PARAMS]), other);
    assert_eq!(model.load::<Small>(&mut params), other);
    assert_eq!(model.load::<Small>(&mut params[..Small::PARAMS - 1]), other);
    assert_eq!(model_file::load::<Other>(&file, &mut params[..Other::PARAMS]), other);
    assert_eq!(model_file::load::<Small>(&file, &mut params), other);
    assert_eq!(model_file::load::<Small>(&file, &mut params[..Small::PARAMS - 1]), other);
    assert!(params.iter().all(|&param| param == 0.5));
}

/// What a list of layers holds for a kind: its tag, then its options. Old files hold the same numbers.
#[test]
fn tags_are_the_numbers_of_variants() {
    let on_the_host =
        [LayerKind::BatchNorm(BatchNormOptions::NEW), LayerKind::Dropout(DropoutOptions::NEW)];
    let on_devices = Kinds::LAYERS.iter().map(|layer| layer.kind);
    let mut tags: Vec<u32> = Vec::new();
    for kind in on_devices.chain(on_the_host) {
        let mut buffer = [0; 64];
        let bytes = &*postcard::to_slice(&kind, &mut buffer).unwrap();
        assert_eq!(u32::from(bytes[0]), kind.tag(), "{kind}");
        assert_eq!(postcard::from_bytes::<LayerKind>(bytes), Ok(kind));
        tags.push(kind.tag());
    }
    tags.sort_unstable();
    tags.dedup();
    // None is missing up to the last one that can be written.
    let written = written().iter().filter(|written| written.name == written.kind).count();
    assert_eq!(tags, (0..written as u32 + 2).collect::<Vec<_>>());
}

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
    assert_eq!(largest[position], MAX_LAYERS as u8);
    let mut content = largest[10..largest.len() - 4].to_vec();
    content[position - 10] += 1;
    content.splice(position - 9..position - 9, [0, 7]);
    assert_eq!(ModelFile::parse(&sealed(VERSION, &content)), Err(ModelFileError::Inconsistent));
}

/// Files whose checksum and fingerprint are right, but whose sizes are nonsense. `ModelFile` has
/// public fields, so that they can be written.
fn hostile(input: Dims, layers: &[LayerSpec<'static>], count: u32, parameters: usize) -> Vec<u8> {
    let bytes = vec![0; parameters];
    let one = [LayerSpec { name: "", kind: LayerKind::Relu }];
    let mut model =
        ModelFile::new("H", Dims::Vector(1), &one, NORMALISATION, &[], TRAINING, &[]).unwrap();
    model.input = input;
    model.layers = layers.iter().copied().collect();
    model.fingerprint = fingerprint(input, layers);
    model.parameter_count = count;
    model.parameters = &bytes;
    write(&model)
}

#[test]
fn hostile_sizes() {
    const MAX: usize = usize::MAX;
    let layer = |kind| LayerSpec { name: "h", kind };
    let dense = |out| layer(LayerKind::Dense(DenseOptions { out }));
    let conv = |out, kernel, stride, padding| {
        layer(LayerKind::Conv2d(Conv2dOptions { out, kernel, stride, padding }))
    };
    let zeros = PaddingOption::Zeros;
    let max_pool = |size, stride| layer(LayerKind::MaxPool2d(PoolOptions { size, stride }));
    let average = |size, stride| layer(LayerKind::AvgPool2d(PoolOptions { size, stride }));
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

network! {
    Newer: 2 x 6 x 5 {
        start: Conv2d { out: 3, kernel: 3, padding: same }, BatchNorm { epsilon: 0.25 }, Relu,
        Residual {
            DepthwiseConv2d { kernel: (3, 1), padding: same }, BatchNorm { momentum: 0.5 },
            Residual { PointwiseConv2d { out: 3 }, Tanh },
        }, Relu,
        AvgPool2d { size: 3, stride: 1 },
        drop: Dropout { keep: 0.75 },
        Dense { out: 4 },
        Softmax,
    }
}

/// A file with the kinds of layers that `Small` has not.
fn newer_file() -> Vec<u8> {
    let mut params = vec![0.0; Newer::PARAMS];
    <Newer as Network>::init(Init::default(), 2, &mut params);
    let bytes = bytes_of(&params);
    let (input, layers) = (Newer::INPUT, Newer::LAYERS);
    let model =
        ModelFile::new("Newer", input, layers, NORMALISATION, &LABELS, TRAINING, &bytes).unwrap();
    write(&model)
}

#[test]
fn newer_kinds_of_layers_are_written_and_read() {
    let file = newer_file();
    let model = ModelFile::parse(&file).unwrap();
    assert_eq!(model.layers, Newer::LAYERS);
    assert_eq!(model.fingerprint, Newer::FINGERPRINT);
    assert_eq!(write(&model), file);
    let (mut parsed, mut loaded) = (vec![f32::NAN; Newer::PARAMS], vec![f32::NAN; Newer::PARAMS]);
    model.load::<Newer>(&mut parsed).unwrap();
    model_file::load::<Newer>(&file, &mut loaded).unwrap();
    assert_eq!(bytes_of(&parsed), bytes_of(&loaded));
    // Variances begin as ones.
    let variances = 3 * (2 * 9 + 1) + 3 * 3;
    assert_eq!(parsed[variances..variances + 3], [1.0; 3]);
    assert_eq!(model.load::<Small>(&mut [0.0; Small::PARAMS]), Err(ModelFileError::OtherNetwork));
}

/// Lists that are no network: halves of blocks, options that make no sense, layers out of place.
#[test]
fn hostile_lists() {
    let layer = |kind| LayerSpec { name: "h", kind };
    let dense = layer(LayerKind::Dense(DenseOptions { out: 4 }));
    let (skip, add) = (layer(LayerKind::Skip), layer(LayerKind::Add));
    let relu = layer(LayerKind::Relu);
    let norm_of =
        |epsilon, momentum| layer(LayerKind::BatchNorm(BatchNormOptions { epsilon, momentum }));
    let norm = norm_of(0.5, 0.5);
    let keep = |keep| layer(LayerKind::Dropout(DropoutOptions { keep }));
    let depthwise = |kernel, stride, padding| {
        let options = DepthwiseConv2dOptions { kernel, stride, padding };
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
    for layers in [&[skip, dense, norm, add, keep(1.0)][..], &[dense, norm, skip, dense, add]] {
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
        (vector, &[skip, relu, add]),
        (vector, &[skip, layer(LayerKind::Dense(DenseOptions { out: 3 })), add]),
        (map, &[skip, layer(LayerKind::Flatten), dense, add]),
        (map, &[skip, depthwise([2, 2], [1, 1], zeros([0, 0])), add]),
        (vector, &[norm]),
        (vector, &[norm, dense]),
        (vector, &[relu, norm]),
        (vector, &[dense, relu, norm]),
        (vector, &[dense, norm, norm]),
        (vector, &[dense, skip, norm, add]),
        (vector, &[skip, dense, add, norm]),
        (vector, &[dense, keep(0.5), norm]),
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

proptest! {
    /// Any bytes behind a right magic, version and checksum: an answer, never a panic; and what is
    /// accepted is written as it was read.
    #[test]
    fn random_content(content in proptest::collection::vec(any::<u8>(), 0..200)) {
        let mut params = vec![0.0; Small::PARAMS];
        prop_assert!(model_file::load::<Small>(&sealed(VERSION, &content), &mut params).is_err());
        let file = sealed(VERSION, &content);
        if let Ok(model) = ModelFile::parse(&file) {
            let mut buffer = vec![0; file.len() + 16];
            let written = model.write(&mut buffer).unwrap();
            // Not the models: a NaN is not equal to itself.
            prop_assert_eq!(write(&ModelFile::parse(written).unwrap()), written);
        }
    }

    /// The same from a good file with a few bytes changed, which gets further into the fields.
    #[test]
    fn random_changes(changes in proptest::collection::vec((10usize..250, any::<u8>()), 1..6)) {
        let file = file();
        let mut content = file[10..file.len() - 4].to_vec();
        for (position, value) in changes {
            let len = content.len();
            content[position % len] = value;
        }
        let file = sealed(VERSION, &content);
        if let Ok(model) = ModelFile::parse(&file) {
            let mut params = vec![0.0; Small::PARAMS];
            prop_assert_eq!(model.parameters().len(), model.parameter_count as usize);
            let loaded = model.load::<Small>(&mut params);
            prop_assert_eq!(loaded.is_ok(), model.fingerprint == Small::FINGERPRINT);
        }
    }

    /// The same from a file with the newer kinds of layers; most changes are within their list.
    #[test]
    fn random_changes_of_newer_kinds(
        changes in proptest::collection::vec((0usize..140, any::<u8>()), 1..6)
    ) {
        let file = newer_file();
        let mut content = file[10..file.len() - 4].to_vec();
        for (position, value) in changes {
            content[position] = value;
        }
        let file = sealed(VERSION, &content);
        let mut params = vec![0.0; Newer::PARAMS];
        // A device does not look at the list: it takes what has its fingerprint.
        let _ = model_file::load::<Newer>(&file, &mut params);
        if let Ok(model) = ModelFile::parse(&file) {
            prop_assert_eq!(model.parameters().len(), model.parameter_count as usize);
            let loaded = model.load::<Newer>(&mut params);
            prop_assert_eq!(loaded.is_ok(), model.fingerprint == Newer::FINGERPRINT);
            prop_assert!(Plan::new(model.input, &model.layers).is_ok());
        }
    }

    /// Any list of small layers: the file and the plan agree on whether it is a network.
    #[test]
    fn random_lists(kinds in proptest::collection::vec(0usize..9, 1..12)) {
        let all = [
            LayerKind::Skip,
            LayerKind::Add,
            LayerKind::Dense(DenseOptions { out: 4 }),
            LayerKind::Dense(DenseOptions { out: 3 }),
            LayerKind::BatchNorm(BatchNormOptions::NEW),
            LayerKind::Dropout(DropoutOptions { keep: 0.5 }),
            LayerKind::Relu,
            LayerKind::Softmax,
            LayerKind::Flatten,
        ];
        let layers: Vec<_> =
            kinds.into_iter().map(|kind| LayerSpec { name: "", kind: all[kind] }).collect();
        let (mut dims, mut count) = (Dims::Vector(4), 0);
        for layer in &layers {
            count += layer.kind.params(dims);
            dims = layer.kind.facts(dims).unwrap().output;
        }
        let file = hostile(Dims::Vector(4), &layers, count as u32, 4 * count);
        let plan = Plan::new(Dims::Vector(4), &layers);
        prop_assert_eq!(ModelFile::parse(&file).is_ok(), plan.is_ok());
        if let Ok(plan) = plan {
            prop_assert_eq!(plan.all().params, count);
        }
    }

    #[test]
    fn random_bytes(bytes in proptest::collection::vec(any::<u8>(), 0..64)) {
        prop_assert!(ModelFile::parse(&bytes).is_err());
    }
}
