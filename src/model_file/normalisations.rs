//! The normalisation of every channel.

use core::fmt;
use core::ops::Deref;

use serde::{Serialize, Serializer};

use super::{ModelFileError, Normalisation};

/// Channels that can each have a normalisation of their own.
///
/// ```
/// use tinyconv::model_file::{MAX_NORMALISATIONS, ModelFileError, Normalisation, Normalisations};
///
/// let one = Normalisation { mean: 0.0, deviation: 1.0 };
/// assert!(Normalisations::new(&[one; MAX_NORMALISATIONS]).is_ok());
/// let more = Normalisations::new(&[one; MAX_NORMALISATIONS + 1]);
/// assert_eq!(more, Err(ModelFileError::TooLarge));
/// ```
pub const MAX_NORMALISATIONS: usize = 64;

/// A list of normalisations: one for all channels of an input, or one for each.
///
/// ```
/// use tinyconv::model_file::{Normalisation, Normalisations};
///
/// let greys: Normalisations = Normalisation { mean: 0.0, deviation: 255.0 }.into();
/// assert_eq!((greys.len(), greys.of(2).deviation), (1, 255.0));
///
/// // ImageNet's colours.
/// let red = Normalisation { mean: 123.675, deviation: 58.395 };
/// let green = Normalisation { mean: 116.28, deviation: 57.12 };
/// let blue = Normalisation { mean: 103.53, deviation: 57.375 };
/// let colours = Normalisations::new(&[red, green, blue])?;
/// assert_eq!((colours.len(), colours.of(2)), (3, blue));
/// assert_eq!(colours.to_string(), "(raw - [123.675, 116.28, 103.53]) / [58.395, 57.12, 57.375]");
/// # Ok::<(), tinyconv::model_file::ModelFileError>(())
/// ```
#[derive(Clone, Copy, Debug)]
pub struct Normalisations {
    entries: [Normalisation; MAX_NORMALISATIONS],
    count: usize,
}

impl Normalisations {
    /// The same for all channels.
    ///
    /// ```
    /// use tinyconv::model_file::{Normalisation, Normalisations};
    ///
    /// const GREYS: Normalisations =
    ///     Normalisations::same(Normalisation { mean: 0.0, deviation: 255.0 });
    /// assert_eq!(GREYS[..], [Normalisation { mean: 0.0, deviation: 255.0 }]);
    /// ```
    #[must_use]
    pub const fn same(normalisation: Normalisation) -> Self {
        Self { entries: [normalisation; MAX_NORMALISATIONS], count: 1 }
    }

    /// One for all channels, or one for each.
    ///
    /// # Errors
    /// If there are more than [`MAX_NORMALISATIONS`], or none, or one is no mean and deviation: a mean is a finite
    /// number, a deviation a finite one above zero.
    ///
    /// ```
    /// use tinyconv::model_file::{ModelFileError, Normalisation, Normalisations};
    ///
    /// let flat = Normalisation { mean: 0.0, deviation: 0.0 };
    /// let refused = Normalisations::new(&[Normalisation { deviation: 1.0, ..flat }, flat]);
    /// assert_eq!(refused, Err(ModelFileError::Normalisation { channel: 1 }));
    /// ```
    pub const fn new(normalisations: &[Normalisation]) -> Result<Self, ModelFileError> {
        let count = normalisations.len();
        if count > MAX_NORMALISATIONS {
            return Err(ModelFileError::TooLarge);
        }
        let Some(&first) = normalisations.first() else {
            return Err(ModelFileError::Normalisations { given: 0, channels: 1 });
        };
        let mut all = Self { count, ..Self::same(first) };
        let mut channel = 0;
        while channel < count {
            if !normalisations[channel].is_sound() {
                return Err(ModelFileError::Normalisation { channel: channel as u32 });
            }
            all.entries[channel] = normalisations[channel];
            channel += 1;
        }
        Ok(all)
    }

    /// That of a channel.
    ///
    /// # Panics
    /// If there are several, but none for this channel.
    ///
    /// ```
    /// use tinyconv::model_file::{Normalisation, Normalisations};
    ///
    /// let [a, b] = [1.0, 2.0].map(|mean| Normalisation { mean, deviation: 1.0 });
    /// assert_eq!(Normalisations::new(&[a, b])?.of(1), b);
    /// assert_eq!(Normalisations::same(a).of(1), a);
    /// # Ok::<(), tinyconv::model_file::ModelFileError>(())
    /// ```
    #[must_use]
    pub fn of(&self, channel: usize) -> Normalisation {
        if self.count == 1 { self.first_one() } else { self[channel] }
    }

    /// That of the first channel, or of all.
    pub(super) const fn first_one(&self) -> Normalisation {
        self.entries[0]
    }

    /// Whether they are of an input with so many channels.
    ///
    /// # Errors
    /// If there is neither one for all channels nor one for each, or one of them is no mean and deviation.
    ///
    /// ```
    /// use tinyconv::model_file::{ModelFileError, Normalisation, Normalisations};
    ///
    /// let two = Normalisations::new(&[Normalisation { mean: 0.0, deviation: 1.0 }; 2])?;
    /// assert_eq!(two.check(2), Ok(()));
    /// let error = ModelFileError::Normalisations { given: 2, channels: 3 };
    /// assert_eq!(two.check(3), Err(error));
    /// # Ok::<(), ModelFileError>(())
    /// ```
    pub fn check(&self, channels: usize) -> Result<(), ModelFileError> {
        check_count(self.count, channels)?;
        match self.iter().position(|normalisation| !normalisation.is_sound()) {
            Some(channel) => Err(ModelFileError::Normalisation { channel: channel as u32 }),
            None => Ok(()),
        }
    }
}

/// Whether so many are one for all channels, or one for each.
pub(super) fn check_count(given: usize, channels: usize) -> Result<(), ModelFileError> {
    if given == 1 || given == channels {
        return Ok(());
    }
    let [given, channels] = [given, channels].map(|count| u32::try_from(count).unwrap_or(u32::MAX));
    Err(ModelFileError::Normalisations { given, channels })
}

impl Deref for Normalisations {
    type Target = [Normalisation];

    fn deref(&self) -> &[Normalisation] {
        &self.entries[..self.count]
    }
}

impl From<Normalisation> for Normalisations {
    fn from(normalisation: Normalisation) -> Self {
        Self::same(normalisation)
    }
}

impl PartialEq for Normalisations {
    fn eq(&self, other: &Self) -> bool {
        self[..] == other[..]
    }
}

impl fmt::Display for Normalisations {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let [one] = self[..] {
            return one.fmt(f);
        }
        let list = |f: &mut fmt::Formatter<'_>, number: fn(&Normalisation) -> f32| {
            for (channel, normalisation) in self.iter().enumerate() {
                write!(f, "{}{:?}", if channel == 0 { "" } else { ", " }, number(normalisation))?;
            }
            Ok(())
        };
        f.write_str("(raw - [")?;
        list(f, |normalisation| normalisation.mean)?;
        f.write_str("]) / [")?;
        list(f, |normalisation| normalisation.deviation)?;
        f.write_str("]")
    }
}

impl Serialize for Normalisations {
    /// A list; in a text for people, such as JSON, the only one stands without a list.
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self[..] {
            [one] if serializer.is_human_readable() => one.serialize(serializer),
            _ => serializer.collect_seq(self.iter()),
        }
    }
}
