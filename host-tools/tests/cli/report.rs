//! Reports: a page that needs nothing else, and the same figures as lines of JSON.

use std::fs;
use std::path::Path;

use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use serde_json::{Value, json};
use tinyconv::model_file::ModelFile;

use crate::data::{TEST, TRAIN};
use crate::tool::Tool;

/// The lines of a file of figures.
fn lines(path: &Path) -> Vec<Value> {
    let text = fs::read_to_string(path).unwrap();
    assert!(text.ends_with('\n'));
    text.lines().map(|line| serde_json::from_str(line).unwrap()).collect()
}

/// The page, which is small, valid, and asks nobody for anything.
fn page(path: &Path) -> String {
    let bytes = fs::read(path).unwrap();
    assert!(bytes.len() <= 2 << 20, "{} bytes", bytes.len());
    let page = String::from_utf8(bytes).unwrap();
    assert!(page.starts_with("<!DOCTYPE html>") && page.ends_with("</html>"));
    for elsewhere in ["http://", "https://", "//cdn", "<script", "@import", "url(", "<link"] {
        assert!(!page.contains(elsewhere), "{elsewhere}");
    }
    let values = |attribute: &str| -> Vec<String> {
        let begin = format!(" {attribute}=\"");
        let parts = page.split(&begin).skip(1);
        parts.map(|part| part.split('"').next().unwrap().to_owned()).collect()
    };
    assert!(values("href").iter().all(|target| target.starts_with('#')));
    for source in values("src") {
        let png = source.strip_prefix("data:image/png;base64,").expect("a picture in the page");
        image::load_from_memory(&BASE64_STANDARD.decode(png).unwrap()).unwrap();
    }
    page
}

/// Numbers without the spaces between groups of digits.
fn plain(page: &str) -> String {
    page.replace(['\u{202f}', '\u{a0}'], "")
}

#[test]
fn training_writes_a_page_and_figures_that_agree_with_the_model() {
    let tool = Tool::new();
    let arguments = ["train", "--data", "data", "--epochs", "3", "--batch", "8", "--json"];
    let printed = tool.succeeds(&arguments).json();
    assert_eq!(printed["report"], "trained/digits.report.html");
    assert_eq!(printed["metrics"], "trained/digits.metrics.jsonl");

    let lines = lines(&tool.path("trained/digits.metrics.jsonl"));
    let [options, epochs @ .., result] = &lines[..] else { panic!("{lines:?}") };
    assert_eq!(options["event"], "options");
    assert_eq!((&options["epochs"], &options["training_samples"]), (&json!(3), &json!(TRAIN)));
    assert_eq!((&options["loss"], &options["seed"]), (&json!("cross-entropy"), &json!(1)));
    assert_eq!(epochs.len(), 3);
    for (index, (epoch, point)) in
        epochs.iter().zip(result["epochs"].as_array().unwrap()).enumerate()
    {
        assert_eq!((&epoch["event"], &epoch["epoch"]), (&json!("epoch"), &json!(index + 1)));
        assert_eq!(epoch["batch"], TRAIN.div_ceil(8));
        assert_eq!(
            (&epoch["training"], &epoch["test"]),
            (&point["training"], &point["validation"])
        );
    }
    let rates = result["learning_rates"].as_array().unwrap();
    assert_eq!(rates.last().unwrap()["learning_rate"], epochs[2]["learning_rate"]);

    let bytes = fs::read(tool.path("trained/digits.tinyconv")).unwrap();
    let file = ModelFile::parse(&bytes).unwrap();
    assert_eq!((&result["event"], &result["network"]), (&json!("result"), &json!("digits")));
    assert_eq!(result["ending"], "finished");
    let accuracy = result["test_accuracy"].as_f64().unwrap();
    assert_eq!(file.training.test_accuracy, accuracy as f32);
    assert_eq!(result["test_accuracy"], epochs[2]["test"]["accuracy"]);
    assert_eq!(result["test_loss"], epochs[2]["test"]["loss"]);
    assert_eq!(result["parameters"], file.parameters().len());
    let rows = result["confusion"].as_array().unwrap().iter().map(|row| row.as_array().unwrap());
    let counts: Vec<Vec<u64>> =
        rows.map(|row| row.iter().map(|count| count.as_u64().unwrap()).collect()).collect();
    assert_eq!(counts.iter().flatten().sum::<u64>(), u64::from(TEST));

    let page = page(&tool.path("trained/digits.report.html"));
    let plain = plain(&page);
    assert_eq!(page.matches("<svg").count(), 3, "loss, accuracy, learning rate");
    assert!(plain.contains(&format!("{:.2}%", accuracy * 100.0)));
    assert!(plain.contains(&format!("{:.4}", result["test_loss"].as_f64().unwrap())));
    for layer in result["layers"].as_array().unwrap() {
        for what in ["kind", "parameters", "multiply_adds"] {
            let text = layer[what].to_string().replace('"', "");
            assert!(text == "0" || plain.contains(&text), "{what} {text}");
        }
    }
    for way in result["memory"]["training"].as_array().unwrap() {
        assert!(plain.contains(&format!(">{}<", way["total"])), "{way}");
    }
    let mistakes = result["mistakes"].as_array().unwrap();
    let wrong: u64 = u64::from(TEST) - (0..10).map(|class| counts[class][class]).sum::<u64>();
    assert_eq!(mistakes.len() as u64, wrong.min(20));
    for mistake in mistakes {
        assert!(plain.contains(&format!("image {}<", mistake["index"])), "{mistake}");
        assert_ne!(mistake["label"], mistake["predicted"]);
    }
    // A picture for each mistake and for each convolution.
    assert_eq!(page.matches("data:image/png").count(), mistakes.len() + 2);
    for board in result["boards"].as_array().unwrap() {
        assert!(page.contains(board["board"]["chip"].as_str().unwrap()), "{board}");
    }
}

