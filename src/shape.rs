//! Shapes of feature maps as types, and their views over flat blocks of memory.
//!
//! The caller owns one flat block; each layer sees its part as a nested array whose lengths the
//! compiler knows. No copy, no stride arithmetic, no index that could leave the block.

use core::fmt::Debug;

/// What a map can hold: elements, bytes, choices.
pub trait Cell: Copy + Debug + Send + Sync + 'static {}

impl<T: Copy + Debug + Send + Sync + 'static> Cell for T {}

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
    type Map<T: Cell>: Copy + Debug + Send + Sync;

    /// Sees the first `LEN` elements as a map.
    ///
    /// # Panics
    /// If `flat` is shorter than `LEN`.
    fn view<T: Cell>(flat: &[T]) -> &Self::Map<T>;

    /// Sees the first `LEN` elements as a map that can be written.
    ///
    /// # Panics
    /// If `flat` is shorter than `LEN`.
    fn view_mut<T: Cell>(flat: &mut [T]) -> &mut Self::Map<T>;

    /// The elements of a map in the order channel, row, column.
    fn flat<T: Cell>(map: &Self::Map<T>) -> &[T];

    /// The elements of a map in the order channel, row, column.
    fn flat_mut<T: Cell>(map: &mut Self::Map<T>) -> &mut [T];
}

/// A map of `C` channels, `H` rows and `W` columns: `[[[E; W]; H]; C]`.
#[derive(Clone, Copy, Debug)]
pub struct Chw<const C: usize, const H: usize, const W: usize>;

impl<const C: usize, const H: usize, const W: usize> Shape for Chw<C, H, W> {
    const CHANNELS: usize = C;
    const HEIGHT: usize = H;
    const WIDTH: usize = W;

    type Map<T: Cell> = [[[T; W]; H]; C];

    #[inline(always)]
    fn view<T: Cell>(flat: &[T]) -> &[[[T; W]; H]; C] {
        let rows = flat[..Self::LEN].as_chunks::<W>().0;
        rows.as_chunks::<H>().0.first_chunk().expect("LEN elements")
    }

    #[inline(always)]
    fn view_mut<T: Cell>(flat: &mut [T]) -> &mut [[[T; W]; H]; C] {
        let rows = flat[..Self::LEN].as_chunks_mut::<W>().0;
        let planes = rows.as_chunks_mut::<H>().0;
        planes.first_chunk_mut().expect("LEN elements")
    }

    #[inline(always)]
    fn flat<T: Cell>(map: &[[[T; W]; H]; C]) -> &[T] {
        map.as_flattened().as_flattened()
    }

    #[inline(always)]
    fn flat_mut<T: Cell>(map: &mut [[[T; W]; H]; C]) -> &mut [T] {
        map.as_flattened_mut().as_flattened_mut()
    }
}

/// A vector of `N` elements: `[T; N]`.
#[derive(Clone, Copy, Debug)]
pub struct Vector<const N: usize>;

impl<const N: usize> Shape for Vector<N> {
    const CHANNELS: usize = N;
    const HEIGHT: usize = 1;
    const WIDTH: usize = 1;

    type Map<T: Cell> = [T; N];

    #[inline(always)]
    fn view<T: Cell>(flat: &[T]) -> &[T; N] {
        flat.first_chunk().expect("LEN elements")
    }

    #[inline(always)]
    fn view_mut<T: Cell>(flat: &mut [T]) -> &mut [T; N] {
        flat.first_chunk_mut().expect("LEN elements")
    }

    #[inline(always)]
    fn flat<T: Cell>(map: &[T; N]) -> &[T] {
        map
    }

    #[inline(always)]
    fn flat_mut<T: Cell>(map: &mut [T; N]) -> &mut [T] {
        map
    }
}

/// Rows and columns of a convolution kernel or a pooling window.
#[derive(Clone, Copy, Debug)]
pub struct Kernel<const H: usize, const W: usize>;

/// Rows and columns from one output position to the next.
#[derive(Clone, Copy, Debug)]
pub struct Stride<const H: usize, const W: usize>;

/// Rows above and columns left of the input that count as zero.
///
/// What lies below and to the right follows from the output's shape.
#[derive(Clone, Copy, Debug)]
pub struct Padding<const TOP: usize, const LEFT: usize>;
