//! Training sample by sample, each call a bounded piece of work, in memory that is the caller's.

mod state;

use core::cell::Cell;
use core::marker::PhantomData;

use super::{All, Blocks, Mode, Part, PerSample, TuneError};
use crate::loss::{CrossEntropy, Goal, Loss, Target};
use crate::network::{InputOf, Network, OutputOf, assert_channels, assert_trains_alone};
use crate::optim::{Optimizer, blocks};
use crate::{Accumulate, ApplyInPlace, Outcome, Shape, Source, math};

/// Trains the part `P` of network `N` with optimizer `O`, a step for as many samples as mode `M` has.
///
/// [`step`](Trainer::step) takes one sample and returns: call it from a loop, an RTOS task or an
/// `async` function, between two frames of a sensor. It never waits and never allocates. Parameters
/// stay finite numbers, whatever comes in.
///
/// ```
/// use tinyconv::optim::Descent;
/// use tinyconv::tuning::{Last, PerSample, TuneError};
/// use tinyconv::{Bytes, Init, Network};
///
/// tinyconv::network! {
///     Bars: 1 x 6 x 6 {
///         Conv2d { out: 4, kernel: 3 }, Relu, MaxPool2d { size: 2 },
///         Dense { out: 2 },
///     }
/// }
///
/// tinyconv::trainer! {
///     /// The dense layer is trained, the convolution stays in flash.
///     Head: Bars { trains: Last<1>, optimizer: Descent, mode: PerSample, budget: 512 }
/// }
///
/// let mut factory = [0.0; Bars::PARAMS]; // on a board: a static in flash
/// <Bars as Network>::init(Init::HeUniform, 2, &mut factory);
/// static PIXELS: [f32; 256] = Bytes::table(0.0, 255.0);
///
/// let mut memory = Head::NEW; // on a board: a static in RAM
/// let mut head = memory.trainer(&factory, Descent::default(), 0.05);
/// let mut vertical = [[[0; 6]; 6]; 1];
/// vertical[0].iter_mut().for_each(|row| row[2] = 255);
/// let first = head.step(Bytes(&PIXELS), &vertical, 0)?.loss;
/// for _ in 0..10 {
///     head.step(Bytes(&PIXELS), &vertical, 0)?;
/// }
/// assert!(head.step(Bytes(&PIXELS), &vertical, 0)?.loss < 0.5 * first);
///
/// let wrong = head.step(Bytes(&PIXELS), &vertical, 2);
/// assert_eq!(wrong, Err(TuneError::Label { label: 2, classes: 2 }));
/// # Ok::<(), TuneError>(())
/// ```
#[derive(Debug)]
pub struct Trainer<'a, N, P = All, O = crate::optim::Descent, M = PerSample> {
    factory: &'a [f32],
    blocks: Blocks<'a>,
    optimizer: O,
    learning_rate: f32,
    steps: u32,
    pending: u32,
    kind: PhantomData<(N, P, M)>,
}

impl<'a, N: Network, P: Part<N>, O: Optimizer, M: Mode> Trainer<'a, N, P, O, M> {
    /// Starts from `factory`, all parameters of the network, of which the frozen ones are read where
    /// they are and the others copied.
    ///
    /// # Errors
    /// If a block has another length than it must have.
    ///
    /// ```
    /// use tinyconv::optim::Descent;
    /// use tinyconv::tuning::{All, PerSample};
    /// use tinyconv::tuning::{Blocks, Trainer, TuneError};
    ///
    /// tinyconv::network! { Net: 1 x 1 x 2 { Dense { out: 2 } } }
    ///
    /// let blocks = Blocks {
    ///     parameters: &mut [0.0; 5],
    ///     gradients: &mut [],
    ///     states: &mut [],
    ///     elements: &mut [0.0; Net::TRAIN_SCRATCH],
    ///     choices: &mut [],
    /// };
    /// let factory = [0.5; Net::PARAMS];
    /// let made = Trainer::<Net, All, _, PerSample>::new(&factory, blocks, Descent::default(), 0.1);
    /// let error = TuneError::Block { name: "parameters", given: 5, needed: 6 };
    /// assert_eq!(made.unwrap_err(), error);
    /// ```
    pub fn new(
        factory: &'a [f32],
        blocks: Blocks<'a>,
        optimizer: O,
        learning_rate: f32,
    ) -> Result<Self, TuneError> {
        let collected = if M::COLLECTS { P::PARAMS } else { 0 };
        for (name, given, needed) in [
            ("factory parameters", factory.len(), N::PARAMS),
            ("parameters", blocks.parameters.len(), P::PARAMS),
            ("gradients", blocks.gradients.len(), collected),
            ("optimizer states", blocks.states.len(), P::PARAMS * O::STATES),
            ("scratch elements", blocks.elements.len(), P::SCRATCH),
            ("choices", blocks.choices.len(), P::CHOICES),
        ] {
            if given != needed {
                return Err(TuneError::Block { name, given, needed });
            }
        }
        Ok(Self::of_type(factory, blocks, optimizer, learning_rate))
    }

