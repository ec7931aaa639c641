//! What a run needs to go on where it was, as bytes.

use sha2::{Digest, Sha256};

use super::best::Best;
use super::course::{Course, Good};
use super::group::Tally;
use super::state_bytes::{Reader, Writer};
use super::{History, InvalidState, Point, Score, Settings};

/// How the bytes of a state begin.
const MAGIC: [u8; 8] = *b"TINYRUN\0";
/// The format's version, a little-endian `u32` behind that. All but these twelve bytes may be otherwise in
/// another version.
const VERSION: u32 = 1;
/// Bytes of the SHA-256 of all before it, at the end.
const HASH: usize = 32;

/// A run between two batches: what it has learnt, what its optimizer remembers, where it is, and what it
/// was told. A run that goes on from it ends with the bits of one that was never stopped.
///
/// ```
/// use std::ops::ControlFlow;
///
/// use tinyconv_training::data::{Dataset, Inputs, Split};
/// use tinyconv_built_in::MODELS;
/// use tinyconv_training::model::train_sets;
/// use tinyconv_training::training::{Event, RunOptions, RunState, Saving, Sets, TrainOptions};
///
/// let linear = MODELS[3];
/// let inputs = Inputs::bytes([1, 28, 28], [[0; 784], [255; 784]].concat());
/// let split = Split::new(inputs, vec![0, 1]);
/// let dataset = Dataset { train: split.clone(), test: split, classes: 10 };
/// let options = TrainOptions { epochs: 5, batch: 1, threads: 1, ..linear.recipe() };
/// let run = RunOptions::default();
/// let sets = Sets::of(&dataset, &run, options.seed)?;
/// let mut go_on = |_| ControlFlow::Continue(());
/// let whole = train_sets(linear, &sets, &options, &run, Saving::default(), &mut go_on)?;
///
/// // The same, stopped after the first batch of the third epoch.
/// let mut batches = 0;
/// let mut stop = |event| {
///     batches += u32::from(matches!(event, Event::Batch { .. }));
///     if batches == 5 { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
/// };
/// let mut bytes = Vec::new();
/// let mut save = |state: &RunState| bytes = state.encode();
/// let saving = Saving { resume: None, save: Some(&mut save) };
/// train_sets(linear, &sets, &options, &run, saving, &mut stop)?;
///
/// let state = RunState::parse(&bytes)?;
/// assert_eq!((state.epochs(), state.batches()), (2, 1));
/// let saving = Saving { resume: Some(state), save: None };
/// let resumed = train_sets(linear, &sets, &options, &run, saving, &mut go_on)?;
/// assert_eq!(resumed.parameters, whole.parameters);
/// assert_eq!(resumed.history, whole.history);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug, PartialEq)]
pub struct RunState {
    pub(super) settings: Settings,
    pub(super) course: Course,
    /// What the optimizer remembers from step to step: of itself, and of each parameter.
    pub(super) counters: [f32; 2],
    pub(super) states: Vec<f32>,
    pub(super) parameters: Vec<f32>,
}

impl RunState {
    /// Epochs done.
    ///
    /// ```
    /// # let bytes = include_bytes!(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/data/brighter.state"));
    /// # use tinyconv_training::training::RunState;
    /// assert_eq!(RunState::parse(bytes)?.epochs(), 2);
    /// # Ok::<(), tinyconv_training::training::InvalidState>(())
    /// ```
    #[must_use]
    pub const fn epochs(&self) -> u32 {
        self.course.epochs
    }

    /// Batches done of the next epoch.
    ///
    /// ```
    /// # let bytes = include_bytes!(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/data/brighter.state"));
    /// # use tinyconv_training::training::RunState;
    /// assert_eq!(RunState::parse(bytes)?.batches(), 1);
    /// # Ok::<(), tinyconv_training::training::InvalidState>(())
    /// ```
    #[must_use]
    pub const fn batches(&self) -> u64 {
        self.course.batches
    }

