//! The walk along the steps of a graph, layer by layer.

use tinyconv::plan::{Dims, DropoutOptions, LayerKind, LayerSpec, Misfit};

use super::layout::{Axis, Dimension, InputAxes, Layout};
use super::names::Names;
use super::structure::{self, Step};
use super::{ImportedLayer, ImportedNetwork, LayersError, Preparation, Turn, patterns};
use crate::graph::{ChannelAxis, Graph, Node, Operation, Problem};
use crate::{Role, Tensor, parameters_of};

/// More are not listed anywhere; a file could go on for a long time.
const MOST_LAYERS: usize = 1000;

/// A network of 128 layers has some hundred.
const MOST_NODES: usize = 10_000;

/// What the largest file holds, if each of its weights is used once.
const MOST_PARAMETERS: usize = crate::onnx::LARGEST / size_of::<f32>();

/// A value on the way.
#[derive(Clone)]
pub(super) struct State {
    /// Its shape; of an input without names, nothing that counts.
    pub(super) dims: Dims,
    pub(super) layout: Layout,
    /// Whether the input's axes have names.
    pub(super) named: bool,
    /// What a `Pad` that no layer has taken over has put there.
    pub(super) pad_value: f32,
    /// The layer that made it and has had no bias yet.
    pub(super) wants_bias: Option<usize>,
    /// The layer that averaged whole channels, and rows and columns before it, if a map can still be made of it.
    pub(super) averaged: Option<(usize, [usize; 2])>,
}

/// What has been made so far.
pub(super) struct Assembler<'a> {
    graph: &'a Graph,
    /// Where the format has channels.
    convention: ChannelAxis,
    pub(super) layers: Vec<ImportedLayer>,
    pub(super) preparation: Preparation,
    /// The part of the input along which it was prepared.
    pub(super) prepared_along: Option<usize>,
    input: Dims,
    input_axes: InputAxes,
    input_turn: Turn,
    names: Names,
    parameters: usize,
    log_softmax: bool,
}

/// The network of a graph, of a format that has channels where `convention` says.
pub(crate) fn assemble(
    mut graph: Graph,
    convention: ChannelAxis,
) -> Result<ImportedNetwork, LayersError> {
    if graph.nodes.len() > MOST_NODES {
        return Err(LayersError::TooManyNodes { limit: MOST_NODES });
    }
    patterns::contract(&mut graph);
    let steps = structure::steps(&graph)?;
    let input = graph.value(Graph::INPUT);
    let (input_axes, layout) = InputAxes::of(&input.shape);
    let mut assembler = Assembler {
        graph: &graph,
        convention,
        layers: Vec::new(),
        preparation: Preparation::default(),
        prepared_along: None,
        input: Dims::Map([1, 1, 1]),
        input_axes,
        input_turn: Turn::default(),
        names: Names::default(),
        parameters: 0,
        log_softmax: false,
    };
    let state = State {
        dims: Dims::Map([1, 1, 1]),
        layout,
        named: false,
        pad_value: 0.0,
        wants_bias: None,
        averaged: None,
    };
    let state = assembler.run(&steps, state)?;
    assembler.finish(state)
}

