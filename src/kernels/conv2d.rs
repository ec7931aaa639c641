//! The convolution (a cross-correlation, as in every deep-learning framework).
//!
//! Outputs are computed in tiles of a few channels by a few positions, which stay in registers
//! while the taps pass by; each output still adds its taps in the one order of the numerics
//! contract. So are the gradients. The plain loops stand in `conv2d/naive.rs` as the test oracle.
//!
//! A depthwise convolution is one of as many groups as channels.

mod common;
mod in_place;
mod input;
#[cfg(test)]
pub(super) mod naive;
mod points;
mod single;
#[cfg(test)]
pub(super) mod tests;
mod tile;
mod weight;

use core::ops::Range;

use super::Geometry;
use super::axis::{Axis, Layout};
use super::geometry::{known, may_be};
use crate::math::soft;
use crate::{Element, Source, Weight};

use common::has_points;
pub(super) use common::{apart, with_common};
pub use in_place::depthwise_in_place;
pub(super) use tile::{Operands, Place, spread, sums};
pub(super) use weight::{may_part, with_parts};

/// Evaluates `$call` with the largest tile of channels that divides their number as the constant
/// `$count`.
///
/// `$known` is their number where a type gives it: what it rules out is not compiled.
macro_rules! with_channels {
    ($element:ident, $known:expr, $channels:expr, |$count:ident| $call:expr) => {
        if const { $crate::kernels::conv2d::may_tile::<$element>($known, 4) } && $channels % 4 == 0
        {
            const $count: usize = 4;
            $call
        } else if const { $crate::kernels::conv2d::may_tile::<$element>($known, 3) }
            && $channels % 3 == 0
        {
            const $count: usize = 3;
            $call
        } else if const { $crate::kernels::conv2d::may_tile::<$element>($known, 2) }
            && $channels % 2 == 0
        {
            const $count: usize = 2;
            $call
        } else if const { $crate::kernels::conv2d::may_tile::<$element>($known, 1) } {
            const $count: usize = 1;
            $call
        } else {
            None
        }
    };
}
pub(super) use with_channels;

/// So many of a channel's outputs may be a tile: they are the most that divide the channels, if these
/// are known. A scalar, whose registers are few, has two at most.
pub(super) const fn may_tile<E: Element>(channels: Option<usize>, count: usize) -> bool {
    let most = if E::LANES > 1 { 4 } else { 2 };
    count <= most && may_be(known!(channels, channels => largest_tile(channels, most)), count)
}

/// The largest number up to `most` that divides the channels.
const fn largest_tile(channels: usize, mut most: usize) -> usize {
    while !channels.is_multiple_of(most) {
        most -= 1;
    }
    most
}

/// A group's output channels, where a type gives them.
pub(super) const fn known_outputs<G: Geometry>() -> Option<usize> {
    known!(G::KNOWN, window => Layout::of(window).outputs)
}

/// A type's rows are so short that a row of the input gradient stays in registers.
const fn known_short_rows<G: Geometry>() -> bool {
    matches!(known!(G::KNOWN, window => input::has_short_rows(Layout::of(window))), Some(true))
}

/// The map is a single position, whose kernel is as large as the input.
#[inline(always)]
fn is_single(layout: Layout) -> bool {
    let is_whole = |axis: Axis| {
        axis.output == 1 && axis.kernel == axis.input && axis.dilation == 1 && axis.before == 0
    };
    layout.groups == 1 && is_whole(layout.rows) && is_whole(layout.columns)
}

