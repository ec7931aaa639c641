//! Two layers, one after the other; nested, a network of any depth.

use super::linked::{End, Given, Incoming, Linked, Outgoing, Within};
use crate::plan::Needs;
use crate::{BatchStage, Direct, Element, Fixed, GradientSink, Layer, Saved, Source, Tape, Weight};

/// `output = B(A(input))`.
///
/// However chains are nested, only two neighbouring maps live at once in inference: they lie at the two
/// ends of the scratch in turn, and so do the maps' gradients in training. In inference, a layer that works
/// in place leaves its map where the one before was. What the backward pass reads, the maps themselves, is
/// kept on the tape.
///
/// # Shapes
/// The output of `A` is the input of `B`. Parameters: those of `A`, then those of `B`.
///
/// # Initialisation
/// Those of `A` and of `B`.
///
/// ```
/// use tinyconv::Network;
/// use tinyconv::layers::{Chain, Dense};
///
/// tinyconv::network! { Net: 1 x 1 x 4 { Dense { out: 3 }, Dense { out: 2 }, Dense { out: 1 } } }
///
/// // `network!` writes Chain<Dense, Chain<Dense, Dense>>, or the like.
/// let mut scratch = [0.0f32; Net::INFER_SCRATCH]; // the two vectors between them
/// let mut output = [0.0];
/// Net::infer(&[1.0; Net::PARAMS], &[[[1.0; 4]]], &mut scratch, &mut output);
/// assert_eq!(output, [(3.0 * (4.0 + 1.0) + 1.0) * 2.0 + 1.0]);
/// assert_eq!(scratch, [16.0, 16.0, 5.0, 5.0, 5.0]); // the second one at the other end
/// ```
#[derive(Clone, Copy, Debug)]
pub struct Chain<A, B>(A, B);

impl<A: Fixed, B: Fixed> Fixed for Chain<A, B> {
    const NEW: Self = Self(A::NEW, B::NEW);
}

impl<A: Layer, B: Layer> Layer for Chain<A, B> {
    const NEEDS: Needs = A::NEEDS.then(B::NEEDS);
}

impl<A: Layer, B: Layer> Chain<A, B> {
    /// Where the map between the two lies in an inference, from where the output does.
    #[inline(always)]
    const fn middle(output: Option<End>) -> End {
        match output {
            Some(end) => end.before(B::NEEDS.moves),
            None => End::Front.before(B::NEEDS.moves_within()),
        }
    }

    /// The same for its gradient.
    #[inline(always)]
    const fn d_middle(d_output: Option<End>) -> End {
        match d_output {
            Some(end) => end.before(B::NEEDS.maps),
            None => End::Front.before(B::NEEDS.maps - 1),
        }
    }
}

impl<A: Linked, B: Linked> Linked for Chain<A, B> {
    #[inline(always)]
    fn infer_linked<E: Element, P: Weight, I: Incoming<E>, O: Outgoing<E>>(
        self,
        params: &[P],
        incoming: &I,
        scratch: &mut [E],
        outgoing: &mut O,
    ) {
        let (a, b) = params.split_at(A::NEEDS.params);
        let mut middle = Within(Self::middle(outgoing.end()));
        self.0.infer_linked(a, incoming, scratch, &mut middle);
        self.1.infer_linked(b, &middle, scratch, outgoing);
    }

    #[inline(always)]
    fn infer_onto<E: Element, P: Weight, I: Incoming<E>>(
        self,
        params: &[P],
        incoming: &I,
        scratch: &mut [E],
        output: &mut [E],
    ) {
        let (a, b) = params.split_at(A::NEEDS.params);
        let mut middle = Within(Self::middle(None));
        self.0.infer_linked(a, incoming, scratch, &mut middle);
        self.1.infer_onto(b, &middle, scratch, output);
    }

    #[inline(always)]
    fn infer_around<E: Element, P: Weight>(self, params: &[P], scratch: &mut [E], map: &mut [E]) {
        let (a, b) = params.split_at(A::NEEDS.params);
        let mut middle = Within(Self::middle(None));
        self.0.infer_linked(a, &Given(Direct, &*map), scratch, &mut middle);
        self.1.infer_onto(b, &middle, scratch, map);
    }

