//! TensorFlow Lite out and in again: the layers, the parameters, what they compute; and LiteRT's numbers.

use tinyconv::model_file::{ModelFile, Normalisation, Training};
use tinyconv::plan::{Dims, LayerKind, LayerSpec, Plan};
use tinyconv::{Network, network};
use tinyconv_exchange::parity::{Parity, stored};
use tinyconv_exchange::{ImportedNetwork, tflite};
use tinyconv_training::files;
use tinyconv_training::interpret::Interpreter;
use tinyconv_training::limits::Limits;

network! {
    /// What the format has operators of its own for.
    Small: 2 x 8 x 6 {
        stem: Conv2d { out: 6, kernel: 3, stride: 2, padding: same }, Clip { low: 0.0, high: 6.0 },
        Residual {
            depthwise: DepthwiseConv2d { kernel: 3, padding: 1 }, HardSwish,
            pointwise: Conv2d { out: 6, kernel: 1 },
            Branch { projection: Conv2d { out: 6, kernel: 1 } },
        }, Relu,
        Concat {
            left: Conv2d { out: 4, kernel: 3, padding: 1 }, Tanh,
            Branch { right: Conv2d { out: 2, kernel: 1 }, LeakyRelu { slope: 0.125 } },
        },
        MaxPool2d { size: 2 },
        hidden: Dense { out: 5 }, Sigmoid, head: Dense { out: 3 }, Softmax,
    }
}

network! {
    /// What takes several.
    Composed: 3 x 9 x 7 {
        a: Conv2d { out: 4, kernel: 3, padding: 1, stride: 2 }, PRelu,
        b: Conv2d { out: 4, kernel: (3, 2), padding: causal, dilation: 2, groups: 2 }, Silu,
        c: DepthwiseConv2d { kernel: 3, padding: 2, multiplier: 2 }, Elu,
        MaxPool2d { size: 3, stride: 2, padding: 1 },
        AvgPool2d { size: 2, stride: 1, padding: same },
        AvgPool2d { size: 3, stride: 1, padding: 1, counts_padding: true },
        Scale, Clip { low: -0.5, high: 0.75 },
        GlobalAvgPool2d, Dense { out: 4 },
    }
}

network! {
    /// What is not said in the same words.
    Trained: 1 x 6 x 6 {
        c: Conv2d { out: 2, kernel: 3 }, n: BatchNorm, Relu, Dropout { keep: 0.5 }, Flatten, Dense { out: 3 },
    }
}

/// Parameters of which each is another number, above zero, so that they are good variances, too.
fn parameters(count: usize) -> Vec<f32> {
    (0..count)
        .map(|at| 0.05 + (at * 37 % 101) as f32 / 404.0 - 0.1 * (at % 3 == 1) as u8 as f32)
        .collect()
}

fn exported<N: Network>() -> (Vec<u8>, Vec<f32>) {
    let mut params = parameters(N::PARAMS);
    params.iter_mut().for_each(|x| *x = if N::PARAMS < 200 { x.abs() + 0.01 } else { *x });
    let bytes: Vec<u8> = params.iter().flat_map(|x| x.to_le_bytes()).collect();
    let normalisation = Normalisation { mean: 1.0, deviation: 255.0 };
    let training =
        Training { epochs: 1, batch: 2, seed: 3, learning_rate: 0.5, test_accuracy: 0.5 };
    let file =
        ModelFile::new("n", N::INPUT, N::LAYERS, normalisation, &["x"], training, &bytes).unwrap();
    // As it is read from a file.
    let encoded = files::encode_file(&file).unwrap();
    (tflite::export(&ModelFile::parse(&encoded).unwrap()).unwrap(), params)
}

