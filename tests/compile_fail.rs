//! Networks that do not fit together are errors of `cargo check` that say what to change.
//!
//! Each program in `tests/compile_fail` begins with the sentence that the compiler has to print.
//! They are checked by cargo as a user would, as the binaries of one package; no text beyond the
//! sentence is compared, as the compiler's own words differ from version to version.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::{env, fs};

const ROOT: &str = env!("CARGO_MANIFEST_DIR");

/// Name -> source of the programs.
fn programs() -> BTreeMap<String, String> {
    let entries = fs::read_dir(Path::new(ROOT).join("tests/compile_fail")).unwrap();
    let paths = entries.map(|entry| entry.unwrap().path());
    let name = |path: &PathBuf| path.file_stem().unwrap().to_str().unwrap().to_owned();
    paths.map(|path| (name(&path), fs::read_to_string(path).unwrap())).collect()
}

/// A package of its own with all programs as binaries, which uses this crate as anybody would.
fn write_package(programs: &BTreeMap<String, String>) -> PathBuf {
    let package = Path::new(env!("CARGO_TARGET_TMPDIR")).join("compile_fail");
    let binaries = package.join("src/bin");
    let _ = fs::remove_dir_all(&binaries);
    fs::create_dir_all(&binaries).unwrap();
    let manifest = format!(
        "[package]\nname = \"compile_fail\"\nedition = \"2024\"\n\n\
         [dependencies]\ntinyconv = {{ path = {ROOT:?} }}\n\n\
         [workspace]\n"
    );
    fs::write(package.join("Cargo.toml"), manifest).unwrap();
    // The versions that are there already: the check works without network.
    fs::copy(Path::new(ROOT).join("Cargo.lock"), package.join("Cargo.lock")).unwrap();
    for (name, source) in programs {
        let main = if source.contains("fn main") { "" } else { "\nfn main() {}\n" };
        fs::write(binaries.join(format!("{name}.rs")), format!("{source}{main}")).unwrap();
    }
    package
}

/// Whether `cargo check` accepts a program, and what it prints.
fn check(package: &Path, name: &str) -> (bool, String) {
    let output = Command::new(env!("CARGO"))
        .args(["check", "--quiet", "--color=never", "--bin", name])
        .current_dir(package)
        .env("CARGO_TARGET_DIR", package.join("target"))
        .env_remove("RUSTFLAGS")
        .output()
        .unwrap();
    (output.status.success(), String::from_utf8(output.stderr).unwrap())
}

#[test]
fn programs_with_a_mistake_are_errors_that_name_it() {
    let programs = programs();
    let package = write_package(&programs);
    let (accepted, stderr) = check(&package, "fits");
    assert!(accepted, "the control does not compile:\n{stderr}");
    let mut failures = String::new();
    let mut mistakes = 0;
    for (name, source) in programs.iter().filter(|(name, _)| *name != "fits") {
        let expected = source.lines().next().and_then(|line| line.strip_prefix("//! error: "));
        let expected = expected.unwrap_or_else(|| panic!("{name} says no `//! error: `"));
        let (accepted, stderr) = check(&package, name);
        // Long labels are broken into lines.
        let printed: Vec<&str> = stderr.split_whitespace().collect();
        if accepted || !printed.join(" ").contains(expected) {
            failures += &format!("{name}: expected `{expected}`, got:\n{stderr}\n");
        }
        mistakes += 1;
    }
    assert!(failures.is_empty(), "{failures}");
    assert!(mistakes >= 32, "programs are missing");
}
