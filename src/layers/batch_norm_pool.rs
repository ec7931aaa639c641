//! The fused block of batch normalisation, activation and max-pooling.

use super::activated::backward_activation;
use super::layer::computed;
use super::{BatchNorm, Staged};
use crate::kernels::Geometry;
use crate::kernels::batch_norm::{self, Normal};
use crate::plan::{BatchNormOptions, Dims, Needs, needs_with_pool};
use crate::{
    Activation, BatchStage, Element, Fixed, GradientSink, Layer, Place, Saved, Source, Tape, Weight,
};

/// A [`BatchNorm`], an activation and a [`MaxPool2d`](super::MaxPool2d) whose windows lie side by side,
/// computed together: the normalised map and its gradient, which are as large as the input, are never
/// held. For training on the host, where memory is what takes the time.
///
/// The same results as the three one after the other, bit for bit. [`network!`](macro@crate::network)
/// uses it by itself.
///
/// # Shapes
/// Input and parameters are those of the normalisation, the output is that of the pooling.
///
/// # Initialisation
/// That of the normalisation.
///
/// ```
/// use tinyconv::layers::{BatchNormMaxPool2d, Staged};
/// use tinyconv::plan::{BatchNormOptions, Dims, Window};
/// use tinyconv::{Direct, Relu};
///
/// let norm = (Dims::Map([1, 1, 2]), BatchNormOptions { epsilon: 1.0, momentum: 0.1 });
/// let pool = Window::new([1, 1, 2], [1, 1, 1], [1, 2], [1, 2], [0, 0]);
/// let params = [10.0, 0.5, 2.0, 3.0]; // weight, bias, mean, variance
/// let mut output = [0.0f32];
/// BatchNormMaxPool2d(norm, Relu, pool).compute(&params, Direct, &[6.0, 2.0], &mut [], &mut output);
/// assert_eq!(output, [0.5 + (6.0 - 2.0) / 2.0 * 10.0]);
/// ```
#[derive(Clone, Copy, Debug)]
pub struct BatchNormMaxPool2d<G, A, Q>(
    /// The place of the normalisation, or the shape of its input and its options.
    pub G,
    /// The activation.
    pub A,
    /// The geometry of the pooling.
    pub Q,
);

impl<P: Place, A: Fixed, Q: Place> Fixed for BatchNormMaxPool2d<P, A, Q> {
    const NEW: Self = Self(P::NEW, A::NEW, Q::NEW);
}

impl<P: Place, A: Fixed, Q: Place> Layer for BatchNormMaxPool2d<P, A, Q> {
    const NEEDS: Needs = needs_with_pool(&P::PLACE, &Q::PLACE);
}

impl<G: Geometry<(Dims, BatchNormOptions)>, A: Activation, Q: Geometry>
    BatchNormMaxPool2d<G, A, Q>
{
    #[inline(always)]
    fn norm(self) -> BatchNorm<G> {
        BatchNorm(self.0)
    }

    /// Elements of a pooled channel.
    #[inline(always)]
    fn cells(self) -> usize {
        let [_, rows, columns] = self.2.get().output;
        rows * columns
    }

    #[inline(always)]
    fn pooled<E: Element, S: Source<E>, P: Weight>(
        self,
        params: &[P],
        source: S,
        input: &[S::Raw],
        normal: impl Fn(usize) -> Normal<E>,
        output: &mut [E],
        mut choices: Option<&mut [E::Choice]>,
    ) {
        let (norm, cells) = (self.norm(), self.cells());
        for (channel, output) in output.chunks_exact_mut(cells).enumerate() {
            computed(batch_norm::forward_pool(
                self.2,
                self.1,
                norm.source(source, channel),
                norm.plane(input, channel),
                normal(channel),
                norm.scale(params, channel),
                output,
                choices.as_deref_mut().map(|choices| &mut choices[channel * cells..][..cells]),
            ));
        }
    }

    /// The sums of the gradients of a channel's bias and weight.
    #[inline(always)]
    fn sums<E: Element, S: Source<E>>(
        self,
        saved: &Saved<'_, E, S>,
        channel: usize,
        normal: Normal<E>,
        d_output: &[E],
    ) -> (E, E) {
        let plane = self.norm().plane(saved.input, channel);
        let (choices, d_output) = self.of_channel(channel, saved.choices, d_output);
        let (mut d_bias, mut d_weight) = (E::ZERO, E::ZERO);
        let sums = (&mut d_bias, &mut d_weight);
        computed(batch_norm::backward_pool_parameters(
            self.2,
            self.norm().source(saved.source, channel),
            plane,
            normal,
            choices,
            d_output,
            sums,
        ));
        (d_bias, d_weight)
    }

    /// The input gradient of a channel.
    #[inline(always)]
    fn backward_plane<E: Element, S: Source<E>>(
        self,
        saved: &Saved<'_, E, S>,
        channel: usize,
        normal: Normal<E>,
        (factor, means): (E, (E, E)),
        d_output: &[E],
        d_input: &mut [E],
    ) {
        let norm = self.norm();
        let plane = norm.plane(saved.input, channel);
        let (choices, d_output) = self.of_channel(channel, saved.choices, d_output);
        let d_plane = norm.plane_mut(d_input, channel);
        computed(batch_norm::backward_pool_input(
            self.2,
            self.norm().source(saved.source, channel),
            plane,
            normal,
            factor,
            means,
            choices,
            d_output,
            d_plane,
        ));
    }

    #[inline(always)]
    fn of_channel<'a, E: Element>(
        self,
        channel: usize,
        choices: &'a [E::Choice],
        d_output: &'a [E],
    ) -> (&'a [E::Choice], &'a [E]) {
        let (first, cells) = (channel * self.cells(), self.cells());
        (&choices[first..][..cells], &d_output[first..][..cells])
    }
}

