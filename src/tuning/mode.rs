//! When parameters change: after each sample, or after a batch of them.

/// How gradients become steps: [`PerSample`] or [`MiniBatch`].
///
/// ```
/// use tinyconv::tuning::{MiniBatch, Mode, PerSample};
///
/// assert_eq!((PerSample::SAMPLES, PerSample::COLLECTS), (1, false));
/// assert_eq!((MiniBatch::<16>::SAMPLES, MiniBatch::<16>::COLLECTS), (16, true));
/// ```
pub trait Mode {
    /// Samples of a step.
    const SAMPLES: u32;
    /// Whether gradients are collected in a block.
    const COLLECTS: bool;
}

/// A step per sample, in place: each parameter changes as soon as its gradient is known.
///
/// ```
/// use tinyconv::optim::Descent;
/// use tinyconv::tuning::{All, Memory, PerSample};
///
/// tinyconv::network! { Net: 1 x 1 x 2 { Dense { out: 2 } } }
///
/// assert_eq!(Memory::of::<Net, All, Descent, PerSample>().gradients, 0);
/// ```
#[derive(Clone, Copy, Debug)]
pub struct PerSample;

impl Mode for PerSample {
    const SAMPLES: u32 = 1;
    const COLLECTS: bool = false;
}

/// A step per `SAMPLES` samples, with their mean gradient, which is collected in a block.
///
/// The samples are added in the order in which they come; for up to 16 of them, the host's lanes
/// give the same bits.
///
/// ```
/// use tinyconv::Direct;
/// use tinyconv::optim::Descent;
/// use tinyconv::tuning::{All, MiniBatch};
///
/// tinyconv::network! { Net: 1 x 1 x 2 { Dense { out: 2 } } }
/// tinyconv::trainer! { Training: Net { trains: All, optimizer: Descent, mode: MiniBatch<2> } }
///
/// let mut memory = Training::NEW;
/// let mut trainer = memory.trainer(&[0.0; Net::PARAMS], Descent::default(), 1.0);
/// trainer.step(Direct, &[[[1.0, 0.0]]], 1)?;
/// assert_eq!(trainer.parameters(), [0.0; 6]); // not yet
/// trainer.step(Direct, &[[[0.0, 1.0]]], 0)?;
/// assert_eq!(trainer.parameters(), [-0.25, 0.25, 0.25, -0.25, 0.0, 0.0]);
/// # Ok::<(), tinyconv::tuning::TuneError>(())
/// ```
#[derive(Clone, Copy, Debug)]
pub struct MiniBatch<const SAMPLES: u32>;

impl<const SAMPLES: u32> Mode for MiniBatch<SAMPLES> {
    const SAMPLES: u32 = {
        assert!(SAMPLES > 0, "a mini-batch has at least one sample");
        SAMPLES
    };
    const COLLECTS: bool = true;
}
