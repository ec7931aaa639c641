//! The mean of each window.

use crate::{Element, Kernel, Source, Stride};

/// `output[c][h][w] = (sum of input[c][h * SH + i][w * SW + j]) / (KH * KW)`.
///
/// The sum starts at +0.0 and runs over the window row by row.
///
/// # Shapes
/// `input`: channels x rows x columns; `output`: C x ((IH - KH) / SH + 1) x ((IW - KW) / SW + 1).
///
/// ```
/// use tinyconv::kernels::avg_pool2d;
/// use tinyconv::{Direct, Kernel, Stride};
///
/// let mut output = [[[0.0f32; 2]]];
/// let input = [[[1.0, 3.0, 5.0, 9.0]]];
/// avg_pool2d::forward(Direct, &input, Kernel::<1, 2>, Stride::<1, 2>, &mut output);
/// assert_eq!(output, [[[2.0, 7.0]]]);
/// ```
#[inline(always)]
pub fn forward<
    E: Element,
    S: Source<E>,
    const C: usize,
    const IH: usize,
    const IW: usize,
    const OH: usize,
    const OW: usize,
    const KH: usize,
    const KW: usize,
    const SH: usize,
    const SW: usize,
>(
    source: S,
    input: &[[[S::Raw; IW]; IH]; C],
    _window: Kernel<KH, KW>,
    _stride: Stride<SH, SW>,
    output: &mut [[[E; OW]; OH]; C],
) {
    let cells = E::splat((KH * KW) as f32);
    for (plane, out_plane) in input.iter().zip(output) {
        for (h, out_row) in out_plane.iter_mut().enumerate() {
            for (w, out) in out_row.iter_mut().enumerate() {
                let mut sum = E::ZERO;
                for i in 0..KH {
                    for j in 0..KW {
                        sum = sum + source.read(plane[h * SH + i][w * SW + j]);
                    }
                }
                *out = sum / cells;
            }
        }
    }
}

/// Adds `d_output / (KH * KW)` to every cell of each window in `d_input`, windows row by row.
///
/// # Shapes
/// As in [`forward`]; `d_input` as `input`, `d_output` as `output`.
///
/// ```
/// use tinyconv::kernels::avg_pool2d;
/// use tinyconv::{Kernel, Stride};
///
/// let mut d_input = [[[0.0f32; 4]]];
/// avg_pool2d::backward(&[[[1.0, 6.0]]], Kernel::<1, 2>, Stride::<1, 2>, &mut d_input);
/// assert_eq!(d_input, [[[0.5, 0.5, 3.0, 3.0]]]);
/// ```
#[inline(always)]
pub fn backward<
    E: Element,
    const C: usize,
    const IH: usize,
    const IW: usize,
    const OH: usize,
    const OW: usize,
    const KH: usize,
    const KW: usize,
    const SH: usize,
    const SW: usize,
>(
    d_output: &[[[E; OW]; OH]; C],
    _window: Kernel<KH, KW>,
    _stride: Stride<SH, SW>,
    d_input: &mut [[[E; IW]; IH]; C],
) {
    let cells = E::splat((KH * KW) as f32);
    for (d_plane, d_out_plane) in d_input.iter_mut().zip(d_output) {
        for (h, d_row) in d_out_plane.iter().enumerate() {
            for (w, &d) in d_row.iter().enumerate() {
                let share = d / cells;
                for i in 0..KH {
                    for j in 0..KW {
                        let cell = &mut d_plane[h * SH + i][w * SW + j];
                        *cell = *cell + share;
                    }
                }
            }
        }
    }
}
