//! No model file makes the page's program stop: it says what is wrong, and goes on with the model that it has.

use flate2::Crc;
use tinyconv::model_file::{ModelFile, Normalisation};
use tinyconv::plan::{Conv2dOptions, DenseOptions, Dims, LayerKind, LayerSpec};
use tinyconv::{Purpose, Random};

use crate::program::{BUILT_IN, Program};
use crate::sample::{self, TINY, written};

/// A page with a good model, whose answer must stay what it is.
struct Page {
    program: Program,
    pixels: Vec<u8>,
    logits: Vec<f32>,
}

impl Page {
    fn new() -> Self {
        let mut program = Program::start(BUILT_IN);
        program.open(TINY).unwrap();
        let pixels = sample::images().images().unwrap().image(0).to_vec();
        let logits = program.infer(&pixels, 10).unwrap();
        Self { program, pixels, logits }
    }

    /// Refuses a file with a message that has `words` in it.
    #[track_caller]
    fn refuses(&mut self, file: &[u8], words: &str) {
        let message = self.program.open(file).expect_err("refused");
        assert!(message.contains(words), "no {words:?} in {message:?}");
        self.is_unchanged();
    }

    /// Takes or refuses a file; computes with it if it takes it.
    #[track_caller]
    fn survives(&mut self, file: &[u8]) {
        if self.program.open(file).is_ok() {
            // The outputs may be no numbers: then it says so.
            let _ = self.program.infer(&self.pixels, 10);
            let _ = self.program.teach(&self.pixels, 3, 0.01);
            self.program.save().unwrap();
            self.program.open(TINY).unwrap();
        }
    }

    #[track_caller]
    fn is_unchanged(&mut self) {
        assert_eq!(self.program.infer(&self.pixels, 10).unwrap(), self.logits);
    }
}

/// The same bytes with the checksum that they should have.
fn signed(mut file: Vec<u8>) -> Vec<u8> {
    let end = file.len() - 4;
    let mut sum = Crc::new();
    sum.update(&file[..end]);
    file[end..].copy_from_slice(&sum.sum().to_le_bytes());
    file
}

#[test]
fn a_file_that_is_cut_anywhere() {
    let mut page = Page::new();
    for length in 0..TINY.len() {
        let words = if length == 0 { "not a tinyconv" } else { "truncated or damaged" };
        let message = page.program.open(&TINY[..length]).expect_err("refused");
        assert!(message.contains(words), "{length}: {message}");
    }
    // The head, the middle, and the end, with a checksum that is right.
    for length in (14..400).chain((400..TINY.len()).step_by(97)) {
        page.refuses(&signed(TINY[..length].to_vec()), "contradicts itself");
    }
    page.is_unchanged();
}

#[test]
fn a_file_with_any_byte_changed() {
    let mut page = Page::new();
    let random = Random::new(1, Purpose::Synthesise);
    // Each bit of the head, and some of the parameters.
    let head = TINY.len() - 4 * 1130 - 4;
    for flip in 0..8 * head as u32 + 100 {
        let mut file = TINY.to_vec();
        let at = match flip as usize / 8 {
            byte if byte < head => byte,
            _ => random.below(TINY.len() as u32, 0, flip, 0) as usize,
        };
        file[at] ^= 1 << (flip % 8);
        page.survives(&signed(file));
    }
    page.is_unchanged();
}

