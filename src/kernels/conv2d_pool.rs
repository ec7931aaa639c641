//! Convolution, activation and max-pooling in one pass, so that the large map between them never
//! exists: inference needs only the pooled map, training one byte per pooled cell besides.
//!
//! The results are those of the three steps one after the other, bit for bit. In the backward pass
//! each window has one position with a gradient. A single sample visits only those; lanes, whose
//! winners differ, write the map out and run the plain convolution's backward pass: the terms that
//! the one skips are zeros in the other. Adding a zero changes no sum that began at +0.0, as long as
//! inputs and weights are finite.

use super::conv2d::{Tile, sums, with_tile};
use crate::{Activation, Element, Kernel, Source};

/// `output[o][q][c] = max over window of f(conv[o][q * PH + r][c * PW + s])`, windows side by side.
///
/// Where `choices` is given, it receives the first cell of each window that holds the maximum,
/// counted row by row, or [`Element::NO_CHOICE`] where no gradient passes the activation.
///
/// # Shapes
/// As in [`conv2d::forward`](super::conv2d::forward), with OH x OW the pooled map; rows and columns
/// of the convolution's CH x CW map that fill no window are not computed.
///
/// ```
/// use tinyconv::kernels::conv2d_pool::{self, Geometry};
/// use tinyconv::{Direct, Relu};
///
/// // The map would be -1, 3, 1, -3.
/// const GEOMETRY: Geometry<Relu, 1, 4, 1, 1, 1, 1, 0, 0, 1, 2> = Geometry::NEW;
/// let (input, weight, bias) = ([[[1.0f32, 3.0, 2.0, 0.0]]], [[[[2.0]]]], [-3.0]);
/// let (mut output, mut choices) = ([[[0.0; 2]]], [[[0; 2]]]);
/// let kept = Some(&mut choices);
/// conv2d_pool::forward(Direct, &input, &weight, &bias, GEOMETRY, &mut output, kept);
/// assert_eq!((output, choices), ([[[3.0, 1.0]]], [[[1, 0]]]));
/// ```
#[inline(always)]
pub fn forward<
    E: Element,
    S: Source<E>,
    A: Activation,
    const IC: usize,
    const IH: usize,
    const IW: usize,
    const OC: usize,
    const CH: usize,
    const CW: usize,
    const OH: usize,
    const OW: usize,
    const KH: usize,
    const KW: usize,
    const SH: usize,
    const SW: usize,
    const T: usize,
    const L: usize,
    const PH: usize,
    const PW: usize,
>(
    source: S,
    input: &[[[S::Raw; IW]; IH]; IC],
    weight: &[[[[f32; KW]; KH]; IC]; OC],
    bias: &[f32; OC],
    geometry: Geometry<A, CH, CW, KH, KW, SH, SW, T, L, PH, PW>,
    output: &mut [[[E; OW]; OH]; OC],
    choices: Option<&mut [[[E::Choice; OW]; OH]; OC]>,
) {
    if E::LANES > 1 && PW == 2 {
        with_tile!(
            OC,
            E::LANES,
            4,
            forward_tiled(source, input, weight, bias, geometry, (output, choices))
        );
    } else if PW == 1 || PW == 2 || PW == 4 {
        with_tile!(
            OC,
            E::LANES,
            8,
            forward_tiled(source, input, weight, bias, geometry, (output, choices))
        );
    } else {
        with_tile!(
            OC,
            E::LANES,
            PW,
            forward_tiled(source, input, weight, bias, geometry, (output, choices))
        );
    }
}

/// Everything about the fused block that its arrays do not say: the activation, the size of the
/// convolution's map, its kernel, stride and padding, and the pooling window.
///
/// ```
/// use tinyconv::Relu;
/// use tinyconv::kernels::conv2d_pool::Geometry;
///
/// /// A map of 4 x 4, kernels of 3 x 3, stride 1, no padding, windows of 2 x 2.
/// const GEOMETRY: Geometry<Relu, 4, 4, 3, 3, 1, 1, 0, 0, 2, 2> = Geometry::NEW;
/// assert_eq!(size_of_val(&GEOMETRY), 0);
/// ```
#[derive(Clone, Copy, Debug)]
pub struct Geometry<
    A,
    const CH: usize,
    const CW: usize,
    const KH: usize,
    const KW: usize,
    const SH: usize,
    const SW: usize,
    const T: usize,
    const L: usize,
    const PH: usize,
    const PW: usize,
