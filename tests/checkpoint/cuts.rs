//! Power is cut at every write unit and every erase unit of many saves and resets, in each of six
//! ways; then again in the save after it.

use std::ops::AddAssign;

use tinyconv::checkpoint::Contents;

use super::flash::{Flash, TEARS, Tear, noise};
use super::keeper::{Keeper, Snapshot, Tested};
use super::naive::Naive;

/// What was found after a power cut.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Tally {
    pub cuts: usize,
    /// The checkpoint before (or none, if there was none): whole.
    pub before: usize,
    /// The new checkpoint: whole.
    pub new: usize,
    /// Loading or the next saving failed.
    pub unreadable: usize,
    /// Something that was never saved.
    pub mixed: usize,
    /// An older checkpoint than the one before, or none although there was one.
    pub lost: usize,
}

impl AddAssign for Tally {
    fn add_assign(&mut self, other: Self) {
        self.cuts += other.cuts;
        self.before += other.before;
        self.new += other.new;
        self.unreadable += other.unreadable;
        self.mixed += other.mixed;
        self.lost += other.lost;
    }
}

impl Tally {
    pub fn assert_kept(&self) {
        assert_eq!((self.unreadable, self.mixed, self.lost), (0, 0, 0), "{self:?}");
        assert_eq!(self.before + self.new, self.cuts, "{self:?}");
    }
}

/// What may be found: what was there before, and what was being saved.
pub struct Expected<'a> {
    pub before: Option<&'a (Snapshot, u64)>,
    pub new: Option<&'a Snapshot>,
}

/// Loads and compares; returns what was found if it is one of the two that are expected.
pub fn judge<K: Keeper, const R: usize, const W: usize, const E: usize>(
    keeper: &K,
    flash: &mut Flash<R, W, E>,
    expected: &Expected<'_>,
    tally: &mut Tally,
) -> Option<Option<(Snapshot, u64)>> {
    let last = expected.before.map_or(0, |(_, generation)| *generation);
    let found = match keeper.load(flash) {
        Ok(found) => found,
        Err(_) => {
            tally.unreadable += 1;
            return None;
        }
    };
    if found.as_ref() == expected.before {
        tally.before += 1;
    } else {
        match (&found, expected.new) {
            (Some((snapshot, generation)), Some(new)) if snapshot == new && *generation > last => {
                tally.new += 1;
            }
            // A reset leaves nothing, and that is new.
            (None, None) => tally.new += 1,
            (None, Some(_)) => {
                tally.lost += 1;
                return None;
            }
            (Some((_, generation)), _) if *generation < last => {
                tally.lost += 1;
                return None;
            }
            _ => {
                tally.mixed += 1;
                return None;
            }
        }
    }
    Some(found)
}

/// A number that looks random, below `bound`.
fn pick(bound: usize, stream: usize) -> usize {
    let word = noise(4, 500 + stream as u32);
    u32::from_le_bytes([word[0], word[1], word[2], word[3]]) as usize % bound
}

/// Cuts each of four saves everywhere, and each save after a cut once more.
fn cut_saves<K: Keeper, const R: usize, const W: usize, const E: usize>(
    keeper: &K,
    mut flash: Flash<R, W, E>,
    snapshot: impl Fn(u32) -> Snapshot,
) -> Tally {
    let mut tally = Tally::default();
    let mut before: Option<(Snapshot, u64)> = None;
    for number in 1..=4 {
        // Equal modulo 3: as long, so as many operations.
        let (new, next) = (snapshot(number), snapshot(99 + number));
        let mut whole = flash.clone();
        keeper.save(&mut whole, &new).unwrap();
        let operations = whole.operations - flash.operations;
        for (operation, tear) in (0..operations).flat_map(|i| TEARS.map(|tear| (i, tear))) {
            let mut flash = flash.clone();
            flash.cut(operation, tear);
            keeper.save(&mut flash, &new).unwrap_err();
            assert!(flash.power_on());
            tally.cuts += 1;
            let expected = Expected { before: before.as_ref(), new: Some(&new) };
            let Some(found) = judge(keeper, &mut flash, &expected, &mut tally) else { continue };

            // Whatever the cut left behind, the next save must bear one too.
            let expected = Expected { before: found.as_ref(), new: Some(&next) };
            flash.cut(pick(operations, tally.cuts), TEARS[pick(TEARS.len(), !tally.cuts)]);
            keeper.save(&mut flash, &next).unwrap_err();
            assert!(flash.power_on());
            tally.cuts += 1;
            if judge(keeper, &mut flash, &expected, &mut tally).is_none() {
                continue;
            }
            // And one that is not cut must be found.
            let last = snapshot(200 + number);
            if keeper.save(&mut flash, &last).is_err() {
                tally.unreadable += 1;
            } else if keeper.load(&mut flash).is_ok_and(|found| found.is_none_or(|f| f.0 != last)) {
                tally.lost += 1;
            }
        }
        flash = whole;
        before = keeper.load(&mut flash).unwrap();
        assert_eq!(before.as_ref().map(|(snapshot, _)| snapshot), Some(&new));
    }
    tally
}

