//! Which layers of a network are trained; the others stay as they are, in flash, and cost nothing.

use super::{Blocks, Cut, Mode, Trainer};
use crate::layers::{Apart, End, Given, Linked, Within};
use crate::loss::{Goal, Loss};
use crate::network::{InputOf, Network, OutputOf, step};
use crate::optim::Optimizer;
use crate::plan::TrainingNeeds;
use crate::{Direct, Fixed, GradientSink, Layer, Outcome, Shape, Source};

/// What of a network is trained: [`All`] or [`Last`].
///
/// A frozen layer needs no gradient, no optimizer state, no stored activation and no backward pass.
///
/// ```
/// use tinyconv::tuning::{All, Last, Part};
///
/// tinyconv::network! {
///     Net: 1 x 1 x 2 { Dense { out: 3 }, Relu, Dense { out: 2 } }
/// }
///
/// assert_eq!((<All as Part<Net>>::FROZEN_PARAMS, <All as Part<Net>>::PARAMS), (0, 9 + 8));
/// assert_eq!((<Last<1> as Part<Net>>::FROZEN_PARAMS, <Last<1> as Part<Net>>::PARAMS), (9, 8));
/// ```
pub trait Part<N: Network> {
    /// Parameters before those that are trained.
    const FROZEN_PARAMS: usize;
    /// What training takes.
    const NEEDS: TrainingNeeds;
    /// Parameters that are trained: the last ones of the network.
    const PARAMS: usize = Self::NEEDS.params;
    /// Scratch of a step or an inference, in elements; the input comes on top.
    const SCRATCH: usize = Self::NEEDS.scratch;
    /// Choices of pooling windows, a byte each.
    const CHOICES: usize = Self::NEEDS.choices;

    /// Computes `output`.
    ///
    /// ```
    /// use tinyconv::Direct;
    /// use tinyconv::tuning::{Last, Part};
    ///
    /// tinyconv::network! { Net: 1 x 1 x 1 { Dense { out: 1 }, Relu, Dense { out: 1 } } }
    ///
    /// type Head = Last<1>;
    /// let (frozen, trained) = ([2.0, 0.0], [10.0, 1.0]); // in flash, in RAM
    /// let mut elements = [0.0; <Head as Part<Net>>::SCRATCH];
    /// let mut output = [0.0];
    /// <Head as Part<Net>>::infer(&frozen, &trained, Direct, &[[[3.0]]], &mut elements, &mut output);
    /// assert_eq!(output, [61.0]);
    /// ```
    fn infer<S: Source<f32>>(
        frozen: &[f32],
        trained: &[f32],
        source: S,
        input: &<InputOf<N> as Shape>::Map<S::Raw>,
        elements: &mut [f32],
        output: &mut <OutputOf<N> as Shape>::Map<f32>,
    );

    /// The forward pass and the loss.
    ///
    /// ```
    /// use tinyconv::Direct;
    /// use tinyconv::loss::{Goal, MeanSquaredError, Target};
    /// use tinyconv::tuning::{Last, Part};
    ///
    /// tinyconv::network! { Net: 1 x 1 x 1 { Dense { out: 1 }, Relu, Dense { out: 1 } } }
    ///
    /// type Head = Last<1>;
    /// let goal = Goal { loss: &MeanSquaredError, target: Target::Values(&[60.0]) };
    /// let mut elements = [0.0; <Head as Part<Net>>::SCRATCH];
    /// let outcome = <Head as Part<Net>>::forward(
    ///     &[2.0, 0.0], &[10.0, 1.0], Direct, &[[[3.0]]], goal, &mut elements, &mut [],
    /// );
    /// assert_eq!(outcome.loss, 1.0); // 61 instead of 60
    /// ```
    fn forward<S: Source<f32>, L: Loss>(
        frozen: &[f32],
        trained: &[f32],
        source: S,
        input: &<InputOf<N> as Shape>::Map<S::Raw>,
        goal: Goal<'_, f32, L>,
        elements: &mut [f32],
        choices: &mut [u8],
    ) -> Outcome<f32>;

