//! Networks without what only training needs: what a device runs, and trains further.

use core::fmt;
use core::marker::PhantomData;

use crate::Network;
use crate::kernels::batch_norm::Normal;
use crate::plan::{Dims, LayerKind, LayerSpec, Placed, Plan, deployed_kind};
use crate::tuning::Cut;

/// Network `N` without its batch normalisation, which is [folded](fold) into the layer before it, and
/// without its dropout.
///
/// ```
/// use tinyconv::{Deployed, Network, fold};
///
/// tinyconv::network! {
///     Net: 1 x 1 x 2 { Dense { out: 1 }, BatchNorm { epsilon: 1.0 }, Dropout { keep: 0.5 } }
/// }
///
/// // Two weights and a bias; then weight, bias, mean and variance of the normalisation.
/// let params = [1.0, 2.0, 0.5, 10.0, 0.25, 1.5, 3.0];
/// let mut folded = [0.0; Deployed::<Net>::PARAMS];
/// fold::<Net>(&params, &mut folded);
/// assert_eq!(folded, [5.0, 10.0, 0.25 + (0.5 - 1.5) * 5.0]);
/// ```
pub struct Deployed<N>(PhantomData<N>);

impl<N: Network> Network for Deployed<N> {
    const NAME: &'static str = N::NAME;
    const INPUT: Dims = N::INPUT;
    const OUTPUT: Dims = N::OUTPUT;
    const LAYERS: &'static [LayerSpec<'static>] = N::DEPLOYED;
    const DEPLOYED: &'static [LayerSpec<'static>] = N::DEPLOYED;
    type Input = N::Input;
    type Output = N::Output;
    type Layers = N::Deployed;
    type Deployed = N::Deployed;
}

impl<N: Cut<LAST>, const LAST: usize> Cut<LAST> for Deployed<N> {
    type Frozen = N::DeployedFrozen;
    type Trained = N::DeployedTrained;
    type DeployedFrozen = N::DeployedFrozen;
    type DeployedTrained = N::DeployedTrained;
}

impl<N: Network> Deployed<N> {
    /// Parameters, in `f32`.
    pub const PARAMS: usize = <Self as Network>::PARAMS;
    /// Scratch of an inference, in elements; input and output come on top.
    pub const INFER_SCRATCH: usize = <Self as Network>::INFER_SCRATCH;
    /// Scratch of a training step for one sample, in elements; the input comes on top.
    pub const TRAIN_SCRATCH: usize = <Self as Network>::TRAIN_SCRATCH;
    /// Scratch of a training step, in choices (a byte each for one sample).
    pub const TRAIN_CHOICES: usize = <Self as Network>::TRAIN_CHOICES;
}

impl<N> Clone for Deployed<N> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<N> Copy for Deployed<N> {}

impl<N: Network> fmt::Debug for Deployed<N> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Deployed<{}>", N::NAME)
    }
}

/// Makes the parameters of [`Deployed<N>`](Deployed) from those of `N`: of a layer with weights `w`
/// and biases `b` that batch normalisation follows,
///
/// `factor[c] = weight[c] * (1 / sqrt(variance[c] + epsilon))`, `w[c] = w[c] * factor[c]`,
/// `b[c] = bias[c] + (b[c] - mean[c]) * factor[c]`, channels or outputs `c`.
///
/// # Panics
/// If `params` or `deployed` has another length than the network has parameters.
///
/// ```
/// use tinyconv::{Deployed, fold};
///
/// tinyconv::network! { Net: 1 x 1 x 1 { Dense { out: 1 }, BatchNorm { epsilon: 1.0 } } }
///
/// // Weight 2, bias 0; then weight 10, bias 0.5, mean 1 and variance 3.
/// let mut folded = [0.0; Deployed::<Net>::PARAMS];
/// fold::<Net>(&[2.0, 0.0, 10.0, 0.5, 1.0, 3.0], &mut folded);
/// assert_eq!(folded, [2.0 * 5.0, 0.5 + (0.0 - 1.0) * 5.0]);
/// ```
pub fn fold<N: Network>(params: &[f32], deployed: &mut [f32]) {
    // A type's plan is made while it is compiled: that it fits is no question any more.
    let plan = const {
        match Plan::new(N::INPUT, N::LAYERS) {
            Ok(plan) => plan,
            Err(_) => panic!("the layers fit together"),
        }
    };
    fold_plan(&plan, params, deployed);
}