#[test]
fn the_same_run_gives_the_same_page_but_for_its_speed() {
    let tool = Tool::new();
    let train = |out: &str, threads: &str| {
        let arguments = ["train", "--model", "linear", "--data", "data", "--epochs", "2"];
        tool.succeeds(&[&arguments[..], &["--threads", threads, "--out", out]].concat());
        let mut lines = lines(&tool.path(out).join("linear.metrics.jsonl"));
        for line in &mut lines {
            let line = line.as_object_mut().unwrap();
            for speed in ["images_per_s", "train_images_per_s", "threads"] {
                line.remove(speed);
            }
        }
        lines
    };
    assert_eq!(train("one", "1"), train("two", "2"));
}

#[test]
fn evaluation_has_a_report_of_its_own() {
    let tool = Tool::new();
    tool.trained("digits-dense");
    let training = fs::read(tool.path("trained/digits-dense.report.html")).unwrap();
    let eval = ["eval", "trained/digits-dense.tinyconv", "--data", "data"];
    let printed = tool.succeeds(&eval);
    assert!(printed.stderr.contains("trained/digits-dense.eval.report.html"));
    assert_eq!(fs::read(tool.path("trained/digits-dense.report.html")).unwrap(), training);

    let [result] = &lines(&tool.path("trained/digits-dense.eval.metrics.jsonl"))[..] else {
        panic!("one line")
    };
    let text = page(&tool.path("trained/digits-dense.eval.report.html"));
    assert!(!text.contains("<svg") && text.contains("Confusions"));
    assert!(result["ending"].is_null());
    let json = tool.succeeds(&[&eval[..], &["--json"]].concat()).json();
    for what in ["test_accuracy", "confusion", "class_accuracy"] {
        assert_eq!(result[what], json[what], "{what}");
    }

    tool.succeeds(&[&eval[..], &["--report", "out/page.html"]].concat());
    page(&tool.path("out/page.html"));
    assert!(tool.path("out/page.metrics.jsonl").is_file());
    let before = tool.files();
    tool.succeeds(&[&eval[..], &["--no-report"]].concat());
    assert!(tool.files() == before, "--no-report writes nothing");
}

#[test]
fn places_are_refused_before_the_work_begins() {
    let tool = Tool::new();
    tool.trained("linear");
    fs::write(tool.path("file"), "content").unwrap();
    let train = ["train", "--model", "linear", "--data", "data", "--report"];
    let eval = ["eval", "trained/linear.tinyconv", "--data", "data", "--report"];
    for command in [&train, &eval[..]] {
        let with = |place: &'static str| [command, &[place]].concat();
        tool.refuses(&with("file/page.html"), &["cannot write file/page.html", "--report"]);
        tool.refuses(&with("data"), &["cannot write data"]);
        let words = ["trained/linear.tinyconv", "that is the model file itself"];
        tool.refuses(&with("trained/../trained/linear.tinyconv"), &words[1..]);
        tool.refuses(&with("trained/linear.tinyconv"), &words);
        tool.refuses(&[&with("a.html")[..], &["--no-report"]].concat(), &["--no-report"]);
    }
}

#[test]
fn an_evaluation_goes_on_where_its_report_has_no_place() {
    let tool = Tool::new();
    fs::rename(tool.trained("linear"), tool.path("linear.tinyconv")).unwrap();
    // The place is taken, whoever the user is.
    fs::create_dir(tool.path("linear.eval.report.html")).unwrap();
    let printed = tool.succeeds(&["eval", "linear.tinyconv", "--data", "data"]);
    assert!(printed.stdout.contains("test accuracy"));
    assert!(printed.stderr.contains("no report was written: cannot write"), "{}", printed.stderr);
}

#[test]
fn losses_are_chosen_and_shown() {
    let tool = Tool::new();
    let train = ["train", "--model", "linear", "--data", "data", "--epochs", "2"];
    let mut models = Vec::new();
    for (loss, confidence) in [
        ("cross-entropy", "softmax"),
        ("cross-entropy:smoothing=0.2", "softmax"),
        ("binary-cross-entropy", "sigmoid"),
        ("mean-squared-error", "output"),
    ] {
        tool.succeeds(&[&train[..], &["--loss", loss]].concat());
        let model = fs::read(tool.path("trained/linear.tinyconv")).unwrap();
        assert!(!models.contains(&model), "{loss} trains like another");
        models.push(model);
        let lines = lines(&tool.path("trained/linear.metrics.jsonl"));
        assert_eq!(lines[0]["loss"], loss);
        assert_eq!(lines.last().unwrap()["confidence"], confidence);
        assert!(page(&tool.path("trained/linear.report.html")).contains(loss));

        let eval = ["eval", "trained/linear.tinyconv", "--data", "data", "--loss", loss];
        tool.succeeds(&eval);
        let eval = fs::read_to_string(tool.path("trained/linear.eval.metrics.jsonl")).unwrap();
        let eval: Value = serde_json::from_str(&eval).unwrap();
        assert_eq!(eval["test_loss"], lines.last().unwrap()["test_loss"]);
    }
    for (loss, words) in [
        ("hinge", "use cross-entropy"),
        ("cross-entropy:smoothing=1", "give a number from 0 up to, but not including, 1"),
    ] {
        tool.refuses(&[&train[..], &["--loss", loss]].concat(), &[words]);
    }
}
