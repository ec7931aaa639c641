//! Options as values: what is written, stored and hashed of a layer.

use core::fmt;

use crate::PaddingOption;

/// The value of an option.
///
/// ```
/// use tinyconv_plan::{PaddingOption, Value};
///
/// let texts = [Value::Number(5), Value::Pair([3, 1]), Value::Padding(PaddingOption::Same)];
/// assert_eq!(texts.map(|value| value.to_string()), ["5", "(3, 1)", "same"]);
/// ```
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Value {
    /// A count.
    Number(usize),
    /// Rows and columns.
    Pair([usize; 2]),
    /// Zeros around the input.
    Padding(PaddingOption),
    /// A number.
    Float(f32),
    /// Yes or no.
    Flag(bool),
}

impl fmt::Display for Value {
    /// As in `network!`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match *self {
            Self::Number(number) => write!(f, "{number}"),
            Self::Pair([rows, columns]) | Self::Padding(PaddingOption::Zeros([rows, columns])) => {
                if rows == columns {
                    write!(f, "{rows}")
                } else {
                    write!(f, "({rows}, {columns})")
                }
            }
            Self::Padding(PaddingOption::Same) => f.write_str("same"),
            Self::Padding(PaddingOption::Full) => f.write_str("full"),
            Self::Padding(PaddingOption::Causal) => f.write_str("causal"),
            Self::Padding(PaddingOption::Sides([[above, below], [left, right]])) => {
                write!(f, "(({above}, {below}), ({left}, {right}))")
            }
            Self::Flag(flag) => write!(f, "{flag}"),
            Self::Float(number) => write!(f, "{number:?}"),
        }
    }
}

/// An option of a layer.
///
/// ```
/// use tinyconv_plan::{DenseOptions, LayerKind, Value};
///
/// let options = LayerKind::Dense(DenseOptions { out: 3 }).options();
/// assert_eq!((options.as_slice()[0].name, options.as_slice()[0].value), ("out", Value::Number(3)));
/// ```
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct OptionValue {
    /// Its name.
    pub name: &'static str,
    /// Its value.
    pub value: Value,
    /// It is what stands there if nothing is written.
    pub is_default: bool,
    /// It changes what the parameters mean, and so the fingerprint.
    pub is_identity: bool,
    /// Its name is a part of the fingerprint, as it may not be there.
    pub(crate) is_later: bool,
}

impl OptionValue {
    /// An option that has to be written.
    pub(crate) const fn given(name: &'static str, value: Value) -> Self {
        Self { name, value, is_default: false, is_identity: true, is_later: false }
    }

    /// An option that may be left out.
    pub(crate) const fn or_default(name: &'static str, value: Value, is_default: bool) -> Self {
        Self { name, value, is_default, is_identity: true, is_later: false }
    }

    /// The same of one that the kind did not have from the beginning: the fingerprints from before it stay.
    pub(crate) const fn later(name: &'static str, value: Value, is_default: bool) -> Self {
        Self { name, value, is_default, is_identity: !is_default, is_later: true }
    }
}

/// The options of a layer in the order of their names in files.
///
/// ```
/// use tinyconv_plan::LayerKind;
///
/// assert_eq!(LayerKind::Relu.options().as_slice(), []);
/// ```
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct OptionValues {
    values: [OptionValue; Self::MOST],
    count: usize,
}

impl OptionValues {
    const MOST: usize = 6;
    const UNUSED: OptionValue = OptionValue::given("", Value::Number(0));

    /// None.
    pub(crate) const NONE: Self = Self { values: [Self::UNUSED; Self::MOST], count: 0 };

    /// These.
    pub(crate) const fn new<const N: usize>(values: [OptionValue; N]) -> Self {
        let mut all = Self { count: N, ..Self::NONE };
        let mut i = 0;
        while i < N {
            all.values[i] = values[i];
            i += 1;
        }
        all
    }

    /// All of them.
    ///
    /// ```
    /// use tinyconv_plan::{LayerKind, PoolOptions};
    ///
    /// let pool = LayerKind::MaxPool2d(PoolOptions { size: [2, 2], ..PoolOptions::NEW });
    /// assert!(pool.options().as_slice()[1].is_default);
    /// ```
    #[must_use]
    pub const fn as_slice(&self) -> &[OptionValue] {
        self.values.split_at(self.count).0
    }
}
