//! Sixteen samples side by side: the element with which the host trains and evaluates.

use std::ops::{Add, Div, Mul, Neg, Sub};

use tinyconv::{Element, math};
use wide::{f32x8, f32x16};

/// Sixteen `f32`, each lane another sample; every operation is the scalar's, lane by lane.
///
/// ```
/// use tinyconv_training::lanes::Lanes;
/// use tinyconv::Element;
///
/// // Sixteen samples through the same kernel as one.
/// let inputs = [Lanes::new(std::array::from_fn(|sample| sample as f32)), Lanes::splat(1.0)];
/// let mut output = [Lanes::ZERO];
/// tinyconv::kernels::dense::forward(
///     [2, 1], tinyconv::Direct, &inputs, &[2.0, 10.0], &[0.5], &mut output,
/// );
/// assert_eq!(output[0].to_array()[..3], [10.5, 12.5, 14.5]);
/// ```
#[derive(Clone, Copy, Debug)]
#[repr(transparent)]
pub struct Lanes(f32x16);

/// Samples in a [`Lanes`].
///
/// ```
/// use tinyconv_training::lanes::{LANES, Lanes};
/// use tinyconv::Element;
///
/// assert_eq!(<Lanes as Element>::LANES, LANES);
/// ```
pub const LANES: usize = 16;

impl Lanes {
    /// One number per lane.
    ///
    /// ```
    /// use tinyconv_training::lanes::Lanes;
    ///
    /// let squares = std::array::from_fn(|lane| (lane * lane) as f32);
    /// assert_eq!(Lanes::new(squares).to_array(), squares);
    /// ```
    #[must_use]
    #[inline(always)]
    pub const fn new(lanes: [f32; LANES]) -> Self {
        Self(f32x16::new(lanes))
    }

    /// The lanes' numbers.
    ///
    /// ```
    /// use tinyconv_training::lanes::Lanes;
    /// use tinyconv::Element;
    ///
    /// assert_eq!(Lanes::splat(0.5).to_array(), [0.5; 16]);
    /// ```
    #[must_use]
    #[inline(always)]
    pub fn to_array(self) -> [f32; LANES] {
        self.0.to_array()
    }

    /// The first sixteen of `values`, one per lane.
    ///
    /// # Panics
    /// If there are fewer.
    ///
    /// ```
    /// use tinyconv_training::lanes::Lanes;
    ///
    /// let values: Vec<f32> = (0..20).map(|value| value as f32).collect();
    /// assert_eq!(Lanes::load(&values[4..]).to_array()[15], 19.0);
    /// ```
    #[must_use]
    #[inline(always)]
    pub fn load(values: &[f32]) -> Self {
        Self::new(*values.first_chunk().expect("sixteen values"))
    }

    /// Writes the lanes over the first sixteen of `values`.
    ///
    /// # Panics
    /// If there are fewer.
    ///
    /// ```
    /// use tinyconv_training::lanes::Lanes;
    /// use tinyconv::Element;
    ///
    /// let mut values = [0.0; 17];
    /// Lanes::splat(1.0).store(&mut values);
    /// assert_eq!((values[15], values[16]), (1.0, 0.0));
    /// ```
    #[inline(always)]
    pub fn store(self, values: &mut [f32]) {
        *values.first_chunk_mut().expect("sixteen values") = self.to_array();
    }

