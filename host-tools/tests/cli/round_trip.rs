//! What works: train, evaluate, inspect, export, and the same bytes whenever they should be.

use std::collections::BTreeSet;
use std::fs;

use host_tools::model::MODELS;
use host_tools::training::OptimizerKind;
use serde_json::json;
use sha2::{Digest, Sha256};
use tinyconv::model_file::ModelFile;

use crate::data::{TEST, TRAIN};
use crate::tool::Tool;

#[test]
fn training_reports_and_writes_a_model_that_evaluates_the_same() {
    let tool = Tool::new();
    let arguments = ["train", "--data", "data", "--epochs", "12", "--batch", "8"];
    let printed = tool.succeeds(&[&arguments[..], &["--augment", "none", "--json"]].concat());
    assert_eq!(printed.stdout.lines().count(), 1, "with --json, people read standard error");
    assert_eq!(printed.stderr.lines().filter(|line| line.starts_with("epoch ")).count(), 12);

    let report = printed.json();
    assert_eq!(report["model"], "digits");
    assert_eq!(report["parameters"], 5142);
    assert_eq!(report["epochs"], 12);
    assert_eq!(report["interrupted"], false);
    let accuracy = report["test_accuracy"].as_f64().unwrap();
    assert!((0.9..=1.0).contains(&accuracy), "{accuracy}");
    assert!(report["train_images_per_s"].as_f64().unwrap() > 0.0);
    assert!(report["seconds"].as_f64().unwrap() > 0.0);

    let path = report["model_file"].as_str().unwrap();
    let bytes = fs::read(tool.path(path)).unwrap();
    let sum: String = Sha256::digest(&bytes).iter().map(|byte| format!("{byte:02x}")).collect();
    assert_eq!(report["model_sha256"], json!(sum));
    let file = ModelFile::parse(&bytes).unwrap();
    assert_eq!((file.name, file.training.epochs, file.training.batch), ("digits", 12, 8));
    assert_eq!(file.training.test_accuracy, accuracy as f32);

    let evaluation = tool.succeeds(&["eval", path, "--data", "data", "--json"]).json();
    assert_eq!(evaluation["test_accuracy"].as_f64().unwrap(), accuracy);
    assert_eq!(evaluation["samples"], TEST);
    assert_eq!(evaluation["class_accuracy"].as_array().unwrap().len(), 10);
    let confusion = evaluation["confusion"].as_array().unwrap();
    let rows = confusion.iter().map(|row| row.as_array().unwrap());
    assert_eq!(rows.flatten().map(|count| count.as_u64().unwrap()).sum::<u64>(), u64::from(TEST));
}

#[test]
fn no_command_is_train_and_says_what_to_type_next() {
    let tool = Tool::new();
    let printed = tool.succeeds(&["--data", "data", "--epochs", "1"]);
    let lines: Vec<&str> = printed.stdout.lines().collect();
    assert!(lines[0].contains(&format!("{TRAIN} images")), "{}", lines[0]);
    assert!(printed.stdout.contains("epoch 1/1: loss "));
    let [.., file, report, metrics, look, eval, export] = lines[..] else { panic!("{lines:?}") };
    assert!(file.contains("trained/digits.tinyconv") && tool.path("trained").is_dir());
    assert!(report.contains("trained/digits.report.html"));
    assert!(metrics.contains("trained/digits.metrics.jsonl"));
    assert!(look.starts_with("next: open trained/digits.report.html in a browser"));
    assert!(eval.contains("cargo run -p host-tools -- eval trained/digits.tinyconv"));
    assert!(export.contains("export trained/digits.tinyconv --format rust"));
    assert_eq!(printed.stderr, "", "no bar where there is no terminal");
}

#[test]
fn a_worse_model_does_not_take_the_place_of_a_better_one_without_a_word() {
    let tool = Tool::new();
    let train = |rate: &str| {
        let options = ["train", "--data", "data", "--augment", "none", "--batch", "8"];
        let options = [&options[..], &["--epochs", "12", "--learning-rate", rate]].concat();
        tool.succeeds(&options).stderr
    };
    assert!(!train("0.005").contains("kept"));
    let good = fs::read(tool.path("trained/digits.tinyconv")).unwrap();
    assert!(!train("0.005").contains("kept"), "the same again");

    let printed = train("1e-9");
    let said = "note: the trained/digits.tinyconv that was there is kept as \
                trained/digits.previous.tinyconv: its accuracy is ";
    assert!(printed.contains(said), "{printed}");
    assert_eq!(fs::read(tool.path("trained/digits.previous.tinyconv")).unwrap(), good);
    tool.succeeds(&["eval", "trained/digits.previous.tinyconv", "--data", "data"]);
    assert!(!train("0.005").contains("kept"), "a better one");
}

#[test]
fn the_model_file_does_not_depend_on_the_threads() {
    let tool = Tool::new();
    let train = |out: &str, seed: &str, threads: &str| {
        let arguments = ["train", "--data", "data", "--epochs", "2", "--seed", seed];
        tool.succeeds(&[&arguments[..], &["--threads", threads, "--out", out]].concat());
        fs::read(tool.path(out).join("digits.tinyconv")).unwrap()
    };
    let one = train("one", "1", "1");
    assert_eq!(one, train("two", "1", "2"));
    assert_eq!(one, train("three", "1", "3"));
    assert_ne!(one, train("other", "2", "1"));
}

