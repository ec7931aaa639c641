//! What checkpoints hold, and what that costs.

use super::PAYLOAD;
use crate::Network;
use crate::crc32::CHECKSUM;
use crate::optim::Optimizer;

/// What the checkpoints of a [`Store`](super::Store) hold, which says what they cost.
///
/// ```
/// use tinyconv::checkpoint::Contents;
/// use tinyconv::optim::Sgd;
///
/// tinyconv::network! {
///     pub Head: 1 x 16 x 16 { Dense { out: 10 } }
/// }
///
/// /// Parameters, velocities and a kilobyte of images.
/// const CONTENTS: Contents = Contents { user: 1024, ..Contents::of::<Head, Sgd>() };
/// // The flash of this board is erased in units of 4096 bytes.
/// const _: () = assert!(CONTENTS.range_bytes(4096) <= 64 * 1024, "give checkpoints more flash");
///
/// assert_eq!(CONTENTS.slot_bytes(), 256 + 4 * 2570 + 4 * 2570 + 1024);
/// assert_eq!(CONTENTS.erases_per_save(4096), 6);
/// assert_eq!(CONTENTS.range_bytes(4096), 2 * 6 * 4096);
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub struct Contents {
    /// Tells checkpoints apart that cannot be read for each other:
    /// [`Network::FINGERPRINT`], or that mixed with whatever else has to stay the same, such as a
    /// checksum of the frozen parameters.
    pub fingerprint: u64,
    /// Trained parameters.
    pub parameters: usize,
    /// Numbers that the optimizer remembers, of all parameters together.
    pub states: usize,
    /// Bytes of the application, at most.
    pub user: usize,
}

impl Contents {
    /// All parameters of a network and the states of an optimizer, no bytes of the application.
    ///
    /// ```
    /// use tinyconv::Network;
    /// use tinyconv::checkpoint::Contents;
    /// use tinyconv::optim::Adam;
    ///
    /// tinyconv::network! { Net: 1 x 1 x 2 { Dense { out: 2 } } }
    ///
    /// let contents = Contents::of::<Net, Adam>();
    /// assert_eq!((contents.parameters, contents.states, contents.user), (6, 12, 0));
    /// assert_eq!(contents.fingerprint, Net::FINGERPRINT);
    /// ```
    #[must_use]
    pub const fn of<N: Network, O: Optimizer>() -> Self {
        let states = N::PARAMS * O::STATES;
        Self { fingerprint: N::FINGERPRINT, parameters: N::PARAMS, states, user: 0 }
    }

    /// Those of a part of a network, of whose parameters the first ones, `frozen`, are not trained,
    /// and `parameters` are.
    ///
    /// `fingerprint = network ^ crc32(frozen)`: what was learnt on top of some parameters is
    /// worthless on top of others.
    ///
    /// ```
    /// use tinyconv::checkpoint::Contents;
    ///
    /// let all = Contents::of_part(0x1122, &[], 3);
    /// assert_eq!((all.fingerprint, all.parameters, all.states), (0x1122, 3, 0));
    /// // The CRC-32 of the bytes 0, 0, 128 and 63.
    /// let last = Contents::of_part(0x1122, &[1.0], 2);
    /// assert_eq!(last.fingerprint, 0x1122 ^ 0xaca1_6a6a);
    /// ```
    #[must_use]
    pub fn of_part(network: u64, frozen: &[f32], parameters: usize) -> Self {
        let mut digest = CHECKSUM.digest();
        for parameter in frozen {
            digest.update(&parameter.to_le_bytes());
        }
        let fingerprint = network ^ u64::from(digest.finalize());
        Self { fingerprint, parameters, states: 0, user: 0 }
    }

    /// Bytes of flash that one checkpoint takes, before they are rounded up to erase units.
    ///
    /// ```
    /// use tinyconv::checkpoint::Contents;
    ///
    /// let contents = Contents { fingerprint: 1, parameters: 1000, states: 0, user: 100 };
    /// assert_eq!(contents.slot_bytes(), 256 + 4 * 1000 + 100);
    /// ```
    #[must_use]
    pub const fn slot_bytes(&self) -> usize {
        // What does not fit into a `usize` does not fit into any flash either.
        let floats = self.parameters.saturating_add(self.states).saturating_mul(size_of::<f32>());
        floats.saturating_add(self.user).saturating_add(PAYLOAD)
    }

    /// Units of `erase_size` bytes that a save erases. Saves take turns between two slots, so a
    /// unit is erased once in two saves.
    ///
    /// # Panics
    /// If `erase_size` is 0.
    ///
    /// ```
    /// use tinyconv::checkpoint::Contents;
    ///
    /// let contents = Contents { fingerprint: 1, parameters: 1000, states: 0, user: 100 };
    /// // 4356 bytes
    /// assert_eq!([1024, 4096, 16_384].map(|unit| contents.erases_per_save(unit)), [5, 2, 1]);
    /// ```
    #[must_use]
    pub const fn erases_per_save(&self, erase_size: usize) -> usize {
        self.slot_bytes().div_ceil(erase_size)
    }

    /// Bytes of the smallest range of flash for two slots, whose units have `erase_size` bytes.
    ///
    /// # Panics
    /// If `erase_size` is 0.
    ///
    /// ```
    /// use tinyconv::checkpoint::Contents;
    ///
    /// let contents = Contents { fingerprint: 1, parameters: 1000, states: 0, user: 100 };
    /// assert_eq!(contents.range_bytes(4096), 2 * 2 * 4096);
    /// ```
    #[must_use]
    pub const fn range_bytes(&self, erase_size: usize) -> usize {
        self.erases_per_save(erase_size).saturating_mul(erase_size).saturating_mul(2)
    }

    /// Whether a checkpoint with these lengths can hold `other`.
    pub(super) const fn covers(&self, other: &Self) -> bool {
        self.parameters == other.parameters
            && self.states == other.states
            && self.user >= other.user
    }
}
