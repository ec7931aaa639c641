//! Every output is connected to every input: the product with a matrix.

use super::Geometry;
use super::geometry::{known, may_be};
use crate::{Element, Source, Weight};

/// Outputs that are computed together; their sums stay in registers.
const TILE: usize = 16;

/// Evaluates `$call` with the number of outputs, below [`TILE`] or equal to it, as the constant
/// `$count`.
///
/// `$known` is that number where a type gives it: the others are not compiled.
macro_rules! with_outputs {
    ($known:expr, $outputs:expr, |$count:ident| $call:expr) => {
        with_outputs!(
            $known, $outputs, |$count| $call, 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16
        )
    };
    ($known:expr, $outputs:expr, |$count:ident| $call:expr, $($number:literal)*) => {
        match $outputs {
            $($number if const { may_be($known, $number) } => {
                const $count: usize = $number;
                $call
            })*
            _ => Some(()),
        }
    };
}

/// `output[o] = bias[o] + sum over i of input[i] * weight[i][o]`, inputs ascending.
///
/// # Shapes
/// `sizes`: I and O; `input`: I elements, `weight`: I x O (the transpose of PyTorch's), `bias`,
/// `output`: O.
///
/// ```
/// use tinyconv::Direct;
/// use tinyconv::kernels::dense;
///
/// let (weight, bias) = ([1.0, 2.0, 10.0, 20.0], [0.5, 0.25]);
/// let mut output = [0.0f32; 2];
/// dense::forward([2, 2], Direct, &[3.0, 1.0], &weight, &bias, &mut output);
/// assert_eq!(output, [0.5 + 3.0 + 10.0, 0.25 + 6.0 + 20.0]);
/// ```
#[inline(always)]
pub fn forward<E: Element, S: Source<E>, P: Weight, G: Geometry<[usize; 2]>>(
    sizes: G,
    source: S,
    input: &[S::Raw],
    weight: &[P],
    bias: &[P],
    output: &mut [E],
) -> Option<()> {
    let [inputs, outputs] = sizes.get();
    let (input, weight) = (input.get(..inputs)?, weight.get(..inputs * outputs)?);
    let (bias, output) = (bias.get(..outputs)?, output.get_mut(..outputs)?);
    let rest = outputs % TILE;
    for first in (0..outputs - rest).step_by(TILE) {
        forward_tile::<_, _, _, _, TILE>(sizes, source, input, weight, bias, first, output)?;
    }
    let first = outputs - rest;
    with_outputs!(known!(G::KNOWN, [_, outputs] => outputs % TILE), rest, |N| {
        forward_tile::<_, _, _, _, N>(sizes, source, input, weight, bias, first, output)
    })
}

#[inline(always)]
fn forward_tile<E: Element, S: Source<E>, P: Weight, G: Geometry<[usize; 2]>, const N: usize>(
    sizes: G,
    source: S,
    input: &[S::Raw],
    weight: &[P],
    bias: &[P],
    first: usize,
    output: &mut [E],
) -> Option<()> {
    let [_, outputs] = sizes.get();
    let mut sums = [E::ZERO; N];
    for (sum, bias) in sums.iter_mut().zip(bias.get(first..first + N)?) {
        *sum = E::splat(bias.value());
    }
    for (i, &raw) in input.iter().enumerate() {
        let row = weight.get(i * outputs + first..)?.first_chunk::<N>()?;
        E::multiply_add_weights(&mut sums, source.at(i, input.len()).read(raw), row);
    }
    *output.get_mut(first..)?.first_chunk_mut::<N>()? = sums;
    Some(())
}

/// `d_input[i] += sum over o of d_output[o] * weight[i][o]`, outputs ascending.
///
/// # Shapes
/// As in [`forward`]; `d_input` as `input`, `d_output` as `output`.
///
/// ```
/// let mut d_input = [0.0f32; 2];
/// let weight = [1.0, 2.0, 10.0, 20.0];
/// tinyconv::kernels::dense::backward_input([2, 2], &weight, &[1.0, 0.5], &mut d_input);
/// assert_eq!(d_input, [2.0, 20.0]);
/// ```
#[inline(always)]
pub fn backward_input<E: Element, G: Geometry<[usize; 2]>>(
    sizes: G,
    weight: &[f32],
    d_output: &[E],
    d_input: &mut [E],
) -> Option<()> {
    let [inputs, _] = sizes.get();
    // Four inputs at a time, so that four sums are under way.
    let rest = inputs % 4;
    for first in (0..inputs - rest).step_by(4) {
        input_tile::<_, _, 4>(sizes, weight, d_output, first, d_input)?;
    }
    for i in inputs - rest..inputs {
        input_tile::<_, _, 1>(sizes, weight, d_output, i, d_input)?;
    }
    Some(())
}

