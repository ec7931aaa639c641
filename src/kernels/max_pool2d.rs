//! The largest of each window.

use super::axis::Axis;
use super::{Geometry, Window};
use crate::{Element, Source};

/// `output[c][h][w] = max of input[c][h * SH + i * DH - T][w * SW + j * DW - L]` over the window, row
/// by row.
///
/// Padding is passed over; a window of nothing else gives zero.
///
/// # Shapes
/// `input`: C x IH x IW; `output`: C x OH x OW.
///
/// ```
/// use tinyconv::Direct;
/// use tinyconv::kernels::{max_pool2d};
/// use tinyconv::plan::Window;
///
/// let window = Window::new([1, 1, 4], [1, 1, 2], [1, 2], [1, 2], [0, 0]);
/// let mut output = [0.0f32; 2];
/// max_pool2d::forward(window, Direct, &[1.0, 3.0, -5.0, -9.0], &mut output);
/// assert_eq!(output, [3.0, -5.0]);
/// ```
#[inline(always)]
pub fn forward<E: Element, S: Source<E>, G: Geometry>(
    geometry: G,
    source: S,
    input: &[S::Raw],
    output: &mut [E],
) -> Option<()> {
    let Window { input: [channels, ih, iw], output: [_, oh, ow], .. } = geometry.get();
    for channel in 0..channels {
        let source = source.at(channel * ih * iw, channels * ih * iw);
        let plane = input.get(channel * ih * iw..(channel + 1) * ih * iw)?;
        let out_plane = output.get_mut(channel * oh * ow..(channel + 1) * oh * ow)?;
        for h in 0..oh {
            for w in 0..ow {
                let mut best = None;
                for_each_cell(geometry, h, w, |at, _| {
                    let x = source.read(*plane.get(at)?);
                    best = Some(x.larger_of(best.unwrap_or(x)));
                    Some(())
                })?;
                *out_plane.get_mut(h * ow + w)? = best.unwrap_or(E::ZERO);
            }
        }
    }
    Some(())
}

/// Adds `d_output` to the first maximum of each window, in row-major order, in `d_input`.
///
/// A window has at most 254 cells.
///
/// # Shapes
/// As in [`forward`]; `d_input` as `input`, `d_output` as `output`.
///
/// ```
/// use tinyconv::Direct;
/// use tinyconv::kernels::{max_pool2d};
/// use tinyconv::plan::Window;
///
/// let window = Window::new([1, 1, 4], [1, 1, 2], [1, 2], [1, 2], [0, 0]);
/// let mut d_input = [0.0f32; 4];
/// max_pool2d::backward(window, Direct, &[1.0, 3.0, 4.0, 4.0], &[10.0, 20.0], &mut d_input);
/// assert_eq!(d_input, [0.0, 10.0, 20.0, 0.0]); // the first of two equal ones
/// ```
#[inline(always)]
pub fn backward<E: Element, S: Source<E>, G: Geometry>(
    geometry: G,
    source: S,
    input: &[S::Raw],
    d_output: &[E],
    d_input: &mut [E],
) -> Option<()> {
    let Window { input: [channels, ih, iw], output: [_, oh, ow], kernel, .. } = geometry.get();
    if kernel[0] * kernel[1] >= 255 {
        return None;
    }
    for channel in 0..channels {
        let source = source.at(channel * ih * iw, channels * ih * iw);
        let plane = input.get(channel * ih * iw..(channel + 1) * ih * iw)?;
        let d_plane = d_input.get_mut(channel * ih * iw..(channel + 1) * ih * iw)?;
        let d_out_plane = d_output.get(channel * oh * ow..(channel + 1) * oh * ow)?;
        for h in 0..oh {
            for w in 0..ow {
                let d = *d_out_plane.get(h * ow + w)?;
                let mut best = None;
                // Nothing beats the first cell unless it is greater: the choice starts there.
                let mut choice = E::FIRST_CHOICE;
                for_each_cell(geometry, h, w, |at, index| {
                    let x = source.read(*plane.get(at)?);
                    x.choose(index, best.get_or_insert(x), &mut choice);
                    Some(())
                })?;
                for_each_cell(geometry, h, w, |at, index| {
                    let cell = d_plane.get_mut(at)?;
                    *cell = *cell + d.where_chosen(choice, index);
                    Some(())
                })?;
            }
        }
    }
    Some(())
}

/// Visits the cells of the window at `(h, w)`, row by row: `visit(place in the plane, its number)`.
#[inline(always)]
fn for_each_cell<G: Geometry>(
    geometry: G,
    h: usize,
    w: usize,
    mut visit: impl FnMut(usize, u8) -> Option<()>,
) -> Option<()> {
    let [rows, columns] = Axis::of(geometry.get());
    let mut index = 0;
    for i in rows.taps(h) {
        let row = rows.cell(h, i)? * columns.input;
        for j in columns.taps(w) {
            visit(row + columns.cell(w, j)?, index)?;
            index += 1;
        }
    }
    Some(())
}
