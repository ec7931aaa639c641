//! From a model file to the bytes of an ONNX file.

use prost::Message;
use tinyconv::model_file::ModelFile;
use tinyconv::spec::{Dims, LayerKind, LayerSpec, PaddingOption};

use super::names::Names;
use super::proto::{
    AttributeProto, DimensionProto, EntryProto, FLOAT, GraphProto, INT64, ModelProto, NodeProto,
    OperatorSetIdProto, TensorProto, TensorShapeProto, TensorTypeProto, TypeProto, ValueInfoProto,
    attribute_type,
};
use crate::exchange::{ModelNotes, tensors_of};

/// The version of the format that has these operators.
const IR_VERSION: i64 = 8;

/// The version of the operators.
const OPERATORS: i64 = 17;

/// The name of the input.
const INPUT: &str = "input";

/// The name of the output.
const OUTPUT: &str = "output";

/// The network of a model file, with all its layers and parameters, as ONNX: operator set 17, an open
/// batch, weights as PyTorch lays them out.
///
/// A layer without a name is called by its kind and place. What `import` cannot see in an ONNX file, the
/// network's name, labels and normalisation, is in its metadata.
///
/// ```
/// use host_tools::exchange::onnx::{export, import};
/// use host_tools::files;
/// use host_tools::model::MODELS;
/// use tinyconv::model_file::{ModelFile, Training};
///
/// let digits = MODELS[0];
/// let parameters = vec![0.5; digits.parameters()];
/// let training = Training { epochs: 1, batch: 2, seed: 3, learning_rate: 0.5, test_accuracy: 0.5 };
/// let normalisation = digits.recipe().normalisation;
/// let bytes = files::encode_parameters(digits, normalisation, &["a"], training, &parameters)?;
/// let network = import(&export(&ModelFile::parse(&bytes)?))?;
/// assert_eq!(network.specs(), digits.layers());
/// assert_eq!(network.parameters(), parameters);
/// assert_eq!(network.notes.unwrap().labels, ["a"]);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// # Panics
/// If `file` has been changed since it was read, so that its fields contradict each other.
#[must_use]
pub fn export(file: &ModelFile<'_>) -> Vec<u8> {
    let mut writer = Writer {
        graph: GraphProto::default(),
        value: INPUT.into(),
        kept: Vec::new(),
        names: Names::default(),
    };
    let parameters: Vec<f32> = file.parameters().collect();
    let (mut rest, mut dims) = (&parameters[..], file.input);
    for (index, layer) in file.layers.iter().enumerate() {
        let (params, after) = rest.split_at(layer.kind.params(dims));
        rest = after;
        writer.layer(index, layer, dims, params);
        dims = layer.output(dims).expect("the layers of a model file fit together");
    }
    writer.finish(file, dims).encode_to_vec()
}

struct Writer {
    graph: GraphProto,
    /// What the last node makes.
    value: String,
    /// What the begins of open blocks have kept.
    kept: Vec<String>,
    names: Names,
}