#[test]
fn a_new_model_replaces_the_old_one_and_leaves_nothing_else() {
    let tool = Tool::new();
    let old = fs::read(tool.trained("linear")).unwrap();
    let arguments = ["--model", "linear", "--data", "data", "--optimizer", "sgd"];
    tool.succeeds(
        &[&arguments[..], &["--schedule", "constant", "--learning-rate", "1e-3"]].concat(),
    );
    let names = fs::read_dir(tool.path("trained")).unwrap().map(|file| file.unwrap().file_name());
    let names: BTreeSet<String> = names.map(|name| name.into_string().unwrap()).collect();
    let expected = ["linear.metrics.jsonl", "linear.report.html", "linear.tinyconv"];
    assert_eq!(names, expected.map(String::from).into());
    assert_ne!(fs::read(tool.path("trained/linear.tinyconv")).unwrap(), old);
}

#[test]
fn every_optimizer_and_schedule_trains_a_model_of_its_own() {
    let tool = Tool::new();
    let mut models = BTreeSet::new();
    let mut train = |optimizer: &str, schedule: &str, augment: &str| {
        let mut arguments = vec!["--model", "linear", "--data", "data", "--epochs", "2"];
        arguments.extend(["--optimizer", optimizer, "--schedule", schedule, "--augment", augment]);
        let printed = tool.succeeds(&arguments).stdout;
        let words = format!("{optimizer} with learning rate 0.005 ({schedule})");
        assert!(printed.contains(&words), "no {words} in {printed}");
        let file = fs::read(tool.path("trained/linear.tinyconv")).unwrap();
        assert!(models.insert(file), "{arguments:?}: a model that there was before");
    };
    for optimizer in OptimizerKind::NAMES {
        train(optimizer, "one-cycle", "none");
    }
    train("sgd:weight-decay=0.01,nesterov", "one-cycle", "none");
    for schedule in ["constant", "step:3,0.5", "exponential:0.1", "cosine", "warm-up:3+cosine"] {
        train("adam", schedule, "none");
    }
    train("adam", "one-cycle", "0,0,0,0.25");
}

#[test]
fn eval_shows_a_table() {
    let tool = Tool::new();
    tool.trained("linear");
    let text = tool.succeeds(&["eval", "trained/linear.tinyconv", "--data", "data"]).stdout;
    assert!(text.starts_with("linear: test accuracy "), "{text}");
    let rows: Vec<&str> = text.lines().skip(3).collect();
    assert_eq!(rows.len(), 11, "a heading and ten classes");
    assert!(rows.iter().all(|row| row.len() == rows[0].len()), "{text}");
}

#[test]
fn inspect_shows_layers_and_memory() {
    let tool = Tool::new();
    tool.trained("digits");
    let text = tool.succeeds(&["inspect", "trained/digits.tinyconv"]).stdout;
    for words in ["Conv2d { out: 16, kernel: 5 }", "MaxPool2d { size: 2 }", "16 x 4 x 4", "242560"]
    {
        assert!(text.contains(words), "{text}");
    }
    let report = tool.succeeds(&["inspect", "trained/digits.tinyconv", "--json"]).json();
    assert_eq!(report["layers"][0]["multiply_adds"], 86_400);
    assert_eq!(report["layers"][2]["output"], json!([6, 12, 12]));
    assert_eq!(report["parameters"], 5142);
    assert_eq!(report["labels"][9], "9");
    assert_eq!(report["memory"]["parameters"], 4 * 5142);
    assert_eq!(report["memory"]["input_values"], 784);
    assert_eq!(report["memory"]["inference"]["total"], 4 * (6 * 12 * 12 + 16 * 4 * 4 + 10));
    let training = report["memory"]["training"].as_array().unwrap();
    assert_eq!(training.len(), 3 * 6, "three depths, two modes, 0 to 2 states");
    let head = &training[12];
    assert_eq!([&head["trains"], &head["from"]], ["Last<1>", "classify"]);
    assert_eq!(head["parameters"], 4 * 2570);
    // Every figure is in the table, beside what to write.
    for way in training {
        assert!(text.contains(&way["total"].to_string()), "{way}\n{text}");
    }
    for words in [
        "all           All",
        "conv2 on      Last<2>",
        "classify on   Last<1>",
        "Adagrad",
        "RmsProp",
    ] {
        assert!(text.contains(words), "{text}");
    }
}

