//! What each operator of TensorFlow Lite computes: a new one has its line here.

use tinyconv::plan::{ClipOptions, EluOptions, LayerKind, LeakyReluOptions};

use super::TfliteError;
use super::flat::Table;
use super::lowering::{Lowering, Node};
use crate::LayersError;
use crate::graph::{Arithmetic, Array, ChannelAxis, Operation, Reduction, Window};

const CHANNELS: ChannelAxis = ChannelAxis::Last;

/// For what no converter writes.
const AGAIN: &str = "the file is damaged: convert it again";

impl<'a> Lowering<'a> {
    /// Reads a node that goes on from a computed value.
    pub(super) fn apply(&mut self, node: Node<'a>) -> Result<(), TfliteError> {
        match &*node.operator.name {
            "CONV_2D" => self.convolution(node),
            "DEPTHWISE_CONV_2D" => self.depthwise(node),
            "FULLY_CONNECTED" => self.dense(node),
            "AVERAGE_POOL_2D" | "MAX_POOL_2D" => self.pool(node),
            "MEAN" => self.reduce(node, Reduction::Mean),
            "REDUCE_MAX" => self.reduce(node, Reduction::Maximum),
            "ADD" => self.arithmetic(node, Arithmetic::Add),
            "SUB" => self.arithmetic(node, Arithmetic::Subtract),
            "MUL" => self.arithmetic(node, Arithmetic::Multiply),
            "DIV" => self.arithmetic(node, Arithmetic::Divide),
            "MINIMUM" => self.arithmetic(node, Arithmetic::Minimum),
            "MAXIMUM" => self.arithmetic(node, Arithmetic::Maximum),
            // Only their shape changes, to what the file says.
            "RESHAPE" | "SQUEEZE" | "EXPAND_DIMS" => self.renamed(node),
            "STRIDED_SLICE" | "SLICE" => {
                let len = |shape: &[usize]| shape.iter().product::<usize>();
                if len(&self.shape(node, 0)?) != len(&self.declared(node)?) {
                    return Err(node.refused(
                        "it takes a part of its input",
                        "parts of a value are no layer here: give each branch all of it, and train the network again",
                    ));
                }
                self.renamed(node)
            }
            "TRANSPOSE" => {
                let rank = self.shape(node, 0)?.len();
                let places = self.integers(node, 1)?;
                let places = places.iter().map(|&at| usize::try_from(at).ok());
                let permutation = places.collect::<Option<Vec<_>>>().filter(|it| it.len() == rank);
                let permutation =
                    permutation.ok_or_else(|| node.refused("its order is none", AGAIN))?;
                self.then(node, Operation::Transpose { permutation })
            }
            "PAD" | "PADV2" => self.pad(node),
            "CONCATENATION" => self.concatenation(node),
            "SOFTMAX" => {
                let options = node.operator.options;
                let beta = options.map(|options| options.float(0, "a softmax")).transpose()?;
                if let Some(beta) = beta.flatten().filter(|&beta| beta != 1.0) {
                    let found = format!("beta is {beta}");
                    return Err(node.refused(found, "multiply the last weights by it, and take 1"));
                }
                let axis = self.shape(node, 0)?.len().saturating_sub(1);
                self.then(node, Operation::Softmax { axis })
            }
            "LOG_SOFTMAX" => {
                let axis = self.shape(node, 0)?.len().saturating_sub(1);
                self.then(node, Operation::LogSoftmax { axis })
            }
            "LOGISTIC" => self.activation(node, LayerKind::Sigmoid),
            "TANH" => self.activation(node, LayerKind::Tanh),
            "RELU" => self.activation(node, LayerKind::Relu),
            "RELU6" => self.activation(node, clip(0.0, 6.0)),
            "RELU_N1_TO_1" => self.activation(node, clip(-1.0, 1.0)),
            "RELU_0_TO_1" => self.activation(node, clip(0.0, 1.0)),
            "HARD_SWISH" => self.activation(node, LayerKind::HardSwish),
            "ELU" => self.activation(node, LayerKind::Elu(EluOptions { alpha: 1.0 })),
            "LEAKY_RELU" => {
                let options = self.options(node)?;
                let slope = options.float(0, "a slope")?.unwrap_or(0.0);
                let leaky = LayerKind::LeakyRelu(LeakyReluOptions { slope });
                self.activation(node, if slope == 0.0 { LayerKind::Relu } else { leaky })
            }
            "PRELU" => {
                let slopes = self.floats(node, 1)?;
                self.then(node, Operation::PRelu { slopes })
            }
            "QUANTIZE" | "DEQUANTIZE" => Err(node.refused(
                "the network is quantised",
                "convert the model without quantisation: leave out converter.optimizations",
            )),
            other => {
                let advice = match other {
                    "SPLIT" | "SPLIT_V" | "GATHER" => {
                        "parts of a value are no layer here: give each branch all of it, and train the network again"
                    }
                    "TRANSPOSE_CONV" | "RESIZE_BILINEAR" | "RESIZE_NEAREST_NEIGHBOR" => {
                        "networks that enlarge maps have no layers here"
                    }
                    "LSTM" | "RNN" | "WHILE" | "IF" | "UNIDIRECTIONAL_SEQUENCE_LSTM" | "SVDF" => {
                        "use convolutions over time instead: networks without loops are taken"
                    }
                    "ARG_MAX" | "TOPK_V2" => {
                        "convert the network without it: its input has the scores"
                    }
                    "GELU" | "EXP" => {
                        "use ReLU, ReLU6, LeakyReLU, PReLU, ELU, hard swish, tanh or sigmoid, and train the network again"
                    }
                    _ => "see the table of operators in the chapter on importing",
                };
                let operator = other.escape_debug().to_string();
                Err(LayersError::Operator { node: node.label(), operator, advice }.into())
            }
        }
    }

