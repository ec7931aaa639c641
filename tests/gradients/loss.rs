//! Every loss, and whole networks down to their loss.

use tinyconv::loss::{
    BinaryCrossEntropy, CrossEntropy, Goal, Loss, MeanSquaredError, Target, backward_cross_entropy,
    cross_entropy,
};
use tinyconv::{Accumulate, InputOf, Network, Scratch, Shape, network};

use super::numeric::{compare, differences, values};

/// The share of the loss that the gradients are taken of, as in the mean over a batch of four.
const SCALE: f64 = 0.25;

fn check_loss(logits: &mut [f64]) {
    for label in 0..logits.len() as u16 {
        let loss = |_: &[f32], logits: &[f64]| {
            SCALE * cross_entropy(logits, label, &mut vec![f64::NAN; logits.len()])
        };
        let (_, differences) = differences(&mut [], logits, loss).unwrap();
        let mut gradients = vec![f64::NAN; logits.len()];
        cross_entropy(logits, label, &mut gradients);
        backward_cross_entropy(label, SCALE, &mut gradients);
        compare(&gradients, &differences).unwrap();
    }
}

#[test]
fn cross_entropy_of_small_logits() {
    for stream in 0..4 {
        let mut logits: Vec<f64> = values(stream, 10).into_iter().map(f64::from).collect();
        check_loss(&mut logits);
    }
    check_loss(&mut [0.5; 3]);
    check_loss(&mut [1.0]);
}

/// Logits whose exponentials would overflow, and ones that lose every digit next to the largest.
#[test]
fn cross_entropy_of_large_logits() {
    check_loss(&mut [900.0, 901.5, 899.25, 880.0]);
    check_loss(&mut [-1000.0, -1001.0, -999.5]);
    check_loss(&mut [2000.0, -2000.0, 1999.0]);
}

/// The gradient towards one target.
fn check_towards(loss: &impl Loss, output: &mut [f64], target: Target<'_, f64>) {
    let value = |_: &[f32], output: &[f64]| {
        SCALE * loss.forward(output, target, &mut vec![f64::NAN; output.len()])
    };
    let (_, differences) = differences(&mut [], output, value).unwrap();
    let mut gradients = vec![f64::NAN; output.len()];
    let _ = loss.forward(output, target, &mut gradients);
    loss.backward(target, SCALE, &mut gradients);
    compare(&gradients, &differences).unwrap();
}

/// Each class, and values; outputs small and so large that their exponentials would overflow.
fn check_every_target(loss: &impl Loss) {
    for (stream, scale, offset) in
        [(0, 1.0, 0.0), (1, 4.0, 900.0), (2, 4.0, -1000.0), (3, 900.0, 0.5)]
    {
        let row = |stream| values(stream, 5).into_iter().map(f64::from);
        let mut output: Vec<f64> = row(2 * stream).map(|x| x * scale + offset).collect();
        for label in 0..5 {
            check_towards(loss, &mut output, Target::Class(label));
        }
        let target: Vec<f64> = row(2 * stream + 1).map(|x| 0.5 + 0.5 * x).collect();
        check_towards(loss, &mut output, Target::Values(&target));
    }
    check_towards(loss, &mut [0.5; 3], Target::Values(&[0.25, 0.75, 0.0]));
    check_towards(loss, &mut [-0.75], Target::Values(&[1.0]));
}

#[test]
fn cross_entropy_with_smoothing_and_soft_targets() {
    for smoothing in [0.0, 0.1, 0.5, 1.0] {
        check_every_target(&CrossEntropy { smoothing });
    }
}

#[test]
fn binary_cross_entropy() {
    check_every_target(&BinaryCrossEntropy);
    // At the bend of the two forms, which is none of the loss.
    check_towards(&BinaryCrossEntropy, &mut [0.0, -0.0], Target::Values(&[0.25, 1.0]));
}

#[test]
fn mean_squared_error() {
    check_every_target(&MeanSquaredError);
}

