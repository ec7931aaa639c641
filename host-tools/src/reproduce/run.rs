//! Runs experiments side by side: one training per core wastes nothing on waiting for others.

use std::cmp::Reverse;
use std::ops::ControlFlow;
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;

use super::{Axes, Experiment, Failure, Reproduced, Row, Task, Trial};
use tinyconv_training::data::Dataset;
use tinyconv_training::training::Event;

/// What is run, and how.
///
/// ```
/// use std::ops::ControlFlow;
///
/// use host_tools::data::{Dataset, Inputs, Split};
/// use host_tools::reproduce::{Axes, Reproduction, blog};
///
/// # let inputs = Inputs::bytes([1, 28, 28], vec![0; 784]);
/// # let split = Split::new(inputs, vec![0]);
/// # let mnist = Dataset { train: split.clone(), test: split, classes: 10 };
/// let reproduction = Reproduction {
///     experiments: vec![&blog::SHAPES], seeds: 2, quick: true, axes: Axes::default(), threads: 1,
/// };
/// let report = reproduction.run(&mnist, &|_| ControlFlow::Continue(())).map_err(|(_, why)| why)?;
/// assert_eq!(report.rows[0].trials.len(), 2);
/// # Ok::<(), host_tools::reproduce::Failure>(())
/// ```
#[derive(Clone, Debug)]
pub struct Reproduction {
    /// The experiments, in the order of the table.
    pub experiments: Vec<&'static Experiment>,
    /// Each is run with the seeds from 1 to this one.
    pub seeds: u64,
    /// Fewer epochs where a text used many.
    pub quick: bool,
    /// What the grid search tries.
    pub axes: Axes,
    /// Trainings side by side; no result depends on it.
    pub threads: usize,
}

/// What a run reports while it goes on.
///
/// ```
/// use std::ops::ControlFlow;
/// use std::sync::atomic::{AtomicU64, Ordering};
///
/// use host_tools::data::{Dataset, Inputs, Split};
/// use host_tools::reproduce::{Axes, Progress, Reproduction, blog};
///
/// # let inputs = Inputs::bytes([1, 28, 28], vec![0; 784]);
/// # let split = Split::new(inputs, vec![0]);
/// # let mnist = Dataset { train: split.clone(), test: split, classes: 10 };
/// let reproduction = Reproduction {
///     experiments: vec![&blog::SHAPES], seeds: 2, quick: true, axes: Axes::default(), threads: 1,
/// };
/// let done = AtomicU64::new(0);
/// let count = |progress: Progress<'_>| {
///     if let Progress::Done(..) = progress {
///         done.fetch_add(1, Ordering::Relaxed);
///     }
///     ControlFlow::Continue(())
/// };
/// reproduction.run(&mnist, &count).map_err(|(_, why)| why)?;
/// assert_eq!(done.into_inner(), 2);
/// # Ok::<(), host_tools::reproduce::Failure>(())
/// ```
#[derive(Clone, Copy, Debug)]
pub enum Progress<'a> {
    /// A training goes on.
    Training(&'a Experiment, u64, &'a Event),
    /// A seed is done.
    Done(&'a Experiment, &'a Trial),
}

impl Reproduction {
    /// Runs everything and reports what was finished; `Break` of `observe`, which several threads
    /// call, ends what is not.
    ///
    /// # Errors
    /// The first failure that is not an interruption, with its experiment.
    ///
    /// ```
    /// use std::ops::ControlFlow;
    ///
    /// use host_tools::data::{Dataset, Inputs, Split};
    /// use host_tools::reproduce::{Axes, Reproduction, blog};
    ///
    /// # let inputs = Inputs::bytes([1, 28, 28], vec![0; 784]);
    /// # let split = Split::new(inputs, vec![0]);
    /// # let mnist = Dataset { train: split.clone(), test: split, classes: 10 };
    /// let reproduction = Reproduction {
    ///     experiments: vec![&blog::SHAPES], seeds: 2, quick: true, axes: Axes::default(), threads: 1,
    /// };
    /// let report = reproduction.run(&mnist, &|_| ControlFlow::Break(())).map_err(|(_, why)| why)?;
    /// assert!(report.interrupted && report.rows.is_empty());
    /// # Ok::<(), host_tools::reproduce::Failure>(())
    /// ```
    pub fn run(
        &self,
        mnist: &Dataset,
        observe: &(dyn Fn(Progress<'_>) -> ControlFlow<()> + Sync),
    ) -> Result<Reproduced, (&'static Experiment, Failure)> {
        let mut jobs: Vec<(usize, u64)> = (0..self.experiments.len())
            .flat_map(|experiment| (1..=self.seeds).map(move |seed| (experiment, seed)))
            .collect();
        jobs.sort_by_key(|&(experiment, _)| Reverse(self.experiments[experiment].seconds));
        let next = AtomicUsize::new(0);
        let outcomes = Mutex::new(Vec::new());
        // Threads of their own and no rayon pool: a thread of a pool that waits for a training
        // would begin another one meanwhile.
        thread::scope(|scope| {
            for _ in 0..self.threads.min(jobs.len()) {
                scope.spawn(|| {
                    while let Some(&(index, seed)) = jobs.get(next.fetch_add(1, Ordering::Relaxed))
                    {
                        let outcome = self.job(index, seed, mnist, observe);
                        if outcome.is_err() {
                            // What has not begun does not begin.
                            next.store(jobs.len(), Ordering::Relaxed);
                        }
                        outcomes.lock().expect("no thread panics").push((index, outcome));
                    }
                });
            }
        });
        self.report(outcomes.into_inner().expect("no thread panics"))
    }

    fn job(
        &self,
        index: usize,
        seed: u64,
        mnist: &Dataset,
        observe: &(dyn Fn(Progress<'_>) -> ControlFlow<()> + Sync),
    ) -> Result<Trial, Failure> {
        let experiment = self.experiments[index];
        let task = Task {
            mnist,
            seed,
            quick: self.quick,
            axes: &self.axes,
            observe: &|event| observe(Progress::Training(experiment, seed, event)),
        };
        let trial = (experiment.run)(&task)?;
        // It is done, whatever the answer; the next one is asked again.
        let _ = observe(Progress::Done(experiment, &trial));
        Ok(trial)
    }

    fn report(
        &self,
        outcomes: Vec<(usize, Result<Trial, Failure>)>,
    ) -> Result<Reproduced, (&'static Experiment, Failure)> {
        let mut trials = vec![Vec::new(); self.experiments.len()];
        let mut interrupted = false;
        for (index, outcome) in outcomes {
            match outcome {
                Ok(trial) => trials[index].push(trial),
                Err(Failure::Interrupted) => interrupted = true,
                Err(failure) => return Err((self.experiments[index], failure)),
            }
        }
        let rows = self.experiments.iter().zip(trials);
        let rows = rows.filter_map(|(experiment, trials)| Row::new(experiment, trials)).collect();
        Ok(Reproduced { seeds: self.seeds, quick: self.quick, interrupted, rows })
    }
}
