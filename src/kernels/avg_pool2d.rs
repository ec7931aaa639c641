//! The mean of each window.

use super::axis::Axis;
use super::{Geometry, Window};
use crate::{Element, Source};

/// `output[c][h][w] = (sum of input[c][h * SH + i * DH - T][w * SW + j * DW - L]) / cells`.
///
/// The sum starts at +0.0 and runs over the window row by row. Padding adds nothing to it. It counts
/// in `cells` only if `counts_padding` says so; a window of nothing else gives zero.
///
/// # Shapes
/// `input`: C x IH x IW; `output`: C x OH x OW.
///
/// ```
/// use tinyconv::Direct;
/// use tinyconv::kernels::{avg_pool2d};
/// use tinyconv::plan::Window;
///
/// let window = Window::new([1, 1, 4], [1, 1, 2], [1, 2], [1, 2], [0, 0]);
/// let mut output = [0.0f32; 2];
/// avg_pool2d::forward(window, false, Direct, &[1.0, 3.0, 5.0, 9.0], &mut output);
/// assert_eq!(output, [2.0, 7.0]);
/// ```
#[inline(always)]
pub fn forward<E: Element, S: Source<E>, G: Geometry>(
    geometry: G,
    counts_padding: bool,
    source: S,
    input: &[S::Raw],
    output: &mut [E],
) -> Option<()> {
    let window: Window = geometry.get();
    let Window { input: [channels, ih, iw], output: [_, oh, ow], .. } = window;
    let axes @ [rows, columns] = Axis::of(window);
    for channel in 0..channels {
        let source = source.at(channel * ih * iw, channels * ih * iw);
        let plane = input.get(channel * ih * iw..(channel + 1) * ih * iw)?;
        let out_plane = output.get_mut(channel * oh * ow..(channel + 1) * oh * ow)?;
        for h in 0..oh {
            for w in 0..ow {
                let mut sum = E::ZERO;
                for i in rows.taps(h) {
                    let row = rows.cell(h, i)? * iw;
                    for j in columns.taps(w) {
                        sum = sum + source.read(*plane.get(row + columns.cell(w, j)?)?);
                    }
                }
                *out_plane.get_mut(h * ow + w)? = share(sum, axes, counts_padding, [h, w]);
            }
        }
    }
    Some(())
}

/// Adds `d_output / cells` to every cell of each window in `d_input`, windows row by row.
///
/// # Shapes
/// As in [`forward`]; `d_input` as `input`, `d_output` as `output`.
///
/// ```
/// use tinyconv::kernels::{avg_pool2d};
/// use tinyconv::plan::Window;
///
/// let window = Window::new([1, 1, 4], [1, 1, 2], [1, 2], [1, 2], [0, 0]);
/// let mut d_input = [0.0f32; 4];
/// avg_pool2d::backward(window, false, &[1.0, 6.0], &mut d_input);
/// assert_eq!(d_input, [0.5, 0.5, 3.0, 3.0]);
/// ```
#[inline(always)]
pub fn backward<E: Element, G: Geometry>(
    geometry: G,
    counts_padding: bool,
    d_output: &[E],
    d_input: &mut [E],
) -> Option<()> {
    let window: Window = geometry.get();
    let Window { input: [channels, ih, iw], output: [_, oh, ow], .. } = window;
    let axes @ [rows, columns] = Axis::of(window);
    for channel in 0..channels {
        let d_plane = d_input.get_mut(channel * ih * iw..(channel + 1) * ih * iw)?;
        let d_out_plane = d_output.get(channel * oh * ow..(channel + 1) * oh * ow)?;
        for h in 0..oh {
            for w in 0..ow {
                let share = share(*d_out_plane.get(h * ow + w)?, axes, counts_padding, [h, w]);
                for i in rows.taps(h) {
                    let row = rows.cell(h, i)? * iw;
                    for j in columns.taps(w) {
                        let cell = d_plane.get_mut(row + columns.cell(w, j)?)?;
                        *cell = *cell + share;
                    }
                }
            }
        }
    }
    Some(())
}

/// `value` over the number of cells of the window at `(h, w)`.
#[inline(always)]
fn share<E: Element>(
    value: E,
    [rows, columns]: [Axis; 2],
    counts_padding: bool,
    [h, w]: [usize; 2],
) -> E {
    let cells = if counts_padding {
        rows.kernel * columns.kernel
    } else {
        rows.taps(h).len() * columns.taps(w).len()
    };
    match cells {
        0 => E::ZERO,
        cells => value / E::splat(cells as f32),
    }
}
