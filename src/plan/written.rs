//! How kinds are written in `network!`.

/// What an option of a layer is in `network!`.
///
/// ```
/// use tinyconv_plan::{Takes, written};
///
/// let conv1d = written().iter().find(|written| written.name == "Conv1d").unwrap();
/// let kernel = conv1d.options.iter().find(|option| option.name == "kernel").unwrap();
/// assert_eq!(kernel.takes, Takes::Columns); // of a kernel of one row
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Takes {
    /// A count: `8`, `LABELS.len()`.
    Number,
    /// A number for rows and columns, or a pair `(3, 1)`.
    Pair,
    /// Columns; there is one row.
    Columns,
    /// As [`Pair`](Self::Pair), in an `Option`.
    SomePair,
    /// As [`Columns`](Self::Columns), in an `Option`.
    SomeColumns,
    /// `same`, `full`, `causal`, zeros as [`Pair`](Self::Pair), or `((above, below), (left, right))`.
    Padding,
    /// `same`, `full`, `causal`, zeros on either side, or `(left, right)`.
    PaddingColumns,
    /// An `f32`.
    Float,
    /// `true` or `false`.
    Flag,
}

/// An option of a layer in `network!`.
///
/// ```
/// use tinyconv_plan::written;
///
/// let dense = written().iter().find(|written| written.name == "Dense").unwrap();
/// assert_eq!((dense.options[0].name, dense.options[0].required), ("out", true));
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct WrittenOption {
    /// Its name, and that of the field of the kind's options.
    pub name: &'static str,
    /// What it takes.
    pub takes: Takes,
    /// It has to be given.
    pub required: bool,
}

/// A name under which a kind can be written in `network!`; some kinds have several.
///
/// ```
/// use tinyconv_plan::written;
///
/// let pointwise = written().iter().find(|written| written.name == "PointwiseConv2d").unwrap();
/// assert_eq!((pointwise.kind, pointwise.fixed), ("Conv2d", &[("kernel", [1, 1])][..]));
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Written {
    /// The name.
    pub name: &'static str,
    /// The variant of [`LayerKind`](crate::LayerKind).
    pub kind: &'static str,
    /// The type of its options, if it has any.
    pub options_type: Option<&'static str>,
    /// The options.
    pub options: &'static [WrittenOption],
    /// Pairs that the name itself gives.
    pub fixed: &'static [(&'static str, [usize; 2])],
    /// How it joins its neighbours.
    pub class: crate::Class,
    /// Its output is a vector, whatever comes in; else it has the rank of the input.
    pub gives_vector: bool,
}

/// An option that has to be given.
pub(crate) const fn required(name: &'static str, takes: Takes) -> WrittenOption {
    WrittenOption { name, takes, required: true }
}

/// An option that may be left out.
pub(crate) const fn optional(name: &'static str, takes: Takes) -> WrittenOption {
    WrittenOption { name, takes, required: false }
}

impl Written {
    /// A kind without options, written by its own name.
    pub(crate) const fn plain(kind: &'static str, class: crate::Class) -> Self {
        Self {
            name: kind,
            kind,
            options_type: None,
            options: &[],
            fixed: &[],
            class,
            gives_vector: false,
        }
    }
}