    /// How it went so far.
    ///
    /// ```
    /// # let bytes = include_bytes!(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/data/brighter.state"));
    /// # use tinyconv_training::training::RunState;
    /// assert_eq!(RunState::parse(bytes)?.history().epochs.len(), 2);
    /// # Ok::<(), tinyconv_training::training::InvalidState>(())
    /// ```
    #[must_use]
    pub const fn history(&self) -> &History {
        &self.course.history
    }

    /// Its bytes: magic, version, content, and the SHA-256 of all that.
    ///
    /// ```
    /// # let bytes = include_bytes!(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/data/brighter.state"));
    /// # use tinyconv_training::training::RunState;
    /// let encoded = RunState::parse(bytes)?.encode();
    /// assert!(encoded == bytes && encoded.starts_with(b"TINYRUN\0\x01\0\0\0"));
    /// # Ok::<(), tinyconv_training::training::InvalidState>(())
    /// ```
    #[must_use]
    pub fn encode(&self) -> Vec<u8> {
        let mut writer = Writer::default();
        writer.raw(&MAGIC);
        writer.u32(VERSION);
        let Self { settings, course, counters, states, parameters } = self;
        writer.u64(settings.0.len() as u64);
        for (name, value) in &settings.0 {
            writer.text(name);
            writer.text(value);
        }
        let Course { epochs, batches, tally, good, best, history } = course;
        writer.u32(*epochs);
        writer.u64(*batches);
        writer.f64(tally.loss);
        writer.u32(tally.correct);
        writer.floats(parameters);
        writer.floats(states);
        writer.floats(counters);
        writer.floats(&good.parameters);
        writer.f64(good.best);
        writer.f64(good.sum);
        writer.u32(good.learnt.into());
        writer.u32(best.epoch);
        score(&mut writer, best.score);
        writer.floats(&best.parameters);
        for points in [&history.epochs, &history.within] {
            writer.u64(points.len() as u64);
            for point in points {
                writer.u32(point.epoch);
                writer.u64(point.batch);
                score(&mut writer, point.training);
                score(&mut writer, point.validation);
            }
        }
        let hash = Sha256::digest(writer.bytes());
        writer.raw(&hash);
        writer.into_bytes()
    }

    /// Reads such bytes.
    ///
    /// # Errors
    /// If they are of something else, of a newer version, or damaged.
    ///
    /// ```
    /// # let bytes = include_bytes!(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/data/brighter.state"));
    /// use tinyconv_training::training::{InvalidState, RunState};
    ///
    /// let mut damaged = bytes.to_vec();
    /// damaged[100] ^= 1;
    /// assert_eq!(RunState::parse(&damaged), Err(InvalidState::Damaged));
    /// assert_eq!(RunState::parse(&bytes[..100]), Err(InvalidState::Damaged));
    /// assert_eq!(RunState::parse(b"a letter"), Err(InvalidState::NoState));
    /// ```
    pub fn parse(bytes: &[u8]) -> Result<Self, InvalidState> {
        let content = bytes.strip_prefix(&MAGIC).ok_or(InvalidState::NoState)?;
        let (version, content) = content.split_first_chunk().ok_or(InvalidState::Damaged)?;
        let version = u32::from_le_bytes(*version);
        if version != VERSION {
            return Err(InvalidState::Version { found: version, known: VERSION });
        }
        let (content, hash) = content.split_last_chunk::<HASH>().ok_or(InvalidState::Damaged)?;
        if Sha256::digest(&bytes[..bytes.len() - HASH])[..] != hash[..] {
            return Err(InvalidState::Damaged);
        }
        Self::read(&mut Reader::new(content)).ok_or(InvalidState::Damaged)
    }

