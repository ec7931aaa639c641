//! Batch normalisation.

use super::Staged;
use crate::kernels::Geometry;
use crate::kernels::batch_norm::{self, Normal};
use crate::kernels::geometry::of_place;
use crate::plan::{BatchNormOptions, Dims, LayerKind, Needs};
use crate::{BatchStage, Element, Fixed, GradientSink, Layer, Place, Saved, Source, Tape, Weight};

/// `output[c][i] = bias[c] + (input[c][i] - mean[c]) / sqrt(variance[c] + epsilon) * weight[c]`
///
/// In training over a batch, which takes three [stages](BatchStage), mean and variance are those
/// of the whole batch: of all samples and positions, whatever groups or threads compute them. They
/// are kept as running averages, `running = (1 - momentum) * running + momentum * batch`, the
/// variance there divided by one less than the number of values. Without a stage, a pass takes the
/// running averages as given.
///
/// A device pays nothing for this layer: [`fold`](crate::fold) makes it part of the convolution or
/// dense layer before it, and [`Deployed`](crate::Deployed) is the network without it.
///
/// # Shapes
/// Any map or vector; the output has its shape. Statistics are taken for each channel of a map, for
/// each element of a vector. Parameters: weights, biases, running means, running variances, one of
/// each for each channel; the optimizer changes the first two.
///
/// # Initialisation
/// Weights and variances one, biases and means zero.
///
/// Source: S. Ioffe and C. Szegedy, "Batch normalization: accelerating deep network training by
/// reducing internal covariate shift", ICML 2015.
///
/// ```
/// use tinyconv::layers::{BatchNorm, Staged};
/// use tinyconv::Direct;
/// use tinyconv::plan::{BatchNormOptions, Dims};
///
/// let norm = BatchNorm((Dims::Vector(1), BatchNormOptions { epsilon: 1.0, momentum: 0.1 }));
/// let params = [10.0, 0.5, 2.0, 3.0]; // weight, bias, mean, variance
/// let mut output = [0.0f32];
/// norm.compute(&params, Direct, &[6.0], &mut [], &mut output);
/// assert_eq!(output, [0.5 + (6.0 - 2.0) / 2.0 * 10.0]);
/// ```
#[derive(Clone, Copy, Debug)]
pub struct BatchNorm<G>(
    /// A type for its place in a network, or the shape of its input and its options.
    pub G,
);

of_place! {
    (Dims, BatchNormOptions): place => if let LayerKind::BatchNorm(options) = place.spec.kind {
        (place.input, options)
    } else {
        (place.input, BatchNormOptions::NEW)
    };
}

impl<P: Place> Fixed for BatchNorm<P> {
    const NEW: Self = Self(P::NEW);
}

impl<P: Place> Layer for BatchNorm<P> {
    const NEEDS: Needs = P::PLACE.facts.needs;
}

impl<G: Geometry<(Dims, BatchNormOptions)>> BatchNorm<G> {
    #[inline(always)]
    pub(super) fn channels(self) -> usize {
        self.0.get().0.channels()
    }

    #[inline(always)]
    fn positions(self) -> usize {
        let (dims, _) = self.0.get();
        dims.height() * dims.width()
    }

    /// Weight and bias of a channel.
    #[inline(always)]
    pub(super) fn scale<P: Weight>(self, params: &[P], channel: usize) -> (f32, f32) {
        (params[channel].value(), params[self.channels() + channel].value())
    }

    /// The running averages of a channel.
    #[inline(always)]
    pub(super) fn running<E: Element, P: Weight>(self, params: &[P], channel: usize) -> Normal<E> {
        let mean = E::splat(params[2 * self.channels() + channel].value());
        let variance = E::splat(params[3 * self.channels() + channel].value());
        Normal::new(mean, variance, self.0.get().1.epsilon)
    }

