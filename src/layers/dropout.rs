//! Dropout.

use crate::kernels::Geometry;
use crate::kernels::geometry::of_place;
use crate::plan::{DropoutOptions, LayerKind, Needs};
use crate::{
    DropoutKey, Element, Fixed, GradientSink, Layer, Operation, Place, Saved, Source, Tape, Weight,
};

/// In training `output[i] = input[i] * mask[i]`, the mask `1 / keep` with probability `keep`, else
/// zero; in inference `output = input`.
///
/// The mask is a function of the seed, the step, the sample and the element's number in the network
/// ([`DropoutKey`]): it depends neither on threads nor on lanes. Without a key it is one everywhere. The
/// probability is rounded to a multiple of 2^-16. [`Deployed`](crate::Deployed) is the network
/// without this layer.
///
/// # Shapes
/// Any map or vector; the output has its shape. No parameters.
///
/// Source: N. Srivastava et al., "Dropout: a simple way to prevent neural networks from overfitting",
/// JMLR 15 (2014); inverted, so that inference needs no factor.
///
/// ```
/// use tinyconv::layers::Dropout;
/// use tinyconv::plan::DropoutOptions;
/// use tinyconv::{Direct, DropoutKey, Operation, Purpose, Random, Tape};
///
/// let random = Random::new(1, Purpose::Dropout);
/// let key = Some(DropoutKey { random, step: 0, samples: &[7], first: 0 });
/// let (mut masks, mut output) = ([0.0; 1000], [0.0f32; 1000]);
/// let tape = Tape { maps: &mut masks, choices: &mut [], key };
/// Dropout(DropoutOptions { keep: 0.5 }).forward(&[], Direct, &[3.0; 1000], tape, &mut output);
/// assert!(output.iter().all(|&y| y == 0.0 || y == 6.0));
/// let kept = output.iter().filter(|&&y| y > 0.0).count();
/// assert!((450..550).contains(&kept));
/// ```
#[derive(Clone, Copy, Debug)]
pub struct Dropout<G>(
    /// A type for its place in a network, or its options.
    pub G,
);

/// As many lanes as there is room for.
const MOST_LANES: usize = 16;

/// Writes the masks of all elements.
fn draw<E: Element>(keep: f32, key: DropoutKey<'_>, masks: &mut [E]) {
    const { assert!(E::LANES <= MOST_LANES, "masks are drawn for up to 16 lanes") };
    // Draws below this keep their element, of `0..65536`.
    let threshold = (keep * 65_536.0 + 0.5) as u32;
    let mut words = [[0; 4]; MOST_LANES];
    for (draw, masks) in masks.chunks_mut(DropoutOptions::MASKS).enumerate() {
        let index = (key.first / DropoutOptions::MASKS + draw) as u32;
        for (words, &sample) in words.iter_mut().zip(key.samples) {
            *words = key.random.words(key.step, sample, index);
        }
        for (part, mask) in masks.iter_mut().enumerate() {
            *mask = E::from_lanes(|lane| {
                let bits = (words[lane][part / 2] >> (16 * (part % 2))) & 0xffff;
                if bits < threshold { 1.0 / keep } else { 0.0 }
            });
        }
    }
}

of_place! {
    DropoutOptions: place => if let LayerKind::Dropout(options) = place.spec.kind {
        options
    } else {
        DropoutOptions::NEW
    };
}

impl<P: Place> Fixed for Dropout<P> {
    const NEW: Self = Self(P::NEW);
}

impl<P: Place> Layer for Dropout<P> {
    const NEEDS: Needs = P::PLACE.facts.needs;
}

impl<G: Geometry<DropoutOptions>> Operation for Dropout<G> {
    #[inline(always)]
    fn infer<E: Element, S: Source<E>, P: Weight>(
        self,
        _params: &[P],
        source: S,
        input: &[S::Raw],
        _scratch: &mut [E],
        output: &mut [E],
    ) {
        for (y, x) in output.iter_mut().zip(source.elements(input)) {
            *y = x;
        }
    }

    #[inline(always)]
    fn infer_in_place<E: Element, P: Weight>(
        self,
        _params: &[P],
        _scratch: &mut [E],
        _map: &mut [E],
    ) {
    }

    #[inline(always)]
    fn forward<E: Element, S: Source<E>>(
        self,
        _params: &[f32],
        source: S,
        input: &[S::Raw],
        tape: Tape<'_, E>,
        output: &mut [E],
    ) {
        let masks = &mut tape.maps[..input.len()];
        match tape.key {
            Some(key) => draw(self.0.get().keep, key, masks),
            None => masks.fill(E::splat(1.0)),
        }
        for (y, (x, &mut mask)) in output.iter_mut().zip(source.elements(input).zip(masks)) {
            *y = x * mask;
        }
    }

    #[inline(always)]
    fn backward<E: Element, S: Source<E>, T: GradientSink<E>>(
        self,
        _sink: T,
        saved: Saved<'_, E, S>,
        d_output: &mut [E],
        _scratch: &mut [E],
        d_input: Option<&mut [E]>,
    ) {
        if let Some(d_input) = d_input {
            for (d_x, (&d, &mask)) in d_input.iter_mut().zip(d_output.iter().zip(saved.maps)) {
                *d_x = d_x.multiply_add(d, mask);
            }
        }
    }
}