    /// The backward pass that follows [`forward`](Part::forward) of the same sample.
    ///
    /// ```
    /// use tinyconv::loss::{Goal, MeanSquaredError, Target};
    /// use tinyconv::tuning::{Last, Part};
    /// use tinyconv::{Accumulate, Direct};
    ///
    /// tinyconv::network! { Net: 1 x 1 x 1 { Dense { out: 1 }, Relu, Dense { out: 1 } } }
    ///
    /// type Head = Last<1>;
    /// let (frozen, trained, input) = ([2.0, 0.0], [10.0, 1.0], [[[3.0]]]);
    /// let goal = Goal { loss: &MeanSquaredError, target: Target::Values(&[60.0]) };
    /// let mut elements = [0.0; <Head as Part<Net>>::SCRATCH];
    /// <Head as Part<Net>>::forward(&frozen, &trained, Direct, &input, goal, &mut elements, &mut []);
    /// let mut gradients = [0.0; 2];
    /// let accumulate = Accumulate { parameters: &trained, gradients: &mut gradients };
    /// <Head as Part<Net>>::backward(accumulate, Direct, &input, goal, 1.0, &mut elements, &[]);
    /// assert_eq!(gradients, [2.0 * 6.0, 2.0]); // the head's weight, whose input was 6, and its bias
    /// ```
    fn backward<S: Source<f32>, T: GradientSink<f32>, L: Loss>(
        sink: T,
        source: S,
        input: &<InputOf<N> as Shape>::Map<S::Raw>,
        goal: Goal<'_, f32, L>,
        scale: f32,
        elements: &mut [f32],
        choices: &[u8],
    );

    /// What [`trainer!`](crate::trainer) makes, which names the part only where it asks it for something: so an error
    /// in it is said once.
    #[doc(hidden)]
    fn trainer<'a, O: Optimizer, M: Mode>(
        factory: &'a [f32],
        blocks: Blocks<'a>,
        optimizer: O,
        learning_rate: f32,
    ) -> Trainer<'a, N, Self, O, M>
    where
        Self: Sized,
    {
        Trainer::of_type(factory, blocks, optimizer, learning_rate)
    }
}

/// Every layer is trained.
///
/// ```
/// use tinyconv::tuning::{All, Part};
///
/// tinyconv::network! { Net: 1 x 1 x 2 { Dense { out: 2 } } }
///
/// assert_eq!(<All as Part<Net>>::PARAMS, Net::PARAMS);
/// ```
#[derive(Clone, Copy, Debug)]
pub struct All;

/// The last `LAYERS` layers with parameters are trained.
///
/// Layers without parameters belong to the layer before them.
///
/// ```
/// use tinyconv::tuning::{Last, Part};
///
/// tinyconv::network! {
///     Net: 1 x 6 x 6 {
///         Conv2d { out: 4, kernel: 3 }, Relu, MaxPool2d { size: 2 },
///         Dense { out: 5 }, Relu,
///         Dense { out: 2 },
///     }
/// }
///
/// assert_eq!(<Last<1> as Part<Net>>::PARAMS, (5 + 1) * 2);
/// assert_eq!(<Last<2> as Part<Net>>::PARAMS, (16 + 1) * 5 + (5 + 1) * 2);
/// // No map of a frozen layer is kept, so no window's choice either.
/// assert_eq!(<Last<2> as Part<Net>>::CHOICES, 0);
/// ```
#[derive(Clone, Copy, Debug)]
pub struct Last<const LAYERS: usize>;

impl<N: Network> Part<N> for All {
    const FROZEN_PARAMS: usize = 0;
    const NEEDS: TrainingNeeds = TrainingNeeds::all(N::Layers::NEEDS);

    #[inline(always)]
    fn infer<S: Source<f32>>(
        _frozen: &[f32],
        trained: &[f32],
        source: S,
        input: &<InputOf<N> as Shape>::Map<S::Raw>,
        elements: &mut [f32],
        output: &mut <OutputOf<N> as Shape>::Map<f32>,
    ) {
        let given = Given(source, N::Input::flat(input));
        let mut output = Apart(N::Output::flat_mut(output));
        let scratch = &mut elements[..N::INFER_SCRATCH];
        N::Layers::NEW.infer_linked(trained, &given, scratch, &mut output);
    }

