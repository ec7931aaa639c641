//! The crate that runs on a board: the example's own files, with the network and the images of the
//! project in place of its own, and without what is about fine-tuning.

use super::Board;
use super::template::{fill, template};

/// A file of an example.
macro_rules! example {
    ($path:literal) => {
        include_str!(concat!(env!("CARGO_MANIFEST_DIR"), "/../examples/", $path))
    };
}

/// The files of the crate, each its path and its content; `tinyconv` is the path of the core, as
/// Cargo.toml has it.
pub fn files(board: Board, tinyconv: &str) -> Vec<(&'static str, String)> {
    let target = [("@TARGET@", board.target())];
    let toolchain = fill("rust-toolchain", template!("rust-toolchain.toml"), &target);
    let mut files = vec![
        ("Cargo.toml", manifest(board, tinyconv)),
        ("rust-toolchain.toml", toolchain),
        (".cargo/config.toml", configuration(board).into()),
        ("src/main.rs", program(board)),
    ];
    match memory(board) {
        Some(memory) => {
            files.push(("memory.x", memory));
            files.push(("build.rs", example!("qemu-mps2/build.rs").into()));
        }
        None => {
            let partitions = example!("esp32-c3/partitions.csv");
            files.push(("partitions.csv", fill("partitions.csv", partitions, &[SAVES])));
        }
    }
    files
}

fn manifest(board: Board, tinyconv: &str) -> String {
    /// What the example's program `finetune` needs.
    const ALL_LAYERS: &str = "[features]\n\
        # The program finetune trains all layers, not just the last one.\n\
        all-layers = []\n\n";
    const QEMU: &str = "[features]\n\
        # The program finetune trains all layers, not just the last one.\n\
        all-layers = []\n\
        # For QEMU's netduinoplus2, which has no clock tree, no flash controller and no reader of RTT.\n\
        qemu = [\"dep:embedded-storage\", \"dep:panic-semihosting\"]\n\n";
    const OPTIONAL_STORAGE: &str = "embedded-storage = { version = \"0.3.1\", optional = true }\n";
    const OPTIONAL_PANIC: &str =
        "panic-semihosting = { version = \"0.6.0\", features = [\"exit\"], optional = true }\n";
    const ESP_STORAGE: &str = "esp-storage = { version = \"0.9\", features = [\"esp32c3\"] }\n";
    const STORAGE: &str = "embedded-storage = \"0.3.1\"\n";

    let (text, removed): (_, &[&str]) = match board {
        Board::MicrobitV2 => (example!("microbit-v2/Cargo.toml"), &[ALL_LAYERS]),
        Board::Nrf52840Dk => (example!("nrf52840-dk/Cargo.toml"), &[ALL_LAYERS]),
        Board::Stm32f4Discovery => {
            (example!("stm32f4-discovery/Cargo.toml"), &[QEMU, OPTIONAL_STORAGE, OPTIONAL_PANIC])
        }
        Board::Pico2 => (example!("pico-2/Cargo.toml"), &[ALL_LAYERS]),
        Board::Esp32C3 => (example!("esp32-c3/Cargo.toml"), &[ALL_LAYERS, ESP_STORAGE]),
        Board::QemuMps2 => (example!("qemu-mps2/Cargo.toml"), &[STORAGE]),
    };
    let name = format!("name = \"{}\"", board.name());
    let crates = format!(
        "network = {{ path = \"../network\", features = [\"trained\"] }}\n\
         # Once it is on crates.io: tinyconv = \"0.1\"\n\
         tinyconv = {{ path = {tinyconv} }}"
    );
    let mut words = vec![
        (&*name, "name = \"firmware\""),
        ("license = \"MIT OR Apache-2.0\"\n", ""),
        ("tinyconv = { path = \"../..\", features = [\"checkpoint\"] }", &crates),
    ];
    words.extend(removed.iter().map(|&part| (part, "")));
    fill("Cargo.toml", text, &words)
}

const fn configuration(board: Board) -> &'static str {
    match board {
        Board::MicrobitV2 => example!("microbit-v2/.cargo/config.toml"),
        Board::Nrf52840Dk => example!("nrf52840-dk/.cargo/config.toml"),
        Board::Stm32f4Discovery => example!("stm32f4-discovery/.cargo/config.toml"),
        Board::Pico2 => example!("pico-2/.cargo/config.toml"),
        Board::Esp32C3 => example!("esp32-c3/.cargo/config.toml"),
        Board::QemuMps2 => example!("qemu-mps2/.cargo/config.toml"),
    }
}

