//! Signed updates: parameters that come over a wire, taken only from whoever has the key, and only once.
//!
//! [`open`] checks an Ed25519 signature ([RFC 8032](https://www.rfc-editor.org/rfc/rfc8032)) and a counter
//! that has to be larger than the last one that was taken. The host tool's `keygen` makes a pair of keys,
//! `sign` an update of any file, mostly a model file. [The book](crate::book::signed_updates) says what
//! that protects from, and how a device keeps the counter.
//!
//! ```
//! use tinyconv::signature::{self, SignatureError};
//! # use ed25519_dalek::{Signer, SigningKey};
//! # let secret = SigningKey::from_bytes(&[7; 32]);
//! # let key = &secret.verifying_key().to_bytes();
//! # let mut bytes = signature::header(5, 3).unwrap().to_vec();
//! # bytes.extend(b"new");
//! # bytes.extend(secret.sign(&bytes).to_bytes());
//! # let mut received = bytes;
//!
//! // `received` came over a wire, `key` is in the firmware, 4 is the last counter that was taken.
//! let update = signature::open(&received, key, 4)?;
//! assert_eq!((update.counter, update.content), (5, &b"new"[..]));
//!
//! let again = signature::open(&received, key, update.counter);
//! assert_eq!(again, Err(SignatureError::Replayed { counter: 5, last: 5 }));
//! received[24] ^= 1;
//! assert_eq!(signature::open(&received, key, 4), Err(SignatureError::Forged));
//! # Ok::<(), SignatureError>(())
//! ```
//!
//! # Format, version 1
//!
//! All numbers little-endian.
//!
//! | offset | bytes | content |
//! |---|---|---|
//! | 0 | 8 | `TINYSIGN` |
//! | 8 | 4 | format version |
//! | 12 | 4 | length of the content, n |
//! | 16 | 8 | counter |
//! | 24 | n | content |
//! | 24 + n | 64 | signature of all bytes before |
//!
//! The first bytes are signed, too: no signature that was made for something else is one of an update.

mod error;
mod update;

pub use error::SignatureError;
pub use update::{Update, header, open};

/// The format version that is written and read.
///
/// ```
/// use tinyconv::signature::{VERSION, header};
///
/// assert_eq!(header(1, 0).unwrap()[8..12], VERSION.to_le_bytes());
/// ```
pub const VERSION: u32 = 1;

/// Bytes before the content.
///
/// ```
/// use tinyconv::signature::{HEADER, SIGNATURE};
///
/// // What an update takes besides its content.
/// assert_eq!(HEADER + SIGNATURE, 88);
/// ```
pub const HEADER: usize = 24;

/// Bytes after the content.
///
/// ```
/// assert_eq!(tinyconv::signature::SIGNATURE, 64); // of Ed25519
/// ```
pub const SIGNATURE: usize = 64;

/// Bytes of a public key.
///
/// ```
/// assert_eq!(tinyconv::signature::KEY, 32); // of Ed25519
/// ```
pub const KEY: usize = 32;

const MAGIC: [u8; 8] = *b"TINYSIGN";
