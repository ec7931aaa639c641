//! The instruction counter `tests/cycles/cycles.py`, called from a test.

use std::path::Path;
use std::process::Command;
use std::time::Duration;

use super::process;
use super::qemu::Machine;

/// What a region of an image costs.
pub struct Cost {
    /// Counted, exactly.
    pub instructions: u64,
    /// Estimated for a Cortex-M4; `None` if it is none of Arm's processors.
    pub estimated_cycles: Option<u64>,
}

/// Counts the first region of `image`.
///
/// # Errors
/// What the counter said.
pub fn count(machine: &Machine, image: &Path) -> Result<Cost, String> {
    let mut command = Command::new("python3");
    command
        .arg(concat!(env!("CARGO_MANIFEST_DIR"), "/../tests/cycles/cycles.py"))
        .arg(image)
        .args(["--machine", machine.name, "--regions", "1", "--json"])
        // Nothing is written beside the sources.
        .env("PYTHONDONTWRITEBYTECODE", "1");
    let counted = process::run(&mut command, Duration::from_secs(300))
        .map_err(|error| format!("python3 cannot be run: {error}"))?;
    if counted.code != Some(0) {
        return Err(format!("{}{}", counted.stdout, counted.stderr));
    }
    let instructions = number_after(&counted.stdout, "\"instructions\": ").ok_or_else(|| {
        format!("the counter counted nothing:\n{}{}", counted.stdout, counted.stderr)
    })?;
    let estimated_cycles = number_after(&counted.stdout, "\"estimated_cycles\": ");
    Ok(Cost { instructions, estimated_cycles })
}

/// The first number behind `key`: all that is needed of JSON here.
fn number_after(json: &str, key: &str) -> Option<u64> {
    let (_, rest) = json.split_once(key)?;
    rest.split(|c: char| !c.is_ascii_digit()).next()?.parse().ok()
}
