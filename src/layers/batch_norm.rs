//! Batch normalisation.

use core::marker::PhantomData;

use crate::kernels::batch_norm::{self, Normal};
use crate::layer::{Layer, Record, Tape};
use crate::{Element, Init, Random, Shape, Source, Stage, Trainable};

/// `output[c][i] = bias[c] + (input[c][i] - mean[c]) / sqrt(variance[c] + epsilon) * weight[c]`
///
/// In training over a batch ([`forward_stage`](Layer::forward_stage)), mean and variance are those
/// of the whole batch: of all samples and positions, whatever groups or threads compute them. They
/// are kept as running averages, `running = (1 - momentum) * running + momentum * batch`, the
/// variance there divided by one less than the number of values. [`infer`](Layer::infer),
/// [`forward`](Layer::forward) and [`backward`](Layer::backward) take the running averages as given.
///
/// A device pays nothing for this layer: [`fold`](crate::fold) makes it part of the convolution or
/// dense layer before it, and [`Deployed`](crate::Deployed) is the network without it.
///
/// `EPSILON` and `MOMENTUM` are given by their bits.
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
/// use tinyconv::layers::BatchNorm;
/// use tinyconv::{Direct, Layer, Vector};
///
/// type Norm = BatchNorm<Vector<1>, { 1.0f32.to_bits() }, { 0.1f32.to_bits() }>;
/// let params = [10.0, 0.5, 2.0, 3.0]; // weight, bias, mean, variance
/// let mut output = [0.0f32];
/// Norm::infer(&params, Direct, &[6.0], &mut [], &mut output);
/// assert_eq!(output, [0.5 + (6.0 - 2.0) / 2.0 * 10.0]);
/// ```
#[derive(Clone, Copy, Debug)]
pub struct BatchNorm<In, const EPSILON: u32, const MOMENTUM: u32>(PhantomData<In>);

impl<In: Shape, const EPSILON: u32, const MOMENTUM: u32> BatchNorm<In, EPSILON, MOMENTUM> {
    pub(super) const CHANNELS: usize = In::CHANNELS;
    const POSITIONS: usize = In::HEIGHT * In::WIDTH;
    const EPSILON: f32 = f32::from_bits(EPSILON);
    const MOMENTUM: f32 = f32::from_bits(MOMENTUM);

    /// Weight and bias of a channel.
    #[inline(always)]
    pub(super) fn scale(params: &[f32], channel: usize) -> (f32, f32) {
        (params[channel], params[Self::CHANNELS + channel])
    }

    /// The running averages of a channel.
    #[inline(always)]
    pub(super) fn running<E: Element>(params: &[f32], channel: usize) -> Normal<E> {
        let mean = E::splat(params[2 * Self::CHANNELS + channel]);
        let variance = E::splat(params[3 * Self::CHANNELS + channel]);
        Normal::new(mean, variance, Self::EPSILON)
    }

    /// The statistics of a channel that the forward pass over a batch left on the tape.
    #[inline(always)]
    pub(super) fn of_batch<E: Element>(maps: &[E], channel: usize) -> Normal<E> {
        Normal::new(maps[channel], maps[Self::CHANNELS + channel], Self::EPSILON)
    }

    #[inline(always)]
    fn plane<T>(flat: &[T], channel: usize) -> &[T] {
        &flat[channel * Self::POSITIONS..][..Self::POSITIONS]
    }

    #[inline(always)]
    fn plane_mut<T>(flat: &mut [T], channel: usize) -> &mut [T] {
        &mut flat[channel * Self::POSITIONS..][..Self::POSITIONS]
    }

    /// The values of a channel in a batch.
    #[inline(always)]
    pub(super) fn values<E: Element>(samples: usize) -> E {
        E::splat((samples * Self::POSITIONS) as f32)
    }

