//! A network in a file of another program as Rust source and a model file, compared with what it came from.

use std::path::{Path, PathBuf};

use crate::commands::data::or_remembered;
use crate::commands::kept::commit;
use crate::commands::output;
use crate::commands::program::program;
use crate::commands::table::Table;
use crate::commands::text::{printable, shell_word};
use anyhow::Context;
use serde::Serialize;
use tinyconv::model_file::{MAX_LABELS, MAX_LAYERS, ModelFile, Normalisation, Normalisations};
use tinyconv::plan::LayerSpec;
use tinyconv_exchange::onnx::{self, ImportOptions};
use tinyconv_exchange::parity::{Parity, ParityError, Reference, Runtime, stored};
use tinyconv_exchange::tflite;
use tinyconv_exchange::{ImportedNetwork, network_name, type_name};
use tinyconv_training::files::{self, FileSet};
use tinyconv_training::model::Layer;
use tinyconv_training::model::Networks;
use tinyconv_training::network_source::network_source;
use tinyconv_training::text::shown;

use super::{Accuracy, ImportArguments, ImportError};

/// The seed of random inputs.
const SEED: u64 = 1;

#[derive(Serialize)]
struct Report<'a> {
    name: &'a str,
    model_file: &'a Path,
    source: &'a Path,
    layers: Vec<Layer<'a>>,
    parameters: usize,
    /// Nothing if there was nothing to compare with.
    parity: Option<&'a Parity>,
    holds: Option<bool>,
    test_accuracy: Option<f32>,
}

/// The formats of networks.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Format {
    Onnx,
    Tflite,
}

impl Format {
    /// What it is compared with.
    fn reference(self) -> Reference {
        match self {
            Self::Onnx => Reference::OnnxRuntime,
            Self::Tflite => Reference::LiteRt,
        }
    }
}

impl ImportArguments {
    /// The format of a network: by its content, of damaged ones by their name; none of other files.
    pub(super) fn format(&self, bytes: &[u8]) -> Option<Format> {
        let named =
            |ending: &str| self.file.extension().is_some_and(|it| it.eq_ignore_ascii_case(ending));
        if tflite::looks_like(bytes) || named("tflite") {
            Some(Format::Tflite)
        } else if named("onnx") || onnx::looks_like(bytes) {
            Some(Format::Onnx)
        } else {
            None
        }
    }

