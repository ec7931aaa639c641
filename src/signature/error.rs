//! Why an update is not taken.

use core::fmt;

use super::VERSION;

/// Why an update is not taken.
///
/// ```
/// use tinyconv::signature::{SignatureError, open};
///
/// let error = open(b"TINYCONV, a model file that nobody signed", &[0; 32], 0).unwrap_err();
/// assert_eq!(error, SignatureError::NotSigned);
/// assert_eq!(error.to_string(), "the bytes are no signed update: sign them with `tinyconv sign`");
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
#[non_exhaustive]
pub enum SignatureError {
    /// They do not begin as an update does.
    NotSigned,
    /// The format version is a newer one.
    Newer(u32),
    /// There are more or fewer bytes than the header says.
    Length {
        /// Bytes that the header says.
        expected: usize,
        /// Bytes that there are.
        found: usize,
    },
    /// The public key is none.
    Key,
    /// The signature is not that of these bytes by this key.
    Forged,
    /// The counter is not larger than the last one that was taken.
    Replayed {
        /// The update's.
        counter: u64,
        /// The last one.
        last: u64,
    },
}

impl fmt::Display for SignatureError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NotSigned => {
                f.write_str("the bytes are no signed update: sign them with `tinyconv sign`")
            }
            Self::Newer(version) => write!(
                f,
                "the update has format version {version}, this program reads up to {VERSION}: use a \
                 newer tinyconv"
            ),
            Self::Length { expected, found } => {
                write!(f, "the update should have {expected} bytes and has {found}: send it again")
            }
            Self::Key => f.write_str(
                "the public key is not one of Ed25519: take what `tinyconv keygen` printed",
            ),
            Self::Forged => f.write_str(
                "the signature is not right: the update was changed on its way, or signed with \
                 another key",
            ),
            Self::Replayed { counter, last } => write!(
                f,
                "the update has counter {counter}, and {last} was taken already: sign it with a \
                 larger --counter"
            ),
        }
    }
}

impl core::error::Error for SignatureError {}
