//! Dropout.

use core::marker::PhantomData;

use crate::layer::{Layer, Record, Tape};
use crate::{Draws, Element, Shape, Source, Trainable};

/// In training `output[i] = input[i] * mask[i]`, the mask `1 / keep` with probability `keep`, else
/// zero; in inference `output = input`.
///
/// The mask is a function of the seed, the step, the sample and the element's number in the network
/// ([`Draws`]): it depends neither on threads nor on lanes. Without draws it is one everywhere. The
/// probability is rounded to a multiple of 2^-16. [`Deployed`](crate::Deployed) is the network
/// without this layer. `KEEP` is given by its bits.
///
/// # Shapes
/// Any map or vector; the output has its shape. No parameters.
///
/// Source: N. Srivastava et al., "Dropout: a simple way to prevent neural networks from overfitting",
/// JMLR 15 (2014); inverted, so that inference needs no factor.
///
/// ```
/// use tinyconv::layers::Dropout;
/// use tinyconv::{Direct, Draws, Layer, Purpose, Random, Tape, Vector};
///
/// type Half = Dropout<Vector<1000>, { 0.5f32.to_bits() }>;
/// let random = Random::new(1, Purpose::Dropout);
/// let draws = Some(Draws { random, step: 0, samples: &[7], first: 0 });
/// let (mut mask, mut output) = ([0.0; Half::TAPE], [0.0f32; 1000]);
/// let tape = Tape { maps: &mut mask, choices: &mut [], draws };
/// Half::forward(&[], Direct, &[3.0; 1000], tape, &mut output);
/// assert!(output.iter().all(|&y| y == 0.0 || y == 6.0));
/// let kept = output.iter().filter(|&&y| y > 0.0).count();
/// assert!((450..550).contains(&kept));
/// ```
#[derive(Clone, Copy, Debug)]
pub struct Dropout<In, const KEEP: u32>(PhantomData<In>);

/// Masks that one draw decides: 16 of its 128 bits each.
const MASKS: usize = 8;

/// As many lanes as there is room for.
const MOST_LANES: usize = 16;

impl<In: Shape, const KEEP: u32> Dropout<In, KEEP> {
    const KEEP: f32 = f32::from_bits(KEEP);

    /// Draws below this keep their element, of `0..65536`.
    const THRESHOLD: u32 = (Self::KEEP * 65_536.0 + 0.5) as u32;

    /// Writes the masks of all elements.
    fn draw<E: Element>(draws: Draws<'_>, masks: &mut [E]) {
        const { assert!(E::LANES <= MOST_LANES, "masks are drawn for up to 16 lanes") };
        let mut words = [[0; 4]; MOST_LANES];
        for (draw, masks) in masks.chunks_mut(MASKS).enumerate() {
            let index = (draws.first / MASKS + draw) as u32;
            for (words, &sample) in words.iter_mut().zip(draws.samples) {
                *words = draws.random.words(draws.step, sample, index);
            }
            for (part, mask) in masks.iter_mut().enumerate() {
                *mask = E::from_lanes(|lane| {
                    let bits = (words[lane][part / 2] >> (16 * (part % 2))) & 0xffff;
                    if bits < Self::THRESHOLD { 1.0 / Self::KEEP } else { 0.0 }
                });
            }
        }
    }
}

impl<In: Shape, const KEEP: u32> Layer for Dropout<In, KEEP> {
    type Input = In;
    type Output = In;

    const PARAMS: usize = {
        assert!(
            Self::KEEP > 0.0 && Self::KEEP <= 1.0,
            "the share of elements that dropout keeps is above 0 and at most 1"
        );
        0
    };
    /// The mask.
    const TAPE: usize = In::LEN;
    /// Whole draws, so that no two layers share one.
    const DRAWS: usize = In::LEN.next_multiple_of(MASKS);

    #[inline(always)]
    fn infer<E: Element, S: Source<E>>(
        _params: &[f32],
        source: S,
        input: &In::Map<S::Raw>,
        _scratch: &mut [E],
        output: &mut In::Map<E>,
    ) {
        for (y, &raw) in In::flat_mut(output).iter_mut().zip(In::flat(input)) {
            *y = source.read(raw);
        }
    }

    #[inline(always)]
    fn forward<E: Element, S: Source<E>>(
        _params: &[f32],
        source: S,
        input: &In::Map<S::Raw>,
        tape: Tape<'_, E>,
        output: &mut In::Map<E>,
    ) {
        let masks = &mut tape.maps[..In::LEN];
        match tape.draws {
            Some(draws) => Self::draw(draws, masks),
            None => masks.fill(E::splat(1.0)),
        }
        let inputs = In::flat(input).iter().zip(masks);
        for (y, (&raw, &mut mask)) in In::flat_mut(output).iter_mut().zip(inputs) {
            *y = source.read(raw) * mask;
        }
    }

    #[inline(always)]
    fn backward<E: Element, S: Source<E>, U: Trainable<E>>(
        _trainable: U,
        record: Record<'_, E, S, Self>,
        d_output: &mut In::Map<E>,
        _scratch: &mut [E],
        d_input: Option<&mut In::Map<E>>,
    ) {
        if let Some(d_input) = d_input {
            let d_outputs = In::flat(d_output).iter().zip(record.maps);
            for (d_x, (&d, &mask)) in In::flat_mut(d_input).iter_mut().zip(d_outputs) {
                *d_x = d_x.multiply_add(d, mask);
            }
        }
    }
}
