//! The weight gradient: rows of a few channels' kernels stay in registers while the positions pass by.

use core::ops::Range;

use super::tile::spread;
use crate::kernels::axis::{Axis, Layout};
use crate::kernels::{Geometry, Window};
use crate::{Element, Source};

/// Evaluates `$call` for the parts of a row of `$taps` taps: all at once where they are 5 or 7, else four
/// at a time and a remainder. `$count` is how many a part has, as a constant, `$n` its first tap.
///
/// What the type of a geometry or `$known` rules out is not compiled; see [`may_part`].
macro_rules! with_parts {
    ($geometry:ident, $known:expr, $taps:expr, |$count:ident, $n:ident| $call:expr) => {
        match $taps {
            5 => with_parts!(@part $geometry, $known, $count = 5, $n = 0, $call),
            7 => with_parts!(@part $geometry, $known, $count = 7, $n = 0, $call),
            taps => {
                let rest = taps - taps % 4;
                for first in (0..rest).step_by(4) {
                    with_parts!(@part $geometry, $known, $count = 4, $n = first, $call);
                }
                match taps % 4 {
                    1 => with_parts!(@part $geometry, $known, $count = 1, $n = rest, $call),
                    2 => with_parts!(@part $geometry, $known, $count = 2, $n = rest, $call),
                    3 => with_parts!(@part $geometry, $known, $count = 3, $n = rest, $call),
                    _ => {}
                }
            }
        }
    };
    (@part $geometry:ident, $known:expr, $count:ident = $number:literal, $n:ident = $first:expr, $call:expr) => {
        if const { $crate::kernels::conv2d::may_part::<$geometry>($known, $number) } {
            const $count: usize = $number;
            let $n = $first;
            $call
        }
    };
}
pub(in crate::kernels) use with_parts;

/// Part of a row of `C` kernels: its first output channel, the input channel, the kernel's row and the
/// first tap in it.
#[derive(Clone, Copy)]
struct Part {
    o: usize,
    i: usize,
    m: usize,
    n: usize,
}

/// [`backward_weight`](super::backward_weight) in tiles of `C` channels; a row of a kernel has `T` taps, if
/// that is not 0.
#[inline(always)]
pub(super) fn backward<E: Element, S: Source<E>, G: Geometry, const C: usize, const T: usize>(
    layout: Layout,
    source: S,
    input: &[S::Raw],
    d_output: &[E],
    mut add: impl FnMut(usize, &[E]),
) -> Option<()> {
    let Layout { groups, inputs, outputs: channels, rows, columns, .. } = layout;
    let [kh, kw] = [rows.kernel, columns.kernel];
    for group in 0..groups {
        for tile in 0..channels / C {
            let o = group * channels + tile * C;
            for channel in 0..inputs {
                for m in 0..kh {
                    let first = ((o * inputs + channel) * kh + m) * kw;
                    let mut of_taps = |n, sums: &[&[E]; C]| {
                        for (c, sums) in sums.iter().enumerate() {
                            add(first + c * inputs * kh * kw + n, sums);
                        }
                    };
                    with_parts!(G, T, kw, |COUNT, n| {
                        let part = Part { o, i: group * inputs + channel, m, n };
                        let sums = sums::<E, S, C, COUNT>(layout, source, input, d_output, part)?;
                        of_taps(n, &sums.each_ref().map(|sums| &sums[..]));
                    });
                }
            }
        }
    }
    Some(())
}

/// A row of kernels may have a part of so many taps, by the type of its geometry or by `known`: a row's
/// taps where the caller has them as a constant, else 0.
pub(in crate::kernels) const fn may_part<G: Geometry>(known: usize, count: usize) -> bool {
    match (G::KNOWN, known) {
        (Some(Window { kernel: [_, taps], .. }), _) | (None, taps @ 1..) => match taps {
            5 | 7 => count == taps,
            _ => count == taps % 4 || (count == 4 && taps >= 4),
        },
        (None, 0) => true,
    }
}

/// The gradients of `N` taps in a row of `C` channels' kernels.
#[inline(always)]
fn sums<E: Element, S: Source<E>, const C: usize, const N: usize>(
    layout: Layout,
    source: S,
    input: &[S::Raw],
    d_output: &[E],
    Part { o, i, m, n }: Part,
) -> Option<[[E; N]; C]> {
    let Layout { rows, columns, .. } = layout;
    let source = source.at(i * rows.input * columns.input, input.len());
    let interior = columns.interior(n..n + N);
    let mut sums = [[E::ZERO; N]; C];
    for h in rows.positions(m) {
        let at = (i * rows.input + rows.cell(h, m)?) * columns.input;
        let row = input.get(at..at + columns.input)?;
        let mut ds = [&[][..]; C];
        for (o, d) in (o..).zip(&mut ds) {
            let at = (o * rows.output + h) * columns.output;
            *d = d_output.get(at..at + columns.output)?;
        }
        // The order of the sums: the columns whose taps all meet the input between the others.
        border(columns, source, row, &ds, 0..interior.start, n, &mut sums)?;
        for w in interior.clone() {
            let at = (w * columns.stride + n * columns.dilation).checked_sub(columns.before)?;
            let x: [E; N] = spread(source, row.get(at..)?, columns.dilation)?;
            for (sums, d) in sums.iter_mut().zip(ds) {
                E::multiply_add_row(sums, &x, *d.get(w)?);
            }
        }
        border(columns, source, row, &ds, interior.end..columns.output, n, &mut sums)?;
    }
    Some(sums)
}

/// Adds the terms of columns some of whose taps may be padding.
#[inline(always)]
fn border<E: Element, S: Source<E>, const C: usize, const N: usize>(
    columns: Axis,
    source: S,
    row: &[S::Raw],
    ds: &[&[E]; C],
    range: Range<usize>,
    n: usize,
    sums: &mut [[E; N]; C],
) -> Option<()> {
    for w in range {
        for t in 0..N {
            let Some(cell) = columns.cell(w, n + t) else { continue };
            let x = source.read(*row.get(cell)?);
            for (sums, d) in sums.iter_mut().zip(*ds) {
                let sum = sums.get_mut(t)?;
                *sum = sum.multiply_add(x, *d.get(w)?);
            }
        }
    }
    Some(())
}
