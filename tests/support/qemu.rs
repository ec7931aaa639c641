//! Runs an image on one of QEMU's boards, and gives up on it when it takes too long.

use std::path::Path;
use std::process::Command;
use std::time::Duration;

use super::process;

/// A board that QEMU knows.
pub struct Machine {
    /// QEMU's name of it; `tests/firmware/memory/<name>.x` says where its memories are.
    pub name: &'static str,
    /// What computes.
    pub processor: &'static str,
    /// The program that emulates it.
    pub emulator: &'static str,
    /// What that program must be told besides.
    options: &'static [&'static str],
    /// Rust's name of its processor.
    pub target: &'static str,
    /// The feature of the firmware that chooses it among machines of its target.
    pub feature: Option<&'static str>,
    /// LLVM's name of its processor, where it is not the one in the firmware's configuration.
    pub cpu: Option<&'static str>,
}

/// A machine with a Cortex-M, the only one of its target.
const CORTEX_M: Machine = Machine {
    name: "",
    processor: "",
    emulator: "qemu-system-arm",
    options: &[],
    target: "",
    feature: None,
    cpu: None,
};

/// micro:bit v1: 256 KB of flash, 16 KB of RAM.
pub const MICROBIT: Machine =
    Machine { name: "microbit", processor: "Cortex-M0", target: "thumbv6m-none-eabi", ..CORTEX_M };
/// Stellaris LM3S6965 board: 256 KB of flash, 64 KB of RAM.
pub const LM3S6965EVB: Machine = Machine {
    name: "lm3s6965evb",
    processor: "Cortex-M3",
    target: "thumbv7m-none-eabi",
    ..CORTEX_M
};
/// A board with an STM32F405: 1 MB of flash, 128 KB of RAM.
pub const NETDUINOPLUS2: Machine = Machine {
    name: "netduinoplus2",
    processor: "Cortex-M4F",
    target: "thumbv7em-none-eabihf",
    feature: Some("netduinoplus2"),
    ..CORTEX_M
};
/// Arm's MPS2 board with a Cortex-M4F.
pub const MPS2_AN386: Machine = Machine {
    name: "mps2-an386",
    processor: "Cortex-M4F",
    target: "thumbv7em-none-eabihf",
    ..CORTEX_M
};
/// Arm's MPS2 board with a Cortex-M7.
pub const MPS2_AN500: Machine = Machine {
    name: "mps2-an500",
    processor: "Cortex-M7",
    target: "thumbv7em-none-eabihf",
    feature: Some("mps2-an500"),
    cpu: Some("cortex-m7"),
    ..CORTEX_M
};
/// Arm's MPS2 board with a Cortex-M33.
pub const MPS2_AN505: Machine = Machine {
    name: "mps2-an505",
    processor: "Cortex-M33",
    target: "thumbv8m.main-none-eabihf",
    ..CORTEX_M
};
/// QEMU's own RISC-V board.
pub const VIRT: Machine = Machine {
    name: "virt",
    processor: "RV32IMAC",
    emulator: "qemu-system-riscv32",
    options: &["-bios", "none"],
    target: "riscv32imac-unknown-none-elf",
    ..CORTEX_M
};

impl Machine {
    /// Runs `image` to its end; what it printed.
    ///
    /// # Errors
    /// If it ends with a failure or not within `limit`; the text names the machine and has what was printed.
    pub fn run(&self, image: &Path, limit: Duration) -> Result<String, String> {
        let mut command = Command::new(self.emulator);
        command
            .args(["-M", self.name])
            .args(self.options)
            .args(["-nographic", "-monitor", "none", "-serial", "none"])
            .args(["-semihosting-config", "enable=on,target=native"])
            // One instruction per virtual nanosecond: the same image always runs the same way.
            .args(["-icount", "shift=0"])
            .arg("-kernel")
            .arg(image);
        let ended = process::run(&mut command, limit)
            .map_err(|error| format!("{} cannot be run: {error}", self.emulator))?;
        let problem = if ended.timed_out {
            format!("did not end within {} s", limit.as_secs_f32())
        } else if ended.code == Some(0) {
            return Ok(ended.stdout);
        } else {
            match ended.code {
                Some(code) => format!("ended with exit code {code}"),
                None => "was ended by a signal".into(),
            }
        };
        Err(format!(
            "{} on {} {problem}; it printed:\n{}{}",
            image.display(),
            self.name,
            ended.stdout,
            ended.stderr
        ))
    }
}
