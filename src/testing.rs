//! What the unit tests share: an element of two lanes, values that are hard on kernels, and runs of a
//! network, as a type and as a value, forward and backward.

mod subject;
mod value;

use core::array;
use core::fmt::Debug;
use core::marker::PhantomData;
use core::ops::{Add, Div, Mul, Neg, Sub};
use std::vec;
use std::vec::Vec;

pub(crate) use subject::{Subject, Type};
pub(crate) use value::Value;

use crate::layers::Linked;
use crate::plan::{Placed, Plan, Role, places};
use crate::{
    Accumulate, BatchStage, Direct, DropoutKey, Element, Fixed, Network, Place, Purpose, Random,
    Saved, Tape,
};

/// Two samples side by side, computed one after the other: takes the kernels' branches for lanes
/// without any SIMD. Its functions are not inlined, to spare the compiler hundreds of copies.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Pair(pub(crate) [f32; 2]);

impl Pair {
    fn zip(self, other: Self, function: impl Fn(f32, f32) -> f32) -> Self {
        Self(array::from_fn(|lane| function(self.0[lane], other.0[lane])))
    }

    /// Two samples as one.
    pub(crate) fn interleave(samples: [&[f32]; 2]) -> Vec<Self> {
        samples[0].iter().zip(samples[1]).map(|(&a, &b)| Self([a, b])).collect()
    }

    /// One sample of the two.
    pub(crate) fn lane(pairs: &[Self], lane: usize) -> Vec<f32> {
        pairs.iter().map(|pair| pair.0[lane]).collect()
    }
}

macro_rules! operator {
    ($trait:ident, $function:ident) => {
        impl $trait for Pair {
            type Output = Self;
            #[inline(never)]
            fn $function(self, other: Self) -> Self {
                self.zip(other, $trait::$function)
            }
        }
    };
}

operator!(Add, add);
operator!(Sub, sub);
operator!(Mul, mul);
operator!(Div, div);

impl Neg for Pair {
    type Output = Self;
    fn neg(self) -> Self {
        Self(self.0.map(|x| -x))
    }
}

impl Element for Pair {
    type Choice = [u8; 2];
    type Class = [u16; 2];

    const LANES: usize = 2;
    const ZERO: Self = Self([0.0; 2]);
    const NO_CHOICE: [u8; 2] = [u8::MAX; 2];
    const FIRST_CHOICE: [u8; 2] = [0; 2];
    const FIRST_CLASS: [u16; 2] = [0; 2];

    fn splat(value: f32) -> Self {
        Self([value; 2])
    }
    #[inline(never)]
    fn multiply_add(self, a: Self, b: Self) -> Self {
        Self(array::from_fn(|lane| self.0[lane].multiply_add(a.0[lane], b.0[lane])))
    }
    #[inline(never)]
    fn larger_of(self, other: Self) -> Self {
        self.zip(other, Element::larger_of)
    }
    #[inline(never)]
    fn where_positive(self, yes: Self, no: Self) -> Self {
        Self(array::from_fn(|lane| self.0[lane].where_positive(yes.0[lane], no.0[lane])))
    }
    #[inline(never)]
    fn choose(self, index: u8, best: &mut Self, choice: &mut [u8; 2]) {
        for (lane, x) in self.0.into_iter().enumerate() {
            x.choose(index, &mut best.0[lane], &mut choice[lane]);
        }
    }
    #[inline(never)]
    fn where_chosen(self, choice: [u8; 2], index: u8) -> Self {
        Self(array::from_fn(|lane| self.0[lane].where_chosen(choice[lane], index)))
    }
    #[inline(never)]
    fn choose_class(self, class: u16, best: &mut Self, chosen: &mut [u16; 2]) {
        for (lane, x) in self.0.into_iter().enumerate() {
            x.choose_class(class, &mut best.0[lane], &mut chosen[lane]);
        }
    }
    #[inline(never)]
    fn where_class(self, actual: [u16; 2], class: u16) -> Self {
        Self(array::from_fn(|lane| self.0[lane].where_class(actual[lane], class)))
    }
    fn first_choice(choice: [u8; 2]) -> u8 {
        choice[0]
    }
    fn first_is_zero(self) -> bool {
        self.0[0] == 0.0
    }
    fn exp(self) -> Self {
        Self(self.0.map(Element::exp))
    }
    fn ln(self) -> Self {
        Self(self.0.map(Element::ln))
    }
    fn tanh(self) -> Self {
        Self(self.0.map(Element::tanh))
    }
    fn sqrt(self) -> Self {
        Self(self.0.map(Element::sqrt))
    }
    fn from_lanes(number: impl FnMut(usize) -> f32) -> Self {
        Self(array::from_fn(number))
    }
    fn sum_of_lanes(self) -> Self {
        let [a, b] = self.0;
        Self([0.0 + a + b; 2])
    }
    fn first_lane(self) -> f32 {
        self.0[0]
    }
}

