//! Builds the images of `tests/firmware`, all into one target directory, so that dependencies are compiled once.

use std::collections::HashMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::{LazyLock, Mutex, PoisonError};
use std::time::Duration;

use super::inputs::Inputs;
use super::process;
use super::qemu::Machine;
use super::toolchain::Toolchain;

/// The longest that a build may take; the first one compiles `core` where rustup has no target.
const LIMIT: Duration = Duration::from_secs(600);

/// The network that an image has.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Net {
    Digits,
    DigitsTiny,
    DigitsDense,
    /// LeNet-5 as it is deployed.
    LeNet5,
}

/// One of the binaries of `tests/firmware`.
#[derive(Clone)]
pub struct Image {
    name: &'static str,
    net: Net,
    features: Vec<&'static str>,
    /// A file of parameters, where they are not those that the tests have for the network.
    parameters: Option<PathBuf>,
    /// Files of parameters and of an input for the image `mlperf`.
    mlperf: Option<[PathBuf; 2]>,
}

/// What came of the images that were asked for, by where they are kept.
static BUILT: LazyLock<Mutex<HashMap<PathBuf, Result<(), String>>>> = LazyLock::new(Mutex::default);

impl Image {
    /// An image with the network `Digits` that reports panics and faults.
    pub fn new(name: &'static str) -> Self {
        // The features that change the bits are those of the host.
        let features = [("fma", cfg!(feature = "fma")), ("micromath", cfg!(feature = "micromath"))]
            .into_iter()
            .filter_map(|(feature, enabled)| enabled.then_some(feature))
            .collect();
        Self { name, net: Net::Digits, features, parameters: None, mlperf: None }
    }

    /// The same with these features of the firmware and no others, whatever the host has.
    pub fn with_features(name: &'static str, features: &[&'static str]) -> Self {
        Self { features: features.to_vec(), ..Self::new(name) }
    }

    /// An image that links only if it cannot panic.
    pub fn without_panics(name: &'static str) -> Self {
        Self::new(name).and("link-check")
    }

    /// The same with another feature of the firmware.
    pub fn and(mut self, feature: &'static str) -> Self {
        self.features.push(feature);
        self
    }

    /// The same with this network.
    pub fn of(self, net: Net) -> Self {
        match net {
            Net::Digits => self,
            Net::DigitsTiny => Self { net, ..self.and("tiny") },
            Net::DigitsDense => Self { net, ..self.and("dense") },
            Net::LeNet5 => Self { net, ..self.and("lenet") },
        }
    }

    /// The same with the parameters that the file `parameters` defines.
    pub fn with_parameters(self, parameters: &Path) -> Self {
        Self { parameters: Some(parameters.into()), ..self }
    }

    /// The image `mlperf` with these files of parameters and of an input.
    pub fn with_mlperf(self, files: [PathBuf; 2]) -> Self {
        Self { mlperf: Some(files), ..self }
    }

    /// Compiles and links it, once per test program; the path of the linked file.
    ///
    /// # Errors
    /// What the compiler and the linker said.
    pub fn build(
        &self,
        machine: &Machine,
        toolchain: &Toolchain,
        inputs: &Inputs,
    ) -> Result<PathBuf, String> {
        let features: Vec<&str> =
            machine.feature.into_iter().chain(self.features.clone()).collect();
        let own = self.parameters.as_ref().and_then(|path| path.file_stem()?.to_str());
        let own: Vec<&str> = own.into_iter().collect();
        // Kept apart from where cargo puts it: the next build with other features would replace it.
        let kept = target_directory()
            .join("firmware-images")
            .join(machine.name)
            .join([&[self.name], &features[..], &own[..]].concat().join("+"));
        let mut built = BUILT.lock().unwrap_or_else(PoisonError::into_inner);
        let result = built.entry(kept.clone()).or_insert_with(|| {
            self.compile(machine, toolchain, inputs, &features.join(","), &kept)
        });
        result.clone().map(|()| kept)
    }

    fn compile(
        &self,
        machine: &Machine,
        toolchain: &Toolchain,
        inputs: &Inputs,
        features: &str,
        kept: &Path,
    ) -> Result<(), String> {
        let target_dir = target_directory().join("firmware");
        let parameters = self.parameters.as_ref().unwrap_or(match self.net {
            Net::Digits => &inputs.parameters,
            Net::DigitsTiny => &inputs.tiny_parameters,
            Net::DigitsDense => &inputs.dense_parameters,
            Net::LeNet5 => &inputs.lenet_parameters,
        });
        let images = if self.net == Net::LeNet5 { &inputs.lenet_images } else { &inputs.images };
        let mut command = toolchain.cargo_build(machine.target);
        command
            .current_dir(concat!(env!("CARGO_MANIFEST_DIR"), "/../tests/firmware"))
            .args(["--quiet", "--bin", self.name, "--features", features])
            .arg("--target-dir")
            .arg(&target_dir)
            .env("TINYCONV_PARAMETERS", parameters)
            .env(
                "TINYCONV_MODEL",
                concat!(env!("CARGO_MANIFEST_DIR"), "/../tests/data/digits-tiny.tinyconv"),
            )
            .env(
                "TINYCONV_OTHER_MODEL",
                concat!(env!("CARGO_MANIFEST_DIR"), "/../tests/data/digits.tinyconv"),
            )
            .env("TINYCONV_IMAGES", images)
            .env("TINYCONV_LABELS", &inputs.labels)
            .env("TINYCONV_UPDATE", &inputs.update)
            .env("TINYCONV_SPOILT", &inputs.spoilt)
            .env("TINYCONV_KEY", &inputs.keys[0])
            .env("TINYCONV_OTHER_KEY", &inputs.keys[1]);
        if let Some([parameters, input]) = &self.mlperf {
            command
                .env("TINYCONV_MLPERF_PARAMETERS", parameters)
                .env("TINYCONV_MLPERF_INPUT", input);
        }
        if let Some(cpu) = machine.cpu {
            // Comes after the flags in the firmware's configuration; the last one counts.
            let flags = format!("target.{}.rustflags=[\"-Ctarget-cpu={cpu}\"]", machine.target);
            command.args(["--config", &flags]);
        }
        let built = process::run(&mut command, LIMIT)
            .map_err(|error| format!("{command:?} cannot be run: {error}"))?;
        if built.code != Some(0) {
            return Err(format!(
                "{} for {} does not build:\n{}",
                self.name, machine.name, built.stderr
            ));
        }
        let linked = target_dir.join(machine.target).join("release").join(self.name);
        kept.parent()
            .map_or(Ok(()), fs::create_dir_all)
            .and_then(|()| fs::copy(&linked, kept))
            .map_err(|error| format!("{} to {}: {error}", linked.display(), kept.display()))?;
        Ok(())
    }
}

/// The workspace's target directory, wherever the user has put it.
pub fn target_directory() -> &'static Path {
    let temporary = Path::new(env!("CARGO_TARGET_TMPDIR"));
    temporary.parent().unwrap_or(temporary)
}
