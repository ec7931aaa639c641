//! The boards that a project can be for: those of `examples/`.

use clap::ValueEnum;

/// A board, or the machine in QEMU that takes its place.
///
/// ```
/// use clap::ValueEnum;
/// use host_tools::project::Board;
///
/// assert_eq!(Board::from_str("esp32-c3", false), Ok(Board::Esp32C3));
/// assert!(Board::value_variants().iter().all(|board| Board::from_str(board.name(), false) == Ok(*board)));
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Board {
    /// BBC micro:bit v2 (nRF52833, Cortex-M4F).
    #[value(name = "microbit-v2")]
    MicrobitV2,
    /// Nordic's nRF52840-DK (Cortex-M4F).
    #[value(name = "nrf52840-dk")]
    Nrf52840Dk,
    /// ST's STM32F4 Discovery (STM32F407, Cortex-M4F).
    #[value(name = "stm32f4-discovery")]
    Stm32f4Discovery,
    /// Raspberry Pi Pico 2 (RP2350, Cortex-M33).
    #[value(name = "pico-2")]
    Pico2,
    /// ESP32-C3 (RV32IMC).
    #[value(name = "esp32-c3")]
    Esp32C3,
    /// No board: QEMU's mps2-an386 (Cortex-M4F).
    #[value(name = "qemu-mps2")]
    QemuMps2,
}

impl Board {
    /// Its name, that of its directory in `examples/`.
    ///
    /// ```
    /// use host_tools::project::Board;
    ///
    /// assert_eq!(Board::Pico2.name(), "pico-2");
    /// ```
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::MicrobitV2 => "microbit-v2",
            Self::Nrf52840Dk => "nrf52840-dk",
            Self::Stm32f4Discovery => "stm32f4-discovery",
            Self::Pico2 => "pico-2",
            Self::Esp32C3 => "esp32-c3",
            Self::QemuMps2 => "qemu-mps2",
        }
    }

    /// Rust's name of its processor.
    ///
    /// ```
    /// use host_tools::project::Board;
    ///
    /// assert_eq!(Board::MicrobitV2.target(), "thumbv7em-none-eabihf");
    /// assert_eq!(Board::Esp32C3.target(), "riscv32imc-unknown-none-elf");
    /// ```
    #[must_use]
    pub const fn target(self) -> &'static str {
        match self {
            Self::Pico2 => "thumbv8m.main-none-eabihf",
            Self::Esp32C3 => "riscv32imc-unknown-none-elf",
            _ => "thumbv7em-none-eabihf",
        }
    }

    /// The directory of a project's firmware that runs in QEMU.
    ///
    /// ```
    /// use host_tools::project::Board;
    ///
    /// assert_eq!(Board::Pico2.emulated(), "emulated"); // `firmware` is that of the board
    /// assert_eq!(Board::QemuMps2.emulated(), "firmware");
    /// ```
    #[must_use]
    pub const fn emulated(self) -> &'static str {
        match self {
            Self::QemuMps2 => "firmware",
            _ => "emulated",
        }
    }
}
