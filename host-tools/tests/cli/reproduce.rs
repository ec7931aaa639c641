//! The texts' experiments, as far as they are quick.

use std::fs;

use crate::tool::Tool;

#[test]
fn quick_experiments_print_and_write_their_table() {
    let tool = Tool::new();
    let printed =
        tool.succeeds(&["reproduce", "blog-shapes", "book", "--quick", "--data", "data", "--json"]);
    let report = printed.json();
    assert_eq!(report["seeds"], 1);
    assert_eq!(report["interrupted"], false);
    let rows = report["rows"].as_array().unwrap();
    assert!(rows.iter().map(|row| &row["name"]).eq(["blog-shapes", "book"]));
    assert_eq!(rows[1]["published"], 0.905);
    assert!(printed.stderr.contains("book, seed 1: "), "{}", printed.stderr);

    let page = fs::read_to_string(tool.path("reproduced/reproduce.md")).unwrap();
    assert!(page.contains("| blog-shapes | blog, shapes | 100.00 | "), "{page}");
    let file = fs::read(tool.path("reproduced/reproduce.json")).unwrap();
    assert_eq!(serde_json::from_slice::<serde_json::Value>(&file).unwrap(), report);
    let curves = fs::read_to_string(tool.path("reproduced/book-accuracy.svg")).unwrap();
    assert!(curves.contains("validation"));
}

#[test]
fn what_cannot_be_run_is_refused() {
    let tool = Tool::new();
    tool.refuses(&["reproduce", "film", "--data", "data"], &["film", "lecture", "notes-grid"]);
    tool.refuses(&["reproduce", "book", "--data", "data", "--seeds", "0"], &["--seeds"]);
    tool.refuses(&["reproduce", "book", "--data", "nowhere"], &["nowhere"]);
    tool.refuses(
        &["reproduce", "notes-grid", "--data", "data", "--learning-rates", "0.1,NaN"],
        &["`NaN`", "learning rates", "finite numbers above 0"],
    );
    tool.refuses(
        &["reproduce", "notes", "--data", "data", "--quick"],
        &["notes has no result", "there are only 320"],
    );
}
