//! The walk from the input to the output, node by node, layer by layer.

use std::collections::HashMap;

use tinyconv::plan::{Class, Dims, LayerKind, LayerSpec, Misfit};

use super::graph::Graph;
use super::names::{self, Names};
use super::node::Node;
use super::{ImportedLayer, OnnxError, Preparation};
use crate::{Role, Tensor, TensorName as _, parameters_of};

/// More are not listed anywhere; a file could go on for a long time.
const MOST_LAYERS: usize = 1000;

/// What the largest file holds, if each of its weights is used once.
const MOST_PARAMETERS: usize = super::import::LARGEST / size_of::<f32>();

/// What has been read so far, and what is known of the value that it ends with.
pub(super) struct Reader<'a> {
    pub(super) graph: &'a Graph<'a>,
    /// The version of the operators.
    pub(super) operators: i64,
    /// The value.
    pub(super) value: &'a str,
    /// Its shape without the batch.
    pub(super) dims: Dims,
    /// Its dimensions in the file, the batch among them: a vector can have two that are 1.
    pub(super) rank: usize,
    pub(super) layers: Vec<ImportedLayer>,
    /// What is done with the input before the first of them.
    pub(super) preparation: Preparation,
    /// The layer that averages whole channels and rows and columns before it, if its output has kept
    /// its rank since.
    pub(super) averaged: Option<(usize, [usize; 2])>,
    /// Zeros around the value that the next convolution takes over.
    pub(super) pads: Option<[usize; 4]>,
    /// The last layer has had no bias yet.
    pub(super) wants_bias: bool,
    /// What was kept at the begin of each block that is open, and its shape.
    blocks: Vec<(&'a str, Dims)>,
    /// The shape of every value on the way, the batch being 1.
    pub(super) shapes: HashMap<String, Vec<i64>>,
    /// The batch, if the file fixes it.
    pub(super) batch: Option<i64>,
    names: Names,
    /// Of all layers so far.
    parameters: usize,
}

impl<'a> Reader<'a> {
    pub(super) fn new(
        graph: &'a Graph<'a>,
        operators: i64,
        input: Dims,
        input_shape: &[usize],
    ) -> Self {
        let rank = input_shape.len();
        Self {
            graph,
            operators,
            value: &graph.input.name,
            dims: if rank == 2 { Dims::Vector(input.len()) } else { input },
            rank,
            layers: Vec::new(),
            preparation: Preparation::default(),
            averaged: None,
            pads: None,
            wants_bias: false,
            blocks: Vec::new(),
            shapes: HashMap::new(),
            batch: i64::try_from(input_shape[0]).ok().filter(|&batch| batch > 0),
            names: Names::default(),
            parameters: 0,
        }
    }

    /// What is done with the input, and the layers between it and the output.
    pub(super) fn read(mut self) -> Result<(Preparation, Vec<ImportedLayer>), OnnxError> {
        while self.value != self.graph.output {
            self.shapes.insert(self.value.to_owned(), self.shape());
            let node = self.next()?;
            if !matches!(node.proto.domain.as_str(), "" | "ai.onnx") {
                return Err(self.unknown(node));
            }
            if self.pads.is_some() && node.operator() != "Conv" {
                let advice = "only a convolution takes zeros around its input: put it there";
                return Err(node.refused("a Pad stands before it", advice));
            }
            self.apply(node)?;
            self.value = node.output();
            if self.layers.len() > MOST_LAYERS {
                return Err(node.refused(
                    format!("there are more than {MOST_LAYERS} layers before it"),
                    "take a smaller network",
                ));
            }
        }
        let readers = self.graph.readers(self.value);
        if !readers.is_empty() || !self.blocks.is_empty() {
            return Err(self.branches(&readers));
        }
        Ok((self.preparation, self.layers))
    }

    /// The shape in the file, the batch being 1.
    fn shape(&self) -> Vec<i64> {
        let sizes = match (self.dims, self.rank) {
            (Dims::Map([channels, _, columns]), 3) => vec![1, channels, columns],
            (Dims::Map([channels, rows, columns]), _) => vec![1, channels, rows, columns],
            (Dims::Vector(len), rank) => [vec![1, len], vec![1; rank.saturating_sub(2)]].concat(),
        };
        sizes.into_iter().map(|size| i64::try_from(size).unwrap_or(i64::MAX)).collect()
    }

