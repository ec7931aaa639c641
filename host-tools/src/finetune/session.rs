//! A session, sample by sample, as on a device.

use tinyconv::model_file::Normalisations;
use tinyconv::tuning::{RunningLoss, TuneError, Verdict, checksum};
use tinyconv::{Purpose, Random};

use super::tuner::Tuner;
use super::{
    Correct, Epoch, FinetuneError, FinetuneOptions, LOSS_WINDOW, SessionOutcome, SessionSamples,
    TOLERANCE,
};
use crate::limits::work_of;
use crate::model::Model;
use crate::training::check_size;

/// Holds a session with `model`, starting from `factory`.
///
/// # Errors
/// If the options or the samples do not fit the network, or training diverges.
///
/// # Panics
/// If `factory` has another length than the network has parameters, or a label is no class of it.
///
/// ```
/// use std::path::Path;
///
/// use tinyconv_training::data::{Dataset, bundled_mnist_dir};
/// use tinyconv_training::files;
/// use host_tools::finetune::{FinetuneOptions, SessionSamples, Trains, finetune};
/// use host_tools::model::MODELS;
/// use tinyconv_training::model::Networks;
///
/// let path = Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/../tests/data/digits.tinyconv"));
/// let bytes = files::read(path)?;
/// let file = files::parse(path, &bytes)?;
/// let factory: Vec<f32> = file.parameters().collect();
/// let test = Dataset::open_test(&bundled_mnist_dir(), 10)?;
/// let options = FinetuneOptions { epochs: 1, held: 10, ..FinetuneOptions::new(Trains::Last(1)) };
/// let samples = SessionSamples::choose(&test, 10, &options)?;
/// let model = MODELS[0];
/// let outcome = finetune(model, &factory, file.normalisation, &samples, &options)?;
/// assert_eq!((outcome.trained, outcome.memory.total()), (2570, 14_760));
/// assert_eq!(outcome.parameters[..2572], factory[..2572]); // the frozen ones
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub fn finetune(
    model: &dyn Model,
    factory: &[f32],
    normalisation: Normalisations,
    samples: &SessionSamples,
    options: &FinetuneOptions,
) -> Result<SessionOutcome, FinetuneError> {
    let tuner = Tuner::new(model, options, factory, normalisation)?;
    for set in samples.sets() {
        check_size(model.input(), &set.inputs)?;
    }
    options.limits.check_work("the session", work(model, samples, options))?;
    let mut good = tuner.parameters().to_vec();
    let mut session = Session { tuner, samples };

    let before = session.judge().map_err(FinetuneError::Model)?;
    let check_before = session.tuner.correct(&samples.check).map_err(FinetuneError::Model)?;
    let mut best = check_before;
    let diverged = |epoch: usize, source| FinetuneError::Diverged {
        epoch: epoch as u32 + 1,
        learning_rate: options.learning_rate,
        smaller: options.learning_rate / 10.0,
        source,
    };
    let mut epochs = Vec::new();
    for epoch in 0..options.epochs {
        let diverged = |source| diverged(epoch as usize, source);
        let loss = session.epoch(options.seed, epoch).map_err(diverged)?;
        let check = session.tuner.correct(&samples.check).map_err(diverged)?;
        // As a device's `Gate` does it.
        let verdict = Verdict::of(check, best, TOLERANCE);
        match verdict {
            Verdict::Kept => {
                best = check;
                good.copy_from_slice(session.tuner.parameters());
            }
            Verdict::Tolerated => {}
            Verdict::RolledBack => session.tuner.restore(&good),
        }
        epochs.push(Epoch { loss, check, verdict });
    }
    session.tuner.restore(&good);
    let after = session.judge().map_err(|source| diverged(epochs.len(), source))?;

    let trained = session.tuner.parameters();
    Ok(SessionOutcome {
        before,
        check_before,
        epochs,
        after,
        parameters: [&factory[..factory.len() - trained.len()], trained].concat(),
        trained: trained.len(),
        checksum: checksum(trained),
        memory: session.tuner.memory(),
    })
}

/// An upper bound of what a session takes: a step is an inference and two passes back.
fn work(model: &dyn Model, samples: &SessionSamples, options: &FinetuneOptions) -> u64 {
    let [shown, replay, check, held, upright] = samples.sets().map(|set| set.labels.len() as u64);
    let steps = if replay > 0 { 2 * shown } else { shown };
    let in_epochs = u64::from(options.epochs) * (3 * steps + check) + check;
    let inferences = in_epochs + 2 * (held + upright);
    work_of(model.input(), &model.layers()).saturating_mul(inferences)
}

struct Session<'a> {
    tuner: Tuner,
    samples: &'a SessionSamples,
}

impl Session<'_> {
    /// Trains with each shown sample once; the mean loss.
    fn epoch(&mut self, seed: u64, epoch: u32) -> Result<f32, TuneError> {
        let SessionSamples { shown, replay, .. } = self.samples;
        let mut order: Vec<usize> = (0..shown.labels.len()).collect();
        Random::new(seed, Purpose::Shuffle).shuffle(epoch, &mut order);
        let random = Random::new(seed, Purpose::Replay);
        let mut loss = RunningLoss::<LOSS_WINDOW>::new();
        for (position, sample) in (0..).zip(order) {
            loss.update(self.tuner.step(shown, sample)?);
            if !replay.labels.is_empty() {
                let old = random.below(replay.labels.len() as u32, epoch, position, 0);
                self.tuner.step(replay, old as usize)?;
            }
        }
        Ok(loss.mean())
    }

    fn judge(&mut self) -> Result<Correct, TuneError> {
        let SessionSamples { held, upright, .. } = self.samples;
        Ok(Correct { held: self.tuner.correct(held)?, upright: self.tuner.correct(upright)? })
    }
}
