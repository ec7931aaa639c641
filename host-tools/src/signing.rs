//! Keys, and updates that are signed with them.

use ed25519_dalek::{Signer, SigningKey};
use thiserror::Error;
use tinyconv::signature::{self, KEY};

/// Why nothing was signed.
///
/// ```
/// use host_tools::signing::{SecretKey, SigningError};
///
/// let error = SecretKey::parse("my key").err().unwrap();
/// assert!(matches!(error, SigningError::NoKey));
/// assert_eq!(error.to_string(), "a key is 64 hexadecimal digits: make one with keygen");
/// ```
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum SigningError {
    /// A text that is no key.
    #[error("a key is 64 hexadecimal digits: make one with keygen")]
    NoKey,
    /// More content than an update has.
    #[error("{0} bytes are too many for an update")]
    TooLong(usize),
    /// The operating system has no randomness.
    #[error("the operating system gives no random numbers for a key: {0}")]
    Random(getrandom::Error),
}

/// The key that signs; whoever has it can make updates.
///
/// ```
/// use host_tools::signing::SecretKey;
/// use tinyconv::signature;
///
/// let secret = SecretKey::generate()?;
/// let update = secret.sign(1, b"parameters")?;
/// assert_eq!(signature::open(&update, &secret.public(), 0)?.content, b"parameters");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub struct SecretKey(SigningKey);

impl SecretKey {
    /// A new one, of the operating system's randomness.
    ///
    /// # Errors
    /// If it has none.
    ///
    /// ```
    /// use host_tools::signing::SecretKey;
    ///
    /// assert_ne!(SecretKey::generate()?.public(), SecretKey::generate()?.public());
    /// # Ok::<(), host_tools::signing::SigningError>(())
    /// ```
    pub fn generate() -> Result<Self, SigningError> {
        let mut bytes = [0; KEY];
        getrandom::fill(&mut bytes).map_err(SigningError::Random)?;
        Ok(Self(SigningKey::from_bytes(&bytes)))
    }

    /// That of a file that `keygen` wrote.
    ///
    /// # Errors
    /// If the text is no key.
    ///
    /// ```
    /// use host_tools::signing::SecretKey;
    ///
    /// let secret = SecretKey::generate()?;
    /// assert_eq!(SecretKey::parse(&secret.text())?.public(), secret.public());
    /// # Ok::<(), host_tools::signing::SigningError>(())
    /// ```
    pub fn parse(text: &str) -> Result<Self, SigningError> {
        parse(text).map(|bytes| Self(SigningKey::from_bytes(&bytes)))
    }

    /// As a file has it: to be kept secret.
    ///
    /// ```
    /// use host_tools::signing::SecretKey;
    ///
    /// assert_eq!(SecretKey::generate()?.text().len(), 65); // and a line break
    /// # Ok::<(), host_tools::signing::SigningError>(())
    /// ```
    #[must_use]
    pub fn text(&self) -> String {
        hexadecimal(&self.0.to_bytes())
    }

    /// The public key, which firmware has.
    ///
    /// ```
    /// use host_tools::signing::{SecretKey, hexadecimal, parse};
    ///
    /// let public = SecretKey::generate()?.public();
    /// assert_eq!(parse(&hexadecimal(&public))?, public);
    /// # Ok::<(), host_tools::signing::SigningError>(())
    /// ```
    #[must_use]
    pub fn public(&self) -> [u8; KEY] {
        self.0.verifying_key().to_bytes()
    }

    /// An update of `content`, as [`signature::open`] takes it.
    ///
    /// # Errors
    /// If there is more than an update has.
    ///
    /// ```
    /// use host_tools::signing::SecretKey;
    ///
    /// let update = SecretKey::generate()?.sign(7, b"new")?;
    /// assert_eq!((&update[..8], update.len()), (&b"TINYSIGN"[..], 24 + 3 + 64));
    /// # Ok::<(), host_tools::signing::SigningError>(())
    /// ```
    pub fn sign(&self, counter: u64, content: &[u8]) -> Result<Vec<u8>, SigningError> {
        let header = signature::header(counter, content.len());
        let header = header.ok_or(SigningError::TooLong(content.len()))?;
        let mut update = [&header, content].concat();
        let signature = self.0.sign(&update);
        update.extend(signature.to_bytes());
        Ok(update)
    }
}

/// The bytes of a key in a file.
///
/// # Errors
/// If the text is no key.
///
/// ```
/// use host_tools::signing::parse;
///
/// assert_eq!(parse(&"0f".repeat(32))?, [15; 32]);
/// assert!(parse("0f").is_err());
/// # Ok::<(), host_tools::signing::SigningError>(())
/// ```
pub fn parse(text: &str) -> Result<[u8; KEY], SigningError> {
    let digits = text.trim().as_bytes();
    let mut bytes = [0; KEY];
    if digits.len() != 2 * KEY || !digits.iter().all(u8::is_ascii_hexdigit) {
        return Err(SigningError::NoKey);
    }
    for (byte, pair) in bytes.iter_mut().zip(digits.chunks_exact(2)) {
        let pair = std::str::from_utf8(pair).map_err(|_| SigningError::NoKey)?;
        *byte = u8::from_str_radix(pair, 16).map_err(|_| SigningError::NoKey)?;
    }
    Ok(bytes)
}

/// A key as a file has it.
///
/// ```
/// assert_eq!(host_tools::signing::hexadecimal(&[15; 32]), "0f".repeat(32) + "\n");
/// ```
#[must_use]
pub fn hexadecimal(key: &[u8; KEY]) -> String {
    let digits: String = key.iter().map(|byte| format!("{byte:02x}")).collect();
    digits + "\n"
}
