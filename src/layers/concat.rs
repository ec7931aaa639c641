//! A block of two branches whose channels lie one behind the other.

use super::Staged;
use super::linked::{Apart, Given, Linked};
use crate::plan::Needs;
use crate::{BatchStage, Element, Fixed, GradientSink, Layer, Saved, Source, Tape, Weight};

/// `output = [A(input), B(input)]`, the channels of `A` before those of `B`; either may hand on the input as it is.
///
/// The input gradient takes what `B` adds to it first, then what `A` does.
///
/// # Shapes
/// `A` and `B` give maps of the same rows and columns, or vectors. Parameters: those of `A`, then those of `B`.
///
/// # Initialisation
/// Those of `A` and of `B`.
///
/// Source: C. Szegedy et al., "Going deeper with convolutions", CVPR 2015; F. Iandola et al., "SqueezeNet", 2016
/// (two branches).
///
/// ```
/// tinyconv::network! {
///     Net: 1 x 1 x 2 { Concat { PointwiseConv2d { out: 1 }, Branch { PointwiseConv2d { out: 1 } } } }
/// }
///
/// let mut output = [[[0.0f32; 2]]; 2];
/// Net::infer(&[10.0, 0.0, -1.0, 0.5], &[[[3.0, 5.0]]], &mut [], &mut output);
/// assert_eq!(output, [[[30.0, 50.0]], [[-2.5, -4.5]]]);
/// ```
#[derive(Clone, Copy, Debug)]
pub struct Concat<A, B>(A, B);

impl<A: Fixed, B: Fixed> Fixed for Concat<A, B> {
    const NEW: Self = Self(A::NEW, B::NEW);
}

impl<A: Layer, B: Layer> Layer for Concat<A, B> {
    const NEEDS: Needs = A::NEEDS.beside(B::NEEDS);
}

impl<A: Linked, B: Linked> Staged for Concat<A, B> {
    #[inline(always)]
    fn stages(self) -> [usize; 2] {
        [Self::NEEDS.stages, Self::NEEDS.backward_stages]
    }

    #[inline(always)]
    fn compute<E: Element, S: Source<E>, P: Weight>(
        self,
        params: &[P],
        source: S,
        input: &[S::Raw],
        scratch: &mut [E],
        output: &mut [E],
    ) {
        let (a, b) = params.split_at(A::NEEDS.params);
        let (of_a, of_b) = output.split_at_mut(A::NEEDS.output);
        let given = Given(source, input);
        let own = &mut scratch[..A::NEEDS.infer.apart];
        self.0.infer_linked(a, &given, own, &mut Apart(of_a));
        let own = &mut scratch[..B::NEEDS.infer.apart];
        self.1.infer_linked(b, &given, own, &mut Apart(of_b));
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
        let (a, b) = params.split_at(A::NEEDS.params);
        let (of_a, of_b) = output.split_at_mut(A::NEEDS.output);
        let Tape { maps, choices, key } = tape;
        let (maps_a, maps_b) = maps.split_at_mut(A::NEEDS.tape);
        let (choices_a, choices_b) = choices.split_at_mut(A::NEEDS.choices);
        // The last stage of `A` is followed at once by the first one of `B`.
        let mut stage = stage;
        let [runs_a, runs_b] = BatchStage::runs(&stage, A::NEEDS.stages);
        if runs_a {
            let stage = stage.as_mut().map(|stage| stage.of_part(0));
            let tape = Tape { maps: maps_a, choices: choices_a, key };
            self.0.forward_linked(stage, a, source, input, tape, of_a);
        }
        if runs_b {
            let stage = stage.as_mut().map(|stage| stage.of_part(A::NEEDS.stages - 1));
            let key = key.map(|key| key.after(A::NEEDS.draws));
            let tape = Tape { maps: maps_b, choices: choices_b, key };
            self.1.forward_linked(stage, b, source, input, tape, of_b);
        }
    }

    #[inline(always)]
    fn backward_stage<E: Element, S: Source<E>, T: GradientSink<E>>(
        self,
        stage: Option<BatchStage<'_, E>>,
        sink: T,
        saved: Saved<'_, E, S>,
        d_output: &mut [E],
        scratch: &mut [E],
        mut d_input: Option<&mut [E]>,
    ) {
        let (sink_a, sink_b) = sink.split_at(A::NEEDS.params);
        let Saved { source, input, maps, choices, output } = saved;
        let (maps_a, maps_b) = maps.split_at(A::NEEDS.tape);
        let (choices_a, choices_b) = choices.split_at(A::NEEDS.choices);
        let (of_a, of_b) = output.split_at(A::NEEDS.output);
        let (d_a, d_b) = d_output.split_at_mut(A::NEEDS.output);
        let [needs_a, needs_b] = if E::LANES == 1 {
            [A::NEEDS.backward, B::NEEDS.backward]
        } else {
            [A::NEEDS.backward_lanes, B::NEEDS.backward_lanes]
        };
        let mut stage = stage;
        let [runs_a, runs_b] = BatchStage::runs(&stage, A::NEEDS.backward_stages);
        if runs_b {
            let stage = stage.as_mut().map(|stage| stage.of_part(A::NEEDS.backward_stages - 1));
            let saved = Saved { source, input, maps: maps_b, choices: choices_b, output: of_b };
            let scratch = &mut scratch[..needs_b.apart];
            let mut d_input = d_input.as_deref_mut().map(Apart);
            self.1.backward_linked(stage, sink_b, saved, &mut Apart(d_b), scratch, &mut d_input);
        }
        if runs_a {
            let stage = stage.as_mut().map(|stage| stage.of_part(0));
            let saved = Saved { source, input, maps: maps_a, choices: choices_a, output: of_a };
            let scratch = &mut scratch[..needs_a.apart];
            let mut d_input = d_input.map(Apart);
            self.0.backward_linked(stage, sink_a, saved, &mut Apart(d_a), scratch, &mut d_input);
        }
    }

    fn keep_statistics<E: Element>(self, maps: &[E], samples: usize, params: &mut [f32]) {
        let (a, b) = params.split_at_mut(A::NEEDS.params);
        let (maps_a, maps_b) = maps.split_at(A::NEEDS.tape);
        self.0.keep_linked_statistics(maps_a, samples, a);
        self.1.keep_linked_statistics(maps_b, samples, b);
    }
}
