//! Tensors of a safetensors file as one of the tool's networks.

use crate::commands::text::printable;
use tinyconv::model_file::{Normalisation, Normalisations, Training};
use tinyconv::plan::Dims;
use tinyconv_exchange::{ModelNotes, NamedLayer, StateDict, as_safetensors, match_layers};
use tinyconv_training::files;
use tinyconv_training::model::{Model, Networks};

use super::{Accuracy, ImportArguments, ImportError, Imported, Origin};

impl ImportArguments {
    /// Imports the bytes of a safetensors file.
    pub(super) fn state_dict(&self, networks: Networks, bytes: &[u8]) -> anyhow::Result<Imported> {
        let bytes = as_safetensors(bytes)?;
        let dict = StateDict::parse(&bytes)?;
        let model = self.model(networks, dict.notes())?;
        let normalisation = self.normalisation(model, dict.notes())?;
        let labels = self.labels(model, dict.notes())?;
        let labels: Vec<&str> = labels.iter().map(String::as_str).collect();
        let own_layers = model.layers();
        let layers = NamedLayer::all(model.input(), &own_layers);
        let matched = match_layers(&layers, &dict, &self.map)?;

        let accuracy = Accuracy::measure(
            model,
            &matched.parameters,
            normalisation,
            &labels,
            self.data.as_deref(),
            self.limits.limits(),
        )?;
        let training = Training {
            epochs: 0,
            batch: 0,
            seed: 0,
            learning_rate: 0.0,
            test_accuracy: accuracy.stored(),
        };
        let bytes =
            files::encode_parameters(model, normalisation, &labels, training, &matched.parameters)?;
        let mut lines = vec![format!("{}: {} parameters", model.name(), matched.parameters.len())];
        let width = matched.layers.iter().map(|layer| layer.ours.chars().count()).max();
        lines.extend(matched.layers.iter().map(|layer| {
            format!("  {:<1$} is {2:?}", layer.ours, width.unwrap_or(0), layer.theirs)
        }));
        lines.extend(matched.notes.iter().map(|note| format!("  note: {note}")));
        lines.push(format!("inputs: {normalisation}{}", self.origin(&dict)));
        let labels: Vec<String> = labels.iter().map(|label| printable(label)).collect();
        lines.push(format!("labels: {}", labels.join(", ")));
        Ok(Imported { bytes, lines, accuracy, origin: Origin::state_dict(&matched) })
    }

    fn model(
        &self,
        networks: Networks,
        notes: Option<&ModelNotes>,
    ) -> Result<&'static dyn Model, ImportError> {
        let given = self.model.as_deref().and_then(|name| networks.named(name));
        let named = || networks.named(&notes?.network);
        // A program of the user's own mostly has one network.
        let only = || match networks.all() {
            &[model] => Some(model),
            _ => None,
        };
        given
            .or_else(named)
            .or_else(only)
            .ok_or_else(|| ImportError::NoModel { known: networks.names() })
    }

    fn normalisation(
        &self,
        model: &dyn Model,
        notes: Option<&ModelNotes>,
    ) -> Result<Normalisations, ImportError> {
        let usual = notes.map_or_else(|| model.recipe().normalisation, |notes| notes.normalisation);
        self.normalisation_or(usual, model.input())
    }

    /// That of the options, or else the usual one.
    pub(super) fn normalisation_or(
        &self,
        usual: Normalisations,
        input: Dims,
    ) -> Result<Normalisations, ImportError> {
        let numbers = |given: &Option<Vec<f32>>, usual_number: fn(&Normalisation) -> f32| {
            given.clone().unwrap_or_else(|| usual.iter().map(usual_number).collect())
        };
        let means = numbers(&self.mean, |usual| usual.mean);
        let deviations = numbers(&self.deviation, |usual| usual.deviation);
        let channels = input.channels();
        for (option, given) in [("--mean", means.len()), ("--deviation", deviations.len())] {
            if given != 1 && given != channels {
                return Err(ImportError::Channels { option, given, channels });
            }
        }
        // One number of all channels stands for each of them.
        let count = means.len().max(deviations.len());
        let of = |numbers: &[f32], channel: usize| *numbers.get(channel).unwrap_or(&numbers[0]);
        let mut list = Vec::with_capacity(count);
        for channel in 0..count {
            let (mean, deviation) = (of(&means, channel), of(&deviations, channel));
            // 255 is the largest byte of an image.
            let largest = (255.0 - mean).abs().max(mean.abs()) / deviation;
            if !(deviation > 0.0 && largest.is_finite() && deviation.is_finite()) {
                return Err(ImportError::Normalisation { mean, deviation });
            }
            list.push(Normalisation { mean, deviation });
        }
        Ok(Normalisations::new(&list)?)
    }

    /// Where the numbers come from that inputs are made with, if not from the user.
    fn origin(&self, dict: &StateDict<'_>) -> &'static str {
        match (self.mean.is_some() && self.deviation.is_some(), dict.notes()) {
            (true, _) => "",
            (false, Some(_)) => " (from the file)",
            (false, None) => {
                " (from the network's recipe); give --mean and --deviation if it was trained with \
                 others"
            }
        }
    }

    fn labels(
        &self,
        model: &dyn Model,
        notes: Option<&ModelNotes>,
    ) -> Result<Vec<String>, ImportError> {
        let usual = model.labels();
        let own = || usual.iter().map(|&label| label.to_owned()).collect();
        self.labels_or(model.name(), usual.len(), notes, own)
    }

    /// What the options call the classes, or else the file, or else the usual names.
    pub(super) fn labels_or(
        &self,
        network: &str,
        outputs: usize,
        notes: Option<&ModelNotes>,
        usual: impl FnOnce() -> Vec<String>,
    ) -> Result<Vec<String>, ImportError> {
        match (&self.labels, notes) {
            (Some(labels), _) if labels.len() == outputs => Ok(labels.clone()),
            (Some(labels), _) => {
                let (given, network) = (labels.len(), printable(network));
                Err(ImportError::Labels { given, network, outputs })
            }
            (None, Some(notes)) if notes.labels.len() == outputs => Ok(notes.labels.clone()),
            _ => Ok(usual()),
        }
    }
}
