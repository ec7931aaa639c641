//! What a program for a board is built with.

/// How programs get onto a board, and what they are made of besides the board's own part.
///
/// ```
/// use tinyconv_report::boards::{Family, named};
///
/// let firmware = named("esp32-c3").unwrap().firmware.unwrap();
/// assert_eq!(firmware.family, Family::Esp32);
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Family {
    /// A Cortex-M with a debug probe: probe-rs, `memory.x`, `examples/common/cortex_m.rs`.
    CortexM,
    /// An ESP32 on USB: espflash, `partitions.csv`, `examples/common/esp32.rs`.
    Esp32,
    /// A machine in QEMU with a Cortex-M, and no board.
    Emulated,
}

/// What firmware for a board is built with: the facts of `examples/NAME` and of `tinyconv new`.
///
/// ```
/// use tinyconv_report::boards::named;
///
/// let firmware = named("pico-2").unwrap().firmware.unwrap();
/// assert_eq!((firmware.target, firmware.chip), ("thumbv8m.main-none-eabihf", "RP235x"));
/// assert!(named("microbit-v1").unwrap().firmware.is_none()); // no example, no projects
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Firmware {
    /// What it has in common with others.
    pub family: Family,
    /// Rust's name of the processor.
    pub target: &'static str,
    /// The processor that instructions are chosen for, if the target leaves a choice.
    pub cpu: &'static str,
    /// The chip, as the program that flashes it calls it.
    pub chip: &'static str,
    /// Lines of `Cargo.toml`: the chip's crates.
    pub dependencies: &'static [&'static str],
    /// The machine in QEMU that runs its example.
    pub machine: Option<&'static str>,
}
