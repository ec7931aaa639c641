//! The crate that runs on a board: what the table says of the board fills templates, what is the
//! board's own is copied from its example.

use super::files::Checkout;
use super::template::{fill, template};
use super::{ProjectBoard, ProjectError};
use crate::boards::Family;

/// The files of the crate, each its path and its content.
///
/// # Errors
/// If the checkout lacks the example.
pub fn files(
    name: &str,
    board: ProjectBoard,
    checkout: &Checkout,
) -> Result<Vec<(String, String)>, ProjectError> {
    let target = [("@TARGET@", board.firmware().target)];
    let toolchain = fill("rust-toolchain", template!("rust-toolchain.toml"), &target);
    let example = format!("examples/{}", board.name());
    let layout = layout(board.firmware().family);
    let mut files = vec![
        ("Cargo.toml", manifest(name, board, checkout)),
        ("rust-toolchain.toml", toolchain),
        (".cargo/config.toml", configuration(board)),
        ("build.rs", checkout.read("examples/common/memory.rs")?),
        (layout, checkout.read(&format!("{example}/{layout}"))?),
        ("src/lib.rs", checkout.read(&format!("{example}/src/lib.rs"))?),
        ("src/main.rs", program(board)),
    ];
    files.extend(checkout.lock(&example).map(|lock| ("Cargo.lock", lock)));
    Ok(files.into_iter().map(|(path, content)| (path.into(), content)).collect())
}

/// What the board's own file includes from beside its crate, in `examples` and in a project.
pub const fn shared(board: ProjectBoard) -> Option<&'static str> {
    match board.firmware().family {
        Family::CortexM => Some("common/cortex_m.rs"),
        Family::Esp32 => Some("common/esp32.rs"),
        Family::Emulated => None,
    }
}

/// The file that says where flash and RAM are.
const fn layout(family: Family) -> &'static str {
    match family {
        Family::Esp32 => "partitions.csv",
        Family::CortexM | Family::Emulated => "memory.x",
    }
}

/// Lines of `Cargo.toml`: what programs for the board depend on, in cargo's order.
fn dependencies(board: ProjectBoard) -> Vec<&'static str> {
    let family: &[&str] = match board.firmware().family {
        Family::CortexM => &[
            r#"cortex-m-rt = "0.7.7""#,
            r#"cortex-m-semihosting = "0.6.0""#,
            r#"defmt = "1.0""#,
            r#"defmt-rtt = "1.3""#,
            r#"panic-probe = { version = "1.0", features = ["print-defmt"] }"#,
        ],
        Family::Esp32 => &[r#"defmt = "1.0""#],
        Family::Emulated => &[
            r#"cortex-m-rt = "0.7.7""#,
            r#"cortex-m-semihosting = "0.6.0""#,
            r#"panic-semihosting = { version = "0.6.0", features = ["exit"] }"#,
        ],
    };
    let mut lines = [board.firmware().dependencies, family].concat();
    lines.sort_unstable();
    lines
}

fn manifest(name: &str, board: ProjectBoard, checkout: &Checkout) -> String {
    let tinyconv = checkout.toml("", 1);
    let words = [
        ("@NAME@", name),
        ("@BOARD@", board.name()),
        ("@DEPENDENCIES@", &*dependencies(board).join("\n")),
        ("@TINYCONV@", &*tinyconv),
    ];
    fill("Cargo.toml", template!("firmware.toml"), &words)
}

fn configuration(board: ProjectBoard) -> String {
    let firmware = board.firmware();
    let (target, chip) = (("@TARGET@", firmware.target), ("@CHIP@", firmware.chip));
    let cpu = ("@CPU@", firmware.cpu);
    match firmware.family {
        Family::CortexM => {
            fill("config.toml", template!("config-cortex-m.toml"), &[target, chip, cpu])
        }
        Family::Esp32 => fill("config.toml", template!("config-esp32.toml"), &[target, chip]),
        Family::Emulated => {
            fill("config.toml", template!("config-qemu.toml"), &[target, chip, cpu])
        }
    }
}

/// One for all boards, or the one that prints the logits of all images for the test.
fn program(board: ProjectBoard) -> String {
    let [ram, flash] = [board.row().ram, board.row().flash].map(grouped);
    let words = [("@RAM@", &*ram), ("@FLASH@", &*flash)];
    match board.firmware().family {
        Family::Emulated => fill("main.rs", template!("emulated.rs"), &words),
        Family::CortexM | Family::Esp32 => fill("main.rs", template!("program.rs"), &words),
    }
}

