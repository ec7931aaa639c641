//! Puts the memory map of the machine that is built for where the linker script `link.x` looks for it.

use std::path::PathBuf;
use std::{env, fs};

/// Machines that are chosen by the feature of their name, since another one has the same target.
const CHOSEN: [(&str, &str); 2] =
    [("CARGO_FEATURE_NETDUINOPLUS2", "netduinoplus2"), ("CARGO_FEATURE_MPS2_AN500", "mps2-an500")];

/// Where nothing is mapped below RAM, but QEMU swallows what is written there.
const GUARDED_BY_MPU: [&str; 2] = ["mps2-an386", "mps2-an500"];

fn main() {
    let chosen = CHOSEN.iter().find(|(feature, _)| env::var_os(feature).is_some());
    let machine = match chosen {
        Some(&(_, machine)) => machine,
        None => default_machine(&env::var("TARGET").expect("cargo sets TARGET")),
    };
    let map = format!("memory/{machine}.x");
    println!("cargo:rerun-if-changed={map}");
    let out = PathBuf::from(env::var_os("OUT_DIR").expect("cargo sets OUT_DIR"));
    fs::copy(&map, out.join("memory.x")).unwrap_or_else(|error| panic!("{map}: {error}"));
    println!("cargo:rustc-link-search={}", out.display());
    println!("cargo:rustc-check-cfg=cfg(guarded_by_mpu)");
    if GUARDED_BY_MPU.contains(&machine) {
        println!("cargo:rustc-cfg=guarded_by_mpu");
    }
}

/// The machine of a target when no feature chooses another.
fn default_machine(target: &str) -> &'static str {
    match target {
        "thumbv6m-none-eabi" => "microbit",
        "thumbv7m-none-eabi" => "lm3s6965evb",
        "thumbv7em-none-eabihf" => "mps2-an386",
        "thumbv8m.main-none-eabihf" => "mps2-an505",
        "riscv32imac-unknown-none-elf" => "virt",
        _ => panic!(
            "no machine has the target {target}: add its memory map to tests/firmware/memory"
        ),
    }
}