impl Writer {
    fn layer(&mut self, index: usize, layer: &LayerSpec<'_>, input: Dims, params: &[f32]) {
        let kind = layer.kind;
        let made_up = format!("{}_{}", kind.name().to_lowercase(), index + 1);
        let name = self.names.give(layer.name, &made_up);
        let tensors = tensors_of(kind, input, params).into_iter().map(|tensor| {
            let constant = TensorProto {
                name: format!("{name}.{}", tensor.role),
                dims: tensor.shape.iter().map(|&size| size as i64).collect(),
                data_type: FLOAT,
                raw_data: tensor.values.iter().flat_map(|value| value.to_le_bytes()).collect(),
                ..TensorProto::default()
            };
            self.graph.initializer.push(constant);
            format!("{name}.{}", tensor.role)
        });
        let constants: Vec<String> = tensors.collect();
        let node = |operator: &str| (operator.to_owned(), constants.clone(), Vec::new());
        let (operator, constants, attributes) = match kind {
            LayerKind::Conv2d(o) => {
                ("Conv".into(), constants, windows(o.kernel, o.stride, Some(o.padding), 1))
            }
            LayerKind::DepthwiseConv2d(o) => {
                let attributes = windows(o.kernel, o.stride, Some(o.padding), input.channels());
                ("Conv".into(), constants, attributes)
            }
            LayerKind::MaxPool2d(o) => {
                ("MaxPool".into(), constants, windows(o.size, o.strides(), None, 1))
            }
            LayerKind::AvgPool2d(o) => {
                ("AveragePool".into(), constants, windows(o.size, o.strides(), None, 1))
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
                let momentum = super::operators::complement(o.momentum);
                let attributes = vec![float("epsilon", o.epsilon), float("momentum", momentum)];
                ("BatchNormalization".into(), constants, attributes)
            }
            LayerKind::Dropout(o) => {
                let ratio = format!("{name}.ratio");
                let value = super::operators::complement(o.keep);
                self.graph.initializer.push(TensorProto {
                    name: ratio.clone(),
                    data_type: FLOAT,
                    raw_data: value.to_le_bytes().to_vec(),
                    ..TensorProto::default()
                });
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
            LayerKind::Skip => return self.kept.push(self.value.clone()),
            LayerKind::Add => {
                let kept = self.kept.pop().expect("each end of a block has a begin");
                ("Add".into(), vec![kept], Vec::new())
            }
            // The names of the others are those of the operators.
            other => node(other.name()),
        };
        self.node(&name, &operator, constants, attributes);
    }

    /// All elements of a map together.
    fn softmax_of_map(&mut self, name: &str, sizes: [usize; 3]) {
        self.node(&format!("{name}/flatten"), "Flatten", Vec::new(), Vec::new());
        self.node(&format!("{name}/softmax"), "Softmax", Vec::new(), vec![int("axis", 1)]);
        let shape = format!("{name}.shape");
        let sizes = [&[-1][..], &sizes.map(|size| size as i64)].concat();
        self.graph.initializer.push(TensorProto {
            name: shape.clone(),
            data_type: INT64,
            dims: vec![sizes.len() as i64],
            raw_data: sizes.iter().flat_map(|size| size.to_le_bytes()).collect(),
            ..TensorProto::default()
        });
        self.node(name, "Reshape", vec![shape], Vec::new());
    }

    /// Adds a node that goes on from the last one.
    fn node(
        &mut self,
        name: &str,
        operator: &str,
        constants: Vec<String>,
        attributes: Vec<AttributeProto>,
    ) {
        let value = format!("{name}.output");
        self.graph.node.push(NodeProto {
            input: [vec![self.value.clone()], constants].concat(),
            output: vec![value.clone()],
            name: name.into(),
            op_type: operator.into(),
            attribute: attributes,
            domain: String::new(),
        });
        self.value = value;
    }

    fn finish(self, file: &ModelFile<'_>, output: Dims) -> ModelProto {
        let Self { mut graph, .. } = self;
        graph.name = file.name.into();
        // The last value is read by nobody.
        if let Some(last) = graph.node.last_mut() {
            last.output = vec![OUTPUT.into()];
        }
        graph.input = vec![value(INPUT, file.input)];
        graph.output = vec![value(OUTPUT, output)];
        let notes = EntryProto { key: ModelNotes::KEY.into(), value: ModelNotes::of(file).json() };
        ModelProto {
            ir_version: IR_VERSION,
            producer_name: "tinyconv".into(),
            producer_version: env!("CARGO_PKG_VERSION").into(),
            graph: Some(graph),
            opset_import: vec![OperatorSetIdProto { domain: String::new(), version: OPERATORS }],
            metadata_props: vec![notes],
        }
    }
}

/// A batch of maps or vectors.
fn value(name: &str, dims: Dims) -> ValueInfoProto {
    let sizes = match dims {
        Dims::Map(sizes) => sizes.to_vec(),
        Dims::Vector(len) => vec![len],
    };
    let batch = DimensionProto { dim_value: None, dim_param: Some("batch".into()) };
    let known = |&size: &usize| DimensionProto { dim_value: Some(size as i64), dim_param: None };
    let shape = TensorShapeProto { dim: [vec![batch], sizes.iter().map(known).collect()].concat() };
    let tensor_type = Some(TensorTypeProto { elem_type: FLOAT, shape: Some(shape) });
    ValueInfoProto { name: name.into(), r#type: Some(TypeProto { tensor_type }) }
}

fn windows(
    window: [usize; 2],
    stride: [usize; 2],
    padding: Option<PaddingOption>,
    groups: usize,
) -> Vec<AttributeProto> {
    let mut attributes = vec![ints("kernel_shape", &window), ints("strides", &stride)];
    let pads = |[rows, columns]: [usize; 2]| ints("pads", &[rows, columns, rows, columns]);
    match padding {
        None => {}
        Some(PaddingOption::Zeros(zeros)) => attributes.push(pads(zeros)),
        Some(PaddingOption::Full) => attributes.push(pads(window.map(|side| side - 1))),
        Some(PaddingOption::Same) => attributes.push(AttributeProto {
            name: "auto_pad".into(),
            s: Some(b"SAME_UPPER".to_vec()),
            r#type: attribute_type::STRING,
            ..AttributeProto::default()
        }),
    }
    if groups > 1 {
        attributes.push(int("group", groups as i64));
    }
    attributes
}

fn ints(name: &str, values: &[usize]) -> AttributeProto {
    AttributeProto {
        name: name.into(),
        ints: values.iter().map(|&value| value as i64).collect(),
        r#type: attribute_type::INTS,
        ..AttributeProto::default()
    }
}

fn int(name: &str, value: i64) -> AttributeProto {
    let (i, r#type) = (Some(value), attribute_type::INT);
    AttributeProto { name: name.into(), i, r#type, ..AttributeProto::default() }
}

fn float(name: &str, value: f32) -> AttributeProto {
    let (f, r#type) = (Some(value), attribute_type::FLOAT);
    AttributeProto { name: name.into(), f, r#type, ..AttributeProto::default() }
}
