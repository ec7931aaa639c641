//! The fully connected layer.

use core::marker::PhantomData;

use crate::kernels::dense;
use crate::layer::{Layer, Record};
use crate::{Element, Init, Random, Shape, Source, Trainable, Vector};

/// `output[o] = bias[o] + sum over i of input[i] * weight[i][o]`
///
/// # Shapes
/// `In`: any map, read in the order channel, row, column; the output is a [`Vector`] of `OUT`.
/// Parameters: the weights, inputs x outputs (the transpose of PyTorch's), then OUT biases.
///
/// # Initialisation
/// Weights by [`Init`] with the number of inputs and outputs as fan-in and fan-out; biases zero.
///
/// Source: F. Rosenblatt, "The perceptron: a probabilistic model for information storage and organization
/// in the brain", Psychological Review 65 (1958).
///
/// ```
/// use tinyconv::layers::Dense;
/// use tinyconv::{Direct, Layer, Vector};
///
/// let params = [1.0, 2.0, 10.0, 20.0, 0.5, 0.0]; // two rows of weights, two biases
/// let mut output = [0.0f32; 2];
/// Dense::<Vector<2>, 2>::infer(&params, Direct, &[3.0, 0.1], &mut [], &mut output);
/// assert_eq!(output, [4.5, 8.0]);
/// ```
#[derive(Clone, Copy, Debug)]
pub struct Dense<In, const OUT: usize>(PhantomData<In>);

impl<In: Shape, const OUT: usize> Dense<In, OUT> {
    const WEIGHTS: usize = In::LEN * OUT;

    #[inline(always)]
    fn weight(params: &[f32]) -> &[[f32; OUT]] {
        params[..Self::WEIGHTS].as_chunks().0
    }
}

impl<In: Shape, const OUT: usize> Layer for Dense<In, OUT> {
    type Input = In;
    type Output = Vector<OUT>;

    const PARAMS: usize = Self::WEIGHTS + OUT;

    fn init(init: Init, random: &Random, first: usize, params: &mut [f32]) {
        let (weights, biases) = params.split_at_mut(Self::WEIGHTS);
        init.draw(random, In::LEN, OUT, first, weights);
        biases.fill(0.0);
    }

    #[inline(always)]
    fn infer<E: Element, S: Source<E>>(
        params: &[f32],
        source: S,
        input: &<Self::Input as Shape>::Map<S::Raw>,
        _scratch: &mut [E],
        output: &mut <Self::Output as Shape>::Map<E>,
    ) {
        let bias = params[Self::WEIGHTS..].first_chunk().expect("OUT biases");
        dense::forward(source, In::flat(input), Self::weight(params), bias, output);
    }

    #[inline(always)]
    fn backward<E: Element, S: Source<E>, U: Trainable<E>>(
        mut trainable: U,
        record: Record<'_, E, S, Self>,
        d_output: &mut <Self::Output as Shape>::Map<E>,
        _scratch: &mut [E],
        d_input: Option<&mut <Self::Input as Shape>::Map<E>>,
    ) {
        if let Some(d_input) = d_input {
            let weight = Self::weight(trainable.parameters());
            dense::backward_input(weight, d_output, In::flat_mut(d_input));
        }
        let (source, input) = (record.source, In::flat(record.input));
        if E::LANES > 1 {
            let (row, column) = (|i: usize| source.read(input[i]), |o: usize| d_output[o]);
            trainable.add_products(0, (In::LEN, row), (OUT, column));
        } else {
            dense::backward_weight(source, input, d_output, |i, rows| {
                trainable.add(i * OUT, rows.as_flattened());
            });
        }
        dense::backward_bias(d_output, |sums| trainable.add(Self::WEIGHTS, sums));
    }
}
