//! One tile of outputs.

use crate::kernels::axis::{Axis, Layout};
use crate::{Element, Source, Weight};

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
    const C: usize,
    const N: usize,
>(
    layout: Layout,
    operands: Operands<'_, S, S::Raw, P>,
    Place { o, i, h, w }: Place,
    is_interior: bool,
) -> Option<[[E; N]; C]> {
    let Operands { source, input, weight, bias } = operands;
    let Layout { inputs, rows, columns, interior: [start, end], has_whole_rows, .. } = layout;
    // A value's caller knows.
    let is_interior = is_interior
        || (E::LANES == 1 || !layout.is_value)
            && (layout.has_whole_columns || (start <= w && w + N <= end));
    // The compiler forgets lengths where the tile is a function of its own.
    let [all, weights, _] = layout.lengths();
    let (input, weight) = (input.get(..all)?, weight.get(..weights)?);
    let distance = inputs * rows.kernel * columns.kernel;
    // A loop: `map` is not always inlined, and then keeps the tile in memory.
    let mut sums = [[E::ZERO; N]; C];
    for (sums, bias) in sums.iter_mut().zip(bias.get(o..o + C)?) {
        *sums = [E::splat(bias.value()); N];
    }
    // From a row of the first kernel to the end of that row of the last.
    let row = (C - 1) * distance + columns.kernel;
    // The cells of a row that are looked at.
    let (start, reach) = if is_interior {
        let start = (w * columns.stride).checked_sub(columns.before)?;
        (start, (N - 1) * columns.stride + columns.reach())
    } else {
        (0, columns.input)
    };
    let border = if is_interior { None } else { Some(w) };
    let step = rows.dilation * columns.input;
    let further = rows.kernel.saturating_sub(1);
    for channel in 0..inputs {
        let kernel = (o * inputs + channel) * rows.kernel * columns.kernel;
        let plane = (i + channel) * rows.input * columns.input;
        let source = source.at(plane, all);
        let plane = plane + start;
        // The kernels' rows are walked: an index would be one more number to add to at each of them.
        let mut kernels = weight.get(kernel..kernel + further * columns.kernel + row)?;
        // If all rows are there, a single check does for their cells.
        let cells = if has_whole_rows {
            let cells = plane + h * rows.stride * columns.input;
            input.get(cells..cells + further * step + reach)?
        } else {
            input.get(plane..)?
        };
        for m in 0..rows.kernel {
            let cell = if has_whole_rows {
                Some(m * step)
            } else {
                rows.cell(h, m).map(|row| row * columns.input)
            };
            if let Some(cell) = cell {
                let cells = cells.get(cell..cell + reach)?;
                add_row(layout, source, kernels.get(..row)?, distance, cells, border, &mut sums)?;
            }
            kernels = kernels.get(columns.kernel..)?;
        }
    }
    Some(sums)
}

/// Adds the terms of a row of taps; `distance` is from one kernel to the next. Some taps may be padding
/// if `border` gives the tile's first column; the cells are the whole row then.
#[inline(always)]
fn add_row<E: Element, S: Source<E>, P: Weight, const C: usize, const N: usize>(
    Layout { columns, is_value, .. }: Layout,
    source: S,
    kernels: &[P],
    distance: usize,
    cells: &[S::Raw],
    border: Option<usize>,
    sums: &mut [[E; N]; C],
) -> Option<()> {
    // Each is as long as the loop below, so that one check per row is enough.
    let mut rows = [&[][..]; C];
    for (c, row) in rows.iter_mut().enumerate() {
        *row = kernels.get(c * distance..c * distance + columns.kernel)?;
    }
    for n in 0..columns.kernel {
        let Some(w) = border else {
            let x: [E; N] = spread(source, cells.get(n * columns.dilation..)?, columns.stride)?;
            if const { E::LANES > 1 } && is_value {
                add_tap(&x, &rows, n, sums)?;
                continue;
            }
            for (sums, row) in sums.iter_mut().zip(rows) {
                E::multiply_add_row(sums, &x, E::splat(row.get(n)?.value()));
            }
            continue;
        };
        if const { E::LANES > 1 } && is_value {
            add_border_tap(columns, source, cells, w, &rows, n, sums)?;
            continue;
        }
        for p in 0..N {
            let Some(cell) = columns.cell(w + p, n) else { continue };
            let x = source.read(*cells.get(cell)?);
            for (sums, row) in sums.iter_mut().zip(rows) {
                let sum = sums.get_mut(p)?;
                *sum = sum.multiply_add(x, E::splat(row.get(n)?.value()));
            }
        }
    }
    Some(())
}

/// Adds the terms of tap `n` of each row, whose cells are `x`.
///
/// The rows by reference: an array's own iterator is not inlined where a function has as many tiles as
/// that of a value.
#[inline(always)]
fn add_tap<E: Element, P: Weight, const C: usize, const N: usize>(
    x: &[E; N],
    rows: &[&[P]; C],
    n: usize,
    sums: &mut [[E; N]; C],
) -> Option<()> {
    for (sums, row) in sums.iter_mut().zip(rows) {
        E::multiply_add_row(sums, x, E::splat(row.get(n)?.value()));
    }
    Some(())
}

/// Adds the terms of tap `n` of each row, from column `w` on: as elsewhere where the whole tile meets the
/// input, which it does for most of the border's taps.
#[inline(always)]
fn add_border_tap<E: Element, S: Source<E>, P: Weight, const C: usize, const N: usize>(
    columns: Axis,
    source: S,
    cells: &[S::Raw],
    w: usize,
    rows: &[&[P]; C],
    n: usize,
    sums: &mut [[E; N]; C],
) -> Option<()> {
    // One that wraps is one that is not there.
    let first = (w * columns.stride + n * columns.dilation).wrapping_sub(columns.before);
    let end = first.wrapping_add((N - 1) * columns.stride + 1);
    if let Some(cells) = cells.get(first..end) {
        return add_tap(&spread(source, cells, columns.stride)?, rows, n, sums);
    }
    for p in 0..N {
        let Some(cell) = columns.cell(w + p, n) else { continue };
        let x = source.read(*cells.get(cell)?);
        for (sums, row) in sums.iter_mut().zip(rows) {
            let sum = sums.get_mut(p)?;
            *sum = sum.multiply_add(x, E::splat(row.get(n)?.value()));
        }
    }
    Some(())
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
