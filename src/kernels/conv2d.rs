//! The convolution (a cross-correlation, as in every deep-learning framework).
//!
//! Outputs are computed in tiles of a few channels by a few positions, which stay in registers
//! while the taps pass by; each output still adds its taps in the one order of the numerics
//! contract. The plain loops stand in `conv2d/naive.rs` as the test oracle.

#[cfg(test)]
mod naive;
mod rows;
#[cfg(test)]
mod tests;

use core::ops::Range;

use crate::{Element, Kernel, Padding, Source, Stride, soft};

/// Size of the kernel, stride and padding of a convolution; a value without content.
///
/// ```
/// use tinyconv::kernels::conv2d::Window;
/// use tinyconv::{Kernel, Padding, Stride};
///
/// /// Kernels of 3 x 3, every other position, a row and a column of zeros.
/// const WINDOW: Window<3, 3, 2, 2, 1, 1> = (Kernel, Stride, Padding);
/// assert_eq!(size_of_val(&WINDOW), 0);
/// ```
pub type Window<
    const KH: usize,
    const KW: usize,
    const SH: usize,
    const SW: usize,
    const T: usize,
    const L: usize,
> = (Kernel<KH, KW>, Stride<SH, SW>, Padding<T, L>);

/// Channels and positions of a register tile.
#[derive(Clone, Copy)]
pub(super) struct Tile<const CHANNELS: usize, const POSITIONS: usize>;

/// Calls a tiled function with the largest tile of channels that divides their number.
///
/// The conditions are constants: one branch is compiled, and no code for a remainder.
macro_rules! with_tile {
    ($channels:expr, $lanes:expr, $positions:expr, $tiled:ident($($argument:expr),*)) => {
        if $lanes > 1 && $channels % 4 == 0 {
            $tiled($($argument,)* Tile::<4, { $positions }>)
        } else if $lanes > 1 && $channels % 3 == 0 {
            $tiled($($argument,)* Tile::<3, { $positions }>)
        } else if $channels % 2 == 0 {
            $tiled($($argument,)* Tile::<2, { $positions }>)
        } else {
            $tiled($($argument,)* Tile::<1, { $positions }>)
        }
    };
}
pub(super) use with_tile;

/// The kernel's rows (or columns) that meet the input for output row (or column) `position`.
#[inline(always)]
pub(super) const fn taps(
    kernel: usize,
    stride: usize,
    padding: usize,
    input: usize,
    position: usize,
) -> Range<usize> {
    let start = padding.saturating_sub(position * stride);
    let end = (input + padding).saturating_sub(position * stride);
    start..if end < kernel { end } else { kernel }
}

/// Every tap of every one of `outputs` positions meets the input.
#[inline(always)]
const fn is_unpadded(
    kernel: usize,
    stride: usize,
    padding: usize,
    input: usize,
    outputs: usize,
) -> bool {
    padding == 0 && outputs > 0 && (outputs - 1) * stride + kernel <= input
}

/// `output[o][h][w] = bias[o] + sum of input[i][h * SH + m - T][w * SW + n - L] * weight[o][i][m][n]`
///
/// The sum starts at the bias and runs over input channel `i`, kernel row `m`, kernel column `n`,
/// ascending. Taps outside of the input are skipped.
///
/// # Shapes
/// `input`: IC x IH x IW; `weight`: OC x IC x KH x KW (PyTorch's layout); `bias`: OC; `output`:
/// OC x OH x OW. `T` and `L` are the rows and columns of zeros above and left of the input.
///
/// ```
/// use tinyconv::kernels::conv2d::{self, Window};
/// use tinyconv::{Direct, Kernel, Padding, Stride};
///
/// const WINDOW: Window<1, 2, 1, 1, 0, 0> = (Kernel, Stride, Padding);
/// let (weight, bias) = ([[[[1.0, 10.0]]]], [0.5]);
/// let mut output = [[[0.0f32; 2]]];
/// conv2d::forward(Direct, &[[[1.0, 2.0, 3.0]]], &weight, &bias, WINDOW, &mut output);
/// assert_eq!(output, [[[0.5 + 1.0 + 20.0, 0.5 + 2.0 + 30.0]]]);
/// ```
#[inline(never)]
pub fn forward<
    E: Element,
    S: Source<E>,
    const IC: usize,
    const IH: usize,
    const IW: usize,
    const OC: usize,
    const OH: usize,
    const OW: usize,
    const KH: usize,
    const KW: usize,
    const SH: usize,
    const SW: usize,
    const T: usize,
    const L: usize,
