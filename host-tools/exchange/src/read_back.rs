//! What a board learnt, from a copy of its flash.

use tinyconv::checkpoint::{CheckpointError, Contents, Progress, Restored, SectionsMut, Store};
use tinyconv::model_file::ModelFile;
use tinyconv::plan::Plan;

use super::ReadBackError;
use super::flash_image::FlashImage;

/// How a slot of a [`Store`] begins, in every version.
const MAGIC: &[u8] = b"TINYCKPT";
/// More flash than a microcontroller has.
const LARGEST_IMAGE: usize = 32 << 20;
/// Two slots, and what else begins like one: programs that contain the word.
const MOST_BEGINNINGS: usize = 16;

/// A checkpoint that belongs to a model file.
///
/// ```
/// use tinyconv_exchange::ReadBack;
/// use tinyconv::checkpoint::Progress;
///
/// /// In words, as `import` says it.
/// fn text(found: &ReadBack) -> String {
///     let (trains, steps) = (&found.trains, found.progress.step);
///     format!("generation {}: {trains}, after {steps} steps", found.generation)
/// }
///
/// let found = ReadBack {
///     parameters: vec![0.5, 1.0],
///     trains: "Last<1>".into(),
///     trained: 1,
///     offset: 0x2000,
///     generation: 2,
///     progress: Progress { seed: 7, step: 200, sample: 0, counters: [0.0; 2] },
///     unfinished: false,
///     passed_over: Vec::new(),
/// };
/// assert_eq!(text(&found), "generation 2: Last<1>, after 200 steps");
/// ```
#[derive(Clone, Debug, PartialEq)]
pub struct ReadBack {
    /// All parameters of the network, the fine-tuned ones among them.
    pub parameters: Vec<f32>,
    /// What was trained, as `trainer!` takes it: `All` or `Last<n>`.
    pub trains: String,
    /// How many parameters of it.
    pub trained: usize,
    /// Where the checkpoint begins in the image.
    pub offset: usize,
    /// How often the board has saved.
    pub generation: u64,
    /// How far it was.
    pub progress: Progress,
    /// Power may have been cut before it was complete: what it holds is whole.
    pub unfinished: bool,
    /// What else begins as a checkpoint, and why it was not taken: a sentence each.
    pub passed_over: Vec<String>,
}

