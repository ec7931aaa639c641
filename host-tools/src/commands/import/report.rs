//! What `import` of parameters alone prints as JSON.

use std::path::Path;

use serde::Serialize;
use tinyconv::model_file::ModelFile;
use tinyconv_exchange::{Matched, ReadBack};

use super::Accuracy;

/// The model file that was written, and where its parameters come from.
#[derive(Serialize)]
pub struct ImportReport<'a> {
    name: &'a str,
    model_file: &'a Path,
    parameters: usize,
    /// Nothing if it was not measured.
    test_accuracy: Option<f32>,
    #[serde(flatten)]
    origin: &'a Origin,
}

/// Where the parameters come from.
#[derive(Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Origin {
    /// Tensors of another program.
    StateDict {
        /// The layers with parameters.
        layers: Vec<LayerName>,
        /// What a user should know, a sentence each.
        notes: Vec<String>,
    },
    /// What a board saved.
    Checkpoint {
        /// Where it begins in the image.
        offset: usize,
        /// How often the board has saved.
        generation: u64,
        /// How many steps it has trained.
        steps: u32,
        /// Parameters that were trained.
        trained: usize,
        /// Parameters that differ from those of the base.
        changed: usize,
        /// What else begins as a checkpoint, and why it was not taken: a sentence each.
        notes: Vec<String>,
    },
}

/// The name of a layer here and in the file.
#[derive(Serialize)]
pub struct LayerName {
    ours: String,
    theirs: String,
}

impl<'a> ImportReport<'a> {
    /// Of `file`, as it was written to `model_file`.
    pub fn new(
        file: &'a ModelFile<'a>,
        model_file: &'a Path,
        accuracy: &Accuracy,
        origin: &'a Origin,
    ) -> Self {
        let (parameters, test_accuracy) = (file.parameters().len(), accuracy.share());
        Self { name: file.name, model_file, parameters, test_accuracy, origin }
    }
}

impl Origin {
    /// Tensors and the layers that they are of.
    pub fn state_dict(matched: &Matched) -> Self {
        let layers = matched
            .layers
            .iter()
            .map(|layer| LayerName { ours: layer.ours.clone(), theirs: layer.theirs.clone() });
        Self::StateDict { layers: layers.collect(), notes: matched.notes.clone() }
    }

    /// A checkpoint on top of `base`.
    pub fn checkpoint(base: &ModelFile<'_>, read: &ReadBack) -> Self {
        let pairs = base.parameters().zip(&read.parameters);
        Self::Checkpoint {
            offset: read.offset,
            generation: read.generation,
            steps: read.progress.step,
            trained: read.trained,
            changed: pairs.filter(|(a, b)| a.to_bits() != b.to_bits()).count(),
            notes: read.passed_over.clone(),
        }
    }
}
