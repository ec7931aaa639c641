//! What each operator of ONNX computes: a new one has its line here.

use tinyconv::plan::{ClipOptions, EluOptions, LayerKind, LeakyReluOptions};

use super::OnnxError;
use super::constant::{axis_of, flatten_at, reshape_to};
use super::lowering::{Lowering, is_float};
use super::node::Node;
use crate::graph::{Arithmetic, Array, Operation, Reduction};
use crate::imported::complement;

impl<'a> Lowering<'a> {
    /// Reads a node that goes on from a computed value.
    pub(super) fn apply(&mut self, node: Node<'a>) -> Result<(), OnnxError> {
        match node.operator() {
            "Conv" => self.convolution(node),
            "BatchNormalization" => self.batch_norm(node),
            "Relu" => self.activation(node, LayerKind::Relu),
            "Tanh" => self.activation(node, LayerKind::Tanh),
            "Sigmoid" => self.activation(node, LayerKind::Sigmoid),
            "HardSwish" => self.activation(node, LayerKind::HardSwish),
            "Elu" => {
                node.only(&["alpha"])?;
                let alpha = node.float("alpha").unwrap_or(1.0);
                self.then(node, Operation::Activation(LayerKind::Elu(EluOptions { alpha })))
            }
            "LeakyRelu" => {
                node.only(&["alpha"])?;
                let slope = node.float("alpha").unwrap_or(LeakyReluOptions::NEW.slope);
                let leaky = LayerKind::LeakyRelu(LeakyReluOptions { slope });
                let kind = if slope == 0.0 { LayerKind::Relu } else { leaky };
                self.then(node, Operation::Activation(kind))
            }
            "PRelu" => {
                node.only(&[])?;
                let slopes = self.floats(node, 1)?;
                self.then(node, Operation::PRelu { slopes })
            }
            "HardSigmoid" => self.hard_sigmoid(node),
            "Clip" => self.clip(node),
            "Add" | "Sum" => self.arithmetic(node, Arithmetic::Add),
            "Sub" => self.arithmetic(node, Arithmetic::Subtract),
            "Mul" => self.arithmetic(node, Arithmetic::Multiply),
            "Div" => self.arithmetic(node, Arithmetic::Divide),
            "Min" => self.arithmetic(node, Arithmetic::Minimum),
            "Max" => self.arithmetic(node, Arithmetic::Maximum),
            "Neg" => {
                node.only(&[])?;
                let (arithmetic, constant) = (Arithmetic::Multiply, Array::of(-1.0));
                let constant_first = false;
                self.then(node, Operation::Arithmetic { arithmetic, constant, constant_first })
            }
            "Concat" => {
                node.only(&["axis"])?;
                let values = self.values(node)?;
                let rank = self.builder.shape(values[0]).len();
                let axis = self.axis(node, node.int("axis").unwrap_or(1), rank)?;
                match values[..] {
                    [_] => self.then(node, Operation::Identity),
                    _ => self.make(node, Operation::Concat { axis }, values),
                }
            }
            "Softmax" | "LogSoftmax" => self.softmax(node),
            "MaxPool" | "AveragePool" => self.pool(node),
            "GlobalAveragePool" => self.reduce_all(node, Reduction::Mean),
            "GlobalMaxPool" => self.reduce_all(node, Reduction::Maximum),
            "ReduceMean" => self.reduce(node, Reduction::Mean),
            "ReduceMax" => self.reduce(node, Reduction::Maximum),
            "Gemm" => self.gemm(node),
            "MatMul" => self.product(node),
            "Flatten" => {
                node.only(&["axis"])?;
                let shape = self.shape(node)?;
                let at = flatten_at(node, shape.len());
                let at = at.ok_or_else(|| node.refused("its axis is none", AGAIN))?;
                let (front, back) = shape.split_at(at);
                let shape = vec![front.iter().product(), back.iter().product()];
                self.then(node, Operation::Reshape { shape })
            }
            "Reshape" => self.reshape(node),
            "Squeeze" => {
                node.only(&["axes"])?;
                let mut shape = self.shape(node)?;
                let axes = self.axes(node, shape.len())?;
                let axes =
                    axes.unwrap_or_else(|| (0..shape.len()).filter(|&at| shape[at] == 1).collect());
                for &axis in axes.iter().rev() {
                    if shape[axis] != 1 {
                        let text = crate::shape_text(&shape);
                        let found = format!("the axes {axes:?} of {text}");
                        return Err(
                            node.refused(found, "only axes of a single element are left out")
                        );
                    }
                    shape.remove(axis);
                }
                self.then(node, Operation::Reshape { shape })
            }
            "Unsqueeze" => {
                node.only(&["axes"])?;
                let mut shape = self.shape(node)?;
                let count = self.integers(node, "axes", 1)?.map_or(0, |list| list.len());
                let axes = self.axes(node, shape.len() + count)?.unwrap_or_default();
                for axis in axes {
                    shape.insert(axis.min(shape.len()), 1);
                }
                self.then(node, Operation::Reshape { shape })
            }
            "Transpose" => {
                node.only(&["perm"])?;
                let rank = self.shape(node)?.len();
                let permutation = match node.ints("perm") {
                    None => (0..rank).rev().collect(),
                    Some(list) => {
                        let places = list.iter().map(|&at| axis_of(at, rank));
                        places
                            .collect::<Option<_>>()
                            .ok_or_else(|| node.refused("its perm is none", AGAIN))?
                    }
                };
                self.then(node, Operation::Transpose { permutation })
            }
            "Pad" => self.pad(node),
            "Dropout" => {
                node.only(&["ratio", "seed"])?;
                let ratio = self.number(node, "ratio", 1)?.unwrap_or(0.5);
                let keep = complement(ratio);
                let drops = Operation::Dropout { keep };
                self.then(node, if ratio == 0.0 { Operation::Identity } else { drops })
            }
            "Cast" if is_float(node.int("to")) => self.then(node, Operation::Identity),
            "Identity" => self.then(node, Operation::Identity),
            _ => Err(node.unknown()),
        }
    }

