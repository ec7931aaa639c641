//! The trainer takes samples from anywhere, and refuses those that do not fit.

use std::num::NonZeroU64;
use std::ops::ControlFlow;

use host_tools::data::{
    AugmentScratch, Augmentation, Dataset, Inputs, Samples, Split, SplitSamples,
};
use host_tools::model::MODELS;
use host_tools::training::{
    Event, InvalidOptions, LossKind, TrainOptions, Trained, evaluate, evaluate_samples, train,
    train_samples,
};
use tinyconv::model_file::{ModelFileError, Normalisation, Normalisations};
use tinyconv::{ChannelBytes, Purpose, Random, Source};

tinyconv::network! {
    /// Which of three pixels is the brightest?
    Brightest: 1 x 1 x 3 { hidden: Dense { out: 6 }, Relu, classify: Dense { out: 3 } }
}

/// Made when they are asked for; another value in each epoch of training.
struct Generated {
    samples: usize,
    classes: u16,
    numbers: usize,
}

const USUAL: Generated = Generated { samples: 250, classes: 3, numbers: 3 };

impl Samples for Generated {
    fn len(&self) -> usize {
        self.samples
    }

    fn input_len(&self) -> usize {
        self.numbers
    }

    fn label(&self, index: u32) -> u16 {
        (index % u32::from(self.classes)) as u16
    }

    fn write(
        &self,
        index: u32,
        epoch: Option<u32>,
        _scratch: &mut AugmentScratch,
        input: &mut [f32],
    ) {
        let noise = Random::new(9, Purpose::Synthesise).uniforms(
            epoch.unwrap_or(0),
            index,
            self.label(index).into(),
        );
        for (i, (x, noise)) in input.iter_mut().zip(noise).enumerate() {
            *x = if i == usize::from(self.label(index)) { 1.0 } else { noise };
        }
    }
}

fn options() -> TrainOptions {
    TrainOptions {
        epochs: 4,
        batch: 10,
        learning_rate: 0.05,
        augmentation: Augmentation::NONE,
        validate_every: NonZeroU64::new(10),
        threads: 1,
        ..MODELS[0].recipe()
    }
}

fn quiet(_: Event) -> ControlFlow<()> {
    ControlFlow::Continue(())
}

fn trained(options: &TrainOptions) -> Trained {
    train_samples::<Brightest>(&USUAL, &USUAL, options, &mut quiet).unwrap()
}

#[test]
fn generated_samples_are_learnt_and_the_history_says_how() {
    let mut validations = Vec::new();
    let trained = train_samples::<Brightest>(&USUAL, &USUAL, &options(), &mut |event| {
        if let Event::Validation(point) = event {
            validations.push(point);
        }
        ControlFlow::Continue(())
    })
    .unwrap();
    assert!(trained.test.accuracy() >= 0.95, "{}", trained.test.accuracy());

    let history = trained.history;
    assert_eq!(validations, history.within);
    // 25 batches an epoch.
    let moments: Vec<_> = history.within.iter().map(|point| (point.epoch, point.batch)).collect();
    assert_eq!(moments, [1, 2, 3, 4].map(|epoch| [(epoch, 10), (epoch, 20)]).concat());
    let ends: Vec<_> = history.epochs.iter().map(|point| (point.epoch, point.batch)).collect();
    assert_eq!(ends, [(1, 25), (2, 25), (3, 25), (4, 25)]);
    let last = history.epochs[3];
    assert_eq!(last.validation, trained.test.score());
    assert!(last.training.loss < history.epochs[0].training.loss / 2.0, "{history:?}");
    let evaluation =
        evaluate_samples::<Brightest>(&trained.parameters, &USUAL, LossKind::default());
    assert_eq!(evaluation, trained.test);
}

