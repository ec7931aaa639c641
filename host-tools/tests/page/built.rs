//! The program that the tool has built in is that of its sources.
//!
//! The compiler of `core.wasm.txt` makes the same bytes of them again; another one makes a program with the same bits.
//! `TINYCONV_BLESS=1` puts the new program and its compiler there.

use std::path::{Path, PathBuf};
use std::process::Command;
use std::{env, fs};

use crate::bits;
use crate::program::BUILT_IN;
use crate::said::{is_set, say, skip};

const TARGET: &str = "wasm32-unknown-unknown";

/// Builds the page's program; its bytes.
fn build() -> Vec<u8> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
    // A directory of its own: cargo may be at work in the usual one.
    let target = env::var_os("CARGO_TARGET_DIR")
        .map_or_else(|| root.join("target"), PathBuf::from)
        .join("page");
    let output = Command::new(env!("CARGO"))
        .args([
            "build",
            "-p",
            "tinyconv-page",
            "--example",
            "page",
            "--profile",
            "page",
            "--target",
            TARGET,
        ])
        .arg("--target-dir")
        .arg(&target)
        .current_dir(&root)
        // What is set for the host's programs would change this one.
        .env("RUSTFLAGS", "")
        .env_remove("CARGO_ENCODED_RUSTFLAGS")
        .output()
        .unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    fs::read(target.join(TARGET).join("page/examples/page.wasm")).unwrap()
}

fn rustc(arguments: &[&str]) -> String {
    let program = env::var_os("RUSTC").unwrap_or_else(|| "rustc".into());
    let output = Command::new(program).args(arguments).output().unwrap();
    String::from_utf8(output.stdout).unwrap().trim().into()
}

#[test]
fn the_built_in_program_is_that_of_the_sources() {
    let installed =
        Path::new(&rustc(&["--print", "sysroot"])).join("lib/rustlib").join(TARGET).join("lib");
    if !installed.exists() {
        skip(&format!("Rust's target {TARGET} is not installed"), "TINYCONV_REQUIRE_WASM");
        return;
    }
    let assets = Path::new(env!("CARGO_MANIFEST_DIR")).join("src/serve/assets");
    let (built, compiler) = (build(), rustc(&["--version"]));
    let kilobytes = built.len() as f64 / 1000.0;
    if is_set("TINYCONV_BLESS") {
        fs::write(assets.join("core.wasm"), &built).unwrap();
        let text = format!(
            "{compiler}\n\nThis compiler made core.wasm of host-tools/page, in the way that host-tools/tests/page/built.rs has.\n"
        );
        fs::write(assets.join("core.wasm.txt"), text).unwrap();
        say(&format!("core.wasm written: {kilobytes:.1} kB, {compiler}"));
        return;
    }
    let text = fs::read_to_string(assets.join("core.wasm.txt")).unwrap();
    if text.lines().next() == Some(&compiler) {
        assert!(
            built == BUILT_IN,
            "core.wasm is not what its sources make: TINYCONV_BLESS=1 cargo test -p host-tools --test page built"
        );
        say(&format!("core.wasm: {kilobytes:.1} kB, the same bytes built again by {compiler}"));
    } else {
        bits::all_networks(&built);
        say(&format!(
            "core.wasm: built by {compiler} ({kilobytes:.1} kB), another compiler: the bits of the host"
        ));
    }
}
