//! What the unit tests share: an element of two lanes, values that are hard on kernels, and one run
//! of a layer, forward and backward.

use core::array;
use core::ops::{Add, Div, Mul, Neg, Sub};
use std::vec;
use std::vec::Vec;

use crate::{Accumulate, Direct, Element, Layer, Purpose, Random, Record, Shape, Tape};

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

    const LANES: usize = 2;
    const ZERO: Self = Self([0.0; 2]);
    const NO_CHOICE: [u8; 2] = [u8::MAX; 2];
    const FIRST_CHOICE: [u8; 2] = [0; 2];

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

/// Inference, forward and backward pass of `L`. All other memory starts as NaN, and so shows it if
/// anything is read before it is written.
pub(crate) fn run<L: Layer, E: Element>(params: &[f32], input: &[E], d_output: &[E]) -> Run<E> {
    let nan = |count: usize| vec![E::splat(f32::NAN); count];
    let input = L::Input::view(input);
    let mut inferred = nan(L::Output::LEN);
    let inferred_map = L::Output::view_mut(&mut inferred);
    L::infer(params, Direct, input, &mut nan(L::INFER_SCRATCH), inferred_map);

    let mut output = nan(L::Output::LEN);
    let (mut maps, mut choices) = (nan(L::TAPE), vec![E::NO_CHOICE; L::CHOICES]);
    let tape = Tape { maps: &mut maps, choices: &mut choices, draws: None };
    L::forward(params, Direct, input, tape, L::Output::view_mut(&mut output));

    let mut d_params = vec![E::splat(D_PARAMS); L::PARAMS];
    let mut d_input = vec![E::splat(D_INPUT); L::Input::LEN];
    let mut d_output = d_output.to_vec();
    let scratch = if E::LANES == 1 { L::BACKWARD_SCRATCH } else { L::BACKWARD_SCRATCH_LANES };
    L::backward(
        Accumulate { parameters: params, gradients: &mut d_params },
        Record {
            source: Direct,
            input,
            maps: &maps,
            choices: &choices,
            output: L::Output::view(&output),
        },
        L::Output::view_mut(&mut d_output),
        &mut nan(scratch),
        Some(L::Input::view_mut(&mut d_input)),
    );
    Run { inferred, output, d_params, d_input }
}

/// What a layer is run on.
pub(crate) struct Sample {
    pub(crate) params: Vec<f32>,
    pub(crate) input: Vec<f32>,
    pub(crate) d_output: Vec<f32>,
}

/// Two samples for `L`, with the same parameters.
pub(crate) fn samples<L: Layer>() -> [Sample; 2] {
    [1, 2].map(|stream| Sample {
        params: values(0, L::PARAMS),
        input: values(stream, L::Input::LEN),
        d_output: values(2 + stream, L::Output::LEN),
    })
}

/// Runs `L` on its [`samples`], one by one and side by side, and requires the same bits. Returns the
/// runs one by one.
#[track_caller]
pub(crate) fn assert_lanes<L: Layer>() -> [Run<f32>; 2] {
    let samples = samples::<L>();
    let [a, b] = &samples;
    let pairs = run::<L, Pair>(
        &a.params,
        &Pair::interleave([&a.input, &b.input]),
        &Pair::interleave([&a.d_output, &b.d_output]),
    );
    array::from_fn(|lane| {
        let Sample { params, input, d_output } = &samples[lane];
        let single = run::<L, f32>(params, input, d_output);
        assert_bits("infer against forward", &single.inferred, &single.output);
        pairs.lane(lane).assert_same(&single);
        single
    })
}