    /// The stages of a forward pass that take the statistics; the last one leaves them on the tape.
    #[inline(always)]
    pub(super) fn take_statistics<E: Element, S: Source<E>>(
        stage: Stage<'_, E>,
        source: S,
        input: &In::Map<S::Raw>,
        maps: &mut [E],
    ) {
        let values = Self::values::<E>(stage.samples);
        let (shared, flat) = (stage.shared, In::flat(input));
        let (means, variances) = maps.split_at_mut(Self::CHANNELS);
        match stage.index {
            0 => {
                for (channel, sum) in shared[..Self::CHANNELS].iter_mut().enumerate() {
                    *sum = batch_norm::sum(source, Self::plane(flat, channel));
                }
            }
            1 => {
                for (channel, (sum, mean)) in shared.iter_mut().zip(means).enumerate() {
                    *mean = *sum / values;
                    let plane = Self::plane(flat, channel);
                    *sum = batch_norm::sum_of_squares(source, plane, *mean);
                }
            }
            _ => {
                for (&sum, variance) in shared.iter().zip(&mut variances[..Self::CHANNELS]) {
                    *variance = sum / values;
                }
            }
        }
    }

    /// What the sums of gradients and the statistics make of a channel's input gradient: the factor
    /// and the two means, see [`batch_norm::backward_input`].
    #[inline(always)]
    pub(super) fn corrections<E: Element>(
        stage: &Stage<'_, E>,
        params: &[f32],
        normal: Normal<E>,
        channel: usize,
    ) -> (E, (E, E)) {
        let values = Self::values::<E>(stage.samples);
        let (weight, _) = Self::scale(params, channel);
        // A lane without a sample would move the batch's statistics, of which it is no part.
        let factor = E::splat(weight) * normal.inverse * stage.live;
        let (d_bias, d_weight) = (stage.shared[channel], stage.shared[Self::CHANNELS + channel]);
        (factor, (d_bias / values, d_weight / values))
    }

    #[inline(always)]
    fn normalise<E: Element, S: Source<E>>(
        params: &[f32],
        source: S,
        input: &In::Map<S::Raw>,
        normal: impl Fn(usize) -> Normal<E>,
        output: &mut In::Map<E>,
    ) {
        let (input, output) = (In::flat(input), In::flat_mut(output));
        for channel in 0..Self::CHANNELS {
            let (weight, bias) = Self::scale(params, channel);
            let (x, y) = (Self::plane(input, channel), Self::plane_mut(output, channel));
            batch_norm::forward(source, x, normal(channel), weight, bias, y);
        }
    }
}