#[test]
fn memory_lists_what_fits_and_nothing_else() {
    let tool = Tool::new();
    let list = |options: &[&str]| {
        let report = tool.succeeds(&[&["memory", "--json"], options].concat()).json();
        assert!(report["smallest"].is_null());
        report["fits"].as_array().unwrap().clone()
    };
    let memory = MODELS[0].memory();
    let least = memory.training.iter().find(|way| way.trains == "All").unwrap().total;
    // To the byte: stack and input are counted, wherever they are.
    for (input, bytes) in [("flash", 0), ("bytes", 784), ("floats", 4 * 784)] {
        let exact = least + 500 + bytes;
        let all = |budget: usize| {
            let budget = budget.to_string();
            let options = ["--model", "digits", "--stack", "500", "--input", input, "--budget"];
            list(&[&options[..], &[budget.as_str()]].concat())
        };
        let fits = all(exact);
        assert_eq!(fits[0]["training"]["trains"], "All");
        assert_eq!(fits[0]["training"]["optimizer"], "Descent");
        assert_eq!((&fits[0]["bytes"], &fits[0]["left"]), (&json!(exact), &json!(0)));
        assert!(fits.last().unwrap()["training"].is_null(), "inference comes last");
        assert!(all(exact - 1).iter().all(|fits| fits["training"]["trains"] != "All"));
    }
    // Every network, every way.
    let ways: usize = MODELS.iter().map(|model| model.memory().training.len() + 1).sum();
    assert_eq!(list(&["--budget", "1M"]).len(), ways);

    let text = tool.succeeds(&["memory", "--budget", "16K"]).stdout;
    let trained = |line: &str| line.split_whitespace().take(3).eq(["digits-tiny", "all", "All"]);
    assert!(text.lines().any(trained), "{text}");
    let none = tool.finds_no_room(&["memory", "--budget", "1K"]).stdout;
    assert!(none.starts_with("nothing fits in 1024 bytes"), "{none}");
    let none = tool.finds_no_room(&["memory", "--budget", "1K", "--json"]).json();
    assert_eq!(none["fits"], json!([]));
    assert_eq!(none["smallest"]["network"], "linear");
}

#[test]
fn every_network_is_trained_and_known_again() {
    let tool = Tool::new();
    for model in MODELS {
        let name = model.name();
        tool.trained(name);
        let path = format!("trained/{name}.tinyconv");
        let report = tool.succeeds(&["inspect", &path, "--json"]).json();
        assert_eq!(report["name"], name);
        assert_eq!(report["training"]["epochs"], 1);
        assert_eq!(report["memory"], json!(model.memory()));
        // A device has fewer of them where there is batch normalisation.
        let deployed = report["memory"]["parameters"].as_u64().unwrap() / 4;
        assert!(deployed <= report["parameters"].as_u64().unwrap());
        let evaluation = tool.succeeds(&["eval", &path, "--data", "data", "--json"]).json();
        assert_eq!(evaluation["samples"], TEST, "{name}");
        tool.succeeds(&["export", &path, "--format", "rust"]);
        let source = fs::read_to_string(tool.path(&format!("trained/{name}.rs"))).unwrap();
        assert!(source.contains(&format!("[f32; {deployed}]")), "{name}");
    }
}

#[test]
fn multiply_adds_with_the_zeros_of_a_padding_are_not_counted() {
    let tool = Tool::new();
    tool.trained("digits-dense");
    let report = tool.succeeds(&["inspect", "trained/digits-dense.tinyconv", "--json"]).json();
    // Along an axis, a kernel of 3 misses the map with one tap at either end.
    assert_eq!(report["layers"][0]["multiply_adds"], 4 * (3 * 28 - 2) * (3 * 28 - 2));
    assert_eq!(report["layers"][3]["multiply_adds"], 4 * 8 * (3 * 14 - 2) * (3 * 14 - 2));
}

#[test]
fn exports_hold_the_bits_of_the_model() {
    let tool = Tool::new();
    let bytes = fs::read(tool.trained("digits")).unwrap();
    let parameters = ModelFile::parse(&bytes).unwrap().parameters;

    tool.succeeds(&["export", "trained/digits.tinyconv", "--format", "bin"]);
    assert_eq!(fs::read(tool.path("trained/digits.bin")).unwrap(), parameters);

    let out = ["--format", "rust", "--out", "firmware/parameters.rs"];
    tool.succeeds(&[&["export", "trained/digits.tinyconv"], &out[..]].concat());
    let source = fs::read_to_string(tool.path("firmware/parameters.rs")).unwrap();
    assert!(source.contains("pub static PARAMETERS: [f32; 5142] = ["));
    let numbers = source.split("f32::from_bits(0x").skip(1).map(|text| {
        let digits = text.split(')').next().unwrap().replace('_', "");
        u32::from_str_radix(&digits, 16).unwrap()
    });
    let exported: Vec<u8> = numbers.flat_map(u32::to_le_bytes).collect();
    assert_eq!(exported, parameters);
}

#[test]
fn every_command_explains_itself() {
    let tool = Tool::new();
    for command in ["train", "eval", "inspect", "memory", "export", "finetune"] {
        let help = tool.succeeds(&[command, "--help"]).stdout;
        assert!(help.contains(&format!("cargo run -p host-tools -- {command} ")), "{help}");
    }
    assert!(tool.succeeds(&["--help"]).stdout.contains("inspect"));
    assert!(tool.succeeds(&["--version"]).stdout.starts_with("tinyconv "));
}