    /// The shape of the first input.
    pub(super) fn shape(&self, node: Node<'a>) -> Result<Vec<usize>, OnnxError> {
        Ok(self.builder.shape(self.value(node, 0)?).to_vec())
    }

    fn axis(&self, node: Node<'a>, axis: i64, rank: usize) -> Result<usize, OnnxError> {
        axis_of(axis, rank).ok_or_else(|| {
            node.refused(format!("the axis {axis} of a value of {rank} dimensions"), AGAIN)
        })
    }

    fn activation(&mut self, node: Node<'a>, kind: LayerKind) -> Result<(), OnnxError> {
        node.only(&[])?;
        self.then(node, Operation::Activation(kind))
    }

    fn batch_norm(&mut self, node: Node<'a>) -> Result<(), OnnxError> {
        node.only(&["epsilon", "momentum", "training_mode", "spatial"])?;
        let advice = "export the network in its evaluation mode: model.eval()";
        node.must_be("training_mode", 0, advice)?;
        node.must_be(
            "spatial",
            1,
            "normalise whole channels: statistics of each position have no layer here",
        )?;
        let mut list = |at| self.floats(node, at).map(|array| array.values);
        let [weight, bias, mean, variance] = [list(1)?, list(2)?, list(3)?, list(4)?];
        let epsilon = node.float("epsilon").unwrap_or(1e-5);
        let momentum = node.float("momentum").unwrap_or(0.9);
        let axis = 1;
        let norm =
            Operation::Normalisation { weight, bias, mean, variance, epsilon, momentum, axis };
        self.then(node, norm)
    }

    /// `max(0, min(1, alpha * x + beta))`
    fn hard_sigmoid(&mut self, node: Node<'a>) -> Result<(), OnnxError> {
        node.only(&["alpha", "beta"])?;
        let of = |arithmetic, value| {
            let constant = Array::of(value);
            Operation::Arithmetic { arithmetic, constant, constant_first: false }
        };
        let (alpha, beta) = (node.float("alpha").unwrap_or(0.2), node.float("beta").unwrap_or(0.5));
        let value = self.value(node, 0)?;
        let scaled = self.step(node, "", of(Arithmetic::Multiply, alpha), vec![value])?;
        let moved = self.step(node, "", of(Arithmetic::Add, beta), vec![scaled])?;
        let clip = LayerKind::Clip(ClipOptions { low: 0.0, high: 1.0 });
        self.make(node, Operation::Activation(clip), vec![moved])
    }