    /// Imports the bytes of a network.
    pub(super) fn network(
        &self,
        networks: Networks,
        format: Format,
        bytes: &[u8],
    ) -> anyhow::Result<()> {
        if self.model.is_some() || !self.map.is_empty() {
            return Err(ImportError::NotForNetworks.into());
        }
        if let Some(check) = self.check
            && check.reference() != format.reference()
        {
            let name = format.reference().name().to_lowercase();
            return Err(ImportError::OtherCheck { name }.into());
        }
        let (model_path, source_path) = self.places();
        files::check_result(&model_path, &self.file)?;
        files::check_result(&source_path, &self.file)?;

        let network = match format {
            Format::Onnx => {
                let output = self.output.as_deref();
                let options = ImportOptions { directory: Some(self.directory()), output };
                onnx::import_with(bytes, options)?
            }
            Format::Tflite => tflite::import_output(bytes, self.output.as_deref())?,
        };
        let network = if self.fold { network.folded() } else { network };
        let parity = self.parity(&network, bytes)?;
        let asked = self.labels.as_ref().is_some_and(|labels| labels.len() == 2);
        let two = if asked { network.two_classes() } else { None };
        let one_of_two = !asked && network.two_classes().is_some();
        let is_made_two = two.is_some();
        let network = two.unwrap_or(network);
        let specs = network.specs();
        if specs.len() > MAX_LAYERS {
            let (found, fold) = (specs.len(), !self.fold);
            return Err(ImportError::Layers { found, limit: MAX_LAYERS, fold }.into());
        }
        let name = self.network_name(network.notes.as_ref().map(|notes| &*notes.network));
        let labels = self.network_labels(&name, &network)?;
        let labels: Vec<&str> = labels.iter().map(String::as_str).collect();
        let usual = network.notes.as_ref().map(|notes| notes.normalisation);
        let usual = usual.unwrap_or(Normalisation { mean: 0.0, deviation: 255.0 }.into());
        let normalisation = self.normalisation_or(usual, network.input)?;
        let normalisation = network.preparation.after(normalisation)?;
        let accuracy = self.accuracy(networks, &network, &name, normalisation, &labels)?;

        let encoded = network.encode(&name, normalisation, &labels, accuracy.stored())?;
        let type_name = type_name(&name);
        let parameters = network.parameters().len();
        let file_name = self.file.file_name().unwrap_or_default().to_string_lossy();
        let about = format!("{parameters} parameters, imported from `{file_name}`.");
        let source = network_source(&type_name, &about, network.input, &specs);
        let mut written = FileSet::default();
        written.add(&source_path, source.as_bytes()).context("the source was not written")?;
        written.add_model(&model_path, &encoded).context("the model file was not written")?;
        commit(written)?;

        if self.json {
            let report = Report {
                name: &name,
                model_file: &model_path,
                source: &source_path,
                layers: Layer::all(network.input, &specs),
                parameters,
                holds: parity.as_ref().map(Parity::holds),
                parity: parity.as_ref(),
                test_accuracy: accuracy.share(),
            };
            output::line(&serde_json::to_string(&report)?)?;
            return Ok(());
        }
        let mut lines = vec![
            format!("{}: {parameters} parameters, input {}", printable(&name), network.input),
            layers(&network, &specs, parity.as_ref()),
            self.parity_text(format, parity.as_ref()),
            format!("inputs: {normalisation}"),
        ];
        lines.extend(remarks(&network));
        if is_made_two {
            lines.push(
                "classes: the one output was made two, of which the second is what it was".into(),
            );
        } else if one_of_two {
            lines.push(
                "classes: one output, which can tell two apart: --labels NO,YES makes two of it"
                    .into(),
            );
        }
        let labels: Vec<String> = labels.iter().map(|label| printable(label)).collect();
        lines.push(format!("labels: {}", labels.join(", ")));
        lines.push(accuracy.text());
        lines.push(format!("network: {} (`{type_name}`)", shown(&source_path)));
        lines.push(format!("model file: {}", shown(&model_path)));
        lines.push(format!("next: {} memory {}", program(networks), shell_word(&model_path)));
        output::line(&lines.join("\n"))?;
        Ok(())
    }

    /// Where the file lies.
    fn directory(&self) -> &Path {
        let parent = self.file.parent().filter(|parent| !parent.as_os_str().is_empty());
        parent.unwrap_or(Path::new("."))
    }

    /// Where model file and source go: beside the file, or where --out says.
    fn places(&self) -> (PathBuf, PathBuf) {
        let stem = match &self.name {
            Some(name) => network_name(name),
            None => self.file.file_stem().unwrap_or_default().to_string_lossy().into_owned(),
        };
        let file_name = format!("{stem}.{}", files::EXTENSION);
        let model = match &self.out {
            Some(out) if !out.is_dir() => out.clone(),
            Some(directory) => directory.join(file_name),
            None => self.file.with_file_name(file_name),
        };
        let source = model.with_extension("rs");
        (model, source)
    }

    /// The name that the user gives, or the file.
    fn network_name(&self, noted: Option<&str>) -> String {
        let stem = self.file.file_stem().unwrap_or_default().to_string_lossy();
        let name = self.name.as_deref().or(noted).unwrap_or(&stem);
        network_name(name)
    }

    fn network_labels(
        &self,
        name: &str,
        network: &ImportedNetwork,
    ) -> Result<Vec<String>, ImportError> {
        let outputs = network.output().len();
        let numbered = if outputs <= MAX_LABELS { outputs } else { 0 };
        let usual = || (0..numbered).map(|class| class.to_string()).collect();
        self.labels_or(name, outputs, network.notes.as_ref(), usual)
    }

    /// The comparison with what there is to compare with.
    fn parity(
        &self,
        network: &ImportedNetwork,
        bytes: &[u8],
    ) -> Result<Option<Parity>, ParityError> {
        let sizes = (network.input.len(), network.output().len());
        match self.check {
            None => match stored(&self.file, sizes.0, sizes.1)? {
                Some(vectors) => {
                    Parity::with_vectors(network, &vectors, self.limits.limits()).map(Some)
                }
                None => Ok(None),
            },
            Some(check) => {
                let python = self.python.as_deref().unwrap_or(Path::new("python3"));
                let runtime = Runtime::of(check.reference(), python)?;
                Parity::with_runtime(network, bytes, &runtime, SEED).map(Some)
            }
        }
    }

