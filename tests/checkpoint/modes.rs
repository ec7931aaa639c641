//! Chains of saves whose power is cut again and again, on flash that is left in every way that is known: what a load
//! has shown, or a save has confirmed, stays until something newer is shown.
//!
//! `TINYCONV_CUTS` says how many cuts are made in each mode; `tests/long.sh` makes 100 000.

use std::env;

use tinyconv::checkpoint::Contents;

use super::flash::{Flash, Tear};
use super::keeper::{Keeper, Snapshot, Tested};

/// Cuts of each mode, where the environment says nothing.
const CUTS: usize = 250;

/// Saves of one flash.
const SAVES: u32 = 12;

const CONTENTS: Contents =
    Contents { fingerprint: 0x0123_4567_89ab_cdef, parameters: 40, states: 20, user: 13 };

/// How power is cut.
const MODES: [(&str, &[Tear]); 11] = [
    ("clean", &[Tear::Before]),
    ("first bits", &[Tear::Start]),
    ("last bits", &[Tear::End]),
    ("some bits", &[Tear::Bits]),
    ("noise", &[Tear::Noise]),
    ("zeros", &[Tear::Zeros]),
    ("ones", &[Tear::Ones]),
    ("all bits", &[Tear::After]),
    ("unreadable", &[Tear::Unreadable]),
    ("marginal", &[Tear::Marginal]),
    (
        "mixed",
        &[Tear::Before, Tear::Start, Tear::Bits, Tear::Noise, Tear::Unreadable, Tear::Marginal],
    ),
];

/// What was found after the cuts of a mode.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
struct Tally {
    cuts: usize,
    /// What was shown before.
    before: usize,
    /// Something newer, whole.
    new: usize,
    /// An error of a load, or of a save that was not cut.
    unreadable: usize,
    /// Something that was never saved.
    mixed: usize,
    /// An older one than was shown or confirmed, or none.
    lost: usize,
    /// The same of one that the load called unfinished.
    unfinished_lost: usize,
    /// A newer one is said to be damaged.
    fell_back: usize,
    /// Before anything was shown: neither slot can be read any more, and a reset is asked for.
    reset: usize,
}

/// The number of a snapshot is its step.
fn snapshot(number: u32) -> Snapshot {
    Snapshot { step: number, ..Snapshot::random(CONTENTS, number % 1000) }
}

/// What a load must show, and what it may.
#[derive(Default)]
struct Known {
    /// What was shown or confirmed last, and whether it was called unfinished.
    shown: Option<(u32, bool)>,
    /// What was being saved since.
    attempts: Vec<u32>,
}

impl Known {
    /// Takes what a load says into account.
    fn judge<const R: usize, const W: usize, const E: usize>(
        &mut self,
        flash: &mut Flash<R, W, E>,
        tally: &mut Tally,
    ) {
        let found = match Tested(CONTENTS).load_all(flash) {
            Ok(found) => found,
            // There is nothing yet.
            Err(_) if self.shown.is_none() => None,
            Err(_) => return tally.unreadable += 1,
        };
        if found.as_ref().is_some_and(|(_, restored)| restored.fell_back) {
            tally.fell_back += 1;
        }
        let shown = self.shown.map(|(number, _)| number);
        let number = found.as_ref().map(|(found, _)| found.step);
        match &found {
            Some((found, _)) if *found != snapshot(found.step) => tally.mixed += 1,
            _ if number == shown => tally.before += 1,
            Some((found, _)) if self.attempts.contains(&found.step) && number > shown => {
                tally.new += 1;
            }
            _ if self.shown.is_some_and(|(_, unfinished)| unfinished) => tally.unfinished_lost += 1,
            _ => tally.lost += 1,
        }
        self.shown = found.map(|(found, restored)| (found.step, restored.unfinished));
    }
}

