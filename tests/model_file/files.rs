//! Files, right ones and others, and the networks that they are of.

use tinyconv::model_file::{self, ModelFile, ModelFileError, Normalisation, Training};
use tinyconv::plan::*;
use tinyconv::{Init, Network, network};

network! {
    pub Small: 1 x 6 x 7 {
        first: Conv2d { out: 2, kernel: 3 }, LeakyRelu { slope: 0.125 }, MaxPool2d { size: 2 },
        AvgPool2d { size: (1, 2), stride: 1 }, Tanh,
        last: Dense { out: 3 },
    }
}

network! {
    pub Other: 1 x 6 x 7 {
        first: Conv2d { out: 2, kernel: 3 }, LeakyRelu { slope: 0.25 }, MaxPool2d { size: 2 },
        AvgPool2d { size: (1, 2), stride: 1 }, Tanh,
        last: Dense { out: 3 },
    }
}

pub const NORMALISATION: Normalisation = Normalisation { mean: 0.5, deviation: 2.0 };
pub const TRAINING: Training =
    Training { epochs: 3, batch: 32, seed: u64::MAX, learning_rate: 0.1, test_accuracy: 0.75 };
pub const LABELS: [&str; 3] = ["zero", "eins", "два"];

pub fn parameters() -> Vec<f32> {
    let mut params = vec![0.0; Small::PARAMS];
    <Small as Network>::init(Init::default(), 1, &mut params);
    params
}

pub fn bytes_of(params: &[f32]) -> Vec<u8> {
    params.iter().flat_map(|param| param.to_le_bytes()).collect()
}

pub fn write(model: &ModelFile) -> Vec<u8> {
    let mut buffer = vec![0xa5; 4096];
    model.write(&mut buffer).unwrap().to_vec()
}

pub fn file() -> Vec<u8> {
    let bytes = bytes_of(&parameters());
    let (input, layers) = (Small::INPUT, Small::LAYERS);
    let model =
        ModelFile::new("Small", input, layers, NORMALISATION, &LABELS, TRAINING, &bytes).unwrap();
    write(&model)
}

/// CRC-32 as in zip, bit by bit: what the file's checksum has to be, in other words.
pub fn crc(bytes: &[u8]) -> u32 {
    !bytes.iter().fold(u32::MAX, |crc, &byte| {
        (0..8).fold(crc ^ u32::from(byte), |crc, _| (crc >> 1) ^ (0xedb8_8320 * (crc & 1)))
    })
}

/// Why a file is not read: the same whether it is read as a whole or only for its parameters, which
/// stay what they are.
#[track_caller]
pub fn refused(file: &[u8]) -> ModelFileError {
    let mut params = vec![0.5; Small::PARAMS];
    let error = model_file::load::<Small>(file, &mut params).unwrap_err();
    assert_eq!(ModelFile::parse(file), Err(error));
    assert!(params.iter().all(|&param| param == 0.5));
    error
}

/// Magic, version and a checksum that is right around `content`.
pub fn sealed(version: u16, content: &[u8]) -> Vec<u8> {
    let mut file = b"TINYCONV".to_vec();
    file.extend(version.to_le_bytes());
    file.extend(content);
    file.extend(crc(&file).to_le_bytes());
    file
}

/// Files whose checksum and fingerprint are right, but whose sizes are nonsense. `ModelFile` has
/// public fields, so that they can be written.
pub fn hostile(
    input: Dims,
    layers: &[LayerSpec<'static>],
    count: u32,
    parameters: usize,
) -> Vec<u8> {
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

network! {
    pub Newer: 2 x 6 x 5 {
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
pub fn newer_file() -> Vec<u8> {
    let mut params = vec![0.0; Newer::PARAMS];
    <Newer as Network>::init(Init::default(), 2, &mut params);
    let bytes = bytes_of(&params);
    let (input, layers) = (Newer::INPUT, Newer::LAYERS);
    let model =
        ModelFile::new("Newer", input, layers, NORMALISATION, &LABELS, TRAINING, &bytes).unwrap();
    write(&model)
}
