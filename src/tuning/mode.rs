//! When parameters change: after each sample, or after a batch of them.

/// How gradients become steps: [`PerSample`] or [`MiniBatch`].
pub trait Mode {
    /// Samples of a step.
    const SAMPLES: u32;
    /// Whether gradients are collected in a block.
    const COLLECTS: bool;
}

/// A step per sample, in place: each parameter changes as soon as its gradient is known.
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
#[derive(Clone, Copy, Debug)]
pub struct MiniBatch<const SAMPLES: u32>;

impl<const SAMPLES: u32> Mode for MiniBatch<SAMPLES> {
    const SAMPLES: u32 = {
        assert!(SAMPLES > 0, "a mini-batch has at least one sample");
        SAMPLES
    };
    const COLLECTS: bool = true;
}