    fn read(reader: &mut Reader<'_>) -> Option<Self> {
        let settings = reader.list(|reader| Some((reader.text()?, reader.text()?)))?;
        let (epochs, batches) = (reader.u32()?, reader.u64()?);
        let tally = Tally { loss: reader.f64()?, correct: reader.u32()? };
        let (parameters, states) = (reader.floats()?, reader.floats()?);
        let counters = reader.floats()?.try_into().ok()?;
        let good = Good {
            parameters: reader.floats()?,
            best: reader.f64()?,
            sum: reader.f64()?,
            learnt: reader.u32()? != 0,
        };
        let best =
            Best { epoch: reader.u32()?, score: read_score(reader)?, parameters: reader.floats()? };
        let mut points = || {
            reader.list(|reader| {
                Some(Point {
                    epoch: reader.u32()?,
                    batch: reader.u64()?,
                    training: read_score(reader)?,
                    validation: read_score(reader)?,
                })
            })
        };
        let history = History { epochs: points()?, within: points()? };
        let course = Course { epochs, batches, tally, good, best, history };
        let state = Self { settings: Settings(settings), course, counters, states, parameters };
        reader.is_at_end().then_some(state)
    }
}

fn score(writer: &mut Writer, Score { loss, accuracy }: Score) {
    writer.f64(loss);
    writer.f64(accuracy);
}

fn read_score(reader: &mut Reader<'_>) -> Option<Score> {
    Some(Score { loss: reader.f64()?, accuracy: reader.f64()? })
}

#[cfg(test)]
mod tests {
    use std::ops::ControlFlow;
    use std::path::Path;

    use super::*;
    use crate::data::{Augmentation, Dataset, Inputs, Split};
    use crate::training::train::train_sets;
    use crate::training::{Event, Keep, RunOptions, Saving, Sets, TrainOptions, Typed};

    tinyconv::network! { Brighter: 1 x 1 x 2 { Dense { out: 2 } } }

    /// A run of three epochs of two batches, stopped after the first batch of the third one.
    fn stopped() -> RunState {
        let inputs = Inputs::bytes([1, 1, 2], vec![200, 10, 40, 60, 90, 30, 0, 250]);
        let split = Split::new(inputs, vec![0, 1, 0, 1]);
        let dataset = Dataset { train: split.clone(), test: split, classes: 2 };
        let run = RunOptions { validate: Some(0.5), keep: Keep::Best, ..RunOptions::default() };
        let options = TrainOptions {
            epochs: 3,
            batch: 1,
            threads: 1,
            augmentation: Augmentation::NONE,
            ..TrainOptions::digits()
        };
        let sets = Sets::of(&dataset, &run, options.seed).unwrap();
        let mut saved = None;
        let mut save = |state: &RunState| saved = Some(state.clone());
        let saving = Saving { resume: None, save: Some(&mut save) };
        let mut batches = 0;
        let mut observe = |event| {
            batches += u32::from(matches!(event, Event::Batch { .. }));
            if batches == 5 { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
        };
        let network = Typed::<Brighter>::NEW;
        train_sets(&network, &sets, &options, &run, saving, &mut observe).unwrap();
        saved.unwrap()
    }

    /// Version 1 is what the file in the repository is; `TINYCONV_BLESS=1` writes it anew.
    #[test]
    fn the_format_has_not_changed() {
        let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/data/brighter.state");
        let state = stopped();
        if std::env::var_os("TINYCONV_BLESS").is_some() {
            std::fs::write(&path, state.encode()).unwrap();
        }
        let kept = std::fs::read(&path).unwrap();
        assert_eq!(RunState::parse(&kept).unwrap().encode(), kept);
        if cfg!(not(any(feature = "fma", feature = "micromath"))) {
            assert_eq!(RunState::parse(&kept).unwrap(), state);
        }
    }

    #[test]
    fn bytes_that_are_cut_or_longer_are_refused() {
        let state = stopped();
        let bytes = state.encode();
        assert_eq!(RunState::parse(&bytes), Ok(state));
        for length in 0..bytes.len() {
            assert!(RunState::parse(&bytes[..length]).is_err(), "{length}");
        }
        // Right by its hash, but with something behind it.
        let mut longer = bytes[..bytes.len() - HASH].to_vec();
        longer.push(0);
        let hash = Sha256::digest(&longer);
        longer.extend(hash);
        assert_eq!(RunState::parse(&longer), Err(InvalidState::Damaged));
    }
}
