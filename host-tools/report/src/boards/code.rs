//! An estimate of a program's code, from programs that were measured.
//!
//! The measured programs are the boards' examples: the network `digits` with the chip's HAL, logging
//! and, where it trains, checkpoints in flash. `tests/boards.sh` prints their bytes, the table in
//! `examples/README.md` has them in kB with 20.6 kB of parameters, which are subtracted here. A
//! network with more layers has more code, as each kind of layer is compiled for its shape.

use serde::Serialize;

/// The kinds of boards whose programs were measured.
///
/// ```
/// use tinyconv_report::boards::{Support, named};
///
/// assert_eq!(named("pico").unwrap().support, Support::Rp2);
/// assert!(Support::Rp2.code(3, 1) > Support::Rp2.code(3, 0)); // training takes more code
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Support {
    /// Nordic's nRF51 and nRF52: the examples `microbit-v2` and `nrf52840-dk`.
    Nrf,
    /// ST's STM32: the example `stm32f4-discovery`.
    Stm32,
    /// Raspberry Pi's RP2040 and RP2350: the example `pico-2`.
    Rp2,
    /// Espressif's ESP32: the example `esp32-c3`.
    Esp32,
    /// None like it was measured: the larger of those for a Cortex-M.
    Other,
}

/// Layers with parameters of the network that was measured.
const MEASURED_LAYERS: usize = 3;

/// Code for inference that a further layer adds: half of what LeNet-5, with two layers more, takes
/// more than `digits` on the Cortex-M4F of the book's chapter `benchmarks`,
/// ((259 536 - 246 824) - (26 228 - 20 568)) / 2.
const LAYER: usize = 3_500;

/// Code that a further layer adds where it is trained: half of what training three layers of `digits`
/// in place of one adds to the Cortex-M examples.
const TRAINED_LAYER: usize = 4_900;

impl Support {
    /// The code in bytes of a program for inference, and of one that trains the last layer.
    const fn measured(self) -> (usize, usize) {
        match self {
            Self::Nrf => (12_700, 43_900),
            Self::Stm32 => (16_100, 47_500),
            Self::Rp2 => (14_400, 50_000),
            Self::Esp32 => (48_200, 71_100),
            Self::Other => (16_100, 50_000),
        }
    }

    /// An estimate of the code of a program with a network of `layers` layers with parameters, of
    /// which it trains the last `trained`; 0: it only infers.
    ///
    /// ```
    /// use tinyconv_report::boards::Support;
    ///
    /// assert_eq!(Support::Nrf.code(3, 0), 12_700); // 33.3 kB with 20.6 kB of parameters
    /// assert_eq!(Support::Nrf.code(3, 3), 53_700); // 74.2 kB are measured
    /// ```
    #[must_use]
    pub const fn code(self, layers: usize, trained: usize) -> usize {
        let (infer, train) = self.measured();
        let more = LAYER.saturating_mul(layers.saturating_sub(MEASURED_LAYERS));
        match trained.checked_sub(1) {
            None => infer.saturating_add(more),
            Some(further) => {
                train.saturating_add(more).saturating_add(TRAINED_LAYER.saturating_mul(further))
            }
        }
    }
}