    /// The statistics of a channel that the forward pass over a batch left on the tape.
    #[inline(always)]
    pub(super) fn of_batch<E: Element>(self, maps: &[E], channel: usize) -> Normal<E> {
        Normal::new(maps[channel], maps[self.channels() + channel], self.0.get().1.epsilon)
    }

    #[inline(always)]
    pub(super) fn plane<T>(self, flat: &[T], channel: usize) -> &[T] {
        &flat[channel * self.positions()..][..self.positions()]
    }

    /// How a channel is read.
    #[inline(always)]
    pub(super) fn source<E: Element, S: Source<E>>(self, source: S, channel: usize) -> S {
        source.at(channel * self.positions(), self.channels() * self.positions())
    }

    #[inline(always)]
    pub(super) fn plane_mut<T>(self, flat: &mut [T], channel: usize) -> &mut [T] {
        &mut flat[channel * self.positions()..][..self.positions()]
    }

    /// The values of a channel in a batch.
    #[inline(always)]
    fn values<E: Element>(self, samples: usize) -> E {
        E::splat((samples * self.positions()) as f32)
    }

    /// The stages of a forward pass that take the statistics; the last one leaves them on the tape.
    #[inline(always)]
    pub(super) fn take_statistics<E: Element, S: Source<E>>(
        self,
        stage: BatchStage<'_, E>,
        source: S,
        input: &[S::Raw],
        maps: &mut [E],
    ) {
        let (channels, values) = (self.channels(), self.values::<E>(stage.samples));
        let shared = stage.shared;
        let (means, variances) = maps.split_at_mut(channels);
        match stage.index {
            0 => {
                for (channel, sum) in shared[..channels].iter_mut().enumerate() {
                    let source = self.source(source, channel);
                    *sum = batch_norm::sum(source, self.plane(input, channel));
                }
            }
            1 => {
                for (channel, (sum, mean)) in shared.iter_mut().zip(means).enumerate() {
                    *mean = *sum / values;
                    let (source, plane) =
                        (self.source(source, channel), self.plane(input, channel));
                    *sum = batch_norm::sum_of_squares(source, plane, *mean);
                }
            }
            _ => {
                for (&sum, variance) in shared.iter().zip(&mut variances[..channels]) {
                    *variance = sum / values;
                }
            }
        }
    }

    /// What the sums of gradients and the statistics make of a channel's input gradient: the factor
    /// and the two means, see [`batch_norm::backward_input`].
    #[inline(always)]
    pub(super) fn corrections<E: Element>(
        self,
        stage: &BatchStage<'_, E>,
        params: &[f32],
        normal: Normal<E>,
        channel: usize,
    ) -> (E, (E, E)) {
        let values = self.values::<E>(stage.samples);
        let (weight, _) = self.scale(params, channel);
        // A lane without a sample would move the batch's statistics, of which it is no part.
        let factor = E::splat(weight) * normal.inverse * stage.live;
        let (d_bias, d_weight) = (stage.shared[channel], stage.shared[self.channels() + channel]);
        (factor, (d_bias / values, d_weight / values))
    }

    #[inline(always)]
    fn normalise<E: Element, S: Source<E>, P: Weight>(
        self,
        params: &[P],
        source: S,
        input: &[S::Raw],
        normal: impl Fn(usize) -> Normal<E>,
        output: &mut [E],
    ) {
        for channel in 0..self.channels() {
            let (weight, bias) = self.scale(params, channel);
            let (x, y) = (self.plane(input, channel), self.plane_mut(output, channel));
            let source = self.source(source, channel);
            batch_norm::forward(source, x, normal(channel), weight, bias, y);
        }
    }

