//! The weight gradient of the winners.

use crate::kernels::axis::Layout;
use crate::kernels::conv2d::{spread, with_parts};
use crate::kernels::pool::for_each_winner;
use crate::kernels::{Geometry, Window};
use crate::{Element, Source};

/// Rows of a kernel whose sums are kept together; the winners are looked for once for all of them.
const ROWS: usize = 5;

/// [`backward_weight`](super::backward_weight)
#[inline(always)]
pub(super) fn backward<E: Element, S: Source<E>, G: Geometry, Q: Geometry>(
    geometry: G,
    pool: Q,
    source: S,
    input: &[S::Raw],
    choices: &[E::Choice],
    d_output: &[E],
    mut add: impl FnMut(usize, &[E]),
) -> Option<()> {
    let layout = Layout::of(geometry.get());
    let [all, ..] = layout.lengths();
    let Layout { groups, inputs, outputs: channels, rows, columns, .. } = layout;
    let ([ih, iw], [kh, kw]) = ([rows.input, columns.input], [rows.kernel, columns.kernel]);
    let Window { output: [_, oh, ow], .. } = pool.get();
    for o in 0..groups * channels {
        let group = if groups == 1 { 0 } else { o / channels.max(1) };
        let winners = o * oh * ow..(o + 1) * oh * ow;
        let (choices, d_output) = (choices.get(winners.clone())?, d_output.get(winners)?);
        for channel in 0..inputs {
            let plane = (group * inputs + channel) * ih * iw;
            let source = source.at(plane, all);
            let plane = input.get(plane..plane + ih * iw)?;
            for first in (0..kh).step_by(ROWS) {
                let count = (kh - first).min(ROWS);
                with_parts!(G, 0, kw, |COUNT, n| {
                    let taps = [first, n];
                    let sums = sums::<E, S, Q, COUNT>(
                        layout, pool, source, plane, choices, d_output, taps,
                    )?;
                    for (m, sums) in (first..).zip(&sums).take(count) {
                        add(((o * inputs + channel) * kh + m) * kw + n, sums);
                    }
                });
            }
        }
    }
    Some(())
}

/// The gradients of [`ROWS`] rows, or as many as there are, by `N` taps of a kernel.
#[inline(always)]
fn sums<E: Element, S: Source<E>, Q: Geometry, const N: usize>(
    layout: Layout,
    pool: Q,
    source: S,
    plane: &[S::Raw],
    choices: &[E::Choice],
    d_output: &[E],
    [first, n]: [usize; 2],
) -> Option<[[E; N]; ROWS]> {
    let Layout { rows, columns, .. } = layout;
    let count = rows.kernel.saturating_sub(first).min(ROWS);
    // From one row of taps to the next, and to the last.
    let distance = rows.dilation * columns.input;
    let reach = count.saturating_sub(1) * distance + (N - 1) * columns.dilation + 1;
    let mut sums = [[E::ZERO; N]; ROWS];
    for_each_winner(pool.get(), choices, d_output, |h, w, d| {
        if layout.is_interior(h, w) {
            let row = (h * rows.stride + first * rows.dilation).checked_sub(rows.before)?;
            let at = row * columns.input + w * columns.stride + n * columns.dilation;
            let cells = plane.get(at.checked_sub(columns.before)?..)?.get(..reach)?;
            for (m, sums) in sums.iter_mut().enumerate().take(count) {
                let x: [E; N] = spread(source, cells.get(m * distance..)?, columns.dilation)?;
                E::multiply_add_row(sums, &x, d);
            }
        } else {
            for (m, sums) in (first..).zip(&mut sums).take(count) {
                let Some(row) = rows.cell(h, m) else { continue };
                for (n, sum) in (n..).zip(sums) {
                    let Some(column) = columns.cell(w, n) else { continue };
                    let raw = *plane.get(row * columns.input + column)?;
                    *sum = sum.multiply_add(source.read(raw), d);
                }
            }
        }
        Some(())
    })?;
    Some(sums)
}
