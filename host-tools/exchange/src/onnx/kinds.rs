//! What each kind of layer is written as: a new one has its line here.

use tinyconv::plan::{Dims, LayerKind, LayerSpec, Placed};

use super::export::{Writer, float, int, moved};
use super::proto::{FLOAT, TensorProto};
use crate::imported::complement;
use crate::{TensorName as _, tensors_of};

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