>(core::marker::PhantomData<A>);

impl<
    A,
    const CH: usize,
    const CW: usize,
    const KH: usize,
    const KW: usize,
    const SH: usize,
    const SW: usize,
    const T: usize,
    const L: usize,
    const PH: usize,
    const PW: usize,
> Geometry<A, CH, CW, KH, KW, SH, SW, T, L, PH, PW>
{
    /// The only value.
    pub const NEW: Self = {
        assert!(PH * PW < 255, "a pooling window has at most 254 cells: make it smaller");
        Self(core::marker::PhantomData)
    };
}

/// The pooled map, and where they are wanted the winners' cells.
type Results<'a, E, const C: usize, const H: usize, const W: usize> =
    (&'a mut [[[E; W]; H]; C], Option<&'a mut [[[<E as Element>::Choice; W]; H]; C]>);

#[inline(always)]
fn forward_tiled<
    E: Element,
    S: Source<E>,
    A: Activation,
    const IC: usize,
    const IH: usize,
    const IW: usize,
    const OC: usize,
    const CH: usize,
    const CW: usize,
    const OH: usize,
    const OW: usize,
    const KH: usize,
    const KW: usize,
    const SH: usize,
    const SW: usize,
    const T: usize,
    const L: usize,
    const PH: usize,
    const PW: usize,
    const CHANNELS: usize,
    const POSITIONS: usize,
>(
    source: S,
    input: &[[[S::Raw; IW]; IH]; IC],
    weight: &[[[[f32; KW]; KH]; IC]; OC],
    bias: &[f32; OC],
    _geometry: Geometry<A, CH, CW, KH, KW, SH, SW, T, L, PH, PW>,
    (output, mut choices): Results<'_, E, OC, OH, OW>,
    _tile: Tile<CHANNELS, POSITIONS>,
) {
    let cells = POSITIONS / PW;
    let weights = weight.as_chunks::<CHANNELS>().0;
    let biases = bias.as_chunks::<CHANNELS>().0;
    for (tile, (weight, bias)) in weights.iter().zip(biases).enumerate() {
        for q in 0..OH {
            // A tile of several windows, then single windows for what is left of the row.
            for t in 0..OW / cells {
                let c = t * cells;
                let mut best = [[(E::ZERO, E::NO_CHOICE); POSITIONS]; CHANNELS];
                for r in 0..PH {
                    let sums = sums::<
                        E,
                        S,
                        IC,
                        IH,
                        IW,
                        CH,
                        CW,
                        KH,
                        KW,
                        SH,
                        SW,
                        T,
                        L,
                        CHANNELS,
                        POSITIONS,
                    >(
                        source, input, weight, bias, q * PH + r, c * PW
                    );
                    pool_row::<E, A, PW, CHANNELS, POSITIONS>(r, &sums, &mut best);
                }
                for (o, best) in best.iter().enumerate() {
                    for (cell, &(value, choice)) in best.iter().enumerate().take(cells) {
                        output[tile * CHANNELS + o][q][c + cell] = value;
                        if let Some(choices) = &mut choices {
                            choices[tile * CHANNELS + o][q][c + cell] = choice;
                        }
                    }
                }
            }
            for c in OW - OW % cells..OW {
                let mut best = [[(E::ZERO, E::NO_CHOICE); PW]; CHANNELS];
                for r in 0..PH {
                    let sums = sums::<E, S, IC, IH, IW, CH, CW, KH, KW, SH, SW, T, L, CHANNELS, PW>(
                        source,
                        input,
                        weight,
                        bias,
                        q * PH + r,
                        c * PW,
                    );
                    pool_row::<E, A, PW, CHANNELS, PW>(r, &sums, &mut best);
                }
                for (o, best) in best.iter().enumerate() {
                    output[tile * CHANNELS + o][q][c] = best[0].0;
                    if let Some(choices) = &mut choices {
                        choices[tile * CHANNELS + o][q][c] = best[0].1;
                    }
                }
            }
        }
    }
}

