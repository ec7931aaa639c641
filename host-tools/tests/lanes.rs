//! Sixteen samples in SIMD registers give the bits of sixteen samples one by one: logits, losses,
//! predictions and every gradient, of networks with every kind of layer.

use std::array;

use host_tools::lanes::{LANES, Lanes};
use tinyconv::optim::{Adagrad, AdagradMomentum, Adam, Optimizer, RmsProp, Sgd};
use tinyconv::{Accumulate, Element, Init, InputOf, Network, OutputOf, Purpose, Random};
use tinyconv::{Scratch, Shape, network};

network! {
    /// Fused blocks with windows of 2 and 3, remainders in channels and columns, padding.
    Fused: 2 x 13 x 22 {
        Conv2d { out: 6, kernel: 3 }, Relu, MaxPool2d { size: 2 },
        Conv2d { out: 5, kernel: (2, 3), padding: same }, LeakyRelu { slope: 0.125 },
        MaxPool2d { size: (1, 3) },
        Dense { out: 21 }, Tanh,
        Dense { out: 4 },
    }
}

network! {
    /// The same kinds apart: strides, overlapping windows, averages, an activation at the front.
    Apart: 1 x 11 x 10 {
        Sigmoid,
        Conv2d { out: 3, kernel: 3, stride: 2, padding: 1 }, Relu,
        MaxPool2d { size: 3, stride: 1 },
        Conv2d { out: 8, kernel: 2, padding: full }, Tanh,
        AvgPool2d { size: 2, stride: (1, 2) },
        GlobalAvgPool2d,
        Dense { out: 5 },
    }
}

network! {
    /// Windows of three cells over a map of three channels.
    Threes: 3 x 8 x 9 {
        Conv2d { out: 3, kernel: 1 }, Tanh, MaxPool2d { size: 3 },
        Flatten, Identity,
        Dense { out: 3 },
    }
}

fn bits(lanes: &[f32]) -> Vec<u32> {
    lanes.iter().map(|lane| lane.to_bits()).collect()
}

/// One lane of many elements.
fn lane(elements: &[Lanes], lane: usize) -> Vec<f32> {
    elements.iter().map(|element| element.to_array()[lane]).collect()
}

/// Values with zeros of both signs and ties among them.
fn values(stream: u32, count: usize) -> Vec<f32> {
    let random = Random::new(2, Purpose::Synthesise);
    let value = |index: u32| {
        let [kind, coarse, ..] = random.words(0, stream, index);
        match kind % 8 {
            0 => 0.0,
            1 => -0.0,
            2..=4 => (coarse % 5) as f32 / 2.0 - 1.0,
            _ => 2.0 * random.uniforms(1, stream, index)[0] - 1.0,
        }
    };
    (0..count as u32).map(value).collect()
}

fn interleave(samples: &[Vec<f32>; LANES]) -> Vec<Lanes> {
    (0..samples[0].len())
        .map(|index| Lanes::new(array::from_fn(|lane| samples[lane][index])))
        .collect()
}

/// What a network computes of one element.
struct Run<E: Element> {
    logits: Vec<E>,
    gradients: Vec<E>,
    loss: E,
    predicted: E::Class,
}

fn run<N: Network, E: Element>(
    params: &[f32],
    input: &[E],
    label: E::Class,
    scale: E,
    scratch: usize,
) -> Run<E> {
    let nan = |count: usize| vec![E::splat(f32::NAN); count];
    let input = InputOf::<N>::view(input);
    let mut logits = nan(N::OUTPUT_LEN);
    let map = OutputOf::<N>::view_mut(&mut logits);
    N::infer(params, input, &mut nan(N::INFER_SCRATCH), map);
    let mut gradients = vec![E::splat(0.25); N::PARAMS];
    let outcome = N::gradients(
        Accumulate { parameters: params, gradients: &mut gradients },
        input,
        label,
        scale,
        Scratch { elements: &mut nan(scratch), choices: &mut vec![E::NO_CHOICE; N::TRAIN_CHOICES] },
    );
    Run { logits, gradients, loss: outcome.loss, predicted: outcome.predicted }
}

fn check<N: Network>() {
    for seed in 0..4 {
        let mut params = vec![0.0; N::PARAMS];
        N::init(Init::default(), seed, &mut params);
        let samples: [Vec<f32>; LANES] =
            array::from_fn(|lane| values(seed as u32 * 16 + lane as u32, N::INPUT_LEN));
        let labels: [u16; LANES] = array::from_fn(|lane| (lane % N::OUTPUT_LEN) as u16);
        // The last lane holds no sample.
        let scales: [f32; LANES] = array::from_fn(|lane| if lane < 15 { 1.0 / 15.0 } else { 0.0 });
        let together = run::<N, Lanes>(
            &params,
            &interleave(&samples),
            Lanes::labels(labels),
            Lanes::new(scales),
            N::TRAIN_SCRATCH_LANES,
        );
        for l in 0..LANES {
            let single =
                run::<N, f32>(&params, &samples[l], labels[l], scales[l], N::TRAIN_SCRATCH);
            assert_eq!(bits(&lane(&together.logits, l)), bits(&single.logits), "logits, lane {l}");
            assert_eq!(
                bits(&lane(&together.gradients, l)),
                bits(&single.gradients),
                "gradients, lane {l}"
            );
            assert_eq!(together.loss.to_array()[l].to_bits(), single.loss.to_bits());
            assert_eq!(Lanes::classes(together.predicted)[l], single.predicted);
        }
        let moved = together.gradients.iter().filter(|g| g.to_array()[0] != 0.25).count();
        assert!(2 * moved > N::PARAMS, "only {moved} gradients are not zero");
    }
}

