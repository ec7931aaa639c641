//! What a fuzzer found: flash with any content, whose driver fails, and reads and writes wrong bits, as bytes of the
//! input say. What was saved without an error is what a load finds then.

use embedded_storage::nor_flash::{ErrorType, NorFlash, NorFlashErrorKind, ReadNorFlash};
use tinyconv::checkpoint::{Contents, Progress, Sections, SectionsMut, Store};

/// Headers that are random but for a few fields; one has the largest generation.
const LARGEST_GENERATION: &[u8] = include_bytes!(concat!(
    env!("CARGO_MANIFEST_DIR"),
    "/tests/data/checkpoint/largest-generation.fuzz"
));
/// The newest header is read wrong once, and right the next time.
const READ_WRONG_ONCE: &[u8] = include_bytes!(concat!(
    env!("CARGO_MANIFEST_DIR"),
    "/tests/data/checkpoint/header-read-wrong-once.fuzz"
));

const UNIT: usize = 256;
const SLOTS: [usize; 2] = [0, 4 * UNIT];
const RANGE: std::ops::Range<u32> = 0..(8 * UNIT) as u32;
const CONTENTS: Contents = Contents { fingerprint: 9, parameters: 20, states: 5, user: 7 };

/// One byte of `faults` for each call.
struct Faulty<'a> {
    bytes: Vec<u8>,
    faults: &'a [u8],
}

impl Faulty<'_> {
    fn fault(&mut self) -> u8 {
        self.faults.split_off_first().copied().unwrap_or(0)
    }
}

impl ErrorType for Faulty<'_> {
    type Error = NorFlashErrorKind;
}

impl ReadNorFlash for Faulty<'_> {
    const READ_SIZE: usize = 4;

    fn read(&mut self, offset: u32, bytes: &mut [u8]) -> Result<(), NorFlashErrorKind> {
        assert!(offset.is_multiple_of(4) && bytes.len().is_multiple_of(4));
        bytes.copy_from_slice(&self.bytes[offset as usize..][..bytes.len()]);
        match self.fault() {
            250.. => return Err(NorFlashErrorKind::Other),
            240.. => bytes[0] ^= 1,
            _ => {}
        }
        Ok(())
    }

    fn capacity(&self) -> usize {
        self.bytes.len()
    }
}

impl NorFlash for Faulty<'_> {
    const WRITE_SIZE: usize = 4;
    const ERASE_SIZE: usize = UNIT;

    fn erase(&mut self, from: u32, to: u32) -> Result<(), NorFlashErrorKind> {
        if self.fault() > 250 {
            return Err(NorFlashErrorKind::Other);
        }
        self.bytes[from as usize..to as usize].fill(0xff);
        Ok(())
    }

    fn write(&mut self, offset: u32, bytes: &[u8]) -> Result<(), NorFlashErrorKind> {
        let fault = self.fault();
        if fault > 250 {
            return Err(NorFlashErrorKind::Other);
        }
        let place = &mut self.bytes[offset as usize..][..bytes.len()];
        assert!(place.iter().all(|byte| *byte == 0xff), "written twice");
        place.copy_from_slice(bytes);
        if fault > 240 {
            place[0] ^= 4;
        }
        Ok(())
    }
}

fn crc(bytes: &[u8]) -> u32 {
    !bytes.iter().fold(u32::MAX, |crc, &byte| {
        (0..8).fold(crc ^ u32::from(byte), |crc, _| (crc >> 1) ^ (0xedb8_8320 * (crc & 1)))
    })
}

