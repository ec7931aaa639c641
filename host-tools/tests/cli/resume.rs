//! A run that is stopped, however that is, goes on to the same bytes.

use std::fs;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::sync::OnceLock;
use std::thread::sleep;
use std::time::{Duration, Instant};

use tinyconv_training::files::read_state;
use tinyconv_training::training::RunState;

use crate::tool::Tool;

/// Epochs that take seconds on this machine, so that a run's state is written several times.
fn epochs() -> u32 {
    static EPOCHS: OnceLock<u32> = OnceLock::new();
    *EPOCHS.get_or_init(|| {
        const MEASURED: u32 = 500;
        let start = Instant::now();
        Tool::new().succeeds(&strs(&arguments(MEASURED, &[])));
        let epoch = start.elapsed().as_secs_f64() / f64::from(MEASURED);
        (4.0 / epoch) as u32
    })
}

fn arguments(epochs: u32, more: &[&str]) -> Vec<String> {
    let words =
        ["train", "--model", "linear", "--data", "data", "--validate", "0.1", "--keep", "best"];
    let epochs = ["--epochs".to_owned(), epochs.to_string()];
    let more = more.iter().map(ToString::to_string);
    words.map(str::to_owned).into_iter().chain(epochs).chain(more).collect()
}

/// A run that takes seconds.
fn long(more: &[&str]) -> Vec<String> {
    arguments(epochs(), more)
}

fn strs(words: &[String]) -> Vec<&str> {
    words.iter().map(String::as_str).collect()
}

fn begin(tool: &Tool, more: &[&str]) -> Child {
    let mut command = tool.command(&strs(&long(more)));
    command.stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap()
}

/// Waits until the state in `path` is further than `epochs`, and its epochs.
fn wait_for_state(path: &Path, run: &mut Child, epochs: u32) -> u32 {
    let start = Instant::now();
    loop {
        assert!(start.elapsed() < Duration::from_secs(300), "no state was written");
        assert_eq!(run.try_wait().unwrap(), None, "the run ended too early");
        match read_state(path) {
            Ok(state) if state.epochs() > epochs => return state.epochs(),
            _ => sleep(Duration::from_millis(5)),
        }
    }
}

fn names(tool: &Tool, directory: &str) -> Vec<String> {
    let entries = fs::read_dir(tool.path(directory)).unwrap();
    let mut names: Vec<String> =
        entries.map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
    names.sort();
    names
}