/// Finds the newest whole checkpoint in `image`, bytes of a board's flash with both slots of a store
/// somewhere in them, that was learnt on top of `base`: as it is deployed, in its
/// [deployed](tinyconv::Deployed) form.
///
/// The slots are read by the core's own [`Store`], checksums and all.
///
/// # Errors
/// If there is none, or a checkpoint of a newer version.
///
/// # Panics
/// If `base` has been changed since it was read, so that its fields contradict each other.
///
/// ```
/// use tinyconv_exchange::{ReadBackError, read_back};
/// use tinyconv::model_file::{ModelFile, Normalisation, Training};
/// use tinyconv::plan::{DenseOptions, Dims, LayerKind, LayerSpec};
///
/// // A network of two weights and a bias, 1.0, 2.0 and 0.0.
/// let layers = [LayerSpec { name: "d", kind: LayerKind::Dense(DenseOptions { out: 1 }) }];
/// let base = ModelFile::new(
///     "N",
///     Dims::Map([1, 1, 2]),
///     &layers,
///     Normalisation { mean: 0.0, deviation: 1.0 },
///     &["x"],
///     Training { epochs: 3, batch: 32, seed: 1, learning_rate: 0.5, test_accuracy: 0.75 },
///     &[0, 0, 128, 63, 0, 0, 0, 64, 0, 0, 0, 0],
/// )?;
/// // A slot as a board writes it: header, padding, and three parameters, 1.5, 2.0 and 0.25.
/// let mut slot = [0xff; 268];
/// slot[..8].copy_from_slice(b"TINYCKPT");
/// slot[8..12].copy_from_slice(&[1, 0, 0, 0]); // version
/// slot[16..24].copy_from_slice(&7u64.to_le_bytes()); // generation
/// slot[24..32].copy_from_slice(&base.fingerprint.to_le_bytes());
/// slot[32..56].fill(0); // seed, step, sample, counters
/// slot[40] = 200; // step
/// slot[56..68].copy_from_slice(&[3, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0]); // lengths
/// slot[256..].copy_from_slice(&[0, 0, 192, 63, 0, 0, 0, 64, 0, 0, 128, 62]);
/// let crc = |bytes: &[u8]| {
///     let mut crc = flate2::Crc::new();
///     crc.update(bytes);
///     crc.sum().to_le_bytes()
/// };
/// let payload = crc(&slot[256..]);
/// slot[12..16].copy_from_slice(&payload);
/// let header = crc(&slot[..68]);
/// slot[68..72].copy_from_slice(&header);
///
/// let read = read_back(&base, &slot)?;
/// assert_eq!(read.parameters, [1.5, 2.0, 0.25]);
/// assert_eq!((&*read.trains, read.generation, read.progress.step), ("All", 7, 200));
/// slot[260] ^= 1;
/// assert_eq!(read_back(&base, &slot), Err(ReadBackError::Damaged { offset: 0 }));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub fn read_back(base: &ModelFile<'_>, image: &[u8]) -> Result<ReadBack, ReadBackError> {
    if image.len() > LARGEST_IMAGE {
        let (length, limit) = (image.len(), LARGEST_IMAGE);
        return Err(ReadBackError::TooLarge { length, limit });
    }
    let beginnings = image.windows(MAGIC.len()).enumerate().filter(|(_, bytes)| *bytes == MAGIC);
    let offsets: Vec<usize> =
        beginnings.map(|(offset, _)| offset).take(MOST_BEGINNINGS + 1).collect();
    if offsets.len() > MOST_BEGINNINGS {
        return Err(ReadBackError::TooMany { most: MOST_BEGINNINGS });
    }
    let factory: Vec<f32> = base.parameters().collect();
    let parts = Part::all(base, &factory);
    let (mut read, mut failed) = (Vec::new(), Vec::new());
    for &offset in &offsets {
        match read_slot(base, &factory, &parts, offset, &image[offset..]) {
            Ok(slot) => read.push(slot),
            // It may be newer than the others: as the store does, none of them is taken for it.
            Err(error @ ReadBackError::Newer { .. }) => return Err(error),
            Err(error) => failed.push(error),
        }
    }
    // As the store does: one that power may have been cut in after the others, and of two with one generation
    // the first.
    read.sort_by_key(|slot| (slot.unfinished, std::cmp::Reverse(slot.generation)));
    let mut read = read.into_iter();
    let Some(mut newest) = read.next() else {
        // A whole one tells more than a damaged one.
        let damaged = |error: &ReadBackError| matches!(error, ReadBackError::Damaged { .. });
        failed.sort_by_key(damaged);
        return Err(failed.into_iter().next().unwrap_or(ReadBackError::None));
    };
    let older = read.map(|ReadBack { offset, generation, unfinished, .. }| {
        let what = if unfinished { "may not be complete" } else { "is older" };
        format!("the checkpoint at byte {offset:#x} {what}: generation {generation}")
    });
    newest.passed_over = older.chain(failed.iter().map(ToString::to_string)).collect();
    Ok(newest)
}

/// A part of a network that can be trained, and what its checkpoints are known by.
struct Part {
    trains: String,
    frozen: usize,
    contents: Contents,
}

impl Part {
    fn all(base: &ModelFile<'_>, factory: &[f32]) -> Vec<Self> {
        let plan = Plan::new(base.input, &base.layers).expect("the layers of a model file fit");
        let part = |trains: String, trained: usize| {
            let frozen = factory.len() - trained;
            let contents = Contents::of_part(base.fingerprint, &factory[..frozen], trained);
            Self { trains, frozen, contents }
        };
        let last = (1..=plan.most_last())
            .filter_map(|count| Some((format!("Last<{count}>"), plan.last(count)?.params)));
        let all = ("All".to_owned(), factory.len());
        [all].into_iter().chain(last).map(|(trains, trained)| part(trains, trained)).collect()
    }
}

