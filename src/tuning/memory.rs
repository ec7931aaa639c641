//! The RAM of training, in bytes, before anything is flashed.

use crate::Network;
use crate::network::assert_trains_alone;
use crate::optim::Optimizer;
use crate::plan::{Message, TrainingNeeds};
use crate::tuning::{Mode, Part};

/// Bytes of RAM of each block of a [`Trainer`](super::Trainer); the input, if it is in RAM, and the
/// stack come on top.
///
/// ```
/// use tinyconv::optim::{Descent, Sgd};
/// use tinyconv::tuning::{All, Last, Memory, MiniBatch, PerSample};
///
/// tinyconv::network! {
///     Net: 1 x 6 x 6 {
///         Conv2d { out: 4, kernel: 3 }, Relu, MaxPool2d { size: 2 },
///         Dense { out: 2 },
///     }
/// }
///
/// let all = Memory::of::<Net, All, Descent, PerSample>();
/// assert_eq!(all.parameters, 4 * (4 * 9 + 4 + 16 * 2 + 2));
/// assert_eq!((all.gradients, all.states), (0, 0));
///
/// // Parameters, gradients and velocities of the dense layer alone.
/// const HEAD: Memory = Memory::of::<Net, Last<1>, Sgd, MiniBatch<8>>().within(500);
/// assert_eq!([HEAD.parameters, HEAD.gradients, HEAD.states], [136, 136, 136]);
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub struct Memory {
    /// The parameters that are trained.
    pub parameters: usize,
    /// The gradients of a mini-batch.
    pub gradients: usize,
    /// What the optimizer remembers.
    pub states: usize,
    /// Maps and their gradients.
    pub scratch: usize,
    /// Which element of each pooling window was chosen.
    pub choices: usize,
}

impl Memory {
    /// The memory for training the part `P` of network `N` with optimizer `O` in mode `M`.
    ///
    /// # Panics
    /// If `N` has batch normalisation or dropout; in a constant, that is an error of the compiler.
    ///
    /// ```
    /// use tinyconv::optim::Adam;
    /// use tinyconv::tuning::{All, Memory, PerSample};
    ///
    /// tinyconv::network! { Net: 1 x 1 x 2 { Dense { out: 2 } } }
    ///
    /// let memory = Memory::of::<Net, All, Adam, PerSample>();
    /// assert_eq!((memory.parameters, memory.states), (4 * 6, 4 * 6 * 2));
    /// ```
    #[track_caller]
    #[must_use]
    pub const fn of<N: Network, P: Part<N>, O: Optimizer, M: Mode>() -> Self {
        Self::of_part::<N>(P::NEEDS, O::STATES, M::COLLECTS)
    }

    /// The same for [`trainer!`](crate::trainer), which names the part only where it is asked for its needs: so an
    /// error in it is said once.
    #[doc(hidden)]
    #[track_caller]
    #[must_use]
    pub const fn of_part<N: Network>(needs: TrainingNeeds, states: usize, collects: bool) -> Self {
        assert_trains_alone::<N>();
        Self::of_needs(needs, states, collects)
    }

    /// The memory for training a part that takes `needs` with an optimizer that has `states` numbers
    /// for each parameter, in a mode that `collects` gradients or not.
    ///
    /// For a network that is a value; its [`Plan`](crate::plan::Plan) knows the needs. Numbers that
    /// a `usize` cannot hold are `usize::MAX`.
    ///
    /// ```
    /// use tinyconv::plan::TrainingNeeds;
    /// use tinyconv::tuning::Memory;
    ///
    /// // Ten parameters with two states each, in mini-batches.
    /// let memory = Memory::of_needs(TrainingNeeds { params: 10, scratch: 5, choices: 3 }, 2, true);
    /// assert_eq!([memory.parameters, memory.gradients, memory.states], [40, 40, 80]);
    /// assert_eq!([memory.scratch, memory.choices], [20, 3]);
    /// ```
    #[must_use]
    pub const fn of_needs(needs: TrainingNeeds, states: usize, collects: bool) -> Self {
        let parameters = needs.params.saturating_mul(size_of::<f32>());
        Self {
            parameters,
            gradients: if collects { parameters } else { 0 },
            states: parameters.saturating_mul(states),
            scratch: needs.scratch.saturating_mul(size_of::<f32>()),
            choices: needs.choices,
        }
    }

    /// All blocks together.
    ///
    /// ```
    /// use tinyconv::tuning::Memory;
    ///
    /// let memory = Memory { parameters: 40, gradients: 0, states: 0, scratch: 20, choices: 3 };
    /// assert_eq!(memory.total(), 63);
    /// ```
    #[must_use]
    pub const fn total(&self) -> usize {
        self.parameters
            .saturating_add(self.gradients)
            .saturating_add(self.states)
            .saturating_add(self.scratch)
            .saturating_add(self.choices)
    }

    /// The same, if it is at most `budget` bytes.
    ///
    /// # Panics
    /// If it is more; in a constant, that is an error of the compiler, which says by how much.
    ///
    /// ```
    /// use tinyconv::optim::Descent;
    /// use tinyconv::tuning::{All, Memory, PerSample};
    ///
    /// tinyconv::network! { Net: 1 x 1 x 2 { Dense { out: 2 } } }
    ///
    /// /// An error of the compiler, if it is more.
    /// const MEMORY: Memory = Memory::of::<Net, All, Descent, PerSample>().within(64);
    /// assert!(MEMORY.total() <= 64);
    /// ```
    #[track_caller]
    #[must_use]
    pub const fn within(self, budget: usize) -> Self {
        if self.total() > budget {
            let text = Message::EMPTY.text("training needs ").number(self.total());
            let text = text.text(" bytes of RAM, the budget is ").number(budget);
            let text =
                text.text(": freeze more layers, collect no gradients (`PerSample`), or use");
            let text = text.text(" an optimizer without states (`Descent`)");
            panic!("{}", text.as_str());
        }
        self
    }
}
