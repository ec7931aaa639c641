//! The bytes of an update.

use ed25519_dalek::{Signature, VerifyingKey};

use super::{HEADER, KEY, MAGIC, SIGNATURE, SignatureError, VERSION};

/// An update that may be taken: its signature is right, and it is newer than the last one.
///
/// ```
/// use tinyconv::signature::Update;
///
/// /// What a device answers.
/// fn answer(update: &Update<'_>) -> String {
///     format!("{} bytes, counter {}", update.content.len(), update.counter)
/// }
///
/// assert_eq!(answer(&Update { counter: 5, content: b"new" }), "3 bytes, counter 5");
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub struct Update<'a> {
    /// To be kept: from now on, only larger ones are taken.
    pub counter: u64,
    /// What was signed, such as a model file.
    pub content: &'a [u8],
}

/// Checks an update against the public key `key` and the counter `last` of the update that was taken last
/// (0 if none was).
///
/// # Errors
/// If the bytes are no whole update, the signature is not right, or the counter is not larger than `last`.
/// Keys and signatures that fit more than one message are refused, too.
///
/// ```
/// use tinyconv::signature::{SignatureError, open};
///
/// // Erased flash.
/// assert_eq!(open(&[0xff; 128], &[0; 32], 0), Err(SignatureError::NotSigned));
/// ```
pub fn open<'a>(bytes: &'a [u8], key: &[u8; KEY], last: u64) -> Result<Update<'a>, SignatureError> {
    let Some((header, rest)) = bytes.split_first_chunk::<HEADER>() else {
        return Err(SignatureError::NotSigned);
    };
    let [magic, fields, counter] = header.as_chunks::<8>().0 else {
        return Err(SignatureError::NotSigned);
    };
    if *magic != MAGIC {
        return Err(SignatureError::NotSigned);
    }
    let fields = u64::from_le_bytes(*fields);
    let (version, length) = (fields as u32, (fields >> 32) as usize);
    if version > VERSION {
        return Err(SignatureError::Newer(version));
    }
    let found = bytes.len();
    let expected = length.saturating_add(HEADER + SIGNATURE);
    let (Some((content, signature)), true) = (rest.split_last_chunk(), found == expected) else {
        return Err(SignatureError::Length { expected, found });
    };
    let signed = &bytes[..found - SIGNATURE];
    let key = VerifyingKey::from_bytes(key).map_err(|_| SignatureError::Key)?;
    key.verify_strict(signed, &Signature::from_bytes(signature))
        .map_err(|_| SignatureError::Forged)?;
    // Not before: whoever has no key learns nothing of what a device has taken.
    let counter = u64::from_le_bytes(*counter);
    if counter <= last {
        return Err(SignatureError::Replayed { counter, last });
    }
    Ok(Update { counter, content })
}

/// What comes before a content of `length` bytes, for whoever signs both; nothing if it is too long.
///
/// ```
/// assert_eq!(&tinyconv::signature::header(5, 3).unwrap()[..8], b"TINYSIGN");
/// ```
#[must_use]
pub fn header(counter: u64, length: usize) -> Option<[u8; HEADER]> {
    let length = u32::try_from(length).ok()?;
    let mut header = [0; HEADER];
    let fields = u64::from(VERSION) | u64::from(length) << 32;
    let words = [MAGIC, fields.to_le_bytes(), counter.to_le_bytes()];
    for (bytes, word) in header.as_chunks_mut().0.iter_mut().zip(words) {
        *bytes = word;
    }
    Some(header)
}

#[cfg(test)]
mod tests {
    use std::vec::Vec;

    use ed25519_dalek::{Signer, SigningKey};

    use super::*;

    fn signed(secret: &SigningKey, counter: u64, content: &[u8]) -> Vec<u8> {
        let header = header(counter, content.len()).unwrap();
        let mut bytes = [&header, content].concat();
        let signature = secret.sign(&bytes);
        bytes.extend(signature.to_bytes());
        bytes
    }

    #[test]
    fn every_bit_counts() {
        let secret = SigningKey::from_bytes(&[3; KEY]);
        let key = secret.verifying_key().to_bytes();
        let bytes = signed(&secret, 9, b"parameters");
        assert_eq!(open(&bytes, &key, 8), Ok(Update { counter: 9, content: b"parameters" }));
        for bit in 0..8 * bytes.len() {
            let mut flipped = bytes.clone();
            flipped[bit / 8] ^= 1 << (bit % 8);
            let error = open(&flipped, &key, 0).unwrap_err();
            match bit / 8 {
                0..8 => assert_eq!(error, SignatureError::NotSigned),
                // Version 0 was never one, and is signed as 1.
                8..12 => {
                    assert!(matches!(error, SignatureError::Newer(_) | SignatureError::Forged))
                }
                12..16 => assert!(matches!(error, SignatureError::Length { .. })),
                _ => assert_eq!(error, SignatureError::Forged, "bit {bit}"),
            }
        }
        for length in 0..bytes.len() {
            assert!(open(&bytes[..length], &key, 0).is_err());
        }
    }

    #[test]
    fn other_keys_and_older_counters_are_refused() {
        let [secret, other] = [3, 4].map(|byte| SigningKey::from_bytes(&[byte; KEY]));
        let key = secret.verifying_key().to_bytes();
        assert_eq!(open(&signed(&other, 9, b""), &key, 0), Err(SignatureError::Forged));
        for last in [9, 10, u64::MAX] {
            let replayed = SignatureError::Replayed { counter: 9, last };
            assert_eq!(open(&signed(&secret, 9, b""), &key, last), Err(replayed));
        }
        // The neutral element signs everything; the other bytes are no point.
        let mut neutral = [0; KEY];
        neutral[0] = 1;
        let bytes = signed(&secret, 9, b"");
        assert_eq!(open(&bytes, &neutral, 0), Err(SignatureError::Forged));
        assert_eq!(open(&bytes, &[2; KEY], 0), Err(SignatureError::Key));
    }

    #[test]
    fn the_first_test_vector_of_the_standard() {
        // RFC 8032, 7.1, test 1: the empty message.
        let secret = [
            0x9d, 0x61, 0xb1, 0x9d, 0xef, 0xfd, 0x5a, 0x60, 0xba, 0x84, 0x4a, 0xf4, 0x92, 0xec,
            0x2c, 0xc4, 0x44, 0x49, 0xc5, 0x69, 0x7b, 0x32, 0x69, 0x19, 0x70, 0x3b, 0xac, 0x03,
            0x1c, 0xae, 0x7f, 0x60,
        ];
        let key = SigningKey::from_bytes(&secret).verifying_key().to_bytes();
        assert_eq!(key[..4], [0xd7, 0x5a, 0x98, 0x01]);
    }
}