#[test]
fn neither_threads_nor_evaluations_change_the_parameters() {
    let usual = trained(&options());
    assert_eq!(trained(&TrainOptions { threads: 3, batch: 40, ..options() }).parameters, {
        trained(&TrainOptions { batch: 40, ..options() }).parameters
    });
    let silent = trained(&TrainOptions { validate_every: None, ..options() });
    assert_eq!(silent.parameters, usual.parameters);
    assert!(silent.history.within.is_empty());
    assert_eq!(silent.history.epochs, usual.history.epochs);
}

#[test]
fn the_mean_loss_of_an_evaluation_is_that_of_its_samples() {
    let parameters = vec![0.0; Brightest::PARAMS];
    let evaluation = evaluate_samples::<Brightest>(&parameters, &USUAL, LossKind::default());
    // Three classes, all alike.
    assert!((evaluation.loss - 3f64.ln()).abs() < 1e-6, "{}", evaluation.loss);
    assert_eq!(evaluation.samples(), 250);
    assert_eq!(evaluation.accuracy(), 84.0 / 250.0);
}

#[test]
fn images_are_one_kind_of_samples() {
    let pixels: Vec<u8> = (0..60).map(|i| (i * 71 % 256) as u8).collect();
    let inputs = Inputs::bytes([1, 1, 3], pixels);
    let split = Split::new(inputs, (0..20).map(|i| i % 3).collect());
    let options = TrainOptions {
        augmentation: Augmentation { shift_pixels: 1.0, ..Augmentation::NONE },
        ..options()
    };
    let dataset = Dataset { train: split.clone(), test: split.clone(), classes: 3 };
    let direct = train::<Brightest>(&dataset, &options, &mut quiet).unwrap();
    let TrainOptions { normalisation, augmentation, seed, .. } = options;
    let samples = SplitSamples { split: &split, normalisation, augmentation, seed };
    // In an evaluation, images are as they are.
    let through = train_samples::<Brightest>(&samples, &samples, &options, &mut quiet).unwrap();
    assert_eq!(direct.parameters, through.parameters);
    assert_eq!(direct.history, through.history);
    assert_eq!(evaluate::<Brightest>(&direct.parameters, &split, normalisation), direct.test);

    let still = SplitSamples::plain(&split, normalisation);
    let still = train_samples::<Brightest>(&still, &still, &options, &mut quiet).unwrap();
    assert_ne!(still.parameters, direct.parameters);
}

tinyconv::network! {
    /// Of three colours, the strongest.
    Strongest: 3 x 2 x 2 { Conv2d { out: 4, kernel: 2 }, Relu, Dense { out: 3 } }
}

/// Colours with a mean and a deviation each are learnt as the numbers that these make of them, and with the device's
/// bits: from its tables.
#[test]
fn every_channel_is_normalised_in_its_own_way() {
    static TABLES: [[f32; 256]; 3] =
        ChannelBytes::tables([123.675, 116.28, 103.53], [58.395, 57.12, 57.375]);
    let list = [(123.675, 58.395), (116.28, 57.12), (103.53, 57.375)];
    let list = list.map(|(mean, deviation)| Normalisation { mean, deviation });
    let pixels: Vec<u8> = (0..40 * 12).map(|i| (i * i * 71 % 253) as u8).collect();
    let labels: Vec<u16> = (0..40).map(|i| i % 3).collect();
    let source = ChannelBytes::new(&TABLES);
    let numbers = pixels.chunks_exact(12).flat_map(|image| source.elements(image)).collect();

    let dataset = |inputs: Inputs| {
        let split = Split::new(inputs, labels.clone());
        Dataset { train: split.clone(), test: split, classes: 3 }
    };
    let images = dataset(Inputs::bytes([3, 2, 2], pixels));
    let numbers = dataset(Inputs::floats([3, 2, 2], numbers));
    let with = |normalisation| TrainOptions { normalisation, ..options() };
    let own = with(Normalisations::new(&list).unwrap());
    let none = with(Normalisations::same(Normalisation { mean: 0.0, deviation: 1.0 }));
    let of_images = train::<Strongest>(&images, &own, &mut quiet).unwrap();
    let of_numbers = train::<Strongest>(&numbers, &none, &mut quiet).unwrap();
    assert_eq!(of_images.parameters, of_numbers.parameters);
    assert_eq!(of_images.history, of_numbers.history);
    let evaluated = evaluate::<Strongest>(&of_images.parameters, &images.test, own.normalisation);
    assert_eq!(evaluated, of_images.test);
    let alike = train::<Strongest>(&images, &with(list[0].into()), &mut quiet).unwrap();
    assert_ne!(alike.parameters, of_images.parameters);

    let two = with(Normalisations::new(&list[..2]).unwrap());
    let error = train::<Strongest>(&images, &two, &mut quiet).unwrap_err();
    let expected = ModelFileError::Normalisations { given: 2, channels: 3 };
    assert!(
        matches!(&error, InvalidOptions::Normalisation(found) if *found == expected),
        "{error}"
    );
}