    /// With the running averages as given.
    #[inline(always)]
    fn backward_alone<E: Element, S: Source<E>, T: GradientSink<E>>(
        self,
        mut sink: T,
        saved: Saved<'_, E, S>,
        d_output: &[E],
        mut d_input: Option<&mut [E]>,
    ) {
        let Saved { source, input, .. } = saved;
        for channel in 0..self.channels() {
            let normal = self.running(sink.parameters(), channel);
            let source = self.source(source, channel);
            let (x, d_y) = (self.plane(input, channel), self.plane(d_output, channel));
            if let Some(d_input) = &mut d_input {
                let (weight, _) = self.scale(sink.parameters(), channel);
                let factor = E::splat(weight) * normal.inverse;
                let d_x = self.plane_mut(d_input, channel);
                let none = (E::ZERO, E::ZERO);
                batch_norm::backward_input(source, x, normal, factor, none, d_y, d_x);
            }
            let (mut d_bias, mut d_weight) = (E::ZERO, E::ZERO);
            let sums = (&mut d_bias, &mut d_weight);
            batch_norm::backward_parameters(source, x, normal, d_y, sums);
            sink.add(channel, &[d_weight]);
            sink.add(self.channels() + channel, &[d_bias]);
        }
    }

    /// Takes the statistics that a batch left on the tape into the running averages.
    pub(super) fn follow<E: Element>(self, maps: &[E], samples: usize, params: &mut [f32]) {
        let channels = self.channels();
        let (means, variances) = maps.split_at(channels);
        let running = &mut params[2 * channels..];
        let (running_means, running_variances) = running.split_at_mut(channels);
        let values = (samples * self.positions()) as f32;
        // Of a single value there is no such estimate.
        let unbiased = if values > 1.0 { values / (values - 1.0) } else { 1.0 };
        let momentum = self.0.get().1.momentum;
        let follow = |running: &mut f32, batch: f32| {
            *running = (1.0 - momentum) * *running + momentum * batch;
        };
        for (running, mean) in running_means.iter_mut().zip(means) {
            follow(running, mean.first_lane());
        }
        for (running, variance) in running_variances.iter_mut().zip(variances) {
            follow(running, variance.first_lane() * unbiased);
        }
    }
}

impl<G: Geometry<(Dims, BatchNormOptions)>> Staged for BatchNorm<G> {
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
        self.normalise(params, source, input, |channel| self.running(params, channel), output);
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
            return self.compute(params, source, input, &mut [], output);
        };
        let is_last = stage.index + 1 == self.stages()[0];
        self.take_statistics(stage, source, input, tape.maps);
        if is_last {
            let maps = &*tape.maps;
            self.normalise(params, source, input, |channel| self.of_batch(maps, channel), output);
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
        d_input: Option<&mut [E]>,
    ) {
        let Some(stage) = stage else {
            return self.backward_alone(sink, saved, d_output, d_input);
        };
        let Saved { source, input, maps, .. } = saved;
        let (channels, d_output) = (self.channels(), &*d_output);
        if stage.index == 1 {
            let (d_biases, d_weights) = stage.shared.split_at_mut(channels);
            d_biases.fill(E::ZERO);
            d_weights.fill(E::ZERO);
            for channel in 0..channels {
                let (x, d_y) = (self.plane(input, channel), self.plane(d_output, channel));
                let (source, normal) = (self.source(source, channel), self.of_batch(maps, channel));
                let sums = (&mut d_biases[channel], &mut d_weights[channel]);
                batch_norm::backward_parameters(source, x, normal, d_y, sums);
            }
            sink.add(0, &d_weights[..channels]);
            sink.add(channels, d_biases);
        } else if let Some(d_input) = d_input {
            for channel in 0..channels {
                let normal = self.of_batch(maps, channel);
                let (factor, means) = self.corrections(&stage, sink.parameters(), normal, channel);
                let (x, d_y) = (self.plane(input, channel), self.plane(d_output, channel));
                let (source, d_x) =
                    (self.source(source, channel), self.plane_mut(d_input, channel));
                batch_norm::backward_input(source, x, normal, factor, means, d_y, d_x);
            }
        }
    }

    fn keep_statistics<E: Element>(self, maps: &[E], samples: usize, params: &mut [f32]) {
        self.follow(maps, samples, params);
    }
}
