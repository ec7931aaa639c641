//! The quick experiments of the texts, and what a run does with seeds, threads and interruptions.

use std::ops::ControlFlow;

use host_tools::data::{Dataset, Inputs, Split};
use host_tools::reproduce::{Axes, Progress, Reproduced, Reproduction, named};

/// Experiments that make or bring their own data do not look at it.
fn nothing() -> Dataset {
    let inputs = Inputs::bytes([1, 1, 1], vec![0]);
    let split = Split::new(inputs, vec![0]);
    Dataset { train: split.clone(), test: split, classes: 10 }
}

fn reproduction(names: &[&str], threads: usize) -> Reproduction {
    let experiments = names.iter().map(|name| named(name).unwrap()).collect();
    Reproduction { experiments, seeds: 3, quick: false, axes: Axes::default(), threads }
}

fn run(reproduction: &Reproduction) -> Reproduced {
    reproduction.run(&nothing(), &|_| ControlFlow::Continue(())).unwrap()
}

#[test]
fn shapes_are_all_told_apart_on_any_number_of_threads() {
    let [one, three] = [1, 3].map(|threads| run(&reproduction(&["blog-shapes"], threads)));
    let (row, other) = (&one.rows[0], &three.rows[0]);
    assert_eq!([row.median, row.published.unwrap()], [1.0, 1.0]);
    assert!(row.trials.iter().map(|trial| trial.seed).eq(1..=3));
    for (trial, other) in row.trials.iter().zip(&other.trials) {
        assert_eq!((trial.result, &trial.history), (other.result, &other.history));
        assert_eq!(trial.history.epochs.len(), 50);
    }
    assert_ne!(row.trials[0].history, row.trials[1].history);
}

#[test]
fn the_grid_has_every_pair_and_its_best_is_the_result() {
    let quick = Reproduction { quick: true, seeds: 1, ..reproduction(&["notes-grid"], 1) };
    let report = run(&quick);
    let trial = &report.rows[0].trials[0];
    let grid = trial.grid.as_ref().unwrap();
    assert_eq!([grid.training.len(), grid.validation.len()], [49, 49]);
    let best = grid.validation.iter().copied().fold(0.0, f64::max);
    assert_eq!(trial.result.accuracy, best);
    assert!(best > 0.9, "{best}");
    // The smallest rate learns little; the largest one with the largest penalty diverges.
    assert!(grid.validation[0] < 0.5, "{grid:?}");
    assert!(grid.validation[48].is_nan(), "{grid:?}");
    let names: Vec<_> = report.figures().unwrap().into_iter().map(|(name, _)| name).collect();
    let expected = ["accuracy", "loss", "training", "validation"];
    assert_eq!(names, expected.map(|name| format!("notes-grid-{name}.svg")));
}

#[test]
fn an_interruption_keeps_what_is_finished() {
    let shapes = reproduction(&["blog-shapes"], 1);
    let report = shapes
        .run(&nothing(), &|progress| match progress {
            Progress::Training(_, 2, _) => ControlFlow::Break(()),
            _ => ControlFlow::Continue(()),
        })
        .unwrap();
    assert!(report.interrupted);
    assert!(report.rows[0].trials.iter().map(|trial| trial.seed).eq([1]));
    assert!(report.markdown().contains("interrupted"));
}

#[test]
fn a_failure_names_its_experiment() {
    let failed =
        reproduction(&["blog-shapes", "notes"], 1).run(&nothing(), &|_| ControlFlow::Continue(()));
    let (experiment, failure) = failed.unwrap_err();
    assert_eq!(experiment.name, "notes");
    assert!(failure.to_string().contains("there are only 1"), "{failure}");
}
