//! The network `digits` against PyTorch: logits, loss, every gradient and four optimizers.
//!
//! `tests/data/golden.safetensors` holds PyTorch's numbers; `tests/data/golden.py`, which packed
//! them, says how they were made. `tests/data/optimizers.safetensors`, by `tests/data/optimizers.py`,
//! holds 20 steps of every optimizer; layers and losses that `digits` has not have files of their own.

#[path = "golden/layers.rs"]
mod layers;
#[path = "golden/losses.rs"]
mod losses;
#[path = "golden/optimizers.rs"]
mod optimizers;
#[path = "gradients/places.rs"]
mod places;
#[path = "golden/rules.rs"]
mod rules;
#[path = "gradients/stages.rs"]
mod stages;
#[path = "golden/vectors.rs"]
mod vectors;

use tinyconv::layers::{Apart, Linked};
use tinyconv::loss::{backward_cross_entropy, cross_entropy};
use tinyconv::{
    Accumulate, Direct, Element, Fixed, InputOf, Layer, Network, OutputOf, Saved, Scratch, Shape,
    Tape, network,
};
use vectors::{Pass, Vectors};

network! {
    /// The network of the vectors.
    pub Digits: 1 x 28 x 28 {
        conv1: Conv2d { out: 6, kernel: 5 }, Relu, MaxPool2d { size: 2 },
        conv2: Conv2d { out: 16, kernel: 5 }, Relu, MaxPool2d { size: 2 },
        classify: Dense { out: 10 },
    }
}

/// Double precision: both sides round each operation to 2^-53 and add up to 18 432 terms in another
/// order; 1e-12 of the largest value leaves room for some thousand roundings of that size.
const F64: f64 = 1e-12;

/// Single precision against double: the same with 2^-24, but room for 168 roundings only.
const F32: f64 = 1e-5;

/// A logit carries some roundings of 2^-24 of its own size (eight are allowed), and the exponential
/// makes that absolute error a relative one of the probabilities: of the loss and every gradient.
/// It counts where a trained network's logits are in the tens.
fn softmax_error(logits: &[f64], epsilon: f64) -> f64 {
    8.0 * epsilon * logits.iter().fold(0.0f64, |largest, x| largest.max(x.abs()))
}

/// Requires `|ours - theirs| <= tolerance * the largest of theirs`, and that there is something.
#[track_caller]
fn assert_close<E: Element + Into<f64>>(what: &str, ours: &[E], theirs: &[f64], tolerance: f64) {
    assert_eq!(ours.len(), theirs.len(), "{what}");
    let largest = theirs.iter().fold(0.0f64, |largest, x| largest.max(x.abs()));
    assert!(largest > 0.0, "{what}: all zero");
    for (index, (&ours, &theirs)) in ours.iter().zip(theirs).enumerate() {
        let ours: f64 = ours.into();
        let error = (ours - theirs).abs() / largest;
        assert!(error <= tolerance, "{what}[{index}]: {ours:e} is not {theirs:e} ({error:e})");
    }
}

/// Pixels divided by 255 in single precision, and then widened, as the vectors' inputs were.
fn normalise<E: Element>(pixels: &[u8]) -> Vec<E> {
    pixels.iter().map(|&pixel| E::splat(f32::from(pixel) / 255.0)).collect()
}

fn infer<E: Element>(params: &[f32], input: &[E]) -> Vec<E> {
    let mut logits = vec![E::ZERO; 10];
    let map = OutputOf::<Digits>::view_mut(&mut logits);
    let scratch = &mut [E::ZERO; Digits::INFER_SCRATCH];
    <Digits as Network>::infer(params, InputOf::<Digits>::view(input), scratch, map);
    logits
}

/// The mean loss of a batch; its gradients are added to `gradients`.
fn batch<E: Element<Choice = u8, Class = u16>>(
    params: &[f32],
    images: &[u8],
    labels: &[u16],
    gradients: &mut [E],
) -> E {
    let count = E::splat(labels.len() as f32);
    let mut total = E::ZERO;
    for (image, &label) in images.chunks_exact(Digits::INPUT_LEN).zip(labels) {
        let outcome = Digits::gradients(
            Accumulate { parameters: params, gradients },
            InputOf::<Digits>::view(&normalise::<E>(image)),
            label,
            E::splat(1.0) / count,
            Scratch {
                elements: &mut [E::splat(f32::NAN); Digits::TRAIN_SCRATCH],
                choices: &mut [0; Digits::TRAIN_CHOICES],
            },
        );
        total = total + outcome.loss;
    }
    total / count
}

