//! The guard rails: the gate and the replay of samples.

use tinyconv::optim::Sgd;
use tinyconv::tuning::{Gate, Last, PerSample, Replay, Trainer, Verdict};
use tinyconv::{Bytes, Purpose, Random};

use crate::net::*;

#[test]
fn the_gate_brings_back_what_was_good() {
    let factory = factory();
    let mut owned = Owned::new::<Last<1>, Sgd, PerSample>();
    let mut trainer = Trainer::<Net, Last<1>, Sgd, PerSample>::new(
        &factory,
        owned.blocks(),
        Sgd::default(),
        RATE,
    )
    .unwrap();
    let mut copy = [0.0; 24];
    assert!(Gate::new(&trainer, 0, 0, &mut copy[1..]).is_err());
    let mut gate = Gate::new(&trainer, 10, 1, &mut copy).unwrap();
    let train = |trainer: &mut Trainer<'_, Net, Last<1>, Sgd, PerSample>| {
        trainer.step(Bytes(&TABLE), &image(3), 2).unwrap();
    };
    train(&mut trainer);
    assert_eq!(gate.judge(&mut trainer, 12), Ok(Verdict::Kept));
    let good = bits(trainer.parameters());
    train(&mut trainer);
    assert_eq!(gate.judge(&mut trainer, 11), Ok(Verdict::Tolerated));
    assert_ne!(bits(trainer.parameters()), good);
    assert_eq!(gate.judge(&mut trainer, 10), Ok(Verdict::RolledBack));
    assert_eq!(bits(trainer.parameters()), good);
    assert!(trainer.states().iter().all(|&state| state == 0.0));
    assert_eq!(gate.best(), 12);
}

/// Every class is drawn as often as another, and every sample of a class is kept as likely.
#[test]
fn replay_is_balanced() {
    let random = Random::new(1, Purpose::Replay);
    let mut kept = [0u32; 100];
    for seed in 0..200 {
        let random = Random::new(seed, Purpose::Replay);
        let mut replay = Replay::<1, 2, 10>::new();
        for sample in 0..100 {
            replay.offer(&random, &[sample], 1);
        }
        let mut seen = [false; 100];
        for step in 0..2000 {
            let ([sample], label) = replay.draw(&random, step).unwrap();
            assert_eq!(label, 1);
            seen[usize::from(*sample)] = true;
        }
        assert_eq!(seen.iter().filter(|&&seen| seen).count(), 10);
        for (kept, seen) in kept.iter_mut().zip(seen) {
            *kept += u32::from(seen);
        }
    }
    // 20 expected for each sample, with a deviation of 4.2.
    assert!(kept.iter().all(|kept| (3..40).contains(kept)), "{kept:?}");
    for tenth in kept.as_chunks::<10>().0 {
        let sum: u32 = tenth.iter().sum();
        assert!((140..260).contains(&sum), "{kept:?}");
    }

    let mut replay = Replay::<1, 3, 2>::new();
    for (sample, label) in [(1, 0), (2, 2), (3, 2), (4, 2), (5, 2)] {
        replay.offer(&random, &[sample], label);
    }
    assert!(!replay.offer(&random, &[6], 3), "3 is no class");
    let mut drawn = [0; 3];
    for step in 0..1000 {
        drawn[usize::from(replay.draw(&random, step).unwrap().1)] += 1;
    }
    assert_eq!(drawn[1], 0);
    assert!((420..580).contains(&drawn[0]), "{drawn:?}");
}
