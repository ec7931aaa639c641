//! What a kernel computes with: one sample (`f32`), one sample in double precision (`f64`, for
//! gradient checks) or many samples side by side (SIMD lanes, supplied by the host tool).
//!
//! Kernels are written once, over this trait. Each lane does exactly the operations that the
//! scalar does, in the same order, so all of them agree bit for bit.

use core::fmt::Debug;
use core::ops::{Add, Div, Mul, Neg, Sub};

use super::soft;
use crate::{Weight, math};

/// A number, or a fixed group of numbers of which each belongs to another sample.
///
/// The operators are IEEE-754 operations, rounded to nearest even, lane by lane.
///
/// ```
/// use tinyconv::Element;
///
/// // max(a, b) is `if a > b { a } else { b }`: a NaN on the left gives the right side.
/// assert_eq!(f32::NAN.larger_of(1.0), 1.0);
/// assert_eq!(0.5f32.multiply_add(2.0, 3.0), 6.5);
///
/// let mut sums = [0.5, 1.0];
/// f32::multiply_add_row(&mut sums, &[2.0, 4.0], 3.0);
/// assert_eq!(sums, [6.5, 13.0]);
/// f32::multiply_add_weights(&mut sums, 2.0, &[0.25, -1.0]);
/// assert_eq!(sums, [7.0, 11.0]);
/// ```
pub trait Element:
    Copy
    + Debug
    + Send
    + Sync
    + 'static
    + Add<Output = Self>
    + Sub<Output = Self>
    + Mul<Output = Self>
    + Div<Output = Self>
    + Neg<Output = Self>
{
    /// Which cell of a pooling window won, in each lane.
    type Choice: Copy + Debug + Send + Sync + 'static;

    /// Which class each lane's sample has.
    type Class: Copy + Debug + Send + Sync + 'static;

    /// Samples in one element.
    const LANES: usize;

    /// Zero in every lane.
    const ZERO: Self;

    /// A choice that equals no index below 255, in every lane.
    const NO_CHOICE: Self::Choice;

    /// The choice of index 0, in every lane.
    const FIRST_CHOICE: Self::Choice;

    /// Class 0, in every lane.
    const FIRST_CLASS: Self::Class;

    /// The same value in every lane.
    ///
    /// ```
    /// use tinyconv::Element;
    ///
    /// assert_eq!(f64::splat(0.5), 0.5f64);
    /// ```
    fn splat(value: f32) -> Self;

    /// `self + a * b`: two roundings, or one with the feature `fma`.
    ///
    /// ```
    /// use tinyconv::Element;
    ///
    /// assert_eq!(10.0f32.multiply_add(2.0, -3.0), 4.0);
    /// ```
    #[must_use]
    fn multiply_add(self, a: Self, b: Self) -> Self;

    /// `sums[k] = sums[k] + values[k] * factor`, each as [`multiply_add`](Self::multiply_add) does
    /// it.
    ///
    /// ```
    /// use tinyconv::Element;
    ///
    /// let mut sums = [1.0f32, 2.0];
    /// f32::multiply_add_row(&mut sums, &[3.0, 4.0], 2.0);
    /// assert_eq!(sums, [7.0, 10.0]);
    /// ```
    #[inline(always)]
    fn multiply_add_row<const N: usize>(sums: &mut [Self; N], values: &[Self; N], factor: Self) {
        each_of_row(sums, values, factor);
    }

    /// `sums[k] = sums[k] + factor * weights[k]`, each as [`multiply_add`](Self::multiply_add) does
    /// it.
    ///
    /// ```
    /// use tinyconv::Element;
    ///
    /// // The weights are single numbers, whatever the element and however they are stored.
    /// let mut sums = [1.0f64, 2.0];
    /// f64::multiply_add_weights(&mut sums, 2.0, &[3.0f32, 4.0]);
    /// assert_eq!(sums, [7.0, 10.0]);
    /// ```
    #[inline(always)]
    fn multiply_add_weights<P: Weight>(sums: &mut [Self], factor: Self, weights: &[P]) {
        each_of_weights(sums, factor, weights);
    }

    /// `if self > other { self } else { other }`, lane by lane.
    ///
    /// ```
    /// use tinyconv::Element;
    ///
    /// assert_eq!(2.0f32.larger_of(1.0), 2.0);
    /// // Zeros are equal, so the right one is taken: its sign stays.
    /// assert!(0.0f32.larger_of(-0.0).is_sign_negative());
    /// ```
    #[must_use]
    fn larger_of(self, other: Self) -> Self;

    /// `if self > 0 { yes } else { no }`, lane by lane.
    ///
    /// ```
    /// use tinyconv::Element;
    ///
    /// assert_eq!([1.0f32, 0.0, f32::NAN].map(|x| x.where_positive(5.0, 7.0)), [5.0, 7.0, 7.0]);
    /// ```
    #[must_use]
    fn where_positive(self, yes: Self, no: Self) -> Self;

    /// Where `self` is greater than `best`, makes it the best and `index` the choice.
    ///
    /// ```
    /// use tinyconv::Element;
    ///
    /// let (mut best, mut choice) = (f32::NEG_INFINITY, f32::NO_CHOICE);
    /// for (index, value) in (0..).zip([0.5f32, 2.0, 2.0]) {
    ///     value.choose(index, &mut best, &mut choice);
    /// }
    /// assert_eq!((best, choice), (2.0, 1)); // the first of equals
    /// ```
    fn choose(self, index: u8, best: &mut Self, choice: &mut Self::Choice);

    /// `self` where `choice` is `index`, zero elsewhere.
    ///
    /// ```
    /// use tinyconv::Element;
    ///
    /// assert_eq!([0, 1, 2].map(|index| 3.0f32.where_chosen(1, index)), [0.0, 3.0, 0.0]);
    /// ```
    #[must_use]
    fn where_chosen(self, choice: Self::Choice, index: u8) -> Self;

    /// Where `self` is greater than `best`, makes it the best and `class` the chosen class.
    ///
    /// ```
    /// use tinyconv::Element;
    ///
    /// let (mut best, mut chosen) = (0.5f32, f32::FIRST_CLASS);
    /// 0.75f32.choose_class(999, &mut best, &mut chosen);
    /// assert_eq!((best, chosen), (0.75, 999));
    /// ```
    fn choose_class(self, class: u16, best: &mut Self, chosen: &mut Self::Class);

    /// `self` where `actual` is `class`, zero elsewhere.
    ///
    /// ```
    /// use tinyconv::Element;
    ///
    /// assert_eq!([0, 999].map(|class| 3.0f32.where_class(999, class)), [0.0, 3.0]);
    /// ```
    #[must_use]
    fn where_class(self, actual: Self::Class, class: u16) -> Self;

    /// The choice of the first lane.
    ///
    /// ```
    /// use tinyconv::Element;
    ///
    /// assert_eq!(f32::first_choice(f32::NO_CHOICE), 255);
    /// ```
    fn first_choice(choice: Self::Choice) -> u8;

    /// The first lane is zero (of either sign).
    ///
    /// ```
    /// use tinyconv::Element;
    ///
    /// assert_eq!([0.0f32, -0.0, 1e-40].map(Element::first_is_zero), [true, true, false]);
    /// ```
    fn first_is_zero(self) -> bool;

    /// e to the power of each lane.
    ///
    /// ```
    /// use tinyconv::Element;
    ///
    /// assert!((Element::exp(1.0f32) - 2.71828).abs() < 0.01);
    /// assert!((Element::exp(1.0f64) - 2.718281828459045).abs() < 1e-15);
    /// ```
    #[must_use]
    fn exp(self) -> Self;

    /// The natural logarithm of each lane.
    ///
    /// ```
    /// use tinyconv::Element;
    ///
    /// assert!((Element::ln(2.0f32) - 0.69315).abs() < 1e-4);
    /// ```
    #[must_use]
    fn ln(self) -> Self;

    /// The hyperbolic tangent of each lane.
    ///
    /// ```
    /// use tinyconv::Element;
    ///
    /// assert!((Element::tanh(-0.5f32) + 0.46212).abs() < 2e-3);
    /// ```
    #[must_use]
    fn tanh(self) -> Self;

    /// The square root of each lane.
    ///
    /// ```
    /// use tinyconv::Element;
    ///
    /// assert!((Element::sqrt(9.0f32) - 3.0).abs() < 6e-3);
    /// ```
    #[must_use]
    fn sqrt(self) -> Self;

    /// What `number` gives for each lane, counted from 0.
    ///
    /// ```
    /// use tinyconv::Element;
    ///
    /// // A scalar has a single lane, number 0.
    /// assert_eq!(f32::from_lanes(|lane| [8.0, 9.0][lane]), 8.0);
    /// ```
    fn from_lanes(number: impl FnMut(usize) -> f32) -> Self;

    /// The sum of the lanes, in every lane: it starts at +0.0 and takes the first lane first.
    ///
    /// ```
    /// use tinyconv::Element;
    ///
    /// assert_eq!(2.5f32.sum_of_lanes(), 2.5);
    /// // It starts at +0.0.
    /// assert!((-0.0f32).sum_of_lanes().is_sign_positive());
    /// ```
    #[must_use]
    fn sum_of_lanes(self) -> Self;

    /// The first lane, rounded to `f32`.
    ///
    /// ```
    /// use tinyconv::Element;
    ///
    /// assert_eq!(0.1f64.first_lane(), 0.1f32);
    /// ```
    fn first_lane(self) -> f32;
}

