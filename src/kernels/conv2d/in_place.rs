//! A depthwise convolution whose output takes its input's place.

use super::forward;
use crate::kernels::Geometry;
use crate::plan::Window;
use crate::{Direct, Element, Weight};

/// One channel of a depthwise convolution.
#[derive(Clone, Copy, Debug)]
struct Channel<G>(G);

const fn channel(window: Window) -> Window {
    let ([_, ih, iw], [_, oh, ow]) = (window.input, window.output);
    Window { input: [1, ih, iw], output: [1, oh, ow], groups: 1, ..window }
}

impl<G: Geometry> Geometry for Channel<G> {
    const KNOWN: Option<Window> = match G::KNOWN {
        Some(window) => Some(channel(window)),
        None => None,
    };

    #[inline(always)]
    fn get(self) -> Window {
        channel(self.0.get())
    }
}

/// [`forward`] of a depthwise convolution whose output has its input's shape, in place: `scratch` takes a
/// copy of one channel at a time.
///
/// # Shapes
/// `map`: C x H x W, before and after; `weight`: C x 1 x KH x KW; `bias`: C; `scratch`: H x W or more.
///
/// ```
/// use tinyconv::kernels::conv2d;
/// use tinyconv::plan::Window;
///
/// // Two channels, each element plus twice the one to its right.
/// let (window, padding) = (Window::new([2, 1, 2], [2, 1, 2], [1, 2], [1, 1], [0, 0]), [[0, 0], [0, 1]]);
/// let window = Window { groups: 2, padding, ..window };
/// let mut map = [3.0f32, 4.0, 5.0, 6.0];
/// conv2d::depthwise_in_place(window, &[1.0, 2.0, 1.0, 2.0], &[0.0; 2], &mut [0.0; 2], &mut map);
/// assert_eq!(map, [3.0 + 8.0, 4.0, 5.0 + 12.0, 6.0]);
/// ```
pub fn depthwise_in_place<E: Element, P: Weight, G: Geometry>(
    geometry: G,
    weight: &[P],
    bias: &[P],
    scratch: &mut [E],
    map: &mut [E],
) -> Option<()> {
    let window = geometry.get();
    let [channels, height, width] = window.input;
    let taps = window.kernel[0] * window.kernel[1];
    let copy = scratch.get_mut(..height * width)?;
    let mut planes = map.chunks_exact_mut((height * width).max(1));
    for c in 0..channels {
        let plane = planes.next()?;
        for (x, &y) in copy.iter_mut().zip(&*plane) {
            *x = y;
        }
        let (weight, bias) = (weight.get(c * taps..)?, bias.get(c..)?);
        forward(Channel(geometry), Direct, copy, weight, bias, plane)?;
    }
    Some(())
}