>(
    source: S,
    input: &[[[S::Raw; IW]; IH]; IC],
    weight: &[[[[f32; KW]; KH]; IC]; OC],
    bias: &[f32; OC],
    window: Window<KH, KW, SH, SW, T, L>,
    output: &mut [[[E; OW]; OH]; OC],
) {
    let is_single = OH == 1 && OW == 1 && KH == IH && KW == IW && T == 0 && L == 0;
    // Lanes are not short of registers, and in software sixteen multiply-adds in a row are a lot of
    // code.
    if is_single && E::LANES == 1 && !soft::IN_USE {
        forward_single(source, input, weight, bias, output);
    } else if E::LANES > 1 && OW == 1 && OC.is_multiple_of(8) {
        // So many sums are under way together as a processor can add.
        forward_tiled(source, input, weight, bias, window, output, Tile::<8, 1>);
    } else if E::LANES > 1 && !OW.is_multiple_of(4) && OW.is_multiple_of(5) {
        with_tile!(OC, E::LANES, 5, forward_tiled(source, input, weight, bias, window, output));
    } else if E::LANES > 1 {
        with_tile!(OC, E::LANES, 4, forward_tiled(source, input, weight, bias, window, output));
    } else {
        with_tile!(OC, E::LANES, 8, forward_tiled(source, input, weight, bias, window, output));
    }
}

#[inline(always)]
fn forward_tiled<
    E: Element,
    S: Source<E>,
    const IC: usize,
    const IH: usize,
    const IW: usize,
    const OC: usize,
    const OH: usize,
    const OW: usize,
    const KH: usize,
    const KW: usize,
    const SH: usize,
    const SW: usize,
    const T: usize,
    const L: usize,
    const CHANNELS: usize,
    const POSITIONS: usize,
>(
    source: S,
    input: &[[[S::Raw; IW]; IH]; IC],
    weight: &[[[[f32; KW]; KH]; IC]; OC],
    bias: &[f32; OC],
    _window: Window<KH, KW, SH, SW, T, L>,
    output: &mut [[[E; OW]; OH]; OC],
    _tile: Tile<CHANNELS, POSITIONS>,
) {
    let weights = weight.as_chunks::<CHANNELS>().0;
    let biases = bias.as_chunks::<CHANNELS>().0;
    let outputs = output.as_chunks_mut::<CHANNELS>().0;
    for ((weight, bias), planes) in weights.iter().zip(biases).zip(outputs) {
        for h in 0..OH {
            for t in 0..OW / POSITIONS {
                let w = t * POSITIONS;
                let sums =
                    sums::<E, S, IC, IH, IW, OH, OW, KH, KW, SH, SW, T, L, CHANNELS, POSITIONS>(
                        source, input, weight, bias, h, w,
                    );
                for (plane, sums) in planes.iter_mut().zip(sums) {
                    plane[h][w..w + POSITIONS].copy_from_slice(&sums);
                }
            }
            for w in OW - OW % POSITIONS..OW {
                let sums = sums::<E, S, IC, IH, IW, OH, OW, KH, KW, SH, SW, T, L, CHANNELS, 1>(
                    source, input, weight, bias, h, w,
                );
                for (plane, [sum]) in planes.iter_mut().zip(sums) {
                    plane[h][w] = sum;
                }
            }
        }
    }
}

/// The map of a kernel as large as its input is a single position. There a tile would be channels
/// alone, whose weights lie far from each other: instead, the inputs of sixteen taps stay in registers
/// while the channels pass by.
#[inline(always)]
fn forward_single<
    E: Element,
    S: Source<E>,
    const IC: usize,
    const IH: usize,
    const IW: usize,
    const OC: usize,
    const OH: usize,
    const OW: usize,
    const KH: usize,
    const KW: usize,
