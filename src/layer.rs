//! What every layer and every chain of layers can do.

use crate::{Draws, Element, Init, Random, Shape, Source, Stage, Trainable};

/// One step of a network: a type that carries shapes, a set of functions that carry no state.
///
/// Parameters, maps and scratch belong to the caller; the constants say how much of each a layer
/// needs, counted in parameters (`f32`), elements or choices.
///
/// # Panics
/// The functions panic if a block is shorter than these constants say.
///
/// A layer of one's own, `output = -input`:
///
/// ```
/// use tinyconv::layers::{Chain, Dense};
/// use tinyconv::{Direct, Element, Layer, Record, Source, Trainable, Vector};
///
/// struct Negate<const N: usize>;
///
/// impl<const N: usize> Layer for Negate<N> {
///     type Input = Vector<N>;
///     type Output = Vector<N>;
///     const PARAMS: usize = 0;
///
///     fn infer<E: Element, S: Source<E>>(
///         _params: &[f32],
///         source: S,
///         input: &[S::Raw; N],
///         _scratch: &mut [E],
///         output: &mut [E; N],
///     ) {
///         *output = input.map(|raw| -source.read(raw));
///     }
///
///     fn backward<E: Element, S: Source<E>, T: Trainable<E>>(
///         _trainable: T,
///         _record: Record<'_, E, S, Self>,
///         d_output: &mut [E; N],
///         _scratch: &mut [E],
///         d_input: Option<&mut [E; N]>,
///     ) {
///         for (d_x, &mut d) in d_input.into_iter().flatten().zip(d_output) {
///             *d_x = *d_x - d;
///         }
///     }
/// }
///
/// type Net = Chain<Dense<Vector<2>, 1>, Negate<1>>;
/// let mut output = [0.0f32];
/// Net::infer(&[1.0, 2.0, 0.5], Direct, &[3.0, 4.0], &mut [0.0; Net::INFER_SCRATCH], &mut output);
/// assert_eq!(output, [-11.5]);
/// ```
pub trait Layer: 'static {
    /// Shape of the input map.
    type Input: Shape;
    /// Shape of the output map.
    type Output: Shape;

    /// Parameters, in `f32`.
    const PARAMS: usize;
    /// Scratch of [`infer`](Layer::infer), in elements.
    const INFER_SCRATCH: usize = 0;
    /// Scratch of [`infer_within`](Layer::infer_within), output included.
    const INFER_WITHIN: usize = Self::Output::LEN + Self::INFER_SCRATCH;
    /// What [`forward`](Layer::forward) keeps for [`backward`](Layer::backward), in elements.
    const TAPE: usize = 0;
    /// What [`forward`](Layer::forward) keeps for [`backward`](Layer::backward), in choices.
    const CHOICES: usize = 0;
    /// Scratch of [`backward`](Layer::backward) for elements of one sample.
    const BACKWARD_SCRATCH: usize = 0;
    /// Scratch of [`backward`](Layer::backward) for elements of several samples.
    const BACKWARD_SCRATCH_LANES: usize = Self::BACKWARD_SCRATCH;
    /// Scratch of [`backward_within`](Layer::backward_within) for elements of one sample, the
    /// output's gradient included.
    const BACKWARD_WITHIN: usize = Self::Output::LEN + Self::BACKWARD_SCRATCH;
    /// Scratch of [`backward_within`](Layer::backward_within) for elements of several samples.
    const BACKWARD_WITHIN_LANES: usize = Self::Output::LEN + Self::BACKWARD_SCRATCH_LANES;

    /// The backward pass reads the layer's own output: it must not be changed in place.
    const NEEDS_OUTPUT: bool = false;
    /// Random numbers that training draws for a sample.
    const DRAWS: usize = 0;
    /// Stages of a forward pass over a batch: more than one if samples depend on each other.
    const STAGES: usize = 1;
    /// Stages of a backward pass over a batch.
    const BACKWARD_STAGES: usize = 1;
    /// The most elements that a stage shares between the samples of a batch.
    const SHARED: usize = 0;

    /// Draws first parameters; `first` is the index of this layer's first one in the network.
    ///
    /// As provided: for a layer without parameters.
    ///
    /// ```
    /// use tinyconv::layers::Dense;
    /// use tinyconv::{Init, Layer, Vector};
    ///
    /// type Four = Dense<Vector<24>, 4>;
    /// let mut params = [9.0; Four::PARAMS];
    /// Four::init(Init::HeUniform, &Init::random(1), 0, &mut params);
    /// assert!(params[..96].iter().all(|weight| weight.abs() <= 0.501)); // sqrt(6 / 24), about
    /// assert_eq!(params[96..], [0.0; 4]);
    /// ```
    fn init(_init: Init, _random: &Random, _first: usize, _params: &mut [f32]) {}

    /// Computes the output and keeps nothing.
    ///
    /// ```
    /// use tinyconv::layers::Dense;
    /// use tinyconv::{Direct, Layer, Vector};
    ///
    /// let mut output = [0.0f32];
    /// Dense::<Vector<2>, 1>::infer(&[1.0, 2.0, 0.5], Direct, &[3.0, 4.0], &mut [], &mut output);
    /// assert_eq!(output, [11.5]);
    /// ```
    fn infer<E: Element, S: Source<E>>(
        params: &[f32],
        source: S,
        input: &<Self::Input as Shape>::Map<S::Raw>,
        scratch: &mut [E],
        output: &mut <Self::Output as Shape>::Map<E>,
    );

    /// Computes the output at one end of `scratch`; any of it may be used on the way there.
    ///
    /// As provided: for all layers but chains.
    ///
    /// ```
    /// use tinyconv::layers::Dense;
    /// use tinyconv::{Direct, End, Layer, Vector};
    ///
    /// type Sum = Dense<Vector<2>, 1>;
    /// let mut scratch = [0.0f32; 3];
    /// Sum::infer_within(&[1.0, 1.0, 0.5], Direct, &[3.0, 4.0], End::Back, &mut scratch);
    /// assert_eq!(scratch, [0.0, 0.0, 7.5]);
    /// ```
    #[inline(always)]
    fn infer_within<E: Element, S: Source<E>>(
        params: &[f32],
        source: S,
        input: &<Self::Input as Shape>::Map<S::Raw>,
        end: End,
        scratch: &mut [E],
    ) {
        let (output, rest) = end.split(scratch, Self::Output::LEN);
        Self::infer(params, source, input, rest, Self::Output::view_mut(output));
    }

    /// Computes the output and keeps on the tape what [`backward`](Layer::backward) needs.
    ///
    /// As provided: for a layer that keeps nothing and infers without scratch.
    ///
    /// ```
    /// use tinyconv::layers::{Chain, Dense};
    /// use tinyconv::{Direct, Layer, Tape, Vector};
    ///
    /// // A chain keeps the vector between its layers.
    /// type Net = Chain<Dense<Vector<1>, 2>, Dense<Vector<2>, 1>>;
    /// let (mut maps, mut output) = ([0.0f32; Net::TAPE], [0.0]);
    /// let params = [2.0, 3.0, 0.0, 0.0, 1.0, 10.0, 0.5]; // 1 to 2, then 2 to 1
    /// let tape = Tape { maps: &mut maps, choices: &mut [], draws: None };
    /// Net::forward(&params, Direct, &[1.0], tape, &mut output);
    /// assert_eq!((maps, output), ([2.0, 3.0], [32.5]));
    /// ```
    #[inline(always)]
    fn forward<E: Element, S: Source<E>>(
        params: &[f32],
        source: S,
        input: &<Self::Input as Shape>::Map<S::Raw>,
        _tape: Tape<'_, E>,
        output: &mut <Self::Output as Shape>::Map<E>,
    ) {
        Self::infer(params, source, input, &mut [], output);
    }

    /// Hands the maps between layers, which [`forward`](Layer::forward) left on `tape`, to `visit`,
    /// the first one first; the output is not on the tape.
    ///
    /// As provided: for all layers but chains.
    ///
    /// ```
    /// use tinyconv::layers::{Chain, Dense, Pass};
    /// use tinyconv::{Direct, Layer, Tape, Vector};
    ///
    /// type Twice = Chain<Dense<Vector<1>, 2>, Pass<Vector<2>>>;
    /// let mut maps = [0.0f32; Twice::TAPE];
    /// let tape = Tape { maps: &mut maps, choices: &mut [], draws: None };
    /// Twice::forward(&[2.0, 3.0, 0.0, 0.5], Direct, &[10.0], tape, &mut [0.0; 2]);
    /// let mut visited = 0;
    /// Twice::visit_maps(&maps, &mut |map: &[f32]| {
    ///     assert_eq!(map, [20.0, 30.5]);
    ///     visited += 1;
    /// });
    /// assert_eq!(visited, 1);
    /// ```
    #[inline(always)]
    fn visit_maps<E: Element>(_tape: &[E], _visit: &mut impl FnMut(&[E])) {}

    /// One stage of the forward pass over a batch; the output is complete after the last one.
    ///
    /// As provided: for a layer whose samples do not depend on each other.
    ///
    /// ```
    /// use tinyconv::layers::Dense;
    /// use tinyconv::{Direct, Layer, Stage, Tape, Vector};
    ///
    /// type Double = Dense<Vector<1>, 1>;
    /// assert_eq!(Double::STAGES, 1);
    /// let mut output = [0.0f32];
    /// let stage = Stage { index: 0, samples: 1, live: 1.0, shared: &mut [] };
    /// let tape = Tape { maps: &mut [], choices: &mut [], draws: None };
    /// Double::forward_stage(stage, &[2.0, 0.0], Direct, &[1.5], tape, &mut output);
    /// assert_eq!(output, [3.0]);
    /// ```
    #[inline(always)]
    fn forward_stage<E: Element, S: Source<E>>(
        _stage: Stage<'_, E>,
        params: &[f32],
        source: S,
        input: &<Self::Input as Shape>::Map<S::Raw>,
        tape: Tape<'_, E>,
        output: &mut <Self::Output as Shape>::Map<E>,
    ) {
        Self::forward(params, source, input, tape, output);
    }

    /// Takes what a batch tells of its statistics, which the forward pass left on the tape of each
    /// sample, into the running averages among the parameters.
    ///
    /// As provided: for a layer that keeps none.
    ///
    /// ```
    /// use tinyconv::layers::BatchNorm;
    /// use tinyconv::{Layer, Vector};
    ///
    /// type Norm = BatchNorm<Vector<1>, { 1e-5f32.to_bits() }, { 0.5f32.to_bits() }>;
    /// let mut params = [1.0, 0.0, 0.0, 1.0]; // weight, bias, running mean, running variance
    /// // The batch: two values with the mean 3 and the mean square deviation 4.
    /// Norm::keep_statistics(&[3.0f32, 4.0], 2, &mut params);
    /// assert_eq!(params, [1.0, 0.0, 0.5 * 3.0, 0.5 * 1.0 + 0.5 * (4.0 * 2.0 / 1.0)]);
    /// ```
    fn keep_statistics<E: Element>(_maps: &[E], _samples: usize, _params: &mut [f32]) {}

    /// Hands the parameters' gradients to `trainable` and adds the input's gradient to `d_input`,
    /// if that is wanted.
    ///
    /// `record` holds what the forward pass saw. `d_output` may be overwritten.
    ///
    /// ```
    /// use tinyconv::layers::Dense;
    /// use tinyconv::{Accumulate, Direct, Layer, Record, Vector};
    ///
    /// let (parameters, mut gradients, mut d_input) = ([1.0, 2.0, 0.5], [0.0f32; 3], [0.0; 2]);
    /// Dense::<Vector<2>, 1>::backward(
    ///     Accumulate { parameters: &parameters, gradients: &mut gradients },
    ///     Record { source: Direct, input: &[3.0, 4.0], maps: &[], choices: &[], output: &[11.5] },
    ///     &mut [10.0],
    ///     &mut [],
    ///     Some(&mut d_input),
    /// );
    /// assert_eq!(gradients, [30.0, 40.0, 10.0]); // two weights, the bias
    /// assert_eq!(d_input, [10.0, 20.0]);
    /// ```
    fn backward<E: Element, S: Source<E>, T: Trainable<E>>(
        trainable: T,
        record: Record<'_, E, S, Self>,
        d_output: &mut <Self::Output as Shape>::Map<E>,
        scratch: &mut [E],
        d_input: Option<&mut <Self::Input as Shape>::Map<E>>,
    );

    /// As [`backward`](Layer::backward), with the output's gradient at one end of `scratch`, all of
    /// which may be overwritten.
    ///
    /// As provided: for all layers but chains.
    ///
    /// ```
    /// use tinyconv::layers::Dense;
    /// use tinyconv::{Accumulate, Direct, End, Layer, Record, Vector};
    ///
    /// let (parameters, mut gradients) = ([1.0, 2.0, 0.5], [0.0f32; 3]);
    /// Dense::<Vector<2>, 1>::backward_within(
    ///     Accumulate { parameters: &parameters, gradients: &mut gradients },
    ///     Record { source: Direct, input: &[3.0, 4.0], maps: &[], choices: &[], output: &[11.5] },
    ///     End::Front,
    ///     &mut [10.0], // the output's gradient
    ///     None,        // the first layer of a network: nobody asks for the input's
    /// );
    /// assert_eq!(gradients, [30.0, 40.0, 10.0]);
    /// ```
    #[inline(always)]
    fn backward_within<E: Element, S: Source<E>, T: Trainable<E>>(
        trainable: T,
        record: Record<'_, E, S, Self>,
        end: End,
        scratch: &mut [E],
        d_input: Option<&mut <Self::Input as Shape>::Map<E>>,
    ) {
        let (d_output, rest) = end.split(scratch, Self::Output::LEN);
        Self::backward(trainable, record, Self::Output::view_mut(d_output), rest, d_input);
    }

    /// One stage of the backward pass over a batch, the last one first; gradients are complete after
    /// stage 0. What is in `scratch` and `d_output` stays from stage to stage.
    ///
    /// As provided: for a layer whose samples do not depend on each other.
    ///
    /// ```
    /// use tinyconv::layers::Dense;
    /// use tinyconv::{Accumulate, Direct, Layer, Record, Stage, Vector};
    ///
    /// let (parameters, mut gradients) = ([2.0, 0.0], [0.0f32; 2]);
    /// Dense::<Vector<1>, 1>::backward_stage(
    ///     Stage { index: 0, samples: 1, live: 1.0, shared: &mut [] },
    ///     Accumulate { parameters: &parameters, gradients: &mut gradients },
    ///     Record { source: Direct, input: &[1.5], maps: &[], choices: &[], output: &[3.0] },
    ///     &mut [10.0],
    ///     &mut [],
    ///     None,
    /// );
    /// assert_eq!(gradients, [15.0, 10.0]);
    /// ```
    #[inline(always)]
    fn backward_stage<E: Element, S: Source<E>, T: Trainable<E>>(
        _stage: Stage<'_, E>,
        trainable: T,
        record: Record<'_, E, S, Self>,
        d_output: &mut <Self::Output as Shape>::Map<E>,
        scratch: &mut [E],
        d_input: Option<&mut <Self::Input as Shape>::Map<E>>,
    ) {
        Self::backward(trainable, record, d_output, scratch, d_input);
    }

    /// As [`backward_stage`](Layer::backward_stage), with the output's gradient at one end of
    /// `scratch`.
    ///
    /// As provided: for all layers but chains.
    ///
    /// ```
    /// use tinyconv::layers::Dense;
    /// use tinyconv::{Accumulate, Direct, End, Layer, Record, Stage, Vector};
    ///
    /// let (parameters, mut gradients) = ([2.0, 0.0], [0.0f32; 2]);
    /// Dense::<Vector<1>, 1>::backward_stage_within(
    ///     Stage { index: 0, samples: 1, live: 1.0, shared: &mut [] },
    ///     Accumulate { parameters: &parameters, gradients: &mut gradients },
    ///     Record { source: Direct, input: &[1.5], maps: &[], choices: &[], output: &[3.0] },
    ///     End::Back,
    ///     &mut [0.0, 10.0],
    ///     None,
    /// );
    /// assert_eq!(gradients, [15.0, 10.0]);
    /// ```
    #[inline(always)]
    fn backward_stage_within<E: Element, S: Source<E>, T: Trainable<E>>(
        stage: Stage<'_, E>,
        trainable: T,
        record: Record<'_, E, S, Self>,
        end: End,
        scratch: &mut [E],
        d_input: Option<&mut <Self::Input as Shape>::Map<E>>,
    ) {
        let (d_output, rest) = end.split(scratch, Self::Output::LEN);
        let d_output = Self::Output::view_mut(d_output);
        Self::backward_stage(stage, trainable, record, d_output, rest, d_input);
    }
}

