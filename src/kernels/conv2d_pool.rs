//! Convolution, activation and max-pooling in one pass, so that the large map between them never
//! exists: inference needs only the pooled map, training one byte per pooled cell besides.
//!
//! The results are those of the three steps one after the other, bit for bit. In the backward pass
//! each window has one position with a gradient. A single sample visits only those; lanes, whose
//! winners differ, write the map out and run the plain convolution's backward pass: the terms that
//! the one skips are zeros in the other. Adding a zero changes no sum that began at +0.0, as long as
//! inputs and weights are finite.
//!
//! The pooling is a [`Window`], too: its input is the convolution's map, its windows have at most 254
//! cells and lie side by side (their stride is their size), without padding.

#[cfg(test)]
mod tests;
mod weight;

use super::axis::Layout;
use super::conv2d::{Operands, Place, apart, known_outputs, sums, with_channels, with_common};
use super::geometry::{known, may_be};
use super::pool::{for_each_cell, for_each_winner};
use super::{Geometry, Window};
use crate::{Activation, Element, Source, Weight};

/// `output[o][q][c] = max over window of f(conv[o][q * PH + r][c * PW + s])`, windows side by side.
///
/// Where `choices` is given, it receives the first cell of each window that holds the maximum,
/// counted row by row, or [`Element::NO_CHOICE`] where no gradient passes the activation.
///
/// # Shapes
/// As in [`conv2d::forward`](super::conv2d::forward), with `output` and `choices` the pooled maps,
/// OC x OH x OW; rows and columns of the convolution's map that fill no window are not computed.
///
/// ```
/// use tinyconv::kernels::{conv2d_pool};
/// use tinyconv::plan::Window;
/// use tinyconv::{Direct, Relu};
///
/// // The map would be -1, 3, 1, -3.
/// let window = Window::new([1, 1, 4], [1, 1, 4], [1, 1], [1, 1], [0, 0]);
/// let pool = Window::new([1, 1, 4], [1, 1, 2], [1, 2], [1, 2], [0, 0]);
/// let (input, weight, bias) = ([1.0f32, 3.0, 2.0, 0.0], [2.0], [-3.0]);
/// let (mut output, mut choices) = ([0.0; 2], [0; 2]);
/// let kept = Some(&mut choices[..]);
/// conv2d_pool::forward(window, pool, Relu, Direct, &input, &weight, &bias, &mut output, kept);
/// assert_eq!((output, choices), ([3.0, 1.0], [1, 0]));
/// ```
#[inline(always)]
#[expect(clippy::too_many_arguments, reason = "those of its three steps")]
pub fn forward<E: Element, S: Source<E>, P: Weight, A: Activation, G: Geometry, Q: Geometry>(
    geometry: G,
    pool: Q,
    activation: A,
    source: S,
    input: &[S::Raw],
    weight: &[P],
    bias: &[P],
    output: &mut [E],
    choices: Option<&mut [E::Choice]>,
) -> Option<()> {
    let layout = Layout::of(geometry.get());
    let [inputs, weights, _] = layout.lengths();
    let Window { output: [oc, oh, ow], kernel: [ph, pw], .. } = pool.get();
    if ph * pw >= 255 {
        return None;
    }
    let (input, output) = (input.get(..inputs)?, output.get_mut(..oc * oh * ow)?);
    let (weight, bias) = (weight.get(..weights)?, bias.get(..oc)?);
    let operands = Operands { source, input, weight, bias };
    let mut results = Results { output, choices };
    if A::CLAMPS_AT_ZERO
        && let Some(choices) = &mut results.choices
    {
        choices.get_mut(..oc * oh * ow)?.fill(E::NO_CHOICE);
    }
    macro_rules! tiles {
        ($layout:ident, $channels:ident, $positions:literal, $inside:literal) => {
            forward_tiled::<_, _, _, _, _, $channels, $positions, $inside>(
                $layout,
                pool,
                activation,
                operands,
                &mut results,
            )
        };
    }
    macro_rules! with_positions {
        ($positions:literal) => {
            with_channels!(E, known_outputs::<G>(), layout.outputs, |C| {
                if const { E::LANES > 1 && G::KNOWN.is_none() } {
                    // Tiles that meet the input with all taps by themselves: each kind has few registers.
                    // Windows of odd widths are rare.
                    if const { $positions == 4 } {
                        with_common!(columns E, G, |layout, _T| tiles!(layout, C, $positions, true))?;
                        with_common!(columns E, G, |layout, _T| tiles!(layout, C, $positions, false))
                    } else {
                        apart(|| tiles!(layout, C, $positions, false))
                    }
                } else {
                    tiles!(layout, C, $positions, false)
                }
            })
        };
    }
    // Several windows in a tile, or several tiles in a window.
    match positions::<E>(pw) {
        8 if const { may_have::<E, Q>(8) } => with_positions!(8),
        4 if const { may_have::<E, Q>(4) } => with_positions!(4),
        3 if const { may_have::<E, Q>(3) } => with_positions!(3),
        5 if const { may_have::<E, Q>(5) } => with_positions!(5),
        _ if const { may_have::<E, Q>(1) } => with_positions!(1),
        _ => None,
    }
}