impl Assembler<'_> {
    pub(super) fn run(&mut self, steps: &[Step], mut state: State) -> Result<State, LayersError> {
        for step in steps {
            match step {
                Step::Node(index) => {
                    let node = &self.graph.nodes[*index];
                    self.node(node, &mut state).map_err(|refusal| refusal.of(node))?;
                }
                Step::Block { branches, end } => {
                    state = self.block(branches, &self.graph.nodes[*end], state)?;
                }
            }
        }
        Ok(state)
    }

    fn finish(mut self, mut state: State) -> Result<ImportedNetwork, LayersError> {
        let graph = self.graph;
        let output = graph.value(graph.output);
        if let Some(last) = graph.nodes.last() {
            let end = |assembler: &mut Self, state: &mut State| {
                assembler.settled(state)?;
                let is_vector = output.shape.iter().filter(|&&size| size > 1).count() <= 1
                    && output.shape.len() < 3;
                if is_vector && matches!(state.dims, Dims::Map(_)) {
                    let (index, turn) = (assembler.layers.len(), state.layout.turn(state.dims));
                    assembler.plain(last, LayerKind::Flatten, state)?;
                    assembler.layers[index].turn = turn;
                }
                Ok(())
            };
            end(&mut self, &mut state).map_err(|refusal: Refusal| refusal.of(last))?;
        }
        let output_turn = match self.layers.last() {
            Some(layer) if layer.kind == LayerKind::Flatten => layer.turn.clone(),
            _ => state.layout.turn(state.dims),
        };
        let network = ImportedNetwork {
            input: self.input,
            input_shape: graph.value(Graph::INPUT).shape.clone(),
            input_turn: self.input_turn,
            output_turn,
            log_softmax: self.log_softmax,
            preparation: self.preparation,
            layers: self.layers,
            input_name: graph.value(Graph::INPUT).name.clone(),
            output_name: output.name.clone(),
            rounds_activations: false,
            other_outputs: Vec::new(),
            external_files: Vec::new(),
            notes: None,
        };
        // What single nodes do not show: how large all of it is.
        let specs = network.specs();
        tinyconv_training::interpret::Interpreter::new(network.input, &specs)?;
        Ok(network)
    }

    fn node(&mut self, node: &Node, state: &mut State) -> Result<(), Refusal> {
        let operation = &node.operation;
        // These leave padding to what comes after them.
        let passes = matches!(
            operation,
            Operation::Reshape { .. }
                | Operation::Transpose { .. }
                | Operation::Pad { .. }
                | Operation::Identity
                | Operation::Convolution { .. }
                | Operation::MaxPool { .. }
                | Operation::AveragePool { .. }
        );
        if !passes {
            if state.layout.is_padded() {
                return Err(Refusal::new(
                    "a Pad stands before it",
                    "only a convolution or a pool takes what is put around its input: pad right before one",
                ));
            }
            self.no_gaps(operation, state)?;
        }
        match operation {
            Operation::Convolution { weight, bias, window, groups, channels } => self.convolution(
                node,
                (weight, bias.as_deref()),
                *window,
                *groups,
                *channels,
                state,
            ),
            Operation::Dense { weight, bias } => self.dense(node, weight, bias.as_deref(), state),
            Operation::MaxPool { window, channels } => {
                self.max_pool(node, *window, *channels, state)
            }
            Operation::AveragePool { window, counts_padding, channels } => {
                self.average_pool(node, *window, *counts_padding, *channels, state)
            }
            Operation::Reduce { reduction, axes, keeps_dimensions } => {
                self.reduce(node, *reduction, axes, *keeps_dimensions, state)
            }
            Operation::Normalisation { .. } => self.normalisation(node, state),
            Operation::Activation(kind) => self.plain(node, *kind, state),
            Operation::PRelu { slopes } => self.prelu(node, slopes, state),
            Operation::Arithmetic { arithmetic, constant, constant_first } => {
                self.arithmetic(node, *arithmetic, constant, *constant_first, state)
            }
            Operation::Softmax { axis } => {
                self.of_all(*axis, state)?;
                self.plain(node, LayerKind::Softmax, state)
            }
            Operation::LogSoftmax { axis } => {
                self.of_all(*axis, state)?;
                if node.output != self.graph.output {
                    return Err(Refusal::new(
                        "it is not the last node",
                        "logarithms of probabilities can only be what the network ends with",
                    ));
                }
                self.log_softmax = true;
                Ok(())
            }
            Operation::Reshape { shape } => {
                let layout = state.layout.reshaped(shape, state.dims, &mut self.input_axes);
                state.layout = layout.ok_or_else(|| {
                    Refusal::new(
                        format!("it makes {} of its input", crate::shape_text(shape)),
                        "dimensions can be merged, and ones added or left out, but none may be cut into parts",
                    )
                })?;
                Ok(())
            }
            Operation::Transpose { permutation } => {
                state.layout = state.layout.transposed(permutation);
                Ok(())
            }
            Operation::Pad { padding, value } => self.pad(padding, *value, state),
            Operation::Dropout { keep } => {
                let kind = LayerKind::Dropout(DropoutOptions { keep: *keep });
                self.plain(node, kind, state)
            }
            Operation::Identity => {
                if !state.layout.is_padded() {
                    self.same(node, state);
                }
                Ok(())
            }
            Operation::Multiply => Err(Refusal::new(
                "it multiplies two computed values",
                "only a constant is multiplied with (an attention such as squeeze-and-excitation has no layer here)",
            )),
            // What joins values is the end of a block.
            Operation::Add | Operation::Concat { .. } => {
                Err(Refusal::new("it reads one value", "the file is damaged: export it again"))
            }
        }
    }

    /// Names the input where an operation works number by number, or on whole values.
    fn no_gaps(&mut self, operation: &Operation, state: &mut State) -> Result<(), Refusal> {
        // Constants and norms say themselves which dimension they lie on.
        let waits = matches!(
            operation,
            Operation::Arithmetic { .. }
                | Operation::Reduce { .. }
                | Operation::Normalisation { .. }
        );
        if state.named || waits { Ok(()) } else { self.name_as_usual(state) }
    }

    /// Names the input's axes as the format has them.
    pub(super) fn name_as_usual(&mut self, state: &mut State) -> Result<(), Refusal> {
        let rank = state.layout.0.len();
        let shape = &self.graph.value(Graph::INPUT).shape;
        let channels = |rank: usize| match self.convention {
            ChannelAxis::First => 1,
            ChannelAxis::Last => rank - 1,
        };
        if matches!(rank, 3 | 4) {
            return self.name_by_channels(channels(rank), state);
        }
        // It was flattened before any layer saw it: its own shape tells.
        let (own, dimensions) = InputAxes::of(shape);
        let parts = if matches!(shape.len(), 3 | 4) && own.len() == self.input_axes.len() {
            parts_by_channels(&dimensions.0, channels(shape.len()))
        } else {
            // Of features, each is a position of a single channel.
            [Vec::new(), Vec::new(), atoms_of(&state.layout.0)]
        };
        self.name(parts, state)
    }

    /// Names the input's axes, of which dimension `channels` has the channels; the others are rows and columns.
    pub(super) fn name_by_channels(
        &mut self,
        channels: usize,
        state: &mut State,
    ) -> Result<(), Refusal> {
        let parts = parts_by_channels(&state.layout.0, channels);
        self.name(parts, state)
    }

    pub(super) fn name(
        &mut self,
        parts: [Vec<usize>; 3],
        state: &mut State,
    ) -> Result<(), Refusal> {
        let sizes = parts.each_ref().map(|atoms| self.input_axes.size(atoms));
        let layout = state.layout.named(&parts).ok_or_else(|| {
            Refusal::new(
                "the dimensions of its input are those of no map",
                "make the input batch x channels x rows x columns, or batch x rows x columns x channels",
            )
        })?;
        if let Some(atom) = self.prepared_along
            && parts[0] != [atom]
        {
            return Err(Refusal::new(
                "the input is prepared with a constant that does not lie along its channels",
                "it takes one number, or one for each channel",
            ));
        }
        self.input = Dims::Map(sizes);
        self.input_turn = self.input_axes.turn(&parts.concat());
        state.dims = self.input;
        state.layout = layout;
        state.named = true;
        Ok(())
    }

    /// Nothing waits for another layer.
    pub(super) fn settled(&mut self, state: &mut State) -> Result<(), Refusal> {
        if state.layout.is_padded() {
            return Err(Refusal::new(
                "what comes out of a Pad ends there",
                "only a convolution or a pool takes what is put around its input: pad right before one",
            ));
        }
        if state.named { Ok(()) } else { self.name_as_usual(state) }
    }

    /// A map becomes a vector, in our order.
    pub(super) fn flattened(&mut self, node: &Node, state: &mut State) -> Result<(), Refusal> {
        if let Dims::Map(_) = state.dims {
            if !state.layout.turn(state.dims).keeps() {
                return Err(Refusal::new(
                    format!("its input of {} was flattened channels last", state.dims),
                    "only a dense layer takes such a vector: put it there, or export channels first",
                ));
            }
            let rank = state.layout.0.len();
            let at = state.layout.0.iter().position(|dimension| !dimension.axes.is_empty());
            self.plain(node, LayerKind::Flatten, state)?;
            self.layers.last_mut().expect("a layer was added").value = None;
            state.layout = Layout::of(rank, state.dims, &[(at.unwrap_or(rank - 1), Axis::Channel)]);
        }
        Ok(())
    }

    /// Refuses a dimension that does not have all numbers of the value.
    fn of_all(&self, axis: usize, state: &State) -> Result<(), Refusal> {
        let all = state.layout.axes().len();
        if state.layout.0[axis].axes.len() == all {
            return Ok(());
        }
        Err(Refusal::new(
            format!("the axis {axis} of {}", state.dims),
            "it must cover all outputs together: put it after Flatten or Gemm",
        ))
    }

    /// Adds a layer without parameters that keeps the file's dimensions.
    pub(super) fn plain(
        &mut self,
        node: &Node,
        kind: LayerKind,
        state: &mut State,
    ) -> Result<(), Refusal> {
        self.push(node, kind, String::new(), Vec::new(), state)
    }

    /// Adds a layer with parameters, which is named after its module.
    pub(super) fn with_tensors(
        &mut self,
        node: &Node,
        kind: LayerKind,
        tensors: &[Tensor],
        state: &mut State,
    ) -> Result<(), Refusal> {
        let name = self.names.give(&node.module, &kind.name().to_lowercase());
        let parameters = parameters_of(kind, state.dims, tensors)
            .map_err(|error| Refusal::Layer(format!("`{name}` ({}): {error}", kind.name())))?;
        self.push(node, kind, name, parameters, state)
    }

    fn push(
        &mut self,
        node: &Node,
        kind: LayerKind,
        name: String,
        parameters: Vec<f32>,
        state: &mut State,
    ) -> Result<(), Refusal> {
        self.parameters += parameters.len();
        if self.parameters > MOST_PARAMETERS {
            return Err(Refusal::new(
                format!("with it, the layers have more than {MOST_PARAMETERS} parameters"),
                "a weight that several nodes use counts for each of them: take a smaller network",
            ));
        }
        // Finite numbers times a factor of the file may be none.
        if let Some(at) = parameters.iter().position(|parameter| !parameter.is_finite()) {
            return Err(Refusal::new(
                format!("number {at} of its parameters is {}", parameters[at]),
                "training diverged, or the file is damaged: export it again",
            ));
        }
        let facts = kind.facts(state.dims).map_err(|error| {
            let layer = LayerSpec { name: &name, kind };
            let index = self.layers.len();
            let misfit = Misfit { index, layer: &layer, input: state.dims, error };
            Refusal::Layer(misfit.explain().to_string())
        })?;
        state.dims = facts.output;
        state.wants_bias = None;
        let turn = state.layout.turn(state.dims);
        self.add(ImportedLayer { name, kind, parameters, value: value_of(node, self.graph), turn })
    }

    /// The begin, middle or end of a block.
    pub(super) fn mark(
        &mut self,
        kind: LayerKind,
        node: &Node,
        value: Option<&Node>,
        state: &State,
    ) -> Result<(), Refusal> {
        let value = value.and_then(|_| value_of(node, self.graph));
        let turn = state.layout.turn(state.dims);
        self.add(ImportedLayer { name: String::new(), kind, parameters: Vec::new(), value, turn })
    }

    fn add(&mut self, layer: ImportedLayer) -> Result<(), Refusal> {
        self.layers.push(layer);
        if self.layers.len() > MOST_LAYERS {
            return Err(Refusal::new(
                format!("there are more than {MOST_LAYERS} layers before it"),
                "take a smaller network",
            ));
        }
        Ok(())
    }

    /// The last layer goes on to another value of the file.
    pub(super) fn same(&mut self, node: &Node, state: &State) {
        let (graph, turn) = (self.graph, state.layout.turn(state.dims));
        if let Some(layer) = self.layers.last_mut().filter(|layer| layer.value.is_some()) {
            layer.value = value_of(node, graph);
            layer.turn = turn;
        }
    }

    /// Has the last layer a weight and a bias? Its tensors, by role.
    pub(super) fn bias_of(&mut self, layer: usize, channels: usize) -> &mut [f32] {
        let parameters = &mut self.layers[layer].parameters;
        let first = parameters.len() - channels;
        &mut parameters[first..]
    }
}