#[inline(always)]
fn input_tile<E: Element, G: Geometry<[usize; 2]>, const N: usize>(
    sizes: G,
    weight: &[f32],
    d_output: &[E],
    first: usize,
    d_input: &mut [E],
) -> Option<()> {
    let [_, outputs] = sizes.get();
    let mut rows = [&[][..]; N];
    for (i, row) in (first..).zip(&mut rows) {
        *row = weight.get(i * outputs..(i + 1) * outputs)?;
    }
    let mut sums = [E::ZERO; N];
    for (o, &d) in d_output.get(..outputs)?.iter().enumerate() {
        for (sum, row) in sums.iter_mut().zip(rows) {
            *sum = sum.multiply_add(d, E::splat(*row.get(o)?));
        }
    }
    let d_input: &mut [E; N] = d_input.get_mut(first..)?.first_chunk_mut()?;
    for (d, sum) in d_input.iter_mut().zip(sums) {
        *d = *d + sum;
    }
    Some(())
}

/// `d_weight[i][o] += input[i] * d_output[o]`
///
/// Some gradients at a time are handed over: `add(the first one's weight, gradients)`.
///
/// # Shapes
/// As in [`forward`]; `d_output` as `output`.
///
/// ```
/// use tinyconv::Direct;
/// use tinyconv::kernels::dense;
///
/// let mut d_weight = [0.0f32; 4];
/// dense::backward_weight([2, 2], Direct, &[1.0, 2.0], &[1.0, 10.0], |first, gradients| {
///     d_weight[first..first + gradients.len()].copy_from_slice(gradients);
/// });
/// assert_eq!(d_weight, [1.0, 10.0, 2.0, 20.0]);
/// ```
#[inline(always)]
pub fn backward_weight<E: Element, S: Source<E>, G: Geometry<[usize; 2]>>(
    sizes: G,
    source: S,
    input: &[S::Raw],
    d_output: &[E],
    mut add: impl FnMut(usize, &[E]),
) -> Option<()> {
    let [inputs, outputs] = sizes.get();
    let (input, d_output) = (input.get(..inputs)?, d_output.get(..outputs)?);
    if outputs <= TILE {
        // Whole rows, several of which are handed over together.
        return with_outputs!(known!(G::KNOWN, [_, outputs] => outputs), outputs, |N| {
            weight_rows::<_, _, N>(source, input, d_output, add)
        });
    }
    let (tiles, rest) = d_output.as_chunks::<TILE>();
    for (i, x) in source.elements(input).enumerate() {
        let mut first = i * outputs;
        for d_output in tiles {
            add(first, products(&[x], d_output).as_flattened());
            first += TILE;
        }
        for &d in rest {
            add(first, products(&[x], &[d]).as_flattened());
            first += 1;
        }
    }
    Some(())
}

#[inline(always)]
fn weight_rows<E: Element, S: Source<E>, const N: usize>(
    source: S,
    input: &[S::Raw],
    d_output: &[E],
    mut add: impl FnMut(usize, &[E]),
) -> Option<()> {
    let d_output: &[E; N] = d_output.first_chunk()?;
    let (tiles, rest) = input.as_chunks::<4>();
    let mut first = 0;
    for xs in tiles {
        let mut at = first / N.max(1);
        let xs = xs.map(|raw| {
            let x = source.at(at, input.len()).read(raw);
            at += 1;
            x
        });
        add(first, products(&xs, d_output).as_flattened());
        first += 4 * N;
    }
    for &raw in rest {
        let x = source.at(first / N.max(1), input.len()).read(raw);
        add(first, products(&[x], d_output).as_flattened());
        first += N;
    }
    Some(())
}

#[inline(always)]
fn products<E: Element, const I: usize, const N: usize>(
    xs: &[E; I],
    d_output: &[E; N],
) -> [[E; N]; I] {
    // The sum over the single position starts at +0.0, as every gradient does.
    let mut rows = [[E::ZERO; N]; I];
    for (row, &x) in rows.iter_mut().zip(xs) {
        E::multiply_add_row(row, d_output, x);
    }
    rows
}

/// `d_bias[o] += d_output[o]`
///
/// Some gradients at a time are handed over: `add(the first one's output, gradients)`.
///
/// # Shapes
/// As in [`forward`]; `d_output` as `output`.
///
/// ```
/// let mut d_bias = [0.0f32; 2];
/// tinyconv::kernels::dense::backward_bias([3, 2], &[1.0, -2.0], |first, gradients| {
///     d_bias[first..first + gradients.len()].copy_from_slice(gradients);
/// });
/// assert_eq!(d_bias, [1.0, -2.0]);
/// ```
#[inline(always)]
pub fn backward_bias<E: Element, G: Geometry<[usize; 2]>>(
    sizes: G,
    d_output: &[E],
    mut add: impl FnMut(usize, &[E]),
) -> Option<()> {
    let [_, outputs] = sizes.get();
    let (tiles, rest) = d_output.get(..outputs)?.as_chunks::<4>();
    let mut first = 0;
    for tile in tiles {
        add(first, &tile.map(|d| E::ZERO + d));
        first += 4;
    }
    for &d in rest {
        add(first, &[E::ZERO + d]);
        first += 1;
    }
    Some(())
}
