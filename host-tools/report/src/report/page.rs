//! The page as a whole.

use maud::{DOCTYPE, Markup, PreEscaped, html};

use super::number::{count, loss, share};
use super::result::multiply_adds;
use super::{Report, Run, confusion, curves, devices, filters, layers, mistakes};
use crate::boards::{BOARDS, Fit, Work, kib};
use tinyconv_training::model::Layer;
use tinyconv_training::training::Ending;

const STYLE: &str = include_str!("style.css");

/// Nothing is fetched, whatever the page holds.
const POLICY: &str = "default-src 'none'; img-src data:; style-src 'unsafe-inline'";

/// The page of `report`.
pub(super) fn page(report: &Report) -> String {
    let label = |class: u16| report.label(class.into());
    let has_classes = report.evaluation.has_classes();
    html! {
        (DOCTYPE)
        html lang="en" {
            head {
                meta charset="utf-8";
                meta http-equiv="Content-Security-Policy" content=(POLICY);
                meta name="viewport" content="width=device-width, initial-scale=1";
                meta name="color-scheme" content="light dark";
                meta name="generator" content={ "tinyconv " (env!("CARGO_PKG_VERSION")) };
                title { (report.network.name) " \u{2013} tinyconv report" }
                style { (PreEscaped(STYLE)) }
            }
            body {
                header {
                    p .brand { "tinyconv report" }
                    h1 { (report.network.name) }
                    (headline(report))
                    (tiles(report))
                    nav {
                        @if report.run.is_some() { a href="#curves" { "Curves" } }
                        @if has_classes {
                            a href="#confusion" { "Confusions" }
                            a href="#mistakes" { "Mistakes" }
                        }
                        @if filters::any(report) { a href="#filters" { "Filters" } }
                        a href="#layers" { "Layers" }
                        a href="#memory" { "Memory" }
                        a href="#boards" { "Boards" }
                    }
                }
                main {
                    @if let Some(run) = &report.run { (curves::section(run, has_classes)) }
                    @if has_classes {
                        (confusion::section(report))
                        (mistakes::section(&report.mistakes, &report.pictures, &label))
                    }
                    (filters::section(report))
                    (layers::section(report))
                    (devices::section(report))
                    @if let Some(run) = &report.run { (options(run)) }
                }
                footer {
                    "Made by tinyconv " (env!("CARGO_PKG_VERSION"))
                    ". Self-contained: works offline."
                }
            }
        }
    }
    .into_string()
}

/// How it came about, in a sentence.
fn headline(report: &Report) -> Markup {
    let tested = count(report.evaluation.samples() as usize);
    html! {
        p .headline {
            @match &report.run {
                Some(run) => {
                    @let epochs = run.history().epochs.len();
                    "Trained for " (epochs) " of " (run.options().epochs) " epochs on "
                    (count(run.samples())) " images"
                    @if let Some(validation) = run.validation() { ", validated on " (count(validation)) }
                    ", tested on " (tested) "."
                    @if run.kept() as usize != epochs { " The parameters are those of epoch " (run.kept()) "." }
                    @match run.ending() {
                        Ending::Finished => {}
                        Ending::StoppedEarly => { " Stopped early: the epochs got no better." }
                        Ending::Interrupted => { b { " Interrupted: this is the model trained so \
                                                      far." } }
                        Ending::Diverged { epoch, .. } => { b .wrong { " Training diverged in epoch " (epoch) ": these are the last good parameters." } }
                    }
                }
                None => { "Tested on " (tested) " images." }
            }
        }
    }
}

/// The figures that are looked for first.
fn tiles(report: &Report) -> Markup {
    let layers = Layer::all(report.network.input, &report.network.layers());
    let memory = &report.memory;
    let fitting = |part: Work<'_>| {
        BOARDS.iter().filter(|board| Fit::new(board, memory, part, report.room).fits()).count()
    };
    let tile = |name: &str, value: &str, more: &str| {
        html! { div .tile { span .name { (name) } span .value { (value) } span .small { (more) } } }
    };
    let evaluation = &report.evaluation;
    let samples = evaluation.samples();
    let right = evaluation.confusion.iter().enumerate().map(|(i, row)| row[i]).sum::<u32>();
    let wrong = samples - right;
    let inference = memory.inference.total as i64;
    html! {
        div .tiles {
            @if evaluation.has_classes() {
                (tile("test accuracy", &share(evaluation.accuracy()), &format!("{} of {} wrong", count(wrong as usize), count(samples as usize))))
            }
            (tile("test loss", &loss(evaluation.loss), &report.options.loss.to_string()))
            (tile("parameters", &count(report.parameters.len()), &format!("{} of flash", kib(memory.parameters as i64))))
            (tile("multiply-adds", &count(multiply_adds(&layers)), "for one inference"))
            (tile("RAM, inference", &kib(inference), &format!("fits {} of {} boards", fitting(Work::Inference), BOARDS.len())))
            @if let Some(all) = memory.training.first() {
                (tile("RAM, training", &kib(all.total as i64), &format!("all layers: {} of {} boards", fitting(Work::Training(all)), BOARDS.len())))
            }
        }
    }
}

/// What the run was told.
fn options(run: &Run) -> Markup {
    let options = run.options();
    let row = |name: &str, value: String| html! { tr { th scope="row" { (name) } td { (value) } } };
    let augmentation = options.augmentation;
    html! {
        section #options {
            h2 { "Options" }
            table .options {
                tbody {
                    (row("epochs", options.epochs.to_string()))
                    (row("batch", options.batch.to_string()))
                    (row("optimizer", options.optimizer.to_string()))
                    (row("learning rate", format!("{:?}, {}", options.learning_rate, options.schedule)))
                    (row("loss", options.loss.to_string()))
                    (row("augmentation", if augmentation.is_none() { "none".into() } else {
                        format!(
                            "up to {} pixels, {} degrees, {} % in size, noise of {} %",
                            augmentation.shift_pixels, augmentation.rotation_degrees,
                            augmentation.scale * 100.0, augmentation.noise * 100.0
                        )
                    }))
                    (row("input", options.normalisation.to_string()))
                    @for (name, value) in run.given() {
                        (row(name.trim_start_matches("--"), value.clone()))
                    }
                    (row("seed", options.seed.to_string()))
                    (row("speed", format!("{} training images/s on {} threads", count(run.images_per_second() as usize), options.threads)))
                }
            }
        }
    }
}
