//! The ways to apply a kernel.

/// How a kernel is applied.
///
/// ```
/// use host_tools::filter::{Filter, Image, Method};
///
/// // All three give the same picture, but for rounding.
/// let image = Image::new(4, 4, (0..16).map(|value| value as f32 / 15.0).collect())?;
/// let filter = Filter::named("box", Some(3))?;
/// let means = Method::ALL.map(|method| filter.apply(&image, method).map(|made| made[0].values()[5]));
/// for mean in means {
///     assert!((mean? - 1.0 / 3.0).abs() < 1e-6); // that of 0, 1, 2, 4, 5, 6, 8, 9 and 10, over 15
/// }
/// # Ok::<(), host_tools::filter::FilterError>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Method {
    /// Every output is a sum over the whole kernel.
    Direct,
    /// Two sums, over a row and over a column of the kernel.
    Separable,
    /// A product of spectra.
    Fft,
}

impl Method {
    /// All of them; the first one is what the others are compared with.
    pub const ALL: [Self; 3] = [Self::Direct, Self::Separable, Self::Fft];

    /// What options and tables call it.
    ///
    /// ```
    /// use host_tools::filter::Method;
    ///
    /// assert_eq!(Method::ALL.map(Method::name), ["direct", "separable", "fft"]);
    /// ```
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Direct => "direct",
            Self::Separable => "separable",
            Self::Fft => "fft",
        }
    }
}
