//! What every layer is: what it takes, and what it computes.

use core::fmt::Debug;

use crate::plan::Needs;
use crate::{Element, Fixed, GradientSink, Saved, Source, Tape, Weight};

/// A layer as a type: its memory is a constant.
///
/// A layer of one's own, `output = -input`:
///
/// ```
/// use tinyconv::plan::Needs;
/// use tinyconv::{Direct, Element, Fixed, GradientSink, Layer, Operation, Saved, Source, Weight};
///
/// #[derive(Clone, Copy, Debug)]
/// struct Negate<const N: usize>;
///
/// impl<const N: usize> Fixed for Negate<N> {
///     const NEW: Self = Self;
/// }
///
/// impl<const N: usize> Layer for Negate<N> {
///     const NEEDS: Needs = Needs::layer(N, N, 0); // N in, N out, no parameters
/// }
///
/// impl<const N: usize> Operation for Negate<N> {
///     fn infer<E: Element, S: Source<E>, P: Weight>(
///         self,
///         _params: &[P],
///         source: S,
///         input: &[S::Raw],
///         _scratch: &mut [E],
///         output: &mut [E],
///     ) {
///         for (y, x) in output.iter_mut().zip(source.elements(input)) {
///             *y = -x;
///         }
///     }
///
///     fn backward<E: Element, S: Source<E>, T: GradientSink<E>>(
///         self,
///         _sink: T,
///         _saved: Saved<'_, E, S>,
///         d_output: &mut [E],
///         _scratch: &mut [E],
///         d_input: Option<&mut [E]>,
///     ) {
///         for (d_x, &mut d) in d_input.into_iter().flatten().zip(d_output) {
///             *d_x = *d_x - d;
///         }
///     }
/// }
///
/// let mut output = [0.0f32; 2];
/// Negate::<2>::NEW.infer::<_, _, f32>(&[], Direct, &[3.0, -4.0], &mut [], &mut output);
/// assert_eq!(output, [-3.0, 4.0]);
/// ```
pub trait Layer: Fixed {
    /// What it takes.
    const NEEDS: Needs;
}

