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
    count_regions(machine, image, 1)?.pop().ok_or_else(|| "there is no region".into())
}

/// Counts the first regions of `image`.
///
/// # Errors
/// What the counter said.
pub fn count_regions(machine: &Machine, image: &Path, count: usize) -> Result<Vec<Cost>, String> {
    let mut command = Command::new("python3");
    command
        .arg(concat!(env!("CARGO_MANIFEST_DIR"), "/../tests/cycles/cycles.py"))
        .arg(image)
        .args(["--machine", machine.name, "--regions", &count.to_string(), "--json"])
        // Nothing is written beside the sources.
        .env("PYTHONDONTWRITEBYTECODE", "1");
    let counted = process::run(&mut command, Duration::from_secs(300))
        .map_err(|error| format!("python3 cannot be run: {error}"))?;
    if counted.code != Some(0) {
        return Err(format!("{}{}", counted.stdout, counted.stderr));
    }
    let key = "\"instructions\": ";
    let costs = counted.stdout.match_indices(key).map(|(at, _)| {
        let json = &counted.stdout[at..];
        let instructions = number_after(json, key)?;
        Some(Cost { instructions, estimated_cycles: number_after(json, "\"estimated_cycles\": ") })
    });
    let costs: Vec<Cost> = costs.collect::<Option<_>>().unwrap_or_default();
    if costs.is_empty() {
        let (stdout, stderr) = (counted.stdout, counted.stderr);
        return Err(format!("the counter counted nothing:\n{stdout}{stderr}"));
    }
    Ok(costs)
}

/// The first number behind `key`: all that is needed of JSON here.
fn number_after(json: &str, key: &str) -> Option<u64> {
    let (_, rest) = json.split_once(key)?;
    rest.split(|c: char| !c.is_ascii_digit()).next()?.parse().ok()
}
