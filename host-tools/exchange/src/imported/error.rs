//! Why a graph is no network of layers.

use thiserror::Error;

use crate::graph::{Node, Problem};

/// Why a graph is no network of layers of this crate, whatever format it was read from.
///
/// ```
/// use tinyconv_exchange::LayersError;
///
/// let error = LayersError::TooDeep { limit: 64 };
/// assert_eq!(error.to_string(), "blocks are nested more than 64 deep, or have more branches: take a network of fewer branches");
/// ```
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum LayersError {
    /// An operator that no layer stands for.
    #[error("node {node} uses the operator {operator}, which no layer here computes: {advice}")]
    Operator {
        /// The node.
        node: String,
        /// What it computes.
        operator: String,
        /// What to do.
        advice: &'static str,
    },
    /// An operator with an option, or in a place, that no layer has.
    #[error("node {node} ({operator}): {found}; {advice}")]
    Option {
        /// The node.
        node: String,
        /// What it computes.
        operator: String,
        /// What is not possible.
        found: String,
        /// What to do.
        advice: &'static str,
    },
    /// The graph branches in another way than in blocks.
    #[error(
        "{value:?} is read by {readers}, and not all of its ways on meet again in one addition or concatenation: \
         a block has one value at its begin and one at its end; leave out what leaves it in between"
    )]
    Branches {
        /// What is read several times.
        value: String,
        /// By which nodes.
        readers: String,
    },
    /// More nodes than a network has.
    #[error("the network has more than {limit} nodes: one this large fits no board")]
    TooManyNodes {
        /// The most that are read.
        limit: usize,
    },
    /// Blocks in blocks in blocks.
    #[error(
        "blocks are nested more than {limit} deep, or have more branches: take a network of fewer branches"
    )]
    TooDeep {
        /// The deepest.
        limit: usize,
    },
    /// A layer cannot take its input.
    #[error("node {node}: {problem}")]
    Layer {
        /// The node.
        node: String,
        /// Which layer and why.
        problem: String,
    },
    /// The layers do not make a network together.
    #[error(transparent)]
    Network(#[from] tinyconv_training::interpret::InterpretError),
}

impl LayersError {
    /// Of a node, what is wrong with it.
    pub(crate) fn of(node: &Node, problem: Problem) -> Self {
        let Problem { found, advice } = problem;
        let (node, operator) = (node.label.clone(), node.operator.clone());
        Self::Option { node, operator, found, advice }
    }
}
