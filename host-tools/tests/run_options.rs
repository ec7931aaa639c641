//! What a run does beyond its recipe, in numbers.

use std::num::NonZeroU32;
use std::ops::ControlFlow;

use host_tools::data::{Augmentation, Dataset, Inputs, Opened, Split};
use host_tools::model::{MODELS, Model, Of, train, train_sets};
use host_tools::training::{
    AnyNetwork, ClassWeights, Ending, Event, InvalidClassWeights, InvalidOptions, InvalidStart,
    Keep, LossKind, OptimizerKind, RunOptions, RunState, Saving, Sets, Start, TrainOptions,
    Trained, Typed,
};
use tinyconv::model_file::ModelFile;
use tinyconv::optim::{Adagrad, AdagradMomentum, Adam, Descent, RmsProp, Sgd};

tinyconv::network! {
    /// Which of three pixels is the brightest, more or less?
    pub Brightest: 1 x 1 x 3 { Dense { out: 6 }, Relu, Dropout { keep: 0.9 }, Dense { out: 3 } }
}

fn recipe() -> TrainOptions {
    TrainOptions {
        epochs: 4,
        batch: 10,
        learning_rate: 0.02,
        augmentation: Augmentation::NONE,
        threads: 1,
        ..MODELS[0].recipe()
    }
}

static MODEL: Of<Brightest> = Of::new("brightest", &["a", "b", "c"], recipe);

/// Pixels whose brightest one is the class, nine times in ten.
fn split(samples: usize) -> Split {
    let pixel = |i: usize| ((i * i * 31 + i * 7) % 251) as u8;
    let pixels: Vec<u8> = (0..3 * samples).map(pixel).collect();
    let label = |(i, pixels): (usize, &[u8])| {
        let brightest = (0..3).max_by_key(|&c| pixels[c]).unwrap();
        ((brightest + usize::from(i.is_multiple_of(10))) % 3) as u16
    };
    let labels = pixels.chunks(3).enumerate().map(label).collect();
    Split::new(Inputs::bytes([1, 1, 3], pixels), labels)
}

fn dataset() -> Dataset {
    Dataset { train: split(203), test: split(50), classes: 3 }
}

fn quiet(_: Event) -> ControlFlow<()> {
    ControlFlow::Continue(())
}

fn run(options: &TrainOptions, run: &RunOptions) -> Result<Trained, InvalidOptions> {
    let dataset = dataset();
    let sets = Sets::of(&dataset, run, options.seed)?;
    train_sets(&MODEL, &sets, options, run, Saving::default(), &mut quiet)
}

fn bits(parameters: &[f32]) -> Vec<u32> {
    parameters.iter().map(|parameter| parameter.to_bits()).collect()
}

#[test]
fn weights_of_two_are_a_doubled_rate() {
    // Descent takes the gradient times the rate: factors of two are exact.
    let descent = OptimizerKind::Descent(Descent::default());
    let options = |learning_rate| TrainOptions { optimizer: descent, learning_rate, ..recipe() };
    let weighted = |weight: f32| RunOptions {
        class_weights: Some(ClassWeights::Given(vec![weight; 3])),
        ..RunOptions::default()
    };
    let usual = run(&options(0.5), &RunOptions::default()).unwrap();
    let doubled = run(&options(0.25), &weighted(2.0)).unwrap();
    assert_eq!(bits(&usual.parameters), bits(&doubled.parameters));
    let [loss, twice] = [&usual, &doubled].map(|run| run.history.epochs[0].training.loss);
    assert_eq!(twice, 2.0 * loss);
    // Samples count once where a network is judged.
    assert_eq!(usual.test, doubled.test);
    assert_eq!(
        bits(&run(&options(0.5), &weighted(1.0)).unwrap().parameters),
        bits(&usual.parameters)
    );
}