/// The larger of two sizes: what memory must hold that serves both.
pub(crate) const fn larger(a: usize, b: usize) -> usize {
    if a > b { a } else { b }
}

/// One of the two ends of a block of scratch.
///
/// ```
/// use tinyconv::End;
///
/// let mut scratch = [1, 2, 3, 4];
/// End::Back.split(&mut scratch, 1).0[0] = 9;
/// End::Front.split(&mut scratch, 1).0[0] = 8;
/// assert_eq!(scratch, [8, 2, 3, 9]);
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum End {
    /// Where it begins.
    Front,
    /// Where it ends.
    Back,
}

impl End {
    /// The opposite one.
    ///
    /// ```
    /// use tinyconv::End;
    ///
    /// assert_eq!((End::Front.other(), End::Back.other()), (End::Back, End::Front));
    /// ```
    #[must_use]
    #[inline(always)]
    pub const fn other(self) -> Self {
        match self {
            Self::Front => Self::Back,
            Self::Back => Self::Front,
        }
    }

    /// The `count` elements at this end, and the rest.
    ///
    /// # Panics
    /// If there are fewer.
    ///
    /// ```
    /// use tinyconv::End;
    ///
    /// let mut scratch = [1, 2, 3];
    /// let (end, rest) = End::Back.split(&mut scratch, 2);
    /// assert_eq!((&*end, &*rest), (&[2, 3][..], &[1][..]));
    /// ```
    #[inline(always)]
    pub const fn split<E>(self, scratch: &mut [E], count: usize) -> (&mut [E], &mut [E]) {
        match self {
            Self::Front => scratch.split_at_mut(count),
            Self::Back => {
                let (rest, end) = scratch.split_at_mut(scratch.len() - count);
                (end, rest)
            }
        }
    }
}