/// The whole way of `Network::gradients`: parameters and, as only the loss gives it, no input.
fn check_network<N: Network>() {
    let classes = N::OUTPUT_LEN;
    let clear = (0..8).any(|attempt| {
        let mut params: Vec<f32> =
            values(32 + 2 * attempt, N::PARAMS).into_iter().map(|w| w * 0.5).collect();
        let input = values(33 + 2 * attempt, N::INPUT_LEN);
        let input: Vec<f64> = input.into_iter().map(f64::from).collect();
        let label = attempt as u16 % classes as u16;
        let loss = |params: &[f32], _: &[f64]| {
            let mut logits = vec![f64::NAN; classes];
            N::infer(
                params,
                InputOf::<N>::view(&input),
                &mut vec![f64::NAN; N::INFER_SCRATCH],
                tinyconv::OutputOf::<N>::view_mut(&mut logits),
            );
            SCALE * cross_entropy(&logits, label, &mut vec![f64::NAN; classes])
        };
        let Some((by_params, _)) = differences(&mut params, &mut [], loss) else {
            return false;
        };
        let start = 0.5;
        let mut gradients = vec![start; N::PARAMS];
        let outcome = N::gradients(
            Accumulate { parameters: &params, gradients: &mut gradients },
            InputOf::<N>::view(&input),
            label,
            SCALE,
            Scratch {
                elements: &mut vec![f64::NAN; N::TRAIN_SCRATCH],
                choices: &mut vec![0; N::TRAIN_CHOICES],
            },
        );
        assert_eq!(outcome.loss * SCALE, loss(&params, &[]));
        for gradient in &mut gradients {
            *gradient -= start;
        }
        compare(&gradients, &by_params).unwrap();
        true
    });
    assert!(clear, "no input keeps clear of the bends");
}

network! {
    Pooled: 1 x 10 x 13 {
        Conv2d { out: 3, kernel: 3 }, Relu, MaxPool2d { size: 2 },
        Conv2d { out: 4, kernel: (2, 3), padding: same }, LeakyRelu { slope: 0.125 },
        MaxPool2d { size: 2, stride: 1 },
        Dense { out: 5 }, Tanh,
        Dense { out: 4 },
    }
}

network! {
    Averaged: 2 x 7 x 6 {
        Tanh,
        Conv2d { out: 4, kernel: 3, stride: (2, 1), padding: full }, Sigmoid,
        AvgPool2d { size: (2, 3), stride: 2 }, Identity,
        Conv2d { out: 3, kernel: 1, padding: (1, 0) }, Relu, Tanh,
        GlobalAvgPool2d,
        Dense { out: 6 },
    }
}

network! {
    Flattened: 1 x 4 x 5 {
        Conv2d { out: 2, kernel: 2 }, Tanh,
        Flatten, Sigmoid,
        Dense { out: 3 },
    }
}

/// The whole way of `Network::gradients_of`.
fn check_network_towards<N: Network>(loss: &impl Loss) {
    let mut params: Vec<f32> = values(48, N::PARAMS).into_iter().map(|w| w * 0.5).collect();
    let input: Vec<f64> = values(49, N::INPUT_LEN).into_iter().map(f64::from).collect();
    let target: Vec<f64> = values(50, N::OUTPUT_LEN).into_iter().map(f64::from).collect();
    let target = Target::Values(&target);
    let value = |params: &[f32], _: &[f64]| {
        let mut output = vec![f64::NAN; N::OUTPUT_LEN];
        N::infer(
            params,
            InputOf::<N>::view(&input),
            &mut vec![f64::NAN; N::INFER_SCRATCH],
            tinyconv::OutputOf::<N>::view_mut(&mut output),
        );
        SCALE * loss.forward(&output, target, &mut vec![f64::NAN; N::OUTPUT_LEN])
    };
    let (by_params, _) = differences(&mut params, &mut [], value).unwrap();
    let mut gradients = vec![0.0; N::PARAMS];
    let outcome = N::gradients_of(
        Accumulate { parameters: &params, gradients: &mut gradients },
        InputOf::<N>::view(&input),
        Goal { loss, target },
        SCALE,
        Scratch {
            elements: &mut vec![f64::NAN; N::TRAIN_SCRATCH],
            choices: &mut vec![0; N::TRAIN_CHOICES],
        },
    );
    assert_eq!(outcome.loss * SCALE, value(&params, &[]));
    compare(&gradients, &by_params).unwrap();
}

#[test]
fn networks_towards_values() {
    check_network_towards::<Flattened>(&MeanSquaredError);
    check_network_towards::<Flattened>(&BinaryCrossEntropy);
    check_network_towards::<Flattened>(&CrossEntropy { smoothing: 0.25 });
}

#[test]
fn networks() {
    check_network::<Pooled>();
    check_network::<Averaged>();
    check_network::<Flattened>();
}
