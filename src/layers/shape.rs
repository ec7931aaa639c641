//! Shapes of feature maps as types, and their views over flat blocks of memory.
//!
//! The caller owns one flat block; each layer sees its part as a nested array whose lengths the
//! compiler knows. No copy, no stride arithmetic, no index that could leave the block.

use core::fmt::Debug;

/// What a map can hold: elements, bytes, choices.
///
/// ```
/// use tinyconv::{Chw, MapItem, Shape};
///
/// /// A map of anything.
/// fn corner<T: MapItem>(map: &<Chw<1, 2, 2> as Shape>::Map<T>) -> T {
///     map[0][1][1]
/// }
/// assert_eq!(corner(&[[[1u8, 2], [3, 4]]]), 4);
/// assert_eq!(corner(&[[[0.5f32, 1.0], [1.5, 2.0]]]), 2.0);
/// ```
pub trait MapItem: Copy + Debug + Send + Sync + 'static {}

impl<T: Copy + Debug + Send + Sync + 'static> MapItem for T {}

/// The shape of a feature map, known to the compiler.
///
/// ```
/// use tinyconv::{Chw, Shape};
///
/// let flat = [0.0f32, 1.0, 2.0, 3.0, 4.0, 5.0];
/// let map = Chw::<1, 2, 3>::view(&flat);
/// assert_eq!(map[0][1], [3.0, 4.0, 5.0]);
/// ```
pub trait Shape: 'static {
    /// Channels; for a vector, its length.
    const CHANNELS: usize;
    /// Rows.
    const HEIGHT: usize;
    /// Columns.
    const WIDTH: usize;
    /// Elements in all.
    const LEN: usize = Self::CHANNELS * Self::HEIGHT * Self::WIDTH;

    /// The nested array of this shape.
    type Map<T: MapItem>: Copy + Debug + Send + Sync;

    /// Sees the first `LEN` elements as a map.
    ///
    /// # Panics
    /// If `flat` is shorter than `LEN`.
    ///
    /// ```
    /// use tinyconv::{Shape, Vector};
    ///
    /// assert_eq!(Vector::<2>::view(&[1.0f32, 2.0, 3.0]), &[1.0, 2.0]);
    /// ```
    fn view<T: MapItem>(flat: &[T]) -> &Self::Map<T>;

    /// Sees the first `LEN` elements as a map that can be written.
    ///
    /// # Panics
    /// If `flat` is shorter than `LEN`.
    ///
    /// ```
    /// use tinyconv::{Chw, Shape};
    ///
    /// let mut block = [0; 4];
    /// Chw::<2, 1, 2>::view_mut(&mut block)[1][0] = [7, 8];
    /// assert_eq!(block, [0, 0, 7, 8]);
    /// ```
    fn view_mut<T: MapItem>(flat: &mut [T]) -> &mut Self::Map<T>;

    /// The elements of a map in the order channel, row, column.
    ///
    /// ```
    /// use tinyconv::{Chw, Shape};
    ///
    /// assert_eq!(Chw::<2, 1, 2>::flat(&[[[1, 2]], [[3, 4]]]), [1, 2, 3, 4]);
    /// ```
    fn flat<T: MapItem>(map: &Self::Map<T>) -> &[T];

    /// The elements of a map in the order channel, row, column.
    ///
    /// ```
    /// use tinyconv::{Chw, Shape};
    ///
    /// let mut map = [[[1, 2]], [[3, 4]]];
    /// Chw::<2, 1, 2>::flat_mut(&mut map)[3] = 9;
    /// assert_eq!(map, [[[1, 2]], [[3, 9]]]);
    /// ```
    fn flat_mut<T: MapItem>(map: &mut Self::Map<T>) -> &mut [T];
}

/// A map of `C` channels, `H` rows and `W` columns: `[[[E; W]; H]; C]`.
///
/// ```
/// use tinyconv::{Chw, Shape};
///
/// type Image = Chw<3, 8, 16>;
/// assert_eq!([Image::CHANNELS, Image::HEIGHT, Image::WIDTH, Image::LEN], [3, 8, 16, 384]);
/// ```
#[derive(Clone, Copy, Debug)]
pub struct Chw<const C: usize, const H: usize, const W: usize>;

impl<const C: usize, const H: usize, const W: usize> Shape for Chw<C, H, W> {
    const CHANNELS: usize = C;
    const HEIGHT: usize = H;
    const WIDTH: usize = W;

    type Map<T: MapItem> = [[[T; W]; H]; C];

    #[inline(always)]
    fn view<T: MapItem>(flat: &[T]) -> &[[[T; W]; H]; C] {
        // The one panic: of a block cut to this length, the compiler knows the number of chunks.
        let rows = flat[..Self::LEN].as_chunks::<W>().0;
        rows.as_chunks::<H>().0.first_chunk().expect("LEN elements")
    }

    #[inline(always)]
    fn view_mut<T: MapItem>(flat: &mut [T]) -> &mut [[[T; W]; H]; C] {
        let rows = flat[..Self::LEN].as_chunks_mut::<W>().0;
        let planes = rows.as_chunks_mut::<H>().0;
        planes.first_chunk_mut().expect("LEN elements")
    }

    #[inline(always)]
    fn flat<T: MapItem>(map: &[[[T; W]; H]; C]) -> &[T] {
        map.as_flattened().as_flattened()
    }

    #[inline(always)]
    fn flat_mut<T: MapItem>(map: &mut [[[T; W]; H]; C]) -> &mut [T] {
        map.as_flattened_mut().as_flattened_mut()
    }
}

/// A vector of `N` elements: `[T; N]`.
///
/// ```
/// use tinyconv::{Shape, Vector};
///
/// assert_eq!((Vector::<10>::CHANNELS, Vector::<10>::LEN), (10, 10));
/// ```
#[derive(Clone, Copy, Debug)]
pub struct Vector<const N: usize>;

impl<const N: usize> Shape for Vector<N> {
    const CHANNELS: usize = N;
    const HEIGHT: usize = 1;
    const WIDTH: usize = 1;

    type Map<T: MapItem> = [T; N];

    #[inline(always)]
    fn view<T: MapItem>(flat: &[T]) -> &[T; N] {
        flat.first_chunk().expect("LEN elements")
    }

    #[inline(always)]
    fn view_mut<T: MapItem>(flat: &mut [T]) -> &mut [T; N] {
        flat.first_chunk_mut().expect("LEN elements")
    }

    #[inline(always)]
    fn flat<T: MapItem>(map: &[T; N]) -> &[T] {
        map
    }

    #[inline(always)]
    fn flat_mut<T: MapItem>(map: &mut [T; N]) -> &mut [T] {
        map
    }
}