/// The checkpoint of the slot that `slot` begins with.
fn read_slot(
    base: &ModelFile<'_>,
    factory: &[f32],
    parts: &[Part],
    offset: usize,
    slot: &[u8],
) -> Result<ReadBack, ReadBackError> {
    // What the checkpoint holds, the store tells as soon as it is asked for something else.
    let nothing = Contents { fingerprint: 0, parameters: 0, states: 0, user: 0 };
    let stored = |asked: Contents| load(slot, offset, asked, &mut [], &mut [], &mut []);
    let fingerprint = match stored(nothing)? {
        Loaded::OtherNetwork(stored) => stored,
        Loaded::Whole(..) | Loaded::OtherLengths(_) => nothing.fingerprint,
    };
    let part = parts.iter().find(|part| part.contents.fingerprint == fingerprint);
    let Some(part) = part else {
        return Err(ReadBackError::OtherNetwork {
            offset,
            stored: fingerprint,
            network: base.name.escape_debug().to_string(),
            expected: base.fingerprint,
        });
    };
    let asked = Contents { fingerprint, ..nothing };
    let contents = match stored(asked)? {
        Loaded::OtherLengths(contents) => contents,
        Loaded::Whole(..) | Loaded::OtherNetwork(_) => asked,
    };
    let expected = part.contents.parameters;
    if contents.parameters != expected {
        return Err(ReadBackError::OtherLength { offset, stored: contents.parameters, expected });
    }

    let mut parameters = factory.to_vec();
    let trained = &mut parameters[part.frozen..];
    // The store has found that the slot is as long as they are together.
    let (mut states, mut user) = (vec![0.0; contents.states], vec![0; contents.user]);
    match load(slot, offset, contents, trained, &mut states, &mut user)? {
        Loaded::Whole(Restored { generation, progress, unfinished, .. }) => {
            if let Some(index) = trained.iter().position(|parameter| !parameter.is_finite()) {
                let value = trained[index].to_string();
                return Err(ReadBackError::NotFinite { offset, index, value });
            }
            let (trains, trained) = (part.trains.clone(), expected);
            let passed_over = Vec::new();
            Ok(ReadBack {
                parameters,
                trains,
                trained,
                offset,
                generation,
                progress,
                unfinished,
                passed_over,
            })
        }
        Loaded::OtherNetwork(_) | Loaded::OtherLengths(_) => Err(ReadBackError::Damaged { offset }),
    }
}

/// What a store says about a slot.
enum Loaded {
    /// It was read.
    Whole(Restored),
    /// It is whole, with this fingerprint.
    OtherNetwork(u64),
    /// It is whole, with these contents.
    OtherLengths(Contents),
}

fn load(
    slot: &[u8],
    offset: usize,
    contents: Contents,
    parameters: &mut [f32],
    states: &mut [f32],
    user: &mut [u8],
) -> Result<Loaded, ReadBackError> {
    let flash = FlashImage(slot);
    let loaded = Store::open(flash, 0..flash.len(), contents)
        .and_then(|mut store| store.load(SectionsMut { parameters, states, user }));
    match loaded {
        Ok(Some(restored)) => Ok(Loaded::Whole(restored)),
        Ok(None) => Err(ReadBackError::Damaged { offset }),
        Err(CheckpointError::OtherNetwork { stored, .. }) => Ok(Loaded::OtherNetwork(stored)),
        Err(CheckpointError::OtherLengths { stored, .. }) => Ok(Loaded::OtherLengths(stored)),
        Err(CheckpointError::Newer(version)) => Err(ReadBackError::Newer { offset, version }),
        // For two slots.
        Err(CheckpointError::RangeTooSmall { needed, .. }) => {
            Err(ReadBackError::Truncated { offset, needed: needed / 2 })
        }
        Err(_) => Err(ReadBackError::Damaged { offset }),
    }
}
