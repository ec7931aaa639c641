//! A block with a skip connection.

use super::Staged;
use super::linked::{Apart, Given, Linked};
use crate::plan::Needs;
use crate::{BatchStage, Element, Fixed, GradientSink, Layer, Saved, Source, Tape, Weight};

/// `output = input + B(input)`
///
/// The input gradient takes the output's gradient first, then what `B` adds to it.
///
/// # Shapes
/// `B` gives a map of its input's shape. Parameters: those of `B`. Where the backward pass of `B`
/// reads its own output (it ends with an activation), training keeps one map more. In an inference, a
/// convolution at the end of `B`, not the only layer there, adds to the input where that lies.
///
/// Source: K. He et al., "Deep residual learning for image recognition", CVPR 2016.
///
/// ```
/// tinyconv::network! { Net: 2 x 1 x 1 { Residual { PointwiseConv2d { out: 2 } } } }
///
/// let params = [0.0, 2.0, 1.0, 0.0, 0.5, 0.0]; // swaps, doubles the second, a bias
/// let mut output = [[[0.0f32]]; 2];
/// Net::infer(&params, &[[[3.0]], [[5.0]]], &mut [], &mut output);
/// assert_eq!(output, [[[3.0 + 2.0 * 5.0 + 0.5]], [[5.0 + 3.0]]]);
/// ```
#[derive(Clone, Copy, Debug)]
pub struct Residual<B>(B);

impl<B: Fixed> Fixed for Residual<B> {
    const NEW: Self = Self(B::NEW);
}

impl<B: Layer> Layer for Residual<B> {
    const NEEDS: Needs = B::NEEDS.residual();
}

impl<B: Layer> Residual<B> {
    /// Elements of the tape that keep the output of `B`.
    const KEPT: usize = if B::NEEDS.keeps_output { B::NEEDS.output } else { 0 };
}

/// `output[k] = input[k] + output[k]`
#[inline(always)]
fn add<E: Element, S: Source<E>>(source: S, input: &[S::Raw], output: &mut [E]) {
    for (y, x) in output.iter_mut().zip(source.elements(input)) {
        *y = x + *y;
    }
}

impl<B: Linked> Staged for Residual<B> {
    #[inline(always)]
    fn stages(self) -> [usize; 2] {
        [B::NEEDS.stages, B::NEEDS.backward_stages]
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
        let scratch = &mut scratch[..B::NEEDS.infer.apart];
        let given = Given(source, input);
        self.0.infer_linked(params, &given, scratch, &mut Apart(&mut *output));
        add(source, input, output);
    }

    #[inline(always)]
    fn compute_in_place<E: Element, P: Weight>(
        self,
        params: &[P],
        scratch: &mut [E],
        map: &mut [E],
    ) {
        self.0.infer_around(params, &mut scratch[..B::NEEDS.infer.apart], map);
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
        let is_last = BatchStage::is(&stage, B::NEEDS.stages - 1);
        let (kept, maps) = tape.maps.split_at_mut(Self::KEPT);
        self.0.forward_linked(stage, params, source, input, Tape { maps, ..tape }, output);
        if is_last {
            for (kept, &y) in kept.iter_mut().zip(&*output) {
                *kept = y;
            }
            add(source, input, output);
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
        if BatchStage::is(&stage, B::NEEDS.backward_stages - 1)
            && let Some(d_input) = &mut d_input
        {
            for (d_x, &d) in d_input.iter_mut().zip(&*d_output) {
                *d_x = *d_x + d;
            }
        }
        let (kept, maps) = saved.maps.split_at(Self::KEPT);
        let output = if B::NEEDS.keeps_output { kept } else { saved.output };
        let saved = Saved { maps, output, ..saved };
        let needs = if E::LANES == 1 { B::NEEDS.backward } else { B::NEEDS.backward_lanes };
        let mut d_input = d_input.map(Apart);
        let scratch = &mut scratch[..needs.apart];
        self.0.backward_linked(stage, sink, saved, &mut Apart(d_output), scratch, &mut d_input);
    }

    fn keep_statistics<E: Element>(self, maps: &[E], samples: usize, params: &mut [f32]) {
        self.0.keep_linked_statistics(&maps[Self::KEPT..], samples, params);
    }
}
