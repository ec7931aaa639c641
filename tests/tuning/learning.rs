//! That a device learns: numbers, yes and no, and what a host began.

use tinyconv::loss::{BinaryCrossEntropy, Goal, MeanSquaredError, Target};
use tinyconv::optim::Descent;
use tinyconv::tuning::{All, Blocks, MiniBatch, Mode, Part, PerSample, Trainer};
use tinyconv::{Deployed, Direct, Init, Network, Purpose, Random, fold};

tinyconv::network! { Tiny: 2 x 1 x 1 { Dense { out: 8 }, Tanh, Dense { out: 1 } } }

/// The losses of `steps` steps from random points of the square to what `wanted` says of them.
fn learn<M: Mode>(
    loss: &impl tinyconv::loss::Loss,
    rate: f32,
    steps: u32,
    wanted: fn([f32; 2]) -> f32,
) -> (Vec<f32>, u32) {
    let mut factory = vec![0.0; Tiny::PARAMS];
    <Tiny as Network>::init(Init::GlorotUniform, 6, &mut factory);
    let mut parameters = vec![f32::NAN; Tiny::PARAMS];
    let mut gradients = vec![f32::NAN; if M::COLLECTS { Tiny::PARAMS } else { 0 }];
    let mut elements = vec![f32::NAN; <All as Part<Tiny>>::SCRATCH];
    let blocks = Blocks {
        parameters: &mut parameters,
        gradients: &mut gradients,
        states: &mut [],
        elements: &mut elements,
        choices: &mut [],
    };
    let mut trainer =
        Trainer::<Tiny, All, Descent, M>::new(&factory, blocks, Descent::default(), rate).unwrap();
    let random = Random::new(11, Purpose::Synthesise);
    let point = |step| [0, 1].map(|axis| 2.0 * random.uniforms(0, step, axis)[0] - 1.0);
    let losses = (0..steps)
        .map(|step| {
            let [x, y] = point(step);
            let target = [wanted([x, y])];
            let input = [[[x]], [[y]]];
            let goal = Goal { loss, target: Target::Values(&target) };
            trainer.step_towards(Direct, &input, goal).unwrap().loss
        })
        .collect();
    // Fresh points: how many are on the right side of zero, where 1 stands for above.
    let right = (steps..steps + 200)
        .filter(|&step| {
            let [x, y] = point(step);
            let mut output = [f32::NAN];
            trainer.infer(Direct, &[[[x]], [[y]]], &mut output).unwrap();
            (output[0] > 0.0) == (wanted([x, y]) > 0.0)
        })
        .count();
    (losses, right as u32)
}

fn mean(losses: &[f32]) -> f32 {
    losses.iter().sum::<f32>() / losses.len() as f32
}

#[test]
fn a_device_learns_numbers() {
    let wanted = |[x, y]: [f32; 2]| x * x - 0.5 * y;
    for losses in [
        learn::<PerSample>(&MeanSquaredError, 0.1, 8000, wanted).0,
        learn::<MiniBatch<4>>(&MeanSquaredError, 0.2, 16000, wanted).0,
    ] {
        let (first, last) = (mean(&losses[..200]), mean(&losses[losses.len() - 200..]));
        // The variance of the wanted numbers is 4/45 + 1/12 = 0.17.
        assert!(first > 0.05 && last < 0.005, "{first} {last}");
    }
}

#[test]
fn a_device_learns_yes_and_no() {
    // Inside of a circle or not: no straight line tells.
    let wanted = |[x, y]: [f32; 2]| if x * x + y * y < 0.6 { 1.0 } else { 0.0 };
    let (losses, right) = learn::<PerSample>(&BinaryCrossEntropy, 0.1, 16000, wanted);
    let (first, last) = (mean(&losses[..200]), mean(&losses[losses.len() - 200..]));
    assert!(first > 0.5 && last < 0.2, "{first} {last}");
    assert!(right >= 180, "{right} of 200");
}

/// A network of the host, with what only its training needs, goes on learning on a device without.
#[test]
fn a_deployed_network_learns() {
    tinyconv::network! {
        Hosted: 2 x 1 x 1 {
            Dense { out: 8 }, BatchNorm { epsilon: 0.125 }, Tanh,
            Dropout { keep: 0.5 },
            Dense { out: 2 },
        }
    }
    tinyconv::trainer! {
        Training: Deployed<Hosted> { trains: All, optimizer: Descent, mode: PerSample }
    }
    let mut params = vec![0.0; Hosted::PARAMS];
    <Hosted as Network>::init(Init::GlorotUniform, 6, &mut params);
    // As if trained: weight, bias, mean and variance of the normalisation differ from the first ones.
    let norm = 2 * 8 + 8..2 * 8 + 8 + 4 * 8;
    for (index, param) in params[norm].iter_mut().enumerate() {
        *param = 0.5 + (index % 5) as f32 * 0.25;
    }
    let mut factory = [0.0; Deployed::<Hosted>::PARAMS];
    fold::<Hosted>(&params, &mut factory);
    let mut memory = Training::NEW;
    let mut trainer = memory.trainer(&factory, Descent::default(), 0.1);

    let random = Random::new(11, Purpose::Synthesise);
    let point = |step| [0, 1].map(|axis| [[2.0 * random.uniforms(0, step, axis)[0] - 1.0]]);
    // Before it learns, it is what the whole network is in inference.
    for step in 0..20 {
        let (mut whole, mut deployed) = ([f32::NAN; 2], [f32::NAN; 2]);
        let scratch = &mut [f32::NAN; Hosted::INFER_SCRATCH];
        <Hosted as Network>::infer(&params, &point(step), scratch, &mut whole);
        trainer.infer(Direct, &point(step), &mut deployed).unwrap();
        for (whole, deployed) in whole.iter().zip(deployed) {
            // Some roundings of numbers up to 4.
            assert!((whole - deployed).abs() < 1e-5, "{whole} {deployed}");
        }
    }
    let losses: Vec<f32> = (0..4000)
        .map(|step| {
            let [[[x]], [[y]]] = point(step);
            trainer.step(Direct, &[[[x]], [[y]]], u16::from(x * y > 0.0)).unwrap().loss
        })
        .collect();
    let (first, last) = (mean(&losses[..200]), mean(&losses[losses.len() - 200..]));
    // Guessing is ln 2 = 0.69.
    assert!(first > 0.5 && last < 0.3, "{first} {last}");
}