>(
    source: S,
    input: &[[[S::Raw; IW]; IH]; IC],
    weight: &[[[[f32; KW]; KH]; IC]; OC],
    bias: &[f32; OC],
    output: &mut [[[E; OW]; OH]; OC],
) {
    let output = output.as_flattened_mut().as_flattened_mut();
    for (sum, &bias) in output.iter_mut().zip(bias) {
        *sum = E::splat(bias);
    }
    let (tiles, rest) = input.as_flattened().as_flattened().as_chunks::<16>();
    let (small_tiles, rest) = rest.as_chunks::<4>();
    let mut first = 0;
    for xs in tiles {
        add_taps(source, xs, weight, first, output);
        first += xs.len();
    }
    for xs in small_tiles {
        add_taps(source, xs, weight, first, output);
        first += xs.len();
    }
    for &x in rest {
        add_taps(source, &[x], weight, first, output);
        first += 1;
    }
}

/// `sums[o] += sum over t of xs[t] * weight[o][first + t]`, taps in their order.
#[inline(always)]
fn add_taps<
    E: Element,
    S: Source<E>,
    const IC: usize,
    const OC: usize,
    const KH: usize,
    const KW: usize,
    const N: usize,
>(
    source: S,
    xs: &[S::Raw; N],
    weight: &[[[[f32; KW]; KH]; IC]; OC],
    first: usize,
    sums: &mut [E],
) {
    let xs = xs.map(|raw| source.read(raw));
    for (sum, weight) in sums.iter_mut().zip(weight) {
        let taps = &weight.as_flattened().as_flattened()[first..];
        for (&x, &weight) in xs.iter().zip(taps) {
            *sum = sum.multiply_add(x, E::splat(weight));
        }
    }
}

/// The outputs of `CHANNELS` channels at row `h` and columns `w..w + POSITIONS`.
#[inline(always)]
pub(super) fn sums<
    E: Element,
    S: Source<E>,
    const IC: usize,
    const IH: usize,
    const IW: usize,
    const OH: usize,
    const OW: usize,
    const KH: usize,
    const KW: usize,
    const SH: usize,
    const SW: usize,
    const T: usize,
    const L: usize,
    const CHANNELS: usize,
    const POSITIONS: usize,
>(
    source: S,
    input: &[[[S::Raw; IW]; IH]; IC],
    weight: &[[[[f32; KW]; KH]; IC]; CHANNELS],
    bias: &[f32; CHANNELS],
    h: usize,
    w: usize,
) -> [[E; POSITIONS]; CHANNELS] {
    let rows = if is_unpadded(KH, SH, T, IH, OH) { 0..KH } else { taps(KH, SH, T, IH, h) };
    let interior =
        is_unpadded(KW, SW, L, IW, OW) || (w * SW >= L && (w + POSITIONS - 1) * SW + KW <= IW + L);
    // A loop: `bias.map` is not always inlined, and then keeps the tile in memory.
    let mut sums = [[E::ZERO; POSITIONS]; CHANNELS];
    for (sums, &bias) in sums.iter_mut().zip(bias) {
        *sums = [E::splat(bias); POSITIONS];
    }
    for i in 0..IC {
        for m in rows.clone() {
            let row = &input[i][h * SH + m - T];
            if interior {
                let row = &row[w * SW - L..][..(POSITIONS - 1) * SW + KW];
                for n in 0..KW {
                    let mut x = [E::ZERO; POSITIONS];
                    for (p, x) in x.iter_mut().enumerate() {
                        *x = source.read(row[p * SW + n]);
                    }
                    for (sums, weight) in sums.iter_mut().zip(weight) {
                        let weight = E::splat(weight[i][m][n]);
                        E::multiply_add_row(sums, &x, weight);
                    }
                }
            } else {
                for p in 0..POSITIONS {
                    for n in taps(KW, SW, L, IW, w + p) {
                        let x = source.read(row[(w + p) * SW + n - L]);
                        for (sums, weight) in sums.iter_mut().zip(weight) {
                            sums[p] = sums[p].multiply_add(x, E::splat(weight[i][m][n]));
                        }
                    }
                }
            }
        }
    }
    sums
}

