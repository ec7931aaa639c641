//! Why a state dict is not that of a network: everything at once, not the first thing only.

use std::fmt;

use thiserror::Error;

use super::{NamedLayer, StateDictError, shape_text};

/// Why tensors could not be taken as a network's parameters.
///
/// ```
/// use tinyconv_exchange::{MatchError, NamedLayer, StateDict, match_layers};
/// use tinyconv_training::networks::Linear;
/// use tinyconv::Network;
///
/// let empty = [&2u64.to_le_bytes()[..], b"{}"].concat();
/// let layers = NamedLayer::all(Linear::INPUT, Linear::LAYERS);
/// match match_layers(&layers, &StateDict::parse(&empty)?, &[]) {
///     Err(MatchError::Mismatch(mismatch)) => {
///         assert_eq!(mismatch.missing[0], ("classify.weight".into(), vec![10, 784]));
///     }
///     other => panic!("{other:?}"),
/// }
/// # Ok::<(), tinyconv_exchange::StateDictError>(())
/// ```
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum MatchError {
    /// Tensors are missing, left over, or of another shape.
    #[error(transparent)]
    Mismatch(#[from] Mismatch),
    /// Several layers could be meant.
    #[error(
        "several tensors fit several layers, and their names do not tell which is which:{}\n\
         say it with --map, for example --map {}",
        list(.0.iter().map(|(ours, theirs)| format!("{ours}: {}", theirs.join(" or ")))),
        .0.first().map_or(String::new(), |(ours, theirs)| format!("{ours}={}", theirs[0]))
    )]
    Ambiguous(Vec<(String, Vec<String>)>),
    /// A renaming of a layer that the network has not.
    #[error("--map {given}: the network has no layer or tensor of that name; it has {known}")]
    NoLayer {
        /// What was given.
        given: String,
        /// The network's layers.
        known: String,
    },
    /// A renaming to a name that is not in the file.
    #[error("--map {given}: the file has no tensors of that name; it has {known}")]
    NoModule {
        /// What was given.
        given: String,
        /// The names in the file.
        known: String,
    },
    /// Two renamings of one name.
    #[error("--map {given}: this name is given twice")]
    Twice {
        /// The second of them.
        given: String,
    },
    /// A tensor that cannot be taken.
    #[error(transparent)]
    Tensor(#[from] StateDictError),
}

impl MatchError {
    /// The renaming `given` is of none of `layers`.
    pub(super) fn no_layer(given: String, layers: &[NamedLayer]) -> Self {
        Self::NoLayer { given, known: quoted(layers.iter().map(|layer| &layer.name)) }
    }
}

/// Names, as a sentence lists them.
pub(super) fn quoted<T: AsRef<str>>(names: impl Iterator<Item = T>) -> String {
    names.map(|name| format!("{:?}", name.as_ref())).collect::<Vec<_>>().join(", ")
}

/// The tensors that a network and a state dict do not have in common.
///
/// ```
/// use tinyconv_exchange::{Mismatch, OtherShape};
///
/// let other = OtherShape {
///     ours: "fc.weight".into(),
///     expected: vec![10, 72],
///     theirs: "7.weight".into(),
///     given: vec![72, 10],
/// };
/// let mismatch = Mismatch {
///     missing: vec![("fc.bias".into(), vec![10])],
///     other_shape: vec![other],
///     ..Mismatch::default()
/// };
/// assert!(!mismatch.is_empty());
/// assert!(mismatch.to_string().contains("missing:\n  \"fc.bias\" (10)\n"));
/// assert!(mismatch.to_string().contains("\"7.weight\" is 72 x 10, \"fc.weight\" is 10 x 72"));
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq, Error)]
pub struct Mismatch {
    /// Tensors that the network needs, with their shapes.
    pub missing: Vec<(String, Vec<usize>)>,
    /// Tensors that the network has no place for, with their shapes.
    pub extra: Vec<(String, Vec<usize>)>,
    /// Tensors of another shape.
    pub other_shape: Vec<OtherShape>,
}

/// A tensor of another shape than the network's.
///
/// ```
/// use tinyconv_exchange::{Mismatch, OtherShape};
///
/// let (ours, theirs) = ("classify.weight".into(), "fc.weight".into());
/// let other = OtherShape { ours, expected: vec![10, 256], theirs, given: vec![10, 128] };
/// let mismatch = Mismatch { other_shape: vec![other], ..Mismatch::default() };
/// assert!(mismatch.to_string().contains("10 x 128"));
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OtherShape {
    /// The network's tensor.
    pub ours: String,
    /// Its shape.
    pub expected: Vec<usize>,
    /// The file's.
    pub theirs: String,
    /// Its shape.
    pub given: Vec<usize>,
}

impl Mismatch {
    /// Nothing is wrong.
    ///
    /// ```
    /// use tinyconv_exchange::Mismatch;
    ///
    /// assert!(Mismatch::default().is_empty());
    /// ```
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.missing.is_empty() && self.extra.is_empty() && self.other_shape.is_empty()
    }
}

impl fmt::Display for Mismatch {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("these are not the tensors of this network")?;
        let named = |tensors: &[(String, Vec<usize>)]| {
            let lines = tensors.iter();
            list(lines.map(|(name, shape)| format!("{name:?} ({})", shape_text(shape))))
        };
        if !self.missing.is_empty() {
            write!(f, "\nmissing:{}", named(&self.missing))?;
        }
        if !self.extra.is_empty() {
            write!(f, "\nextra:{}", named(&self.extra))?;
        }
        if !self.other_shape.is_empty() {
            let lines =
                self.other_shape.iter().map(|OtherShape { ours, expected, theirs, given }| {
                    let (expected, given) = (shape_text(expected), shape_text(given));
                    format!("{theirs:?} is {given}, {ours:?} is {expected}")
                });
            write!(f, "\nof another shape:{}", list(lines))?;
        }
        f.write_str(
            "\nsave the state dict of a network with these layers (`inspect` and `memory` list \
             them), or say with --map which name is which layer",
        )
    }
}

/// An indented line for each.
fn list(lines: impl Iterator<Item = String>) -> String {
    lines.map(|line| format!("\n  {line}")).collect()
}