#[test]
fn logits_of_test_images() {
    let vectors = Vectors::read();
    let params = vectors.params("trained_weights");
    let (images, theirs) = (vectors.bytes("test_u8"), vectors.floats("logits_f64"));
    let images: Vec<&[u8]> = images.chunks_exact(Digits::INPUT_LEN).collect();
    assert_eq!(images.len(), 64);
    let ours: Vec<f64> = images.iter().flat_map(|i| infer(&params, &normalise::<f64>(i))).collect();
    assert_close("logits", &ours, &theirs, F64);
    let ours: Vec<f32> = images.iter().flat_map(|i| infer(&params, &normalise::<f32>(i))).collect();
    assert_close("logits in f32", &ours, &theirs, F32);
    // The trained model knows digits: the vectors are not of some other data.
    let largest = |logits: &[f32]| tinyconv::loss::largest(logits);
    let hits = ours
        .chunks_exact(10)
        .zip(vectors.bytes("test_y"))
        .filter(|(l, y)| largest(l) == u16::from(*y));
    assert!(hits.count() >= 60);
}

fn check_pass<E: Element<Choice = u8, Class = u16> + Into<f64>>(tolerance: f64, epsilon: f64) {
    let vectors = Vectors::read();
    for pass in Pass::ALL {
        let params = vectors.params(pass.weights);
        let (images, labels) = (vectors.images(pass.batch), vectors.labels(pass.batch));
        let logits: Vec<E> = images
            .chunks_exact(Digits::INPUT_LEN)
            .flat_map(|image| infer(&params, &normalise::<E>(image)))
            .collect();
        let theirs = vectors.floats(&pass.name("logits"));
        assert_close("logits", &logits, &theirs, tolerance);
        let tolerance = tolerance.max(softmax_error(&theirs, epsilon));
        let mut gradients = vec![E::ZERO; Digits::PARAMS];
        let loss = batch(&params, &images, &labels, &mut gradients);
        assert_close("loss", &[loss], &vectors.floats(&pass.name("loss")), tolerance);
        let theirs = vectors.all_params(&pass.name("grad"));
        for (tensor, range) in vectors::tensors() {
            assert_close(tensor, &gradients[range.clone()], &theirs[range], tolerance);
        }
    }
}

#[test]
fn gradients_in_double_precision() {
    check_pass::<f64>(F64, f64::EPSILON / 2.0);
}

#[cfg_attr(feature = "micromath", ignore = "its exponential is an approximation")]
#[test]
fn gradients_in_single_precision() {
    check_pass::<f32>(F32, f64::from(f32::EPSILON) / 2.0);
}

/// The gradient of the input, which `Network::gradients` has no use for: through the layers.
fn d_input<E: Element<Choice = u8, Class = u16>>(
    params: &[f32],
    image: &[E],
    label: u16,
    scale: E,
) -> Vec<E> {
    type Layers = <Digits as Network>::Layers;
    let zeros = |count: usize| vec![E::ZERO; count];
    let (mut maps, mut choices) = (zeros(Layers::NEEDS.tape), vec![0; Layers::NEEDS.choices]);
    let (mut logits, mut d_logits) = (zeros(10), zeros(10));
    let tape = Tape { maps: &mut maps, choices: &mut choices, key: None };
    Layers::NEW.forward_linked(None, params, Direct, image, tape, &mut logits);
    cross_entropy(&logits, label, &mut d_logits);
    backward_cross_entropy(label, scale, &mut d_logits);
    let mut d_input = zeros(Digits::INPUT_LEN);
    Layers::NEW.backward_linked(
        None,
        Accumulate { parameters: params, gradients: &mut zeros(Digits::PARAMS) },
        Saved { source: Direct, input: image, maps: &maps, choices: &choices, output: &logits },
        &mut Apart(&mut d_logits),
        &mut zeros(Layers::NEEDS.backward.apart),
        &mut Apart(&mut d_input),
    );
    d_input
}

fn check_input<E: Element<Choice = u8, Class = u16> + Into<f64>>(tolerance: f64) {
    let vectors = Vectors::read();
    let params = vectors.params("init_weights");
    let (images, labels) = (vectors.images(0), vectors.labels(0));
    let ours: Vec<E> = images
        .chunks_exact(Digits::INPUT_LEN)
        .zip(labels)
        .flat_map(|(image, label)| d_input(&params, &normalise(image), label, E::splat(1.0 / 32.0)))
        .collect();
    assert_close("d_input", &ours, &vectors.floats("init/b0/f64/grad/x"), tolerance);
}

#[test]
fn gradient_of_the_input_in_double_precision() {
    // These vectors are stored in single precision.
    check_input::<f64>(f64::from(f32::EPSILON) / 2.0);
}

#[cfg_attr(feature = "micromath", ignore = "its exponential is an approximation")]
#[test]
fn gradient_of_the_input_in_single_precision() {
    check_input::<f32>(F32);
}
