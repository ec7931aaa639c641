//! What a store is given and cannot use: an error that says so, and nothing is touched.

use std::error::Error as _;

use tinyconv::checkpoint::{CheckpointError, Contents, Sections, SectionsMut, Store, VERSION};

use super::flash::{Failure, Flash, Tear};
use super::keeper::{Keeper, Snapshot, Tested};

type Small = Flash<4, 8, 512>;

const CONTENTS: Contents = Contents { fingerprint: 77, parameters: 100, states: 50, user: 90 };
/// 256 + 400 + 200 + 90 bytes in two units.
const UNITS: usize = 1 + 2 * 2 + 1;
const SLOTS: [usize; 2] = [512, 512 + 2 * 512];

/// A flash with this many checkpoints saved, of which two are there.
fn saved(count: u32) -> Small {
    let mut flash = Small::new(UNITS, false);
    for number in 1..=count {
        Tested(CONTENTS).save(&mut flash, &Snapshot::random(CONTENTS, number)).unwrap();
    }
    flash
}

/// CRC-32 as in zip, bit by bit: the checksum in other words.
fn crc(bytes: &[u8]) -> u32 {
    !bytes.iter().fold(u32::MAX, |crc, &byte| {
        (0..8).fold(crc ^ u32::from(byte), |crc, _| (crc >> 1) ^ (0xedb8_8320 * (crc & 1)))
    })
}

/// Changes a header and makes its checksum right again.
fn change(flash: &mut Small, slot: usize, offset: usize, bytes: &[u8]) {
    let header = &mut flash.bytes[SLOTS[slot]..][..72];
    header[offset..offset + bytes.len()].copy_from_slice(bytes);
    let checksum = crc(&header[..68]);
    header[68..].copy_from_slice(&checksum.to_le_bytes());
}

/// Loading and saving fail in this way, and neither the memory nor the flash is touched.
#[track_caller]
fn assert_refused(flash: &mut Small, contents: Contents, expected: CheckpointError<Failure>) {
    let before = flash.bytes.clone();
    assert_eq!(load_error(flash, contents), expected);
    let (parameters, states) = (vec![0.5; contents.parameters], vec![0.5; contents.states]);
    let sections = Sections { parameters: &parameters, states: &states, user: &[] };
    let saved = Tested(contents).open(flash).save(Default::default(), sections);
    assert_eq!(saved, Err(expected));
    assert_eq!(flash.bytes, before);
}

/// The error of a load that must leave the memory as it was.
#[track_caller]
fn load_error(flash: &mut Small, contents: Contents) -> CheckpointError<Failure> {
    let mut parameters = vec![1.5; contents.parameters];
    let mut states = vec![2.5; contents.states];
    let mut user = vec![35; contents.user];
    let sections =
        SectionsMut { parameters: &mut parameters, states: &mut states, user: &mut user };
    let error = Tested(contents).open(flash).load(sections).unwrap_err();
    assert!(parameters.iter().all(|value| *value == 1.5));
    assert!(states.iter().all(|value| *value == 2.5));
    assert!(user.iter().all(|value| *value == 35));
    error
}

#[test]
fn ranges_that_cannot_be_used() {
    let mut flash = Small::new(UNITS, false);
    let mut open = |start, end| Store::open(&mut flash, start..end, CONTENTS).map(|_| ());
    let misaligned = |start, end| Err(CheckpointError::Misaligned { start, end, erase_size: 512 });
    assert_eq!(open(8, 2560), misaligned(8, 2560));
    assert_eq!(open(512, 2568), misaligned(512, 2568));
    assert_eq!(open(512, u32::MAX), misaligned(512, u32::MAX));
    let capacity = UNITS * 512;
    let outside = |end| Err(CheckpointError::OutsideFlash { end, capacity });
    assert_eq!(open(512, 7 * 512), outside(7 * 512));
    assert_eq!(open(0, u32::MAX - 511), outside(u32::MAX - 511));
    let too_small = |given| Err(CheckpointError::RangeTooSmall { needed: 2048, given });
    assert_eq!(open(0, 0), too_small(0));
    assert_eq!(open(1024, 512), too_small(0));
    assert_eq!(open(0, 512), too_small(512));
    assert_eq!(open(0, 3 * 512), too_small(1536));
    assert_eq!(open(0, 4 * 512), Ok(()));
    assert_eq!(open(0, capacity as u32), Ok(()));
    // No flash has as many bytes as this asks for, whatever wraps.
    let huge = Contents { parameters: usize::MAX / 2, ..CONTENTS };
    let error = Store::open(&mut flash, 0..3072, huge).map(|_| ());
    assert_eq!(error, Err(CheckpointError::RangeTooSmall { needed: usize::MAX, given: 3072 }));
}

