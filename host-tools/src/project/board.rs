//! The boards that a project can be for: the rows of the table of boards that have firmware.

use std::sync::LazyLock;

use clap::ValueEnum;
use clap::builder::PossibleValue;

use crate::boards::{self, BOARDS, Family, Firmware};

/// A board, or the machine in QEMU that takes its place.
///
/// ```
/// use clap::ValueEnum;
/// use host_tools::project::ProjectBoard;
///
/// assert_eq!(ProjectBoard::from_str("esp32-c3", false), Ok(ProjectBoard::named("esp32-c3").unwrap()));
/// assert!(ProjectBoard::value_variants().iter().all(|board| ProjectBoard::named(board.name()) == Some(*board)));
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ProjectBoard {
    row: &'static boards::Board,
    firmware: &'static Firmware,
}

static ALL: LazyLock<Vec<ProjectBoard>> = LazyLock::new(|| {
    let with_firmware =
        |row: &'static boards::Board| Some(ProjectBoard { row, firmware: row.firmware.as_ref()? });
    BOARDS.iter().filter_map(with_firmware).collect()
});

impl ValueEnum for ProjectBoard {
    fn value_variants<'a>() -> &'a [Self] {
        &ALL
    }

    fn to_possible_value(&self) -> Option<PossibleValue> {
        let boards::Board { title, chip, core, .. } = self.row;
        Some(PossibleValue::new(self.row.name).help(format!("{title} ({chip}, {core})")))
    }
}

impl ProjectBoard {
    /// The name of the machine in QEMU that every project has firmware for.
    pub const EMULATED: &str = "qemu-mps2";

    /// The board called `name`.
    ///
    /// ```
    /// use host_tools::project::ProjectBoard;
    ///
    /// assert!(ProjectBoard::named("pico-2").is_some());
    /// assert!(ProjectBoard::named("microbit-v1").is_none()); // in the table, but there is no firmware
    /// ```
    #[must_use]
    pub fn named(name: &str) -> Option<Self> {
        ALL.iter().find(|board| board.row.name == name).copied()
    }

    /// The machine in QEMU that every project has firmware for.
    ///
    /// ```
    /// use host_tools::project::ProjectBoard;
    ///
    /// assert!(ProjectBoard::emulator().is_emulated());
    /// ```
    ///
    /// # Panics
    /// Never: the table has it.
    #[must_use]
    pub fn emulator() -> Self {
        Self::named(Self::EMULATED).expect("the table has it")
    }

    /// Its name, that of its directory in `examples/`.
    ///
    /// ```
    /// use host_tools::project::ProjectBoard;
    ///
    /// assert_eq!(ProjectBoard::emulator().name(), "qemu-mps2");
    /// ```
    #[must_use]
    pub const fn name(self) -> &'static str {
        self.row.name
    }

    /// Its row in the table.
    ///
    /// ```
    /// use host_tools::project::ProjectBoard;
    ///
    /// assert_eq!(ProjectBoard::named("pico-2").unwrap().row().chip, "RP2350");
    /// ```
    #[must_use]
    pub const fn row(self) -> &'static boards::Board {
        self.row
    }

    /// What firmware for it is built with.
    ///
    /// ```
    /// use host_tools::project::ProjectBoard;
    ///
    /// let target = |name| ProjectBoard::named(name).unwrap().firmware().target;
    /// assert_eq!(target("microbit-v2"), "thumbv7em-none-eabihf");
    /// assert_eq!(target("esp32-c3"), "riscv32imc-unknown-none-elf");
    /// ```
    #[must_use]
    pub const fn firmware(self) -> &'static Firmware {
        self.firmware
    }

    /// Whether it is a machine in QEMU.
    ///
    /// ```
    /// use host_tools::project::ProjectBoard;
    ///
    /// assert!(!ProjectBoard::named("pico-2").unwrap().is_emulated());
    /// ```
    #[must_use]
    pub fn is_emulated(self) -> bool {
        self.firmware.family == Family::Emulated
    }

    /// The directory of a project's firmware that runs in QEMU.
    ///
    /// ```
    /// use host_tools::project::ProjectBoard;
    ///
    /// // `firmware` is that of the board
    /// assert_eq!(ProjectBoard::named("pico-2").unwrap().emulated(), "emulated");
    /// assert_eq!(ProjectBoard::emulator().emulated(), "firmware");
    /// ```
    #[must_use]
    pub fn emulated(self) -> &'static str {
        if self.is_emulated() { "firmware" } else { "emulated" }
    }
}