impl<G: Geometry<(Dims, BatchNormOptions)>, A: Activation, Q: Geometry> Staged
    for BatchNormMaxPool2d<G, A, Q>
{
    #[inline(always)]
    fn stages(self) -> [usize; 2] {
        BatchNormOptions::STAGES
    }

    #[inline(always)]
    fn compute<E: Element, S: Source<E>, P: Weight>(
        self,
        params: &[P],
        source: S,
        input: &[S::Raw],
        _scratch: &mut [E],
        output: &mut [E],
    ) {
        let normal = |channel| self.norm().running(params, channel);
        self.pooled(params, source, input, normal, output, None);
    }

    #[inline(always)]
    fn forward_stage<E: Element, S: Source<E>>(
        self,
        stage: Option<BatchStage<'_, E>>,
        params: &[f32],
        source: S,
        input: &[S::Raw],
        tape: Tape<'_, E>,
        output: &mut [E],
    ) {
        let Some(stage) = stage else {
            let normal = |channel| self.norm().running(params, channel);
            return self.pooled(params, source, input, normal, output, Some(tape.choices));
        };
        let is_last = stage.index + 1 == self.stages()[0];
        self.norm().take_statistics(stage, source, input, tape.maps);
        if is_last {
            let maps = &*tape.maps;
            let normal = |channel| self.norm().of_batch(maps, channel);
            self.pooled(params, source, input, normal, output, Some(tape.choices));
        }
    }

    #[inline(always)]
    fn backward_stage<E: Element, S: Source<E>, T: GradientSink<E>>(
        self,
        stage: Option<BatchStage<'_, E>>,
        mut sink: T,
        saved: Saved<'_, E, S>,
        d_output: &mut [E],
        _scratch: &mut [E],
        mut d_input: Option<&mut [E]>,
    ) {
        let (norm, channels) = (self.norm(), self.norm().channels());
        if BatchStage::is(&stage, 1) {
            backward_activation(self.1, saved.output, d_output);
        }
        let Some(stage) = stage else {
            for channel in 0..channels {
                let normal = norm.running(sink.parameters(), channel);
                if let Some(d_input) = &mut d_input {
                    let (weight, _) = norm.scale(sink.parameters(), channel);
                    let given = (E::splat(weight) * normal.inverse, (E::ZERO, E::ZERO));
                    self.backward_plane(&saved, channel, normal, given, d_output, d_input);
                }
                let (d_bias, d_weight) = self.sums(&saved, channel, normal, d_output);
                sink.add(channel, &[d_weight]);
                sink.add(channels + channel, &[d_bias]);
            }
            return;
        };
        if stage.index == 1 {
            for channel in 0..channels {
                let normal = norm.of_batch(saved.maps, channel);
                let (d_bias, d_weight) = self.sums(&saved, channel, normal, d_output);
                (stage.shared[channel], stage.shared[channels + channel]) = (d_bias, d_weight);
            }
            sink.add(0, &stage.shared[channels..2 * channels]);
            sink.add(channels, &stage.shared[..channels]);
        } else if let Some(d_input) = d_input {
            for channel in 0..channels {
                let normal = norm.of_batch(saved.maps, channel);
                let corrections = norm.corrections(&stage, sink.parameters(), normal, channel);
                self.backward_plane(&saved, channel, normal, corrections, d_output, d_input);
            }
        }
    }

    fn keep_statistics<E: Element>(self, maps: &[E], samples: usize, params: &mut [f32]) {
        self.norm().follow(maps, samples, params);
    }
}
