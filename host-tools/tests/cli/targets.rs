//! Numbers to be told from pictures, in place of classes.

use std::fs;

use image::{GrayImage, Luma};
use tinyconv::model_file::ModelFile;

use crate::tool::Tool;

/// The number of picture `index`: how grey it is, from 0 to 1.
fn grey(index: u32) -> f32 {
    (index * 37 % 100) as f32 / 100.0
}

/// Sixty grey pictures, and a table of ten numbers for each: `0.1, 0.2, ..` times how grey it is.
fn pictures(tool: &Tool) {
    let directory = tool.path("grey");
    fs::create_dir_all(directory.join("pictures")).unwrap();
    let mut table = "file,a,b,c,d,e,f,g,h,i,j\n".to_owned();
    for index in 0..60 {
        let name = format!("pictures/{index}.png");
        let pixel = (grey(index) * 255.0).round() as u8;
        GrayImage::from_pixel(28, 28, Luma([pixel])).save(directory.join(&name)).unwrap();
        table += &name;
        for output in 1..=10 {
            table += &format!(",{:.3}", grey(index) * output as f32 / 10.0);
        }
        table.push('\n');
    }
    fs::write(directory.join("targets.csv"), table).unwrap();
}

const TRAIN: [&str; 9] =
    ["train", "--model", "linear", "--data", "grey", "--epochs", "60", "--learning-rate", "0.01"];

#[test]
fn the_mean_squared_error_takes_the_place_of_accuracy() {
    let tool = Tool::new();
    pictures(&tool);
    let printed = tool.succeeds(&TRAIN);
    let note = "note: the data have targets, so the loss is mean-squared-error (--loss)";
    assert!(printed.stderr.contains(note), "{}", printed.stderr);
    assert!(printed.stdout.contains("test mean-squared-error"), "{}", printed.stdout);
    assert!(!printed.stdout.contains("accuracy"), "{}", printed.stdout);

    let result = tool.succeeds(&[&TRAIN[..], &["--json"]].concat()).json();
    // The mean of all outputs, whatever the picture, is off by 0.03 in the mean square.
    let error = result["test_loss"].as_f64().unwrap();
    assert!(error < 0.001 && result["test_accuracy"].is_null(), "{result}");
    let bytes = fs::read(tool.path("trained/linear.tinyconv")).unwrap();
    let file = ModelFile::parse(&bytes).unwrap();
    assert_eq!((file.training.test_accuracy, &file.labels[..]), (0.0, &[][..])); // not known, no classes
    let inspected = tool.succeeds(&["inspect", "trained/linear.tinyconv"]).stdout;
    assert!(inspected.contains("test accuracy  not known"), "{inspected}");

    let predict = ["predict", "trained/linear.tinyconv", "grey/pictures/50.png"];
    let table = tool.succeeds(&predict).stdout;
    assert!(table.contains("output 10") && !table.contains("probability"), "{table}");
    let predicted = tool.succeeds(&[&predict[..], &["--json"]].concat()).json();
    let predicted = &predicted["predictions"][0];
    let last = predicted["outputs"][9].as_f64().unwrap();
    assert!((last - f64::from(grey(50))).abs() < 0.1, "{last}");
    assert!(predicted["class"].is_null() && predicted["probability"].is_null(), "{predicted}");

    let eval = ["eval", "trained/linear.tinyconv", "--data", "grey"];
    let judged = tool.succeeds(&[&eval[..], &["--json"]].concat()).json();
    assert_eq!(
        (&judged["test_loss"], &judged["test_accuracy"]),
        (&result["test_loss"], &().into())
    );
    let samples = &result["test_samples"];
    assert_eq!(&judged["samples"], samples);
    let text = tool.succeeds(&eval).stdout;
    assert!(text.starts_with("linear: test mean-squared-error 0.00"), "{text}");
    assert!(text.contains(&format!("({samples} samples)")), "{text}");
    for page in ["linear.report.html", "linear.eval.report.html"] {
        let page = fs::read_to_string(tool.path("trained").join(page)).unwrap();
        assert!(page.contains("test loss") && !page.contains("Confusions"), "{page}");
        assert!(!page.contains("accuracy"), "{page}");
    }
}

#[test]
fn the_epoch_with_the_smallest_validation_loss_is_the_best() {
    let tool = Tool::new();
    pictures(&tool);
    // At such a rate, the loss goes up and down.
    let rate = [
        "train",
        "--model",
        "linear",
        "--data",
        "grey",
        "--epochs",
        "20",
        "--learning-rate",
        "0.3",
    ];
    let best = ["--schedule", "constant", "--validate", "0.2", "--keep", "best", "--json"];
    let result = tool.succeeds(&[&rate[..], &best].concat()).json();
    let text = fs::read_to_string(tool.path("trained/linear.metrics.jsonl")).unwrap();
    let losses: Vec<f64> = text
        .lines()
        .map(|line| serde_json::from_str::<serde_json::Value>(line).unwrap())
        .filter(|line| line["event"] == "epoch")
        .map(|line| line["validation"]["loss"].as_f64().unwrap())
        .collect();
    let smallest = losses.iter().copied().fold(f64::INFINITY, f64::min);
    let epoch = losses.iter().position(|&loss| loss == smallest).unwrap() + 1;
    assert_eq!((result["kept_epoch"].as_u64(), losses.len()), (Some(epoch as u64), 20));
    assert_eq!(result["validation_loss"], smallest);
}

#[test]
fn losses_weights_and_tables_that_do_not_fit() {
    let tool = Tool::new();
    pictures(&tool);
    let refuses = |options: &[&str], words: &[&str]| {
        tool.refuses(&[&TRAIN[..], options].concat(), words);
    };
    refuses(
        &["--loss", "cross-entropy"],
        &["are not probabilities whose sum is 1", "use --loss mean-squared-error"],
    );
    tool.succeeds(&[&TRAIN[..], &["--loss", "binary-cross-entropy"]].concat());

    let table = tool.path("grey/targets.csv");
    let whole = fs::read_to_string(&table).unwrap();
    fs::write(&table, whole.replace(",j\n", "\n")).unwrap();
    refuses(&[], &["line 1 of grey/targets.csv has 10 fields", "a file and 10 numbers"]);
    fs::write(&table, whole.replacen("file,", "picture,", 1)).unwrap();
    refuses(&[], &["`a` is no finite number, in line 1", "`file` if it is a heading"]);
    fs::write(&table, whole.replace("pictures/7.png", "pictures/70.png")).unwrap();
    refuses(&[], &["cannot read the picture", "pictures/70.png"]);
}
