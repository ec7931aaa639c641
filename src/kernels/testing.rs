//! What the kernels' tests share: shapes, and a geometry that is a type.

use std::vec;
use std::vec::Vec;

use super::Window;
use crate::Element;
use crate::testing::{Pair, assert_bits, values};

/// `input -> output channels`, `kernel`, `stride`, zeros `[above, below, left, right]`; the output's
/// sides follow.
pub(super) fn window(
    input: [usize; 3],
    channels: usize,
    kernel: [usize; 2],
    stride: [usize; 2],
    [above, below, left, right]: [usize; 4],
) -> Window {
    let padding = [[above, below], [left, right]];
    let output = [channels, 0, 0];
    let (dilation, groups) = ([1, 1], 1);
    completed(Window { input, output, kernel, stride, dilation, groups, padding })
}

/// With the largest output that the other numbers allow.
const fn completed(mut window: Window) -> Window {
    let mut axis = 0;
    while axis < 2 {
        let cells = window.input[axis + 1] + window.padding[axis][0] + window.padding[axis][1];
        let reach = (window.kernel[axis] - 1) * window.dilation[axis] + 1;
        window.output[axis + 1] = (cells - reach) / window.stride[axis] + 1;
        axis += 1;
    }
    window
}

pub(super) const fn dilated(window: Window, dilation: [usize; 2]) -> Window {
    completed(Window { dilation, ..window })
}

pub(super) const fn grouped(window: Window, groups: usize) -> Window {
    Window { groups, ..window }
}

/// Windows of this size side by side over the output.
pub(super) const fn pooled(window: Window, kernel: [usize; 2]) -> Window {
    let [channels, h, w] = window.output;
    let output = [channels, h / kernel[0], w / kernel[1]];
    Window::new(window.output, output, kernel, kernel, [0, 0])
}

/// Defines a type whose constants are those of a [`Window`].
macro_rules! constant {
    ($name:ident, $window:expr) => {
        #[derive(Clone, Copy, Debug)]
        struct $name;

        impl crate::kernels::Geometry for $name {
            const KNOWN: Option<Window> = Some($window);

            #[inline(always)]
            fn get(self) -> Window {
                const { $window }
            }
        }
    };
}
pub(super) use constant;

/// Two samples of so many values, and the same side by side.
pub(super) struct Samples {
    pub(super) single: [Vec<f32>; 2],
    pub(super) pair: Vec<Pair>,
}

pub(super) fn samples(stream: u32, count: usize) -> Samples {
    let single = [values(2 * stream, count), values(2 * stream + 1, count)];
    let pair = Pair::interleave([&single[0], &single[1]]);
    Samples { single, pair }
}

/// The lanes' results are those of the samples one by one.
#[track_caller]
pub(super) fn assert_lanes(what: &str, pair: &[Pair], single: [&[f32]; 2]) {
    for (lane, single) in single.into_iter().enumerate() {
        assert_bits(what, &Pair::lane(pair, lane), single);
    }
}

pub(super) fn filled<E: Element>(value: f32, count: usize) -> Vec<E> {
    vec![E::splat(value); count]
}

/// What an `add` of a kernel does: adds gradients to sums.
pub(super) fn adder<E: Element>(sums: &mut [E]) -> impl FnMut(usize, &[E]) {
    |first, gradients| {
        for (sum, &gradient) in sums[first..first + gradients.len()].iter_mut().zip(gradients) {
            *sum = *sum + gradient;
        }
    }
}