/// `count` values between -1 and 1: an eighth each are +0.0 and -0.0, a quarter are multiples of
/// 1/4 (so that sums and pooling windows tie), half have all bits in use (so that a sum in another
/// order is another sum). `stream` selects the draw.
pub(crate) fn values(stream: u32, count: usize) -> Vec<f32> {
    let random = Random::new(1, Purpose::Synthesise);
    let value = |index: usize| {
        let [kind, coarse, ..] = random.words(0, stream, index as u32);
        let [fine, ..] = random.uniforms(1, stream, index as u32);
        match kind % 8 {
            0 => 0.0,
            1 => -0.0,
            2 | 3 => (coarse % 9) as f32 / 4.0 - 1.0,
            _ => 2.0 * fine - 1.0,
        }
    };
    (0..count).map(value).collect()
}

/// Equal bit for bit: +0.0 is not -0.0.
#[track_caller]
pub(crate) fn assert_bits(what: &str, left: &[f32], right: &[f32]) {
    assert_eq!(left.len(), right.len(), "{what}");
    for (index, (l, r)) in left.iter().zip(right).enumerate() {
        assert!(l.to_bits() == r.to_bits(), "{what}[{index}]: {l:e} is not {r:e}");
    }
}

/// What a layer computed.
pub(crate) struct Run<E> {
    pub(crate) inferred: Vec<E>,
    pub(crate) output: Vec<E>,
    pub(crate) d_params: Vec<E>,
    pub(crate) d_input: Vec<E>,
}

impl Run<Pair> {
    /// What it computed for one of the samples.
    pub(crate) fn lane(&self, lane: usize) -> Run<f32> {
        Run {
            inferred: Pair::lane(&self.inferred, lane),
            output: Pair::lane(&self.output, lane),
            d_params: Pair::lane(&self.d_params, lane),
            d_input: Pair::lane(&self.d_input, lane),
        }
    }
}

impl Run<f32> {
    #[track_caller]
    pub(crate) fn assert_same(&self, other: &Self) {
        assert_bits("inferred", &self.inferred, &other.inferred);
        assert_bits("output", &self.output, &other.output);
        assert_bits("d_params", &self.d_params, &other.d_params);
        assert_bits("d_input", &self.d_input, &other.d_input);
    }
}

/// Where the gradient buffers of [`run`] begin: not at zero, as gradients are added.
pub(crate) const D_PARAMS: f32 = 0.375;
pub(crate) const D_INPUT: f32 = -0.625;

/// NaN shows it if anything is read before it is written.
fn nan<E: Element>(count: usize) -> Vec<E> {
    vec![E::splat(f32::NAN); count]
}