/// The positions of a tile, by the columns of a window.
#[inline(always)]
const fn positions<E: Element>(window: usize) -> usize {
    let most = if E::LANES > 1 { 4 } else { 8 };
    if divides(window, most) {
        most
    } else if window.is_multiple_of(3) {
        3
    } else if window.is_multiple_of(5) {
        5
    } else {
        1
    }
}

/// A tile may have so many positions.
const fn may_have<E: Element, Q: Geometry>(count: usize) -> bool {
    // Of the two most, one is an element's.
    let other = if E::LANES > 1 { 8 } else { 4 };
    count != other && may_be(known!(Q::KNOWN, pool => positions::<E>(pool.kernel[1])), count)
}

/// One of the two divides the other.
#[inline(always)]
const fn divides(window: usize, tile: usize) -> bool {
    window.is_multiple_of(tile) || tile.is_multiple_of(window)
}

/// The pooled map, and where they are wanted the winners' cells.
struct Results<'a, E: Element> {
    output: &'a mut [E],
    choices: Option<&'a mut [E::Choice]>,
}

/// All tiles of a type; of a value those that are `INSIDE`, or those that are not.
#[inline(always)]
fn forward_tiled<
    E: Element,
    S: Source<E>,
    P: Weight,
    A: Activation,
    Q: Geometry,
    const C: usize,
    const N: usize,
    const INSIDE: bool,
>(
    layout: Layout,
    pool: Q,
    activation: A,
    operands: Operands<'_, S, S::Raw, P>,
    results: &mut Results<'_, E>,
) -> Option<()> {
    let Layout { groups, inputs, outputs: channels, interior, .. } = layout;
    let Window { output: [_, oh, ow], kernel: [ph, pw], .. } = pool.get();
    let cells = N / pw.clamp(1, N);
    let whole = ow - ow % cells;
    for group in 0..groups {
        for tile in 0..channels / C {
            let place = Place { o: group * channels + tile * C, i: group * inputs, h: 0, w: 0 };
            // Row by row of the map: the maxima so far wait in the results and leave a tile all registers.
            for row in 0..oh * ph {
                let (h, r) = (row / ph.max(1), row % ph.max(1));
                let place = Place { h, ..place };
                macro_rules! windows {
                    ($w:ident, $positions:expr) => {
                        windows::<_, _, _, _, _, C, { $positions }, INSIDE>(
                            layout,
                            pool,
                            activation,
                            operands,
                            Place { w: $w, ..place },
                            r,
                            results,
                        )?
                    };
                }
                for w in (0..whole).step_by(cells) {
                    let is_inside = || interior[0] <= w * pw && (w + cells) * pw <= interior[1];
                    if E::LANES == 1 || !layout.is_value || INSIDE == is_inside() {
                        windows!(w, N);
                    }
                }
                // What is left of the row, where a tile has several windows.
                if const { !INSIDE && N.is_multiple_of(4) } {
                    for w in whole..ow {
                        if pw % 2 == 0 {
                            windows!(w, 2);
                        } else {
                            windows!(w, 1);
                        }
                    }
                }
            }
        }
    }
    Some(())
}

/// Row `r` of the windows of `C` channels from a place of the pooled map on: as many as `N` positions
/// hold, or a single, wider one.
#[inline(always)]
fn windows<
    E: Element,
    S: Source<E>,
    P: Weight,
    A: Activation,
    Q: Geometry,
    const C: usize,
    const N: usize,
    const INSIDE: bool,
