//! One tile of outputs.

use crate::kernels::Geometry;
use crate::kernels::axis::Axis;
use crate::{Element, Source, Weight};

use super::groups;

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
    // A loop: `map` is not always inlined, and then keeps the tile in memory.
    let mut sums = [[E::ZERO; N]; C];
    for (sums, bias) in sums.iter_mut().zip(bias.get(o..o + C)?) {
        *sums = [E::splat(bias.value()); N];
    }
    for channel in 0..inputs {
        for m in taps.clone() {
            let row = (h * rows.stride + m * rows.dilation).checked_sub(rows.before)?;
            let row = ((i + channel) * rows.input + row) * columns.input;
            let mut kernels = [&[][..]; C];
            for (o, kernel) in (o..).zip(&mut kernels) {
                let at = ((o * inputs + channel) * rows.kernel + m) * columns.kernel;
                *kernel = weight.get(at..at + columns.kernel)?;
            }
            if is_interior {
                let at = (row + w * columns.stride).checked_sub(columns.before)?;
                let cells = input.get(at..at + (N - 1) * columns.stride + columns.reach())?;
                for n in 0..columns.kernel {
                    let cells = cells.get(n * columns.dilation..)?;
                    let x: [E; N] = spread(source, cells, columns.stride)?;
                    for (sums, kernel) in sums.iter_mut().zip(kernels) {
                        E::multiply_add_row(sums, &x, E::splat(kernel.get(n)?.value()));
                    }
                }
            } else {
                let row = input.get(row..row + columns.input)?;
                for n in 0..columns.kernel {
                    for p in 0..N {
                        let Some(cell) = columns.cell(w + p, n) else { continue };
                        let x = source.read(*row.get(cell)?);
                        for (sums, kernel) in sums.iter_mut().zip(kernels) {
                            let sum = sums.get_mut(p)?;
                            *sum = sum.multiply_add(x, E::splat(kernel.get(n)?.value()));
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
