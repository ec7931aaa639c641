//! The convolution as its formulas say it, one loop per index: what the fast kernels must equal,
//! bit for bit.

use std::vec;
use std::vec::Vec;

use super::super::Window;
use crate::Element;

/// Calls `visit` with every index of a block of these lengths, the last index fastest.
fn each<const N: usize>(lengths: [usize; N], mut visit: impl FnMut([usize; N])) {
    for flat in 0..lengths.iter().product() {
        let mut rest = flat;
        let mut index = [0; N];
        for (index, length) in index.iter_mut().zip(lengths).rev() {
            (*index, rest) = (rest % length, rest / length);
        }
        visit(index);
    }
}

/// The numbers of the formulas.
struct Numbers {
    window: Window,
    inputs: usize,
    outputs: usize,
}

impl Numbers {
    fn new(window: Window) -> Self {
        let (inputs, outputs) = (window.input[0] / window.groups, window.output[0] / window.groups);
        Self { window, inputs, outputs }
    }

    /// The cell of the input under tap `(m, n)` of the `i`th input of `o` at `(h, w)`, unless that is
    /// padding.
    fn cell(&self, [o, i, h, w, m, n]: [usize; 6]) -> Option<usize> {
        let Window { input: [_, ih, iw], stride, dilation, padding, .. } = self.window;
        let row = (h * stride[0] + m * dilation[0]).checked_sub(padding[0][0])?;
        let column = (w * stride[1] + n * dilation[1]).checked_sub(padding[1][0])?;
        let channel = o / self.outputs * self.inputs + i;
        (row < ih && column < iw).then_some((channel * ih + row) * iw + column)
    }

    fn weight(&self, [o, i, m, n]: [usize; 4]) -> usize {
        let [kh, kw] = self.window.kernel;
        ((o * self.inputs + i) * kh + m) * kw + n
    }

    fn output(&self, [o, h, w]: [usize; 3]) -> usize {
        let [_, oh, ow] = self.window.output;
        (o * oh + h) * ow + w
    }
}

pub(in crate::kernels) fn forward(
    window: Window,
    input: &[f32],
    weight: &[f32],
    bias: &[f32],
) -> Vec<f32> {
    let numbers = Numbers::new(window);
    let [kh, kw] = window.kernel;
    let mut output = vec![f32::NAN; window.output.iter().product()];
    each(window.output, |[o, h, w]| {
        let mut sum = bias[o];
        each([numbers.inputs, kh, kw], |[i, m, n]| {
            if let Some(cell) = numbers.cell([o, i, h, w, m, n]) {
                sum = sum.multiply_add(input[cell], weight[numbers.weight([o, i, m, n])]);
            }
        });
        output[numbers.output([o, h, w])] = sum;
    });
    output
}

pub(in crate::kernels) fn backward_bias(window: Window, d_output: &[f32], d_bias: &mut [f32]) {
    let numbers = Numbers::new(window);
    let [channels, oh, ow] = window.output;
    for (o, d_bias) in d_bias.iter_mut().enumerate().take(channels) {
        let mut sum = 0.0;
        each([oh, ow], |[h, w]| sum += d_output[numbers.output([o, h, w])]);
        *d_bias += sum;
    }
}

pub(in crate::kernels) fn backward_weight(
    window: Window,
    input: &[f32],
    d_output: &[f32],
    d_weight: &mut [f32],
) {
    let numbers = Numbers::new(window);
    let ([channels, oh, ow], [kh, kw]) = (window.output, window.kernel);
    each([channels, numbers.inputs, kh, kw], |[o, i, m, n]| {
        let mut sum = 0.0f32;
        each([oh, ow], |[h, w]| {
            if let Some(cell) = numbers.cell([o, i, h, w, m, n]) {
                sum = sum.multiply_add(input[cell], d_output[numbers.output([o, h, w])]);
            }
        });
        d_weight[numbers.weight([o, i, m, n])] += sum;
    });
}

pub(in crate::kernels) fn backward_input(
    window: Window,
    weight: &[f32],
    d_output: &[f32],
    d_input: &mut [f32],
) {
    let numbers = Numbers::new(window);
    let [kh, kw] = window.kernel;
    // Every cell meets a position of the output at one tap at most: the order of the outer loops is
    // that of each cell's sum.
    each(window.output, |[o, h, w]| {
        each([numbers.inputs, kh, kw], |[i, m, n]| {
            if let Some(cell) = numbers.cell([o, i, h, w, m, n]) {
                let (d, weight) =
                    (d_output[numbers.output([o, h, w])], weight[numbers.weight([o, i, m, n])]);
                d_input[cell] = d_input[cell].multiply_add(d, weight);
            }
        });
    });
}
