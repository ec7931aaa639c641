//! What each kind of layer computes, one loop per index, in the order of the core's kernels.

use std::ops::Range;

use tinyconv::kernels::batch_norm::{self, Normal};
use tinyconv::kernels::softmax;
use tinyconv::spec::{BatchNormOptions, Dims, LayerKind};
use tinyconv::{Activation, Direct, Element, Relu, Sigmoid, Tanh};

/// The output of a layer other than the ends of a residual block.
pub(super) fn run<E: Element>(
    kind: LayerKind,
    (input, output): (Dims, Dims),
    params: &[f32],
    mut map: Vec<E>,
) -> Vec<E> {
    let windows = || Windows::new(kind, input, output);
    match kind {
        LayerKind::Conv2d(_) => convolution(&windows(), input.channels(), params, &map),
        LayerKind::DepthwiseConv2d(_) => depthwise(&windows(), params, &map),
        LayerKind::MaxPool2d(_) => pool(&windows(), &map, |cells| {
            let first = cells.next().expect("a window has a cell");
            cells.fold(first, |best, cell| cell.larger_of(best))
        }),
        LayerKind::AvgPool2d(_) | LayerKind::GlobalAvgPool2d => {
            let [rows, columns] = kind.window(input);
            let cells = E::splat((rows * columns) as f32);
            pool(&windows(), &map, |window| window.fold(E::ZERO, |sum, cell| sum + cell) / cells)
        }
        LayerKind::Dense(dense) => dense_layer(dense.out, params, &map),
        LayerKind::BatchNorm(options) => normalise(options, input, params, &map),
        LayerKind::Softmax => {
            softmax::forward(&mut map);
            map
        }
        LayerKind::Relu => activate(map, Relu::forward),
        LayerKind::LeakyRelu(leaky) => {
            let slope = E::splat(leaky.slope);
            activate(map, |x| x.where_positive(x, x * slope))
        }
        LayerKind::Tanh => activate(map, Tanh::forward),
        LayerKind::Sigmoid => activate(map, Sigmoid::forward),
        LayerKind::Flatten | LayerKind::Identity | LayerKind::Dropout(_) => map,
        // The list of kinds grows with the core, and the tests of both run every kind.
        _ => unreachable!("a layer of kind {} is not run by itself", kind.name()),
    }
}

fn activate<E: Element>(mut map: Vec<E>, function: impl Fn(E) -> E) -> Vec<E> {
    for x in &mut map {
        *x = function(*x);
    }
    map
}

/// `output[o] = bias[o] + sum over i of input[i] * weight[i][o]`
fn dense_layer<E: Element>(out: usize, params: &[f32], map: &[E]) -> Vec<E> {
    let (weights, biases) = params.split_at(params.len() - out);
    let mut sums: Vec<E> = biases.iter().map(|&bias| E::splat(bias)).collect();
    for (&x, row) in map.iter().zip(weights.chunks_exact(out)) {
        E::multiply_add_weights(&mut sums, x, row);
    }
    sums
}

fn normalise<E: Element>(
    options: BatchNormOptions,
    input: Dims,
    params: &[f32],
    map: &[E],
) -> Vec<E> {
    let channels = input.channels();
    let plane = input.height() * input.width();
    let mut output = map.to_vec();
    for channel in 0..channels {
        let [weight, bias, mean, variance] =
            [0, 1, 2, 3].map(|block| params[block * channels + channel]);
        let normal = Normal::new(E::splat(mean), E::splat(variance), options.epsilon);
        let positions = channel * plane..(channel + 1) * plane;
        let (x, y) = (&map[positions.clone()], &mut output[positions]);
        batch_norm::forward(Direct, x, normal, weight, bias, y);
    }
    output
}

/// Where windows lie on a map.
struct Windows {
    input: [usize; 2],
    output: [usize; 2],
    window: [usize; 2],
    stride: [usize; 2],
    padding: [usize; 2],
}

