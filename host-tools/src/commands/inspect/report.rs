//! What `inspect` prints, as JSON and as text.

use serde::Serialize;
use tinyconv::model_file::{ModelFile, Normalisations, Training};
use tinyconv::plan::Dims;

use tinyconv_report::boards::{BOARDS, Time, named};

use crate::commands::table::Table;
use crate::commands::text::{printable, stated, trained_layers};
use tinyconv_training::model::{Layer, Memory, Training as TrainingMemory, sizes};
use tinyconv_training::network_source::lines;

/// A model file and what follows from it.
#[derive(Serialize)]
pub struct Inspection<'a> {
    name: &'a str,
    #[serde(serialize_with = "sizes")]
    input: Dims,
    layers: Vec<Layer<'a>>,
    /// As they are written.
    #[serde(skip)]
    lines: Vec<(usize, usize, String)>,
    parameters: usize,
    multiply_adds: usize,
    /// As text: programs that read JSON numbers as floats would round it.
    fingerprint: String,
    normalisation: Normalisations,
    labels: &'a [&'a str],
    training: Training,
    /// What it was trained with; empty if the file does not say.
    data: &'a str,
    /// There are layers that a device does not run: batch normalisation or dropout.
    folded: bool,
    /// Bytes on a device.
    memory: Memory,
    /// Estimates.
    times: Vec<OnBoard>,
}

/// How long the network takes on a board.
#[derive(Serialize)]
struct OnBoard {
    board: &'static str,
    milliseconds: Time,
}

const FOLDED: &str = "

A device runs the deployed form, `Deployed`: batch normalisation is folded into the layer before it,
and dropout is left out. The bytes below are for that form, whose parameters `export` writes.";

impl<'a> Inspection<'a> {
    /// Takes everything from the file, whatever network it is of; `memory` is that network's.
    pub fn new(file: &'a ModelFile<'a>, memory: Memory) -> Self {
        let layers = Layer::all(file.input, &file.layers);
        let sum = |cost: fn(&Layer<'_>) -> usize| {
            layers.iter().map(cost).fold(0, |sum: usize, cost| sum.saturating_add(cost))
        };
        Self {
            name: file.name,
            input: file.input,
            parameters: sum(|layer| layer.parameters),
            multiply_adds: sum(|layer| layer.multiply_adds),
            layers,
            lines: lines(file.input, &file.layers).collect(),
            folded: file.layers.iter().any(|layer| !layer.kind.is_deployed()),
            fingerprint: format!("{:016x}", file.fingerprint),
            normalisation: file.normalisation,
            labels: &file.labels,
            training: file.training,
            times: BOARDS
                .iter()
                .filter_map(|board| {
                    Some(OnBoard { board: board.name, milliseconds: Time::of(board, &memory)? })
                })
                .collect(),
            data: file.data,
            memory,
        }
    }

    /// Bytes on a device.
    pub const fn memory(&self) -> &Memory {
        &self.memory
    }

    /// Those of the boards that `new` writes firmware for.
    fn times_text(&self) -> String {
        let has_firmware =
            |time: &&OnBoard| named(time.board).is_some_and(|board| board.firmware.is_some());
        let mut table =
            Table::new(1, ["board", "inference", "training step"].map(String::from).to_vec());
        for OnBoard { board, milliseconds } in self.times.iter().filter(has_firmware) {
            let ms = |time| format!("{} ms", Time::text(time));
            table.row(vec![(*board).into(), ms(milliseconds.inference), ms(milliseconds.training)]);
        }
        format!("{}\n{}.", table.render().trim_end(), Time::SOURCE)
    }

    /// The report for people.
    pub fn text(&self) -> String {
        let labels: Vec<String> = self.labels.iter().map(|label| printable(label)).collect();
        let training = self.training;
        format!(
            "\
model          {}
fingerprint    {}
input          {}, each value {}
labels         {}
training       epochs {}, batch {}, seed {}, learning rate {:?}
{}test accuracy  {}

{}{}

{}

{}",
            printable(self.name),
            self.fingerprint,
            self.input,
            self.normalisation,
            labels.join(", "),
            training.epochs,
            training.batch,
            training.seed,
            training.learning_rate,
            if self.data.is_empty() {
                String::new()
            } else {
                format!("data           {}\n", printable(self.data))
            },
            stated(training.test_accuracy),
            self.layer_table(),
            if self.folded { FOLDED } else { "" },
            memory_text(&self.memory),
            self.times_text(),
        )
    }

    fn layer_table(&self) -> String {
        let heading = ["layer", "", "output", "parameters", "multiply-adds"];
        let mut table = Table::new(3, heading.map(String::from).to_vec());
        for (index, depth, text) in &self.lines {
            let layer = &self.layers[*index];
            table.row(vec![
                printable(layer.name),
                "  ".repeat(*depth) + text,
                layer.output.to_string(),
                layer.parameters.to_string(),
                layer.multiply_adds.to_string(),
            ]);
        }
        let (parameters, multiply_adds) = (self.parameters, self.multiply_adds);
        table.row(vec![
            "total".into(),
            String::new(),
            String::new(),
            parameters.to_string(),
            multiply_adds.to_string(),
        ]);
        table.render()
    }
}

