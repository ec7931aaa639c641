//! From the operators of a file to a graph.

use std::collections::HashMap;

use half::f16;

use super::TfliteError;
use super::model::{
    FLOAT16, FLOAT32, INT8, INT32, INT64, Model, Operator, Quantisation, Tensor, type_name,
};
use crate::LayersError;
use crate::graph::{Array, Graph, GraphBuilder, Operation, Value, ValueId};
use crate::onnx::LARGEST;
use crate::shape_text;

/// Numbers that operators read: each of the largest file's four times.
const MOST_NUMBERS: usize = LARGEST;

/// What has been read so far.
pub(super) struct Lowering<'a> {
    pub(super) model: &'a Model<'a>,
    builder: GraphBuilder,
    /// Tensors that are computed.
    values: HashMap<i32, ValueId>,
    /// Constants that are another one in half precision.
    widened: HashMap<i32, i32>,
    numbers_left: usize,
    /// Weights of eight bits are multiplied with activations that LiteRT rounds to eight bits, too.
    rounds_activations: bool,
}

/// An operator with its place in the file.
#[derive(Clone, Copy)]
pub(super) struct Node<'a> {
    pub(super) index: usize,
    pub(super) operator: &'a Operator<'a>,
}

impl Node<'_> {
    pub(super) fn label(self) -> String {
        format!("number {}", self.index)
    }

    pub(super) fn refused(self, found: impl Into<String>, advice: &'static str) -> TfliteError {
        let (node, operator) = (self.label(), self.operator.name.clone());
        LayersError::Option { node, operator, found: found.into(), advice }.into()
    }
}

/// The graph of a file; whether LiteRT would round activations that it computes.
pub(super) fn lower(model: &Model<'_>, wanted: Option<&str>) -> Result<(Graph, bool), TfliteError> {
    let end = |list: &[i32], what: &'static str| match list {
        &[one] => Ok(one),
        _ => {
            let names = list.iter().take(8).filter_map(|&index| model.tensor(index).ok());
            let names: Vec<_> = names.map(|tensor| format!("{:?}", tensor.name)).collect();
            Err(TfliteError::Ends { what, count: list.len(), names: names.join(", ") })
        }
    };
    let is_wanted = |&&index: &&i32| {
        model.tensor(index).is_ok_and(|tensor| Some(tensor.name.as_str()) == wanted)
    };
    let input = end(&model.inputs, "input")?;
    let output = match model.outputs.iter().find(is_wanted) {
        Some(&output) => output,
        None if wanted.is_some() => {
            let names = model.outputs.iter().take(8).filter_map(|&index| model.tensor(index).ok());
            let names: Vec<_> = names.map(|tensor| format!("{:?}", tensor.name)).collect();
            let count = model.outputs.len();
            return Err(TfliteError::NoOutput { count, names: names.join(", ") });
        }
        None => end(&model.outputs, "output")?,
    };
    let given = model.tensor(input)?;
    if given.code != FLOAT32 {
        let (tensor, found) = (given.name.clone(), type_name(given.code));
        return Err(TfliteError::Type { tensor, found });
    }
    let elements = given.shape.iter().try_fold(1usize, |all, &size| all.checked_mul(size));
    let elements = elements.filter(|&all| all > 0 && all <= u32::MAX as usize);
    let rank = given.shape.len();
    if given.is_open
        || given.shape.first() != Some(&1)
        || elements.is_none()
        || !(2..=4).contains(&rank)
    {
        let (input, found) = (given.name.clone(), shape_text(&given.shape));
        return Err(TfliteError::Input { input, found });
    }
    let value = Value { name: given.name.clone(), shape: given.shape.clone() };
    let mut lowering = Lowering {
        model,
        builder: GraphBuilder::new(value),
        values: HashMap::from([(input, Graph::INPUT)]),
        widened: HashMap::new(),
        numbers_left: MOST_NUMBERS,
        rounds_activations: false,
    };
    for (index, operator) in model.operators.iter().enumerate() {
        // What comes after it is not needed.
        if output != input && lowering.values.contains_key(&output) {
            break;
        }
        lowering.node(Node { index, operator })?;
    }
    match lowering.values.get(&output) {
        Some(&value) if value != Graph::INPUT => {
            Ok((lowering.builder.finish(value), lowering.rounds_activations))
        }
        _ => Err(TfliteError::DeadEnd { output: model.tensor(output)?.name.clone() }),
    }
}

impl<'a> Lowering<'a> {
    fn node(&mut self, node: Node<'a>) -> Result<(), TfliteError> {
        // What reads no computed value makes a constant: a shape, or weights of half precision.
        if !node.operator.inputs.iter().any(|input| self.values.contains_key(input)) {
            if let ("DEQUANTIZE", &[from], &[to]) =
                (&*node.operator.name, &node.operator.inputs[..], &node.operator.outputs[..])
            {
                self.widened.insert(to, from);
            }
            return Ok(());
        }
        // The shape of a value is known from the file.
        if node.operator.name == "SHAPE" {
            return Ok(());
        }
        self.apply(node)
    }

