//! What `inspect` prints, as JSON and as text.

use host_tools::model::{Memory, Model};
use serde::Serialize;
use tinyconv::model_file::{ModelFile, Normalisation, Training};
use tinyconv::spec::Dims;

use super::layer::{Layer, sizes};
use crate::commands::table::Table;
use crate::commands::text::{percent, printable};

/// A model file and what follows from it.
#[derive(Serialize)]
pub struct Report<'a> {
    name: &'a str,
    #[serde(serialize_with = "sizes")]
    input: Dims,
    layers: Vec<Layer<'a>>,
    parameters: usize,
    multiply_adds: usize,
    /// As text: programs that read JSON numbers as floats would round it.
    fingerprint: String,
    normalisation: Normalisation,
    labels: &'a [&'a str],
    training: Training,
    /// Bytes; `null` for a network that the tool does not know.
    memory: Option<Memory>,
}

impl<'a> Report<'a> {
    /// Takes everything from the file, but the memory from `model`, whose type knows it.
    pub fn new(file: &'a ModelFile<'a>, model: Option<&dyn Model>) -> Self {
        let mut input = file.input;
        let mut layers = Vec::new();
        for spec in &file.layers {
            // A file whose layers do not fit together does not get past the parser.
            let Ok(output) = spec.output(input) else { break };
            layers.push(Layer::new(spec, input, output));
            input = output;
        }
        let sum = |cost: fn(&Layer<'_>) -> usize| {
            layers.iter().map(cost).fold(0, |sum: usize, cost| sum.saturating_add(cost))
        };
        Self {
            name: file.name,
            input: file.input,
            parameters: sum(|layer| layer.parameters),
            multiply_adds: sum(|layer| layer.multiply_adds),
            layers,
            fingerprint: format!("{:016x}", file.fingerprint),
            normalisation: file.normalisation,
            labels: &file.labels,
            training: file.training,
            memory: model.map(Model::memory),
        }
    }

    /// The report for people.
    pub fn text(&self) -> String {
        let labels: Vec<String> = self.labels.iter().map(|label| printable(label)).collect();
        let training = self.training;
        let memory = self.memory.as_ref().map_or_else(
            || "memory on a device: unknown, because this program does not know the network".into(),
            memory_text,
        );
        format!(
            "\
model          {}
fingerprint    {}
input          {}, each value (raw - {:?}) / {:?}
labels         {}
training       epochs {}, batch {}, seed {}, learning rate {:?}
test accuracy  {}

{}

{memory}",
            printable(self.name),
            self.fingerprint,
            self.input,
            self.normalisation.mean,
            self.normalisation.deviation,
            labels.join(", "),
            training.epochs,
            training.batch,
            training.seed,
            training.learning_rate,
            percent(training.test_accuracy.into()),
            self.layer_table(),
        )
    }

    fn layer_table(&self) -> String {
        let heading = ["layer", "", "output", "parameters", "multiply-adds"];
        let mut table = Table::new(3, heading.map(String::from).to_vec());
        for layer in &self.layers {
            table.row(vec![
                printable(layer.name),
                layer.kind.clone(),
                layer.output.to_string(),
                layer.parameters.to_string(),
                layer.multiply_adds.to_string(),
            ]);
        }
        let (parameters, multiply_adds) = (self.parameters, self.multiply_adds);
        table.row(vec![
            "in all".into(),
            String::new(),
            String::new(),
            parameters.to_string(),
            multiply_adds.to_string(),
        ]);
        table.render()
    }
}

fn memory_text(memory: &Memory) -> String {
    let heading = ["bytes on a device", "inference", "training"];
    let mut table = Table::new(1, heading.map(String::from).to_vec());
    let rows = [
        ("parameters in flash", memory.parameters, 0),
        ("parameters in RAM", 0, memory.parameters),
        ("gradients", 0, memory.gradients),
        ("input", memory.input, memory.input),
        ("scratch", memory.inference_scratch, memory.training_scratch),
        ("pooling choices", 0, memory.training_choices),
        ("output", memory.output, 0),
        ("RAM in all", memory.inference_ram, memory.training_ram),
        ("RAM in all, SGD with momentum", 0, memory.training_ram + memory.sgd_state),
        ("RAM in all, Adam", 0, memory.training_ram + memory.adam_state),
    ];
    for (name, inference, training) in rows {
        let cell = |bytes: usize| if bytes == 0 { String::new() } else { bytes.to_string() };
        table.row(vec![name.into(), cell(inference), cell(training)]);
    }
    table.render()
}