#[inline(always)]
fn each_of_row<E: Element, const N: usize>(sums: &mut [E; N], values: &[E; N], factor: E) {
    for (sum, &value) in sums.iter_mut().zip(values) {
        *sum = sum.multiply_add(value, factor);
    }
}

#[inline(always)]
fn each_of_weights<E: Element, P: Weight>(sums: &mut [E], factor: E, weights: &[P]) {
    for (sum, weight) in sums.iter_mut().zip(weights) {
        *sum = sum.multiply_add(factor, E::splat(weight.value()));
    }
}

macro_rules! scalar_element {
    ($float:ty, $multiply_add:path, $exp:path, $ln:path, $tanh:path, $sqrt:path $(, $rows:item)*) => {
        impl Element for $float {
            type Choice = u8;
            type Class = u16;

            const LANES: usize = 1;
            const ZERO: Self = 0.0;
            const NO_CHOICE: u8 = u8::MAX;
            const FIRST_CHOICE: u8 = 0;
            const FIRST_CLASS: u16 = 0;

            #[inline(always)]
            fn splat(value: f32) -> Self {
                value.into()
            }
            #[inline(always)]
            fn multiply_add(self, a: Self, b: Self) -> Self {
                $multiply_add(self, a, b)
            }
            $($rows)*
            #[inline(always)]
            fn larger_of(self, other: Self) -> Self {
                if self > other { self } else { other }
            }
            #[inline(always)]
            fn where_positive(self, yes: Self, no: Self) -> Self {
                if self > 0.0 { yes } else { no }
            }
            #[inline(always)]
            fn choose(self, index: u8, best: &mut Self, choice: &mut u8) {
                if self > *best {
                    *best = self;
                    *choice = index;
                }
            }
            #[inline(always)]
            fn where_chosen(self, choice: u8, index: u8) -> Self {
                if choice == index { self } else { 0.0 }
            }
            #[inline(always)]
            fn choose_class(self, class: u16, best: &mut Self, chosen: &mut u16) {
                if self > *best {
                    *best = self;
                    *chosen = class;
                }
            }
            #[inline(always)]
            fn where_class(self, actual: u16, class: u16) -> Self {
                if actual == class { self } else { 0.0 }
            }
            #[inline(always)]
            fn first_choice(choice: u8) -> u8 {
                choice
            }
            #[inline(always)]
            fn first_is_zero(self) -> bool {
                self == 0.0
            }
            #[inline]
            fn exp(self) -> Self {
                $exp(self)
            }
            #[inline]
            fn ln(self) -> Self {
                $ln(self)
            }
            #[inline]
            fn tanh(self) -> Self {
                $tanh(self)
            }
            #[inline]
            fn sqrt(self) -> Self {
                $sqrt(self)
            }
            #[inline(always)]
            fn from_lanes(mut number: impl FnMut(usize) -> f32) -> Self {
                number(0).into()
            }
            #[inline(always)]
            fn sum_of_lanes(self) -> Self {
                0.0 + self
            }
            #[inline(always)]
            fn first_lane(self) -> f32 {
                self as f32
            }
        }
    };
}

