//! One word for many numbers. The driver on the host includes this very file.

/// Depends on every bit of every number, and on their order.
pub fn checksum<'a>(numbers: impl IntoIterator<Item = &'a f32>) -> u32 {
    numbers.into_iter().fold(0, |sum: u32, number| {
        sum.rotate_left(5).wrapping_mul(31).wrapping_add(number.to_bits())
    })
}
