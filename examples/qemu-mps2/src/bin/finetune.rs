//! QEMU's mps2-an386 (Cortex-M4F): meets another hand, learns it, and keeps it through power cuts.
//!
//! The network was trained on upright digits. Here it sees digits that are turned by 25 degrees,
//! written with a finer pen on grey paper, and gets 69 of 100 right. It is shown forty of them and
//! trains its last layer (84 right), then all layers (91). After each epoch that is kept, what was
//! learnt is saved; once, the power fails in the middle of a save, and once in the middle of an epoch.
//! Each time the program starts again and goes on from the last checkpoint. All lines but those
//! about power and checkpoints are what `tinyconv finetune` on the host has predicted, bit for bit.

#![no_std]
#![no_main]

#[path = "../samples.rs"]
mod samples;

use core::ops::Range;

use board::entry;
use common::ram_flash::{RamFlash, fail_after, power_failure};
use common::{Digits, PARAMETERS, PIXELS};
use cortex_m_semihosting::hprintln;
use samples::{CHECK, HELD, REPLAY, SHOWN, Set, UPRIGHT};
use tinyconv::checkpoint::Store;
use tinyconv::optim::Descent;
use tinyconv::tuning::{
    All, Bookmark, Gate, Last, Part, PerSample, RunningLoss, Trainer, TuneError, Verdict, checksum,
};
use tinyconv::{Bytes, Purpose, Random, loss};

tinyconv::trainer! {
    Head: Digits { trains: Last<1>, optimizer: Descent, mode: PerSample, budget: 16 * 1024 }
}
tinyconv::trainer! {
    Whole: Digits { trains: All, optimizer: Descent, mode: PerSample, budget: 32 * 1024 }
}

const SEED: u64 = 1;
const EPOCHS: u32 = 10;
/// Images for checking that an epoch may lose before it is undone.
const TOLERANCE: u32 = 1;

/// When the power fails, if this is the first time that the program runs.
enum Failure {
    /// In the middle of saving what this epoch has learnt.
    InSaveOf(u32),
    /// In the middle of this epoch.
    InEpoch(u32),
}

#[entry]
fn main() -> ! {
    static mut HEAD: Head = Head::NEW;
    static mut HEAD_GOOD: [f32; <Last<1> as Part<Digits>>::PARAMS] = [0.0; _];
    static mut WHOLE: Whole = Whole::NEW;
    static mut WHOLE_GOOD: [f32; <All as Part<Digits>>::PARAMS] = [0.0; _];

    let trainer = HEAD.trainer(&PARAMETERS, Descent::default(), 0.02);
    hprintln!("training the last layer: 2570 parameters, {} bytes of RAM", Head::MEMORY.total());
    run(trainer, HEAD_GOOD, 0..24 * 1024, Failure::InSaveOf(5))
        .expect("the parameters stay finite");

    let trainer = WHOLE.trainer(&PARAMETERS, Descent::default(), 0.003);
    hprintln!("training all layers: 5142 parameters, {} bytes of RAM", Whole::MEMORY.total());
    run(trainer, WHOLE_GOOD, 32 * 1024..80 * 1024, Failure::InEpoch(7))
        .expect("the parameters stay finite");

    board::stop()
}

type Tuner<'a, P> = Trainer<'a, Digits, P, Descent, PerSample>;

/// Trains, from the factory's parameters or from the last checkpoint; `good` is room for the best
/// parameters so far.
fn run<P: Part<Digits>>(
    mut trainer: Tuner<'_, P>,
    good: &mut [f32],
    flash: Range<u32>,
    failure: Failure,
) -> Result<(), TuneError> {
    let mut store = Store::open(RamFlash, flash, trainer.contents(0)).expect("the range fits");
    let restored = trainer.load(&mut store, &mut []).expect("the flash can be read");
    let first = match restored {
        Some(checkpoint) => {
            let epoch = checkpoint.progress.sample;
            hprintln!("restored: generation {}, epoch {}", checkpoint.generation, epoch);
            epoch
        }
        None => {
            let (held, upright) = (correct(&mut trainer, &HELD)?, correct(&mut trainer, &UPRIGHT)?);
            let check = correct(&mut trainer, &CHECK)?;
            hprintln!(
                "before: held {} of {}, upright {} of {}, check {} of {}",
                held,
                HELD.len(),
                upright,
                UPRIGHT.len(),
                check,
                CHECK.len()
            );
            0
        }
    };

    // A checkpoint is saved only of parameters that the gate has kept, so this is the gate of then.
    let check = correct(&mut trainer, &CHECK)?;
    let mut gate = Gate::new(&trainer, check, TOLERANCE, good)?;
    for epoch in first..EPOCHS {
        let power_fails = match failure {
            Failure::InEpoch(fails) => restored.is_none() && fails == epoch + 1,
            Failure::InSaveOf(_) => false,
        };
        let loss = train(&mut trainer, epoch, power_fails)?;
        let check = correct(&mut trainer, &CHECK)?;
        let verdict = gate.judge(&mut trainer, check)?;
        let word = match verdict {
            Verdict::Kept => "kept",
            Verdict::Tolerated => "tolerated",
            Verdict::RolledBack => "rolled back",
        };
        let (number, checks) = (epoch + 1, CHECK.len());
        hprintln!("epoch {}: loss {}, check {} of {}, {}", number, loss, check, checks, word);
        if verdict == Verdict::Kept {
            if let Failure::InSaveOf(fails) = failure
                && restored.is_none()
                && fails == epoch + 1
            {
                fail_after(20);
            }
            let bookmark = Bookmark { seed: SEED, sample: epoch + 1, user: &[] };
            let generation = trainer.save(&mut store, bookmark).expect("it is written");
            hprintln!("saved: generation {}", generation);
        }
    }
    gate.roll_back(&mut trainer)?;
    let (held, upright) = (correct(&mut trainer, &HELD)?, correct(&mut trainer, &UPRIGHT)?);
    hprintln!(
        "after: held {} of {}, upright {} of {}, parameters {:08x}",
        held,
        HELD.len(),
        upright,
        UPRIGHT.len(),
        checksum(trainer.parameters())
    );
    Ok(())
}

/// One epoch: each shown sample, followed by one of the old hand. Returns the mean loss.
fn train<P: Part<Digits>>(
    trainer: &mut Tuner<'_, P>,
    epoch: u32,
    power_fails: bool,
) -> Result<f32, TuneError> {
    let mut order: [usize; 40] = core::array::from_fn(|index| index);
    Random::new(SEED, Purpose::Shuffle).shuffle(epoch, &mut order);
    let random = Random::new(SEED, Purpose::Replay);
    let mut loss = RunningLoss::<1024>::new();
    for (position, sample) in (0..).zip(order) {
        if power_fails && position == 20 {
            power_failure();
        }
        let (image, label) = SHOWN.get(sample);
        loss.update(trainer.step(Bytes(&PIXELS), image, label)?.loss);
        let old = random.below(REPLAY.len() as u32, epoch, position, 0);
        let (image, label) = REPLAY.get(old as usize);
        trainer.step(Bytes(&PIXELS), image, label)?;
    }
    Ok(loss.mean())
}

/// How many samples of a set are classified correctly.
fn correct<P: Part<Digits>>(trainer: &mut Tuner<'_, P>, set: &Set) -> Result<u32, TuneError> {
    let mut correct = 0;
    for (image, label) in set.iter() {
        let mut logits = [0.0; 10];
        trainer.infer(Bytes(&PIXELS), image, &mut logits)?;
        correct += u32::from(loss::largest(&logits) == label);
    }
    Ok(correct)
}