#[inline(always)]
fn multiply_add_f32(sum: f32, a: f32, b: f32) -> f32 {
    if cfg!(feature = "fma") {
        libm::fmaf(a, b, sum)
    } else if soft::IN_USE {
        soft::multiply_add(sum, a, b)
    } else {
        sum + a * b
    }
}

#[inline(always)]
fn multiply_add_f64(sum: f64, a: f64, b: f64) -> f64 {
    if cfg!(feature = "fma") { libm::fma(a, b, sum) } else { sum + a * b }
}

scalar_element!(
    f32,
    multiply_add_f32,
    math::exp,
    math::ln,
    math::tanh,
    math::sqrt,
    #[inline(always)]
    fn multiply_add_row<const N: usize>(sums: &mut [Self; N], values: &[Self; N], factor: Self) {
        if soft::IN_USE {
            soft::multiply_add_row(sums, values, factor);
        } else {
            each_of_row(sums, values, factor);
        }
    },
    #[inline(always)]
    fn multiply_add_weights<P: Weight>(sums: &mut [Self], factor: Self, weights: &[P]) {
        if soft::IN_USE {
            soft::multiply_add_row(sums, weights, factor);
        } else {
            each_of_weights(sums, factor, weights);
        }
    }
);
scalar_element!(f64, multiply_add_f64, libm::exp, libm::log, libm::tanh, libm::sqrt);
