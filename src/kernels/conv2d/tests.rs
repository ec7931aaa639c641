//! The fast convolution equals the plain loops bit for bit, for one sample and in lanes, over
//! shapes that leave remainders everywhere.

use super::*;
use crate::layers::Conv2d;
use crate::testing::{D_INPUT, D_PARAMS, assert_bits, assert_lanes, samples};
use crate::{Chw, Shape};

fn check<
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
>() {
    let window: Window<KH, KW, SH, SW, T, L> = (Kernel, Stride, Padding);
    let samples = samples::<
        Conv2d<Chw<IC, IH, IW>, Chw<OC, OH, OW>, Kernel<KH, KW>, Stride<SH, SW>, Padding<T, L>>,
    >();
    let runs = assert_lanes::<
        Conv2d<Chw<IC, IH, IW>, Chw<OC, OH, OW>, Kernel<KH, KW>, Stride<SH, SW>, Padding<T, L>>,
    >();
    for (sample, run) in samples.iter().zip(runs) {
        let (weight, bias) = sample.params.split_at(OC * IC * KH * KW);
        let weight = weight.as_chunks::<KW>().0.as_chunks::<KH>().0.as_chunks::<IC>().0;
        let (weight, bias) = (weight.first_chunk().unwrap(), bias.first_chunk().unwrap());
        let input = Chw::<IC, IH, IW>::view(&sample.input);
        let d_output = Chw::<OC, OH, OW>::view(&sample.d_output);
        let mut output = [[[f32::NAN; OW]; OH]; OC];
        let mut d_weight = [[[[D_PARAMS; KW]; KH]; IC]; OC];
        let mut d_bias = [D_PARAMS; OC];
        let mut d_input = [[[D_INPUT; IW]; IH]; IC];
        naive::forward(input, weight, bias, window, &mut output);
        naive::backward_weight(input, d_output, window, &mut d_weight);
        naive::backward_bias(d_output, &mut d_bias);
        naive::backward_input(weight, d_output, window, &mut d_input);
        let (d_fast_weight, d_fast_bias) = run.d_params.split_at(OC * IC * KH * KW);
        let d_weight = d_weight.as_flattened().as_flattened().as_flattened();
        assert_bits("output", &run.output, output.as_flattened().as_flattened());
        assert_bits("d_weight", d_fast_weight, d_weight);
        assert_bits("d_bias", d_fast_bias, &d_bias);
        assert_bits("d_input", &run.d_input, d_input.as_flattened().as_flattened());
    }
}

/// `name: channels rows columns -> channels, kernel, stride, zeros above below left right`
macro_rules! shapes {
    ($($name:ident:
        [$ic:literal $ih:literal $iw:literal] -> $oc:literal,
        kernel [$kh:literal $kw:literal], stride [$sh:literal $sw:literal],
        zeros [$t:literal $b:literal $l:literal $r:literal];
    )*) => {$(
        #[test]
        fn $name() {
            check::<
                $ic, $ih, $iw, $oc,
                { ($ih + $t + $b - $kh) / $sh + 1 }, { ($iw + $l + $r - $kw) / $sw + 1 },
                $kh, $kw, $sh, $sw, $t, $l,
            >();
        }
    )*};
}

shapes! {
    plain: [1 7 13] -> 6, kernel [5 5], stride [1 1], zeros [0 0 0 0];
    wider_than_a_tile: [2 4 21] -> 4, kernel [3 3], stride [1 1], zeros [0 0 0 0];
    exactly_two_tiles: [1 3 16] -> 2, kernel [2 1], stride [1 1], zeros [0 0 0 0];
    narrower_than_a_tile: [3 9 5] -> 4, kernel [3 4], stride [1 1], zeros [0 0 0 0];
    one_channel_each: [1 6 11] -> 1, kernel [2 3], stride [1 1], zeros [0 0 0 0];
    three_outputs: [6 5 10] -> 3, kernel [3 2], stride [1 1], zeros [0 0 0 0];
    pointwise: [6 3 9] -> 4, kernel [1 1], stride [1 1], zeros [0 0 0 0];
    pointwise_with_stride: [2 7 8] -> 3, kernel [1 1], stride [3 2], zeros [0 0 0 0];
    kernel_as_large_as_the_input: [3 4 6] -> 6, kernel [4 6], stride [1 1], zeros [0 0 0 0];
    single_position_of_25_taps: [1 5 5] -> 3, kernel [5 5], stride [1 1], zeros [0 0 0 0];
    tiles_of_five: [2 4 12] -> 4, kernel [3 3], stride [1 1], zeros [0 0 0 0];
    eight_sums_of_a_column: [4 5 5] -> 8, kernel [3 5], stride [1 1], zeros [0 0 0 0];
    one_pixel: [2 1 1] -> 2, kernel [1 1], stride [1 1], zeros [0 0 0 0];
    stride_two: [2 9 19] -> 4, kernel [3 3], stride [2 2], zeros [0 0 0 0];
    stride_two_by_one_rounded_down: [1 8 12] -> 6, kernel [3 5], stride [2 1], zeros [0 0 0 0];
    stride_three_larger_than_the_kernel: [2 11 23] -> 2, kernel [2 2], stride [3 3], zeros [0 0 0 0];
    same: [2 5 11] -> 4, kernel [3 3], stride [1 1], zeros [1 1 1 1];
    same_of_an_even_kernel: [3 5 12] -> 6, kernel [4 2], stride [1 1], zeros [1 2 0 1];
    same_with_stride: [1 8 17] -> 3, kernel [3 4], stride [2 3], zeros [0 1 0 1];
    full: [2 4 9] -> 2, kernel [3 4], stride [1 1], zeros [2 2 3 3];
    padded_by_two_with_stride: [1 6 20] -> 4, kernel [5 3], stride [2 2], zeros [2 2 2 2];
    padded_by_three: [3 3 7] -> 1, kernel [3 3], stride [1 1], zeros [3 3 3 3];
    padded_by_more_than_the_kernel: [2 4 10] -> 6, kernel [2 2], stride [1 3], zeros [3 3 3 3];
    padded_rows_only: [1 4 13] -> 4, kernel [3 3], stride [1 1], zeros [1 1 0 0];
    padded_columns_only: [4 5 9] -> 2, kernel [2 3], stride [1 1], zeros [0 0 2 2];
    kernel_larger_than_the_unpadded_input: [2 2 3] -> 4, kernel [5 5], stride [1 1], zeros [2 2 2 2];
}
