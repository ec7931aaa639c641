//! The numbers of samples.

use super::Images;

/// What the samples of a data set are made of, sample after sample.
///
/// ```
/// use tinyconv_training::data::Values;
///
/// // Bytes stay bytes until they are read: a quarter of the memory, and what a camera gives a board.
/// assert_eq!(Values::Bytes(vec![0, 255]).len(), Values::Floats(vec![0.0, 1.0]).len());
/// ```
#[derive(Clone, Debug, PartialEq)]
pub enum Values {
    /// Bytes, as pixels are.
    Bytes(Vec<u8>),
    /// Numbers of any size, as sensors and tables give them.
    Floats(Vec<f32>),
}

impl Values {
    /// How many there are.
    ///
    /// ```
    /// use tinyconv_training::data::Values;
    ///
    /// assert_eq!(Values::Floats(vec![0.5; 6]).len(), 6);
    /// ```
    #[must_use]
    pub fn len(&self) -> usize {
        match self {
            Self::Bytes(values) => values.len(),
            Self::Floats(values) => values.len(),
        }
    }

    /// Whether there are none.
    ///
    /// ```
    /// use tinyconv_training::data::Values;
    ///
    /// assert!(Values::Bytes(Vec::new()).is_empty());
    /// ```
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }
}

/// The inputs of samples, all of one shape: channel by channel, row by row. Images are one kind of them,
/// those of bytes; a signal has one row.
///
/// ```
/// use tinyconv_training::data::Inputs;
///
/// let pictures = Inputs::bytes([1, 2, 2], vec![1, 2, 3, 4, 5, 6, 7, 8]);
/// assert_eq!((pictures.len(), pictures.images().unwrap().image(1)), (2, &[5, 6, 7, 8][..]));
///
/// // Three axes of an accelerometer, four times.
/// let motion = Inputs::floats([3, 1, 4], vec![-9.81; 12]);
/// assert_eq!((motion.len(), motion.images()), (1, None));
/// ```
#[derive(Clone, Debug, PartialEq)]
pub struct Inputs {
    shape: [usize; 3],
    values: Values,
}

impl Inputs {
    /// Inputs of bytes.
    ///
    /// # Panics
    /// If `values` are no whole number of samples.
    ///
    /// ```
    /// use tinyconv_training::data::Inputs;
    ///
    /// assert_eq!(Inputs::bytes([3, 2, 4], vec![0; 48]).len(), 2); // of 3 x 2 x 4 bytes each
    /// ```
    #[must_use]
    pub fn bytes(shape: [usize; 3], values: Vec<u8>) -> Self {
        Self::new(shape, Values::Bytes(values))
    }

    /// Inputs of numbers.
    ///
    /// # Panics
    /// If `values` are no whole number of samples.
    ///
    /// ```
    /// use tinyconv_training::data::Inputs;
    ///
    /// assert_eq!(Inputs::floats([1, 1, 2], vec![0.5; 6]).len(), 3);
    /// ```
    #[must_use]
    pub fn floats(shape: [usize; 3], values: Vec<f32>) -> Self {
        Self::new(shape, Values::Floats(values))
    }

    fn new(shape: [usize; 3], values: Values) -> Self {
        let size = shape.iter().product::<usize>();
        assert!(values.len().is_multiple_of(size.max(1)), "values are whole samples of {shape:?}");
        Self { shape, values }
    }

    /// Channels, rows and columns of each.
    ///
    /// ```
    /// use tinyconv_training::data::Inputs;
    ///
    /// let [channels, rows, columns] = Inputs::bytes([3, 32, 32], vec![0; 3072]).shape();
    /// assert_eq!((channels, rows * columns), (3, 1024));
    /// ```
    #[must_use]
    pub const fn shape(&self) -> [usize; 3] {
        self.shape
    }

    /// The values of all samples, one sample after the other.
    ///
    /// ```
    /// use tinyconv_training::data::{Inputs, Values};
    ///
    /// assert_eq!(Inputs::bytes([1, 1, 2], vec![1, 2]).values(), &Values::Bytes(vec![1, 2]));
    /// ```
    #[must_use]
    pub const fn values(&self) -> &Values {
        &self.values
    }

