//! Training that runs away: it stops, explains, and spares the model that was there before.

use std::fs;

use tinyconv::model_file::ModelFile;

use crate::tool::Tool;

#[test]
fn at_once_nothing_is_written() {
    let tool = Tool::new();
    tool.refuses(
        &["train", "--data", "data", "--learning-rate", "1e30"],
        &["diverged in epoch 1", "--learning-rate 0.005", "there were no good parameters to keep"],
    );
    tool.trained("digits");
    tool.refuses(
        &["train", "--data", "data", "--learning-rate", "1e30"],
        &["diverged", "trained/digits.tinyconv was not touched"],
    );
}

#[test]
fn later_the_last_good_parameters_are_kept() {
    let tool = Tool::new();
    let normal = tool.trained("linear");
    let before = fs::read(&normal).unwrap();
    let reports = ["report.html", "metrics.jsonl"];
    let read = |name: &str| fs::read(tool.path(&format!("trained/{name}"))).unwrap();
    let reports_before = reports.map(|ending| read(&format!("linear.{ending}")));
    let data = ["train", "--model", "linear", "--data", "data", "--batch", "1"];
    // The rate rises from a 25th of this, so that the numbers overflow only after a while.
    let rate = ["--augment", "none", "--epochs", "5", "--learning-rate", "1e36"];
    let output = tool.command(&[&data[..], &rate].concat()).output().unwrap();
    let stderr = String::from_utf8(output.stderr).unwrap();
    assert_eq!(output.status.code(), Some(2), "{stderr}");
    assert!(stderr.contains("diverged in epoch") && stderr.contains("linear-last-good.tinyconv"));
    assert_eq!(fs::read(normal).unwrap(), before);
    let kept = fs::read(tool.path("trained/linear-last-good.tinyconv")).unwrap();
    assert!(ModelFile::parse(&kept).unwrap().parameters().all(f32::is_finite));
    // So are the reports: those of the run before, and those of what was kept.
    assert_eq!(reports.map(|ending| read(&format!("linear.{ending}"))), reports_before);
    let [page, figures] = reports.map(|ending| read(&format!("linear-last-good.{ending}")));
    assert!(String::from_utf8(page).unwrap().contains("Training diverged in epoch"));
    assert!(String::from_utf8(figures).unwrap().contains(r#""ending":"diverged""#));
}