/// As a multiple of 1024 where it is one.
fn grouped(bytes: usize) -> String {
    if bytes.is_multiple_of(1024) { format!("{} * 1024", bytes / 1024) } else { bytes.to_string() }
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use clap::ValueEnum;

    use super::*;
    use crate::project::bless;

    fn example(board: ProjectBoard) -> std::path::PathBuf {
        Path::new(env!("CARGO_MANIFEST_DIR")).join("../examples").join(board.name())
    }

    /// The `Cargo.toml` of a board's example.
    fn manifest_of_example(board: ProjectBoard) -> String {
        let mut lines = dependencies(board);
        // QEMU's machine takes the board's place, with a feature.
        let machine = board.firmware().machine.filter(|_| !board.is_emulated());
        let (mut library, mut qemu) = ("", String::new());
        if let Some(machine) = machine {
            library = "\npath = \"src/either.rs\"";
            qemu = format!(
                "\n# For QEMU's {machine}, which has no clock tree, no flash controller and no reader of RTT.\n\
                 qemu = [\"common/semihosting\", \"dep:panic-semihosting\"]"
            );
            lines.push(
                r#"panic-semihosting = { version = "0.6.0", features = ["exit"], optional = true }"#,
            );
            lines.sort_unstable();
        }
        let finetune = template!("example-finetune.toml").trim_end();
        let finetune = fill("Cargo.toml", finetune, &[("@QEMU@", &qemu)]);
        let words = [
            ("@NAME@", board.name()),
            ("@LIBRARY@", library),
            // The emulated one has its own.
            ("@FINETUNE@", if board.is_emulated() { "" } else { &finetune }),
            ("@LOG@", if board.is_emulated() { "semihosting" } else { "defmt" }),
            ("@DEPENDENCIES@", &lines.join("\n")),
        ];
        fill("Cargo.toml", template!("example.toml"), &words)
    }

    /// `TINYCONV_BLESS=1` writes them.
    #[test]
    fn the_examples_are_as_the_table_says() {
        for &board in ProjectBoard::value_variants() {
            // A new board has none yet.
            std::fs::create_dir_all(example(board).join(".cargo")).unwrap();
            bless::compare(example(board).join("Cargo.toml"), &manifest_of_example(board));
            bless::compare(example(board).join(".cargo/config.toml"), &configuration(board));
        }
    }

    fn bytes(count: usize) -> String {
        if count.is_multiple_of(1 << 20) {
            format!("{}M", count >> 20)
        } else {
            format!("{}K", count >> 10)
        }
    }

    /// `TINYCONV_BLESS=1` writes it.
    #[test]
    fn the_list_of_examples_is_that_of_the_table() {
        let readme = Path::new(env!("CARGO_MANIFEST_DIR")).join("../examples/README.md");
        let text = std::fs::read_to_string(&readme).unwrap();
        let head = text.find("| crate | chip |").expect("the README has the table");
        let end = head + text[head..].find("\n\n").expect("something follows the table");
        let mut table =
            "| crate | chip | flash | RAM | target | tested |\n|---|---|---|---|---|---|"
                .to_owned();
        for board in ProjectBoard::value_variants() {
            let (row, firmware) = (board.row(), board.firmware());
            let tested = firmware
                .machine
                .map_or("only built".into(), |machine| format!("run in QEMU (`{machine}`)"));
            table += &format!(
                "\n| `{}` | {}, {} | {} | {} | `{}` | {tested} |",
                row.name,
                row.chip,
                row.core,
                bytes(row.flash),
                bytes(row.ram),
                firmware.target
            );
        }
        bless::compare(&readme, &[&text[..head], &table, &text[end..]].concat());
    }

    /// What a board adds is small.
    #[test]
    fn the_part_of_a_board_has_at_most_forty_lines() {
        for &board in ProjectBoard::value_variants() {
            let own = std::fs::read_to_string(example(board).join("src/lib.rs")).unwrap();
            let lines = own.lines().count();
            assert!(lines <= 40, "{}: {lines} lines", board.name());
            if let Some(shared) = shared(board) {
                assert!(own.contains(&format!("#[path = \"../../{shared}\"]")), "{}", board.name());
            }
        }
    }
}
