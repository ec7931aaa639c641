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

    /// The channels that are each read in a way of their own; none if all are read alike. Another number than the
    /// network's input has does not compile.
    ///
    /// ```
    /// use tinyconv::{Bytes, ChannelBytes, Source};
    ///
    /// assert_eq!(<Bytes<'_> as Source<f32>>::CHANNELS, None);
    /// assert_eq!(<ChannelBytes<'_, 3> as Source<f32>>::CHANNELS, Some(3));
    /// ```
    const CHANNELS: Option<usize> = None;

    /// The element that `raw` stands for, in the channel of [`at`](Source::at); before, in the first one. A layer of
    /// one's own that may be a network's first takes [`elements`](Source::elements), or asks `at`.
    ///
    /// ```
    /// use tinyconv::{Bytes, Direct, Source};
    ///
    /// static TABLE: [f32; 256] = Bytes::table(0.0, 255.0);
    /// assert_eq!(Bytes(&TABLE).read(51), 0.2);
    /// assert_eq!(Source::<f32>::read(Direct, 0.2), 0.2);
    /// ```
    fn read(self, raw: Self::Raw) -> E;

    /// What reads element `index` of an input of `elements`, and the others of its channel.
    ///
    /// As provided: for a source that reads all channels alike.
    ///
    /// ```
    /// use tinyconv::{ChannelBytes, Source};
    ///
    /// // Two channels of three elements each.
    /// static TABLES: [[f32; 256]; 2] = ChannelBytes::tables([0.0, 100.0], [1.0, 10.0]);
    /// let source = ChannelBytes::new(&TABLES);
    /// assert_eq!([2, 3].map(|index| source.at(index, 6).read(110)), [110.0, 1.0]);
    /// ```
    #[inline(always)]
    #[must_use]
    fn at(self, _index: usize, _elements: usize) -> Self {
        self
    }

    /// The elements of a whole input, in their order.
    ///
    /// ```
    /// use tinyconv::{ChannelBytes, Source};
    ///
    /// static TABLES: [[f32; 256]; 2] = ChannelBytes::tables([0.0, 100.0], [1.0, 10.0]);
    /// let elements = ChannelBytes::new(&TABLES).elements(&[110, 120, 110, 120]);
    /// assert!(elements.eq([110.0, 120.0, 1.0, 2.0]));
    /// ```
    #[inline(always)]
    fn elements(self, input: &[Self::Raw]) -> impl Iterator<Item = E> {
        let read = move |(index, &raw)| self.at(index, input.len()).read(raw);
        input.iter().enumerate().map(read)
    }
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

/// The map holds bytes, each of which stands for an entry of its channel's table: for colours that are each normalised
/// by a mean and a deviation of their own.
///
/// ```
/// use tinyconv::{ChannelBytes, Network};
///
/// tinyconv::network! { Net: 3 x 1 x 1 { Dense { out: 1 } } }
///
/// // ImageNet's means and deviations of red, green and blue: 3 KiB of flash.
/// static COLOURS: [[f32; 256]; 3] =
///     ChannelBytes::tables([123.675, 116.28, 103.53], [58.395, 57.12, 57.375]);
/// let params = [1.0, 10.0, 100.0, 0.5]; // three weights, one bias
/// let mut output = [0.0f32];
/// let source = ChannelBytes::new(&COLOURS);
/// Net::infer_from(&params, source, &[[[124]], [[116]], [[104]]], &mut [], &mut output);
/// let [red, green, blue] =
///     [(124.0 - 123.675) / 58.395, (116.0 - 116.28) / 57.12, (104.0 - 103.53) / 57.375];
/// assert_eq!(output, [0.5 + red + 10.0 * green + 100.0 * blue]);
/// ```
///
/// For another number of channels than the network's input has, it does not compile:
///
/// ```compile_fail
/// use tinyconv::{ChannelBytes, Network};
///
/// tinyconv::network! { Net: 1 x 1 x 3 { Dense { out: 1 } } } // one channel
///
/// static COLOURS: [[f32; 256]; 3] = ChannelBytes::tables([0.0; 3], [255.0; 3]);
/// let (mut output, source) = ([0.0f32], ChannelBytes::new(&COLOURS));
/// Net::infer_from(&[1.0, 10.0, 100.0, 0.5], source, &[[[1, 2, 3]]], &mut [], &mut output);
/// ```
#[derive(Clone, Copy, Debug)]
pub struct ChannelBytes<'a, const C: usize> {
    tables: &'a [[f32; 256]; C],
    /// That of the channel that is read.
    table: &'a [f32; 256],
}

impl<'a, const C: usize> ChannelBytes<'a, C> {
    /// Bytes that these tables stand for, one for each channel.
    ///
    /// ```
    /// use tinyconv::{ChannelBytes, Source};
    ///
    /// static TABLES: [[f32; 256]; 2] = ChannelBytes::tables([0.0, 1.0], [2.0, 4.0]);
    /// const SOURCE: ChannelBytes<'static, 2> = ChannelBytes::new(&TABLES);
    /// assert!(SOURCE.elements(&[3, 3]).eq([1.5, 0.5]));
    /// ```
    #[must_use]
    pub const fn new(tables: &'a [[f32; 256]; C]) -> Self {
        const { assert!(C > 0, "an input has a channel or more: give a table for each") };
        Self { tables, table: &tables[0] }
    }

    /// The tables of `(byte - mean) / deviation`, with the mean and the deviation of each channel:
    /// [`Bytes::table`] of each.
    ///
    /// ```
    /// use tinyconv::{Bytes, ChannelBytes};
    ///
    /// static TABLES: [[f32; 256]; 2] = ChannelBytes::tables([127.5, 0.0], [127.5, 255.0]);
    /// assert_eq!(TABLES, [Bytes::table(127.5, 127.5), Bytes::table(0.0, 255.0)]);
    /// assert_eq!([TABLES[0][0], TABLES[1][0]], [-1.0, 0.0]);
    /// ```
    #[must_use]
    pub const fn tables(means: [f32; C], deviations: [f32; C]) -> [[f32; 256]; C] {
        let mut tables = [[0.0; 256]; C];
        let mut channel = 0;
        while channel < C {
            tables[channel] = Bytes::table(means[channel], deviations[channel]);
            channel += 1;
        }
        tables
    }
}

impl<const C: usize> Source<f32> for ChannelBytes<'_, C> {
    type Raw = u8;

    const CHANNELS: Option<usize> = Some(C);

    #[inline(always)]
    fn read(self, raw: u8) -> f32 {
        self.table[usize::from(raw)]
    }

    #[inline(always)]
    fn at(self, index: usize, elements: usize) -> Self {
        // No index into nothing, which would leave a panic in every firmware.
        let channel = index.checked_div(elements / C);
        match channel.and_then(|channel| self.tables.get(channel)) {
            Some(table) => Self { table, ..self },
            None => self,
        }
    }
}