    /// The last stage of `A` is followed at once by the first one of `B`.
    #[inline(always)]
    fn forward_linked<E: Element, S: Source<E>>(
        self,
        stage: Option<BatchStage<'_, E>>,
        params: &[f32],
        source: S,
        input: &[S::Raw],
        tape: Tape<'_, E>,
        output: &mut [E],
    ) {
        let (a, b) = params.split_at(A::NEEDS.params);
        let (tape_a, middle, tape_b) = tapes::<E, A>(tape);
        let Some(mut stage) = stage else {
            self.0.forward_linked(None, a, source, input, tape_a, middle);
            self.1.forward_linked(None, b, Direct, middle, tape_b, output);
            return;
        };
        if stage.index < A::NEEDS.stages {
            self.0.forward_linked(Some(stage.of_part(0)), a, source, input, tape_a, middle);
        }
        if stage.index + 1 >= A::NEEDS.stages {
            let stage = Some(stage.of_part(A::NEEDS.stages - 1));
            self.1.forward_linked(stage, b, Direct, middle, tape_b, output);
        }
    }

    /// The last stage of `B` is followed at once by the first one of `A`.
    #[inline(always)]
    fn backward_linked<
        E: Element,
        S: Source<E>,
        T: GradientSink<E>,
        I: Outgoing<E>,
        O: Outgoing<E>,
    >(
        self,
        stage: Option<BatchStage<'_, E>>,
        sink: T,
        saved: Saved<'_, E, S>,
        d_output: &mut O,
        scratch: &mut [E],
        d_input: &mut I,
    ) {
        let (a, b) = sink.split_at(A::NEEDS.params);
        let (saved_a, saved_b) = saved_by::<E, S, A>(saved);
        let mut d_middle = Within(Self::d_middle(d_output.end()));
        let Some(mut stage) = stage else {
            self.1.backward_linked(None, b, saved_b, d_output, scratch, &mut d_middle);
            self.0.backward_linked(None, a, saved_a, &mut d_middle, scratch, d_input);
            return;
        };
        if stage.index + 1 >= A::NEEDS.backward_stages {
            let stage = Some(stage.of_part(A::NEEDS.backward_stages - 1));
            self.1.backward_linked(stage, b, saved_b, d_output, scratch, &mut d_middle);
        }
        if stage.index < A::NEEDS.backward_stages {
            let stage = Some(stage.of_part(0));
            self.0.backward_linked(stage, a, saved_a, &mut d_middle, scratch, d_input);
        }
    }

    #[inline(always)]
    fn visit_maps<E: Element>(self, tape: &[E], visit: &mut impl FnMut(&[E])) {
        let (tape_a, rest) = tape.split_at(A::NEEDS.tape);
        let (middle, tape_b) = rest.split_at(A::NEEDS.output);
        self.0.visit_maps(tape_a, visit);
        visit(middle);
        self.1.visit_maps(tape_b, visit);
    }

    fn keep_linked_statistics<E: Element>(self, maps: &[E], samples: usize, params: &mut [f32]) {
        let (a, b) = params.split_at_mut(A::NEEDS.params);
        let (maps_a, maps_b) = maps.split_at(A::NEEDS.tape);
        self.0.keep_linked_statistics(maps_a, samples, a);
        self.1.keep_linked_statistics(&maps_b[A::NEEDS.output..], samples, b);
    }
}

/// The tape of `A`, the map between the two, and the tape of `B`.
#[inline(always)]
fn tapes<E: Element, A: Layer>(tape: Tape<'_, E>) -> (Tape<'_, E>, &mut [E], Tape<'_, E>) {
    let Tape { maps, choices, key } = tape;
    let (maps_a, maps) = maps.split_at_mut(A::NEEDS.tape);
    let (middle, maps_b) = maps.split_at_mut(A::NEEDS.output);
    let (choices_a, choices_b) = choices.split_at_mut(A::NEEDS.choices);
    let key_b = key.map(|key| key.after(A::NEEDS.draws));
    (
        Tape { maps: maps_a, choices: choices_a, key },
        middle,
        Tape { maps: maps_b, choices: choices_b, key: key_b },
    )
}

/// What the two layers saw.
#[inline(always)]
fn saved_by<'a, E: Element, S: Source<E>, A: Layer>(
    saved: Saved<'a, E, S>,
) -> (Saved<'a, E, S>, Saved<'a, E, Direct>) {
    let Saved { source, input, maps, choices, output } = saved;
    let (maps_a, maps) = maps.split_at(A::NEEDS.tape);
    let (middle, maps_b) = maps.split_at(A::NEEDS.output);
    let (choices_a, choices_b) = choices.split_at(A::NEEDS.choices);
    (
        Saved { source, input, maps: maps_a, choices: choices_a, output: middle },
        Saved { source: Direct, input: middle, maps: maps_b, choices: choices_b, output },
    )
}
