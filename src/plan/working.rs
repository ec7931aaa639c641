//! What a pass works in, by where its ends lie.

/// Elements of scratch of a pass through one layer or many, by where input and output lie.
///
/// Between two layers lies a map. It lies at one end of the scratch, the next one at the other end,
/// so that never more than two neighbouring maps are held.
///
/// ```
/// use tinyconv_plan::Working;
///
/// // Three layers without scratch of their own, with maps of 50 and 7 elements between them.
/// let [a, b, c] = [(9, 50), (50, 7), (7, 3)].map(|(input, output)| Working::layer(0, input, output));
/// assert_eq!(a.then(b).then(c).apart, 57);
/// assert_eq!(a.then(b.then(c)), a.then(b).then(c));
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub struct Working {
    /// Input and output lie elsewhere.
    pub apart: usize,
    /// The input lies elsewhere, the output within the scratch.
    pub into: usize,
    /// The input lies within the scratch, the output elsewhere.
    pub out_of: usize,
    /// Both lie within the scratch.
    pub within: usize,
}

impl Working {
    /// A pass through one layer that works in `scratch` elements besides.
    ///
    /// ```
    /// use tinyconv_plan::Working;
    ///
    /// let layer = Working::layer(5, 10, 20);
    /// assert_eq!((layer.apart, layer.into, layer.out_of, layer.within), (5, 25, 15, 35));
    /// ```
    #[must_use]
    pub const fn layer(scratch: usize, input: usize, output: usize) -> Self {
        let into = scratch.saturating_add(output);
        Self {
            apart: scratch,
            into,
            out_of: scratch.saturating_add(input),
            within: into.saturating_add(input),
        }
    }

    /// A pass through one layer that leaves its output where its input was, if both lie within, and then
    /// works in `scratch` elements besides; else it reads the one and writes the other.
    ///
    /// ```
    /// use tinyconv_plan::Working;
    ///
    /// // Between two layers without scratch of their own: its map is there once.
    /// let [first, last] = [(9, 50), (50, 3)].map(|(input, output)| Working::layer(0, input, output));
    /// assert_eq!(first.then(Working::in_place(5, 50)).then(last).apart, 50 + 5);
    /// ```
    #[must_use]
    pub const fn in_place(scratch: usize, len: usize) -> Self {
        Self { apart: 0, into: len, out_of: len, within: scratch.saturating_add(len) }
    }

    /// This pass, and after it `next`.
    ///
    /// ```
    /// use tinyconv_plan::Working;
    ///
    /// let both = Working::layer(5, 10, 20).then(Working::layer(0, 20, 30));
    /// assert_eq!(both.apart, 5 + 20); // in the first of the two
    /// assert_eq!(both.into, 20 + 30); // in the second
    /// ```
    #[must_use]
    pub const fn then(self, next: Self) -> Self {
        Self {
            apart: larger(self.into, next.out_of),
            into: larger(self.into, next.within),
            out_of: larger(self.within, next.out_of),
            within: larger(self.within, next.within),
        }
    }
}

/// The larger of two sizes: what memory must hold that serves both.
pub(crate) const fn larger(a: usize, b: usize) -> usize {
    if a > b { a } else { b }
}