    /// As [`new`](Trainer::new), for blocks whose lengths their type has right.
    #[doc(hidden)]
    #[inline]
    pub fn of_type(
        factory: &'a [f32],
        blocks: Blocks<'a>,
        optimizer: O,
        learning_rate: f32,
    ) -> Self {
        const { assert_trains_alone::<N>() };
        let (steps, pending, kind) = (0, 0, PhantomData);
        let mut trainer = Self { factory, blocks, optimizer, learning_rate, steps, pending, kind };
        trainer.reset();
        trainer
    }

    /// Trains with one sample, which `source` reads: the forward pass, and the backward pass unless
    /// the loss forbids it. Returns what the forward pass saw.
    ///
    /// In a mini-batch, the parameters change with its last sample.
    ///
    /// # Errors
    /// If the label is no class, or a number is not finite; [`TuneError`] says what has changed.
    ///
    /// ```
    /// use tinyconv::optim::Descent;
    /// use tinyconv::tuning::{All, PerSample};
    /// use tinyconv::Direct;
    /// # tinyconv::network! { Net: 1 x 1 x 2 { Dense { out: 2 } } }
    /// # tinyconv::trainer! { Training: Net { trains: All, optimizer: Descent, mode: PerSample } }
    /// # static FACTORY: [f32; Net::PARAMS] = [0.0; Net::PARAMS];
    /// # let mut memory = Training::NEW;
    ///
    /// let mut trainer = memory.trainer(&FACTORY, Descent::default(), 0.5);
    /// trainer.step(Direct, &[[[1.0, 2.0]]], 1)?;
    /// // All was zero, so both classes had a probability of a half.
    /// assert_eq!(trainer.parameters(), [-0.25, 0.25, -0.5, 0.5, -0.25, 0.25]);
    /// # Ok::<(), tinyconv::tuning::TuneError>(())
    /// ```
    #[inline(always)]
    pub fn step<S: Source<f32>>(
        &mut self,
        source: S,
        input: &<InputOf<N> as Shape>::Map<S::Raw>,
        label: u16,
    ) -> Result<Outcome<f32>, TuneError> {
        let goal = Goal { loss: &CrossEntropy::default(), target: Target::Class(label) };
        self.step_towards(source, input, goal)
    }

