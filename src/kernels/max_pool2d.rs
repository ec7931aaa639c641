//! The largest of each window.

use crate::{Element, Kernel, Source, Stride};

/// `output[c][h][w] = max of input[c][h * SH + i][w * SW + j]` over the window, row by row.
///
/// # Shapes
/// `input`: channels x rows x columns; `output`: C x ((IH - KH) / SH + 1) x ((IW - KW) / SW + 1).
///
/// ```
/// use tinyconv::kernels::max_pool2d;
/// use tinyconv::{Direct, Kernel, Stride};
///
/// let mut output = [[[0.0f32; 2]]];
/// let input = [[[1.0, 3.0, -5.0, -9.0]]];
/// max_pool2d::forward(Direct, &input, Kernel::<1, 2>, Stride::<1, 2>, &mut output);
/// assert_eq!(output, [[[3.0, -5.0]]]);
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
    for (plane, out_plane) in input.iter().zip(output) {
        for (h, out_row) in out_plane.iter_mut().enumerate() {
            for (w, out) in out_row.iter_mut().enumerate() {
                let mut best = source.read(plane[h * SH][w * SW]);
                for i in 0..KH {
                    for j in 0..KW {
                        best = source.read(plane[h * SH + i][w * SW + j]).larger_of(best);
                    }
                }
                *out = best;
            }
        }
    }
}

/// Adds `d_output` to the first maximum of each window, in row-major order, in `d_input`.
///
/// # Shapes
/// As in [`forward`]; `d_input` as `input`, `d_output` as `output`.
///
/// ```
/// use tinyconv::kernels::max_pool2d;
/// use tinyconv::{Direct, Kernel, Stride};
///
/// let (input, mut d_input) = ([[[1.0f32, 3.0, 4.0, 4.0]]], [[[0.0; 4]]]);
/// let d_output = [[[10.0, 20.0]]];
/// max_pool2d::backward(Direct, &input, &d_output, Kernel::<1, 2>, Stride::<1, 2>, &mut d_input);
/// assert_eq!(d_input, [[[0.0, 10.0, 20.0, 0.0]]]); // the first of two equal ones
/// ```
#[inline(always)]
pub fn backward<
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
    d_output: &[[[E; OW]; OH]; C],
    _window: Kernel<KH, KW>,
    _stride: Stride<SH, SW>,
    d_input: &mut [[[E; IW]; IH]; C],
) {
    const { assert!(KH * KW < 255, "a pooling window has at most 254 cells: make it smaller") };
    for ((plane, d_plane), d_out_plane) in input.iter().zip(d_input).zip(d_output) {
        for (h, d_row) in d_out_plane.iter().enumerate() {
            for (w, &d) in d_row.iter().enumerate() {
                let mut best = source.read(plane[h * SH][w * SW]);
                // Nothing beats the first cell unless it is greater: the choice starts there.
                let mut choice = E::FIRST_CHOICE;
                for i in 0..KH {
                    for j in 0..KW {
                        let x = source.read(plane[h * SH + i][w * SW + j]);
                        x.choose((i * KW + j) as u8, &mut best, &mut choice);
                    }
                }
                for i in 0..KH {
                    for j in 0..KW {
                        let cell = &mut d_plane[h * SH + i][w * SW + j];
                        *cell = *cell + d.where_chosen(choice, (i * KW + j) as u8);
                    }
                }
            }
        }
    }
}