/// `output[o][h][w] = bias[o] + sum of input[i][h * SH + m * DH - T][w * SW + n * DW - L] * weight[o][i][m][n]`
///
/// The sum starts at the bias and runs over input channel `i` of `o`'s group, kernel row `m`, kernel
/// column `n`, ascending. Taps outside of the input are skipped.
///
/// # Shapes
/// `input`: IC x IH x IW; `weight`: OC x (IC / groups) x KH x KW (PyTorch's layout); `bias`: OC;
/// `output`: OC x OH x OW. `S`, `D`, `T` and `L` are the [`Window`](super::Window)'s stride, dilation
/// and zeros above and left of the input.
///
/// ```
/// use tinyconv::Direct;
/// use tinyconv::kernels::{conv2d};
/// use tinyconv::plan::Window;
///
/// let window = Window::new([1, 1, 3], [1, 1, 2], [1, 2], [1, 1], [0, 0]);
/// let mut output = [0.0f32; 2];
/// conv2d::forward(window, Direct, &[1.0, 2.0, 3.0], &[1.0, 10.0], &[0.5], &mut output);
/// assert_eq!(output, [0.5 + 1.0 + 20.0, 0.5 + 2.0 + 30.0]);
///
/// // Two groups of one channel each: a depthwise convolution.
/// let window = Window { groups: 2, ..Window::new([2, 1, 1], [2, 1, 1], [1, 1], [1, 1], [0, 0]) };
/// conv2d::forward(window, Direct, &[3.0, 4.0], &[2.0, 10.0], &[0.0, 0.5], &mut output);
/// assert_eq!(output, [6.0, 40.5]);
/// ```
#[inline(never)]
pub fn forward<E: Element, S: Source<E>, P: Weight, G: Geometry>(
    geometry: G,
    source: S,
    input: &[S::Raw],
    weight: &[P],
    bias: &[P],
    output: &mut [E],
) -> Option<()> {
    compute::<_, _, _, _, false>(geometry, source, input, weight, bias, output)
}

/// `output[o][h][w] += bias[o] + sum over i, m, n of ..`, as [`forward`], whose result is added as a whole.
///
/// # Shapes
/// As in [`forward`].
///
/// ```
/// use tinyconv::Direct;
/// use tinyconv::kernels::conv2d;
/// use tinyconv::plan::Window;
///
/// let window = Window::new([1, 1, 3], [1, 1, 2], [1, 2], [1, 1], [0, 0]);
/// let mut output = [100.0f32, 200.0];
/// conv2d::forward_onto(window, Direct, &[1.0, 2.0, 3.0], &[1.0, 10.0], &[0.5], &mut output);
/// assert_eq!(output, [100.0 + 21.5, 200.0 + 32.5]);
/// ```
#[inline(never)]
pub fn forward_onto<E: Element, S: Source<E>, P: Weight, G: Geometry>(
    geometry: G,
    source: S,
    input: &[S::Raw],
    weight: &[P],
    bias: &[P],
    output: &mut [E],
) -> Option<()> {
    compute::<_, _, _, _, true>(geometry, source, input, weight, bias, output)
}

/// Writes the sums, or adds them to what lies in `output`.
#[inline(always)]
fn compute<E: Element, S: Source<E>, P: Weight, G: Geometry, const ADD: bool>(
    geometry: G,
    source: S,
    input: &[S::Raw],
    weight: &[P],
    bias: &[P],
    output: &mut [E],
) -> Option<()> {
    let layout = Layout::of(geometry.get());
    let Layout { groups, outputs: channels, columns, .. } = layout;
    let [inputs, weights, outputs] = layout.lengths();
    let (input, output) = (input.get(..inputs)?, output.get_mut(..outputs)?);
    let (weight, bias) = (weight.get(..weights)?, bias.get(..groups * channels)?);
    let operands = Operands { source, input, weight, bias };
    let ow = columns.output;
    // Lanes are not short of registers, and in software sixteen multiply-adds in a row are a lot of
    // code.
    if const { E::LANES == 1 && !soft::IN_USE && !ADD } && is_single(layout) {
        single::forward(operands, output)
    } else if const { E::LANES == 1 && !soft::IN_USE }
        && has_points(layout)
        && channels.is_multiple_of(points::TILE[0])
    {
        const C: usize = points::TILE[0];
        points::forward::<_, _, _, C, { points::TILE[1] }, ADD>(layout, operands, output)
    } else if const { E::LANES == 1 } {
        macro_rules! with_positions {
            ($positions:literal) => {
                with_channels!(E, known_outputs::<G>(), channels, |C| forward_tiled::<
                    _,
                    _,
                    _,
                    C,
                    $positions,
                    ADD,
                >(
                    layout, operands, output
                ))
            };
        }
        match positions(layout) {
            8 if const { may_have::<G>(8) } => with_positions!(8),
            7 if const { may_have::<G>(7) } => with_positions!(7),
            6 if const { may_have::<G>(6) } => with_positions!(6),
            5 if const { may_have::<G>(5) } => with_positions!(5),
            _ if const { may_have::<G>(4) } => with_positions!(4),
            _ => None,
        }
    } else if ow == 1 && channels % 8 == 0 {
        // So many sums are under way together as a processor can add.
        forward_tiled::<_, _, _, 8, 1, ADD>(layout, operands, output)
    } else if const { G::KNOWN.is_none() } {
        // Positions side by side, as a tile sees them.
        let has_points = has_points(layout);
        let wide = if has_points { layout.rows.output * ow } else { ow };
        macro_rules! with_positions {
            ($channels:ident, $positions:expr) => {{
                with_common!(E, G, |layout, _T| {
                    value_tiles::<_, _, _, $channels, { $positions }, true, ADD>(
                        layout, operands, output,
                    )
                })?;
                if has_points && wide >= $positions {
                    return Some(());
                }
                with_common!(columns E, G, |layout, _T| {
                    value_tiles::<_, _, _, $channels, { $positions }, false, ADD>(
                        layout, operands, output,
                    )
                })
            }};
        }
        with_channels!(E, None, channels, |C| {
            // A tile of one channel has room for more positions.
            if const { C == 1 } && wide % 8 == 0 {
                with_positions!(C, 8)
            } else {
                with_positions!(C, 4)
            }
        })
    } else if ow % 4 != 0 && ow % 5 == 0 {
        with_channels!(E, known_outputs::<G>(), channels, |C| forward_tiled::<_, _, _, C, 5, ADD>(
            layout, operands, output
        ))
    } else {
        with_channels!(E, known_outputs::<G>(), channels, |C| forward_tiled::<_, _, _, C, 4, ADD>(
            layout, operands, output
        ))
    }
}

