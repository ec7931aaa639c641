//! Networks that do not fit together are errors of `cargo check` that say what to change, where it stands, once, and
//! shortly.
//!
//! Beside each program `NAME.rs` in `tests/compile_fail` is `NAME.stderr` with the errors that the compiler has to
//! print: headline and place of each, all that does not differ from one version of it to the next. With
//! `TINYCONV_BLESS=1` the files are written instead of compared.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::{env, fs};

use serde_json::Value;

const ROOT: &str = env!("CARGO_MANIFEST_DIR");

/// Lines that an error may take in a terminal, those with nothing but a bar not counted.
const MOST_LINES: usize = 12;

/// The program without a mistake.
const CONTROL: &str = "fits";

fn directory() -> PathBuf {
    Path::new(ROOT).join("tests/compile_fail")
}

/// Name -> source of the programs.
fn programs() -> BTreeMap<String, String> {
    let paths = fs::read_dir(directory()).unwrap().map(|entry| entry.unwrap().path());
    let programs = paths.filter(|path| path.extension().is_some_and(|extension| extension == "rs"));
    let name = |path: &PathBuf| path.file_stem().unwrap().to_str().unwrap().to_owned();
    programs.map(|path| (name(&path), fs::read_to_string(path).unwrap())).collect()
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

/// What the compiler said of one program.
#[derive(Default)]
struct Errors {
    /// As in the files of what is expected, by line and column.
    listed: BTreeMap<(u64, u64), String>,
    /// As printed in a terminal.
    rendered: Vec<String>,
}

/// Checks all programs with one command; program -> errors.
fn check(package: &Path) -> BTreeMap<String, Errors> {
    let output = Command::new(env!("CARGO"))
        .args(["check", "--bins", "--keep-going", "--message-format=json", "--color=never"])
        .current_dir(package)
        .env("CARGO_TARGET_DIR", package.join("target"))
        .env_remove("RUSTFLAGS")
        .output()
        .unwrap();
    let mut all = BTreeMap::new();
    for line in String::from_utf8(output.stdout).unwrap().lines() {
        let line: Value = serde_json::from_str(line).unwrap();
        let program = line["target"]["name"].as_str().unwrap_or_default().to_owned();
        // Of each program there is at least the artefact, or an error.
        let errors: &mut Errors = all.entry(program).or_default();
        let message = &line["message"];
        let rendered = message["rendered"].as_str().unwrap_or_default().to_owned();
        // As cargo does in a terminal: what is said twice in the same words is said once.
        let is_new = !errors.rendered.contains(&rendered);
        if line["reason"] == "compiler-message" && message["level"] == "error" && is_new {
            if let Some((place, error)) = listed(message) {
                errors.listed.entry(place).or_default().push_str(&error);
            }
            errors.rendered.push(rendered);
        }
    }
    let stderr = String::from_utf8_lossy(&output.stderr);
    assert!(all.contains_key(CONTROL), "nothing is checked:\n{stderr}");
    all
}

/// Place and text of an error; none of the line that says how many there were.
fn listed(message: &Value) -> Option<((u64, u64), String)> {
    let headline = message["message"].as_str()?;
    let spans = message["spans"].as_array()?;
    let Some(mut place) = spans.iter().find(|span| span["is_primary"] == true) else {
        let is_summary = headline.starts_with("aborting due to");
        return (!is_summary).then(|| ((0, 0), format!("error: {headline}\n")));
    };
    // Of what a macro wrote, the place of the macro's call is shown.
    while let Some(call) = place["expansion"].get("span") {
        place = call;
    }
    // What is "mismatched" stands at the place. Where a constant was evaluated is the compiler's affair.
    let label = match place["label"].as_str() {
        Some(label) if message["code"]["code"] == "E0308" => format!(": {label}"),
        _ => String::new(),
    };
    let file = Path::new(place["file_name"].as_str()?).file_name()?.to_str()?;
    let (line, column) = (place["line_start"].as_u64()?, place["column_start"].as_u64()?);
    let text = format!("error: {headline}{label}\n --> {file}:{line}:{column}\n");
    Some(((line, column), text))
}

/// Lines that say or show something.
fn lines(rendered: &str) -> usize {
    rendered.lines().filter(|line| !["", "|"].contains(&line.trim())).count()
}

#[test]
fn programs_with_a_mistake_are_errors_that_name_it() {
    let programs = programs();
    let package = write_package(&programs);
    let all = check(&package);
    let (mut failures, mut mistakes) = (String::new(), 0);
    for name in programs.keys() {
        let Some(errors) = all.get(name) else { panic!("{name} was not checked") };
        let rendered = errors.rendered.concat();
        if name == CONTROL {
            assert!(rendered.is_empty(), "the control does not compile:\n{rendered}");
            continue;
        }
        mistakes += 1;
        let expected = directory().join(format!("{name}.stderr"));
        let listed = errors.listed.values().cloned().collect::<Vec<_>>().join("\n");
        if env::var_os("TINYCONV_BLESS").is_some() {
            fs::write(&expected, &listed).unwrap();
        }
        let expected = fs::read_to_string(expected).unwrap_or_default();
        if listed.is_empty() || listed != expected {
            failures += &format!("{name}: expected\n{expected}\ngot\n{listed}\nin\n{rendered}\n");
        }
        if errors.rendered.iter().any(|error| lines(error) > MOST_LINES) {
            failures += &format!("{name}: more than {MOST_LINES} lines in\n{rendered}\n");
        }
    }
    assert!(failures.is_empty(), "{failures}");
    assert!(mistakes >= 32, "programs are missing");
}
