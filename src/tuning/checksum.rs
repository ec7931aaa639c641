//! A number that tells parameters apart: what a host predicts and a board prints.

/// A checksum of the bits of `numbers`, in which their order matters.
///
/// `sum = rotate_left(sum, 5) + bits`, from 0, modulo 2^32.
///
/// It finds differences in rounding, not forgeries; a checkpoint's bytes are guarded by a CRC.
///
/// ```
/// use tinyconv::tuning::checksum;
///
/// assert_eq!(checksum(&[1.0]), 0x3f80_0000);
/// assert_eq!(checksum(&[1.0, 0.5]), 0x3f80_0000u32.rotate_left(5).wrapping_add(0x3f00_0000));
/// assert_ne!(checksum(&[0.0]), checksum(&[-0.0]));
/// ```
#[must_use]
pub fn checksum(numbers: &[f32]) -> u32 {
    numbers.iter().fold(0, |sum: u32, number| sum.rotate_left(5).wrapping_add(number.to_bits()))
}
