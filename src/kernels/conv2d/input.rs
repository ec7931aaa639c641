//! The input gradient: tiles of a few channels by a few positions, as the outputs are computed.
//!
//! Where the stride is 1, neighbouring columns of the input meet the same taps, and neighbouring positions
//! of the output: seen so, it is a convolution whose taps run backwards.

use core::ops::Range;

use crate::Element;
use crate::kernels::axis::{Axis, Layout};

/// Where a tile is: its first input channel, the same within its group, the group's first output
/// channel, the row and the first column.
#[derive(Clone, Copy)]
struct Place {
    i: usize,
    channel: usize,
    o: usize,
    r: usize,
    c: usize,
}

/// [`backward_input`](super::backward_input) with a stride of 1, in tiles of `C` channels by `N` columns.
#[inline(always)]
pub(super) fn backward_tiled<E: Element, const C: usize, const N: usize>(
    layout: Layout,
    weight: &[f32],
    d_output: &[E],
    d_input: &mut [E],
) -> Option<()> {
    let Layout { groups, inputs, outputs: channels, rows, columns, .. } = layout;
    for group in 0..groups {
        for tile in 0..inputs / C {
            let channel = tile * C;
            let (i, o) = (group * inputs + channel, group * channels);
            for r in 0..rows.input {
                for c in (0..columns.input).step_by(N) {
                    let place = Place { i, channel, o, r, c };
                    add_tile::<_, C, N>(layout, weight, d_output, place, d_input)?;
                }
            }
        }
    }
    Some(())
}

/// Adds to `N` columns of `C` channels; to fewer at the end of the row.
#[inline(always)]
fn add_tile<E: Element, const C: usize, const N: usize>(
    layout: Layout,
    weight: &[f32],
    d_output: &[E],
    Place { i, channel, o, r, c }: Place,
    d_input: &mut [E],
) -> Option<()> {
    let Layout { inputs, outputs: channels, rows, columns, .. } = layout;
    let at = |i: usize| (i * rows.input + r) * columns.input;
    let mut sums = [[E::ZERO; N]; C];
    for (i, sums) in (i..).zip(&mut sums) {
        let row = (*d_input).get(at(i)..at(i) + columns.input)?;
        for (p, sum) in sums.iter_mut().enumerate() {
            if let Some(&before) = row.get(c + p) {
                *sum = before;
            }
        }
    }
    for o in o..o + channels {
        for m in (0..rows.kernel).rev() {
            let Some(h) = rows.position(r, m) else { continue };
            let d_row = (o * rows.output + h) * columns.output;
            let d_row = d_output.get(d_row..d_row + columns.output)?;
            let mut kernels = [&[][..]; C];
            for (channel, kernel) in (channel..).zip(&mut kernels) {
                let at = ((o * inputs + channel) * rows.kernel + m) * columns.kernel;
                *kernel = weight.get(at..at + columns.kernel)?;
            }
            for n in (0..columns.kernel).rev() {
                // One that wraps is one that is not there.
                let w = (c + columns.before).wrapping_sub(n * columns.dilation);
                if let Some(ds) = d_row.get(w..).and_then(|ds| ds.first_chunk::<N>()) {
                    for (sums, kernel) in sums.iter_mut().zip(kernels) {
                        E::multiply_add_row(sums, ds, E::splat(*kernel.get(n)?));
                    }
                } else {
                    for p in 0..N {
                        let Some(&d) = d_row.get(w.wrapping_add(p)) else { continue };
                        for (sums, kernel) in sums.iter_mut().zip(kernels) {
                            let sum = sums.get_mut(p)?;
                            *sum = sum.multiply_add(d, E::splat(*kernel.get(n)?));
                        }
                    }
                }
            }
        }
    }
    for (i, sums) in (i..).zip(&sums) {
        let row = d_input.get_mut(at(i)..at(i) + columns.input)?;
        for (p, sum) in sums.iter().enumerate() {
            if let Some(after) = row.get_mut(c + p) {
                *after = *sum;
            }
        }
    }
    Some(())
}

/// The columns of the input that [`backward_rows`] keeps in registers, and the taps of a row of the output:
/// the loops over them are unrolled.
const MOST_COLUMNS: usize = 20;
const MOST_TAPS: usize = 64;

