//! A directory to work in, and the built program run in it.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use serde_json::Value;
use tempfile::TempDir;

use crate::data;

/// A temporary directory with the data set in `data`.
pub struct Tool {
    directory: TempDir,
}

/// What a run printed, after its exit code was checked.
pub struct Printed {
    pub stdout: String,
    pub stderr: String,
}

impl Tool {
    pub fn new() -> Self {
        let directory = TempDir::new().unwrap();
        data::write(directory.path());
        Self { directory }
    }

    /// A path in the directory.
    pub fn path(&self, name: &str) -> PathBuf {
        self.directory.path().join(name)
    }

    /// The program with `arguments`, about to start in the directory.
    pub fn command(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_tinyconv"));
        command.args(arguments).current_dir(self.directory.path());
        // Where it is set, errors have colours within the words that tests look for.
        command.env_remove("CLICOLOR_FORCE");
        command
    }

    #[track_caller]
    fn run(&self, arguments: &[&str], code: i32) -> Printed {
        let Output { status, stdout, stderr } = self.command(arguments).output().unwrap();
        let printed = Printed {
            stdout: String::from_utf8(stdout).unwrap(),
            stderr: String::from_utf8(stderr).unwrap(),
        };
        assert_eq!(status.code(), Some(code), "{arguments:?}\n{}", printed.stderr);
        assert!(!printed.stderr.contains("panicked"), "{arguments:?}\n{}", printed.stderr);
        printed
    }

    /// Runs the program, which must succeed.
    #[track_caller]
    pub fn succeeds(&self, arguments: &[&str]) -> Printed {
        self.run(arguments, 0)
    }

    /// Runs `memory`, which must say that nothing fits.
    #[track_caller]
    pub fn finds_no_room(&self, arguments: &[&str]) -> Printed {
        self.run(arguments, 3)
    }

    /// Runs the program, which must refuse its input, say every one of `words`, and leave all files
    /// as they are.
    #[track_caller]
    pub fn refuses(&self, arguments: &[&str], words: &[&str]) -> Printed {
        let before = self.files();
        let printed = self.run(arguments, 2);
        assert!(printed.stderr.starts_with("error: "), "{}", printed.stderr);
        for word in words {
            assert!(printed.stderr.contains(word), "no {word:?} in {}", printed.stderr);
        }
        assert!(self.files() == before, "{arguments:?} changed files");
        printed
    }

    /// Trains the network `model` for an epoch on the small data set; the model file.
    #[track_caller]
    pub fn trained(&self, model: &str) -> PathBuf {
        self.succeeds(&["train", "--model", model, "--data", "data", "--epochs", "1"]);
        self.path(&format!("trained/{model}.tinyconv"))
    }

    /// All files and directories with their contents.
    pub fn files(&self) -> BTreeMap<PathBuf, Option<Vec<u8>>> {
        fn collect(directory: &Path, files: &mut BTreeMap<PathBuf, Option<Vec<u8>>>) {
            for entry in fs::read_dir(directory).unwrap() {
                let path = entry.unwrap().path();
                if path.is_dir() {
                    collect(&path, files);
                    files.insert(path, None);
                } else {
                    let bytes = fs::read(&path).unwrap();
                    files.insert(path, Some(bytes));
                }
            }
        }
        let mut files = BTreeMap::new();
        collect(self.directory.path(), &mut files);
        files
    }
}

impl Printed {
    /// The last line of standard output, which must be JSON.
    #[track_caller]
    pub fn json(&self) -> Value {
        serde_json::from_str(self.stdout.lines().last().expect("a line")).expect("JSON")
    }
}