/// Gradients whose squares are no `f32`: the loss stays finite, and the parameters would never move again.
#[test]
fn a_run_whose_optimizer_remembers_an_infinity_has_diverged() {
    let weights = Some(ClassWeights::Given(vec![1e25; 3]));
    let weighted = RunOptions { class_weights: weights, ..RunOptions::default() };
    let optimizers = [
        OptimizerKind::Adagrad(Adagrad::default()),
        OptimizerKind::AdagradMomentum(AdagradMomentum::default()),
        OptimizerKind::RmsProp(RmsProp::default()),
        OptimizerKind::Adam(Adam::default()),
    ];
    for optimizer in optimizers {
        let trained = run(&TrainOptions { optimizer, ..recipe() }, &weighted).unwrap();
        assert!(matches!(trained.ending, Ending::Diverged { epoch: 1, .. }), "{trained:?}");
        assert!(trained.parameters.iter().all(|parameter| parameter.is_finite()));
    }
}

#[test]
fn balanced_weights_help_a_rare_class() {
    // One sample in twenty-six is of class 1, and its pixel says so only nearly always.
    let pixels: Vec<u8> =
        (0..520).map(|i| if i % 26 == 0 { 120 } else { (i * 89 % 128) as u8 }).collect();
    let labels: Vec<u16> = (0..520).map(|i| u16::from(i % 26 == 0)).collect();
    let split = Split::new(Inputs::bytes([1, 1, 1], pixels), labels);
    tinyconv::network! { Rare: 1 x 1 x 1 { Dense { out: 2 } } }
    let model = Of::<Rare>::new("rare", &["usual", "rare"], recipe);
    let dataset = Dataset { train: split.clone(), test: split, classes: 2 };
    let found = |class_weights| {
        let run = RunOptions { class_weights, ..RunOptions::default() };
        let sets = Sets::of(&dataset, &run, 1).unwrap();
        let options = TrainOptions { epochs: 10, ..recipe() };
        let trained =
            train_sets(&model, &sets, &options, &run, Saving::default(), &mut quiet).unwrap();
        trained.test.confusion[1][1]
    };
    assert_eq!((found(None), found(Some(ClassWeights::Balanced))), (0, 20));
}

#[test]
fn targets_have_no_classes_to_weigh() {
    let inputs = Inputs::bytes([1, 1, 3], vec![1; 6]);
    let split = Split::with_targets(inputs, vec![0.5; 6]);
    let dataset = Dataset { train: split.clone(), test: split, classes: 3 };
    let run = RunOptions { class_weights: Some(ClassWeights::Balanced), ..RunOptions::default() };
    let sets = Sets::of(&dataset, &run, 1).unwrap();
    let options = TrainOptions { loss: LossKind::MeanSquaredError, ..recipe() };
    let refused = train_sets(&MODEL, &sets, &options, &run, Saving::default(), &mut quiet);
    let targets = InvalidClassWeights::Targets;
    assert!(matches!(refused, Err(InvalidOptions::ClassWeights(error)) if error == targets));
}

/// One output, told from pictures by a table.
#[test]
fn one_number_is_learnt() {
    tinyconv::network! { Grey: 1 x 4 x 4 { Dense { out: 1 } } }
    let directory = tempfile::tempdir().unwrap();
    let mut table = String::new();
    for index in 0..50u8 {
        let name = format!("{index}.png");
        let picture = image::GrayImage::from_pixel(4, 4, image::Luma([5 * index]));
        picture.save(directory.path().join(&name)).unwrap();
        // Degrees, say, of which 20 are black.
        table += &format!("{name},{}\n", 20.0 + f32::from(index));
    }
    std::fs::write(directory.path().join("targets.csv"), table).unwrap();
    let dataset = Opened::<Dataset>::open(directory.path(), [1, 4, 4], 1).unwrap().data;
    let model = Of::<Grey>::new("grey", &["degrees"], recipe);
    let loss = LossKind::MeanSquaredError;
    let options = TrainOptions { loss, epochs: 400, learning_rate: 0.5, ..recipe() };
    let trained = train(&model, &dataset, &options, &mut quiet).unwrap();
    assert!(trained.test.loss < 0.01 && !trained.test.has_classes(), "{:?}", trained.test);
    let bytes = host_tools::files::encode(&model, &options, &trained).unwrap();
    let file = ModelFile::parse(&bytes).unwrap();
    assert_eq!((file.labels.as_slice(), file.training.test_accuracy), (&["degrees"][..], 0.0));
}

