//! How far numbers are from those that they should be.

use serde::Serialize;

/// How far numbers are from those that they should be.
///
/// ```
/// use tinyconv_exchange::parity::Difference;
///
/// let mut difference = Difference::default();
/// difference.add(&[f32::NAN], &[1.0]);
/// assert_eq!(difference.absolute, f64::INFINITY); // a NaN is never close
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize)]
pub struct Difference {
    /// The largest difference.
    pub absolute: f64,
    /// The largest number of the reference, whatever its sign.
    pub largest: f64,
}

impl Difference {
    /// Takes two lists of numbers of one length into account; of a NaN, infinity is made.
    ///
    /// ```
    /// use tinyconv_exchange::parity::Difference;
    ///
    /// let mut difference = Difference::default();
    /// difference.add(&[1.0, -7.0], &[1.5, -8.0]);
    /// assert_eq!((difference.absolute, difference.largest), (1.0, 8.0));
    /// assert_eq!(difference.relative(), 0.125);
    /// ```
    pub fn add(&mut self, ours: &[f32], theirs: &[f32]) {
        for (&ours, &theirs) in ours.iter().zip(theirs) {
            let difference = (f64::from(ours) - f64::from(theirs)).abs();
            let difference = if difference.is_nan() { f64::INFINITY } else { difference };
            self.absolute = self.absolute.max(difference);
            self.largest = self.largest.max(f64::from(theirs).abs());
        }
    }

    /// The largest difference as a share of the largest number; of zeros, the difference itself.
    ///
    /// ```
    /// use tinyconv_exchange::parity::Difference;
    ///
    /// assert_eq!(Difference { absolute: 0.5, largest: 8.0 }.relative(), 0.0625);
    /// assert_eq!(Difference { absolute: 0.5, largest: 0.0 }.relative(), 0.5);
    /// ```
    #[must_use]
    pub fn relative(&self) -> f64 {
        if self.largest > 0.0 { self.absolute / self.largest } else { self.absolute }
    }
}
