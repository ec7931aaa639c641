//! A place in flash that is bad for ever: an error that names the slot, and the checkpoint in the other one stays.

use tinyconv::checkpoint::{CheckpointError, Contents, Sections, Store};

use super::flash::{Bad, Failure, Flash, Tear};
use super::keeper::{Keeper, Snapshot, Tested};

type Small = Flash<4, 8, 256>;

/// 256 + 400 + 90 bytes: slots of three units.
const CONTENTS: Contents = Contents { fingerprint: 77, parameters: 100, states: 0, user: 90 };
const UNIT: usize = 256;
const SLOTS: [usize; 2] = [UNIT, 4 * UNIT];
/// Room for another store behind the first.
const UNITS: usize = 1 + 6 + 1;

fn saved(count: u32) -> Small {
    let mut flash = Small::new(UNITS, false);
    for number in 1..=count {
        Tested(CONTENTS).save(&mut flash, &Snapshot::random(CONTENTS, number)).unwrap();
    }
    flash
}

fn error_of(flash: &mut Small, snapshot: &Snapshot) -> CheckpointError<Failure> {
    let floats: Vec<f32> = snapshot.parameters.iter().map(|bits| f32::from_bits(*bits)).collect();
    let sections = Sections { parameters: &floats, states: &[], user: &snapshot.user };
    Tested(CONTENTS).open(flash).save(snapshot.progress(), sections).unwrap_err()
}

/// Header, mark, the payload's beginning, the middle unit, the payload's last bytes.
const PLACES: [usize; 5] = [0, 128, 256, 300, 640];

#[test]
fn the_slot_is_named_and_the_other_one_stays() {
    for slot in [0, 1] {
        // Saves take turns.
        let count = 2 + slot as u32;
        let newest = Snapshot::random(CONTENTS, count);
        for place in PLACES {
            for bad in [Bad::Erase, Bad::Write, Bad::Read, Bad::Stuck] {
                let mut flash = saved(count);
                let good = SLOTS[1 - slot]..SLOTS[1 - slot] + 3 * UNIT;
                let before = flash.bytes[good.clone()].to_vec();
                flash.bad = Some((SLOTS[slot] + place..SLOTS[slot] + place + 1, bad));
                let start = SLOTS[slot] as u32;
                let end = start + 3 * UNIT as u32;
                let error = match bad {
                    Bad::Erase | Bad::Write => Some(Failure::Worn),
                    // A mark that cannot be read is none.
                    Bad::Read if place != 128 => Some(Failure::Unreadable),
                    Bad::Read | Bad::Stuck => None,
                };
                let expected = CheckpointError::BadSlot { slot: slot as u32, start, end, error };
                for save in 0..4 {
                    // In between, power is cut as well.
                    let next = Snapshot::random(CONTENTS, 50 + save);
                    if save % 2 == 1 {
                        flash.cut(10 * save as usize, Tear::Bits);
                        error_of(&mut flash, &next);
                        flash.power_on();
                    } else {
                        assert_eq!(error_of(&mut flash, &next), expected, "{place} {bad:?}");
                    }
                    let found = Tested(CONTENTS).load(&mut flash);
                    let kept = Some((newest.clone(), count.into()));
                    assert_eq!(found, Ok(kept), "{place} {bad:?}");
                    assert_eq!(flash.bytes[good.clone()], before);
                }

                // What the error says: it may have been an accident.
                let mut sound = flash.clone();
                sound.bad = None;
                let next = Snapshot::random(CONTENTS, 60);
                Tested(CONTENTS).save(&mut sound, &next).unwrap();
                let found = Tested(CONTENTS).load(&mut sound);
                assert_eq!(found, Ok(Some((next.clone(), u64::from(count) + 1))));

                // If not: load, and save to a store in another range.
                let mut other = Small::new(UNITS, false);
                Tested(CONTENTS).save(&mut other, &newest).unwrap();
                assert_eq!(Tested(CONTENTS).load(&mut other), Ok(Some((newest.clone(), 1))));
            }
        }
    }
}

/// The newest cannot be read any more: the one before is used, that is said, and it stays.
#[test]
fn the_newest_goes_bad() {
    let older = Snapshot::random(CONTENTS, 2);
    for place in PLACES {
        for bad in [Bad::Read, Bad::Stuck] {
            let mut flash = saved(3);
            let at = SLOTS[0] + place..SLOTS[0] + place + 8;
            flash.bad = Some((at.clone(), bad));
            if bad == Bad::Stuck {
                flash.bytes[at].fill(0);
            }
            for save in 0..3 {
                let (found, restored) = Tested(CONTENTS).load_all(&mut flash).unwrap().unwrap();
                if place == 128 && save == 0 {
                    // Its mark is no more, and the one before is said to be replaced.
                    assert!(restored.fell_back, "{bad:?}");
                }
                assert_eq!((found, restored.generation), (older.clone(), 2), "{place} {bad:?}");
                assert!(restored.fell_back && !restored.unfinished);
                let error = error_of(&mut flash, &Snapshot::random(CONTENTS, 50));
                assert!(matches!(error, CheckpointError::BadSlot { slot: 0, .. }), "{error:?}");
            }
        }
    }
}

/// With nothing to keep, a bad slot is an error as well, and nothing is found.
#[test]
fn the_first_save_goes_to_a_bad_slot() {
    for bad in [Bad::Erase, Bad::Write, Bad::Stuck] {
        let mut flash = Small::new(UNITS, false);
        flash.bad = Some((SLOTS[0] + 256..SLOTS[0] + 257, bad));
        let error = error_of(&mut flash, &Snapshot::random(CONTENTS, 50));
        assert!(matches!(error, CheckpointError::BadSlot { slot: 0, .. }), "{error:?}");
        assert_eq!(Tested(CONTENTS).load(&mut flash), Ok(None));
    }
    // One that cannot be read is not chosen as long as the other one can.
    let mut flash = Small::new(UNITS, false);
    flash.bad = Some((SLOTS[0]..SLOTS[0] + 1, Bad::Read));
    let first = Snapshot::random(CONTENTS, 1);
    Tested(CONTENTS).save(&mut flash, &first).unwrap();
    assert_eq!(Tested(CONTENTS).load(&mut flash), Ok(Some((first, 1))));
    let end = (SLOTS[1] + 3 * UNIT) as u32;
    assert!(Store::open(&mut flash, UNIT as u32..end, CONTENTS).is_ok());
}
