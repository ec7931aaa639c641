//! Programs that are killed at any moment leave what was there, or what they were to write, and nothing
//! else after the next run.

use std::fs;
use std::path::Path;
use std::process::{Command, Stdio};
use std::thread::sleep;
use std::time::Instant;

use crate::tool::Tool;

/// Kills of each command by each signal; `tests/long.sh` asks for more.
fn kills() -> u32 {
    let given = std::env::var("TINYCONV_KILLS");
    given.map_or(1, |text| text.parse().expect("TINYCONV_KILLS is a number"))
}

/// What is written to `out` by `arguments`, as far as it is the same each time.
struct Case {
    arguments: &'static str,
    /// What the old files were written with.
    before: &'static str,
    same: &'static [&'static str],
}

const CASES: [Case; 7] = [
    Case {
        arguments: "train --model linear --data data --epochs 30 --out out",
        before: "train --model linear --data data --epochs 20 --out out",
        same: &["linear.tinyconv"],
    },
    Case {
        arguments: "eval base.tinyconv --data data --report out/eval.html",
        before: "eval base.tinyconv --data data --report out/eval.html --loss mean-squared-error",
        same: &["eval.html", "eval.metrics.jsonl"],
    },
    Case {
        arguments: "import base.onnx --out out/net.tinyconv --mean 0 --deviation 255",
        before: "import base.onnx --out out/net.tinyconv --mean 3 --deviation 255",
        same: &["net.tinyconv", "net.rs"],
    },
    Case {
        arguments: "export base.tinyconv --format firmware --data data --out out",
        before: "export other.tinyconv --format firmware --data data --out out",
        same: &["parameters.bin", "images.bin", "labels.bin", "model.rs"],
    },
    Case {
        arguments: "new out/project --board qemu-mps2",
        before: "",
        same: &["project/network/src/lib.rs", "project/tinyconv.toml"],
    },
    Case {
        arguments: "finetune base.tinyconv --data data --shown 3 --replay 3 --check 3 --held 3 --trains all \
                    --out out/tuned.tinyconv --export out",
        before: "finetune base.tinyconv --data data --shown 3 --replay 3 --check 3 --held 3 --trains all \
                 --out out/tuned.tinyconv --export out --seed 9",
        same: &["tuned.tinyconv"],
    },
    Case { arguments: "predict base.tinyconv data/digit.png", before: "", same: &[] },
];

fn contents(out: &Path, names: &[&str]) -> Vec<Option<Vec<u8>>> {
    names.iter().map(|name| fs::read(out.join(name)).ok()).collect()
}

fn is_leftover(path: &Path) -> bool {
    path.file_name().is_some_and(|name| name.to_string_lossy().contains(".tinyconv-"))
}

#[test]
fn killed_at_any_moment() {
    let mut random = 1u64;
    let mut killed = 0;
    for case in &CASES {
        let [arguments, before] =
            [case.arguments, case.before].map(|text| text.split_whitespace().collect::<Vec<_>>());
        let tool = Tool::new();
        let base = tool.trained("linear");
        fs::copy(&base, tool.path("base.tinyconv")).unwrap();
        tool.succeeds(&["train", "--model", "linear", "--data", "data", "--epochs", "2"]);
        fs::copy(&base, tool.path("other.tinyconv")).unwrap();
        tool.succeeds(&["export", "base.tinyconv", "--format", "onnx"]);
        image::GrayImage::new(28, 28).save(tool.path("data/digit.png")).unwrap();

        let out = tool.path("out");
        fs::create_dir(&out).unwrap();
        let start = Instant::now();
        tool.succeeds(&arguments);
        let duration = start.elapsed();
        let new = contents(&out, case.same);
        assert!(new.iter().all(Option::is_some), "{}", case.arguments);

        for (signal, _) in
            ["INT", "TERM", "KILL"].iter().flat_map(|it| (0..kills()).map(move |n| (it, n)))
        {
            fs::remove_dir_all(&out).unwrap();
            fs::create_dir(&out).unwrap();
            if !before.is_empty() {
                tool.succeeds(&before);
            }
            let old = contents(&out, case.same);
            let mut run = tool.command(&arguments);
            let mut run = run.stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap();
            // xorshift
            random ^= random << 13;
            random ^= random >> 7;
            random ^= random << 17;
            sleep(duration.mul_f64((random % 1000) as f64 / 1000.0));
            let pid = run.id().to_string();
            let sent = Command::new("kill")
                .args([&format!("-{signal}"), &pid])
                .stderr(Stdio::null())
                .status();
            killed += u32::from(sent.unwrap().success());
            run.wait().unwrap();

            for ((found, old), new) in contents(&out, case.same).iter().zip(&old).zip(&new) {
                // A training that is asked to end writes what it has: a model of fewer epochs.
                let is_whole =
                    found == old || found == new || arguments[0] == "train" && *signal != "KILL";
                assert!(is_whole, "{} {signal}: half a file", case.arguments);
            }
            if let Ok(bytes) = fs::read(out.join("linear.tinyconv")) {
                assert!(tinyconv::model_file::ModelFile::parse(&bytes).is_ok());
            }
            // The next run finds its place as if nothing had been.
            if arguments[0] == "new" && out.join("project").exists() {
                fs::remove_dir_all(out.join("project")).unwrap();
            }
            tool.succeeds(&arguments);
            assert!(contents(&out, case.same) == new, "{} {signal}", case.arguments);
            let left: Vec<_> = tool.files().into_keys().filter(|path| is_leftover(path)).collect();
            assert!(left.is_empty(), "{} {signal}: {left:?}", case.arguments);
        }
    }
    eprintln!("{killed} programs were killed before their end");
}
