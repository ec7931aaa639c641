//! One tile of outputs.

use crate::kernels::Geometry;
use crate::kernels::axis::Axis;
use crate::{Element, Source, Weight};

use super::{groups, lengths};

/// What a convolution reads.
#[derive(Clone, Copy)]
pub(in crate::kernels) struct Operands<'a, S, X, P> {
    pub(in crate::kernels) source: S,
    pub(in crate::kernels) input: &'a [X],
    pub(in crate::kernels) weight: &'a [P],
    pub(in crate::kernels) bias: &'a [P],
}

/// Where a tile is: its first output channel, that one's first input channel, its row and its first
/// column.
#[derive(Clone, Copy)]
pub(in crate::kernels) struct Place {
    pub(in crate::kernels) o: usize,
    pub(in crate::kernels) i: usize,
    pub(in crate::kernels) h: usize,
    pub(in crate::kernels) w: usize,
}

/// The outputs of `C` channels at `N` columns of a row. `is_interior`: the caller knows that all their
/// taps meet the input.
#[inline(always)]
pub(in crate::kernels) fn sums<
    E: Element,
    S: Source<E>,
    P: Weight,
    G: Geometry,
    const C: usize,
    const N: usize,
>(
    geometry: G,
    operands: Operands<'_, S, S::Raw, P>,
    Place { o, i, h, w }: Place,
    is_interior: bool,
) -> Option<[[E; N]; C]> {
    let Operands { source, input, weight, bias } = operands;
    let [_, inputs, _] = groups(geometry.get());
    let [rows, columns] = Axis::of(geometry.get());
    let taps = if rows.is_unpadded() { 0..rows.kernel } else { rows.taps(h) };
    let interior = columns.interior(0..columns.kernel);
    let is_interior =
        is_interior || columns.is_unpadded() || (interior.start <= w && w + N <= interior.end);
    // The compiler forgets lengths where the tile is a function of its own.
    let [all, weights, _] = lengths(geometry.get());
    let (input, weight) = (input.get(..all)?, weight.get(..weights)?);
    let distance = inputs * rows.kernel * columns.kernel;
    // A loop: `map` is not always inlined, and then keeps the tile in memory.
    let mut sums = [[E::ZERO; N]; C];
    for (sums, bias) in sums.iter_mut().zip(bias.get(o..o + C)?) {
        *sums = [E::splat(bias.value()); N];
    }
    if taps.is_empty() {
        return Some(sums);
    }
    let first = rows.cell(h, taps.start)?;
    // From one row of taps to the next, and to the last.
    let step = rows.dilation * columns.input;
    let last = (taps.len() - 1) * step;
    for channel in 0..inputs {
        // All rows of all kernels, all cells: a single check each.
        let at = ((o * inputs + channel) * rows.kernel + taps.start) * columns.kernel;
        let kernels = weight.get(at..at + (C - 1) * distance + taps.len() * columns.kernel)?;
        let at = ((i + channel) * rows.input + first) * columns.input;
        if is_interior {
            let at = (at + w * columns.stride).checked_sub(columns.before)?;
            let reach = (N - 1) * columns.stride + columns.reach();
            let cells = input.get(at..at + last + reach)?;
            for m in 0..taps.len() {
                for n in 0..columns.kernel {
                    let cells = cells.get(m * step + n * columns.dilation..)?;
                    let x: [E; N] = spread(source, cells, columns.stride)?;
                    for (c, sums) in sums.iter_mut().enumerate() {
                        let weight = kernels.get(c * distance + m * columns.kernel + n)?.value();
                        E::multiply_add_row(sums, &x, E::splat(weight));
                    }
                }
            }
        } else {
            let cells = input.get(at..at + last + columns.input)?;
            for m in 0..taps.len() {
                for n in 0..columns.kernel {
                    for p in 0..N {
                        let Some(cell) = columns.cell(w + p, n) else { continue };
                        let x = source.read(*cells.get(m * step + cell)?);
                        for (c, sums) in sums.iter_mut().enumerate() {
                            let weight =
                                kernels.get(c * distance + m * columns.kernel + n)?.value();
                            let sum = sums.get_mut(p)?;
                            *sum = sum.multiply_add(x, E::splat(weight));
                        }
                    }
                }
            }
        }
    }
    Some(sums)
}

/// `N` of the cells, `distance` from each other.
#[inline(always)]
pub(in crate::kernels) fn spread<E: Element, S: Source<E>, const N: usize>(
    source: S,
    cells: &[S::Raw],
    distance: usize,
) -> Option<[E; N]> {
    let mut x = [E::ZERO; N];
    if distance == 1 {
        for (x, &raw) in x.iter_mut().zip(cells.first_chunk::<N>()?) {
            *x = source.read(raw);
        }
    } else {
        for (p, x) in x.iter_mut().enumerate() {
            *x = source.read(*cells.get(p * distance)?);
        }
    }
    Some(x)
}
