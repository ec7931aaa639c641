//! Which files a project has, and what is in them.

use std::fs;
use std::path::{Path, PathBuf};

use super::template::fill;
use super::{Board, ProjectError};

/// Rust's name of the processor that QEMU emulates in every project.
pub const EMULATED_TARGET: &str = Board::QemuMps2.target();

/// A file of an example.
macro_rules! example {
    ($path:literal) => {
        include_str!(concat!(env!("CARGO_MANIFEST_DIR"), "/../examples/", $path))
    };
}

/// A file that only projects have.
macro_rules! template {
    ($name:literal) => {
        include_str!(concat!(env!("CARGO_MANIFEST_DIR"), "/templates/", $name, ".txt"))
    };
}

/// The checkout of tinyconv that a project depends on.
#[derive(Clone, Debug)]
pub struct Checkout(PathBuf);

impl Checkout {
    /// The checkout in `path`, or, if there is none given, the one that this program was built from.
    ///
    /// # Errors
    /// If it is none.
    pub fn new(path: Option<&Path>) -> Result<Self, ProjectError> {
        let own = || Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
        let path = path.map_or_else(own, Path::to_owned);
        for missing in ["Cargo.toml", "src/lib.rs", "host-tools/Cargo.toml"] {
            if !path.join(missing).is_file() {
                return Err(ProjectError::Checkout { path, missing });
            }
        }
        let path = path.canonicalize().unwrap_or(path);
        if path.to_str().is_none() {
            return Err(ProjectError::PathIsNoText(path));
        }
        Ok(Self(path))
    }

    /// The path of a part of it, as Cargo.toml has it.
    fn toml(&self, part: &str) -> String {
        let path = self.0.join(part);
        let path = path.to_str().expect("checked when it was made").trim_end_matches('/');
        // The escapes of JSON are among those of TOML.
        serde_json::to_string(path).expect("a text is JSON")
    }

    /// The versions of dependencies that the tests ran with. Cargo leaves out what a project has not, and without
    /// the file it takes the newest.
    fn lock(&self, directory: &str) -> Option<String> {
        fs::read_to_string(self.0.join(directory).join("Cargo.lock")).ok()
    }
}

/// The files of the project `name` for `board`: each its path and its content.
///
/// ```
/// use host_tools::project::{Board, Checkout, files};
///
/// let project = files("my-net", Board::Pico2, &Checkout::new(None)?);
/// let content = |path: &str| &project.iter().find(|file| file.0 == path).unwrap().1;
/// assert!(content("network/src/lib.rs").contains("pub Net: 1 x 28 x 28"));
/// assert!(content("firmware/.cargo/config.toml").contains("--chip RP235x"));
/// assert!(content("emulated/.cargo/config.toml").contains("mps2-an386"));
/// # Ok::<(), host_tools::project::ProjectError>(())
/// ```
#[must_use]
pub fn files(name: &str, board: Board, checkout: &Checkout) -> Vec<(String, String)> {
    let (tinyconv, host_tools) = (checkout.toml(""), checkout.toml("host-tools"));
    let emulated = board.emulated();
    let path = ("@TINYCONV@", &*tinyconv);
    let excluded = if board == Board::QemuMps2 { "" } else { ", \"emulated\"" };
    let readme = [("@NAME@", name), ("@BOARD@", board.name()), ("@EMULATED@", emulated)];
    let readme = match board {
        Board::QemuMps2 => fill("README", template!("README.md"), &[readme[0], readme[2]]),
        _ => {
            let flash = match board {
                Board::Esp32C3 => template!("flash-espflash.md"),
                _ => template!("flash-probe-rs.md"),
            };
            let words = [("@BOARD@", board.name()), ("@TARGET@", board.target())];
            fill("README", template!("README.md"), &[readme[0], readme[2]])
                + &fill("README", flash, &words)
        }
    };
    let manifest =
        [("@NAME@", name), path, ("@HOST_TOOLS@", &*host_tools), ("@EXCLUDED@", excluded)];
    let test = [("@NAME@", name), ("@EMULATED@", emulated)];
    let named = [("@NAME@", name)];
    let mut files = vec![
        ("Cargo.toml", fill("Cargo.toml", template!("Cargo.toml"), &manifest)),
        ("README.md", readme),
        (".gitignore", fill(".gitignore", template!("gitignore"), &[])),
        ("src/main.rs", fill("main.rs", template!("main.rs"), &named)),
        ("tests/firmware.rs", fill("test.rs", template!("test.rs"), &test)),
        ("network/Cargo.toml", fill("network.toml", template!("network.toml"), &[path])),
        ("network/build.rs", fill("build.rs", template!("build.rs"), &[])),
        ("network/src/lib.rs", fill("network.rs", template!("network.rs"), &named)),
        ("network/src/trained.rs", fill("trained.rs", template!("trained.rs"), &[])),
    ];
    files.extend(checkout.lock("").map(|lock| ("Cargo.lock", lock)));
    let mut files: Vec<_> =
        files.into_iter().map(|(path, content)| (path.to_owned(), content)).collect();

    let mut firmware = |directory: &str, board| {
        let contents = firmware(board, &tinyconv).into_iter().chain(
            checkout.lock(&format!("examples/{}", board.name())).map(|lock| ("Cargo.lock", lock)),
        );
        files.extend(contents.map(|(path, content)| (format!("{directory}/{path}"), content)));
    };
    firmware("firmware", board);
    if board != Board::QemuMps2 {
        firmware(emulated, Board::QemuMps2);
    }
    files
}