#[test]
fn fused_blocks() {
    check::<Fused>();
}

#[test]
fn layers_apart() {
    check::<Apart>();
}

#[test]
fn windows_of_three() {
    check::<Threes>();
}

/// Every operation on every pair of numbers that are special to it.
#[test]
fn operations() {
    let special = [0.0, -0.0, 1.0, -1.0, f32::MIN_POSITIVE, 1e-45, f32::MAX, f32::INFINITY];
    let special = special.into_iter().chain([f32::NEG_INFINITY, f32::NAN, 0.1, -3.7]);
    let special: Vec<f32> = special.collect();
    let same = |what: &str, lanes: Lanes, scalar: f32| {
        for value in lanes.to_array() {
            let both = value.is_nan() && scalar.is_nan();
            assert!(both || value.to_bits() == scalar.to_bits(), "{what}: {value}, {scalar}");
        }
    };
    for &a in &special {
        let left = Lanes::splat(a);
        same("-", -left, -a);
        same("exp", left.exp(), Element::exp(a));
        same("ln", left.ln(), Element::ln(a));
        same("tanh", left.tanh(), Element::tanh(a));
        same("sqrt", left.sqrt(), Element::sqrt(a));
        for &b in &special {
            let right = Lanes::splat(b);
            same("+", left + right, a + b);
            same("-", left - right, a - b);
            same("*", left * right, a * b);
            same("/", left / right, a / b);
            same("max", left.larger_of(right), Element::larger_of(a, b));
            same("positive", left.where_positive(right, left), a.where_positive(b, a));
            let (mut best, mut choice) = (right, Lanes::NO_CHOICE);
            left.choose(7, &mut best, &mut choice);
            let (mut best_one, mut choice_one) = (b, f32::NO_CHOICE);
            a.choose(7, &mut best_one, &mut choice_one);
            same("best", best, best_one);
            assert_eq!(choice.to_array(), [f32::from(choice_one); LANES]);
            same("chosen", right.where_chosen(choice, 7), b.where_chosen(choice_one, 7));
            let (mut best, mut class) = (right, Lanes::FIRST_CLASS);
            left.choose_class(999, &mut best, &mut class);
            let (mut best_one, mut class_one) = (b, f32::FIRST_CLASS);
            a.choose_class(999, &mut best_one, &mut class_one);
            same("best of classes", best, best_one);
            assert_eq!(Lanes::classes(class), [class_one; LANES]);
            same("of the class", right.where_class(class, 999), b.where_class(class_one, 999));
            for &c in &special {
                let sum = Lanes::splat(c);
                same("+ *", sum.multiply_add(left, right), c.multiply_add(a, b));
            }
        }
    }
}

#[test]
fn sums_of_lanes_are_ordered() {
    // Every number of elements around a block of eight.
    for count in 0..20 {
        let rows: [Vec<f32>; LANES] = array::from_fn(|lane| values(lane as u32, count));
        let start = values(99, count);
        let mut sums = start.clone();
        Lanes::add_lanes(&interleave(&rows), &mut sums);
        let ordered = |i: usize| rows.iter().fold(start[i], |sum, row| sum + row[i]);
        let expected: Vec<f32> = (0..count).map(ordered).collect();
        assert_eq!(bits(&sums), bits(&expected), "{count} elements");
    }
    // A sum that begins at +0.0 stays there if all lanes are -0.0.
    let mut sum = [0.0];
    Lanes::add_lanes(&[Lanes::splat(-0.0)], &mut sum);
    assert_eq!(sum[0].to_bits(), 0);
}

#[test]
fn rows_become_lanes() {
    for count in 0..20 {
        let rows: [Vec<f32>; LANES] = array::from_fn(|lane| values(lane as u32, count));
        let mut elements = vec![Lanes::splat(f32::NAN); count];
        Lanes::transpose(&rows.concat(), &mut elements);
        for (l, row) in rows.iter().enumerate() {
            assert_eq!(bits(&lane(&elements, l)), bits(row), "{count} elements, lane {l}");
        }
    }
}

#[test]
fn optimizers_in_lanes() {
    fn check<O: Optimizer + Copy>(mut optimizer: O) {
        let params = values(1, LANES);
        let gradients = values(2, LANES);
        let mut one_by_one = params.clone();
        let mut states = vec![0.0; O::STATES * LANES];
        let mut lanes = optimizer;
        optimizer.step(0.1, &mut one_by_one, &gradients, &mut states);
        lanes.begin_step();
        let all = |values: &[f32]| Lanes::new(*values.first_chunk().unwrap());
        let mut remembered = [Lanes::ZERO; 2];
        let together = lanes.update(0.1, all(&params), all(&gradients), &mut remembered);
        assert_eq!(bits(&together.to_array()), bits(&one_by_one));
        for (block, state) in states.chunks_exact(LANES).zip(remembered) {
            assert_eq!(bits(&state.to_array()), bits(block));
        }
    }
    check(Sgd { weight_decay: 0.01, nesterov: true, ..Sgd::default() });
    check(Adagrad { weight_decay: 0.01, ..Adagrad::default() });
    check(AdagradMomentum::default());
    check(RmsProp { weight_decay: 0.01, ..RmsProp::default() });
    check(Adam { weight_decay: 0.01, ..Adam::default() });
}
