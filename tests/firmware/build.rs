//! Puts the memory map of the machine that is built for where the linker script `link.x` looks for it.

use std::path::PathBuf;
use std::{env, fs};

fn main() {
    println!("cargo:rerun-if-env-changed=TINYCONV_MACHINE");
    let machine = env::var("TINYCONV_MACHINE").unwrap_or_else(|_| "mps2-an386".into());
    let map = format!("memory/{machine}.x");
    println!("cargo:rerun-if-changed={map}");
    let out = PathBuf::from(env::var_os("OUT_DIR").expect("cargo sets OUT_DIR"));
    fs::copy(&map, out.join("memory.x")).unwrap_or_else(|error| panic!("{map}: {error}"));
    println!("cargo:rustc-link-search={}", out.display());
}
