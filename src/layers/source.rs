//! What a network's input holds: elements, or a sensor's bytes that are normalised as they are read,
//! so that an image in flash or in a frame buffer needs no copy in `f32`.

use crate::{Element, MapItem};

/// How the elements of an input are made of what its map holds.
///
/// ```
/// use tinyconv::{Bytes, Network};
///
/// tinyconv::network! { Net: 1 x 1 x 2 { Dense { out: 1 } } }
///
/// static PIXELS: [f32; 256] = Bytes::table(0.0, 255.0);
/// let params = [1.0, 2.0, 0.5]; // two weights, one bias
/// let mut output = [0.0f32];
/// Net::infer_from(&params, Bytes(&PIXELS), &[[[255, 51]]], &mut [], &mut output);
/// assert_eq!(output, [0.5 + 1.0 + 0.2 * 2.0]);
/// ```
pub trait Source<E: Element>: Copy {
    /// What the map holds.
    type Raw: MapItem;

    /// The element that `raw` stands for.
    ///
    /// ```
    /// use tinyconv::{Bytes, Direct, Source};
    ///
    /// static TABLE: [f32; 256] = Bytes::table(0.0, 255.0);
    /// assert_eq!(Bytes(&TABLE).read(51), 0.2);
    /// assert_eq!(Source::<f32>::read(Direct, 0.2), 0.2);
    /// ```
    fn read(self, raw: Self::Raw) -> E;
}

/// The map holds the elements themselves.
///
/// ```
/// use tinyconv::{Direct, Network};
///
/// tinyconv::network! { Double: 1 x 1 x 1 { Dense { out: 1 } } }
///
/// let mut output = [0.0f32];
/// Double::infer_from(&[2.0, 0.0], Direct, &[[[1.5]]], &mut [], &mut output);
/// assert_eq!(output, [3.0]);
/// ```
#[derive(Clone, Copy, Debug)]
pub struct Direct;

impl<E: Element> Source<E> for Direct {
    type Raw = E;

    #[inline(always)]
    fn read(self, raw: E) -> E {
        raw
    }
}

/// The map holds bytes, each of which stands for an entry of a table.
///
/// A table (1 KiB, in flash) is faster than a division for each pixel, and gives its very bits.
///
/// ```
/// use tinyconv::{Bytes, Source};
///
/// // Any table will do, here one with a gamma of 2.
/// static GAMMA: [f32; 256] = {
///     let mut table = [0.0; 256];
///     let mut byte = 0;
///     while byte < 256 {
///         table[byte] = (byte * byte) as f32 / 65025.0;
///         byte += 1;
///     }
///     table
/// };
/// assert_eq!([0, 255].map(|byte| Bytes(&GAMMA).read(byte)), [0.0, 1.0]);
/// ```
#[derive(Clone, Copy, Debug)]
pub struct Bytes<'a>(pub &'a [f32; 256]);

impl Bytes<'_> {
    /// The table of `(byte - mean) / deviation`, the normalisation in model files.
    ///
    /// ```
    /// static PIXELS: [f32; 256] = tinyconv::Bytes::table(127.5, 127.5);
    /// assert_eq!([PIXELS[0], PIXELS[255]], [-1.0, 1.0]);
    /// ```
    #[must_use]
    pub const fn table(mean: f32, deviation: f32) -> [f32; 256] {
        let mut table = [0.0; 256];
        let mut byte = 0;
        while byte < table.len() {
            table[byte] = (byte as f32 - mean) / deviation;
            byte += 1;
        }
        table
    }
}

impl Source<f32> for Bytes<'_> {
    type Raw = u8;

    #[inline(always)]
    fn read(self, raw: u8) -> f32 {
        self.0[usize::from(raw)]
    }
}