impl Windows {
    fn new(kind: LayerKind, input: Dims, output: Dims) -> Self {
        Self {
            input: [input.height(), input.width()],
            output: [output.height(), output.width()],
            window: kind.window(input),
            stride: match kind {
                LayerKind::GlobalAvgPool2d => kind.window(input),
                _ => kind.stride(),
            },
            padding: kind.padding(input),
        }
    }

    /// Along an axis, the taps of the window at `position` that are not on padding.
    fn taps(&self, axis: usize, position: usize) -> Range<usize> {
        let start = position * self.stride[axis];
        let first = self.padding[axis].saturating_sub(start);
        let end = (self.padding[axis] + self.input[axis]).saturating_sub(start);
        first..end.min(self.window[axis]).max(first)
    }

    /// The position of an input under a tap that is not on padding.
    fn under(&self, axis: usize, position: usize, tap: usize) -> usize {
        position * self.stride[axis] + tap - self.padding[axis]
    }

    fn positions(&self) -> impl Iterator<Item = (usize, usize)> + use<> {
        let [rows, columns] = self.output;
        (0..rows).flat_map(move |h| (0..columns).map(move |w| (h, w)))
    }

    /// `sum + sum over m, n of plane[h * SH + m - T][w * SW + n - L] * kernel[m][n]`
    fn multiply_add<E: Element>(
        &self,
        mut sum: E,
        plane: &[E],
        kernel: &[f32],
        (h, w): (usize, usize),
    ) -> E {
        for m in self.taps(0, h) {
            let row = &plane[self.under(0, h, m) * self.input[1]..];
            for n in self.taps(1, w) {
                let weight = kernel[m * self.window[1] + n];
                sum = sum.multiply_add(row[self.under(1, w, n)], E::splat(weight));
            }
        }
        sum
    }
}

/// `output[o][h][w] = bias[o] + sum over i, m, n of input[i][..][..] * weight[o][i][m][n]`
fn convolution<E: Element>(
    windows: &Windows,
    channels: usize,
    params: &[f32],
    map: &[E],
) -> Vec<E> {
    let kernel = windows.window[0] * windows.window[1];
    let plane = windows.input[0] * windows.input[1];
    let outputs = params.len() / (channels * kernel + 1);
    let (weights, biases) = params.split_at(params.len() - outputs);
    let mut output = Vec::with_capacity(outputs * windows.output[0] * windows.output[1]);
    for (kernels, &bias) in weights.chunks_exact(channels * kernel).zip(biases) {
        for position in windows.positions() {
            let planes = map.chunks_exact(plane).zip(kernels.chunks_exact(kernel));
            let sum = planes.fold(E::splat(bias), |sum, (plane, kernel)| {
                windows.multiply_add(sum, plane, kernel, position)
            });
            output.push(sum);
        }
    }
    output
}

/// `output[c][h][w] = bias[c] + sum over m, n of input[c][..][..] * weight[c][m][n]`
fn depthwise<E: Element>(windows: &Windows, params: &[f32], map: &[E]) -> Vec<E> {
    let kernel = windows.window[0] * windows.window[1];
    let plane = windows.input[0] * windows.input[1];
    let (weights, biases) = params.split_at(params.len() / (kernel + 1) * kernel);
    let channels = map.chunks_exact(plane).zip(weights.chunks_exact(kernel)).zip(biases);
    channels
        .flat_map(|((plane, kernel), &bias)| {
            windows
                .positions()
                .map(move |position| windows.multiply_add(E::splat(bias), plane, kernel, position))
        })
        .collect()
}

/// What `of_window` makes of the cells of each window, row by row.
fn pool<E: Element>(
    windows: &Windows,
    map: &[E],
    of_window: impl Fn(&mut dyn Iterator<Item = E>) -> E,
) -> Vec<E> {
    let [rows, columns] = windows.window;
    let mut output = Vec::new();
    for plane in map.chunks_exact(windows.input[0] * windows.input[1]) {
        for (h, w) in windows.positions() {
            let mut cells = (0..rows * columns).map(|cell| {
                let row = windows.under(0, h, cell / columns);
                plane[row * windows.input[1] + windows.under(1, w, cell % columns)]
            });
            output.push(of_window(&mut cells));
        }
    }
    output
}