#[test]
fn sections_of_other_lengths() {
    let mut flash = saved(1);
    let before = flash.bytes.clone();
    let wrong = CheckpointError::WrongLengths { expected: CONTENTS };
    for (parameters, states, user) in
        [(99, 50, 90), (101, 50, 90), (100, 49, 90), (100, 51, 90), (50, 100, 90), (0, 0, 0)]
    {
        let mut floats = (vec![1.5; parameters], vec![2.5; states]);
        let sections = SectionsMut {
            parameters: &mut floats.0,
            states: &mut floats.1,
            user: &mut vec![0; user],
        };
        assert_eq!(Tested(CONTENTS).open(&mut flash).load(sections), Err(wrong));
        assert!(floats.0.iter().all(|x| *x == 1.5) && floats.1.iter().all(|x| *x == 2.5));
        let sections = Sections { parameters: &floats.0, states: &floats.1, user: &vec![0; user] };
        let saved = Tested(CONTENTS).open(&mut flash).save(Default::default(), sections);
        assert_eq!(saved, Err(wrong));
    }
    // Fewer bytes of the application may be saved, more may not; less room than that never.
    let (mut parameters, mut states) = (vec![1.5; 100], vec![2.5; 50]);
    let sections = Sections { parameters: &parameters, states: &states, user: &[0; 91] };
    let save = Tested(CONTENTS).open(&mut flash).save(Default::default(), sections);
    assert_eq!(save, Err(wrong));
    let sections =
        SectionsMut { parameters: &mut parameters, states: &mut states, user: &mut [0; 89] };
    assert_eq!(Tested(CONTENTS).open(&mut flash).load(sections), Err(wrong));
    assert_eq!(flash.bytes, before);
    let mut user = [7; 100];
    let sections =
        SectionsMut { parameters: &mut parameters, states: &mut states, user: &mut user };
    let restored = Tested(CONTENTS).open(&mut flash).load(sections).unwrap().unwrap();
    assert!(restored.user < 90 && user[restored.user..].iter().all(|byte| *byte == 7));
}

#[test]
fn another_network() {
    let mut flash = saved(3);
    let other = Contents { fingerprint: 78, ..CONTENTS };
    let error = CheckpointError::OtherNetwork { stored: 77, expected: 78 };
    assert_refused(&mut flash, other, error);
    // Nothing is lost for the network that it belongs to.
    let (found, _) = Tested(CONTENTS).load(&mut flash).unwrap().unwrap();
    assert_eq!(found, Snapshot::random(CONTENTS, 3));
    // Whoever wants to start anew says so.
    Tested(other).open(&mut flash).reset().unwrap();
    let next = Snapshot::random(other, 4);
    Tested(other).save(&mut flash, &next).unwrap();
    assert_eq!(Tested(other).load(&mut flash), Ok(Some((next, 1))));
}

#[test]
fn other_lengths_of_the_same_network() {
    let stored = Contents { user: Snapshot::random(CONTENTS, 2).user.len(), ..CONTENTS };
    for expected in [
        Contents { parameters: 50, states: 100, ..CONTENTS },
        Contents { parameters: 99, ..CONTENTS },
        Contents { states: 0, ..CONTENTS },
        Contents { user: stored.user - 1, ..CONTENTS },
    ] {
        let mut flash = saved(2);
        let error = load_error(&mut flash, expected);
        assert_eq!(error, CheckpointError::OtherLengths { stored, expected });
        // More or fewer layers may be trained from now on; the checkpoint is kept until that is
        // saved, also through a power cut.
        let next = Snapshot::random(expected, 3);
        flash.cut(20, Tear::Bits);
        Tested(expected).save(&mut flash, &next).unwrap_err();
        assert!(flash.power_on());
        let (found, _) = Tested(CONTENTS).load(&mut flash).unwrap().unwrap();
        assert_eq!(found, Snapshot::random(CONTENTS, 2));
        Tested(expected).save(&mut flash, &next).unwrap();
        assert_eq!(Tested(expected).load(&mut flash), Ok(Some((next, 3))));
    }
}