/// 32 faults, a byte that says what is put right in both slots, and what is in the flash.
fn image(input: &[u8]) -> (&[u8], Vec<u8>) {
    let (faults, rest) = input.split_at(32);
    let (flags, content) = rest.split_first().unwrap();
    let mut bytes = content.to_vec();
    bytes.resize(8 * UNIT, 0xff);
    for slot in SLOTS.map(|slot| slot..slot + 4 * UNIT) {
        let slot = &mut bytes[slot];
        if flags & 1 != 0 {
            slot[..8].copy_from_slice(b"TINYCKPT");
        }
        if flags & 2 != 0 {
            slot[8..12].copy_from_slice(&1u32.to_le_bytes());
            slot[24..32].copy_from_slice(&9u64.to_le_bytes());
        }
        let word = |at: usize| u32::from_le_bytes(*slot[at..].first_chunk().unwrap()) as usize;
        let len = 4usize.saturating_mul(word(56).saturating_add(word(60))).saturating_add(word(64));
        if flags & 4 != 0 && len <= 3 * UNIT {
            let sum = crc(&slot[256..256 + len]);
            slot[12..16].copy_from_slice(&sum.to_le_bytes());
        }
        if flags & 8 != 0 {
            let sum = crc(&slot[..68]);
            slot[68..72].copy_from_slice(&sum.to_le_bytes());
        }
    }
    (faults, bytes)
}

/// The generation that was saved, if saving said that it was, and is found.
fn run(input: &[u8]) -> Option<u64> {
    let (faults, bytes) = image(input);
    let mut store = Store::open(Faulty { bytes, faults }, RANGE, CONTENTS).unwrap();
    let (mut parameters, mut states, mut user) = ([0.0; 20], [0.0; 5], [0; 7]);
    let _ = store.load(SectionsMut {
        parameters: &mut parameters,
        states: &mut states,
        user: &mut user,
    });
    let mine = [3.5; 20];
    let sections = Sections { parameters: &mine, states: &[1.0; 5], user: b"user" };
    let saved = store.save(Progress::default(), sections).ok();
    let Faulty { bytes, .. } = store.release();
    let mut store = Store::open(Faulty { bytes, faults: &[] }, RANGE, CONTENTS).unwrap();
    let mut load = |store: &mut Store<Faulty>| {
        store.load(SectionsMut {
            parameters: &mut parameters,
            states: &mut states,
            user: &mut user,
        })
    };
    let loaded = load(&mut store);
    if let Some(generation) = saved {
        let restored = loaded.expect("readable").expect("there");
        assert_eq!(restored.generation, generation);
    }
    store.reset().unwrap();
    assert_eq!(load(&mut store), Ok(None));
    assert!(saved.is_none() || parameters == mine);
    saved
}

#[test]
fn what_a_fuzzer_found() {
    assert!(run(LARGEST_GENERATION).is_some());
    assert!(run(READ_WRONG_ONCE).is_some());
}

/// A header that claims the largest generation, in either slot: every later save is found.
#[test]
fn a_forged_generation_locks_nothing() {
    for forged in [u64::MAX, u64::MAX - 1, 1 << 63, (1 << 63) + 3, u64::MAX / 2] {
        for (slot, saves) in [(0, 1), (0, 2), (1, 2), (0, 3), (1, 3)] {
            let flash = Faulty { bytes: vec![0xff; 8 * UNIT], faults: &[] };
            let mut store = Store::open(flash, RANGE, CONTENTS).unwrap();
            let save = |store: &mut Store<Faulty>, number: f32| {
                let parameters = [number; 20];
                let sections = Sections { parameters: &parameters, states: &[1.0; 5], user: &[] };
                store.save(Progress::default(), sections).unwrap()
            };
            (0..saves).for_each(|_| assert!(save(&mut store, -1.0) > 0));
            let mut flash = store.release();
            let header = &mut flash.bytes[SLOTS[slot]..][..72];
            header[16..24].copy_from_slice(&forged.to_le_bytes());
            let sum = crc(&header[..68]);
            header[68..].copy_from_slice(&sum.to_le_bytes());
            let mut store = Store::open(flash, RANGE, CONTENTS).unwrap();
            for number in 1..6 {
                let number = number as f32;
                let generation = save(&mut store, number);
                let (mut parameters, mut states, mut user) = ([0.0; 20], [0.0; 5], [0; 7]);
                let sections = SectionsMut {
                    parameters: &mut parameters,
                    states: &mut states,
                    user: &mut user,
                };
                let restored = store.load(sections).unwrap().unwrap();
                assert_eq!(
                    (restored.generation, parameters),
                    (generation, [number; 20]),
                    "{forged}"
                );
            }
        }
    }
}