/// Takes row `r` of the windows into their maxima so far.
#[inline(always)]
fn pool_row<
    E: Element,
    A: Activation,
    const PW: usize,
    const CHANNELS: usize,
    const POSITIONS: usize,
>(
    r: usize,
    sums: &[[E; POSITIONS]; CHANNELS],
    best: &mut [[(E, E::Choice); POSITIONS]; CHANNELS],
) {
    for (sums, best) in sums.iter().zip(best) {
        for (sums, (value, choice)) in sums.as_chunks::<PW>().0.iter().zip(best) {
            for (s, &sum) in sums.iter().enumerate() {
                let y = if A::CLAMPS_AT_ZERO { sum } else { A::forward(sum) };
                if !A::CLAMPS_AT_ZERO && r == 0 && s == 0 {
                    (*value, *choice) = (y, E::FIRST_CHOICE);
                } else {
                    y.choose((r * PW + s) as u8, value, choice);
                }
            }
        }
    }
}

/// Turns `d_output` into the gradient before the activation, in place.
///
/// ```
/// use tinyconv::Tanh;
/// use tinyconv::kernels::conv2d_pool;
///
/// let mut d_output = [4.0f32];
/// conv2d_pool::backward_activation::<f32, Tanh>(&[0.5], &mut d_output);
/// assert_eq!(d_output, [3.0]);
/// ```
#[inline(always)]
pub fn backward_activation<E: Element, A: Activation>(output: &[E], d_output: &mut [E]) {
    for (d, &y) in d_output.iter_mut().zip(output) {
        *d = A::backward(y, *d);
    }
}

/// Writes the gradient of the convolution's map: each `d_output` at its window's choice, zero
/// elsewhere.
///
/// # Shapes
/// `d_map`: OC x CH x CW; the others as in [`forward`].
///
/// ```
/// use tinyconv::kernels::conv2d_pool;
/// use tinyconv::{Element, Kernel};
///
/// let mut d_map = [[[0.0f32; 6]]];
/// let choices = [[[1, 0, f32::NO_CHOICE]]];
/// conv2d_pool::backward_pool(&choices, &[[[5.0, 7.0, 9.0]]], Kernel::<1, 2>, &mut d_map);
/// assert_eq!(d_map, [[[0.0, 5.0, 7.0, 0.0, 0.0, 0.0]]]);
/// ```
#[inline(never)]
pub fn backward_pool<
    E: Element,
    const OC: usize,
    const CH: usize,
    const CW: usize,
    const OH: usize,
    const OW: usize,
    const PH: usize,
    const PW: usize,
>(
    choices: &[[[E::Choice; OW]; OH]; OC],
    d_output: &[[[E; OW]; OH]; OC],
    _window: Kernel<PH, PW>,
    d_map: &mut [[[E; CW]; CH]; OC],
) {
    for ((choices, d_plane), d_map) in choices.iter().zip(d_output).zip(d_map) {
        for (h, row) in d_map.iter_mut().enumerate() {
            for (w, d) in row.iter_mut().enumerate() {
                let (q, c) = (h / PH, w / PW);
                *d = if q < OH && c < OW {
                    let index = (h % PH) * PW + w % PW;
                    d_plane[q][c].where_chosen(choices[q][c], index as u8)
                } else {
                    E::ZERO
                };
            }
        }
    }
}

/// Visits the positions of one channel's map that have a gradient, in row-major order.
#[inline(always)]
fn for_each_winner<
    E: Element,
    const OH: usize,
    const OW: usize,
    const PH: usize,
    const PW: usize,