    /// Values of each sample.
    ///
    /// ```
    /// use tinyconv_training::data::Inputs;
    ///
    /// assert_eq!(Inputs::bytes([3, 2, 4], vec![0; 48]).size(), 24);
    /// ```
    #[must_use]
    pub fn size(&self) -> usize {
        self.shape.iter().product()
    }

    /// The number of samples.
    ///
    /// ```
    /// use tinyconv_training::data::Inputs;
    ///
    /// assert_eq!(Inputs::bytes([1, 2, 3], vec![0; 24]).len(), 4);
    /// ```
    #[must_use]
    pub fn len(&self) -> usize {
        self.values.len().checked_div(self.size()).unwrap_or(0)
    }

    /// Whether there is no sample.
    ///
    /// ```
    /// use tinyconv_training::data::Inputs;
    ///
    /// assert!(Inputs::bytes([1, 2, 3], Vec::new()).is_empty());
    /// ```
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// The images, if that is what they are: samples of bytes.
    ///
    /// ```
    /// use tinyconv_training::data::Inputs;
    ///
    /// let inputs = Inputs::bytes([1, 1, 2], vec![1, 2, 3, 4]);
    /// assert_eq!(inputs.images().unwrap().image(0), [1, 2]);
    /// ```
    #[must_use]
    pub fn images(&self) -> Option<Images<'_>> {
        match &self.values {
            Values::Bytes(pixels) => {
                let [channels, rows, columns] = self.shape;
                Some(Images { channels, rows, columns, pixels })
            }
            Values::Floats(_) => None,
        }
    }

    /// Those of `indices`, which may repeat.
    pub(super) fn select(&self, indices: &[usize]) -> Self {
        fn selected<T: Copy>(values: &[T], size: usize, indices: &[usize]) -> Vec<T> {
            indices.iter().flat_map(|index| &values[index * size..][..size]).copied().collect()
        }
        let values = match &self.values {
            Values::Bytes(values) => Values::Bytes(selected(values, self.size(), indices)),
            Values::Floats(values) => Values::Floats(selected(values, self.size(), indices)),
        };
        Self { shape: self.shape, values }
    }

    /// Adds samples of the same kind and shape.
    pub(super) fn append(&mut self, more: Self) {
        assert_eq!(self.shape, more.shape, "samples of one shape");
        match (&mut self.values, more.values) {
            (Values::Bytes(values), Values::Bytes(more)) => values.extend(more),
            (Values::Floats(values), Values::Floats(more)) => values.extend(more),
            _ => panic!("samples of one kind"),
        }
    }

    /// The same with `border` rows and columns of zeros on every side of each.
    pub(super) fn padded(&self, border: usize) -> Self {
        fn padded<T: Copy + Default>(values: &[T], columns: usize, size: [usize; 2]) -> Vec<T> {
            let [plane, border] = size;
            let (rows, wide) = (plane.checked_div(columns).unwrap_or(0), columns + 2 * border);
            let high = rows + 2 * border;
            let planes = values.len().checked_div(plane).unwrap_or(0);
            let mut result = vec![T::default(); planes * high * wide];
            let from = values.chunks_exact(plane.max(1));
            for (to, from) in result.chunks_exact_mut((high * wide).max(1)).zip(from) {
                let inside = to.chunks_exact_mut(wide).skip(border);
                for (to, from) in inside.zip(from.chunks_exact(columns)) {
                    to[border..border + from.len()].copy_from_slice(from);
                }
            }
            result
        }
        let [channels, rows, columns] = self.shape;
        let size = [rows * columns, border];
        let values = match &self.values {
            Values::Bytes(values) => Values::Bytes(padded(values, columns, size)),
            Values::Floats(values) => Values::Floats(padded(values, columns, size)),
        };
        Self { shape: [channels, rows + 2 * border, columns + 2 * border], values }
    }
}
