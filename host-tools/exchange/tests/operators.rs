//! The chapter on importing lists the operators that the code reads, and no others.

use std::collections::BTreeSet;

const CHAPTER: &str = include_str!("../src/book/importing.md");

/// The names in the first column of the table under a heading.
fn listed(heading: &str) -> BTreeSet<String> {
    let (_, section) = CHAPTER.split_once(heading).expect("the chapter has the heading");
    let section = section.split("\n# ").next().unwrap_or(section);
    let rows =
        section.lines().filter(|line| line.starts_with("| ") && !line.starts_with("| operator"));
    let names = rows.flat_map(|row| row.split('|').nth(1).unwrap_or("").split(','));
    names.map(|name| name.trim().to_owned()).collect()
}

/// The names that a function of the source matches on, until the arm that takes all others.
fn matched(source: &str, function: &str, last: &str) -> BTreeSet<String> {
    let (_, body) = source.split_once(function).expect("the source has the function");
    let body = body.split(last).next().unwrap_or(body);
    let lines = body.lines().map(str::trim).filter(|line| line.starts_with(['"', '|']));
    let patterns = lines.map(|line| line.split_once("=>").map_or(line, |(names, _)| names));
    let quoted = patterns.flat_map(|pattern| pattern.split('"').skip(1).step_by(2));
    quoted.filter(|name| name.len() > 2 && !name.contains(' ')).map(ToOwned::to_owned).collect()
}

#[test]
fn onnx() {
    let source = include_str!("../src/onnx/operators.rs");
    let code = matched(source, "fn apply(", "_ => Err(node.unknown())");
    assert_eq!(code, listed("# ONNX\n"));
    assert!(code.len() > 35, "{code:?}");
}

#[test]
fn tflite() {
    let source = include_str!("../src/tflite/operators.rs");
    let code = matched(source, "fn apply(", "other => {");
    assert_eq!(code, listed("# TensorFlow Lite\n"));
    assert!(code.len() > 35, "{code:?}");
}
