//! The map of a kernel as large as its input: a single position.
//!
//! There a tile would be channels alone, whose weights lie far from each other: instead, the inputs of
//! sixteen taps stay in registers while the channels pass by.

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
    let xs = xs.map(|raw| source.read(raw));
    for (o, sum) in sums.iter_mut().enumerate() {
        let taps: &[P; N] = weight.get(o * input.len() + first..)?.first_chunk()?;
        for (&x, weight) in xs.iter().zip(taps) {
            *sum = sum.multiply_add(x, E::splat(weight.value()));
        }
    }
    Some(())
}
