//! `tinyconv bench`: how fast this machine trains and infers, as shares of its own peak.

use std::path::PathBuf;
use std::time::Duration;

use clap::Args;
use indicatif::ProgressBar;
use serde::Serialize;
use tinyconv_training::bench::{INFERENCE_BATCH, Speeds, measure_network};
use tinyconv_training::data::{Dataset, Opened, bundled_mnist_dir};
use tinyconv_training::interpret::Interpreter;
use tinyconv_training::model::{Networks, all_threads};
use tinyconv_training::training::{AnyNetwork, TrainOptions};

use super::networks::{FIRST, named};
use super::output;
use super::table::Table;
use super::text::percent;
use super::train::threads_parser;

/// Measure training and inference speed against the machine's peak rate of multiply-adds.
///
/// Training runs without augmentation. Each round measures peak, training and inference once; the
/// results are medians.
#[derive(Args)]
#[command(after_help = EXAMPLES)]
pub struct BenchArguments {
    /// Network to measure.
    #[arg(long, default_value = FIRST, value_name = "NAME")]
    model: String,
    /// Data set directory, in any form that `train` reads [default: the bundled MNIST].
    #[arg(long, value_name = "DIR")]
    data: Option<PathBuf>,
    /// Samples per training step.
    #[arg(long, default_value_t = 32, value_name = "N")]
    batch: usize,
    /// Number of threads; repeatable [default: 1, then all cores].
    #[arg(long, value_name = "N", value_parser = threads_parser())]
    threads: Vec<usize>,
    /// Number of rounds.
    #[arg(long, default_value_t = 5, value_name = "N")]
    rounds: u32,
    /// Milliseconds per round for training, and again for inference.
    #[arg(long, default_value_t = 1000, value_name = "MS")]
    milliseconds: u64,
    /// Also measure the network as a value, the way the tool runs networks it was not built with;
    /// this follows all rounds of the compiled type.
    #[arg(long)]
    as_value: bool,
    /// Print one JSON object instead of a table.
    #[arg(long)]
    json: bool,
}

const EXAMPLES: &str = "\
Examples:
  cargo run -p host-tools -- bench
  cargo run -p host-tools -- bench --model lenet --threads 1 --as-value
  cargo run -p host-tools -- bench --threads 1 --rounds 9 --json";

#[derive(Serialize)]
struct Report<'a> {
    model: &'a str,
    batch: usize,
    inference_batch: usize,
    speeds: Vec<Speeds>,
    /// Of the network as a value, if asked for.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    as_value: Vec<Speeds>,
}

impl BenchArguments {
    /// Runs the command.
    pub fn run(self, networks: Networks) -> anyhow::Result<()> {
        let model = named(networks, &self.model);
        let directory = self.data.unwrap_or_else(bundled_mnist_dir);
        let classes = model.labels().len();
        let dataset = Opened::<Dataset>::open(&directory, model.images(), classes)?.data;
        let dataset = dataset.bordered(model.border());
        let typed = model.network();
        let value = match self.as_value {
            true => Some(Interpreter::new(typed.input(), &typed.layers())?),
            false => None,
        };
        let threads = if self.threads.is_empty() {
            let mut both = vec![1, all_threads()];
            both.dedup();
            both
        } else {
            self.threads
        };
        let time = Duration::from_millis(self.milliseconds);
        let mut rounds = threads.len() as u64 * u64::from(self.rounds);
        if self.as_value {
            rounds *= 2;
        }
        let progress = output::shows_bars().then(|| ProgressBar::new(rounds));
        let (mut speeds, mut as_value) = (Vec::new(), Vec::new());
        for threads in threads {
            let options = TrainOptions { batch: self.batch, threads, ..model.recipe() };
            let measure = |network: &dyn AnyNetwork| {
                measure_network(network, &dataset, &options, self.rounds, time, &mut || {
                    progress.iter().for_each(|bar| bar.inc(1));
                })
            };
            speeds.push(measure(typed)?);
            if let Some(value) = &value {
                as_value.push(measure(value)?);
            }
        }
        progress.iter().for_each(ProgressBar::finish_and_clear);
        if self.json {
            let report = Report {
                model: model.name(),
                batch: self.batch,
                inference_batch: INFERENCE_BATCH,
                speeds,
                as_value,
            };
            output::line(&serde_json::to_string(&report)?)?;
        } else {
            output::line(&text(model.name(), self.batch, &speeds, &as_value))?;
        }
        Ok(())
    }
}

fn text(model: &str, batch: usize, speeds: &[Speeds], as_value: &[Speeds]) -> String {
    let columns = ["", "threads", "images/s", "G multiply-adds/s", "peak", "of peak"];
    let mut table = Table::new(2, columns.map(Into::into).into());
    let mut shares = String::new();
    for (index, speed) in speeds.iter().enumerate() {
        rows(speed, batch, "", &mut table);
        if let Some(value) = as_value.get(index) {
            rows(value, batch, " as a value", &mut table);
            shares += &format!(
                "\nAs a value, it trains at {} and infers at {} of the speed of the compiled type \
                 (threads: {}).",
                percent(value.train_images_per_s / speed.train_images_per_s),
                percent(value.infer_images_per_s / speed.infer_images_per_s),
                value.threads,
            );
        }
    }
    format!(
        "{model}: medians; peak is unfused multiply-adds in registers, measured in the same \
         rounds\n{}{shares}",
        table.render()
    )
}

fn rows(speed: &Speeds, batch: usize, form: &str, table: &mut Table) {
    for (part, images, gmacs) in [
        (format!("training{form}, batch {batch}"), speed.train_images_per_s, speed.train_gmacs),
        (
            format!("inference{form}, batch {INFERENCE_BATCH}"),
            speed.infer_images_per_s,
            speed.infer_gmacs,
        ),
    ] {
        table.row(vec![
            part,
            speed.threads.to_string(),
            format!("{images:.0}"),
            format!("{gmacs:.1}"),
            format!("{:.1}", speed.peak_gmacs),
            percent(gmacs / speed.peak_gmacs),
        ]);
    }
}
