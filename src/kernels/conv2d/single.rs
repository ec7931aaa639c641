//! The map of a kernel as large as its input: a single position.
//!
//! There a tile would be channels alone, whose weights lie far from each other: instead, the inputs of
//! sixteen taps stay in registers while the channels pass by.

use core::array::from_mut;

use super::Operands;
use crate::{Element, Source, Weight};

/// [`forward`](super::forward) of a single position.
#[inline(always)]
pub(super) fn forward<E: Element, S: Source<E>, P: Weight>(
    operands: Operands<'_, S, S::Raw, P>,
    output: &mut [E],
) -> Option<()> {
    for (sum, bias) in output.iter_mut().zip(operands.bias) {
        *sum = E::splat(bias.value());
    }
    let (tiles, rest) = operands.input.as_chunks::<16>();
    let (small_tiles, rest) = rest.as_chunks::<4>();
    let mut first = 0;
    for xs in tiles {
        add_taps(operands, xs, first, output)?;
        first += xs.len();
    }
    for xs in small_tiles {
        add_taps(operands, xs, first, output)?;
        first += xs.len();
    }
    for &x in rest {
        add_taps(operands, &[x], first, output)?;
        first += 1;
    }
    Some(())
}

/// `sums[o] += sum over t of xs[t] * weight[o][first + t]`, taps in their order.
#[inline(always)]
fn add_taps<E: Element, S: Source<E>, P: Weight, const N: usize>(
    Operands { source, input, weight, .. }: Operands<'_, S, S::Raw, P>,
    xs: &[S::Raw; N],
    first: usize,
    sums: &mut [E],
) -> Option<()> {
    let mut at = first;
    let xs = xs.map(|raw| {
        let x = source.at(at, input.len()).read(raw);
        at += 1;
        x
    });
    let kernels = weight.get(first..)?.chunks(input.len().max(1));
    for (sum, kernel) in sums.iter_mut().zip(kernels) {
        for (&x, weight) in xs.iter().zip(kernel.first_chunk::<N>()?) {
            *sum = sum.multiply_add(x, E::splat(weight.value()));
        }
    }
    Some(())
}

/// [`backward_input`](super::backward_input) of a single position.
#[inline(always)]
pub(super) fn backward_input<E: Element>(
    weight: &[f32],
    d_output: &[E],
    d_input: &mut [E],
) -> Option<()> {
    let taps = d_input.len();
    let (tiles, rest) = d_input.as_chunks_mut::<16>();
    let (small_tiles, rest) = rest.as_chunks_mut::<4>();
    let mut first = 0;
    for sums in tiles {
        add_outputs(weight, taps, first, d_output, sums)?;
        first += sums.len();
    }
    for sums in small_tiles {
        add_outputs(weight, taps, first, d_output, sums)?;
        first += sums.len();
    }
    for sum in rest {
        add_outputs(weight, taps, first, d_output, from_mut(sum))?;
        first += 1;
    }
    Some(())
}

/// `sums[t] += sum over o of d_output[o] * weight[o][first + t]`, outputs in their order.
#[inline(always)]
fn add_outputs<E: Element, const N: usize>(
    weight: &[f32],
    taps: usize,
    first: usize,
    d_output: &[E],
    sums: &mut [E; N],
) -> Option<()> {
    let mut kept = *sums;
    for (o, &d) in d_output.iter().enumerate() {
        let weights: &[f32; N] = weight.get(o * taps + first..)?.first_chunk()?;
        E::multiply_add_weights(&mut kept, d, weights);
    }
    *sums = kept;
    Some(())
}