/// [`backward_rows`] pays: a type's row is so short.
pub(super) const fn has_short_rows(Layout { columns, .. }: Layout) -> bool {
    columns.input <= MOST_COLUMNS && columns.output * columns.kernel <= MOST_TAPS
}

/// [`backward_input`](super::backward_input) row by row of the input, the row's sums in registers.
#[inline(always)]
pub(super) fn backward_rows<E: Element>(
    layout: Layout,
    weight: &[f32],
    d_output: &[E],
    d_input: &mut [E],
) -> Option<()> {
    let Layout { groups, inputs, outputs: channels, rows, columns, .. } = layout;
    for group in 0..groups {
        for channel in 0..inputs {
            for r in 0..rows.input {
                let at = ((group * inputs + channel) * rows.input + r) * columns.input;
                let row = d_input.get_mut(at..at + columns.input)?;
                let mut sums = [E::ZERO; MOST_COLUMNS];
                for (sum, &before) in sums.iter_mut().zip(&*row) {
                    *sum = before;
                }
                for o in group * channels..(group + 1) * channels {
                    for m in (0..rows.kernel).rev() {
                        let Some(h) = rows.position(r, m) else { continue };
                        let at = (o * rows.output + h) * columns.output;
                        let d_row = d_output.get(at..at + columns.output)?;
                        let at = ((o * inputs + channel) * rows.kernel + m) * columns.kernel;
                        let kernel = weight.get(at..at + columns.kernel)?;
                        for (w, &d) in d_row.iter().enumerate() {
                            for (n, &weight) in kernel.iter().enumerate() {
                                let Some(cell) = columns.cell(w, n) else { continue };
                                let sum = sums.get_mut(cell)?;
                                *sum = sum.multiply_add(d, E::splat(weight));
                            }
                        }
                    }
                }
                for (after, sum) in row.iter_mut().zip(sums) {
                    *after = sum;
                }
            }
        }
    }
    Some(())
}

/// [`backward_input`](super::backward_input) position by position of the output.
#[inline(always)]
pub(super) fn backward_positions<E: Element>(
    layout: Layout,
    weight: &[f32],
    d_output: &[E],
    d_input: &mut [E],
) -> Option<()> {
    let Layout { groups, inputs, outputs: channels, rows, columns, .. } = layout;
    let [kh, kw] = [rows.kernel, columns.kernel];
    let interior = layout.interior[0]..layout.interior[1];
    for group in 0..groups {
        for o in group * channels..(group + 1) * channels {
            for h in 0..rows.output {
                let at = (o * rows.output + h) * columns.output;
                let d_row = d_output.get(at..at + columns.output)?;
                for channel in 0..inputs {
                    for m in rows.taps(h) {
                        let at = ((o * inputs + channel) * kh + m) * kw;
                        let kernel = weight.get(at..at + kw)?;
                        let at = (group * inputs + channel) * rows.input + rows.cell(h, m)?;
                        let at = at * columns.input;
                        let row = d_input.get_mut(at..at + columns.input)?;
                        border(columns, kernel, d_row, 0..interior.start, row)?;
                        if !interior.is_empty() {
                            let ds = d_row.get(interior.clone())?;
                            // All cells of these positions: a single check.
                            let at =
                                (interior.start * columns.stride).checked_sub(columns.before)?;
                            let last = (ds.len() - 1) * columns.stride;
                            let cells = row.get_mut(at..at + last + columns.reach())?;
                            for (w, &d) in ds.iter().enumerate() {
                                for (n, &weight) in kernel.iter().enumerate() {
                                    let x =
                                        cells.get_mut(w * columns.stride + n * columns.dilation)?;
                                    *x = x.multiply_add(d, E::splat(weight));
                                }
                            }
                        }
                        border(columns, kernel, d_row, interior.end..columns.output, row)?;
                    }
                }
            }
        }
    }
    Some(())
}

/// Adds the terms of positions some of whose taps may be padding.
#[inline(always)]
fn border<E: Element>(
    columns: Axis,
    kernel: &[f32],
    d_row: &[E],
    range: Range<usize>,
    row: &mut [E],
) -> Option<()> {
    for w in range {
        let d = *d_row.get(w)?;
        for (n, &weight) in kernel.iter().enumerate() {
            if let Some(x) = columns.cell(w, n).and_then(|cell| row.get_mut(cell)) {
                *x = x.multiply_add(d, E::splat(weight));
            }
        }
    }
    Some(())
}