#[test]
fn without_anything_beyond_it_a_recipe_is_what_it_was() {
    let dataset = dataset();
    let plain = train(&MODEL, &dataset, &recipe(), &mut quiet).unwrap();
    let same = run(&recipe(), &RunOptions::default()).unwrap();
    assert_eq!(bits(&plain.parameters), bits(&same.parameters));
    assert_eq!((plain.kept, plain.ending), (4, Ending::Finished));
}

#[test]
fn the_best_epoch_has_its_own_parameters() {
    // Of as many epochs as the best one, the last one is that: the rate does not depend on their number.
    let constant = |epochs| TrainOptions {
        epochs,
        learning_rate: 0.3,
        schedule: "constant".parse().unwrap(),
        ..recipe()
    };
    let best = RunOptions { validate: Some(0.2), keep: Keep::Best, ..RunOptions::default() };
    let trained = run(&constant(12), &best).unwrap();
    assert!(trained.kept < 12, "a best epoch that is not the last one: {}", trained.kept);
    let short =
        run(&constant(trained.kept), &RunOptions { validate: Some(0.2), ..RunOptions::default() });
    let short = short.unwrap();
    assert_eq!(bits(&trained.parameters), bits(&short.parameters));
    assert_eq!(trained.test, short.test);

    let patience = NonZeroU32::new(2);
    let stopped = run(&constant(90), &RunOptions { patience, ..best }).unwrap();
    let points = &stopped.history.epochs;
    let accuracy = |index: usize| points[index].validation.accuracy;
    let last = points.len() - 1;
    assert_eq!(stopped.ending, Ending::StoppedEarly);
    assert!((0..last).any(|i| accuracy(i) >= accuracy(last)) && stopped.kept as usize == last - 1);
}

/// What remembers nothing, a velocity, two moments and counters goes on with the same bits from any batch.
#[test]
fn every_optimizer_goes_on_from_any_batch() {
    let dataset = dataset();
    for optimizer in [
        OptimizerKind::Descent(Descent::default()),
        OptimizerKind::Sgd(Sgd { weight_decay: 0.01, ..Sgd::default() }),
        OptimizerKind::Adagrad(Adagrad::default()),
        OptimizerKind::AdagradMomentum(AdagradMomentum::default()),
        OptimizerKind::RmsProp(RmsProp::default()),
        OptimizerKind::Adam(Adam::default()),
    ] {
        let options = TrainOptions { optimizer, ..recipe() };
        let run = RunOptions { validate: Some(0.2), keep: Keep::Best, ..RunOptions::default() };
        let sets = Sets::of(&dataset, &run, options.seed).unwrap();
        let train =
            |saving: Saving<'_>, observe: &mut (dyn FnMut(Event) -> ControlFlow<()> + Send)| {
                train_sets(&MODEL, &sets, &options, &run, saving, observe).unwrap()
            };
        let whole = train(Saving::default(), &mut quiet);
        // Of 17 batches an epoch: one, the last of an epoch, the first of the next, the last but one.
        for stop in [1, 17, 18, 67] {
            let mut bytes = Vec::new();
            let mut save = |state: &RunState| bytes = state.encode();
            let mut batches = 0;
            let saving = Saving { resume: None, save: Some(&mut save) };
            let stopped = train(saving, &mut |event| {
                batches += u32::from(matches!(event, Event::Batch { .. }));
                if batches == stop { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
            });
            assert_eq!(stopped.ending, Ending::Interrupted);
            let state = RunState::parse(&bytes).unwrap();
            assert_eq!(state.epochs() * 17 + state.batches() as u32, stop);
            let resumed = train(Saving { resume: Some(state), save: None }, &mut quiet);
            assert_eq!(bits(&resumed.parameters), bits(&whole.parameters), "{optimizer}, {stop}");
            assert_eq!((&resumed.history, &resumed.test), (&whole.history, &whole.test));
            assert_eq!(resumed.kept, whole.kept);
        }
    }
}