    /// Lane `l` of `elements[i]` becomes `rows[l * elements.len() + i]`.
    ///
    /// # Panics
    /// If `rows` does not hold sixteen rows as long as `elements`.
    ///
    /// ```
    /// use tinyconv_training::lanes::{LANES, Lanes};
    /// use tinyconv::Element;
    ///
    /// // Sixteen samples of two numbers each, one after the other.
    /// let rows: Vec<f32> = (0..2 * LANES).map(|value| value as f32).collect();
    /// let mut elements = [Lanes::ZERO; 2];
    /// Lanes::transpose(&rows, &mut elements);
    /// assert_eq!(elements[1].to_array()[..3], [1.0, 3.0, 5.0]);
    /// ```
    pub fn transpose(rows: &[f32], elements: &mut [Self]) {
        let count = elements.len();
        assert!(rows.len() == LANES * count, "sixteen rows, as long as the elements");
        let whole = count - count % 8;
        for first in (0..whole).step_by(8) {
            let half = |half: usize| {
                f32x8::transpose(std::array::from_fn(|row| {
                    let start = (half * 8 + row) * count + first;
                    f32x8::new(*rows[start..].first_chunk().expect("eight of a row"))
                }))
            };
            let (low, high) = (half(0), half(1));
            for (i, element) in elements[first..first + 8].iter_mut().enumerate() {
                let mut lanes = [0.0; LANES];
                lanes[..8].copy_from_slice(&low[i].to_array());
                lanes[8..].copy_from_slice(&high[i].to_array());
                *element = Self::new(lanes);
            }
        }
        for (i, element) in elements.iter_mut().enumerate().skip(whole) {
            *element = Self::new(std::array::from_fn(|lane| rows[lane * count + i]));
        }
    }

    /// The label of each lane, as the losses take it.
    ///
    /// ```
    /// use tinyconv_training::lanes::Lanes;
    ///
    /// let labels = Lanes::labels(std::array::from_fn(|lane| lane as u16 % 10));
    /// assert_eq!(Lanes::classes(labels)[11], 1);
    /// ```
    #[must_use]
    pub fn labels(labels: [u16; LANES]) -> Self {
        Self::new(labels.map(f32::from))
    }

    /// The class of each lane.
    ///
    /// ```
    /// use tinyconv_training::lanes::Lanes;
    /// use tinyconv::{Element, loss};
    ///
    /// // Class 1 has the larger logit, in every lane.
    /// let chosen = loss::largest(&[Lanes::splat(0.5), Lanes::splat(2.0)]);
    /// assert_eq!(Lanes::classes(chosen), [1; 16]);
    /// ```
    #[must_use]
    pub fn classes(classes: Self) -> [u16; LANES] {
        classes.to_array().map(|class| class as u16)
    }

    /// Adds the lanes of `elements[i]` to `sums[i]`, one after the other, first lane first.
    ///
    /// Eight elements at a time are turned by transpositions into vectors whose lanes belong to
    /// eight sums: the same additions in the same order, all lanes busy.
    ///
    /// ```
    /// use tinyconv_training::lanes::Lanes;
    /// use tinyconv::Element;
    ///
    /// let mut sums = [100.0, 0.0];
    /// Lanes::add_lanes(&[Lanes::splat(1.0), Lanes::splat(0.5)], &mut sums);
    /// assert_eq!(sums, [116.0, 8.0]);
    /// ```
    #[inline]
    pub fn add_lanes(elements: &[Self], sums: &mut [f32]) {
        let (blocks, rest) = elements.as_chunks::<8>();
        let (sum_blocks, sum_rest) = sums.as_chunks_mut::<8>();
        for (block, sums) in blocks.iter().zip(sum_blocks) {
            let halves = block.map(|element| {
                let lanes = element.to_array();
                let (first, last) = lanes.as_chunks::<8>().0.split_at(1);
                (f32x8::new(first[0]), f32x8::new(last[0]))
            });
            let first = f32x8::transpose(halves.map(|(first, _)| first));
            let last = f32x8::transpose(halves.map(|(_, last)| last));
            // Plain loops: the compiler keeps iterators over arrays in memory.
            let mut total = f32x8::new(*sums);
            for row in first {
                total += row;
            }
            for row in last {
                total += row;
            }
            *sums = total.to_array();
        }
        for (element, sum) in rest.iter().zip(sum_rest) {
            for lane in element.to_array() {
                *sum += lane;
            }
        }
    }

    fn map(self, function: impl Fn(f32) -> f32) -> Self {
        Self::new(self.to_array().map(function))
    }
}