/// What a layer computes: a function of blocks that are the caller's, for a layer that is a type as
/// well as for one that is a value.
///
/// Maps are slices in the order channel, row, column. Their lengths, and those of the other blocks, are
/// what the layer [`Needs`]; where they are not, nothing is computed (with debug assertions, it panics).
///
/// A layer whose samples depend on each other is no such operation.
///
/// A layer of one's own that is a value, `output = factor * input`; as a type, see [`Layer`]:
///
/// ```
/// use tinyconv::{Direct, Element, GradientSink, Operation, Saved, Source, Weight};
///
/// #[derive(Clone, Copy, Debug)]
/// struct Scale(f32);
///
/// impl Operation for Scale {
///     fn infer<E: Element, S: Source<E>, P: Weight>(
///         self,
///         _params: &[P],
///         source: S,
///         input: &[S::Raw],
///         _scratch: &mut [E],
///         output: &mut [E],
///     ) {
///         for (y, x) in output.iter_mut().zip(source.elements(input)) {
///             *y = x * E::splat(self.0);
///         }
///     }
///
///     fn backward<E: Element, S: Source<E>, T: GradientSink<E>>(
///         self,
///         _sink: T,
///         _saved: Saved<'_, E, S>,
///         d_output: &mut [E],
///         _scratch: &mut [E],
///         d_input: Option<&mut [E]>,
///     ) {
///         for (d_x, &mut d) in d_input.into_iter().flatten().zip(d_output) {
///             *d_x = *d_x + d * E::splat(self.0);
///         }
///     }
/// }
///
/// let mut output = [0.0f32; 2];
/// Scale(0.5).infer::<_, _, f32>(&[], Direct, &[3.0, -4.0], &mut [], &mut output);
/// assert_eq!(output, [1.5, -2.0]);
/// ```
pub trait Operation: Copy + Debug + Send + Sync + 'static {
    /// Computes the output and keeps nothing.
    ///
    /// ```
    /// use tinyconv::layers::Dense;
    /// use tinyconv::{Direct, Operation};
    ///
    /// // A dense layer that is a value: two inputs, one output.
    /// let mut output = [0.0f32];
    /// Dense([2, 1]).infer(&[1.0, 2.0, 0.5], Direct, &[3.0, 4.0], &mut [], &mut output);
    /// assert_eq!(output, [11.5]);
    /// ```
    fn infer<E: Element, S: Source<E>, P: Weight>(
        self,
        params: &[P],
        source: S,
        input: &[S::Raw],
        scratch: &mut [E],
        output: &mut [E],
    );

    /// As [`infer`](Operation::infer), of a layer whose needs say that it works
    /// [`in_place`](Needs::in_place): `map` is the input before, the output after.
    ///
    /// As provided: for a layer that does not.
    ///
    /// ```
    /// use tinyconv::layers::Softmax;
    /// use tinyconv::Operation;
    ///
    /// let mut map = [1000.0f32, 1000.0];
    /// Softmax(()).infer_in_place::<_, f32>(&[], &mut [], &mut map);
    /// assert_eq!(map, [0.5, 0.5]);
    /// ```
    #[inline(always)]
    fn infer_in_place<E: Element, P: Weight>(
        self,
        _params: &[P],
        _scratch: &mut [E],
        _map: &mut [E],
    ) {
        computed(None);
    }

    /// As [`infer`](Operation::infer), of a layer whose needs say that it [`adds`](Needs::adds): the output is added to
    /// what lies in `output`.
    ///
    /// As provided: for a layer that does not.
    ///
    /// ```
    /// use tinyconv::layers::Conv2d;
    /// use tinyconv::plan::Window;
    /// use tinyconv::{Direct, Operation};
    ///
    /// let point = Conv2d(Window::new([1, 1, 2], [1, 1, 2], [1, 1], [1, 1], [0, 0]));
    /// let mut output = [100.0f32, 200.0];
    /// point.infer_onto(&[2.0, 0.5], Direct, &[3.0, 4.0], &mut output);
    /// assert_eq!(output, [106.5, 208.5]);
    /// ```
    #[inline(always)]
    fn infer_onto<E: Element, S: Source<E>, P: Weight>(
        self,
        _params: &[P],
        _source: S,
        _input: &[S::Raw],
        _output: &mut [E],
    ) {
        computed(None);
    }

    /// Computes the output and keeps on the tape what [`backward`](Operation::backward) needs.
    ///
    /// As provided: for a layer that keeps nothing and infers without scratch.
    ///
    /// ```
    /// use tinyconv::layers::Dense;
    /// use tinyconv::{Direct, Operation, Tape};
    ///
    /// let tape = Tape { maps: &mut [], choices: &mut [], key: None };
    /// let mut output = [0.0f32];
    /// Dense([1, 1]).forward(&[2.0, 0.0], Direct, &[1.5], tape, &mut output);
    /// assert_eq!(output, [3.0]);
    /// ```
    #[inline(always)]
    fn forward<E: Element, S: Source<E>>(
        self,
        params: &[f32],
        source: S,
        input: &[S::Raw],
        _tape: Tape<'_, E>,
        output: &mut [E],
    ) {
        self.infer(params, source, input, &mut [], output);
    }

    /// Hands the parameters' gradients to `sink` and adds the input's gradient to `d_input`, if that is
    /// wanted.
    ///
    /// `saved` holds what the forward pass saw. `d_output` may be overwritten.
    ///
    /// ```
    /// use tinyconv::layers::Dense;
    /// use tinyconv::{Accumulate, Direct, Operation, Saved};
    ///
    /// let (parameters, mut gradients, mut d_input) = ([1.0, 2.0, 0.5], [0.0f32; 3], [0.0; 2]);
    /// Dense([2, 1]).backward(
    ///     Accumulate { parameters: &parameters, gradients: &mut gradients },
    ///     Saved { source: Direct, input: &[3.0, 4.0], maps: &[], choices: &[], output: &[11.5] },
    ///     &mut [10.0],
    ///     &mut [],
    ///     Some(&mut d_input),
    /// );
    /// assert_eq!(gradients, [30.0, 40.0, 10.0]); // two weights, the bias
    /// assert_eq!(d_input, [10.0, 20.0]);
    /// ```
    fn backward<E: Element, S: Source<E>, T: GradientSink<E>>(
        self,
        sink: T,
        saved: Saved<'_, E, S>,
        d_output: &mut [E],
        scratch: &mut [E],
        d_input: Option<&mut [E]>,
    );
}

/// A kernel says whether its blocks fit its geometry; those of a checked network do.
#[inline(always)]
pub(crate) fn computed(done: Option<()>) {
    debug_assert!(done.is_some(), "the layer is called as its needs say");
}