    fn options(&self, node: Node<'a>) -> Result<Table<'a>, TfliteError> {
        node.operator.options.ok_or_else(|| node.refused("it has no options", AGAIN))
    }

    fn activation(&mut self, node: Node<'a>, kind: LayerKind) -> Result<(), TfliteError> {
        self.then(node, Operation::Activation(kind))
    }

    fn renamed(&mut self, node: Node<'a>) -> Result<(), TfliteError> {
        let shape = self.declared(node)?;
        self.then(node, Operation::Reshape { shape })
    }

    /// What follows within the same node.
    fn fused(&self, node: Node<'a>, code: u8) -> Result<Option<Operation>, TfliteError> {
        let kind = match code {
            0 => return Ok(None),
            1 => LayerKind::Relu,
            2 => clip(-1.0, 1.0),
            3 => clip(0.0, 6.0),
            4 => LayerKind::Tanh,
            other => {
                let found = format!("its activation is number {other}");
                return Err(node.refused(found, "use none, ReLU, ReLU6 or tanh there"));
            }
        };
        Ok(Some(Operation::Activation(kind)))
    }

    fn convolution(&mut self, node: Node<'a>) -> Result<(), TfliteError> {
        let options = self.options(node)?;
        let weight = self.floats(node, 1)?;
        let [out, rows, columns, input] = self.four(node, &weight)?;
        let given = self.shape(node, 0)?.last().copied().unwrap_or(0);
        let groups = given.checked_div(input).filter(|&groups| groups > 0);
        let groups = groups.ok_or_else(|| node.refused("its weight has no channels", AGAIN))?;
        // Output, row, column, input: here the input comes second.
        let turn = crate::Turn::new(vec![out, rows, columns, input], vec![0, 3, 1, 2]);
        let weight =
            Array { shape: vec![out, input, rows, columns], values: turn.of(&weight.values) };
        let dilation = [options.int(5, "a dilation")?, options.int(4, "a dilation")?];
        let window = self.window(node, &options, [rows, columns], dilation)?;
        let bias = self.bias(node, 2)?;
        let after = self.fused(node, options.byte(3, "an activation")?)?;
        let value = self.value(node, 0)?;
        let channels = CHANNELS;
        let convolution = Operation::Convolution { weight, bias, window, groups, channels };
        self.make(node, convolution, vec![value], after)
    }

    fn depthwise(&mut self, node: Node<'a>) -> Result<(), TfliteError> {
        let options = self.options(node)?;
        let weight = self.floats(node, 1)?;
        let [one, rows, columns, out] = self.four(node, &weight)?;
        let groups = self.shape(node, 0)?.last().copied().unwrap_or(0);
        if one != 1 {
            return Err(node.refused("its weight has several filters", AGAIN));
        }
        let turn = crate::Turn::new(vec![rows, columns, out], vec![2, 0, 1]);
        let weight = Array { shape: vec![out, 1, rows, columns], values: turn.of(&weight.values) };
        let dilation = [options.int(6, "a dilation")?, options.int(5, "a dilation")?];
        let window = self.window(node, &options, [rows, columns], dilation)?;
        let bias = self.bias(node, 2)?;
        let after = self.fused(node, options.byte(4, "an activation")?)?;
        let value = self.value(node, 0)?;
        let channels = CHANNELS;
        let convolution = Operation::Convolution { weight, bias, window, groups, channels };
        self.make(node, convolution, vec![value], after)
    }

    fn four(&self, node: Node<'a>, weight: &Array) -> Result<[usize; 4], TfliteError> {
        weight.shape[..].try_into().map_err(|_| {
            node.refused(format!("its weight is {}", crate::shape_text(&weight.shape)), AGAIN)
        })
    }

    /// Padding and strides are where all of these have them.
    fn window(
        &self,
        node: Node<'a>,
        options: &Table<'a>,
        size: [usize; 2],
        dilation: [Option<i32>; 2],
    ) -> Result<Window, TfliteError> {
        let number = |value: Option<i32>| {
            let value = value.unwrap_or(1);
            let found = || format!("a stride or dilation of {value}");
            let sensible = usize::try_from(value).ok().filter(|&value| value > 0);
            sensible.ok_or_else(|| node.refused(found(), AGAIN))
        };
        let stride = [options.int(2, "a stride")?, options.int(1, "a stride")?];
        let [stride, dilation] = [stride, dilation].map(|[a, b]| Ok([number(a)?, number(b)?]));
        let (stride, dilation): ([usize; 2], [usize; 2]) =
            (stride?, dilation.map_err(|error: TfliteError| error)?);
        let &[_, rows, columns, _] = &self.shape(node, 0)?[..] else {
            let found = format!("its input has {} dimensions", self.shape(node, 0)?.len());
            return Err(node.refused(found, AGAIN));
        };
        let padding = match options.byte(0, "a padding")? {
            0 => Window::same(size, stride, dilation, [rows, columns]),
            1 => [[0; 2]; 2],
            other => return Err(node.refused(format!("its padding is number {other}"), AGAIN)),
        };
        // Every file of this format says SAME: a number of zeros says more where it can.
        let says_same = false;
        Ok(Window { size, stride, dilation, padding, says_same })
    }

    fn pool(&mut self, node: Node<'a>) -> Result<(), TfliteError> {
        let options = self.options(node)?;
        let side = |field| -> Result<usize, TfliteError> {
            let size = options.int(field, "a window")?.unwrap_or(0);
            let sensible = usize::try_from(size).ok().filter(|&size| size > 0);
            sensible.ok_or_else(|| node.refused(format!("a window of {size}"), AGAIN))
        };
        let window = self.window(node, &options, [side(4)?, side(3)?], [None, None])?;
        let after = self.fused(node, options.byte(5, "an activation")?)?;
        let value = self.value(node, 0)?;
        let channels = CHANNELS;
        let pool = match &*node.operator.name {
            "MAX_POOL_2D" => Operation::MaxPool { window, channels },
            _ => Operation::AveragePool { window, counts_padding: false, channels },
        };
        self.make(node, pool, vec![value], after)
    }

    fn reduce(&mut self, node: Node<'a>, reduction: Reduction) -> Result<(), TfliteError> {
        let rank = self.shape(node, 0)?.len();
        let axes = self.integers(node, 1)?;
        let places = axes.iter().map(|&axis| {
            let axis = if axis < 0 { axis.checked_add_unsigned(rank as u64)? } else { axis };
            usize::try_from(axis).ok().filter(|&axis| axis < rank)
        });
        let mut axes = places
            .collect::<Option<Vec<_>>>()
            .ok_or_else(|| node.refused(format!("the axes {axes:?} of {rank}"), AGAIN))?;
        axes.sort_unstable();
        axes.dedup();
        let keeps_dimensions = match node.operator.options {
            Some(options) => options.byte(0, "an option")? != 0,
            None => false,
        };
        self.then(node, Operation::Reduce { reduction, axes, keeps_dimensions })
    }

    fn dense(&mut self, node: Node<'a>) -> Result<(), TfliteError> {
        let options = self.options(node)?;
        if options.byte(1, "a format")? != 0 {
            return Err(node.refused("its weights are shuffled", "convert without optimizations"));
        }
        let keeps = options.byte(2, "an option")? != 0;
        let weight = self.floats(node, 1)?;
        let &[_, input] = &weight.shape[..] else {
            let found = format!("its weight is {}", crate::shape_text(&weight.shape));
            return Err(node.refused(found, AGAIN));
        };
        let bias = self.bias(node, 2)?;
        let after = self.fused(node, options.byte(0, "an activation")?)?;
        let mut value = self.value(node, 0)?;
        let shape = self.shape(node, 0)?;
        if shape.len() != 2 && !keeps {
            // Without that option, all but the last size are taken together.
            let rows = shape.iter().product::<usize>().checked_div(input).unwrap_or(0);
            let flat = Operation::Reshape { shape: vec![rows, input] };
            value = self.step(node, "", flat, vec![value])?;
        }
        self.make(node, Operation::Dense { weight, bias }, vec![value], after)
    }

    /// With a constant, or of two computed values.
    fn arithmetic(&mut self, node: Node<'a>, arithmetic: Arithmetic) -> Result<(), TfliteError> {
        let code = match (arithmetic, node.operator.options) {
            (Arithmetic::Minimum | Arithmetic::Maximum, _) | (_, None) => 0,
            (_, Some(options)) => options.byte(0, "an activation")?,
        };
        let after = self.fused(node, code)?;
        if self.is_value(node, 0) && self.is_value(node, 1) {
            let operation = match arithmetic {
                Arithmetic::Add => Operation::Add,
                Arithmetic::Multiply => Operation::Multiply,
                _ => {
                    return Err(node.refused(
                        "it takes two computed values",
                        "only one of a computed value and a constant is a layer",
                    ));
                }
            };
            let values = vec![self.value(node, 0)?, self.value(node, 1)?];
            return self.make(node, operation, values, after);
        }
        let constant_first = !self.is_value(node, 0);
        let constant = self.floats(node, usize::from(!constant_first))?;
        let value = self.value(node, usize::from(constant_first))?;
        let operation = Operation::Arithmetic { arithmetic, constant, constant_first };
        self.make(node, operation, vec![value], after)
    }

    fn pad(&mut self, node: Node<'a>) -> Result<(), TfliteError> {
        let value = match node.operator.inputs.get(2) {
            Some(_) => self.padding_value(node, 2)?,
            None => 0.0,
        };
        let list = self.integers(node, 1)?;
        let sizes: Option<Vec<usize>> = list.iter().map(|&it| usize::try_from(it).ok()).collect();
        let sizes = sizes.ok_or_else(|| node.refused(format!("the padding {list:?}"), AGAIN))?;
        let padding = sizes.as_chunks().0.to_vec();
        self.then(node, Operation::Pad { padding, value })
    }

    fn concatenation(&mut self, node: Node<'a>) -> Result<(), TfliteError> {
        let options = self.options(node)?;
        let inputs = (0..node.operator.inputs.len()).map(|at| self.value(node, at));
        let values = inputs.collect::<Result<Vec<_>, _>>()?;
        let rank = self.shape(node, 0)?.len();
        let axis = options.int(0, "an axis")?.unwrap_or(0);
        let axis = if axis < 0 { i64::from(axis) + rank as i64 } else { axis.into() };
        let axis = usize::try_from(axis).ok().filter(|&axis| axis < rank);
        let axis = axis.ok_or_else(|| node.refused("its axis is none", AGAIN))?;
        let after = self.fused(node, options.byte(1, "an activation")?)?;
        let operation = match values[..] {
            [_] => Operation::Identity,
            _ => Operation::Concat { axis },
        };
        self.make(node, operation, values, after)
    }
}

fn clip(low: f32, high: f32) -> LayerKind {
    LayerKind::Clip(ClipOptions { low, high })
}