    /// The node that goes on from here; blocks that begin here are opened.
    fn next(&mut self) -> Result<Node<'a>, OnnxError> {
        let readers = self.graph.readers(self.value);
        let mut onward = Vec::new();
        let mut begins = 0;
        for &node in &readers {
            match self.added_to(node) {
                // What is added here now was kept before; else this is kept and added later.
                Some(other) if self.blocks.last().is_some_and(|&(kept, _)| kept == other) => {
                    onward.push(node);
                }
                Some(_) => begins += 1,
                None => onward.push(node),
            }
        }
        match onward[..] {
            [node] => {
                for _ in 0..begins {
                    self.push_skip();
                }
                Ok(node)
            }
            [] if readers.is_empty() => Err(OnnxError::DeadEnd { value: self.value.to_owned() }),
            _ => Err(self.branches(&readers)),
        }
    }

    /// What an addition of two computed values adds to this one.
    fn added_to(&self, node: Node<'a>) -> Option<&'a str> {
        let (a, b) = (node.input(0)?, node.input(1)?);
        let other = if a == self.value { b } else { a };
        let adds = matches!(node.operator(), "Add" | "Sum") && node.proto.input.len() == 2;
        (adds && !self.graph.is_constant(other)).then_some(other)
    }

    fn branches(&self, readers: &[Node<'a>]) -> OnnxError {
        let label = |node: &Node<'a>| format!("{} ({})", node.label(), node.operator());
        let mut readers: Vec<String> = readers.iter().take(4).map(label).collect();
        if self.value == self.graph.output {
            readers.insert(0, "the output".into());
        }
        OnnxError::Branches { value: self.value.to_owned(), readers: readers.join(" and ") }
    }

    fn push_skip(&mut self) {
        self.wants_bias = false;
        self.blocks.push((self.value, self.dims));
        let kind = LayerKind::Skip;
        let (name, parameters) = (String::new(), Vec::new());
        self.layers.push(ImportedLayer { name, kind, parameters, value: None });
    }

    /// Ends the innermost block: what it began with is added.
    pub(super) fn add(&mut self, node: Node<'a>) -> Result<(), OnnxError> {
        let kept = self.blocks.pop();
        match kept {
            Some((value, dims))
                if self.added_to(node) == Some(value) && dims.len() == self.dims.len() =>
            {
                self.push(node, LayerKind::Add, String::new(), Vec::new())
            }
            Some((_, dims)) => Err(node.refused(
                format!("it adds {dims} and {}", self.dims),
                "a block keeps the shape of its input: use the padding that keeps it",
            )),
            None => Err(self.unknown(node)),
        }
    }

    /// Adds a layer without parameters.
    pub(super) fn plain(&mut self, node: Node<'a>, kind: LayerKind) -> Result<(), OnnxError> {
        self.push(node, kind, String::new(), Vec::new())
    }

    /// Adds a layer with parameters, which is named after its module.
    pub(super) fn with_tensors(
        &mut self,
        node: Node<'a>,
        kind: LayerKind,
        weight: &str,
        tensors: &[Tensor],
    ) -> Result<(), OnnxError> {
        let wanted = names::of_layer(weight, &node.proto.name);
        let name = self.names.give(wanted, &kind.name().to_lowercase());
        let parameters = parameters_of(kind, self.dims, tensors).map_err(|error| {
            let (node, problem) = (node.label(), format!("`{name}` ({}): {error}", kind.name()));
            OnnxError::Layer { node, problem }
        })?;
        self.push(node, kind, name, parameters)
    }

    fn push(
        &mut self,
        node: Node<'a>,
        kind: LayerKind,
        name: String,
        parameters: Vec<f32>,
    ) -> Result<(), OnnxError> {
        self.parameters += parameters.len();
        if self.parameters > MOST_PARAMETERS {
            return Err(node.refused(
                format!("with it, the layers have more than {MOST_PARAMETERS} parameters"),
                "a weight that several nodes use counts for each of them: take a smaller network",
            ));
        }
        let facts = kind.facts(self.dims).map_err(|error| {
            let layer = LayerSpec { name: &name, kind };
            let index = self.layers.len();
            let misfit = Misfit { index, layer: &layer, input: self.dims, error };
            OnnxError::Layer { node: node.label(), problem: misfit.explain().to_string() }
        })?;
        self.dims = facts.output;
        self.wants_bias = false;
        let value = Some(node.output().to_owned());
        self.layers.push(ImportedLayer { name, kind, parameters, value });
        Ok(())
    }

    /// The last layer goes on to another value of the file.
    pub(super) fn same(&mut self, node: Node<'a>) {
        if let Some(layer) =
            self.layers.last_mut().filter(|layer| layer.kind.class() != Class::Fork)
        {
            layer.value = Some(node.output().to_owned());
        }
    }

    /// A constant has a number for each channel, and has them where the channels are: last in a vector,
    /// before the positions in a map.
    pub(super) fn is_of_channels(&self, shape: &[usize], values: &[f32]) -> bool {
        let channels = self.dims.channels();
        let after = if self.rank == 2 { 0 } else { self.rank - 2 };
        let lies_right = shape.iter().rev().nth(after) == Some(&values.len());
        values.len() == channels && (lies_right || self.dims.len() == channels)
    }

    /// Adds a bias to the last layer, which had none.
    pub(super) fn add_bias(&mut self, node: Node<'a>, bias: &'a str) -> Result<(), OnnxError> {
        let (shape, values) = self.graph.floats(bias)?;
        let (channels, fits) = (self.dims.channels(), self.is_of_channels(&shape, &values));
        let Some(layer) = self.layers.last_mut().filter(|_| self.wants_bias && fits) else {
            return Err(node.refused(
                format!("it adds a constant of shape {shape:?}"),
                "a constant is taken as the bias of the layer with weights right before it",
            ));
        };
        let first = layer.parameters.len() - channels;
        layer.parameters[first..].copy_from_slice(&values);
        self.wants_bias = false;
        self.same(node);
        Ok(())
    }

    /// The numbers of input `index` of a node, with a role.
    pub(super) fn tensor(
        &self,
        node: Node<'a>,
        index: usize,
        role: Role,
    ) -> Result<Tensor, OnnxError> {
        let name = node.input(index).ok_or_else(|| {
            node.refused(
                format!("it has no {}", role.name()),
                "the file is incomplete: export it again",
            )
        })?;
        let (shape, values) = self.graph.floats(name)?;
        Ok(Tensor { role, shape, values })
    }
}