>(
    layout: Layout,
    pool: Q,
    activation: A,
    operands: Operands<'_, S, S::Raw, P>,
    place: Place,
    r: usize,
    results: &mut Results<'_, E>,
) -> Option<()> {
    let Window { output: [_, oh, ow], kernel: [ph, pw], .. } = pool.get();
    let width = pw.clamp(1, N);
    let Results { output, choices } = results;
    if A::CLAMPS_AT_ZERO && r == 0 {
        // A sum that is not above zero wins no window.
        for o in place.o..place.o + C {
            let at = (o * oh + place.h) * ow + place.w;
            output[..].get_mut(at..at + N / width)?.fill(E::ZERO);
        }
    }
    for first in (0..pw).step_by(width) {
        let tile = Place { h: place.h * ph + r, w: place.w * pw + first, ..place };
        let tile: [[E; N]; C] = sums(layout, operands, tile, INSIDE)?;
        for (o, sums) in (place.o..).zip(&tile) {
            let (mut at, mut sums) = ((o * oh + place.h) * ow + place.w, &sums[..]);
            // Not `chunks`: with the window of a value, each would cost a division.
            while let Some((cells, after)) = sums.split_at_checked(width) {
                let best = output.get_mut(at)?;
                let mut kept = match choices {
                    Some(choices) => Some(choices.get_mut(at)?),
                    None => None,
                };
                let mut value = *best;
                let mut choice = match &kept {
                    Some(kept) => **kept,
                    None => E::NO_CHOICE,
                };
                for (s, &sum) in (first..).zip(cells) {
                    let y = if A::CLAMPS_AT_ZERO { sum } else { activation.forward(sum) };
                    if !A::CLAMPS_AT_ZERO && r == 0 && s == 0 {
                        (value, choice) = (y, E::FIRST_CHOICE);
                    } else {
                        y.choose((r * pw + s) as u8, &mut value, &mut choice);
                    }
                }
                *best = value;
                if let Some(kept) = &mut kept {
                    **kept = choice;
                }
                (at, sums) = (at + 1, after);
            }
        }
    }
    Some(())
}

/// Writes the gradient of the convolution's map: each `d_output` at its window's choice, zero
/// elsewhere.
///
/// # Shapes
/// `d_map`: the pooling's input; the others its output.
///
/// ```
/// use tinyconv::Element;
/// use tinyconv::kernels::{conv2d_pool};
/// use tinyconv::plan::Window;
///
/// let pool = Window::new([1, 1, 6], [1, 1, 3], [1, 2], [1, 2], [0, 0]);
/// let mut d_map = [0.0f32; 6];
/// let choices = [1, 0, f32::NO_CHOICE];
/// conv2d_pool::backward_pool(pool, &choices, &[5.0, 7.0, 9.0], &mut d_map);
/// assert_eq!(d_map, [0.0, 5.0, 7.0, 0.0, 0.0, 0.0]);
/// ```
#[inline(never)]
pub fn backward_pool<E: Element, Q: Geometry>(
    pool: Q,
    choices: &[E::Choice],
    d_output: &[E],
    d_map: &mut [E],
) -> Option<()> {
    let Window { input: [channels, ih, iw], output: [_, oh, ow], .. } = pool.get();
    for channel in 0..channels {
        let plane = channel * oh * ow..(channel + 1) * oh * ow;
        let d_map = d_map.get_mut(channel * ih * iw..(channel + 1) * ih * iw)?;
        for_each_cell(pool.get(), choices.get(plane.clone())?, d_output.get(plane)?, |at, d| {
            *d_map.get_mut(at)? = d;
            Some(())
        })?;
    }
    Some(())
}

/// The bias gradients of one sample from the windows' winners alone: `add(channel, sum)`.
///
/// The same sums in the same order as [`conv2d::backward_bias`](super::conv2d::backward_bias) of the
/// map that [`backward_pool`] writes, without the terms that are zero.
///
/// # Shapes
/// As in [`forward`]; `d_output` is the gradient before the activation.
///
/// ```
/// use tinyconv::kernels::{conv2d_pool};
/// use tinyconv::plan::Window;
///
/// let pool = Window::new([1, 1, 4], [1, 1, 2], [1, 2], [1, 2], [0, 0]);
/// let mut d_bias = [0.0f32];
/// conv2d_pool::backward_bias(pool, &[1, 0], &[5.0, 7.0], |_, sum| d_bias.copy_from_slice(sum));
/// assert_eq!(d_bias, [12.0]);
/// ```
#[inline(never)]
pub fn backward_bias<E: Element, Q: Geometry>(
    pool: Q,
    choices: &[E::Choice],
    d_output: &[E],
    mut add: impl FnMut(usize, &[E]),
) -> Option<()> {
    let Window { output: [channels, oh, ow], .. } = pool.get();
    for o in 0..channels {
        let plane = o * oh * ow..(o + 1) * oh * ow;
        let mut sum = E::ZERO;
        for_each_winner(
            pool.get(),
            choices.get(plane.clone())?,
            d_output.get(plane)?,
            |_, _, d| {
                sum = sum + d;
                Some(())
            },
        )?;
        add(o, &[sum]);
    }
    Some(())
}

