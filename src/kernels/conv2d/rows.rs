//! The input gradient of short rows, whose sums stay in registers.

use super::{Tile, Window, taps};
use crate::Element;

/// Sums that stay in registers, and taps of an unrolled row, in [`backward_input`].
pub(super) const MOST_SUMS: usize = 20;
pub(super) const MOST_TAPS: usize = 64;

/// [`backward_input`](super::backward_input) row by row of the input, the row's sums in registers.
#[inline(always)]
pub(super) fn backward_input<
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
    const CHANNELS: usize,
>(
    weight: &[[[[f32; KW]; KH]; IC]; OC],
    d_output: &[[[E; OW]; OH]; OC],
    _window: Window<KH, KW, SH, SW, T, L>,
    d_input: &mut [[[E; IW]; IH]; IC],
    _tile: Tile<CHANNELS, IW>,
) {
    for (tile, planes) in d_input.as_chunks_mut::<CHANNELS>().0.iter_mut().enumerate() {
        for r in 0..IH {
            let mut sums = [[E::ZERO; IW]; CHANNELS];
            for (sums, plane) in sums.iter_mut().zip(&*planes) {
                *sums = plane[r];
            }
            for (weight, d_plane) in weight.iter().zip(d_output) {
                let weight = &weight.as_chunks::<CHANNELS>().0[tile];
                for (h, d_row) in d_plane.iter().enumerate() {
                    // The kernel's row that meets row `r` from row `h` of the output.
                    let Some(m) = (r + T).checked_sub(h * SH) else { break };
                    if m >= KH {
                        continue;
                    }
                    for (w, &d) in d_row.iter().enumerate() {
                        for (sums, weight) in sums.iter_mut().zip(weight) {
                            for n in taps(KW, SW, L, IW, w) {
                                let x = &mut sums[w * SW + n - L];
                                *x = x.multiply_add(d, E::splat(weight[m][n]));
                            }
                        }
                    }
                }
            }
            for (sums, plane) in sums.iter().zip(&mut *planes) {
                plane[r] = *sums;
            }
        }
    }
}