    #[inline(always)]
    fn forward<S: Source<f32>, L: Loss>(
        _frozen: &[f32],
        trained: &[f32],
        source: S,
        input: &<InputOf<N> as Shape>::Map<S::Raw>,
        goal: Goal<'_, f32, L>,
        elements: &mut [f32],
        choices: &mut [u8],
    ) -> Outcome<f32> {
        let input = N::Input::flat(input);
        step::forward::<N::Layers, f32, S, L>(trained, source, input, goal, elements, choices)
    }

    #[inline(always)]
    fn backward<S: Source<f32>, T: GradientSink<f32>, L: Loss>(
        sink: T,
        source: S,
        input: &<InputOf<N> as Shape>::Map<S::Raw>,
        goal: Goal<'_, f32, L>,
        scale: f32,
        elements: &mut [f32],
        choices: &[u8],
    ) {
        let input = N::Input::flat(input);
        step::backward::<N::Layers, f32, S, T, L>(
            None, sink, source, input, goal, scale, elements, choices,
        );
    }
}

type Frozen<N, const LAYERS: usize> = <N as Cut<LAYERS>>::Frozen;
type Trained<N, const LAYERS: usize> = <N as Cut<LAYERS>>::Trained;

/// Computes the map between the layers that stay and those that are trained; returns it, and what is
/// free.
#[inline(always)]
fn middle<'a, N: Cut<LAYERS>, S: Source<f32>, const LAYERS: usize>(
    frozen: &[f32],
    source: S,
    input: &<InputOf<N> as Shape>::Map<S::Raw>,
    elements: &'a mut [f32],
) -> (&'a mut [f32], &'a mut [f32]) {
    let needs = Frozen::<N, LAYERS>::NEEDS;
    let given = Given(source, N::Input::flat(input));
    let scratch = &mut elements[..needs.infer.into];
    let mut front = Within(End::Front);
    Frozen::<N, LAYERS>::NEW.infer_linked(frozen, &given, scratch, &mut front);
    elements.split_at_mut(needs.output)
}

impl<N: Cut<LAYERS>, const LAYERS: usize> Part<N> for Last<LAYERS> {
    const FROZEN_PARAMS: usize = Frozen::<N, LAYERS>::NEEDS.params;
    const NEEDS: TrainingNeeds =
        TrainingNeeds::last(Frozen::<N, LAYERS>::NEEDS, Trained::<N, LAYERS>::NEEDS);

    #[inline(always)]
    fn infer<S: Source<f32>>(
        frozen: &[f32],
        trained: &[f32],
        source: S,
        input: &<InputOf<N> as Shape>::Map<S::Raw>,
        elements: &mut [f32],
        output: &mut <OutputOf<N> as Shape>::Map<f32>,
    ) {
        let (middle, rest) = middle::<N, S, LAYERS>(frozen, source, input, elements);
        let given = Given(Direct, &*middle);
        let mut output = Apart(N::Output::flat_mut(output));
        let scratch = &mut rest[..Trained::<N, LAYERS>::NEEDS.infer.apart];
        Trained::<N, LAYERS>::NEW.infer_linked(trained, &given, scratch, &mut output);
    }

    #[inline(always)]
    fn forward<S: Source<f32>, L: Loss>(
        frozen: &[f32],
        trained: &[f32],
        source: S,
        input: &<InputOf<N> as Shape>::Map<S::Raw>,
        goal: Goal<'_, f32, L>,
        elements: &mut [f32],
        choices: &mut [u8],
    ) -> Outcome<f32> {
        let (middle, rest) = middle::<N, S, LAYERS>(frozen, source, input, elements);
        step::forward::<Trained<N, LAYERS>, f32, Direct, L>(
            trained, Direct, middle, goal, rest, choices,
        )
    }

    #[inline(always)]
    fn backward<S: Source<f32>, T: GradientSink<f32>, L: Loss>(
        sink: T,
        _source: S,
        _input: &<InputOf<N> as Shape>::Map<S::Raw>,
        goal: Goal<'_, f32, L>,
        scale: f32,
        elements: &mut [f32],
        choices: &[u8],
    ) {
        let (middle, rest) = elements.split_at_mut(Frozen::<N, LAYERS>::NEEDS.output);
        step::backward::<Trained<N, LAYERS>, f32, Direct, T, L>(
            None, sink, Direct, middle, goal, scale, rest, choices,
        );
    }
}
