//! From lanes to sums: the gradients of a group of samples, in the order of the samples.

use tinyconv::{Element, GradientSink};

use crate::lanes::{LANES, Lanes};

/// Columns that are worked on at once, where there are as many.
const BLOCK: usize = 64;

/// `sums[c] = sums[c] + samples[s][c] * factors[s]`, sample after sample.
#[inline(always)]
fn add_block<const N: usize>(
    sums: &mut [f32; N],
    samples: &[[f32; N]; LANES],
    factors: &[f32; LANES],
) {
    let mut totals = [Lanes::ZERO; BLOCK / LANES];
    for (total, sums) in totals.iter_mut().zip(sums.as_chunks::<LANES>().0) {
        *total = Lanes::new(*sums);
    }
    for (sample, &factor) in samples.iter().zip(factors) {
        let factor = Lanes::splat(factor);
        for (total, numbers) in totals.iter_mut().zip(sample.as_chunks::<LANES>().0) {
            // Rounded by itself, as the gradient of a sample is.
            *total = *total + Lanes::new(*numbers) * factor;
        }
    }
    for (total, sums) in totals.iter().zip(sums.as_chunks_mut::<LANES>().0) {
        *sums = total.to_array();
    }
}

/// Adds the products of all rows with `N` columns, or with as many as there are, to `sums`, whose rows
/// are `distance` apart.
#[inline(always)]
fn add_columns<const N: usize>(
    (rows, row): (usize, &impl Fn(usize) -> Lanes),
    (columns, column): (usize, impl Fn(usize) -> Lanes),
    distance: usize,
    sums: &mut [f32],
) {
    let columns = columns.min(N);
    // The columns' numbers, sample after sample; what is missing of a block is not used.
    let mut samples = [[0.0f32; N]; LANES];
    for c in 0..columns {
        for (sample, number) in samples.iter_mut().zip(column(c).to_array()) {
            sample[c] = number;
        }
    }
    for r in 0..rows {
        let factors = row(r).to_array();
        let sums = &mut sums[r * distance..][..columns];
        if let Ok(sums) = <&mut [f32; N]>::try_from(&mut *sums) {
            add_block(sums, &samples, &factors);
        } else {
            let mut block = [0.0; N];
            block[..columns].copy_from_slice(sums);
            add_block(&mut block, &samples, &factors);
            sums.copy_from_slice(&block[..columns]);
        }
    }
}

/// Adds the gradients of sixteen samples to a block, lane after lane.
///
/// ```
/// use tinyconv_training::lanes::Lanes;
/// use tinyconv_training::training::AddLanes;
/// use tinyconv::{Element, GradientSink};
///
/// let mut sums = [0.0, 1.0];
/// let mut all = AddLanes { parameters: &[0.5, 0.25], sums: &mut sums };
/// all.add(1, &[Lanes::splat(0.5)]); // the gradients of sixteen samples
/// assert_eq!(sums, [0.0, 1.0 + 16.0 * 0.5]);
/// ```
#[derive(Debug)]
pub struct AddLanes<'a> {
    /// The parameters.
    pub parameters: &'a [f32],
    /// As many sums.
    pub sums: &'a mut [f32],
}

impl GradientSink<Lanes> for AddLanes<'_> {
    fn parameters(&self) -> &[f32] {
        self.parameters
    }

    #[inline(always)]
    fn add(&mut self, first: usize, gradients: &[Lanes]) {
        Lanes::add_lanes(gradients, &mut self.sums[first..first + gradients.len()]);
    }

    /// Sample by sample in place of lane by lane: the same sums in the same order, sixteen of them
    /// side by side, and nothing to be turned for each of them.
    #[inline(always)]
    fn add_products(
        &mut self,
        first: usize,
        (rows, row): (usize, impl Fn(usize) -> Lanes),
        (columns, column): (usize, impl Fn(usize) -> Lanes),
    ) {
        let mut begin = 0;
        while begin < columns {
            let these = (columns - begin, |c| column(begin + c));
            let sums = &mut self.sums[first + begin..];
            begin += if columns - begin >= BLOCK {
                add_columns::<BLOCK>((rows, &row), these, columns, sums);
                BLOCK
            } else {
                add_columns::<LANES>((rows, &row), these, columns, sums);
                LANES
            };
        }
    }

    fn split_at(self, count: usize) -> (Self, Self) {
        let (parameters, parameters_rest) = self.parameters.split_at(count);
        let (sums, sums_rest) = self.sums.split_at_mut(count);
        (Self { parameters, sums }, Self { parameters: parameters_rest, sums: sums_rest })
    }
}
