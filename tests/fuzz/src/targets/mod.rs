//! The targets, by name.

mod flash;
mod flash_image;
mod idx;
mod model_file;
mod onnx;
mod pictures;
mod state_dict;
mod store;
mod tflite;

use crate::scratch::Scratch;

/// Something that takes bytes from outside.
#[derive(Clone, Copy, Debug)]
pub struct Target {
    /// What it is called: the directory of its corpus.
    pub name: &'static str,
    run: fn(&mut Scratch, &[u8]),
}

/// All that there are.
const TARGETS: [Target; 8] = [
    Target { name: "flash-image", run: |_, bytes| flash_image::run(bytes) },
    Target { name: "idx", run: idx::run },
    Target { name: "model-file", run: |_, bytes| model_file::run(bytes) },
    Target { name: "onnx", run: |_, bytes| onnx::run(bytes) },
    Target { name: "pictures", run: pictures::run },
    Target { name: "state-dict", run: |_, bytes| state_dict::run(bytes) },
    Target { name: "store", run: |_, bytes| store::run(bytes) },
    Target { name: "tflite", run: |_, bytes| tflite::run(bytes) },
];

impl Target {
    /// All targets.
    #[must_use]
    pub fn all() -> [Self; 8] {
        TARGETS
    }

    /// The function that takes an input.
    pub fn start(self) -> impl FnMut(&[u8]) {
        let mut scratch = Scratch::new();
        move |bytes| (self.run)(&mut scratch, bytes)
    }
}