    /// Its bounds are inputs, in old files attributes.
    fn clip(&mut self, node: Node<'a>) -> Result<(), OnnxError> {
        node.only(&["min", "max"])?;
        // What no number is beyond is no bound.
        let low = self.number(node, "min", 1)?.filter(|&low| low > f32::MIN);
        let high = self.number(node, "max", 2)?.filter(|&high| high < f32::MAX);
        let bound = |arithmetic, value| {
            let constant = Array::of(value);
            Operation::Arithmetic { arithmetic, constant, constant_first: false }
        };
        let operation = match (low, high) {
            (None, None) => Operation::Identity,
            (Some(low), None) => bound(Arithmetic::Maximum, low),
            (None, Some(high)) => bound(Arithmetic::Minimum, high),
            (Some(low), Some(high)) => {
                Operation::Activation(LayerKind::Clip(ClipOptions { low, high }))
            }
        };
        self.then(node, operation)
    }

    /// With a constant, or of computed values.
    fn arithmetic(&mut self, node: Node<'a>, arithmetic: Arithmetic) -> Result<(), OnnxError> {
        node.only(&[])?;
        let is_constant = |at| node.input(at).is_some_and(|name| self.is_constant(name));
        let two = node.proto.input.len() == 2;
        let (constant_at, value_at) = match (is_constant(0), is_constant(1)) {
            (false, true) if two => (1, 0),
            (true, false) if two => (0, 1),
            _ => {
                let operation = match arithmetic {
                    Arithmetic::Add => Operation::Add,
                    Arithmetic::Multiply if two => Operation::Multiply,
                    _ => {
                        return Err(node.refused(
                            "it takes several computed values",
                            "only one of a computed value and a constant is a layer",
                        ));
                    }
                };
                let values = self.values(node)?;
                return match values[..] {
                    [_] => self.then(node, Operation::Identity),
                    _ => self.make(node, operation, values),
                };
            }
        };
        let constant = self.floats(node, constant_at)?;
        let value = self.value(node, value_at)?;
        let constant_first = constant_at == 0;
        let operation = Operation::Arithmetic { arithmetic, constant, constant_first };
        self.make(node, operation, vec![value])
    }

    fn softmax(&mut self, node: Node<'a>) -> Result<(), OnnxError> {
        node.only(&["axis"])?;
        let of = |axis| match node.operator() {
            "Softmax" => Operation::Softmax { axis },
            _ => Operation::LogSoftmax { axis },
        };
        let shape = self.shape(node)?;
        // Before version 13, all dimensions from `axis` on were taken together.
        let whole = self.operators < 13;
        let axis = node.int("axis").unwrap_or(if whole { 1 } else { -1 });
        let axis = self.axis(node, axis, shape.len())?;
        if !whole || axis + 1 == shape.len() {
            return self.then(node, of(axis));
        }
        let (front, back) = shape.split_at(axis);
        let flat = vec![front.iter().product(), back.iter().product()];
        let value = self.value(node, 0)?;
        let flat = self.step(node, "", Operation::Reshape { shape: flat }, vec![value])?;
        let one = self.step(node, "", of(1), vec![flat])?;
        self.make(node, Operation::Reshape { shape }, vec![one])
    }

    /// Over all positions.
    fn reduce_all(&mut self, node: Node<'a>, reduction: Reduction) -> Result<(), OnnxError> {
        node.only(&[])?;
        let axes = (2..self.shape(node)?.len()).collect();
        self.then(node, Operation::Reduce { reduction, axes, keeps_dimensions: true })
    }

    fn reduce(&mut self, node: Node<'a>, reduction: Reduction) -> Result<(), OnnxError> {
        node.only(&["axes", "keepdims", "noop_with_empty_axes"])?;
        let rank = self.shape(node)?.len();
        let Some(axes) = self.axes(node, rank)? else {
            return Err(node.refused("it names no axes", "name them (dim=...)"));
        };
        let keeps_dimensions = node.int("keepdims").unwrap_or(1) != 0;
        self.then(node, Operation::Reduce { reduction, axes, keeps_dimensions })
    }

