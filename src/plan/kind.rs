//! What is asked of any kind of layer; `kinds/mod.rs` lists them.

use core::fmt;

use crate::fingerprint::Hash;
use crate::{Dims, LayerKind};

/// Writes the kinds as an `enum`, and the questions that are passed on to a kind's file.
///
/// A row is `Variant(Options) in file`; the order is that of the tags in model files. Of a kind's file, what
/// is public is its options.
macro_rules! kinds {
    ($($(#[$doc:meta])* $variant:ident $(($options:ident))? in $file:ident;)*) => {
        $(pub(crate) mod $file;)*
        $(
            #[allow(unused_imports, reason = "a kind may have no options of its own")]
            pub use $file::*;
        )*

        /// What a layer computes.
        ///
        /// ```
        /// use tinyconv_plan::{DenseOptions, LayerKind};
        ///
        /// let kinds = [LayerKind::Dense(DenseOptions { out: 3 }), LayerKind::Tanh];
        /// assert_eq!(kinds.map(|kind| kind.to_string()), ["Dense { out: 3 }", "Tanh"]);
        /// ```
        #[derive(Clone, Copy, Debug, PartialEq)]
        #[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
        #[cfg_attr(feature = "defmt", derive(defmt::Format))]
        pub enum LayerKind {
            $($(#[$doc])* $variant $(($options))?,)*
        }

        impl LayerKind {
            /// The name as in `network!`.
            ///
            /// ```
            /// use tinyconv_plan::LayerKind;
            ///
            /// assert_eq!(LayerKind::GlobalAvgPool2d.name(), "GlobalAvgPool2d");
            /// ```
            #[must_use]
            pub const fn name(&self) -> &'static str {
                match self { $(kinds!(@any $variant $(($options))?) => $file::NAME,)* }
            }

            /// The number in model files and fingerprints.
            ///
            /// ```
            /// use tinyconv_plan::LayerKind;
            ///
            /// assert_eq!((LayerKind::Relu.tag(), LayerKind::Add.tag()), (7, 16));
            /// ```
            #[must_use]
            pub const fn tag(&self) -> u32 {
                match self { $(kinds!(@any $variant $(($options))?) => $file::TAG,)* }
            }

            /// How it joins its neighbours.
            ///
            /// ```
            /// use tinyconv_plan::{Class, LayerKind};
            ///
            /// assert_eq!(LayerKind::Softmax.class(), Class::KeepsOutput);
            /// ```
            #[must_use]
            pub const fn class(&self) -> Class {
                match self { $(kinds!(@any $variant $(($options))?) => $file::CLASS,)* }
            }

            /// Its options.
            ///
            /// ```
            /// use tinyconv_plan::{LayerKind, LeakyReluOptions, Value};
            ///
            /// let options = LayerKind::LeakyRelu(LeakyReluOptions { slope: 0.5 }).options();
            /// assert_eq!(options.as_slice()[0].value, Value::Float(0.5));
            /// ```
            #[must_use]
            pub const fn options(&self) -> OptionValues {
                match *self {
                    $(kinds!(@bound $variant $(($options))? o) =>
                        $file::options(kinds!(@value $(($options))? o)),)*
                }
            }

            /// What follows for an input of shape `input`.
            ///
            /// # Errors
            /// If such a layer cannot take such an input.
            ///
            /// ```
            /// use tinyconv_plan::{Conv2dOptions, Dims, LayerKind, ShapeError};
            ///
            /// let conv = LayerKind::Conv2d(Conv2dOptions { out: 6, kernel: [5, 5], ..Conv2dOptions::NEW });
            /// assert_eq!(conv.facts(Dims::Map([1, 28, 28]))?.output, Dims::Map([6, 24, 24]));
            /// assert_eq!(conv.facts(Dims::Vector(28)), Err(ShapeError::NotAMap));
            /// # Ok::<(), ShapeError>(())
            /// ```
            pub const fn facts(&self, input: Dims) -> Result<Facts, ShapeError> {
                if input.is_empty() {
                    return Err(ShapeError::ZeroSize);
                }
                match *self {
                    $(kinds!(@bound $variant $(($options))? o) =>
                        $file::facts(kinds!(@value $(($options))? o), input),)*
                }
            }
        }

        #[cfg(test)]
        impl LayerKind {
            /// One of each, in the order of the rows; options that must be given are zeros.
            pub(crate) const EVERY: &[Self] = &[$(kinds!(@new $variant $(($options))?),)*];
        }

        /// All names that can be written in `network!`.
        ///
        /// ```
        /// let names: Vec<&str> = tinyconv_plan::written().iter().map(|written| written.name).collect();
        /// assert!(names.contains(&"Conv1d") && names.contains(&"Tanh"));
        /// ```
        #[must_use]
        pub const fn written() -> &'static [Written] {
            const COUNT: usize = 0 $(+ $file::WRITTEN.len())*;
            const ALL: [Written; COUNT] = {
                let mut all = [Written::plain("", Class::Plain); COUNT];
                let mut count = 0;
                $(
                    let mut i = 0;
                    while i < $file::WRITTEN.len() {
                        all[count] = $file::WRITTEN[i];
                        (i, count) = (i + 1, count + 1);
                    }
                )*
                all
            };
            &ALL
        }
    };
    (@any $variant:ident) => { Self::$variant };
    (@any $variant:ident ($options:ident)) => { Self::$variant(_) };
    (@bound $variant:ident $o:ident) => { Self::$variant };
    (@bound $variant:ident ($options:ident) $o:ident) => { Self::$variant($o) };
    (@new $variant:ident) => { Self::$variant };
    (@new $variant:ident ($options:ident)) => { Self::$variant($options::NEW) };
    (@value $o:ident) => { () };
    (@value ($options:ident) $o:ident) => { $o };
}
pub(crate) use kinds;

impl LayerKind {
    /// Its parameters for an input of shape `input`; none where it cannot take that.
    ///
    /// ```
    /// use tinyconv_plan::{Conv2dOptions, Dims, LayerKind};
    ///
    /// let conv = LayerKind::Conv2d(Conv2dOptions { out: 8, kernel: [5, 3], ..Conv2dOptions::NEW });
    /// assert_eq!(conv.params(Dims::Map([2, 28, 28])), (2 * 5 * 3 + 1) * 8);
    /// ```
    #[must_use]
    pub const fn params(&self, input: Dims) -> usize {
        match self.facts(input) {
            Ok(facts) => facts.tensors.parameters(),
            Err(_) => 0,
        }
    }

    /// The layer is there on a device too: all but batch normalisation, which is folded, and dropout.
    ///
    /// ```
    /// use tinyconv_plan::{DropoutOptions, LayerKind};
    ///
    /// assert!(LayerKind::Relu.is_deployed());
    /// assert!(!LayerKind::Dropout(DropoutOptions { keep: 0.5 }).is_deployed());
    /// ```
    #[must_use]
    pub const fn is_deployed(&self) -> bool {
        self.class().is_deployed()
    }

    /// Takes tag and options into `hash`.
    pub(crate) const fn hash(&self, hash: Hash) -> Hash {
        let mut hash = hash.word(self.tag() as usize);
        let options = self.options();
        let options = options.as_slice();
        let mut i = 0;
        while i < options.len() {
            if options[i].is_identity {
                if options[i].is_later {
                    hash = hash.name(options[i].name);
                }
                hash = hash.value(options[i].value);
            }
            i += 1;
        }
        hash
    }
}

impl fmt::Display for LayerKind {
    /// As in `network!`, without the options that are the usual ones.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())?;
        let mut separator = " { ";
        for option in self.options().as_slice().iter().filter(|option| !option.is_default) {
            write!(f, "{separator}{}: {}", option.name, option.value)?;
            separator = ", ";
        }
        if separator == ", " { f.write_str(" }") } else { Ok(()) }
    }
}
