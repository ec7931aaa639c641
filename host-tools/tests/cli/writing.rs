//! Where results go: what is there is looked at first, and sets of files stay sets.

use std::fs;
use std::os::unix::fs::symlink;
use std::path::Path;
use std::process::{Command, Stdio};
use std::thread::sleep;
use std::time::Duration;

use serde_json::Value;
use tinyconv_training::files;

use crate::tool::Tool;

/// The epochs of a run, as each file of its set says.
fn epochs(tool: &Tool, model: &str) -> [u64; 3] {
    let path = tool.path(&format!("{model}.tinyconv"));
    let bytes = files::read(&path).unwrap();
    let in_model = files::parse(&path, &bytes).unwrap().training.epochs;
    let text = fs::read_to_string(tool.path(&format!("{model}.metrics.jsonl"))).unwrap();
    let lines: Vec<Value> =
        text.lines().map(|line| serde_json::from_str(line).expect("JSON")).collect();
    let page = fs::read_to_string(tool.path(&format!("{model}.report.html"))).unwrap();
    assert!(page.trim_end().ends_with("</html>"));
    let of_lines = lines.iter().filter(|line| line["event"] == "epoch").count() as u64;
    assert_eq!(lines[0]["epochs"], of_lines);
    [u64::from(in_model), lines[0]["epochs"].as_u64().unwrap(), of_lines]
}

fn leftovers(directory: &Path) -> Vec<String> {
    let entries = fs::read_dir(directory).unwrap();
    let names = entries.map(|entry| entry.unwrap().file_name().into_string().unwrap());
    names.filter(|name| name.contains(".tmp") || name.contains(".part")).collect()
}

#[test]
fn only_files_are_replaced() {
    let tool = Tool::new();
    let model = tool.trained("linear").display().to_string();
    assert!(Command::new("mkfifo").arg(tool.path("pipe")).status().unwrap().success());
    fs::write(tool.path("precious.txt"), "precious").unwrap();
    symlink("precious.txt", tool.path("link")).unwrap();
    symlink("nowhere", tool.path("dangling")).unwrap();
    // A `Tool` reads every file that is there when it compares.
    let refuses = |out: &str, why: &str| {
        let output =
            tool.command(&["export", &model, "--format", "rust", "--out", out]).output().unwrap();
        let text = String::from_utf8(output.stderr).unwrap();
        assert_eq!(output.status.code(), Some(2), "{text}");
        assert!(text.contains(why) && text.contains(&format!("cannot write {out}")), "{text}");
    };
    for (out, why) in [
        ("pipe", "a device, a pipe or a socket"),
        ("/dev/null", "a device, a pipe or a socket"),
        ("link", "symbolic link: give the path it leads to"),
        ("dangling", "symbolic link: give the path it leads to"),
        ("data", "is a directory"),
    ] {
        refuses(out, why);
    }
    assert!(!fs::metadata("/dev/null").unwrap().is_file());
    assert_eq!(fs::read_to_string(tool.path("precious.txt")).unwrap(), "precious");
    // What it leads to can be given.
    tool.succeeds(&["export", &model, "--format", "rust", "--out", "precious.txt"]);
}

#[test]
fn only_files_are_read() {
    let tool = Tool::new();
    tool.trained("linear");
    let class = tool.path("pictures/one");
    fs::create_dir_all(&class).unwrap();
    fs::create_dir_all(tool.path("pictures/two")).unwrap();
    for name in ["one/y.png", "one/z.png", "two/y.png", "two/z.png"] {
        image::GrayImage::new(9, 9).save(tool.path("pictures").join(name)).unwrap();
    }
    for pipe in [tool.path("model.tinyconv"), class.join("x.png")] {
        assert!(Command::new("mkfifo").arg(pipe).status().unwrap().success());
    }
    for arguments in [
        &["eval", "model.tinyconv"][..],
        &["import", "model.tinyconv"],
        &["train", "--model", "linear", "--data", "pictures"],
        &["predict", "trained/linear.tinyconv", "pictures/one/x.png"],
    ] {
        let output = tool.command(arguments).output().unwrap();
        let text = String::from_utf8(output.stderr).unwrap();
        assert_eq!(output.status.code(), Some(2), "{arguments:?}: {text}");
        assert!(text.contains("a device, a pipe or a socket"), "{arguments:?}: {text}");
    }
}

