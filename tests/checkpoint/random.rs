//! Random flash, contents and sequences of saves, cuts and resets against a list of what was saved.

use proptest::prelude::*;
use tinyconv::checkpoint::Contents;

use super::cuts::{Expected, Tally, judge};
use super::flash::{Flash, TEARS, Tear};
use super::keeper::{Keeper, Snapshot, Tested};

#[derive(Clone, Copy, Debug)]
enum Step {
    Save,
    Reset,
    /// Power is cut at this share of the operations (of 65 536).
    CutSave(u16, Tear),
    CutReset(u16, Tear),
}

fn step() -> impl Strategy<Value = Step> {
    let tear = || proptest::sample::select(TEARS.as_slice());
    prop_oneof![
        3 => Just(Step::Save),
        1 => Just(Step::Reset),
        6 => (any::<u16>(), tear()).prop_map(|(at, tear)| Step::CutSave(at, tear)),
        2 => (any::<u16>(), tear()).prop_map(|(at, tear)| Step::CutReset(at, tear)),
    ]
}

/// A cut that comes within `operations`.
fn place(share: u16, operations: usize) -> usize {
    usize::from(share) * operations / 65_536
}

fn run<const R: usize, const W: usize, const E: usize>(
    contents: Contents,
    spare: usize,
    descending: bool,
    steps: &[Step],
) {
    let tested = Tested(contents);
    let units = 2 * contents.erases_per_save(E) + 2 + spare;
    let mut flash = Flash::<R, W, E>::new(units, descending);
    flash.allowed = E as u32..((units - 1) * E) as u32;
    let mut known: Option<(Snapshot, u64)> = None;
    for (number, &step) in steps.iter().enumerate() {
        let new = Snapshot::random(contents, number as u32);
        let mut whole = flash.clone();
        let expected = match step {
            Step::Save | Step::CutSave(..) => {
                tested.save(&mut whole, &new).unwrap();
                Expected { before: known.as_ref(), new: Some(&new) }
            }
            Step::Reset | Step::CutReset(..) => {
                tested.open(&mut whole).reset().unwrap();
                Expected { before: known.as_ref(), new: None }
            }
        };
        let operations = whole.operations - flash.operations;
        let mut tally = Tally { cuts: 1, ..Tally::default() };
        match step {
            Step::Save | Step::Reset => flash = whole,
            Step::CutSave(share, tear) => {
                flash.cut(place(share, operations), tear);
                tested.save(&mut flash, &new).unwrap_err();
                assert!(flash.power_on());
            }
            Step::CutReset(share, tear) => {
                flash.cut(place(share, operations), tear);
                tested.open(&mut flash).reset().unwrap_err();
                assert!(flash.power_on());
            }
        }
        let found = judge(&tested, &mut flash, &expected, &mut tally);
        tally.assert_kept();
        known = found.unwrap();
        match step {
            Step::Save => assert_eq!(known.as_ref().map(|known| &known.0), Some(&new)),
            Step::Reset => assert_eq!(known, None),
            Step::CutSave(..) | Step::CutReset(..) => {}
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig {
        cases: 400,
        failure_persistence: None,
        ..ProptestConfig::default()
    })]

    #[test]
    fn sequences(
        geometry in 0..8,
        (parameters, states, user) in (0usize..300, 0usize..300, 0usize..400),
        spare in 0usize..3,
        descending: bool,
        steps in proptest::collection::vec(step(), 1..30),
    ) {
        let contents = Contents { fingerprint: u64::MAX, parameters, states, user };
        let run = match geometry {
            0 => run::<1, 1, 16>,
            1 => run::<4, 4, 64>,
            2 => run::<4, 4, 1024>,
            3 => run::<1, 8, 2048>,
            4 => run::<16, 16, 256>,
            5 => run::<32, 32, 512>,
            6 => run::<256, 256, 256>,
            _ => run::<1, 256, 4096>,
        };
        run(contents, spare, descending, &steps);
    }
}

/// A reset that was cut leaves the newest damaged, and a save that was cut leaves a newer one without a mark: that is
/// found, and is no older one that was fallen back to.
#[test]
fn a_cut_save_after_a_cut_reset() {
    let contents = Contents { fingerprint: u64::MAX, parameters: 13, states: 27, user: 257 };
    let steps = [
        Step::Save,
        Step::CutReset(32_768, Tear::Bits),
        Step::Save,
        Step::Save,
        Step::CutReset(32_768, Tear::Start),
        Step::CutSave(61_440, Tear::Before),
    ];
    run::<32, 32, 512>(contents, 0, true, &steps);
}
