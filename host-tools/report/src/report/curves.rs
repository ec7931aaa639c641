//! How a run went: loss, accuracy and learning rate over the epochs.

use maud::{Markup, PreEscaped, html};

use super::run::Run;
use crate::plot::{Curves, Series};
use tinyconv_training::training::{Point, Score};

/// Width and height; small, so that letters are readable on a phone too.
const SIZE: (u32, u32) = (420, 290);

/// The curves of a run on samples with classes or without.
pub(super) fn section(run: &Run, has_classes: bool) -> Markup {
    let judge = if run.validation().is_some() { "validation" } else { "test" };
    let (training, judged) =
        (over_epochs(run, |point| point.training), over_epochs(run, |point| point.validation));
    let losses = [points(&training, |score| score.loss), points(&judged, |score| score.loss)];
    let percent = |score: Score| score.accuracy * 100.0;
    let accuracies = [points(&training, percent), points(&judged, percent)];
    let rates: Vec<(f64, f64)> =
        run.rates().iter().map(|rate| (rate.epoch, rate.learning_rate.into())).collect();
    html! {
        section #curves {
            h2 { "Curves" }
            p .note {
                "Training: measured on each image as the network trained on it, with the "
                "augmentation of the options. "
                @match run.validation() {
                    Some(_) => "Validation: measured on all validation images after each epoch, without \
                                augmentation.",
                    None => "Test: measured on all test images after each epoch, without augmentation.",
                }
            }
            div .charts {
                (chart("Loss", "mean loss", &pair(judge, &losses)))
                @if has_classes {
                    (chart("Accuracy", "% classified correctly", &pair(judge, &accuracies)))
                }
                (chart("Learning rate", "learning rate", &[Series { name: "learning rate", points: &rates }]))
            }
        }
    }
}

fn pair<'a>(judge: &'a str, points: &'a [Vec<(f64, f64)>; 2]) -> [Series<'a>; 2] {
    [Series { name: "training", points: &points[0] }, Series { name: judge, points: &points[1] }]
}

/// All evaluations of the run, at how many epochs were done.
fn over_epochs(run: &Run, of: impl Fn(&Point) -> Score) -> Vec<(f64, Score)> {
    let batches = run.batches() as f64;
    let history = run.history();
    let all = history.epochs.iter().chain(&history.within);
    let place = |point: &Point| f64::from(point.epoch - 1) + point.batch as f64 / batches;
    let mut points: Vec<(f64, Score)> = all.map(|point| (place(point), of(point))).collect();
    points.sort_by(|a, b| a.0.total_cmp(&b.0));
    points
}

fn points(scores: &[(f64, Score)], of: impl Fn(Score) -> f64) -> Vec<(f64, f64)> {
    scores.iter().map(|&(x, score)| (x, of(score))).collect()
}

fn chart(title: &str, y: &str, series: &[Series<'_>]) -> Markup {
    let curves = Curves { title, x: "epochs", y, series };
    html! {
        figure .chart {
            @match curves.svg_of_size(SIZE) {
                // Inside of HTML, the name of the format goes without saying.
                Ok(svg) => (PreEscaped(svg.replacen(" xmlns=\"http://www.w3.org/2000/svg\"", "", 1))),
                Err(error) => p .note { (title) ": " (error) },
            }
        }
    }
}
