//! A layer followed by an activation that works on its output in place.

use super::Staged;
use crate::plan::Needs;
use crate::{
    Activation, BatchStage, Element, Fixed, GradientSink, Layer, Saved, Source, Tape, Weight,
};

/// `output = A(L(input))`: the activation costs no memory.
///
/// # Shapes
/// Those of `L`, which must not need its own output in its backward pass.
///
/// Parameters: those of `L`.
///
/// # Initialisation
/// That of `L`.
///
/// ```
/// use tinyconv::layers::{Activated, Dense, Staged};
/// use tinyconv::{Direct, Relu};
///
/// let mut output = [0.0f32; 2];
/// let positive = Activated(Dense([1, 2]), Relu);
/// positive.compute(&[2.0, -2.0, 0.5, 0.5], Direct, &[3.0], &mut [], &mut output);
/// assert_eq!(output, [6.5, 0.0]);
/// ```
#[derive(Clone, Copy, Debug)]
pub struct Activated<L, A>(
    /// What gives the output.
    pub L,
    /// What works on it.
    pub A,
);

impl<L: Fixed, A: Fixed> Fixed for Activated<L, A> {
    const NEW: Self = Self(L::NEW, A::NEW);
}

impl<L: Layer, A: Fixed> Layer for Activated<L, A> {
    const NEEDS: Needs = {
        assert!(
            !L::NEEDS.keeps_output,
            "this layer's backward pass reads its own output: put `Pass` between it and the \
             activation"
        );
        L::NEEDS.activated()
    };
}

impl<L: Staged, A: Activation> Activated<L, A> {
    #[inline(always)]
    fn activate<E: Element>(self, output: &mut [E]) {
        for y in output {
            *y = self.1.forward(*y);
        }
    }
}

impl<L: Staged, A: Activation> Staged for Activated<L, A> {
    #[inline(always)]
    fn stages(self) -> [usize; 2] {
        self.0.stages()
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
        self.0.compute(params, source, input, scratch, output);
        self.activate(output);
    }

    #[inline(always)]
    fn compute_in_place<E: Element, P: Weight>(
        self,
        params: &[P],
        scratch: &mut [E],
        map: &mut [E],
    ) {
        self.0.compute_in_place(params, scratch, map);
        self.activate(map);
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
        let is_last = BatchStage::is(&stage, self.stages()[0] - 1);
        self.0.forward_stage(stage, params, source, input, tape, output);
        if is_last {
            self.activate(output);
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
        d_input: Option<&mut [E]>,
    ) {
        if BatchStage::is(&stage, self.stages()[1] - 1) {
            backward_activation(self.1, saved.output, d_output);
        }
        self.0.backward_stage(stage, sink, saved, d_output, scratch, d_input);
    }

    fn keep_statistics<E: Element>(self, maps: &[E], samples: usize, params: &mut [f32]) {
        self.0.keep_statistics(maps, samples, params);
    }
}

/// Turns `d_output` into the gradient before the activation, in place.
#[inline(always)]
pub(crate) fn backward_activation<E: Element, A: Activation>(
    activation: A,
    output: &[E],
    d_output: &mut [E],
) {
    for (d, &y) in d_output.iter_mut().zip(output) {
        *d = activation.backward(y, *d);
    }
}
