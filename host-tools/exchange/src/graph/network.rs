//! The graph: nodes in an order in which each comes after what it reads.

use super::{Node, Operation, Problem};

/// A value by its place in its graph.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(crate) struct ValueId(pub(crate) usize);

/// A value that is computed, or the input.
#[derive(Clone, Debug)]
pub(crate) struct Value {
    pub(crate) name: String,
    /// The batch, which is 1, first.
    pub(crate) shape: Vec<usize>,
}

/// A graph of which every node is needed for the output.
#[derive(Clone, Debug)]
pub(crate) struct Graph {
    pub(crate) values: Vec<Value>,
    pub(crate) nodes: Vec<Node>,
    pub(crate) output: ValueId,
}

impl Graph {
    /// The first value.
    pub(crate) const INPUT: ValueId = ValueId(0);

    pub(crate) fn value(&self, id: ValueId) -> &Value {
        &self.values[id.0]
    }
}

/// A graph to which nodes are added, each after what it reads.
pub(crate) struct GraphBuilder {
    values: Vec<Value>,
    nodes: Vec<Node>,
}

impl GraphBuilder {
    /// A graph of nothing but its input.
    pub(crate) fn new(input: Value) -> Self {
        Self { values: vec![input], nodes: Vec::new() }
    }

    pub(crate) fn shape(&self, id: ValueId) -> &[usize] {
        &self.values[id.0].shape
    }

    /// Adds a node whose output is called `output`; its shape follows.
    pub(crate) fn add(
        &mut self,
        [label, operator, module, output]: [&str; 4],
        operation: Operation,
        inputs: Vec<ValueId>,
    ) -> Result<ValueId, Problem> {
        let shapes: Vec<&[usize]> = inputs.iter().map(|&input| self.shape(input)).collect();
        let shape = operation.output_shape(&shapes)?;
        let elements = shape.iter().try_fold(1usize, |all, &size| all.checked_mul(size));
        if elements.is_none_or(|elements| elements > u32::MAX as usize) {
            return Err(Problem::new(
                format!("its output is {}", crate::shape_text(&shape)),
                "a value this large fits no board: take a smaller network",
            ));
        }
        let id = ValueId(self.values.len());
        self.values.push(Value { name: output.into(), shape });
        self.nodes.push(Node {
            label: label.into(),
            operator: operator.into(),
            module: module.into(),
            operation,
            inputs,
            output: id,
        });
        Ok(id)
    }

    /// The graph of what `output` is made of; other nodes are left out.
    pub(crate) fn finish(self, output: ValueId) -> Graph {
        let mut live = vec![false; self.values.len()];
        live[output.0] = true;
        let mut nodes: Vec<Node> = Vec::new();
        for node in self.nodes.into_iter().rev() {
            if live[node.output.0] {
                for input in &node.inputs {
                    live[input.0] = true;
                }
                nodes.push(node);
            }
        }
        nodes.reverse();
        Graph { values: self.values, nodes, output }
    }
}