/// A project has no such program, but it has the place.
const SAVES: (&str, &str) =
    ("src/bin/finetune.rs saves there", "that is the place for what the device learns");

/// Where flash and RAM are, unless the board's crates know it.
fn memory(board: Board) -> Option<String> {
    const SAVES_OF_PICO: (&str, &str) =
        ("src/bin/finetune.rs\n   saves there", "that is\n   the place for what the device learns");
    let (text, words): (_, &[_]) = match board {
        Board::MicrobitV2 => (example!("microbit-v2/memory.x"), &[SAVES]),
        Board::Nrf52840Dk => (example!("nrf52840-dk/memory.x"), &[SAVES]),
        Board::Stm32f4Discovery => (example!("stm32f4-discovery/memory.x"), &[SAVES]),
        Board::Pico2 => (example!("pico-2/memory.x"), &[SAVES_OF_PICO]),
        Board::QemuMps2 => (example!("qemu-mps2/memory.x"), &[]),
        Board::Esp32C3 => return None,
    };
    Some(fill("memory.x", text, words))
}

/// The program: that of the example, or one that prints the logits of all images for the test.
fn program(board: Board) -> String {
    const IMPORTS: &str = "use network::{LABELS, trained};";
    const SCRATCH: (&str, &str) = (
        "SCRATCH: [f32; Digits::INFER_SCRATCH] = [0.0; Digits::INFER_SCRATCH]",
        "SCRATCH: trained::Scratch = [0.0; trained::Device::INFER_SCRATCH]",
    );
    const SCRATCH_CELL: (&str, &str) = (
        "ConstStaticCell<[f32; Digits::INFER_SCRATCH]> =\n    \
         ConstStaticCell::new([0.0; Digits::INFER_SCRATCH])",
        "ConstStaticCell<trained::Scratch> =\n    \
         ConstStaticCell::new([0.0; trained::Device::INFER_SCRATCH])",
    );
    const INFERENCE: (&str, &str) = (
        "Digits::infer_from(&PARAMETERS, Bytes(&PIXELS), &THREE, ",
        "trained::infer(&trained::IMAGES[0], ",
    );
    let (text, own_crate, scratch) = match board {
        Board::MicrobitV2 => (
            example!("microbit-v2/src/bin/infer.rs"),
            ("use microbit_v2::{Digits, PARAMETERS, PIXELS, THREE};", IMPORTS),
            SCRATCH,
        ),
        Board::Nrf52840Dk => (
            example!("nrf52840-dk/src/bin/infer.rs"),
            ("use nrf52840_dk::{Digits, PARAMETERS, PIXELS, THREE};", IMPORTS),
            SCRATCH,
        ),
        Board::Pico2 => (
            example!("pico-2/src/bin/infer.rs"),
            (
                "use panic_probe as _;\nuse pico_2::{Digits, PARAMETERS, PIXELS, THREE};",
                "use network::{LABELS, trained};\nuse panic_probe as _;",
            ),
            SCRATCH,
        ),
        Board::Esp32C3 => (
            example!("esp32-c3/src/bin/infer.rs"),
            ("use esp32_c3::{Digits, PARAMETERS, PIXELS, THREE};", IMPORTS),
            SCRATCH_CELL,
        ),
        Board::Stm32f4Discovery => return template!("stm32f4-discovery.rs").into(),
        Board::QemuMps2 => return template!("emulated.rs").into(),
    };
    let words = [
        (
            "classifies a digit, logs `predicted: 3` and the time it took",
            "classifies a test image, logs what it sees and the time it took",
        ),
        own_crate,
        ("use tinyconv::{Bytes, loss};", "use tinyconv::loss;"),
        scratch,
        ("logits = [0.0; 10]", "logits = [0.0; LABELS.len()]"),
        INFERENCE,
        ("loss::largest(&logits)", "LABELS[usize::from(loss::largest(&logits))]"),
    ];
    fill("infer.rs", text, &words)
}