/// Cuts a reset everywhere, after 0 to 3 saves.
fn cut_resets<const R: usize, const W: usize, const E: usize>(
    tested: Tested,
    mut flash: Flash<R, W, E>,
) -> Tally {
    let mut tally = Tally::default();
    for number in 0..4 {
        if number > 0 {
            tested.save(&mut flash, &Snapshot::random(tested.0, number)).unwrap();
        }
        let before = tested.load(&mut flash).unwrap();
        assert_eq!(before.is_some(), number > 0);
        let mut whole = flash.clone();
        tested.open(&mut whole).reset().unwrap();
        assert_eq!(tested.load(&mut whole), Ok(None));
        for (operation, tear) in (0..whole.operations - flash.operations)
            .flat_map(|operation| TEARS.map(|tear| (operation, tear)))
        {
            let mut flash = flash.clone();
            flash.cut(operation, tear);
            tested.open(&mut flash).reset().unwrap_err();
            assert!(flash.power_on());
            tally.cuts += 1;
            let expected = Expected { before: before.as_ref(), new: None };
            let Some(found) = judge(&tested, &mut flash, &expected, &mut tally) else { continue };
            // Whatever is left: a save is found, with a cut or without, and so is a reset.
            let next = Snapshot::random(tested.0, 100 + number);
            let expected = Expected { before: found.as_ref(), new: Some(&next) };
            let mut once_more = flash.clone();
            once_more.cut(pick(operation + 1, tally.cuts), tear);
            tested.save(&mut once_more, &next).unwrap_err();
            assert!(once_more.power_on());
            tally.cuts += 1;
            judge(&tested, &mut once_more, &expected, &mut tally);
            tested.open(&mut once_more).reset().unwrap();
            assert_eq!(tested.load(&mut once_more), Ok(None));
            tested.save(&mut flash, &next).unwrap();
            let found = tested.load_all(&mut flash).unwrap().unwrap();
            assert_eq!((&found.0, found.1.fell_back), (&next, false));
        }
    }
    tally
}

fn cut_all<const R: usize, const W: usize, const E: usize>(contents: Contents) -> Tally {
    let unit = E as u32;
    // Room for two slots, one unit that is left over, and a neighbour on either side.
    let units = 2 * contents.erases_per_save(E) + 3;
    let mut tally = Tally::default();
    for descending in [false, true] {
        let mut flash = Flash::<R, W, E>::new(units, descending);
        flash.allowed = unit..(units as u32 - 2) * unit;
        tally += cut_saves(&Tested(contents), flash.clone(), |i| Snapshot::random(contents, i));
        tally += cut_resets(Tested(contents), flash);
    }
    tally.assert_kept();
    println!(
        "{R:>4} {W:>5} {E:>5} {:>11} {:>7} {:>9} {:>5}",
        contents.slot_bytes(),
        tally.cuts,
        tally.before,
        tally.new
    );
    tally
}

fn contents(parameters: usize, states: usize, user: usize) -> Contents {
    Contents { fingerprint: 0x0123_4567_89ab_cdef, parameters, states, user }
}

#[test]
fn a_power_cut_leaves_the_checkpoint_before_or_the_new_one() {
    println!("read write erase slot_bytes    cuts    before   new");
    let mut all = Tally::default();
    // As in small STM32 (ERASE_SIZE 128), nRF51, nRF52 and nRF53, STM32G4, U5 and H7, RP2350 and
    // serial flash, with as many bytes as the flash writes at once; smaller erase units of each.
    all += cut_all::<4, 4, 128>(contents(40, 40, 30));
    all += cut_all::<4, 4, 1024>(contents(50, 100, 61));
    all += cut_all::<4, 4, 4096>(contents(50, 0, 0));
    all += cut_all::<1, 8, 512>(contents(70, 70, 9));
    all += cut_all::<1, 16, 2048>(contents(150, 300, 100));
    all += cut_all::<1, 32, 512>(contents(127, 64, 3));
    all += cut_all::<1, 1, 256>(contents(15, 15, 17));
    all += cut_all::<1, 1, 4096>(contents(0, 0, 40));
    all += cut_all::<1, 256, 4096>(contents(600, 1200, 700));
    all += cut_all::<2, 2, 64>(contents(20, 0, 21));
    println!("{all:?}");
    assert!(all.cuts >= 10_000, "{all:?}");
    // Both sides of the moment at which a save counts were seen.
    assert!(all.before >= 100 && all.new >= 100, "{all:?}");
}