/// The files of the crate that runs on `board`.
fn firmware(board: Board, tinyconv: &str) -> Vec<(&'static str, String)> {
    let (name, target) = (board.name(), board.target());
    let toolchain =
        fill("rust-toolchain", template!("rust-toolchain.toml"), &[("@TARGET@", target)]);
    let mut files = vec![("rust-toolchain.toml", toolchain)];

    // The example's parts that are about fine-tuning are not there.
    let own_name = format!("name = \"{name}\"");
    let own_crates = format!(
        "network = {{ path = \"../network\", features = [\"trained\"] }}\n\
         # Once it is on crates.io: tinyconv = \"0.1\"\n\
         tinyconv = {{ path = {tinyconv} }}"
    );
    let mut words = vec![
        (&*own_name, "name = \"firmware\""),
        ("license = \"MIT OR Apache-2.0\"\n", ""),
        ("tinyconv = { path = \"../..\", features = [\"checkpoint\"] }", &own_crates),
    ];
    let all_layers = "[features]\n\
                      # The program finetune trains all layers, not just the last one.\n\
                      all-layers = []\n\n";
    let of_qemu = "[features]\n\
                   # The program finetune trains all layers, not just the last one.\n\
                   all-layers = []\n\
                   # For QEMU's netduinoplus2, which has no clock tree, no flash controller and no reader of RTT.\n\
                   qemu = [\"dep:embedded-storage\", \"dep:panic-semihosting\"]\n\n";
    let (manifest, configuration) = match board {
        Board::MicrobitV2 => {
            (example!("microbit-v2/Cargo.toml"), example!("microbit-v2/.cargo/config.toml"))
        }
        Board::Nrf52840Dk => {
            (example!("nrf52840-dk/Cargo.toml"), example!("nrf52840-dk/.cargo/config.toml"))
        }
        Board::Stm32f4Discovery => (
            example!("stm32f4-discovery/Cargo.toml"),
            example!("stm32f4-discovery/.cargo/config.toml"),
        ),
        Board::Pico2 => (example!("pico-2/Cargo.toml"), example!("pico-2/.cargo/config.toml")),
        Board::Esp32C3 => {
            (example!("esp32-c3/Cargo.toml"), example!("esp32-c3/.cargo/config.toml"))
        }
        Board::QemuMps2 => {
            (example!("qemu-mps2/Cargo.toml"), example!("qemu-mps2/.cargo/config.toml"))
        }
    };
    match board {
        Board::MicrobitV2 | Board::Nrf52840Dk | Board::Pico2 => words.push((all_layers, "")),
        Board::Esp32C3 => {
            words.push((all_layers, ""));
            words.push(("esp-storage = { version = \"0.9\", features = [\"esp32c3\"] }\n", ""));
        }
        Board::Stm32f4Discovery => {
            words.push((of_qemu, ""));
            words.push(("embedded-storage = { version = \"0.3.1\", optional = true }\n", ""));
            let optional = "panic-semihosting = { version = \"0.6.0\", features = [\"exit\"], optional = true }\n";
            words.push((optional, ""));
        }
        Board::QemuMps2 => words.push(("embedded-storage = \"0.3.1\"\n", "")),
    }
    files.push(("Cargo.toml", fill("Cargo.toml", manifest, &words)));
    files.push((".cargo/config.toml", configuration.into()));

    let saves = ("src/bin/finetune.rs saves there", "that is the place for what the device learns");
    let memory = match board {
        Board::MicrobitV2 => Some(fill("memory.x", example!("microbit-v2/memory.x"), &[saves])),
        Board::Nrf52840Dk => Some(fill("memory.x", example!("nrf52840-dk/memory.x"), &[saves])),
        Board::Stm32f4Discovery => {
            Some(fill("memory.x", example!("stm32f4-discovery/memory.x"), &[saves]))
        }
        Board::Pico2 => {
            let saves = (
                "src/bin/finetune.rs\n   saves there",
                "that is\n   the place for what the device learns",
            );
            Some(fill("memory.x", example!("pico-2/memory.x"), &[saves]))
        }
        Board::QemuMps2 => Some(example!("qemu-mps2/memory.x").into()),
        Board::Esp32C3 => {
            let partitions = fill("partitions.csv", example!("esp32-c3/partitions.csv"), &[saves]);
            files.push(("partitions.csv", partitions));
            None
        }
    };
    if let Some(memory) = memory {
        files.push(("memory.x", memory));
        files.push(("build.rs", example!("qemu-mps2/build.rs").into()));
    }
    files.push(("src/main.rs", program(board)));
    files
}

