//! Puts `memory.x`, if there is one, where the linker looks for it.

use std::path::{Path, PathBuf};
use std::{env, fs};

fn main() {
    let out = PathBuf::from(env::var_os("OUT_DIR").expect("cargo sets OUT_DIR"));
    if Path::new("memory.x").exists() {
        fs::copy("memory.x", out.join("memory.x")).expect("memory.x can be copied");
        println!("cargo:rustc-link-search={}", out.display());
    }
    println!("cargo:rerun-if-changed=memory.x");
}