/// Inference, forward and backward pass, each sample by itself. All memory but the gradients' starts as
/// NaN.
pub(crate) fn run<E: Element>(
    subject: &impl Subject,
    params: &[f32],
    input: &[E],
    d_output: &[E],
) -> Run<E> {
    let needs = subject.needs();
    let mut inferred = nan(needs.output);
    subject.infer(params, input, &mut inferred);

    let mut output = nan(needs.output);
    let (mut maps, mut choices) = (nan(needs.tape), vec![E::NO_CHOICE; needs.choices]);
    let tape = Tape { maps: &mut maps, choices: &mut choices, key: None };
    subject.forward(None, params, input, tape, &mut output);

    let mut d_params = vec![E::splat(D_PARAMS); needs.params];
    let mut d_input = vec![E::splat(D_INPUT); needs.input];
    subject.backward(
        None,
        Accumulate { parameters: params, gradients: &mut d_params },
        Saved { source: Direct, input, maps: &maps, choices: &choices, output: &output },
        &mut d_output.to_vec(),
        &mut nan(subject.scratch::<E>()),
        &mut d_input,
    );
    Run { inferred, output, d_params, d_input }
}

/// What one group of a batch's samples holds.
struct Group<E: Element> {
    maps: Vec<E>,
    choices: Vec<E::Choice>,
    shared: Vec<E>,
    scratch: Vec<E>,
    d_output: Vec<E>,
    run: Run<E>,
}

/// The sums over all groups, for all to see.
fn share<E: Element>(groups: &mut [Group<E>]) {
    let mut sums = vec![E::ZERO; groups[0].shared.len()];
    for group in &*groups {
        BatchStage::add(&group.shared, E::splat(1.0), &mut sums);
    }
    for group in groups {
        group.shared.copy_from_slice(&sums);
    }
}

/// Training over a batch of groups, stage by stage, with dropout; and the running averages after it, in
/// place of an inference. `groups` are inputs and gradients of outputs.
pub(crate) fn run_batch<E: Element>(
    subject: &impl Subject,
    params: &[f32],
    groups: &[(Vec<E>, Vec<E>)],
) -> Vec<Run<E>> {
    let needs = subject.needs();
    let group = |(_, d_output): &(Vec<E>, Vec<E>)| Group {
        maps: nan(needs.tape),
        choices: vec![E::NO_CHOICE; needs.choices],
        shared: nan(needs.shared),
        scratch: nan(subject.scratch::<E>()),
        d_output: d_output.clone(),
        run: Run {
            inferred: Vec::new(),
            output: nan(needs.output),
            d_params: vec![E::splat(D_PARAMS); needs.params],
            d_input: vec![E::splat(D_INPUT); needs.input],
        },
    };
    let mut all: Vec<Group<E>> = groups.iter().map(group).collect();
    let (samples, live) = (groups.len() * E::LANES, E::splat(1.0));
    for index in 0..needs.stages {
        for (number, (group, (input, _))) in all.iter_mut().zip(groups).enumerate() {
            let stage = BatchStage { index, samples, live, shared: &mut group.shared };
            let numbers: Vec<u32> =
                (0..E::LANES).map(|lane| (number * E::LANES + lane) as u32).collect();
            let random = Random::new(3, Purpose::Dropout);
            let key = Some(DropoutKey { random, step: 2, samples: &numbers, first: 0 });
            let tape = Tape { maps: &mut group.maps, choices: &mut group.choices, key };
            subject.forward(Some(stage), params, input, tape, &mut group.run.output);
        }
        share(&mut all);
    }
    for index in (0..needs.backward_stages).rev() {
        for (group, (input, _)) in all.iter_mut().zip(groups) {
            let stage = BatchStage { index, samples, live, shared: &mut group.shared };
            let Group { maps, choices, run, .. } = group;
            subject.backward(
                Some(stage),
                Accumulate { parameters: params, gradients: &mut run.d_params },
                Saved { source: Direct, input, maps, choices, output: &run.output },
                &mut group.d_output,
                &mut group.scratch,
                &mut run.d_input,
            );
        }
        share(&mut all);
    }
    for group in &mut all {
        let mut averages = params.to_vec();
        subject.keep_statistics(&group.maps, samples, &mut averages);
        group.run.inferred = averages.into_iter().map(E::splat).collect();
    }
    all.into_iter().map(|group| group.run).collect()
}

/// Two samples: inputs and gradients of outputs; with the same parameters.
pub(crate) struct Samples {
    pub(crate) params: Vec<f32>,
    pub(crate) each: [(Vec<f32>, Vec<f32>); 2],
}

