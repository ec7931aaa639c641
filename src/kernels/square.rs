//! The geometry that most convolutions have.

use super::Geometry;
use crate::plan::Window;

/// A [`Window`] with a kernel of `K` x `K`, stride 1, no dilation and one group: these are constants,
/// the other numbers a value's.
///
/// The loops over taps then have constant ends, which is most of what a type's geometry is faster by.
///
/// ```
/// use tinyconv::kernels::{Geometry, Square};
/// use tinyconv::plan::Window;
///
/// let window = Window::new([1, 8, 8], [2, 6, 6], [3, 3], [1, 1], [0, 0]);
/// assert_eq!(Square::<3>::of(window).map(Geometry::<Window>::get), Some(window));
/// assert!(Square::<5>::of(window).is_none());
/// ```
#[derive(Clone, Copy, Debug)]
pub struct Square<const K: usize>(Window);

impl<const K: usize> Square<K> {
    /// The window, if it is one of these.
    ///
    /// ```
    /// use tinyconv::kernels::Square;
    /// use tinyconv::plan::Window;
    ///
    /// let strided = Window::new([1, 9, 9], [1, 4, 4], [3, 3], [2, 2], [0, 0]);
    /// assert!(Square::<3>::of(strided).is_none());
    /// ```
    #[must_use]
    pub fn of(window: Window) -> Option<Self> {
        let Window { kernel, stride, dilation, groups, .. } = window;
        let is_one = kernel == [K; 2] && stride == [1; 2] && dilation == [1; 2] && groups == 1;
        is_one.then_some(Self(window))
    }
}

impl<const K: usize> Geometry for Square<K> {
    #[inline(always)]
    fn get(self) -> Window {
        Window { kernel: [K; 2], stride: [1; 2], dilation: [1; 2], groups: 1, ..self.0 }
    }
}