/// The value that a node makes, if the file names it.
fn value_of(node: &Node, graph: &Graph) -> Option<String> {
    let name = &graph.value(node.output).name;
    (!name.is_empty()).then(|| name.clone())
}

/// The parts of the input that dimensions consist of.
fn atoms_of(dimensions: &[Dimension]) -> Vec<usize> {
    let axes = dimensions.iter().flat_map(|dimension| &dimension.axes);
    axes.filter_map(|axis| if let Axis::Atom(atom) = axis { Some(*atom) } else { None }).collect()
}

/// Channels, rows and columns, of which the first is dimension `channels`.
fn parts_by_channels(dimensions: &[Dimension], channels: usize) -> [Vec<usize>; 3] {
    let all: Vec<_> = dimensions.iter().map(|it| atoms_of(std::slice::from_ref(it))).collect();
    let places: Vec<usize> = (1..dimensions.len()).filter(|&at| at != channels).collect();
    let part = |at: usize| all.get(at).cloned().unwrap_or_default();
    match places[..] {
        [rows, columns] => [part(channels), part(rows), part(columns)],
        [columns] => [part(channels), Vec::new(), part(columns)],
        _ => [Vec::new(), Vec::new(), all.concat()],
    }
}

/// A tensor of a role.
pub(super) fn tensor(role: Role, shape: &[usize], values: Vec<f32>) -> Tensor {
    Tensor { role, shape: shape.to_vec(), values }
}

/// Why a node is refused.
pub(super) enum Refusal {
    /// What it has, and what to do.
    Problem(Problem),
    /// What its layer says.
    Layer(String),
}

impl Refusal {
    pub(super) fn new(found: impl Into<String>, advice: &'static str) -> Self {
        Self::Problem(Problem::new(found, advice))
    }

    pub(super) fn of(self, node: &Node) -> LayersError {
        match self {
            Self::Problem(problem) => LayersError::of(node, problem),
            Self::Layer(problem) => LayersError::Layer { node: node.label.clone(), problem },
        }
    }
}