/// `d_bias[o] += sum over h, w of d_output[o][h][w]`, ascending, starting at +0.0.
///
/// The sums are handed to `add`, all channels at once.
///
/// # Shapes
/// As in [`forward`].
///
/// ```
/// let mut d_bias = [0.0f32; 2];
/// let d_output = [[[1.0, 2.0]], [[3.0, 4.0]]]; // two channels
/// tinyconv::kernels::conv2d::backward_bias(&d_output, |sums| d_bias = *sums);
/// assert_eq!(d_bias, [3.0, 7.0]);
/// ```
#[inline(never)]
pub fn backward_bias<E: Element, const OC: usize, const OH: usize, const OW: usize>(
    d_output: &[[[E; OW]; OH]; OC],
    add: impl FnOnce(&[E; OC]),
) {
    let mut sums = [E::ZERO; OC];
    // Positions outside, so that the channels' sums are under way together.
    for h in 0..OH {
        for w in 0..OW {
            for (sum, plane) in sums.iter_mut().zip(d_output) {
                *sum = *sum + plane[h][w];
            }
        }
    }
    add(&sums);
}

/// `d_weight[o][i][m][n] += sum over h, w of input[i][h * SH + m - T][w * SW + n - L] * d_output[o][h][w]`
///
/// The sum starts at +0.0 and runs over output rows and columns, ascending. The kernels are handed
/// over one by one: `add(o, i, kernel)`.
///
/// # Shapes
/// As in [`forward`].
///
/// ```
/// use tinyconv::kernels::conv2d::{self, Window};
/// use tinyconv::{Direct, Kernel, Padding, Stride};
///
/// const WINDOW: Window<1, 2, 1, 1, 0, 0> = (Kernel, Stride, Padding);
/// let mut d_weight = [[[[0.0f32; 2]]]];
/// let (input, d_output) = ([[[1.0, 2.0, 3.0]]], [[[1.0, 10.0]]]);
/// conv2d::backward_weight(Direct, &input, &d_output, WINDOW, |o, i, kernel| {
///     d_weight[o][i] = *kernel;
/// });
/// assert_eq!(d_weight, [[[[1.0 + 20.0, 2.0 + 30.0]]]]);
/// ```
#[inline(never)]
pub fn backward_weight<
    E: Element,
    S: Source<E>,
    const IC: usize,
    const IH: usize,
    const IW: usize,
    const OC: usize,
    const OH: usize,
    const OW: usize,
    const KH: usize,
    const KW: usize,
    const SH: usize,
    const SW: usize,
    const T: usize,
    const L: usize,
>(
    source: S,
    input: &[[[S::Raw; IW]; IH]; IC],
    d_output: &[[[E; OW]; OH]; OC],
    window: Window<KH, KW, SH, SW, T, L>,
    add: impl FnMut(usize, usize, &[[E; KW]; KH]),
) {
    with_tile!(OC, E::LANES, KW, backward_weight_tiled(source, input, d_output, window, add));
}

#[inline(always)]
fn backward_weight_tiled<
    E: Element,
    S: Source<E>,
    const IC: usize,
    const IH: usize,
    const IW: usize,
    const OC: usize,
    const OH: usize,
    const OW: usize,
    const KH: usize,
    const KW: usize,
    const SH: usize,
    const SW: usize,
    const T: usize,
    const L: usize,
    const CHANNELS: usize,
