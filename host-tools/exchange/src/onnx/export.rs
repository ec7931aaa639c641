//! From a model file to the bytes of an ONNX file.

use prost::Message;
use tinyconv::model_file::ModelFile;
use tinyconv::plan::{Dims, LayerKind, PaddingOption, Placed, Plan};

use super::proto::{
    AttributeProto, DimensionProto, EntryProto, FLOAT, GraphProto, INT64, ModelProto, NodeProto,
    OperatorSetIdProto, TensorProto, TensorShapeProto, TensorTypeProto, TypeProto, ValueInfoProto,
    attribute_type,
};
use crate::ModelNotes;
use crate::imported::Names;

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
/// use tinyconv_exchange::onnx::{export, import};
/// use tinyconv_training::files;
/// use tinyconv_built_in::MODELS;
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
        open: Vec::new(),
        names: Names::default(),
    };
    let parameters: Vec<f32> = file.parameters().collect();
    let plan = Plan::new(file.input, &file.layers);
    let plan = plan.expect("the layers of a model file fit together");
    for layer in plan.walk() {
        writer.layer(&layer, &parameters[layer.params()]);
    }
    writer.finish(file, plan.output()).encode_to_vec()
}

pub(super) struct Writer {
    pub(super) graph: GraphProto,
    /// What the last node makes.
    pub(super) value: String,
    /// What the begins of open blocks have kept, and what the first branch of each has made.
    open: Vec<(String, Option<String>)>,
    pub(super) names: Names,
}

impl Writer {
    /// All elements of a map together.
    pub(super) fn softmax_of_map(&mut self, name: &str, sizes: [usize; 3]) {
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

    /// A block begins.
    pub(super) fn fork(&mut self) {
        self.open.push((self.value.clone(), None));
    }

    /// The second branch of the innermost block begins.
    pub(super) fn branch(&mut self) {
        let (kept, first) = self.open.last_mut().expect("a branch is within a block");
        *first = Some(std::mem::replace(&mut self.value, kept.clone()));
    }

    /// The innermost block ends: its first branch is the current value, what is returned its second.
    pub(super) fn join(&mut self) -> String {
        let (kept, first) = self.open.pop().expect("each end of a block has a begin");
        match first {
            Some(first) => std::mem::replace(&mut self.value, first),
            None => kept,
        }
    }

    /// The last `count` constants have a number for each channel. Along the positions of a map, they have ones.
    pub(super) fn along_channels(&mut self, input: Dims, count: usize) {
        if let Dims::Map(_) = input {
            for tensor in self.graph.initializer.iter_mut().rev().take(count) {
                tensor.dims.extend([1, 1]);
            }
        }
    }

    /// Adds a constant of one number; its name.
    pub(super) fn scalar(&mut self, name: String, value: f32) -> String {
        self.graph.initializer.push(TensorProto {
            name: name.clone(),
            data_type: FLOAT,
            raw_data: value.to_le_bytes().to_vec(),
            ..TensorProto::default()
        });
        name
    }

    /// Adds a node that goes on from the last one.
    pub(super) fn node(
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

/// The options of an operation whose window moves over maps: those of every such operator, then `more`.
pub(super) fn moved(
    layer: &Placed<'_>,
    padding: PaddingOption,
    more: Vec<AttributeProto>,
) -> Vec<AttributeProto> {
    let window = layer.facts.window.expect("a convolution or a pool has a window");
    let mut attributes =
        vec![ints("kernel_shape", &window.kernel), ints("strides", &window.stride)];
    let [[above, below], [left, right]] = window.padding;
    if padding == PaddingOption::Same {
        attributes.push(AttributeProto {
            name: "auto_pad".into(),
            s: Some(b"SAME_UPPER".to_vec()),
            r#type: attribute_type::STRING,
            ..AttributeProto::default()
        });
    } else if window.padding != [[0; 2]; 2] {
        attributes.push(ints("pads", &[above, left, below, right]));
    }
    if window.dilation != [1, 1] {
        attributes.push(ints("dilations", &window.dilation));
    }
    // Of a depthwise convolution, each channel is a group.
    let groups = match layer.spec.kind {
        LayerKind::Conv2d(options) => options.groups,
        LayerKind::DepthwiseConv2d(_) => layer.input.channels(),
        _ => 1,
    };
    if groups > 1 {
        attributes.push(int("group", groups as i64));
    }
    attributes.extend(more);
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

pub(super) fn int(name: &str, value: i64) -> AttributeProto {
    let (i, r#type) = (Some(value), attribute_type::INT);
    AttributeProto { name: name.into(), i, r#type, ..AttributeProto::default() }
}

pub(super) fn float(name: &str, value: f32) -> AttributeProto {
    let (f, r#type) = (Some(value), attribute_type::FLOAT);
    AttributeProto { name: name.into(), f, r#type, ..AttributeProto::default() }
}
