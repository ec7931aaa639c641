//! Dense layers.

use tinyconv::plan::{Conv2dOptions, DenseOptions, Dims, LayerKind};

use super::assembler::{Assembler, Refusal, State, tensor};
use super::layout::{Axis, Layout, size_of};
use crate::Role;
use crate::graph::{Array, Node};

impl Assembler<'_> {
    pub(super) fn dense(
        &mut self,
        node: &Node,
        weight: &Array,
        bias: Option<&[f32]>,
        state: &mut State,
    ) -> Result<(), Refusal> {
        let (out, input) = (weight.shape[0], weight.shape[1]);
        let rank = state.layout.0.len();
        let last = state.layout.0[rank - 1].axes.clone();
        let wants_bias = bias.is_none();
        let bias = bias.map_or_else(|| vec![0.0; out], <[f32]>::to_vec);
        let bias = tensor(Role::Bias, &[out], bias);
        if last.len() == state.layout.axes().len() {
            // All of the input, in the order of the file; a dense layer reads a map in ours.
            let places = state.layout.turn(state.dims).places();
            let rows = weight.values.chunks_exact(input.max(1));
            let values = rows.flat_map(|row| places.iter().map(|&place| row[place])).collect();
            let kind = LayerKind::Dense(DenseOptions { out });
            state.layout = Layout::of(rank, Dims::Vector(out), &[(rank - 1, Axis::Channel)]);
            let weight = tensor(Role::Weight, &[out, input], values);
            self.with_tensors(node, kind, &[weight, bias], state)?;
        } else if last.iter().all(|&axis| axis == Axis::Channel)
            && size_of(state.dims, Axis::Channel) == input
        {
            // At each position of a map by itself.
            let kernel = [1, 1];
            let kind = LayerKind::Conv2d(Conv2dOptions { out, kernel, ..Conv2dOptions::NEW });
            let weight = tensor(Role::Weight, &[out, input, 1, 1], weight.values.clone());
            state.layout.0[rank - 1].axes = if out > 1 { vec![Axis::Channel] } else { Vec::new() };
            self.with_tensors(node, kind, &[weight, bias], state)?;
        } else {
            return Err(Refusal::new(
                format!("its input is {}", state.dims),
                "a dense layer takes a vector: put a Flatten before it",
            ));
        }
        state.wants_bias = wants_bias.then_some(self.layers.len() - 1);
        state.averaged = None;
        Ok(())
    }
}