>(
    choices: &[[E::Choice; OW]; OH],
    d_plane: &[[E; OW]; OH],
    mut visit: impl FnMut(usize, usize, E),
) {
    for (q, (choices, d_row)) in choices.iter().zip(d_plane).enumerate() {
        for r in 0..PH {
            for (c, (&choice, &d)) in choices.iter().zip(d_row).enumerate() {
                let s = usize::from(E::first_choice(choice)).wrapping_sub(r * PW);
                if s < PW && !d.first_is_zero() {
                    visit(q * PH + r, c * PW + s, d);
                }
            }
        }
    }
}

/// Row `h - padding` of a plane, if there is one.
///
/// A winner's place comes from a byte: an index that the compiler cannot check would leave a panic
/// in every firmware, though none is reached.
#[inline(always)]
fn row<X, const H: usize, const W: usize>(
    plane: &[[X; W]; H],
    h: usize,
    padding: usize,
) -> Option<&[X; W]> {
    plane.get(h.checked_sub(padding)?)
}

/// As [`row`].
#[inline(always)]
fn row_mut<X, const H: usize, const W: usize>(
    plane: &mut [[X; W]; H],
    h: usize,
    padding: usize,
) -> Option<&mut [X; W]> {
    plane.get_mut(h.checked_sub(padding)?)
}

/// The columns from `w - padding` on that a kernel's row meets, if all of them are there.
#[inline(always)]
fn window<X, const W: usize, const KW: usize>(
    row: &[X; W],
    w: usize,
    padding: usize,
) -> Option<&[X; KW]> {
    row.get(w.checked_sub(padding)?..)?.first_chunk()
}

/// As [`window`].
#[inline(always)]
fn window_mut<X, const W: usize, const KW: usize>(
    row: &mut [X; W],
    w: usize,
    padding: usize,
) -> Option<&mut [X; KW]> {
    row.get_mut(w.checked_sub(padding)?..)?.first_chunk_mut()
}

/// The bias and weight gradients of one sample from the windows' winners alone.
///
/// The same sums in the same order as [`conv2d::backward_weight`](super::conv2d::backward_weight)
/// of the map that [`backward_pool`] writes, without the terms that are zero. The kernels are
/// handed to `add(o, i, kernel)`, the bias gradients to `add_bias`.
///
/// # Shapes
/// As in [`forward`]; `d_output` is the gradient before the activation.
///
/// ```
/// use tinyconv::kernels::conv2d_pool::{self, Geometry};
/// use tinyconv::{Direct, Relu};
///
/// const GEOMETRY: Geometry<Relu, 1, 4, 1, 1, 1, 1, 0, 0, 1, 2> = Geometry::NEW;
/// let (input, choices, d_output) = ([[[1.0f32, 3.0, 2.0, 0.0]]], [[[1, 0]]], [[[5.0, 7.0]]]);
/// let (mut d_weight, mut d_bias) = ([[[[0.0]]]], [0.0]);
/// conv2d_pool::backward_weight(
///     Direct,
///     &input,
///     &choices,
///     &d_output,
///     GEOMETRY,
///     |o, i, kernel| d_weight[o][i] = *kernel,
///     |bias| d_bias = *bias,
/// );
/// assert_eq!((d_weight, d_bias), ([[[[3.0 * 5.0 + 2.0 * 7.0]]]], [5.0 + 7.0]));
/// ```
#[inline(never)]
pub fn backward_weight<
    E: Element,
    S: Source<E>,
    A: Activation,
    const IC: usize,
    const IH: usize,
    const IW: usize,
    const OC: usize,
    const CH: usize,
    const CW: usize,
    const OH: usize,
    const OW: usize,
    const KH: usize,
    const KW: usize,
    const SH: usize,
    const SW: usize,
    const T: usize,
    const L: usize,
    const PH: usize,
    const PW: usize,
