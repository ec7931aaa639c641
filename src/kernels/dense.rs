//! Every output is connected to every input: the product with a matrix.

use crate::{Element, Source};

/// Outputs that are computed together; their sums stay in registers.
const TILE: usize = 16;

/// `output[o] = bias[o] + sum over i of input[i] * weight[i][o]`, inputs ascending.
///
/// # Shapes
/// `input`: I elements, `weight`: I rows of O (the transpose of PyTorch's), `bias`, `output`: O.
///
/// ```
/// use tinyconv::Direct;
/// use tinyconv::kernels::dense;
///
/// let (weight, bias) = ([[1.0, 2.0], [10.0, 20.0]], [0.5, 0.25]);
/// let mut output = [0.0f32; 2];
/// dense::forward(Direct, &[3.0, 1.0], &weight, &bias, &mut output);
/// assert_eq!(output, [0.5 + 3.0 + 10.0, 0.25 + 6.0 + 20.0]);
/// ```
#[inline(always)]
pub fn forward<E: Element, S: Source<E>, const O: usize>(
    source: S,
    input: &[S::Raw],
    weight: &[[f32; O]],
    bias: &[f32; O],
    output: &mut [E; O],
) {
    if O <= TILE {
        forward_tile(source, input, weight, bias, 0, output);
        return;
    }
    let (tiles, rest) = output.as_chunks_mut::<TILE>();
    let mut first = 0;
    for tile in tiles {
        forward_tile(source, input, weight, bias, first, tile);
        first += TILE;
    }
    let (small_tiles, rest) = rest.as_chunks_mut::<4>();
    for tile in small_tiles {
        forward_tile(source, input, weight, bias, first, tile);
        first += tile.len();
    }
    for sum in rest {
        let mut one = [E::ZERO];
        forward_tile(source, input, weight, bias, first, &mut one);
        *sum = one[0];
        first += 1;
    }
}

#[inline(always)]
fn forward_tile<E: Element, S: Source<E>, const O: usize, const T: usize>(
    source: S,
    input: &[S::Raw],
    weight: &[[f32; O]],
    bias: &[f32; O],
    first: usize,
    output: &mut [E; T],
) {
    let mut sums = [E::ZERO; T];
    for (sum, &b) in sums.iter_mut().zip(&bias[first..]) {
        *sum = E::splat(b);
    }
    for (&raw, row) in input.iter().zip(weight) {
        E::multiply_add_weights(&mut sums, source.read(raw), &row[first..]);
    }
    *output = sums;
}

/// `d_input[i] += sum over o of d_output[o] * weight[i][o]`, outputs ascending.
///
/// # Shapes
/// As in [`forward`]; `d_input` as `input`, `d_output` as `output`.
///
/// ```
/// let mut d_input = [0.0f32; 2];
/// let weight = [[1.0, 2.0], [10.0, 20.0]];
/// tinyconv::kernels::dense::backward_input(&weight, &[1.0, 0.5], &mut d_input);
/// assert_eq!(d_input, [2.0, 20.0]);
/// ```
#[inline(always)]
pub fn backward_input<E: Element, const O: usize>(
    weight: &[[f32; O]],
    d_output: &[E; O],
    d_input: &mut [E],
) {
    // Four inputs at a time, so that four sums are under way.
    let (tiles, rest) = d_input.as_chunks_mut::<4>();
    let (weight_tiles, weight_rest) = weight.as_chunks::<4>();
    for (tile, rows) in tiles.iter_mut().zip(weight_tiles) {
        let mut sums = [E::ZERO; 4];
        for (o, &d) in d_output.iter().enumerate() {
            for (sum, row) in sums.iter_mut().zip(rows) {
                *sum = sum.multiply_add(d, E::splat(row[o]));
            }
        }
        for (d, sum) in tile.iter_mut().zip(sums) {
            *d = *d + sum;
        }
    }
    for (d_x, row) in rest.iter_mut().zip(weight_rest) {
        let mut sum = E::ZERO;
        for (&d, &w) in d_output.iter().zip(row) {
            sum = sum.multiply_add(d, E::splat(w));
        }
        *d_x = *d_x + sum;
    }
}

/// `d_weight[i][o] += input[i] * d_output[o]`
///
/// Rows are handed over several at a time: `add(i, rows)`, `i` the first of them.
///
/// # Shapes
/// As in [`forward`]; `d_output` as `output`.
///
/// ```
/// use tinyconv::Direct;
/// use tinyconv::kernels::dense;
///
/// let mut d_weight = [[0.0f32; 2]; 5];
/// dense::backward_weight(Direct, &[1.0, 2.0, 3.0, 4.0, 5.0], &[1.0, 10.0], |first, rows| {
///     d_weight[first..first + rows.len()].copy_from_slice(rows);
/// });
/// assert_eq!(d_weight, [[1.0, 10.0], [2.0, 20.0], [3.0, 30.0], [4.0, 40.0], [5.0, 50.0]]);
/// ```
#[inline(always)]
pub fn backward_weight<E: Element, S: Source<E>, const O: usize>(
    source: S,
    input: &[S::Raw],
    d_output: &[E; O],
    mut add: impl FnMut(usize, &[[E; O]]),
) {
    let (tiles, rest) = input.as_chunks::<4>();
    for (tile, xs) in tiles.iter().enumerate() {
        add(tile * 4, &rows(&xs.map(|raw| source.read(raw)), d_output));
    }
    for (i, &raw) in rest.iter().enumerate() {
        add(tiles.len() * 4 + i, &rows(&[source.read(raw)], d_output));
    }
}

#[inline(always)]
fn rows<E: Element, const O: usize, const N: usize>(xs: &[E; N], d_output: &[E; O]) -> [[E; O]; N] {
    // The sum over the single position starts at +0.0, as every gradient does.
    let mut rows = [[E::ZERO; O]; N];
    for (row, &x) in rows.iter_mut().zip(xs) {
        E::multiply_add_row(row, d_output, x);
    }
    rows
}

/// `d_bias[o] += d_output[o]`, handed to `add`.
///
/// # Shapes
/// As in [`forward`]; `d_output` as `output`.
///
/// ```
/// let mut d_bias = [0.0f32; 2];
/// tinyconv::kernels::dense::backward_bias(&[1.0, -2.0], |d| d_bias = *d);
/// assert_eq!(d_bias, [1.0, -2.0]);
/// ```
#[inline(always)]
pub fn backward_bias<E: Element, const O: usize>(d_output: &[E; O], add: impl FnOnce(&[E; O])) {
    let mut sums = [E::ZERO; O];
    for (sum, &d) in sums.iter_mut().zip(d_output) {
        *sum = *sum + d;
    }
    add(&sums);
}
