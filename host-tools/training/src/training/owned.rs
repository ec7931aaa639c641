//! The memory of a device's trainer on the host's heap, for whoever predicts what a device does.

use tinyconv::Network;
use tinyconv::optim::Optimizer;
use tinyconv::tuning::{Blocks, Memory, Mode, Part};

/// Blocks as long as a [`Trainer`](tinyconv::tuning::Trainer) needs them.
///
/// ```
/// use tinyconv_training::networks::Digits;
/// use tinyconv_training::training::OwnedBlocks;
/// use tinyconv::optim::Sgd;
/// use tinyconv::tuning::{Last, PerSample, Trainer};
///
/// let factory = [0.0; Digits::PARAMS];
/// let mut memory = OwnedBlocks::new::<Digits, Last<1>, Sgd, PerSample>();
/// let blocks = memory.blocks();
/// assert_eq!(blocks.states.len(), 2570);
/// let trainer =
///     Trainer::<Digits, Last<1>, Sgd, PerSample>::new(&factory, blocks, Sgd::default(), 0.01)?;
/// assert_eq!(trainer.steps(), 0);
/// # Ok::<(), tinyconv::tuning::TuneError>(())
/// ```
#[derive(Clone, Debug)]
pub struct OwnedBlocks {
    parameters: Vec<f32>,
    gradients: Vec<f32>,
    states: Vec<f32>,
    elements: Vec<f32>,
    choices: Vec<u8>,
}

impl OwnedBlocks {
    /// Blocks for training the part `P` of network `N` with optimizer `O` in mode `M`, all zero.
    ///
    /// ```
    /// use tinyconv_training::networks::Linear;
    /// use tinyconv_training::training::OwnedBlocks;
    /// use tinyconv::optim::Descent;
    /// use tinyconv::tuning::{All, PerSample};
    ///
    /// let mut memory = OwnedBlocks::new::<Linear, All, Descent, PerSample>();
    /// let blocks = memory.blocks();
    /// assert_eq!((blocks.parameters.len(), blocks.gradients.len()), (7850, 0));
    /// ```
    #[must_use]
    pub fn new<N: Network, P: Part<N>, O: Optimizer, M: Mode>() -> Self {
        let memory = Memory::of::<N, P, O, M>();
        let zeros = |bytes: usize| vec![0.0; bytes / size_of::<f32>()];
        Self {
            parameters: zeros(memory.parameters),
            gradients: zeros(memory.gradients),
            states: zeros(memory.states),
            elements: zeros(memory.scratch),
            choices: vec![0; memory.choices],
        }
    }

    /// The blocks as a trainer takes them.
    ///
    /// ```
    /// use tinyconv_training::networks::Linear;
    /// use tinyconv_training::training::OwnedBlocks;
    /// use tinyconv::optim::Descent;
    /// use tinyconv::tuning::{All, PerSample};
    ///
    /// let mut memory = OwnedBlocks::new::<Linear, All, Descent, PerSample>();
    /// let blocks = memory.blocks();
    /// assert_eq!(blocks.states.len(), 0); // `Descent` remembers nothing
    /// ```
    pub fn blocks(&mut self) -> Blocks<'_> {
        Blocks {
            parameters: &mut self.parameters,
            gradients: &mut self.gradients,
            states: &mut self.states,
            elements: &mut self.elements,
            choices: &mut self.choices,
        }
    }
}