    /// As [`step`](Trainer::step), for any loss: regression, say, or outputs that are each true or
    /// false.
    ///
    /// # Errors
    /// As [`step`](Trainer::step), and if the target has not one finite number for each output.
    ///
    /// ```
    /// use tinyconv::optim::Descent;
    /// use tinyconv::tuning::{All, PerSample};
    /// use tinyconv::Direct;
    /// use tinyconv::loss::{Goal, MeanSquaredError, Target};
    /// # tinyconv::network! { Net: 1 x 1 x 2 { Dense { out: 2 } } }
    /// # tinyconv::trainer! { Training: Net { trains: All, optimizer: Descent, mode: PerSample } }
    /// # static FACTORY: [f32; Net::PARAMS] = [0.0; Net::PARAMS];
    /// # let mut memory = Training::NEW;
    ///
    /// let mut trainer = memory.trainer(&FACTORY, Descent::default(), 0.5);
    /// let goal = Goal { loss: &MeanSquaredError, target: Target::Values(&[4.0, -2.0]) };
    /// assert_eq!(trainer.step_towards(Direct, &[[[1.0, 0.0]]], goal)?.loss, (16.0 + 4.0) / 2.0);
    /// assert_eq!(trainer.parameters(), [2.0, -1.0, 0.0, 0.0, 2.0, -1.0]);
    /// # Ok::<(), tinyconv::tuning::TuneError>(())
    /// ```
    #[inline(always)]
    pub fn step_towards<S: Source<f32>, L: Loss>(
        &mut self,
        source: S,
        input: &<InputOf<N> as Shape>::Map<S::Raw>,
        goal: Goal<'_, f32, L>,
    ) -> Result<Outcome<f32>, TuneError> {
        match goal.target {
            Target::Class(label) if usize::from(label) >= N::OUTPUT_LEN => {
                return Err(TuneError::Label { label, classes: N::OUTPUT_LEN });
            }
            Target::Values(values) if values.len() != N::OUTPUT_LEN => {
                let (given, needed) = (values.len(), N::OUTPUT_LEN);
                return Err(TuneError::Target { given, needed });
            }
            Target::Values(values) => {
                if let Some(index) = values.iter().position(|&value| !math::is_finite(value)) {
                    return Err(TuneError::TargetValue { index });
                }
            }
            Target::Class(_) => {}
        }
        check_input::<N, S>(source, input)?;
        let frozen = known(self.factory.get(..P::FROZEN_PARAMS))?;
        let parameters = known(self.blocks.parameters.get_mut(..P::PARAMS))?;
        let states = known(self.blocks.states.get_mut(..P::PARAMS * O::STATES))?;
        let elements = known(self.blocks.elements.get_mut(..P::SCRATCH))?;
        let choices = known(self.blocks.choices.get_mut(..P::CHOICES))?;

        let outcome = P::forward(frozen, parameters, source, input, goal, elements, choices);
        if !math::is_finite(outcome.loss) {
            return Err(TuneError::Loss);
        }
        let overflow = Cell::new(false);
        let states = blocks::<O>(P::PARAMS, states);
        if M::COLLECTS {
            let gradients = known(self.blocks.gradients.get_mut(..P::PARAMS))?;
            let scale = 1.0 / M::SAMPLES as f32;
            let accumulate = Accumulate { parameters, gradients };
            P::backward(accumulate, source, input, goal, scale, elements, choices);
            self.pending += 1;
            if self.pending < M::SAMPLES {
                return Ok(outcome);
            }
            self.pending = 0;
            let finite = gradients.iter().all(|&gradient| math::is_finite(gradient));
            if finite {
                self.optimizer.begin_step();
                let rate = self.learning_rate;
                overflow.set(!self.optimizer.apply(rate, parameters, gradients, states));
            }
            gradients.fill(0.0);
            if !finite {
                return Err(TuneError::Gradients);
            }
        } else {
            self.optimizer.begin_step();
            let in_place = ApplyInPlace {
                optimizer: &self.optimizer,
                learning_rate: self.learning_rate,
                parameters,
                states,
                overflow: &overflow,
            };
            P::backward(in_place, source, input, goal, 1.0, elements, choices);
        }
        self.steps = self.steps.wrapping_add(1);
        if overflow.get() { Err(TuneError::Overflow) } else { Ok(outcome) }
    }

    /// Computes `output` with the parameters as they are now.
    ///
    /// # Errors
    /// If the input holds a number that is not finite.
    ///
    /// ```
    /// use tinyconv::optim::Descent;
    /// use tinyconv::tuning::{All, PerSample};
    /// use tinyconv::Direct;
    /// # tinyconv::network! { Net: 1 x 1 x 2 { Dense { out: 2 } } }
    /// # tinyconv::trainer! { Training: Net { trains: All, optimizer: Descent, mode: PerSample } }
    /// # static FACTORY: [f32; Net::PARAMS] = [0.0; Net::PARAMS];
    /// # let mut memory = Training::NEW;
    ///
    /// let mut trainer = memory.trainer(&FACTORY, Descent::default(), 0.5);
    /// trainer.step(Direct, &[[[1.0, 2.0]]], 1)?;
    /// let mut logits = [0.0; 2];
    /// trainer.infer(Direct, &[[[1.0, 2.0]]], &mut logits)?;
    /// assert_eq!(logits, [-1.5, 1.5]);
    /// # Ok::<(), tinyconv::tuning::TuneError>(())
    /// ```
    #[inline(always)]
    pub fn infer<S: Source<f32>>(
        &mut self,
        source: S,
        input: &<InputOf<N> as Shape>::Map<S::Raw>,
        output: &mut <OutputOf<N> as Shape>::Map<f32>,
    ) -> Result<(), TuneError> {
        check_input::<N, S>(source, input)?;
        let frozen = known(self.factory.get(..P::FROZEN_PARAMS))?;
        let parameters = known(self.blocks.parameters.get(..P::PARAMS))?;
        let elements = known(self.blocks.elements.get_mut(..P::SCRATCH))?;
        P::infer(frozen, parameters, source, input, elements, output);
        Ok(())
    }

