//! What exporters write in several nodes: found in the graph, and made one again.

use tinyconv::plan::{ClipOptions, LayerKind};

use crate::graph::{Arithmetic, Graph, Node, Operation, ValueId};

/// How far a constant may be from that of the formula: exporters round it.
const CLOSE: f32 = 1e-6;

/// Makes one node of `x * sigmoid(x)`, of `x * clip(x + 3, 0, 6) / 6` in the orders in which it is written, and of a
/// lower and an upper bound.
pub(super) fn contract(graph: &mut Graph) {
    let mut finder = Finder::of(graph);
    for index in 0..finder.nodes.len() {
        let node = &finder.nodes[index];
        if let Some((kind, from)) = finder.swish(node).or_else(|| finder.bounds(node)) {
            let node = &mut finder.nodes[index];
            node.operation = Operation::Activation(kind);
            for input in std::mem::replace(&mut node.inputs, vec![from]) {
                finder.readers[input.0] -= 1;
            }
            finder.readers[from.0] += 1;
        }
    }
    // What nobody reads any more is left out.
    let mut live = vec![false; graph.values.len()];
    live[graph.output.0] = true;
    let mut nodes = finder.nodes;
    for node in nodes.iter().rev() {
        if live[node.output.0] {
            node.inputs.iter().for_each(|input| live[input.0] = true);
        }
    }
    nodes.retain(|node| live[node.output.0]);
    graph.nodes = nodes;
}

/// The nodes of a graph, by what they make.
struct Finder {
    nodes: Vec<Node>,
    makers: Vec<Option<usize>>,
    /// How many read a value; the output is read by the user.
    readers: Vec<usize>,
}

impl Finder {
    fn of(graph: &mut Graph) -> Self {
        let nodes = std::mem::take(&mut graph.nodes);
        let mut makers = vec![None; graph.values.len()];
        let mut readers = vec![0; graph.values.len()];
        readers[graph.output.0] = 1;
        for (index, node) in nodes.iter().enumerate() {
            makers[node.output.0] = Some(index);
            node.inputs.iter().for_each(|input| readers[input.0] += 1);
        }
        Self { nodes, makers, readers }
    }

    fn maker(&self, value: ValueId) -> Option<&Node> {
        self.makers[value.0].map(|index| &self.nodes[index])
    }

    /// A bound on a bound that nothing else reads.
    fn bounds(&self, node: &Node) -> Option<(LayerKind, ValueId)> {
        let bound = |node: &Node| match &node.operation {
            Operation::Arithmetic { arithmetic, constant, .. } if constant.values.len() == 1 => {
                Some((*arithmetic, constant.values[0]))
            }
            Operation::Activation(LayerKind::Relu) => Some((Arithmetic::Maximum, 0.0)),
            _ => None,
        };
        let before = self.maker(*node.inputs.first()?)?;
        let (low, high) = match (bound(before)?, bound(node)?) {
            ((Arithmetic::Maximum, low), (Arithmetic::Minimum, high))
            | ((Arithmetic::Minimum, high), (Arithmetic::Maximum, low)) => (low, high),
            _ => return None,
        };
        (low < high && self.readers[before.output.0] == 1)
            .then(|| (LayerKind::Clip(ClipOptions { low, high }), before.inputs[0]))
    }

    /// A factor that follows from the other one.
    fn swish(&self, node: &Node) -> Option<(LayerKind, ValueId)> {
        match (&node.operation, &node.inputs[..]) {
            (Operation::Multiply, &[a, b]) => [(a, b), (b, a)].into_iter().find_map(|(x, gate)| {
                let kind = match self.maker(gate)? {
                    gate if gate.operation == Operation::Activation(LayerKind::Sigmoid) => {
                        (gate.inputs == [x]).then_some(LayerKind::Silu)
                    }
                    _ => self.is_hard_gate(gate, x, 1.0).then_some(LayerKind::HardSwish),
                };
                Some((kind?, x))
            }),
            // x * clip(x + 3, 0, 6), then by 6.
            (Operation::Arithmetic { .. }, &[product]) => {
                let sixth = factor(node)?;
                let product = self.maker(product)?;
                let (Operation::Multiply, &[a, b]) = (&product.operation, &product.inputs[..])
                else {
                    return None;
                };
                let pair = [(a, b), (b, a)].into_iter();
                let mut pair = pair.filter(|&(x, gate)| self.is_hard_gate(gate, x, sixth));
                (self.readers[product.output.0] == 1).then_some(())?;
                Some((LayerKind::HardSwish, pair.next()?.0))
            }
            _ => None,
        }
    }

    /// Whether `gate * factor` is `clip(x + 3, 0, 6) / 6`.
    fn is_hard_gate(&self, gate: ValueId, x: ValueId, factor_after: f32) -> bool {
        let close = |a: f32, b: f32| (a - b).abs() <= CLOSE * b.abs();
        let check = || {
            let mut node = self.maker(gate)?;
            let mut scale = factor_after;
            // Either (x + 3) clipped to 6 and then a sixth, or (x / 6 + 1/2) clipped to 1.
            if let Some(more) = factor(node) {
                scale *= more;
                node = self.maker(node.inputs[0])?;
            }
            let Operation::Activation(LayerKind::Clip(ClipOptions { low, high })) = node.operation
            else {
                return None;
            };
            let mut inner = self.maker(node.inputs[0])?;
            let offset = term(inner)?;
            let mut slope = 1.0;
            if inner.inputs[0] != x {
                inner = self.maker(inner.inputs[0])?;
                slope = factor(inner)?;
            }
            let fits = inner.inputs[0] == x
                && low == 0.0
                && close(high * scale, 1.0)
                && close(slope * scale, 1.0 / 6.0)
                && close(offset * scale, 0.5);
            fits.then_some(())
        };
        check().is_some()
    }
}

/// The number that a node multiplies with.
fn factor(node: &Node) -> Option<f32> {
    match &node.operation {
        Operation::Arithmetic { arithmetic, constant, constant_first } => {
            let &[value] = &constant.values[..] else { return None };
            match (arithmetic, constant_first) {
                (Arithmetic::Multiply, _) => Some(value),
                (Arithmetic::Divide, false) => Some(1.0 / value),
                _ => None,
            }
        }
        _ => None,
    }
}

/// The number that a node adds.
fn term(node: &Node) -> Option<f32> {
    match &node.operation {
        Operation::Arithmetic { arithmetic: Arithmetic::Add, constant, .. } => {
            let &[value] = &constant.values[..] else { return None };
            Some(value)
        }
        _ => None,
    }
}