/// The columns at which a scalar has tiles: where all taps meet the input, or all of them if a single
/// tile does: its taps' places are constants.
#[inline(always)]
const fn tiled(layout: Layout) -> Range<usize> {
    let Layout { columns, interior: [start, end], .. } = layout;
    if columns.output <= 8 { 0..columns.output } else { start..end }
}

/// The positions of a scalar's tiles: what leaves the smallest rest of a row, the most of equals.
#[inline(always)]
const fn positions(layout: Layout) -> usize {
    let Range { start, end } = tiled(layout);
    let columns = end - start;
    let (mut best, mut positions) = (8, 8);
    while positions > 4 {
        positions -= 1;
        if columns % positions < columns % best {
            best = positions;
        }
    }
    best
}

/// A scalar's tiles may have so many positions.
const fn may_have<G: Geometry>(count: usize) -> bool {
    may_be(known!(G::KNOWN, window => positions(Layout::of(window))), count)
}

#[inline(always)]
fn forward_tiled<
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
    let [oh, ow] = [rows.output, columns.output];
    let tiled = if E::LANES == 1 { tiled(layout) } else { 0..ow };
    let inside = E::LANES == 1 && ow > 8;
    let rest = tiled.end - tiled.len() % N;
    for group in 0..groups {
        for tile in 0..channels / C {
            let place = Place { o: group * channels + tile * C, i: group * inputs, h: 0, w: 0 };
            for h in 0..oh {
                // The border's loops are apart: mostly they are run once, and the compiler knows where.
                if const { E::LANES == 1 } {
                    for w in 0..tiled.start {
                        let place = Place { h, w, ..place };
                        forward_tile::<_, _, _, C, 1, ADD>(
                            layout, operands, place, false, 0, output,
                        )?;
                    }
                }
                for t in 0..tiled.len() / N {
                    let place = Place { h, w: tiled.start + t * N, ..place };
                    forward_tile::<_, _, _, C, N, ADD>(layout, operands, place, inside, 0, output)?;
                }
                for w in rest..tiled.end {
                    let place = Place { h, w, ..place };
                    forward_tile::<_, _, _, C, 1, ADD>(layout, operands, place, inside, 0, output)?;
                }
                if const { E::LANES == 1 } {
                    for w in tiled.end..ow {
                        let place = Place { h, w, ..place };
                        forward_tile::<_, _, _, C, 1, ADD>(
                            layout, operands, place, false, 0, output,
                        )?;
                    }
                }
            }
        }
    }
    Some(())
}

/// A value's tiles in lanes, either those that meet the input with all their taps or the others: each
/// kind by itself, for few registers.
#[inline(always)]
fn value_tiles<
    E: Element,
    S: Source<E>,
    P: Weight,
    const C: usize,
    const N: usize,
    const INSIDE: bool,
    const ADD: bool,
