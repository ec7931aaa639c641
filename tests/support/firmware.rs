//! Builds the images of `tests/firmware`, all into one target directory, so that dependencies are compiled once.

use std::path::{Path, PathBuf};
use std::time::Duration;

use super::inputs::Inputs;
use super::process;
use super::qemu::Machine;
use super::toolchain::Toolchain;

/// The longest that a build may take; the first one compiles `core` where rustup has no target.
const LIMIT: Duration = Duration::from_secs(600);

/// One of the binaries of `tests/firmware`.
pub struct Image {
    name: &'static str,
    features: Vec<&'static str>,
}

impl Image {
    /// An image that reports panics and faults.
    pub fn new(name: &'static str) -> Self {
        // The features that change the bits are those of the host.
        let features = [("fma", cfg!(feature = "fma")), ("micromath", cfg!(feature = "micromath"))]
            .into_iter()
            .filter_map(|(feature, enabled)| enabled.then_some(feature))
            .collect();
        Self { name, features }
    }

    /// The same with these features of the firmware and no others, whatever the host has.
    pub fn with_features(name: &'static str, features: &[&'static str]) -> Self {
        Self { name, features: features.to_vec() }
    }

    /// An image that links only if it cannot panic.
    pub fn without_panics(name: &'static str) -> Self {
        let mut image = Self::new(name);
        image.features.push("link-check");
        image
    }

    /// Compiles and links it; the path of the linked file.
    ///
    /// # Errors
    /// What the compiler and the linker said.
    pub fn build(
        &self,
        machine: &Machine,
        toolchain: &Toolchain,
        inputs: &Inputs,
    ) -> Result<PathBuf, String> {
        let target_dir = target_directory().join("firmware");
        let mut command = toolchain.cargo_build(machine.target);
        command
            .current_dir(concat!(env!("CARGO_MANIFEST_DIR"), "/../tests/firmware"))
            .args(["--quiet", "--bin", self.name, "--features", &self.features.join(",")])
            .arg("--target-dir")
            .arg(&target_dir)
            .env("TINYCONV_MACHINE", machine.name)
            .env("TINYCONV_PARAMETERS", &inputs.parameters)
            .env("TINYCONV_IMAGES", &inputs.images)
            .env("TINYCONV_LABELS", &inputs.labels);
        let built = process::run(&mut command, LIMIT)
            .map_err(|error| format!("{command:?} cannot be run: {error}"))?;
        if built.code == Some(0) {
            Ok(target_dir.join(machine.target).join("release").join(self.name))
        } else {
            Err(format!("{} for {} does not build:\n{}", self.name, machine.name, built.stderr))
        }
    }
}

/// The workspace's target directory, wherever the user has put it.
pub fn target_directory() -> &'static Path {
    let temporary = Path::new(env!("CARGO_TARGET_TMPDIR"));
    temporary.parent().unwrap_or(temporary)
}
