//! From the nodes of a file to a graph of values that are computed; what is constant is worked out on the way.

use std::collections::HashMap;
use std::rc::Rc;

use super::constant::{self, Constant};
use super::external::External;
use super::graph::Graph;
use super::node::Node;
use super::proto::{FLOAT, TensorProto};
use super::{NumbersError, OnnxError, numbers};
use crate::graph::{self, Array, GraphBuilder, Operation, Value, ValueId};

/// Numbers that nodes read or make: each of the largest file's four times.
const MOST_NUMBERS: usize = super::import::LARGEST;

/// What is known of a name.
#[derive(Clone)]
enum Known<'a> {
    /// It is computed when the network runs.
    Value(ValueId),
    Constant(Rc<Constant>),
    /// A tensor of the file that nobody has read yet.
    Stored(&'a TensorProto),
}

/// What has been read so far.
pub(super) struct Lowering<'a> {
    pub(super) builder: GraphBuilder,
    known: HashMap<&'a str, Known<'a>>,
    external: &'a External,
    /// The version of the operators.
    pub(super) operators: i64,
    /// The batch, if the file fixes one of several samples.
    pub(super) batch: Option<i64>,
    /// How many more numbers may be read.
    numbers_left: usize,
}

/// The graph of a file whose input has this shape, the batch first; 0 is an open one.
pub(super) fn lower<'a>(
    file: &Graph<'a>,
    operators: i64,
    input_shape: &[usize],
    external: &'a External,
) -> Result<graph::Graph, OnnxError> {
    let shape = [&[1], &input_shape[1..]].concat();
    let mut known: HashMap<&str, Known<'_>> =
        file.initializers.iter().map(|(name, tensor)| (*name, Known::Stored(tensor))).collect();
    known.insert(&file.input.name, Known::Value(graph::Graph::INPUT));
    let mut lowering = Lowering {
        builder: GraphBuilder::new(Value { name: file.input.name.clone(), shape }),
        known,
        external,
        operators,
        batch: i64::try_from(input_shape[0]).ok().filter(|&batch| batch > 1),
        numbers_left: MOST_NUMBERS,
    };
    for &node in &file.nodes {
        lowering.node(node)?;
    }
    match lowering.known.get(file.output) {
        Some(&Known::Value(output)) if output != graph::Graph::INPUT => {
            Ok(lowering.builder.finish(output))
        }
        Some(_) => {
            Err(OnnxError::DeadEnd { input: file.input.name.clone(), output: file.output.into() })
        }
        None => Err(OnnxError::MissingTensor {
            node: "of the output".into(),
            tensor: file.output.into(),
        }),
    }
}

impl<'a> Lowering<'a> {
    fn node(&mut self, node: Node<'a>) -> Result<(), OnnxError> {
        let is_value = |name: &String| matches!(self.known.get(&**name), Some(Known::Value(_)));
        let reads_values = node.proto.input.iter().any(is_value);
        let usual = matches!(node.proto.domain.as_str(), "" | "ai.onnx");
        if !reads_values && usual {
            return self.constant_node(node);
        }
        if let (true, "Shape") = (usual, node.operator()) {
            let value = self.value(node, 0)?;
            let sizes: Vec<i64> =
                self.builder.shape(value).iter().map(|&size| size as i64).collect();
            let shape = constant::shape_of(node, &sizes).map_err(|source| of(node, source))?;
            self.known.insert(node.output(), Known::Constant(Rc::new(shape)));
            return Ok(());
        }
        if !usual {
            return Err(node.unknown());
        }
        self.apply(node)
    }

    /// A node that reads no computed value.
    fn constant_node(&mut self, node: Node<'a>) -> Result<(), OnnxError> {
        let known = if node.operator() == "Constant" {
            self.written(node)?
        } else {
            let mut inputs = Vec::with_capacity(node.proto.input.len());
            for name in &node.proto.input {
                inputs.push(if name.is_empty() {
                    None
                } else {
                    let constant = self.constant(name);
                    Some((*constant.map_err(|source| numbers_of(name, source))?).clone())
                });
            }
            let folded = constant::fold(node, &inputs, self.numbers_left);
            let folded = folded.map_err(|source| of(node, source))?;
            self.take(folded.len()).map_err(|source| of(node, source))?;
            Known::Constant(Rc::new(folded))
        };
        self.known.insert(node.output(), known);
        Ok(())
    }

