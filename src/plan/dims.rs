//! Shapes as values.

/// The shape of a map or of a vector.
///
/// ```
/// use tinyconv_plan::Dims;
///
/// assert_eq!(Dims::Map([3, 28, 28]).to_string(), "3 x 28 x 28");
/// assert_eq!(Dims::Vector(10).to_string(), "10");
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub enum Dims {
    /// Channels, rows, columns.
    Map([usize; 3]),
    /// Length.
    Vector(usize),
}

impl Dims {
    /// Channels of a map, length of a vector.
    ///
    /// ```
    /// use tinyconv_plan::Dims;
    ///
    /// assert_eq!(Dims::Map([3, 4, 5]).channels(), 3);
    /// assert_eq!(Dims::Vector(10).channels(), 10);
    /// ```
    #[must_use]
    pub const fn channels(self) -> usize {
        match self {
            Self::Map([channels, ..]) => channels,
            Self::Vector(len) => len,
        }
    }

    /// Rows; 1 for a vector.
    ///
    /// ```
    /// use tinyconv_plan::Dims;
    ///
    /// assert_eq!(Dims::Map([3, 4, 5]).height(), 4);
    /// assert_eq!(Dims::Vector(10).height(), 1);
    /// ```
    #[must_use]
    pub const fn height(self) -> usize {
        match self {
            Self::Map([_, height, _]) => height,
            Self::Vector(_) => 1,
        }
    }

    /// Columns; 1 for a vector.
    ///
    /// ```
    /// use tinyconv_plan::Dims;
    ///
    /// assert_eq!(Dims::Map([3, 4, 5]).width(), 5);
    /// assert_eq!(Dims::Vector(10).width(), 1);
    /// ```
    #[must_use]
    pub const fn width(self) -> usize {
        match self {
            Self::Map([_, _, width]) => width,
            Self::Vector(_) => 1,
        }
    }

    /// Elements; `usize::MAX` where a `usize` cannot hold their number.
    ///
    /// ```
    /// use tinyconv_plan::Dims;
    ///
    /// assert_eq!(Dims::Map([3, 4, 5]).len(), 60);
    /// assert_eq!(Dims::Vector(10).len(), 10);
    /// ```
    #[must_use]
    pub const fn len(self) -> usize {
        self.channels().saturating_mul(self.height()).saturating_mul(self.width())
    }

    /// It is no vector.
    pub(crate) const fn is_map(self) -> bool {
        matches!(self, Self::Map(_))
    }

    /// The same as `other`, for constants.
    pub(crate) const fn equals(self, other: Self) -> bool {
        match (self, other) {
            (Self::Map([a, b, c]), Self::Map([d, e, f])) => a == d && b == e && c == f,
            (Self::Vector(a), Self::Vector(b)) => a == b,
            (Self::Map(_), Self::Vector(_)) | (Self::Vector(_), Self::Map(_)) => false,
        }
    }

    /// There are no elements.
    ///
    /// ```
    /// use tinyconv_plan::Dims;
    ///
    /// assert!(Dims::Map([3, 0, 5]).is_empty());
    /// assert!(!Dims::Vector(1).is_empty());
    /// ```
    #[must_use]
    pub const fn is_empty(self) -> bool {
        self.len() == 0
    }
}

impl core::fmt::Display for Dims {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.write_str(crate::Message::EMPTY.dims(*self).as_str())
    }
}
