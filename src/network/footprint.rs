//! What an inference takes of a board, before anything is flashed.

use crate::Network;
use crate::plan::Message;

/// Bytes that an inference takes at least; the program's own code, variables and stack come on top.
///
/// ```
/// use tinyconv::Footprint;
///
/// tinyconv::network! { Net: 1 x 4 x 4 { Dense { out: 3 } } }
///
/// const FOOTPRINT: Footprint = Footprint::of::<Net>().within(1024, 16 * 1024);
/// assert_eq!((FOOTPRINT.flash, FOOTPRINT.ram), (4 * 51, 4 * 3));
/// ```
///
/// More than there is does not compile:
///
/// ```compile_fail
/// # tinyconv::network! { Net: 1 x 4 x 4 { Dense { out: 3 } } }
/// const _: tinyconv::Footprint = tinyconv::Footprint::of::<Net>().within(1024, 100);
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub struct Footprint {
    /// RAM: scratch and output.
    pub ram: usize,
    /// Flash: the parameters.
    pub flash: usize,
}

impl Footprint {
    /// That of network `N`.
    ///
    /// ```
    /// use tinyconv::{Deployed, Footprint};
    ///
    /// tinyconv::network! { Net: 1 x 4 x 4 { Conv2d { out: 2, kernel: 3 }, BatchNorm } }
    ///
    /// // A device has no batch normalisation.
    /// assert!(Footprint::of::<Deployed<Net>>().flash < Footprint::of::<Net>().flash);
    /// ```
    #[must_use]
    pub const fn of<N: Network>() -> Self {
        let scratch = N::INFER_SCRATCH.saturating_add(N::OUTPUT_LEN);
        Self {
            ram: scratch.saturating_mul(size_of::<f32>()),
            flash: N::PARAMS.saturating_mul(size_of::<f32>()),
        }
    }

    /// The same, on a board with `ram` and `flash`.
    ///
    /// # Panics
    /// If it is more than that; in a constant, the compiler shows both numbers.
    ///
    /// ```
    /// use tinyconv::Footprint;
    ///
    /// let footprint = Footprint { ram: 4520, flash: 20_568 };
    /// assert_eq!(footprint.within(16 << 10, 256 << 10), footprint);
    /// ```
    #[track_caller]
    #[must_use]
    pub const fn within(self, ram: usize, flash: usize) -> Self {
        if self.ram > ram || self.flash > flash {
            let text =
                Message::EMPTY.text("the network does not fit the board: an inference takes ");
            let text = text.number(self.ram).text(" bytes of RAM, of ").number(ram);
            let text =
                text.text(", and ").number(self.flash).text(" bytes of flash, of ").number(flash);
            let text =
                text.text(": use fewer channels, a larger stride or smaller dense layers, or");
            let text = text.text(" another board");
            panic!("{}", text.as_str());
        }
        self
    }
}