    /// What a `Constant` is written as.
    fn written(&self, node: Node<'a>) -> Result<Known<'a>, OnnxError> {
        if let Some(tensor) = node.tensor("value") {
            return Ok(Known::Stored(tensor));
        }
        let constant = match (node.float("value_float"), node.int("value_int")) {
            (Some(value), _) => Constant::floats(&[], vec![value]),
            (None, Some(value)) => Constant::integers(&[], vec![value]),
            (None, None) => match (node.floats("value_floats"), node.ints("value_ints")) {
                (Some(list), _) if !list.is_empty() => {
                    Constant::floats(&[list.len()], list.to_vec())
                }
                (_, Some(list)) => Constant::integers(&[list.len()], list.to_vec()),
                _ => None,
            },
        };
        let constant = constant.ok_or_else(|| of(node, NumbersError::NotConstant))?;
        Ok(Known::Constant(Rc::new(constant)))
    }

    /// The constant of a name.
    fn constant(&mut self, name: &'a str) -> Result<Rc<Constant>, NumbersError> {
        let constant = match self.known.get(name) {
            Some(Known::Constant(constant)) => constant.clone(),
            Some(&Known::Stored(tensor)) => {
                let left = self.numbers_left.saturating_mul(size_of::<f32>());
                Rc::new(numbers::constant_with(tensor, |tensor| self.external.bytes(tensor, left))?)
            }
            _ => return Err(NumbersError::NotConstant),
        };
        self.take(constant.len())?;
        // Those of a few numbers are shapes, which may be read often.
        if constant.len() <= 64 {
            self.known.insert(name, Known::Constant(constant.clone()));
        }
        Ok(constant)
    }

    /// Numbers are read a few times, and not once for every node of a long file.
    fn take(&mut self, count: usize) -> Result<(), NumbersError> {
        let left = self.numbers_left.checked_sub(count);
        self.numbers_left = left.ok_or(NumbersError::TooOften { limit: MOST_NUMBERS })?;
        Ok(())
    }

    pub(super) fn is_constant(&self, name: &str) -> bool {
        matches!(self.known.get(name), Some(Known::Constant(_) | Known::Stored(_)))
    }

    /// Shape and numbers of a constant input.
    pub(super) fn floats(&mut self, node: Node<'a>, at: usize) -> Result<Array, OnnxError> {
        let name = node.input(at).ok_or_else(|| {
            node.refused(format!("it has no input {at}"), "the file is incomplete: export it again")
        })?;
        let array = self.constant(name).and_then(|constant| constant.array());
        array.map_err(|source| numbers_of(name, source))
    }

    /// A single number: an attribute once, an input in later versions.
    pub(super) fn number(
        &mut self,
        node: Node<'a>,
        attribute: &str,
        at: usize,
    ) -> Result<Option<f32>, OnnxError> {
        match (node.float(attribute), node.input(at)) {
            (Some(value), _) => Ok(Some(value)),
            (None, Some(name)) => {
                let constant = self.constant(name).map_err(|source| numbers_of(name, source))?;
                // Bounds without an end are written as infinities.
                match &*constant {
                    Constant::Floats(array) => Ok(array.first().copied()),
                    Constant::Integers(array) => Ok(array.first().map(|&value| value as f32)),
                }
            }
            (None, None) => Ok(None),
        }
    }

    /// Integers: an attribute once, an input in later versions.
    pub(super) fn integers(
        &mut self,
        node: Node<'a>,
        attribute: &str,
        at: usize,
    ) -> Result<Option<Vec<i64>>, OnnxError> {
        match (node.ints(attribute), node.input(at)) {
            (Some(list), _) => Ok(Some(list.to_vec())),
            (None, Some(name)) => {
                let list = self.constant(name).and_then(|constant| constant.list());
                list.map(Some).map_err(|source| numbers_of(name, source))
            }
            (None, None) => Ok(None),
        }
    }

    /// The axes that a node names, ascending.
    pub(super) fn axes(
        &mut self,
        node: Node<'a>,
        rank: usize,
    ) -> Result<Option<Vec<usize>>, OnnxError> {
        let Some(list) = self.integers(node, "axes", 1)? else { return Ok(None) };
        let axes = list.iter().map(|&axis| constant::axis_of(axis, rank));
        let mut axes = axes.collect::<Option<Vec<_>>>().ok_or_else(|| {
            node.refused(
                format!("the axes {list:?} of {rank} dimensions"),
                "the value has fewer dimensions: export it again",
            )
        })?;
        axes.sort_unstable();
        axes.dedup();
        Ok(Some(axes))
    }

    /// A computed input.
    pub(super) fn value(&self, node: Node<'a>, at: usize) -> Result<ValueId, OnnxError> {
        match node.input(at).and_then(|name| self.known.get(name)) {
            Some(&Known::Value(value)) => Ok(value),
            _ => Err(node.refused(
                "what comes from the network's input is not its first input",
                "export a network whose weights are constants",
            )),
        }
    }

    /// All inputs, which are computed.
    pub(super) fn values(&self, node: Node<'a>) -> Result<Vec<ValueId>, OnnxError> {
        (0..node.proto.input.len()).map(|at| self.value(node, at)).collect()
    }

    /// Goes on from the first input.
    pub(super) fn then(&mut self, node: Node<'a>, operation: Operation) -> Result<(), OnnxError> {
        let value = self.value(node, 0)?;
        self.make(node, operation, vec![value])
    }

    /// The node's output is what the operation makes of `inputs`.
    pub(super) fn make(
        &mut self,
        node: Node<'a>,
        operation: Operation,
        inputs: Vec<ValueId>,
    ) -> Result<(), OnnxError> {
        let made = self.step(node, node.output(), operation, inputs)?;
        self.known.insert(node.output(), Known::Value(made));
        Ok(())
    }

    /// A step of a node that takes several.
    pub(super) fn step(
        &mut self,
        node: Node<'a>,
        output: &str,
        operation: Operation,
        inputs: Vec<ValueId>,
    ) -> Result<ValueId, OnnxError> {
        let label = node.label();
        // The first input that is no value names the module: its weight.
        let weight = node.proto.input.iter().find(|name| self.is_constant(name));
        let module = crate::imported::of_layer(weight.map_or("", |name| name), &node.proto.name);
        let names = [&*label, node.operator(), module, output];
        let made = self.builder.add(names, operation, inputs);
        made.map_err(|problem| node.refused(problem.found, problem.advice))
    }
}

fn numbers_of(tensor: &str, source: NumbersError) -> OnnxError {
    OnnxError::Numbers { tensor: tensor.into(), source }
}

fn of(node: Node<'_>, source: NumbersError) -> OnnxError {
    numbers_of(node.output(), source)
}

/// Whether a type is that of all values.
pub(super) fn is_float(to: Option<i64>) -> bool {
    to == Some(i64::from(FLOAT))
}
