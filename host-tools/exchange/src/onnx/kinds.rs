//! The kinds of layers and the operators of ONNX, both ways: a new kind has its two lines here.

use tinyconv::plan::{ClipOptions, Dims, LayerKind, LayerSpec, LeakyReluOptions, Placed};

use super::OnnxError;
use super::export::{Writer, float, int, moved};
use super::node::Node;
use super::operators::complement;
use super::proto::{FLOAT, TensorProto};
use super::reader::Reader;
use crate::{Role, Tensor, TensorName as _, tensors_of};

impl Writer {
    /// Writes a layer with its parameters.
    pub(super) fn layer(&mut self, layer: &Placed<'_>, params: &[f32]) {
        let (LayerSpec { name, kind }, input) = (layer.spec, layer.input);
        let made_up = format!("{}_{}", kind.name().to_lowercase(), layer.index + 1);
        let name = self.names.give(name, &made_up);
        let tensors = tensors_of(kind, input, params).into_iter().map(|tensor| {
            let constant = TensorProto {
                name: format!("{name}.{}", tensor.role.name()),
                dims: tensor.shape.iter().map(|&size| size as i64).collect(),
                data_type: FLOAT,
                raw_data: tensor.values.iter().flat_map(|value| value.to_le_bytes()).collect(),
                ..TensorProto::default()
            };
            self.graph.initializer.push(constant);
            format!("{name}.{}", tensor.role.name())
        });
        let constants: Vec<String> = tensors.collect();
        let node = |operator: &str| (operator.to_owned(), constants.clone(), Vec::new());
        let (operator, constants, attributes) = match kind {
            LayerKind::Conv2d(o) => ("Conv".into(), constants, moved(layer, o.padding, Vec::new())),
            LayerKind::DepthwiseConv2d(o) => {
                ("Conv".into(), constants, moved(layer, o.padding, Vec::new()))
            }
            LayerKind::MaxPool2d(o) => {
                ("MaxPool".into(), constants, moved(layer, o.padding, Vec::new()))
            }
            LayerKind::AvgPool2d(o) => {
                let counts = vec![int("count_include_pad", o.counts_padding.into())];
                ("AveragePool".into(), constants, moved(layer, o.padding, counts))
            }
            LayerKind::GlobalAvgPool2d => {
                self.node(&format!("{name}/average"), "GlobalAveragePool", Vec::new(), Vec::new());
                node("Flatten")
            }
            LayerKind::Flatten => node("Flatten"),
            LayerKind::Dense(_) => {
                if let Dims::Map(_) = input {
                    self.node(&format!("{name}/flatten"), "Flatten", Vec::new(), Vec::new());
                }
                ("Gemm".into(), constants, vec![int("transB", 1)])
            }
            LayerKind::BatchNorm(o) => {
                // There, the share that the old average keeps.
                let momentum = complement(o.momentum);
                let attributes = vec![float("epsilon", o.epsilon), float("momentum", momentum)];
                ("BatchNormalization".into(), constants, attributes)
            }
            LayerKind::Dropout(o) => {
                let ratio = self.scalar(format!("{name}.ratio"), complement(o.keep));
                ("Dropout".into(), vec![ratio], Vec::new())
            }
            LayerKind::Softmax => {
                if let Dims::Map(sizes) = input {
                    return self.softmax_of_map(&name, sizes);
                }
                ("Softmax".into(), constants, vec![int("axis", 1)])
            }
            LayerKind::LeakyRelu(o) => {
                ("LeakyRelu".into(), constants, vec![float("alpha", o.slope)])
            }
            LayerKind::Clip(o) => {
                let low = self.scalar(format!("{name}.low"), o.low);
                let high = self.scalar(format!("{name}.high"), o.high);
                ("Clip".into(), vec![low, high], Vec::new())
            }
            LayerKind::Elu(o) => ("Elu".into(), constants, vec![float("alpha", o.alpha)]),
            LayerKind::PRelu => {
                self.along_channels(input, constants.len());
                node("PRelu")
            }
            LayerKind::Silu => {
                let value = self.value.clone();
                self.node(&format!("{name}/sigmoid"), "Sigmoid", Vec::new(), Vec::new());
                ("Mul".into(), vec![value], Vec::new())
            }
            LayerKind::Scale => {
                self.along_channels(input, constants.len());
                let [weight, bias] = [0, 1].map(|index| vec![constants[index].clone()]);
                self.node(&format!("{name}/weight"), "Mul", weight, Vec::new());
                ("Add".into(), bias, Vec::new())
            }
            LayerKind::Skip => return self.fork(),
            LayerKind::Branch => return self.branch(),
            LayerKind::Add => ("Add".into(), vec![self.join()], Vec::new()),
            LayerKind::Concat => ("Concat".into(), vec![self.join()], vec![int("axis", 1)]),
            // Their names are those of the operators.
            LayerKind::Identity
            | LayerKind::Relu
            | LayerKind::HardSwish
            | LayerKind::Tanh
            | LayerKind::Sigmoid => node(kind.name()),
        };
        self.node(&name, &operator, constants, attributes);
    }
}