#[test]
fn a_newer_format() {
    for newest in [0, 1] {
        let mut flash = saved(if newest == 0 { 3 } else { 2 });
        change(&mut flash, newest, 8, &(VERSION + 1).to_le_bytes());
        assert_refused(&mut flash, CONTENTS, CheckpointError::Newer(VERSION + 1));
        // Whatever it holds otherwise: another kind of checksum, other lengths.
        change(&mut flash, newest, 12, &[0xee; 4]);
        assert_refused(&mut flash, CONTENTS, CheckpointError::Newer(VERSION + 1));
        change(&mut flash, newest, 24, &[0xee; 44]);
        assert_refused(&mut flash, CONTENTS, CheckpointError::Newer(VERSION + 1));
        // A factory reset by the older program: power cuts leave the newest or nothing.
        let mut cut = flash.clone();
        cut.cut(2, Tear::Before);
        Tested(CONTENTS).open(&mut cut).reset().unwrap_err();
        assert!(cut.power_on());
        assert_refused(&mut cut, CONTENTS, CheckpointError::Newer(VERSION + 1));
        Tested(CONTENTS).open(&mut flash).reset().unwrap();
        assert_eq!(Tested(CONTENTS).load(&mut flash), Ok(None));
        Tested(CONTENTS).save(&mut flash, &Snapshot::random(CONTENTS, 9)).unwrap();
    }
    // Bits that a power cut left are not a version.
    let mut flash = saved(1);
    flash.bytes[SLOTS[0] + 8] = 0xff;
    assert_eq!(Tested(CONTENTS).load(&mut flash), Ok(None));
}

#[test]
fn a_range_that_became_smaller() {
    let mut flash = saved(1);
    let large = u32::to_le_bytes(200); // states: 600 bytes more, in a third unit
    change(&mut flash, 0, 60, &large);
    let error = CheckpointError::RangeTooSmall { needed: 2 * 3 * 512, given: 2 * 2 * 512 };
    assert_refused(&mut flash, CONTENTS, error);
    // Lengths whose sum does not fit into 32 bits.
    change(&mut flash, 0, 56, &[0xff; 12]);
    assert!(matches!(
        load_error(&mut flash, CONTENTS),
        CheckpointError::RangeTooSmall { needed, given: 2048 } if needed > 1 << 31
    ));
}

/// No flipped bit of a checkpoint goes unnoticed; the one before is used, and that is said.
#[test]
fn every_flipped_bit_is_noticed() {
    let mut flash = saved(2);
    let (older, generation) = (Snapshot::random(CONTENTS, 1), 1);
    let newest = Tested(CONTENTS).load_all(&mut flash).unwrap().unwrap().1;
    assert_eq!((newest.generation, newest.fell_back), (2, false));
    let payload = Snapshot::random(CONTENTS, 2).payload().len();
    for bit in (0..8 * 72).chain(8 * 256..8 * (256 + payload)) {
        let byte = SLOTS[1] + bit / 8;
        flash.bytes[byte] ^= 1 << (bit % 8);
        let (found, restored) = Tested(CONTENTS).load_all(&mut flash).unwrap().unwrap();
        assert_eq!((&found, restored.generation), (&older, generation), "bit {bit}");
        assert!(restored.fell_back && !restored.unfinished, "bit {bit}");
        flash.bytes[byte] ^= 1 << (bit % 8);
    }
    // Padding is not part of it.
    flash.bytes[SLOTS[1] + 100] = 0;
    assert_eq!(Tested(CONTENTS).load_all(&mut flash).unwrap().unwrap().1, newest);

    // The next save takes the damaged one's place, not the whole one's.
    flash.bytes[SLOTS[1] + 300] ^= 1;
    let mut cut = flash.clone();
    cut.cut(0, Tear::Noise);
    let next = Snapshot::random(CONTENTS, 3);
    Tested(CONTENTS).save(&mut cut, &next).unwrap_err();
    assert!(cut.power_on());
    let (found, restored) = Tested(CONTENTS).load_all(&mut cut).unwrap().unwrap();
    assert_eq!((found, restored.generation), (older, 1));
    Tested(CONTENTS).save(&mut flash, &next).unwrap();
    let (found, restored) = Tested(CONTENTS).load_all(&mut flash).unwrap().unwrap();
    assert_eq!((found, restored.generation, restored.fell_back), (next, 3, false));
    // Nothing is whole: as if there were nothing.
    flash.bytes[SLOTS[0] + 300] ^= 1;
    flash.bytes[SLOTS[1] + 300] ^= 1;
    assert_eq!(Tested(CONTENTS).load(&mut flash), Ok(None));
}