    fn parity_text(&self, format: Format, parity: Option<&Parity>) -> String {
        let Some(parity) = parity else {
            let beside = self.file.with_extension("safetensors");
            return format!(
                "parity: not checked, for lack of a reference: store `input` and `output` in {}, \
                 or compare with {}: --check {}",
                shown(&beside),
                format.reference().name(),
                format.reference().name().to_lowercase()
            );
        };
        let verdict =
            if parity.holds() { "within rounding" } else { "MORE THAN ROUNDING EXPLAINS" };
        format!(
            "parity with {} ({} samples): largest difference {:.2e}, {:.2e} of the largest output ({verdict}); \
             the same class in {} of {}",
            parity.reference,
            parity.samples,
            parity.difference.absolute,
            parity.relative,
            parity.same_class,
            parity.samples,
        )
    }

    /// How good the network is, on the data that the user gives for it.
    fn accuracy(
        &self,
        networks: Networks,
        network: &ImportedNetwork,
        name: &str,
        normalisation: Normalisations,
        labels: &[&str],
    ) -> anyhow::Result<Accuracy> {
        let bytes = network.encode(name, normalisation, labels, 0.0)?;
        let file = ModelFile::parse(&bytes)?;
        let model = files::any_model_of(networks, &self.file, &file)?;
        // A project's data set is that of its own network.
        let data = match networks.of_file(&file) {
            Some(_) => or_remembered(networks, self.data.clone())?,
            None => self.data.clone(),
        };
        let Some(data) = data else {
            return Ok(Accuracy::Unknown { why: "give a data set with --data" });
        };
        let parameters = network.parameters();
        let limits = self.limits.limits();
        Accuracy::measure(&*model, &parameters, normalisation, labels, Some(&data), limits)
    }
}

/// What the network does in another way than the file, and what of the file was not taken.
fn remarks(network: &ImportedNetwork) -> Vec<String> {
    let mut lines = Vec::new();
    let sizes =
        |sizes: &[usize]| sizes.iter().map(usize::to_string).collect::<Vec<_>>().join(" x ");
    if !network.input_turn.keeps() {
        lines.push(format!(
            "order: the file reads {} with channels last; this network reads {}, channels first (what a camera gives \
             pixel by pixel is turned before it)",
            sizes(network.input_turn.sizes()),
            network.input
        ));
    }
    if !network.output_turn.keeps() {
        lines.push(format!(
            "order: the file gives {}; this network gives {}, channels first",
            sizes(network.output_turn.sizes()),
            network.output()
        ));
    }
    if network.log_softmax {
        lines.push(
            "left out: LogSoftmax at the end; the outputs are logits, of which the largest names the same class"
                .into(),
        );
    }
    if network.rounds_activations {
        lines.push(
            "weights: widened from int8; LiteRT rounds what they are multiplied with to eight bits as it goes, this \
             network does not, so outputs differ"
                .into(),
        );
    }
    if !network.other_outputs.is_empty() {
        let others = network.other_outputs.iter().take(8).map(|name| printable(name));
        lines.push(format!(
            "output: {} (the file has others: --output {})",
            printable(&network.output_name),
            others.collect::<Vec<_>>().join(", --output ")
        ));
    }
    lines
}

/// A row for each layer, with its difference from the reference where that tells.
fn layers(network: &ImportedNetwork, specs: &[LayerSpec<'_>], parity: Option<&Parity>) -> String {
    let compared = parity.filter(|parity| !parity.layers.is_empty());
    let mut heading = vec!["name".to_owned(), "layer".into(), "output".into(), "parameters".into()];
    heading.extend(compared.map(|_| "difference".to_owned()));
    let mut table = Table::new(2, heading);
    for (index, layer) in Layer::all(network.input, specs).into_iter().enumerate() {
        let mut row = vec![layer.name.to_owned(), layer.kind, layer.output.to_string()];
        row.push(layer.parameters.to_string());
        let row_parity =
            compared.and_then(|parity| parity.layers.iter().find(|row| row.layer == index));
        row.extend(row_parity.map(|row| format!("{:.1e}", row.difference.absolute)));
        table.row(row);
    }
    table.render()
}