>(
    layout: Layout,
    operands: Operands<'_, S, S::Raw, P>,
    output: &mut [E],
) -> Option<()> {
    let Layout { groups, inputs, outputs: channels, rows, columns, interior, .. } = layout;
    let [oh, ow] = [rows.output, columns.output];
    if !INSIDE && layout.has_whole_columns && ow >= N {
        return Some(());
    }
    for group in 0..groups {
        for tile in 0..channels / C {
            let place = Place { o: group * channels + tile * C, i: group * inputs, h: 0, w: 0 };
            for h in 0..oh {
                // The last tile has again what the one before had.
                if let Some(last) = ow.checked_sub(N) {
                    for w in (0..ow).step_by(N) {
                        let (w, again) = (w.min(last), w.saturating_sub(last));
                        if INSIDE == (interior[0] <= w && w + N <= interior[1]) {
                            let place = Place { h, w, ..place };
                            forward_tile::<_, _, _, C, N, ADD>(
                                layout, operands, place, INSIDE, again, output,
                            )?;
                        }
                    }
                } else if !INSIDE {
                    for w in 0..ow {
                        let place = Place { h, w, ..place };
                        forward_tile::<_, _, _, C, 1, ADD>(
                            layout, operands, place, INSIDE, 0, output,
                        )?;
                    }
                }
            }
        }
    }
    Some(())
}

/// Computes and writes a tile.
#[inline(always)]
fn forward_tile<
    E: Element,
    S: Source<E>,
    P: Weight,
    const C: usize,
    const N: usize,
    const ADD: bool,
>(
    layout: Layout,
    operands: Operands<'_, S, S::Raw, P>,
    place: Place,
    is_interior: bool,
    again: usize,
    output: &mut [E],
) -> Option<()> {
    let [oh, ow] = [layout.rows.output, layout.columns.output];
    let sums = sums::<E, _, _, C, N>(layout, operands, place, is_interior)?;
    for (c, sums) in sums.iter().enumerate() {
        let at = ((place.o + c) * oh + place.h) * ow + place.w;
        let output = output.get_mut(at..)?.first_chunk_mut::<N>()?;
        if ADD {
            for (y, &sum) in output.iter_mut().zip(sums).skip(again) {
                *y = *y + sum;
            }
        } else {
            *output = *sums;
        }
    }
    Some(())
}

/// `d_bias[o] += sum over h, w of d_output[o][h][w]`, ascending, starting at +0.0.
///
/// The sums of some channels at a time are handed over: `add(first channel, sums)`.
///
/// # Shapes
/// As in [`forward`].
///
/// ```
/// use tinyconv::kernels::{conv2d};
/// use tinyconv::plan::Window;
///
/// let window = Window::new([1, 1, 2], [2, 1, 2], [1, 1], [1, 1], [0, 0]);
/// let mut d_bias = [0.0f32; 2];
/// conv2d::backward_bias(window, &[1.0, 2.0, 3.0, 4.0], |first, sums| {
///     d_bias[first..first + sums.len()].copy_from_slice(sums);
/// });
/// assert_eq!(d_bias, [3.0, 7.0]);
/// ```
#[inline(never)]
pub fn backward_bias<E: Element, G: Geometry>(
    geometry: G,
    d_output: &[E],
    mut add: impl FnMut(usize, &[E]),
) -> Option<()> {
    let [channels, oh, ow] = geometry.get().output;
    // The sums of several channels are under way together.
    let rest = channels % 4;
    for o in (0..channels - rest).step_by(4) {
        add(o, &bias_sums::<E, 4>(d_output, o, oh * ow)?);
    }
    for o in channels - rest..channels {
        add(o, &bias_sums::<E, 1>(d_output, o, oh * ow)?);
    }
    Some(())
}

#[inline(always)]
fn bias_sums<E: Element, const C: usize>(d_output: &[E], o: usize, cells: usize) -> Option<[E; C]> {
    let mut planes = [&[][..]; C];
    for (o, plane) in (o..).zip(&mut planes) {
        *plane = d_output.get(o * cells..(o + 1) * cells)?;
    }
    let mut sums = [E::ZERO; C];
    for at in 0..cells {
        for (sum, plane) in sums.iter_mut().zip(planes) {
            *sum = *sum + *plane.get(at)?;
        }
    }
    Some(sums)
}