#[test]
fn a_flash_that_fails() {
    let newest = Snapshot::random(CONTENTS, 3);
    // A flash that does not take some of what is written to it, and reports success.
    let (header, payload) = (SLOTS[1], SLOTS[1] + 256);
    let (start, end) = (header as u32, header as u32 + 1024);
    let bad = |error| CheckpointError::<Failure>::BadSlot { slot: 1, start, end, error };
    for worn in
        [header..header + 1, header + 40..payload, header + 128..header + 129, payload..payload + 8]
    {
        let mut flash = saved(3);
        flash.worn = worn;
        for _ in 0..3 {
            let failed = Tested(CONTENTS).save(&mut flash, &Snapshot::random(CONTENTS, 4));
            assert_eq!(failed, Err(bad(None).to_string()));
            assert_eq!(Tested(CONTENTS).load(&mut flash), Ok(Some((newest.clone(), 3))));
        }
    }

    // A driver that reads nothing any more, from whatever moment on.
    let reads_of_load = {
        let mut flash = saved(3);
        flash.reads = usize::MAX / 2;
        Tested(CONTENTS).load(&mut flash).unwrap().unwrap();
        usize::MAX / 2 - flash.reads
    };
    // The sections come last.
    let checked = reads_of_load - newest.payload().len().div_ceil(256);
    let untouched = saved(3).operations;
    let unreadable = CheckpointError::Flash(Failure::Unreadable).to_string();
    let (mut refused, mut written) = (0, 0);
    for reads in 0..reads_of_load {
        let mut flash = saved(3);
        flash.reads = reads;
        assert_eq!(Tested(CONTENTS).load(&mut flash), Err(unreadable.clone()), "{reads}");
        flash.reads = reads;
        let error = Tested(CONTENTS).save(&mut flash, &Snapshot::random(CONTENTS, 4)).unwrap_err();
        // Nothing is erased before the newest is known to be whole; then only the other slot is.
        if error == unreadable {
            assert_eq!(flash.operations, untouched);
            refused += 1;
        } else {
            assert_eq!(error, bad(Some(Failure::Unreadable)).to_string());
            written += 1;
        }
        flash.reads = usize::MAX;
        assert_eq!(Tested(CONTENTS).load(&mut flash), Ok(Some((newest.clone(), 3))));
    }
    assert!(refused > 30 && written > 0, "{refused} {written}");
    let mut flash = saved(3);
    // A flash that gives other bytes when the same are read again.
    flash.unstable = true;
    flash.reads = checked;
    let sections =
        SectionsMut { parameters: &mut [0.0; 100], states: &mut [0.0; 50], user: &mut [0; 90] };
    let unstable = Tested(CONTENTS).open(&mut flash).load(sections);
    assert_eq!(unstable, Err(CheckpointError::Unstable));
    flash.unstable = false;

    // A flash that cannot be read can be reset.
    flash.reads = 0;
    Tested(CONTENTS).open(&mut flash).reset().unwrap();
    flash.reads = usize::MAX;
    assert_eq!(Tested(CONTENTS).load(&mut flash), Ok(None));
    flash.allowed = 0..0;
    let error = Tested(CONTENTS).open(&mut flash).reset();
    let slot = CheckpointError::BadSlot {
        slot: 1,
        start: 1536,
        end: 2560,
        error: Some(Failure::OutOfBounds),
    };
    assert_eq!(error, Err(slot));
}

/// Every message says what to do, with the numbers.
#[test]
fn messages() {
    let expected = CONTENTS;
    let stored = Contents { parameters: 1, states: 2, user: 3, ..CONTENTS };
    let cases: [(CheckpointError<Failure>, &[&str]); 12] = [
        (CheckpointError::Flash(Failure::NotErased), &["NotErased"]),
        (
            CheckpointError::Misaligned { start: 16, end: 512, erase_size: 256 },
            &["0x10..0x200", "multiples of 256"],
        ),
        (CheckpointError::OutsideFlash { end: 1024, capacity: 512 }, &["0x400", "0x200"]),
        (
            CheckpointError::RangeTooSmall { needed: 2048, given: 1024 },
            &["2048", "1024", "enlarge"],
        ),
        (CheckpointError::WrongLengths { expected }, &["100 parameters, 50 states, 90 bytes"]),
        (CheckpointError::Newer(2), &["format version 2", "up to 1", "newer tinyconv", "reset"]),
        (
            CheckpointError::OtherNetwork { stored: 0xabc, expected: 0xdef },
            &["0xabc", "0xdef", "reset"],
        ),
        (
            CheckpointError::OtherLengths { stored, expected },
            &["1 parameters, 2 states and 3 bytes", "100, 50 and up to 90", "reset"],
        ),
        (
            CheckpointError::BadSlot { slot: 1, start: 0x600, end: 0xa00, error: None },
            &["other bytes than were written", "slot 1", "0x600..0xa00", "worn or write-protected"],
        ),
        (
            CheckpointError::BadSlot {
                slot: 0,
                start: 0,
                end: 512,
                error: Some(Failure::NotErased),
            },
            &["NotErased", "slot 0", "0x0..0x200", "another range"],
        ),
        (CheckpointError::Unstable, &["initialise"]),
        (CheckpointError::NotFinite { index: 7 }, &["number 7", "factory's parameters", "reset"]),
    ];
    for (error, parts) in cases {
        let message = error.to_string();
        assert!(parts.iter().all(|part| message.contains(part)), "{message}");
        assert!(error.source().is_none());
    }
}