#[test]
fn claims_that_no_memory_holds() {
    let mut page = Page::new();
    let file = ModelFile::parse(TINY).unwrap();
    let inconsistent = "contradicts itself";
    for input in [Dims::Map([usize::MAX; 3]), Dims::Map([1, 1 << 20, 1 << 20]), Dims::Vector(0)] {
        page.refuses(&written(&ModelFile { input, ..file.clone() }), inconsistent);
    }
    page.refuses(&written(&ModelFile { parameter_count: u32::MAX, ..file.clone() }), inconsistent);
    for kind in [
        LayerKind::Dense(DenseOptions { out: usize::MAX }),
        LayerKind::Conv2d(Conv2dOptions {
            out: 1 << 31,
            kernel: [1 << 15; 2],
            ..Conv2dOptions::NEW
        }),
    ] {
        let layers = [LayerSpec { name: "", kind }].into_iter().collect();
        page.refuses(&written(&ModelFile { layers, ..file.clone() }), inconsistent);
    }
    // A name of 4 x 10^9 bytes, in a file of a few.
    let mut long = TINY[..10].to_vec();
    long.extend([0xff, 0xff, 0xff, 0xff, 0x0f, b'x', 0, 0, 0, 0]);
    page.refuses(&signed(long), inconsistent);
    // More bytes than the page has room for: it does not look at them.
    page.refuses(&vec![0; 4 << 20], "bytes, more than the model files");
    page.refuses(&[TINY, &vec![0; 1000]].concat(), "truncated or damaged");
}

#[test]
fn whole_files_that_are_of_no_use() {
    let mut page = Page::new();
    let file = ModelFile::parse(TINY).unwrap();
    let layers = [LayerSpec { name: "", kind: LayerKind::Flatten }];
    let other =
        ModelFile::new("other", file.input, &layers, file.normalisation, &[], file.training, &[]);
    page.refuses(&written(&other.unwrap()), "does not know");

    for (mean, deviation, words) in [
        (0.0, 0.0, "the mean or the deviation of channel 0 is out of range"),
        (f32::NAN, 1.0, "the mean or the deviation of channel 0 is out of range"),
        // A byte above zero is more than a number.
        (0.0, 1e-37, "no finite numbers"),
    ] {
        let normalisation = Normalisation { mean, deviation }.into();
        page.refuses(&written(&ModelFile { normalisation, ..file.clone() }), words);
    }
    for value in [f32::NAN, f32::INFINITY] {
        let mut parameters = file.parameters.to_vec();
        parameters[..4].copy_from_slice(&value.to_le_bytes());
        page.refuses(
            &written(&ModelFile { parameters: &parameters, ..file.clone() }),
            "parameter 0 of the model file is not a finite number",
        );
    }
    let name = "long ".repeat(3_000) + &"\u{1}".repeat(200);
    page.refuses(
        &written(&ModelFile { name: &"\u{1}".repeat(8_000), ..file.clone() }),
        "too long to be shown",
    );
    assert_eq!(
        page.program.open(&written(&ModelFile { name: &name, ..file.clone() })).unwrap()["name"],
        name
    );
}

#[test]
fn numbers_that_leave_their_range_are_said() {
    let mut page = Page::new();
    let file = ModelFile::parse(TINY).unwrap();
    let parameters = f32::MAX.to_le_bytes().repeat(1130);
    page.program.open(&written(&ModelFile { parameters: &parameters, ..file })).unwrap();
    assert!(page.program.infer(&page.pixels, 10).unwrap_err().contains("no finite number"));
    assert!(
        page.program.teach(&page.pixels, 3, 0.01).unwrap_err().contains("loss is not a finite")
    );
    page.program.open(TINY).unwrap();
    page.is_unchanged();
}

#[test]
fn texts_of_a_file_come_out_as_they_are() {
    let mut page = Page::new();
    let file = ModelFile::parse(TINY).unwrap();
    let label = "\"</script>\\ \u{1b}[2J \n é ✓";
    let labels = [label].into_iter().collect();
    let description = page.program.open(&written(&ModelFile { labels, ..file })).unwrap();
    assert_eq!(description["labels"][0], label);
}

#[test]
fn a_wrong_class_and_no_model() {
    let mut page = Page::new();
    for class in [10, 255, 256, 65_536, -1] {
        let message = page.program.teach(&page.pixels, class, 0.01).unwrap_err();
        assert!(message.contains("no class"), "{message}");
    }
    page.is_unchanged();
    let mut empty = Program::start(BUILT_IN);
    assert!(empty.infer(&[], 0).unwrap_err().contains("no model file is open"));
    assert!(empty.teach(&[], 0, 0.1).unwrap_err().contains("no model file is open"));
    assert!(empty.restore().unwrap_err().contains("no model file is open"));
    assert!(empty.save().unwrap_err().contains("no model file is open"));
}