/// Memory in which a forward pass keeps what the backward pass needs.
///
/// ```
/// use tinyconv::layers::MaxPool2d;
/// use tinyconv::{Chw, Direct, Kernel, Layer, Stride, Tape};
///
/// type Pool = MaxPool2d<Chw<1, 1, 2>, Chw<1, 1, 1>, Kernel<1, 2>, Stride<1, 2>>;
/// let (mut maps, mut choices) = ([0.0f32; Pool::TAPE], [0; Pool::CHOICES]);
/// let mut output = [[[0.0]]];
/// let tape = Tape { maps: &mut maps, choices: &mut choices, draws: None };
/// Pool::forward(&[], Direct, &[[[4.0, 7.0]]], tape, &mut output);
/// assert_eq!(output, [[[7.0]]]);
/// ```
#[derive(Debug)]
pub struct Tape<'a, E: Element> {
    /// [`Layer::TAPE`] elements or more.
    pub maps: &'a mut [E],
    /// [`Layer::CHOICES`] choices or more.
    pub choices: &'a mut [E::Choice],
    /// What is drawn at random; without, nothing is random and nothing is dropped.
    pub draws: Option<Draws<'a>>,
}

/// What a forward pass saw and kept.
///
/// ```
/// use tinyconv::layers::MaxPool2d;
/// use tinyconv::{Accumulate, Chw, Direct, Kernel, Layer, Record, Stride};
///
/// type Pool = MaxPool2d<Chw<1, 1, 2>, Chw<1, 1, 1>, Kernel<1, 2>, Stride<1, 2>>;
/// let mut d_input = [[[0.0f32; 2]]];
/// Pool::backward(
///     Accumulate { parameters: &[], gradients: &mut [] },
///     Record { source: Direct, input: &[[[4.0, 7.0]]], maps: &[], choices: &[], output: &[[[7.0]]] },
///     &mut [[[3.0]]],
///     &mut [],
///     Some(&mut d_input),
/// );
/// assert_eq!(d_input, [[[0.0, 3.0]]]);
/// ```
#[derive(Debug)]
pub struct Record<'a, E: Element, S: Source<E>, L: Layer + ?Sized> {
    /// How elements are made of the input.
    pub source: S,
    /// The layer's input.
    pub input: &'a <L::Input as Shape>::Map<S::Raw>,
    /// The tape's elements.
    pub maps: &'a [E],
    /// The tape's choices.
    pub choices: &'a [E::Choice],
    /// The layer's output.
    pub output: &'a <L::Output as Shape>::Map<E>,
}

impl<'a, E: Element, S: Source<E>, L: Layer + ?Sized> Record<'a, E, S, L> {
    /// The same for a layer inside of this one, whose output was `output`.
    #[inline(always)]
    pub(crate) const fn of<B: Layer<Input = L::Input>>(
        &self,
        output: &'a <B::Output as Shape>::Map<E>,
    ) -> Record<'a, E, S, B> {
        let Self { source, input, maps, choices, .. } = *self;
        Record { source, input, maps, choices, output }
    }
}