    /// Goes back to the factory's parameters; gradients and what the optimizer remembers become
    /// zero.
    ///
    /// ```
    /// use tinyconv::optim::Descent;
    /// use tinyconv::tuning::{All, PerSample};
    /// use tinyconv::Direct;
    /// # tinyconv::network! { Net: 1 x 1 x 2 { Dense { out: 2 } } }
    /// # tinyconv::trainer! { Training: Net { trains: All, optimizer: Descent, mode: PerSample } }
    /// # static FACTORY: [f32; Net::PARAMS] = [0.0; Net::PARAMS];
    /// # let mut memory = Training::NEW;
    ///
    /// let mut trainer = memory.trainer(&FACTORY, Descent::default(), 0.5);
    /// trainer.step(Direct, &[[[1.0, 2.0]]], 1)?;
    /// trainer.reset();
    /// assert_eq!(trainer.parameters(), FACTORY);
    /// # Ok::<(), tinyconv::tuning::TuneError>(())
    /// ```
    pub fn reset(&mut self) {
        let trained = self.factory.iter().skip(P::FROZEN_PARAMS);
        for (parameter, &factory) in self.blocks.parameters.iter_mut().zip(trained) {
            *parameter = factory;
        }
        self.forget();
    }

    fn forget(&mut self) {
        self.blocks.gradients.fill(0.0);
        self.blocks.states.fill(0.0);
        self.pending = 0;
    }

    /// Goes on from other parameters; gradients and what the optimizer remembers become zero.
    ///
    /// # Errors
    /// If these are not [`Part::PARAMS`] parameters.
    ///
    /// ```
    /// use tinyconv::optim::Descent;
    /// use tinyconv::tuning::{All, PerSample};
    /// use tinyconv::tuning::TuneError;
    /// # tinyconv::network! { Net: 1 x 1 x 2 { Dense { out: 2 } } }
    /// # tinyconv::trainer! { Training: Net { trains: All, optimizer: Descent, mode: PerSample } }
    /// # static FACTORY: [f32; Net::PARAMS] = [0.0; Net::PARAMS];
    /// # let mut memory = Training::NEW;
    ///
    /// let mut trainer = memory.trainer(&FACTORY, Descent::default(), 0.5);
    /// trainer.restore(&[0.5; 6])?;
    /// assert_eq!(trainer.parameters(), [0.5; 6]);
    ///
    /// let error = TuneError::Block { name: "parameters", given: 2, needed: 6 };
    /// assert_eq!(trainer.restore(&[0.5; 2]), Err(error));
    /// # Ok::<(), tinyconv::tuning::TuneError>(())
    /// ```
    pub fn restore(&mut self, parameters: &[f32]) -> Result<(), TuneError> {
        if parameters.len() != P::PARAMS || self.blocks.parameters.len() != P::PARAMS {
            let (name, given) = ("parameters", parameters.len());
            return Err(TuneError::Block { name, given, needed: P::PARAMS });
        }
        self.blocks.parameters.copy_from_slice(parameters);
        self.forget();
        Ok(())
    }
}

/// Finds a NaN or an infinity, which max-pooling could hide from the loss.
#[inline(always)]
fn check_input<N: Network, S: Source<f32>>(
    source: S,
    input: &<InputOf<N> as Shape>::Map<S::Raw>,
) -> Result<(), TuneError> {
    const { assert_channels::<N, f32, S>() };
    let values = InputOf::<N>::flat(input);
    // A counter of its own: where a source reads all channels alike, nothing is left of it.
    let mut at = 0;
    let is_no_number = |&raw: &S::Raw| {
        let value = source.at(at, values.len()).read(raw);
        at += 1;
        !math::is_finite(value)
    };
    match values.iter().position(is_no_number) {
        Some(index) => Err(TuneError::Input { index }),
        None => Ok(()),
    }
}

/// A part of a block whose length [`Trainer::new`] has checked. The compiler does not know that: an
/// index that could fail would leave a panic in every firmware.
#[inline(always)]
fn known<T>(part: Option<T>) -> Result<T, TuneError> {
    part.ok_or(TuneError::Block { name: "some memory", given: 0, needed: 1 })
}