/// Brightest's layers, but for its outputs, and with one more.
mod others {
    tinyconv::network! {
        pub Head: 1 x 1 x 3 { Dense { out: 6 }, Relu, Dropout { keep: 0.9 }, last: Dense { out: 5 } }
    }
    tinyconv::network! {
        pub Deeper: 1 x 1 x 3 { Dense { out: 6 }, Relu, Dropout { keep: 0.9 }, Dense { out: 3 }, Softmax }
    }
}

/// The bytes of a model file of Brightest, trained or with `spoilt` among its parameters.
fn model_file() -> Vec<u8> {
    let trained = run(&recipe(), &RunOptions::default()).unwrap();
    host_tools::files::encode(&MODEL, &recipe(), &trained).unwrap()
}

#[test]
fn another_head_begins_anew_and_everything_before_it_is_taken() {
    let bytes = model_file();
    let file = ModelFile::parse(&bytes).unwrap();
    let head = Typed::<others::Head>::NEW;
    let start = Start::new("b", &file, &head, &recipe()).unwrap();
    let mut drawn = vec![0.0; 24 + 35];
    head.init(recipe().init, recipe().seed, &mut drawn);
    let taken: Vec<f32> = file.parameters().take(24).collect();
    assert_eq!(bits(start.parameters()), bits(&[&taken[..], &drawn[24..]].concat()));
    assert_eq!(start.head(), Some("last"));

    let refused = |file: &ModelFile, network: &dyn AnyNetwork| {
        Start::new("b", file, network, &recipe()).unwrap_err()
    };
    let deeper = refused(&file, &Typed::<others::Deeper>::NEW).to_string();
    assert!(
        deeper.starts_with("layer 5 of b is missing, but that of the network is Softmax"),
        "{deeper}"
    );
    // No file holds such a number, but a value may.
    let mut spoilt = file.parameters.to_vec();
    spoilt[12..16].copy_from_slice(&f32::NAN.to_le_bytes());
    let spoilt = ModelFile { parameters: &spoilt, ..file.clone() };
    assert_eq!(refused(&spoilt, &head), InvalidStart::NotFinite("b".into()));
}

#[test]
fn a_frozen_start_goes_on_too() {
    let bytes = model_file();
    let file = ModelFile::parse(&bytes).unwrap();
    let start = Start::new("b", &file, MODEL.network(), &recipe()).unwrap();
    let optimizer = OptimizerKind::Adam(Adam { weight_decay: 0.1, ..Adam::default() });
    let options = TrainOptions { optimizer, ..recipe() };
    let frozen = RunOptions { start: Some(start), freeze: 1, ..RunOptions::default() };
    let whole = run(&options, &frozen).unwrap();
    let before: Vec<f32> = file.parameters().collect();
    assert_eq!(bits(&whole.parameters[..24]), bits(&before[..24]));
    assert!((24..before.len()).all(|i| whole.parameters[i].to_bits() != before[i].to_bits()));

    let dataset = dataset();
    let sets = Sets::of(&dataset, &frozen, options.seed).unwrap();
    let (mut state, mut batches) = (None, 0);
    let mut save = |saved: &RunState| state = Some(saved.clone());
    let saving = Saving { resume: None, save: Some(&mut save) };
    let mut stop = |_| {
        batches += 1;
        if batches == 30 { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
    };
    train_sets(&MODEL, &sets, &options, &frozen, saving, &mut stop).unwrap();
    let saving = Saving { resume: state, save: None };
    let resumed = train_sets(&MODEL, &sets, &options, &frozen, saving, &mut quiet).unwrap();
    assert_eq!(bits(&resumed.parameters), bits(&whole.parameters));

    let drawn = RunOptions { start: None, ..frozen };
    let error = run(&options, &drawn).unwrap_err().to_string();
    assert!(error.contains("add --from MODEL"), "{error}");
}