>(
    source: S,
    input: &[[[S::Raw; IW]; IH]; IC],
    choices: &[[[E::Choice; OW]; OH]; OC],
    d_output: &[[[E; OW]; OH]; OC],
    _geometry: Geometry<A, CH, CW, KH, KW, SH, SW, T, L, PH, PW>,
    mut add: impl FnMut(usize, usize, &[[E; KW]; KH]),
    add_bias: impl FnOnce(&[E; OC]),
) {
    let mut bias = [E::ZERO; OC];
    for (o, (choices, d_plane)) in choices.iter().zip(d_output).enumerate() {
        for_each_winner::<E, OH, OW, PH, PW>(choices, d_plane, |_, _, d| bias[o] = bias[o] + d);
        for (i, plane) in input.iter().enumerate() {
            let mut sums = [[E::ZERO; KW]; KH];
            for_each_winner::<E, OH, OW, PH, PW>(choices, d_plane, |h, w, d| {
                for (m, sums) in sums.iter_mut().enumerate() {
                    let Some(row) = row(plane, h * SH + m, T) else { continue };
                    if let Some(window) = window::<_, IW, KW>(row, w * SW, L) {
                        E::multiply_add_row(sums, &window.map(|raw| source.read(raw)), d);
                        continue;
                    }
                    for (n, sum) in sums.iter_mut().enumerate() {
                        if let Some(&raw) = (w * SW + n).checked_sub(L).and_then(|x| row.get(x)) {
                            *sum = sum.multiply_add(source.read(raw), d);
                        }
                    }
                }
            });
            add(o, i, &sums);
        }
    }
    add_bias(&bias);
}

/// The input gradient of one sample from the windows' winners alone.
///
/// The same sums in the same order as [`conv2d::backward_input`](super::conv2d::backward_input) of
/// the map that [`backward_pool`] writes, without the terms that are zero.
///
/// # Shapes
/// As in [`forward`]; `d_output` is the gradient before the activation.
///
/// ```
/// use tinyconv::Relu;
/// use tinyconv::kernels::conv2d_pool::{self, Geometry};
///
/// const GEOMETRY: Geometry<Relu, 1, 4, 1, 1, 1, 1, 0, 0, 1, 2> = Geometry::NEW;
/// let (weight, choices, d_output) = ([[[[2.0]]]], [[[1, 0]]], [[[5.0f32, 7.0]]]);
/// let mut d_input = [[[0.0; 4]]];
/// conv2d_pool::backward_input(&weight, &choices, &d_output, GEOMETRY, &mut d_input);
/// assert_eq!(d_input, [[[0.0, 10.0, 14.0, 0.0]]]);
/// ```
#[inline(never)]
pub fn backward_input<
    E: Element,
    A: Activation,
    const IC: usize,
    const IH: usize,
    const IW: usize,
    const OC: usize,
    const CH: usize,
    const CW: usize,
    const OH: usize,
    const OW: usize,
    const KH: usize,
    const KW: usize,
    const SH: usize,
    const SW: usize,
    const T: usize,
    const L: usize,
    const PH: usize,
    const PW: usize,
>(
    weight: &[[[[f32; KW]; KH]; IC]; OC],
    choices: &[[[E::Choice; OW]; OH]; OC],
    d_output: &[[[E; OW]; OH]; OC],
    _geometry: Geometry<A, CH, CW, KH, KW, SH, SW, T, L, PH, PW>,
    d_input: &mut [[[E; IW]; IH]; IC],
) {
    for ((weight, choices), d_plane) in weight.iter().zip(choices).zip(d_output) {
        for_each_winner::<E, OH, OW, PH, PW>(choices, d_plane, |h, w, d| {
            for (weight, plane) in weight.iter().zip(&mut *d_input) {
                for (m, weight) in weight.iter().enumerate() {
                    let Some(row) = row_mut(plane, h * SH + m, T) else { continue };
                    if let Some(window) = window_mut::<_, IW, KW>(row, w * SW, L) {
                        E::multiply_add_weights(window, d, weight);
                        continue;
                    }
                    for (n, &weight) in weight.iter().enumerate() {
                        let x = (w * SW + n).checked_sub(L).and_then(|x| row.get_mut(x));
                        if let Some(x) = x {
                            *x = x.multiply_add(d, E::splat(weight));
                        }
                    }
                }
            }
        });
    }
}