tinyconv::network! {
    /// A number told from two voltages.
    Told: 1 x 1 x 2 { Dense { out: 1 } }
}

/// `y = 3 a - 2 b + 1`.
fn measured(samples: usize) -> Split {
    let values: Vec<f32> =
        (0..2 * samples).map(|i| (i * i * 31 % 97) as f32 / 48.0 - 1.0).collect();
    let told = values.chunks_exact(2).map(|x| 3.0 * x[0] - 2.0 * x[1] + 1.0).collect();
    Split::with_targets(Inputs::floats([1, 1, 2], values), told)
}

#[test]
fn a_data_set_of_numbers_with_targets_is_learnt() {
    let dataset = Dataset { train: measured(500), test: measured(50), classes: 1 };
    let options = TrainOptions {
        loss: LossKind::MeanSquaredError,
        normalisation: Normalisation { mean: 0.0, deviation: 1.0 }.into(),
        learning_rate: 0.02,
        epochs: 80,
        ..options()
    };
    let trained = train::<Told>(&dataset, &options, &mut quiet).unwrap();
    for (found, told) in trained.parameters.iter().zip([3.0, -2.0, 1.0]) {
        assert!((found - told).abs() < 1e-2, "{:?}", trained.parameters);
    }
    assert!(trained.test.loss < 1e-4, "{}", trained.test.loss);

    // Numbers are not turned like pictures, and classes that are none are not made up.
    let augmentation = Augmentation { shift_pixels: 1.0, ..Augmentation::NONE };
    let turned = train::<Told>(&dataset, &TrainOptions { augmentation, ..options }, &mut quiet);
    assert!(matches!(turned.unwrap_err(), InvalidOptions::NoImages));
    let wide = Split::with_targets(Inputs::floats([1, 1, 2], vec![0.0; 4]), vec![0.0; 4]);
    let wide = Dataset { train: wide.clone(), test: wide, classes: 1 };
    let error = train::<Told>(&wide, &options, &mut quiet).unwrap_err();
    assert!(matches!(error, InvalidOptions::TargetSize { found: 2, expected: 1, .. }), "{error}");
}

#[test]
fn samples_that_do_not_fit_are_refused() {
    let refused = |train: &Generated, test: &Generated| {
        train_samples::<Brightest>(train, test, &options(), &mut quiet).unwrap_err()
    };
    let none = Generated { samples: 0, ..USUAL };
    assert!(matches!(refused(&none, &USUAL), InvalidOptions::NoSamples("training")));
    assert!(matches!(refused(&USUAL, &none), InvalidOptions::NoSamples("test")));
    let long = Generated { numbers: 4, ..USUAL };
    let InvalidOptions::SampleSize { name: "training", found: 4, expected } =
        refused(&long, &USUAL)
    else {
        panic!("another error")
    };
    assert_eq!(expected, "1 x 1 x 3");
    let four = Generated { classes: 4, ..USUAL };
    assert!(matches!(
        refused(&USUAL, &four),
        InvalidOptions::Label { name: "test", index: 3, label: 3, classes: 3 }
    ));
}
