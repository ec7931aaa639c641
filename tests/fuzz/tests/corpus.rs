//! Every stored input of every target, and changes of each that are the same on every run.

use std::fs;
use std::path::{Path, PathBuf};
use std::thread;
use std::time::{Duration, Instant};

use tinyconv::{Purpose, Random};
use tinyconv_fuzz::{SECONDS, Target};

/// Directories of `tests/data` whose files are good, or were once.
const DATA: &[&str] = &["onnx", "pytorch", "tflite", "version-1"];

/// Larger files are for longer runs.
const LARGEST: u64 = 8192;

/// Changes of each file.
const CHANGES: u32 = 25;

fn files(directory: &Path) -> Vec<PathBuf> {
    let entries = fs::read_dir(directory).unwrap_or_else(|error| panic!("{directory:?}: {error}"));
    let mut files: Vec<_> = entries.map(|entry| entry.unwrap().path()).collect();
    files.retain(|path| path.metadata().unwrap().len() <= LARGEST);
    files.sort();
    files
}

/// Keeps an input whose run panics.
struct Keeper<'a> {
    target: &'a str,
    bytes: &'a [u8],
}

impl Drop for Keeper<'_> {
    fn drop(&mut self) {
        if thread::panicking() {
            let path = Path::new(env!("CARGO_TARGET_TMPDIR")).join(self.target);
            let kept = fs::write(&path, self.bytes);
            eprintln!("{}: the input is in {path:?} ({kept:?})", self.target);
        }
    }
}

/// One to four changes: a byte, a cut, a piece twice, a number at its limit.
fn change(bytes: &mut Vec<u8>, words: &mut impl Iterator<Item = u32>) {
    let mut below = |limit: usize| words.next().expect("enough of them") as usize % limit.max(1);
    for _ in 0..1 + below(4) {
        let (at, value) = (below(bytes.len()), below(256) as u8);
        let rest = bytes.len() - at;
        match below(6) {
            0 | 1 => bytes[at..].iter_mut().take(1).for_each(|byte| *byte = value),
            2 => bytes[at..].iter_mut().take(1).for_each(|byte| *byte ^= 1 << (value % 8)),
            3 => bytes.truncate(at),
            4 => {
                let piece = bytes[at..at + rest.min(usize::from(value))].to_vec();
                let to = below(bytes.len());
                bytes.splice(to..to, piece);
            }
            _ => bytes[at..].iter_mut().take(4).for_each(|byte| *byte = [0, 0x7f, 0xff][below(3)]),
        }
    }
}

/// Runs a target's corpus, the files in `directories`, and changes of them all.
fn withstands(name: &str, directories: &[&str]) {
    let target = Target::all().into_iter().find(|target| target.name == name).expect("a target");
    let mut run = target.start();
    let mut run = |bytes: &[u8]| {
        let _keeper = Keeper { target: name, bytes };
        let start = Instant::now();
        run(bytes);
        assert!(start.elapsed() < Duration::from_secs(SECONDS), "{:?}", start.elapsed());
    };
    run(&[]);
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let own = files(&root.join("corpus").join(name));
    assert!(!own.is_empty(), "no stored input");
    let data =
        directories.iter().flat_map(|directory| files(&root.join("../data").join(directory)));
    let random = Random::new(1, Purpose::Synthesise);
    for (stream, path) in (0..).zip(own.into_iter().chain(data)) {
        let bytes = fs::read(&path).unwrap();
        run(&bytes);
        for number in 0..CHANGES {
            let mut words = (0..).flat_map(|index| random.words(stream, number, index));
            let mut changed = bytes.clone();
            change(&mut changed, &mut words);
            run(&changed);
        }
    }
}

#[test]
fn flash_images() {
    withstands("flash-image", DATA);
}

#[test]
fn idx() {
    withstands("idx", &[]);
}

#[test]
fn model_files() {
    withstands("model-file", DATA);
}

#[test]
fn onnx() {
    withstands("onnx", DATA);
}

#[test]
fn tflite() {
    withstands("tflite", DATA);
}

#[test]
fn pictures() {
    withstands("pictures", &[]);
}

#[test]
fn state_dicts() {
    withstands("state-dict", DATA);
}

#[test]
fn stores() {
    withstands("store", &[]);
}