    /// A computed input.
    pub(super) fn value(&self, node: Node<'a>, at: usize) -> Result<ValueId, TfliteError> {
        let value = node.operator.inputs.get(at).and_then(|input| self.values.get(input));
        value.copied().ok_or_else(|| {
            node.refused(
                format!("its input {at} is a constant, or is not there"),
                "convert a network whose weights are constants",
            )
        })
    }

    pub(super) fn is_value(&self, node: Node<'a>, at: usize) -> bool {
        node.operator.inputs.get(at).is_some_and(|input| self.values.contains_key(input))
    }

    pub(super) fn shape(&self, node: Node<'a>, at: usize) -> Result<Vec<usize>, TfliteError> {
        Ok(self.builder.shape(self.value(node, at)?).to_vec())
    }

    /// The tensor of a constant input.
    fn constant(&self, node: Node<'a>, at: usize) -> Result<&'a Tensor<'a>, TfliteError> {
        let input = node.operator.inputs.get(at).copied().unwrap_or(-1);
        let tensor = self.model.tensor(self.widened.get(&input).copied().unwrap_or(input))?;
        if tensor.data.is_empty() && !tensor.shape.contains(&0) {
            return Err(node.refused(
                format!("its input {at} ({:?}) is computed while the network runs", tensor.name),
                "convert a network whose weights and shapes are constants",
            ));
        }
        Ok(tensor)
    }

    /// Shape and numbers of a constant input.
    pub(super) fn floats(&mut self, node: Node<'a>, at: usize) -> Result<Array, TfliteError> {
        let tensor = self.constant(node, at)?;
        let values: Vec<f32> = match tensor.code {
            FLOAT32 => tensor.data.as_chunks().0.iter().map(|b| f32::from_le_bytes(*b)).collect(),
            FLOAT16 => {
                let halves = tensor.data.as_chunks().0.iter();
                halves.map(|b| f16::from_le_bytes(*b).to_f32()).collect()
            }
            INT8 => {
                let is_widened = self.widened.contains_key(&node.operator.inputs[at]);
                self.rounds_activations |= !is_widened;
                dequantised(tensor)?
            }
            other => {
                let (tensor, found) = (tensor.name.clone(), type_name(other));
                return Err(TfliteError::Type { tensor, found });
            }
        };
        let count = tensor.shape.iter().try_fold(1usize, |all, &size| all.checked_mul(size));
        if count != Some(values.len()) {
            return Err(TfliteError::Damaged { what: "a constant" });
        }
        let left = self.numbers_left.checked_sub(values.len());
        self.numbers_left = left.ok_or(TfliteError::TooOften { limit: MOST_NUMBERS })?;
        if let Some(index) = values.iter().position(|value| !value.is_finite()) {
            let (tensor, value) = (tensor.name.clone(), values[index]);
            return Err(TfliteError::NotFinite { tensor, index, value });
        }
        Ok(Array { shape: tensor.shape.clone(), values })
    }

    /// The number that a map is padded with: that below all others, for a maximum, is one, too.
    pub(super) fn padding_value(&mut self, node: Node<'a>, at: usize) -> Result<f32, TfliteError> {
        let tensor = self.constant(node, at)?;
        if tensor.code == FLOAT32 && tensor.data == f32::NEG_INFINITY.to_le_bytes() {
            return Ok(f32::NEG_INFINITY);
        }
        Ok(self.floats(node, at)?.values.first().copied().unwrap_or(0.0))
    }

    /// The numbers of a constant input that is optional.
    pub(super) fn bias(
        &mut self,
        node: Node<'a>,
        at: usize,
    ) -> Result<Option<Vec<f32>>, TfliteError> {
        match node.operator.inputs.get(at) {
            None | Some(-1) => Ok(None),
            Some(_) => Ok(Some(self.floats(node, at)?.values)),
        }
    }

    /// Integers of a constant input.
    pub(super) fn integers(&mut self, node: Node<'a>, at: usize) -> Result<Vec<i64>, TfliteError> {
        let tensor = self.constant(node, at)?;
        let left = self.numbers_left.checked_sub(tensor.data.len());
        self.numbers_left = left.ok_or(TfliteError::TooOften { limit: MOST_NUMBERS })?;
        match tensor.code {
            INT32 => {
                let numbers = tensor.data.as_chunks().0.iter();
                Ok(numbers.map(|bytes| i32::from_le_bytes(*bytes).into()).collect())
            }
            INT64 => {
                let numbers = tensor.data.as_chunks().0.iter();
                Ok(numbers.map(|bytes| i64::from_le_bytes(*bytes)).collect())
            }
            other => {
                let (tensor, found) = (tensor.name.clone(), type_name(other));
                Err(TfliteError::Type { tensor, found })
            }
        }
    }

    /// The shape that the file gives the output.
    pub(super) fn declared(&self, node: Node<'a>) -> Result<Vec<usize>, TfliteError> {
        Ok(self.output(node)?.1.shape.clone())
    }

