//! What the page computes has the bits of the host: outputs, maps, and parameters after teaching.

use host_tools::model::MODELS;
use host_tools::networks::{Digits, DigitsDense, DigitsTiny, LeNet, Linear};
use tinyconv::model_file::ModelFile;
use tinyconv::optim::Descent;
use tinyconv::tuning::{All, Blocks, Last, Part, PerSample, Trainer};
use tinyconv::{Bytes, Deployed, InputOf, Layer, Network, OutputOf, Scratch, Shape, fold, kernels};

use crate::program::{BUILT_IN, Program};
use crate::sample;

const IMAGES: usize = 100;
const STEPS: usize = 60;

/// All that the page does with a network, beside the same on the host.
#[track_caller]
fn same<N: Network, P: Part<Deployed<N>>>(name: &str, border: usize, program: &[u8]) {
    let model = MODELS.into_iter().find(|model| model.name() == name).unwrap();
    let bytes = sample::file::<N>(model);
    let file = ModelFile::parse(&bytes).unwrap();
    let mut given = vec![0.0; N::PARAMS];
    file.load::<N>(&mut given).unwrap();
    let mut factory = vec![0.0; Deployed::<N>::PARAMS];
    fold::<N>(&given, &mut factory);
    let normalisation = file.normalisation.of(0);
    let table = Bytes::table(normalisation.mean, normalisation.deviation);
    let images = sample::images().select(0..IMAGES).padded(border);

    let mut page = Program::start(program);
    let description = page.open(&bytes).unwrap();
    assert_eq!(description["name"], name);
    assert_eq!(description["border"], border);
    assert_eq!(description["labels"].as_array().unwrap().len(), model.labels().len());
    assert_eq!(bits(&page.parameters(factory.len())), bits(&factory));

    for image in 0..IMAGES {
        let (logits, maps) =
            host::<Deployed<N>>(&factory, &table, images.images().unwrap().image(image));
        let page_logits = page.infer(images.images().unwrap().image(image), logits.len()).unwrap();
        assert_eq!(bits(&page_logits), bits(&logits), "{name}, image {image}");
        assert_eq!(bits(&page.maps(maps.len())), bits(&maps), "{name}, image {image}");
        let mut probabilities = logits.clone();
        kernels::softmax::forward(&mut probabilities);
        assert_eq!(bits(&page.probabilities(logits.len())), bits(&probabilities));
    }

    let mut blocks = [P::PARAMS, P::SCRATCH].map(|length| vec![0.0; length]);
    let [parameters, elements] = &mut blocks;
    let mut choices = vec![0; P::CHOICES];
    let blocks =
        Blocks { parameters, gradients: &mut [], states: &mut [], elements, choices: &mut choices };
    let mut trainer = Trainer::<Deployed<N>, P, Descent, PerSample>::new(
        &factory,
        blocks,
        Descent::default(),
        0.01,
    )
    .unwrap();
    for step in 0..STEPS {
        let (pixels, label) = (images.images().unwrap().image(step), images.labels[step]);
        let input = InputOf::<N>::view(pixels);
        let outcome = trainer.step(Bytes(&table), input, label).unwrap();
        let loss = page.teach(pixels, label.into(), 0.01).unwrap();
        assert_eq!(loss.to_bits(), outcome.loss.to_bits(), "{name}, step {step}");
    }
    let learnt = [&factory[..P::FROZEN_PARAMS], trainer.parameters()].concat();
    assert_ne!(bits(&learnt), bits(&factory));
    assert_eq!(bits(&page.parameters(learnt.len())), bits(&learnt), "{name}");

    // The file: the same network, which gives what the page's network gives.
    let saved = page.save().unwrap();
    let saved_file = ModelFile::parse(&saved).unwrap();
    assert_eq!(saved_file.training.batch, 1);
    assert_eq!(saved_file.training.test_accuracy, 0.0, "not known");
    let mut reread = vec![0.0; N::PARAMS];
    saved_file.load::<N>(&mut reread).unwrap();
    let mut folded = vec![0.0; learnt.len()];
    fold::<N>(&reread, &mut folded);
    assert_eq!(bits(&folded), bits(&learnt), "{name}");
    let mut other = Program::start(program);
    other.open(&saved).unwrap();
    let image = images.images().unwrap().image(7);
    assert_eq!(other.infer(image, N::OUTPUT_LEN), page.infer(image, N::OUTPUT_LEN));

    page.restore().unwrap();
    assert_eq!(bits(&page.parameters(factory.len())), bits(&factory), "{name}");
    assert_eq!(page.save().unwrap(), bytes, "nothing taught: the very file");
}

/// Logits by inference, and the maps by the training's forward pass.
fn host<N: Network>(parameters: &[f32], table: &[f32; 256], pixels: &[u8]) -> (Vec<f32>, Vec<f32>) {
    let input = InputOf::<N>::view(pixels);
    let mut logits = vec![0.0; N::OUTPUT_LEN];
    let mut scratch = vec![0.0; N::INFER_SCRATCH];
    let output = OutputOf::<N>::view_mut(&mut logits);
    N::infer_from(parameters, Bytes(table), input, &mut scratch, output);
    let mut elements = vec![0.0; <N::Layers as Layer>::NEEDS.tape];
    let mut choices = vec![0; N::TRAIN_CHOICES];
    let scratch = Scratch { elements: &mut elements, choices: &mut choices };
    let mut again = vec![0.0; N::OUTPUT_LEN];
    let mut maps = Vec::new();
    let output = OutputOf::<N>::view_mut(&mut again);
    N::infer_maps(parameters, Bytes(table), input, scratch, output, |map| {
        maps.extend_from_slice(map)
    });
    assert_eq!(bits(&again), bits(&logits));
    (logits, maps)
}

fn bits(numbers: &[f32]) -> Vec<u32> {
    numbers.iter().map(|number| number.to_bits()).collect()
}

/// Every network of the tool: those of the page's program, with the part that it teaches.
pub fn all_networks(program: &[u8]) {
    same::<Digits, Last<1>>("digits", 0, program);
    same::<DigitsTiny, Last<1>>("digits-tiny", 0, program);
    same::<DigitsDense, Last<1>>("digits-dense", 0, program);
    same::<Linear, All>("linear", 0, program);
    same::<LeNet, Last<1>>("lenet", 2, program);
    same::<Deployed<LeNet>, Last<1>>("lenet-deployed", 2, program);
}

#[test]
#[cfg_attr(
    any(feature = "fma", feature = "micromath"),
    ignore = "the built-in program has neither"
)]
fn every_network_has_the_bits_of_the_host() {
    // A network more needs a line above, and one in the page's program.
    assert_eq!(MODELS.len(), 6);
    all_networks(BUILT_IN);
}