impl<In: Shape, const EPSILON: u32, const MOMENTUM: u32> Layer
    for BatchNorm<In, EPSILON, MOMENTUM>
{
    type Input = In;
    type Output = In;

    const PARAMS: usize = 4 * Self::CHANNELS;
    /// Mean and variance of the batch.
    const TAPE: usize = 2 * Self::CHANNELS;
    /// The sums; the sums of squares; the output.
    const STAGES: usize = 3;
    /// The sums of gradients; the input's gradient.
    const BACKWARD_STAGES: usize = 2;
    const SHARED: usize = 2 * Self::CHANNELS;

    fn init(_init: Init, _random: &Random, _first: usize, params: &mut [f32]) {
        for (block, value) in params.chunks_exact_mut(Self::CHANNELS).zip([1.0, 0.0, 0.0, 1.0]) {
            block.fill(value);
        }
    }

    #[inline(always)]
    fn infer<E: Element, S: Source<E>>(
        params: &[f32],
        source: S,
        input: &In::Map<S::Raw>,
        _scratch: &mut [E],
        output: &mut In::Map<E>,
    ) {
        let normal = |channel| Self::running(params, channel);
        Self::normalise(params, source, input, normal, output);
    }

    #[inline(always)]
    fn forward_stage<E: Element, S: Source<E>>(
        stage: Stage<'_, E>,
        params: &[f32],
        source: S,
        input: &In::Map<S::Raw>,
        tape: Tape<'_, E>,
        output: &mut In::Map<E>,
    ) {
        let last = stage.index + 1 == Self::STAGES;
        Self::take_statistics(stage, source, input, tape.maps);
        if last {
            let maps = &*tape.maps;
            Self::normalise(params, source, input, |channel| Self::of_batch(maps, channel), output);
        }
    }

    fn keep_statistics<E: Element>(maps: &[E], samples: usize, params: &mut [f32]) {
        let (means, variances) = maps.split_at(Self::CHANNELS);
        let running = &mut params[2 * Self::CHANNELS..];
        let (running_means, running_variances) = running.split_at_mut(Self::CHANNELS);
        let values = (samples * Self::POSITIONS) as f32;
        // Of a single value there is no such estimate.
        let unbiased = if values > 1.0 { values / (values - 1.0) } else { 1.0 };
        let follow = |running: &mut f32, batch: f32| {
            *running = (1.0 - Self::MOMENTUM) * *running + Self::MOMENTUM * batch;
        };
        for (running, mean) in running_means.iter_mut().zip(means) {
            follow(running, mean.first_lane());
        }
        for (running, variance) in running_variances.iter_mut().zip(variances) {
            follow(running, variance.first_lane() * unbiased);
        }
    }

    #[inline(always)]
    fn backward<E: Element, S: Source<E>, U: Trainable<E>>(
        mut trainable: U,
        record: Record<'_, E, S, Self>,
        d_output: &mut In::Map<E>,
        _scratch: &mut [E],
        d_input: Option<&mut In::Map<E>>,
    ) {
        let Record { source, input, .. } = record;
        let (input, d_output) = (In::flat(input), In::flat(d_output));
        let mut d_input = d_input.map(In::flat_mut);
        for channel in 0..Self::CHANNELS {
            let normal = Self::running(trainable.parameters(), channel);
            let (x, d_y) = (Self::plane(input, channel), Self::plane(d_output, channel));
            if let Some(d_input) = &mut d_input {
                let (weight, _) = Self::scale(trainable.parameters(), channel);
                let factor = E::splat(weight) * normal.inverse;
                let d_x = Self::plane_mut(d_input, channel);
                let none = (E::ZERO, E::ZERO);
                batch_norm::backward_input(source, x, normal, factor, none, d_y, d_x);
            }
            let (mut d_bias, mut d_weight) = (E::ZERO, E::ZERO);
            let sums = (&mut d_bias, &mut d_weight);
            batch_norm::backward_parameters(source, x, normal, d_y, sums);
            trainable.add(channel, &[d_weight]);
            trainable.add(Self::CHANNELS + channel, &[d_bias]);
        }
    }

    #[inline(always)]
    fn backward_stage<E: Element, S: Source<E>, U: Trainable<E>>(
        stage: Stage<'_, E>,
        mut trainable: U,
        record: Record<'_, E, S, Self>,
        d_output: &mut In::Map<E>,
        _scratch: &mut [E],
        d_input: Option<&mut In::Map<E>>,
    ) {
        let Record { source, input, maps, .. } = record;
        let (input, d_output) = (In::flat(input), In::flat(d_output));
        if stage.index == 1 {
            let (d_biases, d_weights) = stage.shared.split_at_mut(Self::CHANNELS);
            d_biases.fill(E::ZERO);
            d_weights.fill(E::ZERO);
            for channel in 0..Self::CHANNELS {
                let (x, d_y) = (Self::plane(input, channel), Self::plane(d_output, channel));
                let normal = Self::of_batch(maps, channel);
                let sums = (&mut d_biases[channel], &mut d_weights[channel]);
                batch_norm::backward_parameters(source, x, normal, d_y, sums);
            }
            trainable.add(0, &d_weights[..Self::CHANNELS]);
            trainable.add(Self::CHANNELS, d_biases);
        } else if let Some(d_input) = d_input {
            let d_input = In::flat_mut(d_input);
            for channel in 0..Self::CHANNELS {
                let normal = Self::of_batch(maps, channel);
                let (factor, means) =
                    Self::corrections(&stage, trainable.parameters(), normal, channel);
                let (x, d_y) = (Self::plane(input, channel), Self::plane(d_output, channel));
                let d_x = Self::plane_mut(d_input, channel);
                batch_norm::backward_input(source, x, normal, factor, means, d_y, d_x);
            }
        }
    }
}