    fn output(&self, node: Node<'a>) -> Result<(i32, &'a Tensor<'a>), TfliteError> {
        let output = node.operator.outputs.first().copied().unwrap_or(-1);
        Ok((output, self.model.tensor(output)?))
    }

    /// A step of a node that takes several.
    pub(super) fn step(
        &mut self,
        node: Node<'a>,
        output: &str,
        operation: Operation,
        inputs: Vec<ValueId>,
    ) -> Result<ValueId, TfliteError> {
        let label = node.label();
        let weight = node.operator.inputs.get(1).and_then(|&input| {
            let input = self.widened.get(&input).copied().unwrap_or(input);
            self.model.tensor(input).ok()
        });
        let made = &self.output(node)?.1.name;
        let module = module(weight.map_or("", |tensor| &tensor.name), made);
        let names = [&*label, &*node.operator.name, module, output];
        let made = self.builder.add(names, operation, inputs);
        made.map_err(|problem| node.refused(problem.found, problem.advice))
    }

    /// The node's output is what the operation makes of `inputs`, and then `after`.
    pub(super) fn make(
        &mut self,
        node: Node<'a>,
        operation: Operation,
        inputs: Vec<ValueId>,
        after: Option<Operation>,
    ) -> Result<(), TfliteError> {
        let (output, tensor) = self.output(node)?;
        let made = match after {
            None => self.step(node, &tensor.name, operation, inputs)?,
            Some(after) => {
                let made = self.step(node, "", operation, inputs)?;
                self.step(node, &tensor.name, after, vec![made])?
            }
        };
        let computed = self.builder.shape(made);
        if computed != tensor.shape {
            let (computed, declared) = (shape_text(computed), shape_text(&tensor.shape));
            return Err(TfliteError::Shape { tensor: tensor.name.clone(), computed, declared });
        }
        self.values.insert(output, made);
        Ok(())
    }

    /// Goes on from the first input.
    pub(super) fn then(&mut self, node: Node<'a>, operation: Operation) -> Result<(), TfliteError> {
        let value = self.value(node, 0)?;
        self.make(node, operation, vec![value], None)
    }
}

/// `scale * (q - zero point)`
fn dequantised(tensor: &Tensor<'_>) -> Result<Vec<f32>, TfliteError> {
    const DAMAGED: TfliteError = TfliteError::Damaged { what: "a quantisation" };
    let quantisation = Quantisation::read(tensor)?;
    let (scales, zeros) = (&quantisation.scales, &quantisation.zero_points);
    let parts = scales.len();
    // As many numbers follow each other with the same scale as the dimensions behind have.
    let after = match parts {
        0 => return Err(DAMAGED),
        1 => 1,
        _ if tensor.shape.get(quantisation.dimension) != Some(&parts) => return Err(DAMAGED),
        _ => tensor.shape[quantisation.dimension + 1..].iter().product::<usize>().max(1),
    };
    if !zeros.is_empty() && zeros.len() != parts {
        return Err(DAMAGED);
    }
    let real = |(at, &byte): (usize, &u8)| {
        let part = at / after % parts;
        let zero = zeros.get(part).copied().unwrap_or(0);
        scales[part] * (i64::from(byte.cast_signed()).saturating_sub(zero)) as f32
    };
    Ok(tensor.data.iter().enumerate().map(real).collect())
}

/// What a layer is called whose weight has this name, or whose output. A converter lists all that it has merged: of
/// `net/norm/FusedBatchNormV3;net/conv2d/BiasAdd;net/conv2d/Conv2D`, that is `conv2d`.
fn module<'a>(weight: &'a str, output: &'a str) -> &'a str {
    // As our own exporter names it.
    if let Some(module) = weight.strip_suffix(".weight").filter(|module| !module.is_empty()) {
        return module;
    }
    let last = |path: &'a str| path.rsplit('/').find(|part| !part.is_empty()).unwrap_or("");
    let names = [weight, output];
    for ending in ["/BiasAdd", "/depthwise", "/MatMul", "/Conv2D"] {
        let mut parts = names.iter().flat_map(|name| name.split(';'));
        if let Some(path) = parts.find_map(|part| part.strip_suffix(ending)) {
            return last(path);
        }
    }
    let first = weight.split(';').next().unwrap_or("");
    match first.rsplit_once('/') {
        Some((path, _)) if !path.is_empty() => last(path),
        _ => first,
    }
}

#[cfg(test)]
mod tests {
    use super::module;

    #[test]
    fn layers_are_called_as_their_modules() {
        let merged = "net/norm/FusedBatchNormV3;net/conv2d/BiasAdd;net/conv2d_9/Conv2D";
        assert_eq!(module(merged, ""), "conv2d");
        assert_eq!(module("net/norm/Fused;net/first/depthwise", "net/relu/Relu"), "first");
        assert_eq!(module("conv1.weight", "x/BiasAdd"), "conv1");
        assert_eq!(module("arith.constant3", "net/dense/MatMul;net/dense/BiasAdd"), "dense");
        assert_eq!(module("w", ""), "w");
        assert_eq!(module("", ""), "");
    }
}
