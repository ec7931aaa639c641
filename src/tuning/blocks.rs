//! The memory a trainer works in.

/// The memory of a [`Trainer`](super::Trainer); [`trainer!`](crate::trainer) makes it with the right
/// lengths.
///
/// ```
/// use tinyconv::optim::Descent;
/// use tinyconv::tuning::{All, PerSample};
/// use tinyconv::tuning::{Blocks, Trainer};
///
/// tinyconv::network! { Net: 1 x 1 x 2 { Dense { out: 2 } } }
///
/// // What `trainer!` does, by hand: six parameters, one sample at a time, nothing remembered.
/// let (mut parameters, mut elements) = ([0.0; Net::PARAMS], [0.0; Net::TRAIN_SCRATCH]);
/// let blocks = Blocks {
///     parameters: &mut parameters,
///     gradients: &mut [],
///     states: &mut [],
///     elements: &mut elements,
///     choices: &mut [],
/// };
/// let factory = [0.5; Net::PARAMS];
/// let trainer = Trainer::<Net, All, _, PerSample>::new(&factory, blocks, Descent::default(), 0.1)?;
/// assert_eq!(trainer.parameters(), [0.5; 6]);
/// # Ok::<(), tinyconv::tuning::TuneError>(())
/// ```
#[derive(Debug)]
pub struct Blocks<'a> {
    /// [`Part::PARAMS`](super::Part::PARAMS) parameters.
    pub parameters: &'a mut [f32],
    /// As many gradients, or none if the mode collects none.
    pub gradients: &'a mut [f32],
    /// [`Optimizer::STATES`](crate::optim::Optimizer::STATES) numbers for each parameter.
    pub states: &'a mut [f32],
    /// [`Part::SCRATCH`](super::Part::SCRATCH) elements.
    pub elements: &'a mut [f32],
    /// [`Part::CHOICES`](super::Part::CHOICES) choices.
    pub choices: &'a mut [u8],
}