/// The weight gradients of one sample from the windows' winners alone.
///
/// The same sums in the same order as [`conv2d::backward_weight`](super::conv2d::backward_weight)
/// of the map that [`backward_pool`] writes, without the terms that are zero. Rows of kernels, or
/// parts of them, are handed over: `add(the first one's weight, gradients)`.
///
/// # Shapes
/// As in [`forward`]; `d_output` is the gradient before the activation.
///
/// ```
/// use tinyconv::Direct;
/// use tinyconv::kernels::{conv2d_pool};
/// use tinyconv::plan::Window;
///
/// let window = Window::new([1, 1, 4], [1, 1, 4], [1, 1], [1, 1], [0, 0]);
/// let pool = Window::new([1, 1, 4], [1, 1, 2], [1, 2], [1, 2], [0, 0]);
/// let (input, choices, d_output) = ([1.0f32, 3.0, 2.0, 0.0], [1, 0], [5.0, 7.0]);
/// let mut d_weight = [0.0];
/// conv2d_pool::backward_weight(window, pool, Direct, &input, &choices, &d_output, |_, gradients| {
///     d_weight.copy_from_slice(gradients);
/// });
/// assert_eq!(d_weight, [3.0 * 5.0 + 2.0 * 7.0]);
/// ```
#[inline(never)]
pub fn backward_weight<E: Element, S: Source<E>, G: Geometry, Q: Geometry>(
    geometry: G,
    pool: Q,
    source: S,
    input: &[S::Raw],
    choices: &[E::Choice],
    d_output: &[E],
    add: impl FnMut(usize, &[E]),
) -> Option<()> {
    weight::backward(geometry, pool, source, input, choices, d_output, add)
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
/// use tinyconv::kernels::{conv2d_pool};
/// use tinyconv::plan::Window;
///
/// let window = Window::new([1, 1, 4], [1, 1, 4], [1, 1], [1, 1], [0, 0]);
/// let pool = Window::new([1, 1, 4], [1, 1, 2], [1, 2], [1, 2], [0, 0]);
/// let mut d_input = [0.0f32; 4];
/// conv2d_pool::backward_input(window, pool, &[2.0], &[1, 0], &[5.0, 7.0], &mut d_input);
/// assert_eq!(d_input, [0.0, 10.0, 14.0, 0.0]);
/// ```
#[inline(never)]
pub fn backward_input<E: Element, G: Geometry, Q: Geometry>(
    geometry: G,
    pool: Q,
    weight: &[f32],
    choices: &[E::Choice],
    d_output: &[E],
    d_input: &mut [E],
) -> Option<()> {
    let layout = Layout::of(geometry.get());
    let Layout { groups, inputs, outputs: channels, rows, columns, .. } = layout;
    let [kh, kw] = [rows.kernel, columns.kernel];
    let Window { output: [_, oh, ow], .. } = pool.get();
    for o in 0..groups * channels {
        let group = if groups == 1 { 0 } else { o / channels.max(1) };
        let kernels = weight.get(o * inputs * kh * kw..(o + 1) * inputs * kh * kw)?;
        let planes = group * inputs * rows.input * columns.input;
        let planes = planes..planes + inputs * rows.input * columns.input;
        let planes = d_input.get_mut(planes)?;
        let winners = o * oh * ow..(o + 1) * oh * ow;
        let (choices, d_output) = (choices.get(winners.clone())?, d_output.get(winners)?);
        for_each_winner(pool.get(), choices, d_output, |h, w, d| {
            for i in 0..inputs {
                let kernel = kernels.get(i * kh * kw..(i + 1) * kh * kw)?;
                let plane = i * rows.input * columns.input;
                if layout.is_interior(h, w) {
                    let row = (h * rows.stride).checked_sub(rows.before)?;
                    let at =
                        (row * columns.input + w * columns.stride).checked_sub(columns.before)?;
                    let cells = planes.get_mut(plane + at..)?;
                    let reach = (rows.reach() - 1) * columns.input + columns.reach();
                    let cells = cells.get_mut(..reach)?;
                    for m in 0..kh {
                        let weights = kernel.get(m * kw..(m + 1) * kw)?;
                        let row = cells.get_mut(m * rows.dilation * columns.input..)?;
                        if columns.dilation == 1 {
                            E::multiply_add_weights(row.get_mut(..kw)?, d, weights);
                        } else {
                            for (n, &weight) in weights.iter().enumerate() {
                                let x = row.get_mut(n * columns.dilation)?;
                                *x = x.multiply_add(d, E::splat(weight));
                            }
                        }
                    }
                } else {
                    for m in rows.taps(h) {
                        let row = plane + rows.cell(h, m)? * columns.input;
                        for n in columns.taps(w) {
                            let x = planes.get_mut(row + columns.cell(w, n)?)?;
                            *x = x.multiply_add(d, E::splat(*kernel.get(m * kw + n)?));
                        }
                    }
                }
            }
            Some(())
        })?;
    }
    Some(())
}
