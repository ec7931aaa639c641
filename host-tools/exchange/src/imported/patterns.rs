//! What exporters write in several nodes: found in the graph, and made one again.

use tinyconv::plan::{ClipOptions, LayerKind};

use crate::graph::{Arithmetic, Graph, Node, Operation, ValueId};

/// How far a constant may be from that of the formula: exporters round it.
const CLOSE: f32 = 1e-6;

/// Makes one node of `x * sigmoid(x)`, of `x * clip(x + 3, 0, 6) / 6` in the orders in which it is written, and of a
/// lower and an upper bound.
pub(super) fn contract(graph: &mut Graph) {
    loop {
        let found = graph.nodes.iter().enumerate().find_map(|(index, node)| {
            let (kind, from) = swish(graph, node).or_else(|| bounds(graph, node))?;
            Some((index, kind, from))
        });
        let Some((index, kind, from)) = found else { return };
        let node = &mut graph.nodes[index];
        node.operation = Operation::Activation(kind);
        node.inputs = vec![from];
        remove_unread(graph);
    }
}

/// Nodes whose output nobody reads any more.
fn remove_unread(graph: &mut Graph) {
    let mut live = vec![false; graph.values.len()];
    live[graph.output.0] = true;
    for node in graph.nodes.iter().rev() {
        if live[node.output.0] {
            node.inputs.iter().for_each(|input| live[input.0] = true);
        }
    }
    graph.nodes.retain(|node| live[node.output.0]);
}

fn maker(graph: &Graph, value: ValueId) -> Option<&Node> {
    graph.nodes.iter().find(|node| node.output == value)
}

/// How many read a value; the output is read by the user.
fn readers(graph: &Graph, value: ValueId) -> usize {
    let inside = graph.nodes.iter().flat_map(|node| &node.inputs).filter(|input| **input == value);
    inside.count() + usize::from(graph.output == value)
}

/// A bound on a bound that nothing else reads.
fn bounds(graph: &Graph, node: &Node) -> Option<(LayerKind, ValueId)> {
    let bound = |node: &Node| match &node.operation {
        Operation::Arithmetic { arithmetic, constant, .. } if constant.values.len() == 1 => {
            Some((*arithmetic, constant.values[0]))
        }
        Operation::Activation(LayerKind::Relu) => Some((Arithmetic::Maximum, 0.0)),
        _ => None,
    };
    let before = maker(graph, *node.inputs.first()?)?;
    let (low, high) = match (bound(before)?, bound(node)?) {
        ((Arithmetic::Maximum, low), (Arithmetic::Minimum, high))
        | ((Arithmetic::Minimum, high), (Arithmetic::Maximum, low)) => (low, high),
        _ => return None,
    };
    (low < high && readers(graph, before.output) == 1)
        .then(|| (LayerKind::Clip(ClipOptions { low, high }), before.inputs[0]))
}

/// A factor that follows from the other one.
fn swish(graph: &Graph, node: &Node) -> Option<(LayerKind, ValueId)> {
    match (&node.operation, &node.inputs[..]) {
        (Operation::Multiply, &[a, b]) => [(a, b), (b, a)].into_iter().find_map(|(x, gate)| {
            let kind = match maker(graph, gate)? {
                gate if gate.operation == Operation::Activation(LayerKind::Sigmoid) => {
                    (gate.inputs == [x]).then_some(LayerKind::Silu)
                }
                _ => is_hard_gate(graph, gate, x, 1.0).then_some(LayerKind::HardSwish),
            };
            Some((kind?, x))
        }),
        // x * clip(x + 3, 0, 6), then by 6.
        (Operation::Arithmetic { .. }, &[product]) => {
            let sixth = factor(node)?;
            let product = maker(graph, product)?;
            let (Operation::Multiply, &[a, b]) = (&product.operation, &product.inputs[..]) else {
                return None;
            };
            let pair = [(a, b), (b, a)].into_iter();
            let mut pair = pair.filter(|&(x, gate)| is_hard_gate(graph, gate, x, sixth));
            (readers(graph, product.output) == 1).then_some(())?;
            Some((LayerKind::HardSwish, pair.next()?.0))
        }
        _ => None,
    }
}

/// Whether `gate * factor` is `clip(x + 3, 0, 6) / 6`.
fn is_hard_gate(graph: &Graph, gate: ValueId, x: ValueId, factor_after: f32) -> bool {
    let close = |a: f32, b: f32| (a - b).abs() <= CLOSE * b.abs();
    let check = || {
        let mut node = maker(graph, gate)?;
        let mut scale = factor_after;
        // Either (x + 3) clipped to 6 and then a sixth, or (x / 6 + 1/2) clipped to 1.
        if let Some(more) = factor(node) {
            scale *= more;
            node = maker(graph, node.inputs[0])?;
        }
        let Operation::Activation(LayerKind::Clip(ClipOptions { low, high })) = node.operation
        else {
            return None;
        };
        let mut inner = maker(graph, node.inputs[0])?;
        let offset = term(inner)?;
        let mut slope = 1.0;
        if inner.inputs[0] != x {
            inner = maker(graph, inner.inputs[0])?;
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