/// The program of the firmware.
fn program(board: Board) -> String {
    /// Replaces what the examples' programs have in common, and `line`, the one that imports the example's own crate.
    fn of_example(source: &str, line: &str, imports: &str, scratch: (&str, &str)) -> String {
        let words = [
            (
                "classifies a digit, logs `predicted: 3` and the time it took",
                "classifies a test image, logs what it sees and the time it took",
            ),
            (line, imports),
            ("use tinyconv::{Bytes, loss};", "use tinyconv::loss;"),
            scratch,
            ("[0.0; 10]", "[0.0; LABELS.len()]"),
            ("loss::largest(&logits)", "LABELS[usize::from(loss::largest(&logits))]"),
        ];
        fill("infer.rs", source, &words)
    }
    let cortex_m = (
        "[f32; Digits::INFER_SCRATCH] = [0.0; Digits::INFER_SCRATCH]",
        "trained::Scratch = [0.0; trained::Device::INFER_SCRATCH]",
    );
    let inference = "Digits::infer_from(&PARAMETERS, Bytes(&PIXELS), &THREE, SCRATCH, &mut logits)";
    let ours = "trained::infer(&trained::IMAGES[0], SCRATCH, &mut logits)";
    let imports = "use network::{LABELS, trained};";
    match board {
        Board::MicrobitV2 => {
            let line = "use microbit_v2::{Digits, PARAMETERS, PIXELS, THREE};";
            let source =
                of_example(example!("microbit-v2/src/bin/infer.rs"), line, imports, cortex_m);
            fill("infer.rs", &source, &[(inference, ours)])
        }
        Board::Nrf52840Dk => {
            let line = "use nrf52840_dk::{Digits, PARAMETERS, PIXELS, THREE};";
            let source =
                of_example(example!("nrf52840-dk/src/bin/infer.rs"), line, imports, cortex_m);
            fill("infer.rs", &source, &[(inference, ours)])
        }
        Board::Pico2 => {
            let lines = "use panic_probe as _;\nuse pico_2::{Digits, PARAMETERS, PIXELS, THREE};";
            let ordered = "use network::{LABELS, trained};\nuse panic_probe as _;";
            let source = of_example(example!("pico-2/src/bin/infer.rs"), lines, ordered, cortex_m);
            fill("infer.rs", &source, &[(inference, ours)])
        }
        Board::Esp32C3 => {
            let line = "use esp32_c3::{Digits, PARAMETERS, PIXELS, THREE};";
            let scratch = (
                "ConstStaticCell<[f32; Digits::INFER_SCRATCH]> =\n    \
                 ConstStaticCell::new([0.0; Digits::INFER_SCRATCH])",
                "ConstStaticCell<trained::Scratch> =\n    \
                 ConstStaticCell::new([0.0; trained::Device::INFER_SCRATCH])",
            );
            let source = of_example(example!("esp32-c3/src/bin/infer.rs"), line, imports, scratch);
            let of_scratch = ("SCRATCH, &mut", "scratch, &mut");
            let theirs = inference.replace(of_scratch.0, of_scratch.1);
            fill("infer.rs", &source, &[(&theirs, &ours.replace(of_scratch.0, of_scratch.1))])
        }
        Board::Stm32f4Discovery => template!("stm32f4-discovery.rs").into(),
        Board::QemuMps2 => template!("emulated.rs").into(),
    }
}
