//! A kernel of one tap at a stride of 1: positions are alike wherever they lie, so that tiles go on from row to row.
//!
//! A tap's inputs are used once, so that a tile of more channels pays: its weights stay in registers, while one input
//! after the other passes by. So fewer sums wait for their products than in the other order.

use super::tile::Operands;
use crate::kernels::axis::Layout;
use crate::{Element, Source, Weight};

/// Channels of a scalar's tile, and its positions.
pub(super) const TILE: [usize; 2] = [4, 6];

/// Writes the sums of all tiles, or adds them to what lies in `output`.
#[inline(always)]
pub(super) fn forward<
    E: Element,
    S: Source<E>,
    P: Weight,
    const C: usize,
    const N: usize,
    const ADD: bool,
>(
    layout: Layout,
    operands: Operands<'_, S, S::Raw, P>,
    output: &mut [E],
) -> Option<()> {
    let Layout { groups, inputs, outputs: channels, rows, columns, .. } = layout;
    let cells = rows.output * columns.output;
    for group in 0..groups {
        let first = group * inputs * cells;
        let input = operands.input.get(first..first + inputs * cells)?;
        let source = operands.source.at(first, operands.input.len());
        for tile in 0..channels / C {
            let o = group * channels + tile * C;
            let weight = operands.weight.get(o * inputs..(o + C) * inputs)?;
            let bias = operands.bias.get(o..)?.first_chunk::<C>()?;
            let output = output.get_mut(o * cells..(o + C) * cells)?;
            let whole = cells - cells % N;
            // What is left is mostly four positions: sides are powers of two.
            let fours = whole + (cells - whole) / 4 * 4;
            for at in (0..whole).step_by(N) {
                tile_at::<E, S, P, C, N, ADD>(
                    cells, inputs, source, input, weight, bias, at, output,
                )?;
            }
            for at in (whole..fours).step_by(4) {
                tile_at::<E, S, P, C, 4, ADD>(
                    cells, inputs, source, input, weight, bias, at, output,
                )?;
            }
            for at in fours..cells {
                tile_at::<E, S, P, C, 1, ADD>(
                    cells, inputs, source, input, weight, bias, at, output,
                )?;
            }
        }
    }
    Some(())
}

/// One tile, from the cell `at` on.
#[inline(always)]
#[expect(clippy::too_many_arguments, reason = "those of its loops")]
fn tile_at<E: Element, S: Source<E>, P: Weight, const C: usize, const N: usize, const ADD: bool>(
    cells: usize,
    inputs: usize,
    source: S,
    input: &[S::Raw],
    weight: &[P],
    bias: &[P; C],
    at: usize,
    output: &mut [E],
) -> Option<()> {
    let mut sums = bias.map(|bias| [E::splat(bias.value()); N]);
    let mut rows = [&[][..]; C];
    for (c, row) in rows.iter_mut().enumerate() {
        *row = weight.get(c * inputs..(c + 1) * inputs)?;
    }
    for i in 0..inputs {
        let first = i * cells + at;
        let source = source.at(first, input.len());
        let cells: &[S::Raw; N] = input.get(first..)?.first_chunk()?;
        let mut weights = [E::ZERO; C];
        for (weight, row) in weights.iter_mut().zip(rows) {
            *weight = E::splat(row.get(i)?.value());
        }
        for (p, &raw) in cells.iter().enumerate() {
            let x = source.read(raw);
            for (sums, &weight) in sums.iter_mut().zip(&weights) {
                let sum = sums.get_mut(p)?;
                *sum = sum.multiply_add(x, weight);
            }
        }
    }
    for (c, sums) in sums.iter().enumerate() {
        let output = output.get_mut(c * cells + at..)?.first_chunk_mut::<N>()?;
        if ADD {
            for (y, &sum) in output.iter_mut().zip(sums) {
                *y = *y + sum;
            }
        } else {
            *output = *sums;
        }
    }
    Some(())
}