fn memory_text(memory: &Memory) -> String {
    let Memory { parameters, input_values, inference, training, .. } = memory;
    let mut text = format!(
        "\
flash          {parameters} bytes of parameters
inference      {} bytes of RAM: scratch {}, output {}
",
        inference.total, inference.scratch, inference.output
    );
    let parts: Vec<&[TrainingMemory]> = training.chunks(Memory::WAYS).collect();
    if let Some(ways) = parts.first() {
        text += &training_table(&parts, ways);
    } else {
        text += "training       no parameters to train\n";
    }
    let floats = input_values.saturating_mul(size_of::<f32>());
    text += &format!(
        "\
Not included: the stack, and the input if it is in RAM \
({input_values} bytes, or {floats} as `f32`)."
    );
    text
}

/// Parts of the network from top to bottom; in `ways` from left to right.
fn training_table(parts: &[&[TrainingMemory]], ways: &[TrainingMemory]) -> String {
    let mut mode = "";
    let modes = ways.iter().map(|way| {
        let new = way.mode != mode;
        mode = way.mode;
        if new { way.mode.into() } else { String::new() }
    });
    let mut table =
        Table::new(2, ["training", "trains"].map(String::from).into_iter().chain(modes).collect());
    // Optimizers that take as much stand in one column, one below the other.
    let optimizers: Vec<Vec<&str>> =
        ways.iter().map(|way| way.optimizer.split(", ").collect()).collect();
    for line in 0..optimizers.iter().map(Vec::len).max().unwrap_or(0) {
        let what = if line == 0 { "bytes of RAM" } else { "" };
        let names = optimizers.iter().map(|names| (*names.get(line).unwrap_or(&"")).to_owned());
        table.row([what.into(), String::new()].into_iter().chain(names).collect());
    }
    for part in parts {
        let [first, ..] = part else { continue };
        let name = trained_layers(&first.trains, &first.from);
        let bytes = part.iter().map(|way| way.total.to_string());
        table.row([name, first.trains.clone()].into_iter().chain(bytes).collect());
    }
    format!("\n{}\n\n", table.render())
}

#[cfg(test)]
mod tests {
    use tinyconv::Network;
    use tinyconv::model_file::Normalisation;

    use super::*;

    tinyconv::network! {
        Blocks: 1 x 6 x 6 {
            first: Conv2d { out: 2, kernel: 3 }, BatchNorm, Relu,
            Residual {
                Residual { DepthwiseConv2d { kernel: 3, padding: same } },
                PointwiseConv2d { out: 2 },
            },
            Dropout { keep: 0.5 },
            Dense { out: 3 },
        }
    }

    tinyconv::network! { Plain: 1 x 2 x 2 { Dense { out: 2 } } }

    tinyconv::network! {
        Signal: 3 x 128 {
            Conv1d { out: 8, kernel: 5 },
            Residual { Conv1d { out: 8, kernel: 3, padding: same } },
            AvgPool1d { size: 2 }, Dense { out: 3 },
        }
    }

    fn text<N: Network>() -> String {
        let normalisation = Normalisation { mean: 0.0, deviation: 255.0 };
        let training =
            Training { epochs: 1, batch: 2, seed: 3, learning_rate: 0.5, test_accuracy: 0.5 };
        let bytes = vec![0; 4 * N::PARAMS];
        let file =
            ModelFile::new("n", N::INPUT, N::LAYERS, normalisation, &[], training, &bytes).unwrap();
        Inspection::new(&file, Memory::of(N::INPUT, N::LAYERS).unwrap()).text()
    }

    #[test]
    fn residual_blocks_are_indented() {
        let text = text::<Blocks>();
        for line in [
            "\nfirst  Conv2d { out: 2, kernel: 3 }  ",
            "\n       Residual {  ",
            "\n         Residual {  ",
            "\n           DepthwiseConv2d { kernel: 3, padding: same }  ",
            "\n         }  ",
            "\n         Conv2d { out: 2, kernel: 1 }  ",
            "\n       }  ",
            "\n       Dropout { keep: 0.5 }  ",
        ] {
            assert!(text.contains(line), "{line}\n{text}");
        }
    }

    #[test]
    fn layers_for_signals_are_shown_as_such() {
        let text = text::<Signal>();
        for line in [
            "Conv1d { out: 8, kernel: 5 }  ",
            "\n         Conv1d { out: 8, kernel: 3, padding: same }  ",
            "AvgPool1d { size: 2 }  ",
        ] {
            assert!(text.contains(line), "{line}\n{text}");
        }
        assert!(!text.contains("2d"), "{text}");
    }

    #[test]
    fn the_data_is_told_where_it_is_known() {
        let normalisation = Normalisation { mean: 0.0, deviation: 255.0 };
        let training =
            Training { epochs: 1, batch: 2, seed: 3, learning_rate: 0.5, test_accuracy: 0.5 };
        let (input, layers, bytes) = (Plain::INPUT, Plain::LAYERS, [0; 4 * Plain::PARAMS]);
        let file =
            ModelFile::new("n", input, layers, normalisation, &[], training, &bytes).unwrap();
        let text = |file| Inspection::new(file, Memory::of(input, layers).unwrap()).text();
        assert!(!text(&file).contains("\ndata "));
        let described = file.clone().with_data("70 roses").unwrap();
        assert!(text(&described).contains("\ndata           70 roses\ntest accuracy"));
    }

    #[test]
    fn it_says_that_a_device_runs_another_network() {
        assert!(text::<Blocks>().contains("dropout is left out"));
        assert!(!text::<Plain>().contains("Deployed"));
    }
}