fn outputs(input: Dims, layers: &[LayerSpec<'_>], params: &[f32]) -> Vec<f32> {
    let samples: Vec<f32> = (0..input.len()).map(|at| (at * 29 % 53) as f32 / 26.5 - 1.0).collect();
    Interpreter::new(input, layers).unwrap().run_each(params, &samples, |_, _: &[f32]| {})
}

fn largest_difference(a: &[f32], b: &[f32]) -> f32 {
    assert_eq!(a.len(), b.len());
    a.iter().zip(b).fold(0.0, |most, (a, b)| most.max((a - b).abs()))
}

fn kinds(network: &ImportedNetwork) -> Vec<LayerKind> {
    network.layers.iter().map(|layer| layer.kind).collect()
}

#[test]
fn layers_and_parameters_come_back() {
    let (bytes, params) = exported::<Small>();
    let network = tflite::import(&bytes).unwrap();
    assert_eq!(network.specs(), Small::LAYERS);
    assert_eq!(network.parameters(), params);
    assert_eq!(network.input_turn.sizes(), [8, 6, 2]);
    let notes = network.notes.unwrap();
    assert_eq!((&*notes.network, &*notes.labels[0]), ("n", "x"));
    assert_eq!(notes.normalisation.of(0).mean, 1.0);
}

#[test]
fn what_takes_several_operators_computes_the_same() {
    let (bytes, params) = exported::<Composed>();
    let network = tflite::import(&bytes).unwrap();
    assert_eq!(kinds(&network).len(), Composed::LAYERS.len(), "{:?}", kinds(&network));
    let ours = outputs(Composed::INPUT, Composed::LAYERS, &params);
    let theirs = outputs(network.input, &network.specs(), &network.parameters());
    assert!(largest_difference(&ours, &theirs) <= 1e-6, "{ours:?} {theirs:?}");
    // Every one of the numbers matters.
    assert!(ours.iter().all(|x| x.abs() > 1e-3));
}

#[test]
fn normalisation_becomes_arithmetic_and_dropout_nothing() {
    let (bytes, params) = exported::<Trained>();
    let network = tflite::import(&bytes).unwrap();
    assert!(kinds(&network).iter().all(|kind| !matches!(kind, LayerKind::Dropout(_))));
    let ours = outputs(Trained::INPUT, Trained::LAYERS, &params);
    let theirs = outputs(network.input, &network.specs(), &network.parameters());
    assert!(
        largest_difference(&ours, &theirs) <= 1e-5 * ours[0].abs().max(1.0),
        "{ours:?} {theirs:?}"
    );
    assert!(Plan::new(network.input, &network.specs()).is_ok());
}

#[test]
fn what_no_operator_says_is_refused_by_name() {
    use tinyconv::plan::EluOptions;
    let layers = [LayerSpec { name: "", kind: LayerKind::Elu(EluOptions { alpha: 0.5 }) }];
    let training =
        Training { epochs: 0, batch: 0, seed: 0, learning_rate: 0.0, test_accuracy: 0.0 };
    let normalisation = Normalisation { mean: 0.0, deviation: 1.0 };
    let file =
        ModelFile::new("n", Dims::Vector(3), &layers, normalisation, &[], training, &[]).unwrap();
    let refused = tflite::export(&file).unwrap_err().to_string();
    assert!(refused.contains("1 (Elu)") && refused.contains("0.5"), "{refused}");
}

#[test]
fn litert_computes_the_same() {
    for name in ["blocks", "composed", "trained"] {
        let path = format!("{}/../../tests/data/tflite/{name}.tflite", env!("CARGO_MANIFEST_DIR"));
        let network = tflite::import(&std::fs::read(&path).unwrap()).unwrap();
        let (input, output) = (network.input.len(), network.output().len());
        let vectors = stored(path.as_ref(), input, output).unwrap().expect("they are there");
        assert_eq!(vectors.inputs.len(), 4 * input);
        let parity = Parity::with_vectors(&network, &vectors, Limits::USUAL).unwrap();
        assert!(parity.holds(), "{name}: {}", parity.relative);
    }
}

#[test]
fn the_files_are_what_the_exporter_writes() {
    let (small, composed) = (exported::<Small>().0, exported::<Composed>().0);
    let trained = exported::<Trained>().0;
    for (name, bytes) in [("blocks", small), ("composed", composed), ("trained", trained)] {
        let path = format!("{}/../../tests/data/tflite/{name}.tflite", env!("CARGO_MANIFEST_DIR"));
        if std::env::var_os("BLESS").is_some() {
            std::fs::write(&path, &bytes).unwrap();
        }
        assert!(
            std::fs::read(&path).unwrap() == bytes,
            "{name}: if that is meant, run with BLESS=1, then tests/data/tflite/litert.py"
        );
    }
}

#[test]
fn damaged_files_are_refused_or_are_networks() {
    let (good, _) = exported::<Small>();
    for end in (0..good.len()).step_by(7) {
        assert!(tflite::import(&good[..end]).is_err(), "{end} bytes");
    }
    for at in 0..good.len().min(3000) {
        for value in [0, 0x7f, 0xff] {
            let mut bytes = good.clone();
            bytes[at] = value;
            if let Ok(network) = tflite::import(&bytes) {
                assert!(network.parameters().iter().all(|x| x.is_finite()));
            }
        }
    }
}
