//! Where blocks begin and end: the steps from a value to a later one, by dominators.
//!
//! A value dominates another if every way from the input to the other goes through it. A block begins at the nearest
//! value that dominates all that its end joins.

use super::LayersError;
use crate::graph::{Graph, ValueId};

/// Deeper ones are no networks for small boards, and each takes a call.
const DEEPEST: usize = 64;

/// A step on the way.
#[derive(Debug, PartialEq)]
pub(super) enum Step {
    /// The node of this number, which goes on from one value.
    Node(usize),
    /// From one value, several ways to the node of number `end` that joins them.
    Block { branches: Vec<Vec<Step>>, end: usize },
}

/// The steps from the input to the output.
pub(super) fn steps(graph: &Graph) -> Result<Vec<Step>, LayersError> {
    let mut finder = Finder {
        graph,
        maker: vec![None; graph.values.len()],
        dominator: vec![Graph::INPUT; graph.values.len()],
        depth: vec![0; graph.values.len()],
        taken: vec![false; graph.nodes.len()],
    };
    for (index, node) in graph.nodes.iter().enumerate() {
        let (first, others) = node.inputs.split_first().expect("a node reads something");
        let nearest = others.iter().fold(*first, |a, &b| finder.common(a, b));
        finder.maker[node.output.0] = Some(index);
        finder.dominator[node.output.0] = nearest;
        finder.depth[node.output.0] = finder.depth[nearest.0] + 1;
    }
    finder.steps(Graph::INPUT, graph.output, 0)
}

struct Finder<'a> {
    graph: &'a Graph,
    /// The node that makes a value.
    maker: Vec<Option<usize>>,
    /// The nearest other value that dominates it.
    dominator: Vec<ValueId>,
    /// How many dominate it.
    depth: Vec<usize>,
    /// Nodes that have a step.
    taken: Vec<bool>,
}

impl Finder<'_> {
    /// The nearest value that dominates both.
    fn common(&self, mut a: ValueId, mut b: ValueId) -> ValueId {
        while a != b {
            if self.depth[a.0] >= self.depth[b.0] {
                a = self.dominator[a.0];
            } else {
                b = self.dominator[b.0];
            }
        }
        a
    }

    /// The steps from a value to one that it dominates.
    fn steps(&mut self, from: ValueId, to: ValueId, deep: usize) -> Result<Vec<Step>, LayersError> {
        if deep > DEEPEST {
            return Err(LayersError::TooDeep { limit: DEEPEST });
        }
        let mut steps = Vec::new();
        let mut value = to;
        while value != from {
            let index = self.maker[value.0].expect("all but the input is made by a node");
            let graph = self.graph;
            let node = &graph.nodes[index];
            let before = self.dominator[value.0];
            if node.inputs.len() > DEEPEST {
                return Err(LayersError::TooDeep { limit: DEEPEST });
            }
            if std::mem::replace(&mut self.taken[index], true) {
                return Err(self.escapes(value));
            }
            steps.push(if let [_] = node.inputs[..] {
                Step::Node(index)
            } else {
                let branches = node.inputs.iter().map(|&input| self.steps(before, input, deep + 1));
                Step::Block { branches: branches.collect::<Result<_, _>>()?, end: index }
            });
            value = before;
        }
        steps.reverse();
        Ok(steps)
    }

    /// The value is read by several, and not all within one block.
    fn escapes(&self, value: ValueId) -> LayersError {
        let readers = self.graph.nodes.iter().filter(|node| node.inputs.contains(&value));
        let readers: Vec<_> =
            readers.take(4).map(|node| format!("{} ({})", node.label, node.operator)).collect();
        let value = self.graph.value(value).name.clone();
        LayersError::Branches { value, readers: readers.join(" and ") }
    }
}