/// As [`fold`], for a network that is a value: for a tool that reads its networks from files.
///
/// # Panics
/// If the layers do not fit together, or `params` or `folded` has another length than the layers,
/// or those of them that are [there on a device](LayerKind::is_deployed), have parameters.
///
/// ```
/// use tinyconv::fold_layers;
/// use tinyconv::plan::{BatchNormOptions, DenseOptions, Dims, LayerKind, LayerSpec};
///
/// let layers = [
///     LayerKind::Dense(DenseOptions { out: 1 }),
///     LayerKind::BatchNorm(BatchNormOptions { epsilon: 1.0, momentum: 0.1 }),
/// ]
/// .map(|kind| LayerSpec { name: "", kind });
/// let mut folded = [0.0; 2];
/// fold_layers(Dims::Vector(1), &layers, &[2.0, 0.0, 10.0, 0.5, 1.0, 3.0], &mut folded);
/// assert_eq!(folded, [10.0, -4.5]);
/// ```
pub fn fold_layers(input: Dims, layers: &[LayerSpec<'_>], params: &[f32], folded: &mut [f32]) {
    let plan = Plan::new(input, layers).expect("the layers fit together");
    fold_plan(&plan, params, folded);
}

fn fold_plan(plan: &Plan<'_>, params: &[f32], folded: &mut [f32]) {
    assert_eq!(params.len(), plan.needs().params, "as many parameters as the network has");
    let mut free = folded;
    // What a normalisation is folded into: the layer before it, and where its parameters have gone.
    let mut before: Option<(Placed<'_>, &mut [f32])> = None;
    for (index, layer) in plan.walk().enumerate() {
        let given = &params[layer.params()];
        let kept = deployed_kind(plan.layers(), index);
        if let LayerKind::BatchNorm(options) = layer.spec.kind {
            let channels = layer.input.channels();
            let of_channel = |channel| {
                let [weight, bias, mean, variance] =
                    [0, 1, 2, 3].map(|block| given[block * channels + channel]);
                let factor = weight * Normal::new(mean, variance, options.epsilon).inverse;
                (factor, bias, mean)
            };
            if kept.is_some() {
                // A scale in its place: the normalisation of a layer that changes nothing.
                let (made, after) = free.split_at_mut(2 * channels);
                free = after;
                for channel in 0..channels {
                    let (factor, bias, mean) = of_channel(channel);
                    made[channel] = factor;
                    made[channels + channel] = bias - mean * factor;
                }
                before = None;
            } else if let Some((normalised, made)) = before.take() {
                scale(&normalised, channels, of_channel, made);
            }
        } else if kept.is_some() {
            let (made, after) = free.split_at_mut(given.len());
            free = after;
            made.copy_from_slice(given);
            before = Some((layer, made));
        }
    }
    assert!(free.is_empty(), "as many as the deployed network has");
}

/// Applies factor, bias and mean of each channel to the parameters of a layer.
fn scale(
    layer: &Placed<'_>,
    channels: usize,
    of_channel: impl Fn(usize) -> (f32, f32, f32),
    params: &mut [f32],
) {
    let (weights, biases) = params.split_at_mut(params.len() - channels);
    let of_each = weights.len() / channels;
    // Dense layers have a row for each input, convolutions a kernel for each channel.
    let in_rows = layer.facts.tensors.as_slice().iter().any(|tensor| tensor.transposed);
    for (index, weight) in weights.iter_mut().enumerate() {
        let channel = if in_rows { index % channels } else { index / of_each };
        *weight *= of_channel(channel).0;
    }
    for (channel, b) in biases.iter_mut().enumerate() {
        let (factor, bias, mean) = of_channel(channel);
        *b = bias + (*b - mean) * factor;
    }
}
