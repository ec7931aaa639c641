//! What a board learnt, on top of the model file that it started from.

use std::path::Path;

use crate::commands::data::BUNDLED;
use crate::export::DeployedModel;
use tinyconv::model_file::{ModelFile, Training};
use tinyconv_exchange::{ReadBack, read_back};
use tinyconv_training::files;
use tinyconv_training::model::Networks;

use super::{Accuracy, ImportArguments, Imported, Origin};

impl ImportArguments {
    /// Imports the newest checkpoint of `image`, bytes of a board's flash.
    pub(super) fn checkpoint(
        &self,
        networks: Networks,
        path: &Path,
        image: &[u8],
    ) -> anyhow::Result<Imported> {
        let bytes = files::read(path)?;
        let file = files::parse(path, &bytes)?;
        // What a board trains; of most networks, the same file.
        let deployed = DeployedModel::new(&file);
        let base = deployed.file()?;
        let read = read_back(&base, image)?;
        let model = files::any_model_of(networks, path, &base)?;
        let is_known = self.data.is_some() || ["", BUNDLED].contains(&base.data);
        let accuracy = match is_known {
            true => Accuracy::measure(
                &*model,
                &read.parameters,
                base.normalisation,
                &base.labels,
                self.data.as_deref(),
                self.limits.limits(),
            )?,
            false => Accuracy::Unknown {
                why: "the base was trained with data of its own; give that data set with --data",
            },
        };
        let training = Training { test_accuracy: accuracy.stored(), ..base.training };
        let parameters: Vec<u8> = read.parameters.iter().flat_map(|x| x.to_le_bytes()).collect();
        let tuned = ModelFile { training, parameters: &parameters, ..base.clone() };
        let (origin, lines) = (Origin::checkpoint(&base, &read), lines(&base, &read));
        Ok(Imported { bytes: files::encode_file(&tuned)?, lines, accuracy, origin })
    }
}

fn lines(base: &ModelFile<'_>, read: &ReadBack) -> Vec<String> {
    let factory: Vec<f32> = base.parameters().collect();
    let changed = factory.iter().zip(&read.parameters).filter(|(a, b)| a.to_bits() != b.to_bits());
    let mut lines = vec![
        format!(
            "checkpoint at byte {:#x}: generation {}, after {} steps",
            read.offset, read.generation, read.progress.step
        ),
        format!(
            "trained: {}, {} parameters, of which {} differ from the base's {}",
            read.trains,
            read.trained,
            changed.count(),
            factory.len()
        ),
    ];
    lines.extend(read.passed_over.iter().map(|why| format!("note: {why}")));
    lines
}
