//! Blocks: from one value several ways, which are added or concatenated.

use tinyconv::plan::{Dims, LayerKind};

use super::LayersError;
use super::assembler::{Assembler, Refusal, State};
use super::layout::Axis;
use super::structure::Step;
use crate::graph::{Node, Operation};

impl Assembler<'_> {
    pub(super) fn block(
        &mut self,
        branches: &[Vec<Step>],
        end: &Node,
        mut state: State,
    ) -> Result<State, LayersError> {
        let refuse = |refusal: Refusal| refusal.of(end);
        if matches!(end.operation, Operation::Multiply) {
            return Err(LayersError::Operator {
                node: end.label.clone(),
                operator: end.operator.clone(),
                advice: "only constants are multiplied with (an attention such as squeeze-and-excitation has \
                         no layer here): leave it out, and train again",
            });
        }
        if state.layout.is_padded() {
            return Err(refuse(Refusal::new(
                "a Pad stands before the block that it ends",
                "pad right before a convolution or a pool, in each branch",
            )));
        }
        if !state.named {
            self.name_as_usual(&mut state).map_err(refuse)?;
        }
        state.wants_bias = None;
        state.averaged = None;
        let adds = end.operation == Operation::Add;
        let mut order: Vec<&Vec<Step>> = branches.iter().collect();
        if adds {
            // A sum is the same in any order; what only keeps the input comes last.
            order.sort_by_key(|steps| std::cmp::Reverse(steps.len()));
        }
        self.joined(&order, end, state)
    }

    /// The first branch, joined with all others.
    fn joined(
        &mut self,
        branches: &[&Vec<Step>],
        end: &Node,
        begin: State,
    ) -> Result<State, LayersError> {
        let refuse = |refusal: Refusal| refusal.of(end);
        let (first, others) = branches.split_first().expect("a block has branches");
        if others.is_empty() {
            return self.run(first, begin);
        }
        let adds = end.operation == Operation::Add;
        self.mark(LayerKind::Skip, end, None, &begin).map_err(refuse)?;
        let start = self.layers.len();
        let mut one = self.branch(first, end, begin.clone())?;
        if self.layers.len() == start {
            if adds {
                return Err(refuse(Refusal::new(
                    "it adds a value to itself",
                    "multiply by 2 instead, which is a Scale",
                )));
            }
            self.mark(LayerKind::Identity, end, None, &begin).map_err(refuse)?;
        }
        let second = self.layers.len();
        self.mark(LayerKind::Branch, end, None, &begin).map_err(refuse)?;
        let other = if let [other] = others {
            self.branch(other, end, begin)?
        } else {
            self.joined(others, end, begin)?
        };
        if self.layers.len() == second + 1 {
            if adds {
                self.layers.pop();
            } else {
                self.mark(LayerKind::Identity, end, None, &other).map_err(refuse)?;
            }
        }
        let kind = if let Operation::Concat { axis } = end.operation {
            self.side_by_side(axis, &mut one, &other).map_err(refuse)?;
            LayerKind::Concat
        } else {
            if (one.dims, &one.layout) != (other.dims, &other.layout) {
                return Err(refuse(Refusal::new(
                    format!("it adds {} and {} in different orders", one.dims, other.dims),
                    "give both the same dimensions in the same order",
                )));
            }
            LayerKind::Add
        };
        one.wants_bias = None;
        one.averaged = None;
        // Of more than two branches, only all together are a value of the file.
        let value = (branches.len() == end.inputs.len()).then_some(end);
        self.mark(kind, end, value, &one).map_err(refuse)?;
        Ok(one)
    }

    fn branch(&mut self, steps: &[Step], end: &Node, begin: State) -> Result<State, LayersError> {
        let mut state = self.run(steps, begin)?;
        let settle = |assembler: &mut Self, state: &mut State| {
            assembler.settled(state)?;
            // Flattened maps are put one after the other as vectors.
            if let Operation::Concat { axis } = end.operation
                && state.layout.0[axis].axes.len() > 1
            {
                assembler.flattened(end, state)?;
            }
            Ok(())
        };
        settle(self, &mut state).map_err(|refusal: Refusal| refusal.of(end))?;
        Ok(state)
    }

    /// The value of two branches, one after the other along the channels.
    fn side_by_side(&self, axis: usize, one: &mut State, other: &State) -> Result<(), Refusal> {
        let dims = match (one.dims, other.dims) {
            (Dims::Map([a, rows, columns]), Dims::Map([b, r, c])) if [r, c] == [rows, columns] => {
                Dims::Map([a + b, rows, columns])
            }
            (Dims::Vector(a), Dims::Vector(b)) => Dims::Vector(a + b),
            (a, b) => {
                return Err(Refusal::new(
                    format!("it joins {a} and {b}"),
                    "two maps of the same rows and columns are joined, or two vectors",
                ));
            }
        };
        let rest = |state: &State| {
            let mut layout = state.layout.clone();
            let along = std::mem::take(&mut layout.0[axis]);
            (layout, along.axes.iter().all(|&it| it == Axis::Channel))
        };
        let ((mut layout, fits), (others, other_fits)) = (rest(one), rest(other));
        if layout != others || !fits || !other_fits {
            return Err(Refusal::new(
                format!("it joins along dimension {axis}, which is not that of the channels"),
                "join channels: other positions have no layer here",
            ));
        }
        layout.0[axis].axes = vec![Axis::Channel];
        one.dims = dims;
        one.layout = layout;
        Ok(())
    }
}
