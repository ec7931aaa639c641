//! A session, sample by sample in one `f32` after the other, as on a device.

use tinyconv::model_file::{Normalisations, NormalisedBytes};
use tinyconv::optim::Descent;
use tinyconv::tuning::{Gate, Memory, Part, PerSample, RunningLoss, Trainer, TuneError, checksum};
use tinyconv::{Direct, InputOf, Network, OutputOf, Purpose, Random, Shape, Source, loss};

use super::{
    Correct, Epoch, FinetuneError, FinetuneOptions, LOSS_WINDOW, SessionOutcome, SessionSamples,
    TOLERANCE,
};
use crate::data::Split;
use crate::training::{InvalidOptions, OwnedBlocks, check_size};

/// Holds a session that trains the part `P` of network `N`, starting from `factory`.
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
/// use tinyconv_training::finetune::{FinetuneOptions, SessionSamples, Trains, run};
///
/// let path = Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/../../tests/data/digits.tinyconv"));
/// let bytes = files::read(path)?;
/// let file = files::parse(path, &bytes)?;
/// let factory: Vec<f32> = file.parameters().collect();
/// let test = Dataset::open_test(&bundled_mnist_dir(), 10)?;
/// let options = FinetuneOptions { epochs: 1, held: 10, ..FinetuneOptions::new(Trains::Last(1)) };
/// let samples = SessionSamples::choose(&test, 10, &options)?;
///
/// use tinyconv_training::networks::Digits;
/// use tinyconv::tuning::Last;
///
/// let outcome = run::<Digits, Last<1>>(&factory, file.normalisation, &samples, &options)?;
/// assert_eq!(outcome.trained, 2570);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub fn run<N: Network, P: Part<N>>(
    factory: &[f32],
    normalisation: Normalisations,
    samples: &SessionSamples,
    options: &FinetuneOptions,
) -> Result<SessionOutcome, FinetuneError> {
    options.validate()?;
    for set in samples.sets() {
        check_size(N::INPUT, &set.inputs)?;
        set.images().ok_or(FinetuneError::NoImages)?;
    }
    normalisation.check(N::INPUT.channels()).map_err(InvalidOptions::from)?;
    let memory = Memory::of::<N, P, Descent, PerSample>();
    let mut blocks = OwnedBlocks::new::<N, P, Descent, PerSample>();
    let blocks = blocks.blocks();
    let trainer = Trainer::new(factory, blocks, Descent::default(), options.learning_rate);
    let mut session = Session::<N, P> {
        trainer: trainer.expect("the blocks have the lengths of the part"),
        normalisation,
        input: Vec::with_capacity(N::INPUT_LEN),
        samples,
    };

    let before = session.judge().map_err(FinetuneError::Model)?;
    let check_before = session.correct(&samples.check).map_err(FinetuneError::Model)?;
    let mut good = vec![0.0; P::PARAMS];
    let mut gate = Gate::new(&session.trainer, check_before, TOLERANCE, &mut good)
        .expect("the copy has the length of the parameters");
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
        let check = session.correct(&samples.check).map_err(diverged)?;
        let verdict = gate.judge(&mut session.trainer, check).map_err(diverged)?;
        epochs.push(Epoch { loss, check, verdict });
    }
    gate.roll_back(&mut session.trainer).expect("the gate is of this trainer");
    let after = session.judge().map_err(|source| diverged(epochs.len(), source))?;

    let trained = session.trainer.parameters();
    Ok(SessionOutcome {
        before,
        check_before,
        epochs,
        after,
        parameters: [&factory[..P::FROZEN_PARAMS], trained].concat(),
        trained: trained.len(),
        checksum: checksum(trained),
        memory,
    })
}

/// The images were looked for before the session began.
fn image(set: &Split, sample: usize) -> &[u8] {
    set.images().expect("images").image(sample)
}

struct Session<'a, N, P> {
    trainer: Trainer<'a, N, P, Descent, PerSample>,
    normalisation: Normalisations,
    /// The sample's elements: those that a device reads from its tables, bit for bit.
    input: Vec<f32>,
    samples: &'a SessionSamples,
}

impl<N: Network, P: Part<N>> Session<'_, N, P> {
    /// Trains with each shown sample once; the mean loss.
    fn epoch(&mut self, seed: u64, epoch: u32) -> Result<f32, TuneError> {
        let SessionSamples { shown, replay, .. } = self.samples;
        let mut order: Vec<usize> = (0..shown.labels.len()).collect();
        Random::new(seed, Purpose::Shuffle).shuffle(epoch, &mut order);
        let random = Random::new(seed, Purpose::Replay);
        let mut loss = RunningLoss::<LOSS_WINDOW>::new();
        for (position, sample) in (0..).zip(order) {
            loss.update(self.step(shown, sample)?);
            if !replay.labels.is_empty() {
                let old = random.below(replay.labels.len() as u32, epoch, position, 0);
                self.step(replay, old as usize)?;
            }
        }
        Ok(loss.mean())
    }

    fn step(&mut self, set: &Split, sample: usize) -> Result<f32, TuneError> {
        self.read(set, sample);
        let input = InputOf::<N>::view(&self.input);
        let outcome = self.trainer.step(Direct, input, set.labels[sample])?;
        Ok(outcome.loss)
    }

    fn read(&mut self, set: &Split, sample: usize) {
        self.input.clear();
        let source = NormalisedBytes::new(&self.normalisation);
        self.input.extend(source.elements(image(set, sample)));
    }

    fn judge(&mut self) -> Result<Correct, TuneError> {
        let SessionSamples { held, upright, .. } = self.samples;
        Ok(Correct { held: self.correct(held)?, upright: self.correct(upright)? })
    }

    /// Counts the images of `set` that are classified correctly.
    fn correct(&mut self, set: &Split) -> Result<u32, TuneError> {
        let mut logits = vec![0.0; N::OUTPUT_LEN];
        let mut correct = 0;
        for (sample, &label) in set.labels.iter().enumerate() {
            self.read(set, sample);
            let input = InputOf::<N>::view(&self.input);
            let output = OutputOf::<N>::view_mut(&mut logits);
            self.trainer.infer(Direct, input, output)?;
            correct += u32::from(loss::largest(&logits) == label);
        }
        Ok(correct)
    }
}
