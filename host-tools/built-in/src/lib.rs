//! The networks that the tool comes with. A program that trains networks of its own does without
//! this crate, and does not compile them.
#![deny(missing_docs)]

use tinyconv::Deployed;
use tinyconv_training::data::Augmentation;
use tinyconv_training::model::{LE_NET, Model, Of, all_threads};
use tinyconv_training::networks::{Digits, DigitsDense, DigitsTiny, LeNet, Linear};
use tinyconv_training::training::TrainOptions;

/// The networks that the tool comes with; the first one is the one it trains if none is named.
///
/// The deployed form of one with batch normalisation is a network of its own, so that its model
/// files (`tinyconv export --format model`) are known, too.
///
/// ```
/// use tinyconv_built_in::MODELS;
///
/// let names = MODELS.map(|model| model.name());
/// assert_eq!(names, ["digits", "digits-tiny", "digits-dense", "linear", "lenet", "lenet-deployed"]);
/// ```
pub static MODELS: [&dyn Model; 6] = [
    &Of::<Digits>::new("digits", &[], TrainOptions::digits),
    &Of::<DigitsTiny>::new("digits-tiny", &[], tiny_recipe),
    &Of::<DigitsDense>::new("digits-dense", &[], TrainOptions::digits),
    &Of::<Linear>::new("linear", &[], linear_recipe),
    &Of::<LeNet>::new("lenet", &[], le_net_recipe).with_border(2),
    &Of::<Deployed<LeNet>>::new("lenet-deployed", &[], le_net_recipe).with_border(2),
];

/// A small network cannot learn all the variations that the larger ones gain from, and needs longer
/// to learn the digits; an epoch costs it less.
fn tiny_recipe() -> TrainOptions {
    TrainOptions {
        epochs: 40,
        learning_rate: 0.003,
        augmentation: Augmentation {
            shift_pixels: 1.0,
            rotation_degrees: 5.0,
            scale: 0.05,
            noise: 0.0,
        },
        ..TrainOptions::digits()
    }
}

/// One layer has too few parameters to gain from varied images.
fn linear_recipe() -> TrainOptions {
    TrainOptions { epochs: 5, augmentation: Augmentation::NONE, ..TrainOptions::digits() }
}

/// With more epochs, as many as its learning rate lasts for.
fn le_net_recipe() -> TrainOptions {
    TrainOptions { epochs: 5, threads: all_threads(), ..LE_NET }
}

#[cfg(test)]
mod tests {
    use tinyconv_training::model::{Memory, Networks};

    use super::*;

    /// More than any of the measured stacks.
    const STACK: usize = 1024;
    /// A byte for each value, in RAM.
    const IMAGE: usize = 28 * 28;

    fn memory(name: &str) -> Memory {
        Networks::new(&MODELS).named(name).unwrap().memory()
    }

    /// RAM of a training without momentum, by its part and mode.
    fn training(memory: &Memory, trains: &str, mode: &str) -> usize {
        let wanted = (trains, mode, "Descent");
        let mut ways = memory.training.iter();
        ways.find(|way| (&*way.trains, way.mode, way.optimizer) == wanted).unwrap().total
    }

    #[test]
    fn digits_stays_within_what_was_promised() {
        let memory = memory("digits");
        assert!(training(&memory, "All", "PerSample") + STACK <= 36_000);
        assert!(training(&memory, "All", "MiniBatch<n>") + STACK <= 58_000);
        assert!(training(&memory, "Last<1>", "PerSample") + STACK <= 17_000);
        assert!(memory.inference.total + STACK <= 7_000);
    }

    #[test]
    fn digits_tiny_trains_in_16_kilobytes_by_batches_too() {
        let memory = memory("digits-tiny");
        // The rest is for the statics of a program and for what its stack needs besides.
        assert!(training(&memory, "All", "PerSample") + IMAGE + STACK <= 10 * 1024);
        assert!(training(&memory, "All", "MiniBatch<n>") + IMAGE + STACK <= 14 * 1024);
    }

    #[test]
    fn digits_dense_is_as_large_as_the_network_to_compare_with_and_takes_less() {
        assert_eq!(DigitsDense::PARAMS, 13_242);
        let memory = memory("digits-dense");
        assert!(training(&memory, "All", "PerSample") + STACK <= 68_000);
        assert!(training(&memory, "All", "MiniBatch<n>") + STACK <= 121_000);
        assert!(training(&memory, "Last<1>", "PerSample") + STACK <= 8_500);
        assert!(training(&memory, "Last<1>", "MiniBatch<n>") + STACK <= 8_500);
    }
}
