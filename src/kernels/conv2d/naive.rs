//! The convolution as its formulas say it, one loop per index: what the fast kernels must equal,
//! bit for bit.

#![allow(clippy::needless_range_loop)] // the loops are the formulas' indices

use crate::Element;

use super::Window;

/// The input's value under kernel position `(m, n)` of output position `(h, w)`, unless that is
/// padding.
macro_rules! tap {
    ($plane:expr, $h:expr, $w:expr, $m:expr, $n:expr) => {
        ($h * SH + $m)
            .checked_sub(T)
            .and_then(|row| $plane.get(row))
            .zip(($w * SW + $n).checked_sub(L))
            .and_then(|(row, column)| row.get(column).copied())
    };
}

pub(super) fn forward<
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
    input: &[[[f32; IW]; IH]; IC],
    weight: &[[[[f32; KW]; KH]; IC]; OC],
    bias: &[f32; OC],
    _window: Window<KH, KW, SH, SW, T, L>,
    output: &mut [[[f32; OW]; OH]; OC],
) {
    for o in 0..OC {
        for h in 0..OH {
            for w in 0..OW {
                let mut sum = bias[o];
                for i in 0..IC {
                    for m in 0..KH {
                        for n in 0..KW {
                            if let Some(x) = tap!(input[i], h, w, m, n) {
                                sum = sum.multiply_add(x, weight[o][i][m][n]);
                            }
                        }
                    }
                }
                output[o][h][w] = sum;
            }
        }
    }
}

pub(super) fn backward_bias<const OC: usize, const OH: usize, const OW: usize>(
    d_output: &[[[f32; OW]; OH]; OC],
    d_bias: &mut [f32; OC],
) {
    for o in 0..OC {
        let mut sum = 0.0;
        for h in 0..OH {
            for w in 0..OW {
                sum += d_output[o][h][w];
            }
        }
        d_bias[o] += sum;
    }
}

pub(super) fn backward_weight<
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
    input: &[[[f32; IW]; IH]; IC],
    d_output: &[[[f32; OW]; OH]; OC],
    _window: Window<KH, KW, SH, SW, T, L>,
    d_weight: &mut [[[[f32; KW]; KH]; IC]; OC],
) {
    for o in 0..OC {
        for i in 0..IC {
            for m in 0..KH {
                for n in 0..KW {
                    let mut sum = 0.0f32;
                    for h in 0..OH {
                        for w in 0..OW {
                            if let Some(x) = tap!(input[i], h, w, m, n) {
                                sum = sum.multiply_add(x, d_output[o][h][w]);
                            }
                        }
                    }
                    d_weight[o][i][m][n] += sum;
                }
            }
        }
    }
}

pub(super) fn backward_input<
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
    d_output: &[[[f32; OW]; OH]; OC],
    _window: Window<KH, KW, SH, SW, T, L>,
    d_input: &mut [[[f32; IW]; IH]; IC],
) {
    for i in 0..IC {
        for r in 0..IH {
            for c in 0..IW {
                let mut sum = d_input[i][r][c];
                for o in 0..OC {
                    for h in 0..OH {
                        for w in 0..OW {
                            let m = (r + T).checked_sub(h * SH).filter(|&m| m < KH);
                            let n = (c + L).checked_sub(w * SW).filter(|&n| n < KW);
                            if let (Some(m), Some(n)) = (m, n) {
                                sum = sum.multiply_add(d_output[o][h][w], weight[o][i][m][n]);
                            }
                        }
                    }
                }
                d_input[i][r][c] = sum;
            }
        }
    }
}