/// `d_weight[o][i][m][n] += sum over h, w of input[i][h * SH + m * DH - T][w * SW + n * DW - L] * d_output[o][h][w]`
///
/// The sum starts at +0.0 and runs over output rows and columns, ascending. Rows of kernels, or parts
/// of them, are handed over: `add(the first one's weight, gradients)`.
///
/// # Shapes
/// As in [`forward`].
///
/// ```
/// use tinyconv::Direct;
/// use tinyconv::kernels::{conv2d};
/// use tinyconv::plan::Window;
///
/// let window = Window::new([1, 1, 3], [1, 1, 2], [1, 2], [1, 1], [0, 0]);
/// let mut d_weight = [0.0f32; 2];
/// conv2d::backward_weight(window, Direct, &[1.0, 2.0, 3.0], &[1.0, 10.0], |first, gradients| {
///     d_weight[first..first + gradients.len()].copy_from_slice(gradients);
/// });
/// assert_eq!(d_weight, [1.0 + 20.0, 2.0 + 30.0]);
/// ```
#[inline(never)]
pub fn backward_weight<E: Element, S: Source<E>, G: Geometry>(
    geometry: G,
    source: S,
    input: &[S::Raw],
    d_output: &[E],
    add: impl FnMut(usize, &[E]),
) -> Option<()> {
    let layout = Layout::of(geometry.get());
    let [inputs, _, outputs] = layout.lengths();
    let (input, d_output) = (input.get(..inputs)?, d_output.get(..outputs)?);
    with_channels!(E, known_outputs::<G>(), layout.outputs, |C| with_common!(E, G, |layout, T| {
        weight::backward::<_, _, G, C, T>(layout, source, input, d_output, add)
    }))
}

/// `d_input[i][r][c] += sum of d_output[o][h][w] * weight[o][i][m][n]`, `r = h * SH + m * DH - T`,
/// `c = w * SW + n * DW - L`
///
/// The terms are added to what `d_input` holds, over output channels, rows and columns, ascending.
///
/// # Shapes
/// As in [`forward`].
///
/// ```
/// use tinyconv::kernels::{conv2d};
/// use tinyconv::plan::Window;
///
/// let window = Window::new([1, 1, 3], [1, 1, 2], [1, 2], [1, 1], [0, 0]);
/// let mut d_input = [0.0f32; 3];
/// conv2d::backward_input(window, &[1.0, 10.0], &[1.0, 2.0], &mut d_input);
/// assert_eq!(d_input, [1.0, 10.0 + 2.0, 20.0]);
/// ```
#[inline(never)]
pub fn backward_input<E: Element, G: Geometry>(
    geometry: G,
    weight: &[f32],
    d_output: &[E],
    d_input: &mut [E],
) -> Option<()> {
    let layout = Layout::of(geometry.get());
    let Layout { inputs: channels, columns, .. } = layout;
    let [inputs, weights, outputs] = layout.lengths();
    let (weight, d_output) = (weight.get(..weights)?, d_output.get(..outputs)?);
    let d_input = d_input.get_mut(..inputs)?;
    if is_single(layout) {
        return single::backward_input(weight, d_output, d_input);
    }
    if const { E::LANES > 1 && known_short_rows::<G>() } {
        return input::backward_rows(layout, weight, d_output, d_input);
    }
    // Lanes' tiles pay at every stride of 1, a scalar's where half of a row's cells meet all taps.
    let whole = (columns.output + 1).saturating_sub(columns.reach());
    let is_rarely_whole = E::LANES == 1 && 2 * whole < columns.input;
    if columns.stride > 1 || columns.output == 1 || is_rarely_whole {
        return with_common!(E, G, |layout, _T| {
            input::backward_positions(layout, weight, d_output, d_input)
        });
    }
    with_channels!(
        E,
        known!(G::KNOWN, window => Layout::of(window).inputs),
        channels,
        |C| with_common!(E, G, |layout, _T| {
            const MOST: usize = if C == 1 { 8 } else { 4 };
            let is_value = const { E::LANES > 1 && G::KNOWN.is_none() };
            let columns = layout.columns.input;
            if is_value && C == 1 && !columns.is_multiple_of(8) && columns.is_multiple_of(7) {
                input::backward_tiled::<_, C, { if C == 1 { 7 } else { 4 } }>(
                    layout, weight, d_output, d_input,
                )
            } else {
                input::backward_tiled::<_, C, MOST>(layout, weight, d_output, d_input)
            }
        })
    )
}
