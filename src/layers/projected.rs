//! A block of two branches that are added.

use super::Staged;
use super::linked::{Apart, End, Given, Linked, Within};
use crate::plan::Needs;
use crate::{BatchStage, Element, Fixed, GradientSink, Layer, Saved, Source, Tape, Weight};

/// `output = A(input) + B(input)`: a residual block whose second branch, the projection, changes the shape as the
/// first one does.
///
/// The input gradient takes what `B` adds to it first, then what `A` does.
///
/// # Shapes
/// `A` and `B` give the same shape. Parameters: those of `A`, then those of `B`. Training keeps the output of `B`,
/// that of `A` where its backward pass reads it (it ends with an activation), and a copy of the output's gradient.
///
/// # Initialisation
/// Those of `A` and of `B`.
///
/// Source: K. He et al., "Deep residual learning for image recognition", CVPR 2016 (option B).
///
/// ```
/// tinyconv::network! {
///     Net: 1 x 1 x 2 {
///         Residual { Conv2d { out: 2, kernel: (1, 2) }, Branch { PointwiseConv2d { out: 2, stride: 2 } } }
///     }
/// }
///
/// let body = [1.0, 2.0, 0.0, 1.0, 0.0, 0.5]; // two kernels of two taps, two biases
/// let projection = [10.0, 20.0, 0.0, 0.0]; // two kernels of one tap, two biases
/// let params: [f32; Net::PARAMS] = [&body[..], &projection].concat().try_into().unwrap();
/// let mut output = [[[0.0f32]]; 2];
/// Net::infer(&params, &[[[3.0, 5.0]]], &mut [0.0; Net::INFER_SCRATCH], &mut output);
/// assert_eq!(output, [[[3.0 + 2.0 * 5.0 + 10.0 * 3.0]], [[5.0 + 0.5 + 20.0 * 3.0]]]);
/// ```
#[derive(Clone, Copy, Debug)]
pub struct Projected<A, B>(A, B);

impl<A: Fixed, B: Fixed> Fixed for Projected<A, B> {
    const NEW: Self = Self(A::NEW, B::NEW);
}

impl<A: Layer, B: Layer> Layer for Projected<A, B> {
    const NEEDS: Needs = A::NEEDS.added(B::NEEDS);
}

impl<A: Layer, B: Layer> Projected<A, B> {
    /// Elements of the tape that keep the output of `A`.
    const KEPT: usize = if A::NEEDS.keeps_output { A::NEEDS.output } else { 0 };
}

/// `output[k] = output[k] + other[k]`
#[inline(always)]
fn add<E: Element>(other: &[E], output: &mut [E]) {
    for (y, &x) in output.iter_mut().zip(other) {
        *y = *y + x;
    }
}

impl<A: Linked, B: Linked> Staged for Projected<A, B> {
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
        let given = Given(source, input);
        let own = &mut scratch[..A::NEEDS.infer.apart];
        self.0.infer_linked(a, &given, own, &mut Apart(&mut *output));
        if const { B::NEEDS.adds } {
            self.1.infer_onto(b, &given, &mut scratch[..B::NEEDS.infer.apart], output);
        } else {
            // Its output lies at the front of the scratch.
            let scratch = &mut scratch[..B::NEEDS.infer.into];
            self.1.infer_linked(b, &given, scratch, &mut Within(End::Front));
            add(&scratch[..B::NEEDS.output], output);
        }
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
        let Tape { maps, choices, key } = tape;
        let (kept, maps) = maps.split_at_mut(Self::KEPT);
        let (maps_a, maps) = maps.split_at_mut(A::NEEDS.tape);
        let (maps_b, maps) = maps.split_at_mut(B::NEEDS.tape);
        let (other, _) = maps.split_at_mut(B::NEEDS.output);
        let (choices_a, choices_b) = choices.split_at_mut(A::NEEDS.choices);
        let tape_a = Tape { maps: maps_a, choices: choices_a, key };
        let key = key.map(|key| key.after(A::NEEDS.draws));
        let tape_b = Tape { maps: maps_b, choices: choices_b, key };
        // The last stage of `A` is followed at once by the first one of `B`.
        let mut stage = stage;
        let [runs_a, runs_b] = BatchStage::runs(&stage, A::NEEDS.stages);
        if runs_a {
            let stage = stage.as_mut().map(|stage| stage.of_part(0));
            let is_last = BatchStage::is(&stage, A::NEEDS.stages - 1);
            self.0.forward_linked(stage, a, source, input, tape_a, output);
            if is_last {
                for (kept, &y) in kept.iter_mut().zip(&*output) {
                    *kept = y;
                }
            }
        }
        if runs_b {
            let stage = stage.as_mut().map(|stage| stage.of_part(A::NEEDS.stages - 1));
            let is_last = BatchStage::is(&stage, B::NEEDS.stages - 1);
            self.1.forward_linked(stage, b, source, input, tape_b, other);
            if is_last {
                add(other, output);
            }
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
        let (kept, maps) = maps.split_at(Self::KEPT);
        let (maps_a, maps) = maps.split_at(A::NEEDS.tape);
        let (maps_b, maps) = maps.split_at(B::NEEDS.tape);
        let (choices_a, choices_b) = choices.split_at(A::NEEDS.choices);
        let of_a = if A::NEEDS.keeps_output { kept } else { output };
        let saved_a = Saved { source, input, maps: maps_a, choices: choices_a, output: of_a };
        let of_b = &maps[..B::NEEDS.output];
        let saved_b = Saved { source, input, maps: maps_b, choices: choices_b, output: of_b };
        let [needs_a, needs_b] = if E::LANES == 1 {
            [A::NEEDS.backward, B::NEEDS.backward]
        } else {
            [A::NEEDS.backward_lanes, B::NEEDS.backward_lanes]
        };
        // Either overwrites what it is given.
        let (copy, scratch) = scratch.split_at_mut(B::NEEDS.output);
        if BatchStage::is(&stage, Self::NEEDS.backward_stages - 1) {
            for (copy, &d) in copy.iter_mut().zip(&*d_output) {
                *copy = d;
            }
        }
        let mut stage = stage;
        let [runs_a, runs_b] = BatchStage::runs(&stage, A::NEEDS.backward_stages);
        if runs_b {
            let stage = stage.as_mut().map(|stage| stage.of_part(A::NEEDS.backward_stages - 1));
            let scratch = &mut scratch[..needs_b.apart];
            let mut d_input = d_input.as_deref_mut().map(Apart);
            let (copy, d_input) = (&mut Apart(copy), &mut d_input);
            self.1.backward_linked(stage, sink_b, saved_b, copy, scratch, d_input);
        }
        if runs_a {
            let stage = stage.as_mut().map(|stage| stage.of_part(0));
            let scratch = &mut scratch[..needs_a.apart];
            let (d_output, d_input) = (&mut Apart(d_output), &mut d_input.map(Apart));
            self.0.backward_linked(stage, sink_a, saved_a, d_output, scratch, d_input);
        }
    }

    fn keep_statistics<E: Element>(self, maps: &[E], samples: usize, params: &mut [f32]) {
        let (a, b) = params.split_at_mut(A::NEEDS.params);
        let (maps_a, maps_b) = maps[Self::KEPT..].split_at(A::NEEDS.tape);
        self.0.keep_linked_statistics(maps_a, samples, a);
        self.1.keep_linked_statistics(maps_b, samples, b);
    }
}