>(
    source: S,
    input: &[[[S::Raw; IW]; IH]; IC],
    d_output: &[[[E; OW]; OH]; OC],
    _window: Window<KH, KW, SH, SW, T, L>,
    mut add: impl FnMut(usize, usize, &[[E; KW]; KH]),
    _tile: Tile<CHANNELS, KW>,
) {
    for (tile, planes) in d_output.as_chunks::<CHANNELS>().0.iter().enumerate() {
        for (i, plane) in input.iter().enumerate() {
            let mut kernels = [[[E::ZERO; KW]; KH]; CHANNELS];
            for m in 0..KH {
                let mut sums = [[E::ZERO; KW]; CHANNELS];
                for h in 0..OH {
                    if !taps(KH, SH, T, IH, h).contains(&m) {
                        continue;
                    }
                    let row = &plane[h * SH + m - T];
                    for w in 0..OW {
                        if is_unpadded(KW, SW, L, IW, OW) || (w * SW >= L && w * SW + KW <= IW + L)
                        {
                            let x: &[S::Raw; KW] =
                                row[w * SW - L..].first_chunk().expect("KW columns");
                            let x = x.map(|raw| source.read(raw));
                            for (sums, plane) in sums.iter_mut().zip(planes) {
                                let d = plane[h][w];
                                E::multiply_add_row(sums, &x, d);
                            }
                        } else {
                            for n in taps(KW, SW, L, IW, w) {
                                let x = source.read(row[w * SW + n - L]);
                                for (sums, plane) in sums.iter_mut().zip(planes) {
                                    sums[n] = sums[n].multiply_add(x, plane[h][w]);
                                }
                            }
                        }
                    }
                }
                for (kernel, sums) in kernels.iter_mut().zip(sums) {
                    kernel[m] = sums;
                }
            }
            for (channel, kernel) in kernels.iter().enumerate() {
                add(tile * CHANNELS + channel, i, kernel);
            }
        }
    }
}

/// `d_input[i][r][c] += sum over o, h, w of d_output[o][h][w] * weight[o][i][r + T - h * SH][c + L - w * SW]`
///
/// The terms are added to what `d_input` holds, over output channels, rows and columns, ascending.
///
/// # Shapes
/// As in [`forward`].
///
/// ```
/// use tinyconv::kernels::conv2d::{self, Window};
/// use tinyconv::{Kernel, Padding, Stride};
///
/// const WINDOW: Window<1, 2, 1, 1, 0, 0> = (Kernel, Stride, Padding);
/// let mut d_input = [[[0.0f32; 3]]];
/// conv2d::backward_input(&[[[[1.0, 10.0]]]], &[[[1.0, 2.0]]], WINDOW, &mut d_input);
/// assert_eq!(d_input, [[[1.0, 10.0 + 2.0, 20.0]]]);
/// ```
#[inline(never)]
pub fn backward_input<
    E: Element,
    const IC: usize,
    const IH: usize,
    const IW: usize,
    const OC: usize,
    const OH: usize,
    const OW: usize,
    const KH: usize,
    const KW: usize,
    const SH: usize,
    const SW: usize,
    const T: usize,
    const L: usize,
>(
    weight: &[[[[f32; KW]; KH]; IC]; OC],
    d_output: &[[[E; OW]; OH]; OC],
    window: Window<KH, KW, SH, SW, T, L>,
    d_input: &mut [[[E; IW]; IH]; IC],
) {
    // Rows that fit into registers stay there; the loops over them are unrolled, so not too long.
    if E::LANES > 1 && OW * KW <= rows::MOST_TAPS && IW <= rows::MOST_SUMS {
        if IC.is_multiple_of(4) && 4 * IW <= rows::MOST_SUMS && 4 * OW * KW <= rows::MOST_TAPS {
            rows::backward_input(weight, d_output, window, d_input, Tile::<4, IW>);
        } else {
            rows::backward_input(weight, d_output, window, d_input, Tile::<1, IW>);
        }
        return;
    }
    for (weight, d_plane) in weight.iter().zip(d_output) {
        for (h, d_row) in d_plane.iter().enumerate() {
            for (weight, plane) in weight.iter().zip(&mut *d_input) {
                for m in taps(KH, SH, T, IH, h) {
                    let row = &mut plane[h * SH + m - T];
                    if is_unpadded(KW, SW, L, IW, OW) {
                        for (w, &d) in d_row.iter().enumerate() {
                            for n in 0..KW {
                                let x = &mut row[w * SW + n];
                                *x = x.multiply_add(d, E::splat(weight[m][n]));
                            }
                        }
                    } else {
                        for (w, &d) in d_row.iter().enumerate() {
                            for n in taps(KW, SW, L, IW, w) {
                                let x = &mut row[w * SW + n - L];
                                *x = x.multiply_add(d, E::splat(weight[m][n]));
                            }
                        }
                    }
                }
            }
        }
    }
}
