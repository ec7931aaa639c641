//! The code of a firmware does not grow unseen: `tests/data/code-size` says how large it was, in a table for each version
//! of the compiler, and more than 5 % on top is a failure until someone has looked at it. `TINYCONV_BLESS=1` writes the
//! table of this version anew.

use std::fmt::Write;
use std::path::{Path, PathBuf};
use std::{env, fs};

use crate::support::elf;
use crate::support::firmware::{Image, Net};
use crate::support::inputs::Inputs;
use crate::support::qemu::{MICROBIT, Machine, NETDUINOPLUS2};
use crate::support::tools;

const TABLES: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../tests/data/code-size");

/// In hundredths of the size before.
const ALLOWED: u32 = 105;

/// Which images are watched: those that print, and those with the core's code alone.
const IMAGES: [(&str, &[&str]); 5] = [
    ("infer", &[]),
    ("infer-only", &["link-check"]),
    ("train", &[]),
    ("train-only", &["link-check"]),
    ("train-batches-only", &["link-check"]),
];

const MACHINES: [(&Machine, Net); 2] =
    [(&MICROBIT, Net::DigitsTiny), (&NETDUINOPLUS2, Net::Digits)];

/// One line of the table.
#[derive(PartialEq, Eq)]
struct Size {
    machine: String,
    image: String,
    code: u32,
    flash: u32,
}

impl Size {
    fn parse(line: &str) -> Option<Self> {
        let mut fields = line.split_whitespace();
        let mut field = || fields.next();
        let (machine, image) = (field()?.into(), field()?.into());
        let (code, flash) = (field()?.parse().ok()?, field()?.parse().ok()?);
        field().is_none().then_some(Self { machine, image, code, flash })
    }
}

fn table(sizes: &[Size], compiler: &str) -> String {
    let mut text = format!(
        "# Bytes of firmware, see tests/qemu/code_size.rs: instructions; all that is stored in flash.\n\
         # Written with {compiler}.\n"
    );
    for Size { machine, image, code, flash } in sizes {
        writeln!(text, "{machine:<16}{image:<20}{code:>8}{flash:>8}").expect("a string");
    }
    text
}

/// The table of a version of the compiler, `1.95` for instance; if there is none, of the newest that there is.
fn table_for(version: &str) -> PathBuf {
    let own = Path::new(TABLES).join(format!("{version}.txt"));
    if own.exists() {
        return own;
    }
    let tables = fs::read_dir(TABLES).expect("the tables are there");
    tables.flatten().map(|entry| entry.path()).max().expect("at least one table")
}

/// All sizes as they are now, and the compiler that made them; `None` if a target is missing.
fn measure() -> Option<(Vec<Size>, String)> {
    let mut sizes = Vec::new();
    let mut compiler = String::new();
    for (machine, net) in MACHINES {
        let toolchain = tools::available(machine.target, &[])?;
        compiler = toolchain.compiler();
        for (name, features) in IMAGES {
            // The smallest board has the room to run `digits`, not to train it.
            let net = if name.starts_with("infer") { Net::Digits } else { net };
            let image = Image::with_features(name, features).of(net);
            let elf = image.build(machine, &toolchain, Inputs::prepare()).unwrap();
            let size = elf::footprint(&elf).unwrap();
            sizes.push(Size {
                machine: machine.name.into(),
                image: name.into(),
                code: size.code,
                flash: size.flash,
            });
        }
    }
    Some((sizes, compiler))
}

/// What has grown too much, or is in one of the tables alone.
fn complaints(kept: &[Size], now: &[Size]) -> Vec<String> {
    let find = |sizes: &[Size], like: &Size| {
        let position =
            sizes.iter().position(|s| s.machine == like.machine && s.image == like.image);
        position.map(|position| sizes[position].code)
    };
    let mut complaints = Vec::new();
    for size in now {
        let Size { machine, image, code, .. } = size;
        match find(kept, size) {
            None => complaints.push(format!("{image} on {machine} is not in the table")),
            Some(before) if 100 * code > ALLOWED * before => complaints
                .push(format!("{image} on {machine} had {before} bytes of code, now {code}")),
            Some(_) => {}
        }
    }
    for size in kept.iter().filter(|size| find(now, size).is_none()) {
        complaints.push(format!("{} on {} is in the table alone", size.image, size.machine));
    }
    complaints
}

#[test]
fn code_has_not_grown() {
    let Some((now, compiler)) = measure() else {
        return;
    };
    let text = table(&now, &compiler);
    // rustc 1.95.0 (59807616e 2026-04-14)
    let version = compiler.split(' ').nth(1).and_then(|version| version.rsplit_once('.'));
    let (version, _) = version.unwrap_or_else(|| panic!("{compiler:?} has no version"));
    tools::say(&format!("\n{text}"));
    if env::var_os("TINYCONV_BLESS").is_some_and(|value| value == "1") {
        let own = Path::new(TABLES).join(format!("{version}.txt"));
        fs::write(own, &text).expect("the table can be written");
    }
    let file = table_for(version);
    let kept = fs::read_to_string(&file).expect("the table can be read");
    let kept: Vec<Size> = kept
        .lines()
        .filter(|line| !line.starts_with('#'))
        .map(|line| Size::parse(line).unwrap_or_else(|| panic!("{}: {line:?}", file.display())))
        .collect();
    let complaints = complaints(&kept, &now);
    assert!(
        complaints.is_empty(),
        "{}\nif that is as it must be: TINYCONV_BLESS=1 cargo test -p host-tools --test qemu code",
        complaints.join("\n")
    );
}

#[test]
fn growth_is_seen() {
    let size =
        |image: &str, code| Size { machine: "m".into(), image: image.into(), code, flash: 0 };
    let kept = [size("a", 1000), size("b", 1000)];
    assert!(complaints(&kept, &[size("a", 1050), size("b", 10)]).is_empty());
    assert_eq!(
        complaints(&kept, &[size("a", 1051), size("c", 1)]),
        [
            "a on m had 1000 bytes of code, now 1051",
            "c on m is not in the table",
            "b on m is in the table alone"
        ]
    );
    assert!(Size::parse("m a 1").is_none() && Size::parse("m a 1 2 3").is_none());
}
