//! Runs an image on one of QEMU's boards, and gives up on it when it takes too long.

use std::path::Path;
use std::process::Command;
use std::time::Duration;

use super::process;

/// A board that QEMU knows.
pub struct Machine {
    /// QEMU's name of it; `tests/firmware/memory/<name>.x` says where its memories are.
    pub name: &'static str,
    /// The program that emulates it.
    pub emulator: &'static str,
    /// Rust's name of its processor.
    pub target: &'static str,
}

/// Arm's MPS2 board with a Cortex-M4F.
pub const MPS2_AN386: Machine =
    Machine { name: "mps2-an386", emulator: "qemu-system-arm", target: "thumbv7em-none-eabihf" };

impl Machine {
    /// Runs `image` to its end; what it printed.
    ///
    /// # Errors
    /// If it ends with a failure or not within `limit`; the text names the machine and has what was printed.
    pub fn run(&self, image: &Path, limit: Duration) -> Result<String, String> {
        let mut command = Command::new(self.emulator);
        command
            .args(["-M", self.name])
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