/// Samples for the network of `plan`; no variance among its parameters is below zero.
pub(crate) fn samples(plan: &Plan<'_>) -> Samples {
    let needs = plan.needs();
    let mut params = values(0, needs.params);
    for layer in plan.walk() {
        let mut first = layer.first_param;
        for tensor in layer.facts.tensors.as_slice() {
            if tensor.role == Role::RunningVariance {
                params[first..][..tensor.len()].iter_mut().for_each(|x| *x = x.abs() + 0.25);
            }
            first += tensor.len();
        }
    }
    let each = [1, 2].map(|stream| (values(stream, needs.input), values(2 + stream, needs.output)));
    Samples { params, each }
}

/// Runs the subject on the samples, one by one and side by side, and requires the same bits, and of an
/// inference those of the forward pass. Returns the runs one by one.
#[track_caller]
pub(crate) fn assert_lanes(subject: &impl Subject, samples: &Samples) -> [Run<f32>; 2] {
    let Samples { params, each: [a, b] } = samples;
    let pair = (Pair::interleave([&a.0, &b.0]), Pair::interleave([&a.1, &b.1]));
    let pairs = run(subject, params, &pair.0, &pair.1);
    let singles = [a, b].map(|(input, d_output)| run(subject, params, input, d_output));
    for (lane, single) in singles.iter().enumerate() {
        assert_bits("infer against forward", &single.inferred, &single.output);
        pairs.lane(lane).assert_same(single);
    }
    // The whole batch, whose samples may depend on each other.
    let batch = run_batch(subject, params, &[a.clone(), b.clone()]);
    let pairs = run_batch(subject, params, &[pair]);
    for (lane, single) in batch.iter().enumerate() {
        pairs[0].lane(lane).assert_same(single);
    }
    singles
}

/// As [`assert_lanes`], of the network as a type and as a value; both are the same, and where no gradient
/// comes in, the buffers stay what they were.
#[track_caller]
pub(crate) fn check<N: Network>() -> [Run<f32>; 2] {
    let plan = Plan::new(N::INPUT, N::LAYERS).expect("the compiler has checked it");
    check_as::<N::Layers>(&plan)
}

/// As [`check`], of the types of a plan.
#[track_caller]
pub(crate) fn check_as<L: Linked>(plan: &Plan<'_>) -> [Run<f32>; 2] {
    let (of_type, of_value) = (Type::<L>::NEW, Value::of(plan));
    assert_eq!(of_type.needs(), plan.needs());
    assert_eq!(of_value.needs(), plan.needs());
    let samples = samples(plan);
    let runs = assert_lanes(&of_type, &samples);
    for (run, value) in runs.iter().zip(&assert_lanes(&of_value, &samples)) {
        run.assert_same(value);
    }
    let Samples { params, each } = &samples;
    let batches = (run_batch(&of_type, params, each), run_batch(&of_value, params, each));
    for (run, value) in batches.0.iter().zip(&batches.1) {
        run.assert_same(value);
    }
    let still = run(&of_type, params, &each[0].0, &vec![0.0; each[0].1.len()]);
    assert!(still.d_params.iter().all(|&d| d == D_PARAMS));
    assert!(still.d_input.iter().all(|&d| d == D_INPUT));
    runs
}

/// The place of layer `INDEX` of the `COUNT` layers of a network, for types that are put together by hand.
#[derive(Clone, Copy, Debug)]
pub(crate) struct At<N, const COUNT: usize, const INDEX: usize>(PhantomData<N>);

impl<N: Network + Debug, const COUNT: usize, const INDEX: usize> Fixed for At<N, COUNT, INDEX> {
    const NEW: Self = Self(PhantomData);
}

impl<N: Network + Debug, const COUNT: usize, const INDEX: usize> Place for At<N, COUNT, INDEX> {
    const PLACE: Placed<'static> = places::<COUNT>(N::INPUT, N::LAYERS)[INDEX];
}
