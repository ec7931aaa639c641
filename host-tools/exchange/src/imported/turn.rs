//! Numbers in another order.

/// An order of dimensions: what a file has channels last is turned so that they are first.
///
/// ```
/// use tinyconv_exchange::Turn;
///
/// // Two rows of three columns, each with a red and a green: all reds, then all greens.
/// let turn = Turn::new(vec![2, 3, 2], vec![2, 0, 1]);
/// let reds_first = [1, 3, 5, 7, 9, 11, 2, 4, 6, 8, 10, 12].map(|x| x as f32);
/// assert_eq!(turn.of(&[1., 2., 3., 4., 5., 6., 7., 8., 9., 10., 11., 12.]), reds_first);
/// assert!(!turn.keeps());
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Turn {
    sizes: Vec<usize>,
    order: Vec<usize>,
}

impl Turn {
    /// Of dimensions of `sizes`, dimension `order[i]` becomes the `i`th.
    ///
    /// # Panics
    /// If `order` does not name each dimension once.
    ///
    /// ```
    /// use tinyconv_exchange::Turn;
    ///
    /// assert_eq!(Turn::new(vec![2, 2], vec![1, 0]).of(&[1.0, 2.0, 3.0, 4.0]), [1.0, 3.0, 2.0, 4.0]);
    /// ```
    #[must_use]
    pub fn new(sizes: Vec<usize>, order: Vec<usize>) -> Self {
        let mut sorted = order.clone();
        sorted.sort_unstable();
        assert!(sorted.into_iter().eq(0..sizes.len()), "{order:?} names each dimension once");
        Self { sizes, order }
    }

    /// Whether every number stays where it is.
    ///
    /// ```
    /// use tinyconv_exchange::Turn;
    ///
    /// assert!(Turn::default().keeps());
    /// assert!(Turn::new(vec![1, 5], vec![1, 0]).keeps()); // one row becomes one column
    /// ```
    #[must_use]
    pub fn keeps(&self) -> bool {
        let long: Vec<usize> =
            self.order.iter().copied().filter(|&at| self.sizes[at] > 1).collect();
        long.is_sorted()
    }

    /// The sizes of the dimensions before they are turned.
    ///
    /// ```
    /// use tinyconv_exchange::Turn;
    ///
    /// assert_eq!(Turn::new(vec![28, 28, 3], vec![2, 0, 1]).sizes(), [28, 28, 3]);
    /// ```
    #[must_use]
    pub fn sizes(&self) -> &[usize] {
        &self.sizes
    }

    /// The numbers of a value, turned.
    ///
    /// ```
    /// use tinyconv_exchange::Turn;
    ///
    /// assert_eq!(Turn::default().of(&[1.0, 2.0]), [1.0, 2.0]);
    /// ```
    #[must_use]
    pub fn of(&self, values: &[f32]) -> Vec<f32> {
        if self.keeps() {
            return values.to_vec();
        }
        self.places().into_iter().map(|from| values[from]).collect()
    }

    /// What `of` does, undone.
    ///
    /// ```
    /// use tinyconv_exchange::Turn;
    ///
    /// let turn = Turn::new(vec![2, 3], vec![1, 0]);
    /// let values = [1.0, 2.0, 3.0, 4.0, 5.0, 6.0];
    /// assert_eq!(turn.back(&turn.of(&values)), values);
    /// ```
    #[must_use]
    pub fn back(&self, values: &[f32]) -> Vec<f32> {
        if self.keeps() {
            return values.to_vec();
        }
        let mut result = vec![0.0; values.len()];
        for (&value, place) in values.iter().zip(self.places()) {
            result[place] = value;
        }
        result
    }

    /// Where each number of the turned value was.
    pub(crate) fn places(&self) -> Vec<usize> {
        let mut strides = vec![1; self.sizes.len()];
        for at in (1..self.sizes.len()).rev() {
            strides[at - 1] = strides[at] * self.sizes[at];
        }
        let mut places = vec![0];
        for &dimension in &self.order {
            let steps = (0..self.sizes[dimension]).map(|step| step * strides[dimension]);
            let steps: Vec<usize> = steps.collect();
            places = places
                .iter()
                .flat_map(|place| steps.iter().map(move |step| place + step))
                .collect();
        }
        places
    }
}