macro_rules! operator {
    ($trait:ident, $function:ident) => {
        impl $trait for Lanes {
            type Output = Self;
            #[inline(always)]
            fn $function(self, other: Self) -> Self {
                Self($trait::$function(self.0, other.0))
            }
        }
    };
}

operator!(Add, add);
operator!(Sub, sub);
operator!(Mul, mul);
operator!(Div, div);

impl Neg for Lanes {
    type Output = Self;
    #[inline(always)]
    fn neg(self) -> Self {
        Self(-self.0)
    }
}

impl Element for Lanes {
    // The index as a number, so that choices and classes are compared in the same registers: f32 holds
    // every u16.
    type Choice = Self;
    type Class = Self;

    const LANES: usize = LANES;
    const ZERO: Self = Self::new([0.0; LANES]);
    const NO_CHOICE: Self = Self::new([255.0; LANES]);
    const FIRST_CHOICE: Self = Self::ZERO;
    const FIRST_CLASS: Self = Self::ZERO;

    #[inline(always)]
    fn splat(value: f32) -> Self {
        Self(f32x16::splat(value))
    }

    #[inline(always)]
    fn multiply_add(self, a: Self, b: Self) -> Self {
        if cfg!(not(feature = "fma")) {
            Self(self.0 + a.0 * b.0)
        } else if cfg!(any(target_feature = "fma", target_arch = "aarch64")) {
            Self(a.0.mul_add(b.0, self.0))
        } else {
            // Without the instruction, `wide` would round twice.
            let (sum, a, b) = (self.to_array(), a.to_array(), b.to_array());
            Self::new(std::array::from_fn(|lane| libm::fmaf(a[lane], b[lane], sum[lane])))
        }
    }

    #[inline(always)]
    fn larger_of(self, other: Self) -> Self {
        Self(self.0.simd_gt(other.0).select(self.0, other.0))
    }

    #[inline(always)]
    fn where_positive(self, yes: Self, no: Self) -> Self {
        Self(self.0.simd_gt(f32x16::splat(0.0)).select(yes.0, no.0))
    }

    #[inline(always)]
    fn choose(self, index: u8, best: &mut Self, choice: &mut Self) {
        self.choose_class(index.into(), best, choice);
    }

    #[inline(always)]
    fn where_chosen(self, choice: Self, index: u8) -> Self {
        self.where_class(choice, index.into())
    }

    #[inline(always)]
    fn choose_class(self, class: u16, best: &mut Self, chosen: &mut Self) {
        let better = self.0.simd_gt(best.0);
        best.0 = better.select(self.0, best.0);
        chosen.0 = better.select(f32x16::splat(class.into()), chosen.0);
    }

    #[inline(always)]
    fn where_class(self, actual: Self, class: u16) -> Self {
        Self(actual.0.simd_eq(f32x16::splat(class.into())).select(self.0, f32x16::splat(0.0)))
    }

    fn first_choice(choice: Self) -> u8 {
        choice.to_array()[0] as u8
    }

    fn first_is_zero(self) -> bool {
        self.to_array()[0] == 0.0
    }

    fn exp(self) -> Self {
        self.map(math::exp)
    }

    fn ln(self) -> Self {
        self.map(math::ln)
    }

    fn tanh(self) -> Self {
        self.map(math::tanh)
    }

    #[inline(always)]
    fn sqrt(self) -> Self {
        if cfg!(feature = "micromath") { self.map(math::sqrt) } else { Self(self.0.sqrt()) }
    }

    #[inline(always)]
    fn from_lanes(number: impl FnMut(usize) -> f32) -> Self {
        Self::new(std::array::from_fn(number))
    }

    #[inline(always)]
    fn sum_of_lanes(self) -> Self {
        Self(f32x16::splat(self.to_array().into_iter().fold(0.0, |sum, lane| sum + lane)))
    }

    #[inline(always)]
    fn first_lane(self) -> f32 {
        self.to_array()[0]
    }
}