    fn gemm(&mut self, node: Node<'a>) -> Result<(), OnnxError> {
        node.only(&["alpha", "beta", "transA", "transB"])?;
        node.must_be("transA", 0, "the input is a vector here: leave transA out")?;
        let rank = self.shape(node)?.len();
        if rank != 2 {
            let found = format!("its input has {rank} dimensions");
            return Err(
                node.refused(found, "a dense layer takes a vector: put a Flatten before it")
            );
        }
        let is_transposed = node.int("transB").unwrap_or(0) != 0;
        let mut weight = self.matrix(node, is_transposed)?;
        let factor = node.float("alpha").unwrap_or(1.0);
        weight.values.iter_mut().for_each(|value| *value *= factor);
        let bias = match node.input(2) {
            None => None,
            Some(_) => {
                let out = weight.shape[0];
                let factor = node.float("beta").unwrap_or(1.0);
                let bias = self.floats(node, 2)?;
                let long: Vec<usize> =
                    bias.shape.iter().copied().filter(|&size| size > 1).collect();
                let fits = match long[..] {
                    [] => true,
                    [size] => size == out && bias.shape.last() == Some(&out),
                    _ => false,
                };
                if !fits {
                    let shape = crate::shape_text(&bias.shape);
                    let found = format!("its bias is {shape} for {out} outputs");
                    return Err(node.refused(found, AGAIN));
                }
                // One for all outputs, or one for each.
                let values = bias.values.iter().cycle().take(out).map(|value| value * factor);
                Some(values.collect())
            }
        };
        self.then(node, Operation::Dense { weight, bias })
    }

    fn product(&mut self, node: Node<'a>) -> Result<(), OnnxError> {
        node.only(&[])?;
        let weight = self.matrix(node, false)?;
        self.then(node, Operation::Dense { weight, bias: None })
    }

    /// The second input, as outputs x inputs.
    fn matrix(&mut self, node: Node<'a>, is_transposed: bool) -> Result<Array, OnnxError> {
        self.value(node, 0)?;
        let weight = self.floats(node, 1)?;
        let &[rows, columns] = &weight.shape[..] else {
            let found = format!("the weight has the shape {}", crate::shape_text(&weight.shape));
            return Err(node.refused(found, "a dense layer's has two dimensions"));
        };
        if is_transposed {
            return Ok(weight);
        }
        let mut values = vec![0.0; weight.values.len()];
        transpose::transpose(&weight.values, &mut values, columns, rows);
        Ok(Array { shape: vec![columns, rows], values })
    }

    fn reshape(&mut self, node: Node<'a>) -> Result<(), OnnxError> {
        node.only(&["allowzero", "shape"])?;
        let Some(mut wanted) = self.integers(node, "shape", 1)? else {
            return Err(
                node.refused("it names no shape", "the file is incomplete: export it again")
            );
        };
        // The batch may be written as what the file says.
        if let (Some(batch), Some(first)) = (self.batch, wanted.first_mut())
            && batch == *first
        {
            *first = 1;
        }
        let given = self.shape(node)?;
        let shape = reshape_to(&given, &wanted, node.int("allowzero") == Some(1));
        let refused = || {
            let given = crate::shape_text(&given);
            let found = format!("from {given} to {wanted:?} (a batch is 1)");
            node.refused(found, "the file is damaged: export it again")
        };
        self.then(node, Operation::Reshape { shape: shape.ok_or_else(refused)? })
    }

    fn pad(&mut self, node: Node<'a>) -> Result<(), OnnxError> {
        node.only(&["mode", "pads", "value"])?;
        let mode = node.text("mode").unwrap_or(b"constant");
        if mode != b"constant" {
            let found = format!("the mode {:?}", String::from_utf8_lossy(mode));
            return Err(node.refused(found, "maps are padded with zeros: use that (\"constant\")"));
        }
        let rank = self.shape(node)?.len();
        let value = self.number(node, "value", 2)?.unwrap_or(0.0);
        let list = self.integers(node, "pads", 1)?.unwrap_or_default();
        let axes = match node.input(3) {
            None => (0..rank).collect(),
            Some(_) => {
                let named = self.integers(node, "axes", 3)?.unwrap_or_default();
                let axes = named.iter().map(|&axis| axis_of(axis, rank));
                axes.collect::<Option<Vec<_>>>().ok_or_else(|| {
                    node.refused(format!("the axes {named:?} of {rank} dimensions"), AGAIN)
                })?
            }
        };
        // The begins of all axes, then their ends.
        let sizes: Option<Vec<usize>> =
            list.iter().map(|&size| usize::try_from(size).ok()).collect();
        let Some(sizes) = sizes.filter(|sizes| sizes.len() == 2 * axes.len()) else {
            let found = format!("the padding {list:?}");
            return Err(
                node.refused(found, "rows and columns of a map are padded, nothing is cut off")
            );
        };
        let mut padding = vec![[0, 0]; rank];
        for (at, &axis) in axes.iter().enumerate() {
            padding[axis] = [sizes[at], sizes[axes.len() + at]];
        }
        self.then(node, Operation::Pad { padding, value })
    }
}

/// For what no exporter writes.
pub(super) const AGAIN: &str = "the file is damaged: export it again";