#[test]
fn a_name_that_can_be_guessed_is_not_written_through() {
    let tool = Tool::new();
    fs::create_dir(tool.path("trained")).unwrap();
    fs::write(tool.path("precious.txt"), "precious").unwrap();
    for name in ["linear.metrics.jsonl.part", "linear.tinyconv.part", ".tinyconv-abcdef.tmp"] {
        symlink("../precious.txt", tool.path("trained").join(name)).unwrap();
    }
    tool.trained("linear");
    assert_eq!(fs::read_to_string(tool.path("precious.txt")).unwrap(), "precious");
}

#[test]
fn four_trainings_at_once_leave_one_set() {
    let tool = Tool::new();
    let runs: Vec<_> = (1..=4)
        .map(|epochs| {
            let epochs = (20 * epochs).to_string();
            let arguments = ["train", "--model", "linear", "--data", "data", "--epochs", &epochs];
            let mut command = tool.command(&arguments);
            command.stdout(Stdio::null()).stderr(Stdio::piped()).spawn().unwrap()
        })
        .collect();
    let mut done = 0;
    for run in runs {
        let output = run.wait_with_output().unwrap();
        let text = String::from_utf8(output.stderr).unwrap();
        match output.status.code() {
            Some(0) => done += 1,
            Some(2) => {
                assert!(text.contains("another run writes to trained: wait for it"), "{text}")
            }
            code => panic!("{code:?}: {text}"),
        }
    }
    assert!(done >= 1);
    let [model, options, lines] = epochs(&tool, "trained/linear");
    assert!(model == options && options == lines, "{model} {options} {lines}");
    assert_eq!(leftovers(&tool.path("trained")), [""; 0]);
}

#[test]
fn a_directory_is_free_again_when_a_run_was_killed() {
    let tool = Tool::new();
    let arguments = ["train", "--model", "linear", "--data", "data", "--epochs", "1000000"];
    let mut run = tool.command(&arguments);
    let mut run = run.stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap();
    while !tool.path("trained/linear.state").exists() {
        assert_eq!(run.try_wait().unwrap(), None, "the run ended too early");
        sleep(Duration::from_millis(5));
    }
    tool.refuses(
        &["train", "--model", "digits-tiny", "--data", "data"],
        &["another run writes to"],
    );
    run.kill().unwrap();
    run.wait().unwrap();
    tool.trained("digits-tiny");
    assert_eq!(leftovers(&tool.path("trained")), [""; 0]);
}

/// The disk is full after a few kilobytes: nothing of a set is replaced, and exit code 1 says that no input
/// is at fault.
#[test]
fn a_full_disk_leaves_the_old_set() {
    let tool = Tool::new();
    tool.trained("digits");
    tool.succeeds(&["export", "trained/digits.tinyconv", "--format", "onnx", "--out", "net.onnx"]);
    tool.succeeds(&["import", "net.onnx", "--mean", "0", "--deviation", "255"]);
    tool.succeeds(&[
        "export",
        "trained/digits.tinyconv",
        "--format",
        "firmware",
        "--data",
        "data",
        "--out",
        "firmware",
    ]);
    let before = tool.files();
    for arguments in [
        "train --model digits --data data --epochs 3",
        "import net.onnx --mean 1 --deviation 200",
        "export trained/digits.tinyconv --format firmware --data data --out firmware",
        "eval trained/digits.tinyconv --data data --report trained/digits.report.html",
    ] {
        // Files of 8 kB at most. The signal would end the program before it could say so.
        let script = format!("trap '' XFSZ; ulimit -f 8; exec \"$0\" {arguments}");
        let output = Command::new("bash")
            .args(["-c", &script, env!("CARGO_BIN_EXE_tinyconv")])
            .current_dir(tool.path("."))
            .output()
            .unwrap();
        let text = String::from_utf8(output.stderr).unwrap();
        assert_eq!(output.status.code(), Some(1), "{arguments}: {text}");
        assert!(text.contains("the previous file, if any, is unchanged"), "{arguments}: {text}");
        let mut after = tool.files();
        after.retain(|path, _| path.extension().is_none_or(|ending| ending != files::STATE));
        assert!(after == before, "{arguments} changed files");
    }
}