#[test]
fn a_run_that_was_killed_ends_with_the_same_bytes() {
    let tool = Tool::new();
    tool.succeeds(&strs(&long(&["--out", "whole"])));
    let state = tool.path("stopped/linear.state");

    let mut run = begin(&tool, &["--out", "stopped"]);
    let killed = wait_for_state(&state, &mut run, 0);
    // Nothing is told of it, and nothing can be done about it.
    run.kill().unwrap();
    run.wait().unwrap();
    let mut run = begin(&tool, &["--out", "stopped", "--resume", "--threads", "1"]);
    wait_for_state(&state, &mut run, killed);
    let pid = run.id().to_string();
    assert!(Command::new("kill").args(["-TERM", &pid]).status().unwrap().success());
    assert_eq!(run.wait().unwrap().code(), Some(0));
    assert!(tool.path("stopped/linear.tinyconv").exists() && state.exists());
    let printed = tool.succeeds(&strs(&long(&["--out", "stopped", "--resume"])));
    assert!(printed.stdout.contains("going on after"), "{}", printed.stdout);

    let read = |name: &str| fs::read(tool.path(name)).unwrap();
    assert!(read("whole/linear.tinyconv") == read("stopped/linear.tinyconv"));
    assert!(!state.exists(), "the run is done");
    // The lines about all epochs, whichever process they were in; the speed differs.
    let lines = |name: &str| {
        let text = fs::read_to_string(tool.path(name)).unwrap();
        text.lines().filter(|line| line.contains(r#""event":"epoch""#)).count()
    };
    assert_eq!(lines("stopped/linear.metrics.jsonl"), epochs() as usize);
}

/// A run that was stopped at once; its state has a batch of the first epoch or more.
fn stopped() -> (Tool, RunState) {
    let tool = Tool::new();
    let mut run = begin(&tool, &[]);
    let state = tool.path("trained/linear.state");
    wait_for_state(&state, &mut run, 0);
    run.kill().unwrap();
    run.wait().unwrap();
    let state = read_state(&state).unwrap();
    (tool, state)
}

#[test]
fn another_run_does_not_go_on_from_it() {
    let (tool, _) = stopped();
    let resumed = |change: &[(&str, &str)]| {
        let mut arguments = long(&[]);
        for (option, value) in change {
            match arguments.iter().position(|word| word == option) {
                Some(index) => arguments[index + 1] = (*value).to_owned(),
                None => arguments.extend([(*option).to_owned(), (*value).to_owned()]),
            }
        }
        arguments.push("--resume".into());
        arguments
    };
    let refuses = |change: &[(&str, &str)], words: &[&str]| {
        let arguments = resumed(change);
        tool.refuses(&strs(&arguments), words);
    };
    let epochs = format!("with --epochs {}, not 7", epochs());
    refuses(&[("--epochs", "7")], &[&epochs, "without --resume"]);
    refuses(&[("--augment", "digits")], &["--augment 0.0,0.0,0.0,0.0, not 1.5,10.0,0.1,0.0"]);
    refuses(
        &[("--seed", "7"), ("--keep", "last"), ("--patience", "3")],
        &["--seed 1, not 7", "--keep best, not none", "--patience none, not 3"],
    );
    refuses(&[("--optimizer", "adam:beta1=0.8")], &["--optimizer adam, not adam:beta1=0.8"]);
    refuses(&[("--model", "digits-tiny")], &["there is no trained/digits-tiny.state"]);
    fs::copy(tool.path("trained/linear.state"), tool.path("trained/digits-tiny.state")).unwrap();
    refuses(&[("--model", "digits-tiny")], &["with another network"]);

    // One pixel.
    let images = tool.path("data/t10k-images-idx3-ubyte");
    let mut bytes = fs::read(&images).unwrap();
    *bytes.last_mut().unwrap() ^= 1;
    fs::write(&images, bytes).unwrap();
    refuses(&[], &["with other data"]);
}

#[test]
fn a_state_that_is_none() {
    let (tool, _) = stopped();
    let path = tool.path("trained/linear.state");
    let whole = fs::read(&path).unwrap();
    let refuses = |bytes: &[u8], words: &[&str]| {
        fs::write(&path, bytes).unwrap();
        let words = [&["cannot go on from trained/linear.state"], words].concat();
        tool.refuses(&strs(&long(&["--resume"])), &words);
    };
    let mut newer = whole.clone();
    newer[8] = 2;
    refuses(&newer, &["format version 2, and this program knows version 1"]);
    refuses(&whole[..whole.len() / 2], &["damaged"]);
    let mut damaged = whole.clone();
    damaged[whole.len() / 3] ^= 4;
    refuses(&damaged, &["damaged"]);
    refuses(b"", &["not the bytes of a run's state"]);
}

#[test]
fn a_new_run_keeps_the_state_of_another_one() {
    let (tool, before) = stopped();
    let mut run = begin(&tool, &["--seed", "9"]);
    let kept = tool.path("trained/linear.previous.state");
    while !kept.exists() {
        assert_eq!(run.try_wait().unwrap(), None, "the run ended too early");
        sleep(Duration::from_millis(5));
    }
    run.kill().unwrap();
    run.wait().unwrap();
    assert!(read_state(&kept).unwrap() == before);
    // A run that is done at once has no state, and takes nobody's.
    let state = fs::read(tool.path("trained/linear.state")).unwrap();
    tool.trained("linear");
    assert_eq!(fs::read(tool.path("trained/linear.state")).unwrap(), state);
    assert!(names(&tool, "trained").contains(&"linear.tinyconv".to_owned()));
}

#[test]
fn nothing_to_go_on_from() {
    let words = ["there is no trained/linear.state", "--out", "without --resume"];
    Tool::new().refuses(&strs(&arguments(3, &["--resume"])), &words);
}