/// The checks above notice what they are there for.
#[test]
fn the_checks_notice_a_naive_store() {
    let contents = contents(300, 0, 0);
    let snapshot = |stream| Snapshot {
        seed: 0,
        step: 0,
        sample: 0,
        counters: [0; 2],
        user: Vec::new(),
        ..Snapshot::random(contents, stream)
    };
    let flash = || Flash::<4, 4, 512>::new(6, false);
    let check =
        |slots, head_first| cut_saves(&Naive { contents, slots, head_first }, flash(), snapshot);
    let one_slot = check(1, false);
    assert!(one_slot.lost > 100, "{one_slot:?}");
    let head_first = check(2, true);
    assert!(head_first.mixed > 100, "{head_first:?}");
    // Even in the right order: a header that is half erased may still look whole.
    let no_checksum = check(2, false);
    assert!(no_checksum.mixed + no_checksum.lost > 0, "{no_checksum:?}");
    assert!(no_checksum.before > 100, "{no_checksum:?}");
}

/// What is said about wear is what the flash counts.
#[test]
fn a_save_erases_what_is_stated_in_turns() {
    let contents = contents(300, 300, 40);
    // Slots of eight units.
    let mut flash = Flash::<4, 4, 512>::new(2 * 8 + 2, false);
    assert_eq!(contents.erases_per_save(512), 6); // 256 + 2400 + 40 = 2696 bytes
    assert_eq!(contents.range_bytes(512), 12 * 512);
    let full = Snapshot::random(contents, 3);
    assert_eq!(full.user.len(), 40);
    for save in 1..=10 {
        let erased: u32 = flash.erases.iter().sum();
        Tested(contents).save(&mut flash, &full).unwrap();
        assert_eq!(flash.erases.iter().sum::<u32>() - erased, 6);
        let [first, second] = [save / 2 + save % 2, save / 2];
        let expected = [&[0][..], &[first; 6], &[0; 2], &[second; 6], &[0; 2], &[0]].concat();
        assert_eq!(flash.erases, expected);
    }
}

/// The simulated flash rejects what real flash does not bear, and tears as it says.
#[test]
fn the_simulated_flash_is_as_strict_as_a_real_one() {
    use super::flash::Failure;
    use embedded_storage::nor_flash::{NorFlash, ReadNorFlash};

    let mut flash = Flash::<4, 8, 64>::new(4, false);
    flash.allowed = 64..192;
    assert_eq!(flash.write(64, &[0; 8]), Err(Failure::NotErased));
    assert_eq!(flash.erase(64, 128), Ok(()));
    assert_eq!(flash.write(68, &[0; 8]), Err(Failure::NotAligned));
    assert_eq!(flash.write(64, &[0; 4]), Err(Failure::NotAligned));
    assert_eq!(flash.write(64, &[5; 8]), Ok(()));
    // Not even with the same bytes, nor with none.
    assert_eq!(flash.write(64, &[5; 8]), Err(Failure::NotErased));
    assert_eq!(flash.erase(64, 100), Err(Failure::NotAligned));
    assert_eq!(flash.erase(0, 64), Err(Failure::OutOfBounds));
    assert_eq!(flash.erase(192, 256), Err(Failure::OutOfBounds));
    assert_eq!(flash.read(2, &mut [0; 4]), Err(Failure::NotAligned));
    assert_eq!(flash.read(256, &mut [0; 4]), Err(Failure::OutOfBounds));

    let mut left = Vec::new();
    for tear in TEARS {
        let mut flash = flash.clone();
        flash.cut(1, tear);
        assert_eq!(flash.write(72, &[0; 16]), Err(Failure::PowerCut));
        assert_eq!(flash.read(0, &mut [0; 4]), Err(Failure::PowerCut));
        assert_eq!(flash.erase(64, 128), Err(Failure::PowerCut));
        assert!(flash.power_on());
        assert_eq!(flash.write(80, &[0; 8]), Err(Failure::NotErased));
        assert_eq!(flash.bytes[72..80], [0; 8]);
        assert_eq!(flash.bytes[88..128], [0xff; 40]);
        left.push(u64::from_le_bytes(*flash.bytes[80..].first_chunk().unwrap()));
    }
    let [before, start, end, bits, noise, after] = *left else { unreachable!() };
    assert_eq!((before, after), (u64::MAX, 0));
    assert!(start.trailing_zeros() > 0 && start.leading_ones() == 64 - start.trailing_zeros());
    assert!(end.leading_zeros() > 0 && end.trailing_ones() == 64 - end.leading_zeros());
    assert!((16..48).contains(&bits.count_ones()) && (16..48).contains(&noise.count_ones()));
    assert_ne!(bits, noise);
    assert_eq!(TEARS[0], Tear::Before);
}
