//! `tinyconv predict`: what a trained model says of pictures.

use std::path::PathBuf;

use clap::Args;
use serde::Serialize;
use tinyconv::model_file::MAX_LABELS;
use tinyconv_report::report::Confidence;
use tinyconv_training::data::{Split, read_pictures};
use tinyconv_training::files;
use tinyconv_training::model::{Networks, all_threads, evaluate};
use tinyconv_training::training::{EvaluateOptions, LossKind};

use super::limits::LimitArguments;
use super::output;
use super::table::Table;
use super::text::{percent, printable};

/// Classify pictures: the most likely class of each, and the next one; the outputs of a network that
/// has learnt numbers.
#[derive(Args)]
#[command(after_help = EXAMPLES)]
pub struct PredictArguments {
    /// Model file.
    model_file: PathBuf,
    /// PNG or JPEG files, or directories of them; pictures of another size are resized.
    #[arg(required = true, value_name = "FILE")]
    files: Vec<PathBuf>,
    /// Name no class whose probability is below this share, such as 0.8: print `?` instead.
    #[arg(long, value_name = "SHARE", default_value_t = 0.0, value_parser = share)]
    threshold: f64,
    /// Loss the model was trained with; it decides how to read the outputs.
    #[arg(long, value_name = "LOSS", default_value_t)]
    loss: LossKind,
    #[command(flatten)]
    limits: LimitArguments,
    /// Print one JSON object instead of a table.
    #[arg(long)]
    json: bool,
}

const EXAMPLES: &str = "\
Examples:
  cargo run -p host-tools -- predict trained/digits.tinyconv seven.png
  cargo run -p host-tools -- predict trained/digits.tinyconv pictures/ --threshold 0.8 --json";

/// What is said of a picture.
#[derive(Serialize)]
struct Prediction<'a> {
    file: String,
    /// None if no class is likely enough, and of a network whose outputs are no classes.
    class: Option<&'a str>,
    /// That of the most likely class, if there are classes.
    probability: Option<f64>,
    outputs: Vec<f32>,
}

#[derive(Serialize)]
struct Predictions<'a> {
    model: &'a str,
    labels: Vec<&'a str>,
    threshold: f64,
    predictions: Vec<Prediction<'a>>,
}

impl PredictArguments {
    /// Runs the command.
    pub fn run(self, networks: Networks) -> anyhow::Result<()> {
        let bytes = files::read(&self.model_file)?;
        let file = files::parse(&self.model_file, &bytes)?;
        let model = files::any_model_of(networks, &self.model_file, &file)?;
        let (paths, inputs, notes) = read_pictures(&self.files, model.images())?;
        notes.iter().for_each(|note| output::note(note));

        // A network that has learnt numbers has no names for them; too many classes have none, either.
        let is_unnamed = file.labels.is_empty() && model.labels().len() > MAX_LABELS;
        let labels = if is_unnamed { model.labels() } else { file.labels.to_vec() };
        let has_classes = labels.len() > 1;
        let confidence = Confidence::of(&model.layers(), self.loss);
        let options = EvaluateOptions {
            normalisation: file.normalisation,
            loss: self.loss,
            threads: all_threads(),
            limits: self.limits.limits(),
        };
        let parameters: Vec<f32> = file.parameters().collect();
        // What they show is not known, and not asked for.
        let unknown = vec![0; inputs.len()];
        let split = Split::new(inputs, unknown);
        let mut predictions = Vec::new();
        evaluate(&*model, &parameters, &split, &options, &mut |index, outputs| {
            let order = ranked(outputs);
            let probability = has_classes.then(|| confidence.in_class(order[0], outputs));
            let is_likely = probability.is_some_and(|probability| probability >= self.threshold);
            predictions.push(Prediction {
                file: paths[index as usize].display().to_string(),
                class: labels.get(order[0]).copied().filter(|_| is_likely),
                probability,
                outputs: outputs.to_vec(),
            });
        })?;
        let all = Predictions { model: file.name, labels, threshold: self.threshold, predictions };
        output::line(&if self.json {
            serde_json::to_string(&all)?
        } else {
            text(&all, confidence)
        })?;
        Ok(())
    }
}

/// The classes, the most likely one first, the first one of equals; what is no number comes last.
fn ranked(outputs: &[f32]) -> Vec<usize> {
    let key = |&class: &usize| match outputs[class] {
        output if output.is_nan() => f32::NEG_INFINITY,
        output => output,
    };
    let mut order: Vec<usize> = (0..outputs.len()).collect();
    order.sort_by(|a, b| key(b).total_cmp(&key(a)));
    order
}

fn text(all: &Predictions<'_>, confidence: Confidence) -> String {
    if all.labels.len() < 2 {
        let outputs = all.predictions.first().map_or(0, |prediction| prediction.outputs.len());
        let heading = (1..=outputs).map(|number| match outputs {
            1 => "output".to_owned(),
            _ => format!("output {number}"),
        });
        let mut table = Table::new(1, ["picture".to_owned()].into_iter().chain(heading).collect());
        for Prediction { file, outputs, .. } in &all.predictions {
            let outputs = outputs.iter().map(|output| format!("{output:?}"));
            table.row([printable(file)].into_iter().chain(outputs).collect());
        }
        return table.render();
    }
    let heading = ["picture", "class", "next", "probability", "next"];
    let mut table = Table::new(3, heading.map(String::from).to_vec());
    for Prediction { file, class, probability, outputs } in &all.predictions {
        let next = ranked(outputs)[1];
        let name = |label: Option<&str>| label.map_or_else(|| "?".into(), printable);
        table.row(vec![
            printable(file),
            name(*class),
            name(all.labels.get(next).copied()),
            probability.map_or_else(String::new, percent),
            percent(confidence.in_class(next, outputs)),
        ]);
    }
    table.render()
}

fn share(text: &str) -> Result<f64, String> {
    text.parse()
        .ok()
        .filter(|share| (0.0..=1.0).contains(share))
        .ok_or_else(|| "write a share from 0 to 1, such as 0.8".into())
}