impl<'a> Reader<'a> {
    /// Reads a node whose main input is the current value.
    pub(super) fn apply(&mut self, node: Node<'a>) -> Result<(), OnnxError> {
        let adds = matches!(node.operator(), "Add" | "Sum");
        if !adds && node.input(0) != Some(self.value) {
            return Err(node.refused(
                "what comes from the network's input is not its first input",
                "export a network whose weights are constants",
            ));
        }
        if node.proto.output.iter().skip(1).any(|name| !self.graph.readers(name).is_empty()) {
            return Err(node.refused("its second output is used", "leave that out"));
        }
        match node.operator() {
            "Conv" => self.convolution(node),
            "BatchNormalization" => self.batch_norm(node),
            "Relu" => self.activation(node, LayerKind::Relu),
            "Tanh" => self.activation(node, LayerKind::Tanh),
            "Sigmoid" => self.activation(node, LayerKind::Sigmoid),
            "LeakyRelu" => {
                node.only(&["alpha"])?;
                let slope = node.float("alpha").unwrap_or(LeakyReluOptions::NEW.slope);
                let leaky = LayerKind::LeakyRelu(LeakyReluOptions { slope });
                self.plain(node, if slope == 0.0 { LayerKind::Relu } else { leaky })
            }
            "Clip" => self.clip(node),
            "Mul" => self.scale(node),
            "Sub" | "Div" => self.prepare(node),
            "Softmax" => self.softmax(node),
            "MaxPool" | "AveragePool" => self.pool(node),
            "GlobalAveragePool" => {
                node.only(&[])?;
                self.average(node)
            }
            "ReduceMean" => self.reduce_mean(node),
            "Gemm" => self.gemm(node),
            "MatMul" => self.product(node),
            "Add" | "Sum" => self.addition(node),
            "Flatten" => self.flatten(node),
            "Reshape" => self.reshape(node),
            "Squeeze" => self.squeeze(node),
            "Pad" => self.pad(node),
            "Dropout" => self.dropout(node),
            "Identity" => {
                self.same(node);
                Ok(())
            }
            _ => Err(self.unknown(node)),
        }
    }

    /// Its bounds are inputs, in old files attributes.
    fn clip(&mut self, node: Node<'a>) -> Result<(), OnnxError> {
        node.only(&["min", "max"])?;
        let bound = |attribute, input| -> Result<Option<f32>, OnnxError> {
            match node.input(input) {
                Some(name) => Ok(self.graph.floats(name)?.1.first().copied()),
                None => Ok(node.float(attribute)),
            }
        };
        match (bound("min", 1)?, bound("max", 2)?) {
            (Some(0.0), None) => self.plain(node, LayerKind::Relu),
            (Some(low), Some(high)) => self.plain(node, LayerKind::Clip(ClipOptions { low, high })),
            _ => Err(node.refused("it has one bound only", "give it both, as ReLU6 has")),
        }
    }

    /// A product with a constant for each channel; the sum with one may follow.
    fn scale(&mut self, node: Node<'a>) -> Result<(), OnnxError> {
        node.only(&[])?;
        let factor = node.input(1).filter(|&name| self.graph.is_constant(name));
        let Some(name) = factor else {
            return Err(node.refused("it multiplies two values", "only a constant is taken"));
        };
        let (shape, values) = self.graph.floats(name)?;
        let channels = self.dims.channels();
        if !self.is_of_channels(&shape, &values) {
            return Err(node.refused(
                format!("it multiplies by a constant of shape {shape:?}"),
                "a constant has a number for each channel",
            ));
        }
        let weight = Tensor { role: Role::Weight, shape: vec![channels], values };
        let bias = Tensor { role: Role::Bias, shape: vec![channels], values: vec![0.0; channels] };
        self.with_tensors(node, LayerKind::Scale, name, &[weight, bias])?;
        self.wants_bias = true;
        Ok(())
    }

    /// An operator that no layer stands for.
    pub(super) fn unknown(&self, node: Node<'a>) -> OnnxError {
        let advice = match node.operator() {
            "Transpose" => {
                "maps are channels first here: export the network in that order (from TensorFlow: \
                 tf2onnx --inputs-as-nchw)"
            }
            "LogSoftmax" => "export the network without it: its logits name the same class",
            "HardSwish" | "Gelu" | "Elu" | "Selu" | "Silu" | "PRelu" | "Mish" => {
                "use ReLU, ReLU6, LeakyReLU, Tanh or Sigmoid, and train the network again"
            }
            "Sub" | "Div" => {
                "only constants are subtracted or divided by, and only before the first layer: prepare \
                 inputs there, or leave it out and give import --mean and --deviation"
            }
            "Concat" | "Split" | "Slice" => {
                "only chains of layers are taken, with residual blocks as the only branches"
            }
            "GlobalMaxPool" => "use a MaxPool with the map's size as its window",
            "QuantizeLinear" | "DequantizeLinear" | "QLinearConv" | "ConvInteger" => {
                "export the network before it is quantised"
            }
            "LSTM" | "GRU" | "RNN" | "Loop" | "If" | "Scan" => "only chains of layers are taken",
            _ => {
                "the operators are Conv, BatchNormalization, Relu, Clip, LeakyRelu, Tanh, Sigmoid, Softmax, \
                 MaxPool, AveragePool, GlobalAveragePool, ReduceMean over maps, Gemm, MatMul, Add, Mul, \
                 Sub, Div, Flatten, Reshape, Squeeze, Pad, Dropout and Identity"
            }
        };
        let operator = match node.proto.domain.as_str() {
            "" | "ai.onnx" => node.operator().to_owned(),
            domain => format!("{domain}.{}", node.operator()),
        };
        let operator = operator.escape_debug().to_string();
        OnnxError::Operator { node: node.label(), operator, advice }
    }
}
