//! The ways to apply a kernel.

/// How a kernel is applied.
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
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Direct => "direct",
            Self::Separable => "separable",
            Self::Fft => "fft",
        }
    }
}