/// A flash, from the first save on.
fn chain<const R: usize, const W: usize, const E: usize>(
    number: u32,
    tears: &[Tear],
    tally: &mut Tally,
) {
    let tested = Tested(CONTENTS);
    let units = 2 * CONTENTS.erases_per_save(E) + 2;
    let mut flash =
        Flash::<R, W, E>::new(units, number.is_multiple_of(2)).with_random(number.into());
    let mut known = Known::default();
    for save in 1..=SAVES {
        let number = SAVES * number + save;
        let new = snapshot(number);
        let is_cut = flash.draw(4) > 0;
        let mut whole = flash.clone();
        if let Err(error) = tested.save(&mut whole, &new) {
            if known.shown.is_some() {
                tally.unreadable += 1;
                continue;
            }
            assert!(error.contains("reset the store"), "{error}");
            tally.reset += 1;
            tested.open(&mut flash).reset().unwrap();
            tested.save(&mut flash, &new).unwrap();
            whole = flash.clone();
        }
        if !is_cut || whole.operations == flash.operations {
            flash = whole;
            known.attempts.push(number);
            known.judge(&mut flash, tally);
            if known.shown != Some((number, false)) {
                tally.lost += 1;
            }
            continue;
        }
        let at = flash.draw((whole.operations - flash.operations) as u64) as usize;
        let tear = tears[flash.draw(tears.len() as u64) as usize];
        flash.cut(at, tear);
        let saved = tested.save(&mut flash, &new);
        // What reads at random may take fewer operations the second time: then power is cut after them.
        assert_eq!(flash.power_on(), saved.is_err());
        known.attempts.push(number);
        tally.cuts += 1;
        known.judge(&mut flash, tally);
        if saved.is_ok() && known.shown != Some((number, false)) {
            tally.lost += 1;
        }
    }
}

/// As in STM32G4 and L5 (8 bytes), U5 (16), H7 (32) and others without error correction.
fn mode(cuts: usize, tears: &[Tear]) -> Tally {
    let mut tally = Tally::default();
    for number in 0.. {
        if tally.cuts >= cuts {
            break;
        }
        let chain = match number % 6 {
            0 => chain::<1, 8, 512>,
            1 => chain::<1, 16, 1024>,
            2 => chain::<1, 32, 512>,
            3 => chain::<4, 4, 128>,
            4 => chain::<1, 1, 256>,
            _ => chain::<64, 64, 256>,
        };
        chain(number, tears, &mut tally);
    }
    tally
}

#[test]
fn what_was_shown_stays() {
    let cuts = env::var("TINYCONV_CUTS").map_or(CUTS, |cuts| cuts.parse().expect("a number"));
    println!(
        "{:<12}{:>8}{:>8}{:>7}{:>12}{:>7}{:>6}{:>17}{:>7}",
        "power cut",
        "cuts",
        "before",
        "new",
        "unreadable",
        "mixed",
        "lost",
        "unfinished, lost",
        "reset"
    );
    let mut all = Tally::default();
    for (name, tears) in MODES {
        let tally = mode(cuts, tears);
        let Tally { cuts, before, new, unreadable, mixed, lost, unfinished_lost, .. } = tally;
        println!(
            "{name:<12}{cuts:>8}{before:>8}{new:>7}{unreadable:>12}{mixed:>7}{lost:>6}\
             {unfinished_lost:>17}{:>7}",
            tally.reset
        );
        assert_eq!((unreadable, mixed, lost, tally.fell_back), (0, 0, 0, 0), "{name}: {tally:?}");
        let ecc = tears.contains(&Tear::Unreadable);
        assert!(ecc || tally.reset == 0, "{name}: {tally:?}");
        // Only bits that read at random can take back what was shown, and a load said that they might.
        let stable = !tears.contains(&Tear::Marginal);
        assert!(!stable || unfinished_lost == 0, "{name}: {tally:?}");
        all.cuts += cuts;
        all.before += before;
        all.new += new;
    }
    assert!(all.before > all.cuts / 2 && all.new > all.cuts / 20, "{all:?}");
}
