//! Graphs that exporters write, and those that nobody should.

use proptest::prelude::*;
use prost::Message;
use tinyconv::model_file::Normalisation;
use tinyconv::plan::{Dims, LayerKind, PaddingOption};

use super::proto::{
    AttributeProto, DimensionProto, EXTERNAL, FLOAT, GraphProto, INT64, ModelProto, NodeProto,
    OperatorSetIdProto, TensorProto, TensorShapeProto, TensorTypeProto, TypeProto, ValueInfoProto,
};
use super::{ImportOptions, OnnxError, budget, import, import_with};
use crate::ImportedNetwork;

const RESIDUAL: &[u8] = include_bytes!("../../../../tests/data/onnx/residual.onnx");
const SIGNAL: &[u8] = include_bytes!("../../../../tests/data/onnx/signal.onnx");

fn value(name: &str, dims: &[i64]) -> ValueInfoProto {
    let dim = |&size: &i64| DimensionProto { dim_value: Some(size), dim_param: None };
    let shape = TensorShapeProto { dim: dims.iter().map(dim).collect() };
    let tensor_type = Some(TensorTypeProto { elem_type: FLOAT, shape: Some(shape) });
    ValueInfoProto { name: name.into(), r#type: Some(TypeProto { tensor_type }) }
}

fn floats(name: &str, dims: &[i64]) -> TensorProto {
    let count = dims.iter().product::<i64>();
    let float_data = (0..count).map(|index| 1.0 + index as f32).collect();
    let (name, dims) = (name.into(), dims.to_vec());
    TensorProto { name, dims, data_type: FLOAT, float_data, ..TensorProto::default() }
}

fn integers(name: &str, values: &[i64]) -> TensorProto {
    TensorProto {
        name: name.into(),
        dims: vec![values.len() as i64],
        data_type: INT64,
        int64_data: values.to_vec(),
        ..TensorProto::default()
    }
}

fn ints(name: &str, values: &[i64]) -> AttributeProto {
    AttributeProto { name: name.into(), ints: values.to_vec(), ..AttributeProto::default() }
}

fn int(name: &str, value: i64) -> AttributeProto {
    AttributeProto { name: name.into(), i: Some(value), ..AttributeProto::default() }
}

fn text(name: &str, value: &str) -> AttributeProto {
    AttributeProto { name: name.into(), s: Some(value.into()), ..AttributeProto::default() }
}

/// A node called as its output.
fn node(operator: &str, input: &[&str], output: &str, attribute: &[AttributeProto]) -> NodeProto {
    NodeProto {
        input: input.iter().map(|&name| name.into()).collect(),
        output: vec![output.into()],
        name: format!("n_{output}"),
        op_type: operator.into(),
        attribute: attribute.to_vec(),
        domain: String::new(),
    }
}

/// From `x`, a map of 2 x 6 x 5, to `y`.
fn model(nodes: &[NodeProto], initializer: &[TensorProto]) -> ModelProto {
    let graph = GraphProto {
        node: nodes.to_vec(),
        initializer: initializer.to_vec(),
        input: vec![value("x", &[1, 2, 6, 5])],
        output: vec![ValueInfoProto { name: "y".into(), r#type: None }],
        ..GraphProto::default()
    };
    ModelProto {
        ir_version: 8,
        graph: Some(graph),
        opset_import: vec![OperatorSetIdProto { domain: String::new(), version: 17 }],
        ..ModelProto::default()
    }
}

fn read(nodes: &[NodeProto], initializer: &[TensorProto]) -> Result<ImportedNetwork, OnnxError> {
    import(&model(nodes, initializer).encode_to_vec())
}

/// Refused with all of `words`.
#[track_caller]
fn refused(nodes: &[NodeProto], initializer: &[TensorProto], words: &[&str]) {
    let error = read(nodes, initializer).expect_err("an error");
    let cause = std::error::Error::source(&error).map(ToString::to_string).unwrap_or_default();
    let message = format!("{error} {cause}");
    for word in words {
        assert!(message.contains(word), "no {word:?} in {message}");
    }
}

/// The kinds of a network that was read.
#[track_caller]
fn kinds(nodes: &[NodeProto], initializer: &[TensorProto]) -> Vec<LayerKind> {
    read(nodes, initializer).unwrap().specs().iter().map(|layer| layer.kind).collect()
}

#[track_caller]
fn padding(nodes: &[NodeProto], initializer: &[TensorProto]) -> PaddingOption {
    match kinds(nodes, initializer)[..] {
        [LayerKind::Conv2d(options)] => options.padding,
        ref other => panic!("{other:?}"),
    }
}

#[test]
fn paddings_of_a_convolution() {
    let kernel = [floats("w", &[3, 2, 3, 3])];
    let conv = |attribute: &[AttributeProto]| [node("Conv", &["x", "w"], "y", attribute)];
    let pads = |sides: &[i64]| padding(&conv(&[ints("pads", sides)]), &kernel);
    assert_eq!(padding(&conv(&[]), &kernel), PaddingOption::Zeros([0, 0]));
    assert_eq!(pads(&[1, 2, 1, 2]), PaddingOption::Zeros([1, 2]));
    let auto = |way: &str| conv(&[text("auto_pad", way)]);
    assert_eq!(padding(&auto("SAME_UPPER"), &kernel), PaddingOption::Same);
    assert_eq!(padding(&auto("SAME_LOWER"), &kernel), PaddingOption::Zeros([1, 1]));
    assert_eq!(padding(&auto("VALID"), &kernel), PaddingOption::Zeros([0, 0]));
    assert_eq!(pads(&[1, 0, 0, 0]), PaddingOption::Sides([[1, 0], [0, 0]]));
    assert_eq!(pads(&[2, 2, 0, 0]), PaddingOption::Causal);
    refused(&conv(&[ints("pads", &[-1, 0, -1, 0])]), &kernel, &["n_y", "padding [-1"]);
    refused(&conv(&[ints("pads", &[i64::MAX; 4])]), &kernel, &["a window of 3 x 3"]);
    // The one more zero of an even kernel comes after the map.
    let even = [floats("w", &[3, 2, 2, 2])];
    assert_eq!(padding(&conv(&[ints("pads", &[0, 0, 1, 1])]), &even), PaddingOption::Same);
    assert_eq!(padding(&auto("SAME_LOWER"), &even), PaddingOption::Causal);
    assert_eq!(padding(&auto("SAME_UPPER"), &even), PaddingOption::Same);
    let steps = [ints("strides", &[2, 2]), ints("pads", &[0, 1, 1, 1])];
    assert_eq!(padding(&conv(&steps), &kernel), PaddingOption::Same);
}

#[test]
fn a_pad_becomes_part_of_the_convolution() {
    let conv = node("Conv", &["p", "w"], "y", &[ints("pads", &[1, 0, 1, 0])]);
    let pad = |mode: &str| node("Pad", &["x", "z"], "p", &[text("mode", mode)]);
    let constants = |pads: &[i64]| [floats("w", &[1, 2, 1, 1]), integers("z", pads)];
    let sides = constants(&[0, 0, 1, 2, 0, 0, 1, 2]);
    assert_eq!(padding(&[pad("constant"), conv.clone()], &sides), PaddingOption::Zeros([2, 2]));
    refused(&[pad("reflect"), conv.clone()], &sides, &["n_p", "reflect", "zeros"]);
    let channels = constants(&[0, 1, 0, 0, 0, 1, 0, 0]);
    let relu = node("Relu", &["p"], "y", &[]);
    refused(&[pad("constant"), relu.clone()], &sides, &["n_y", "only a convolution"]);
    // The channels get their name from the layer before.
    let named = [node("Relu", &["x"], "r", &[]), node("Pad", &["r", "z"], "p", &[]), relu];
    refused(&named, &channels, &["n_p", "rows and columns"]);
    refused(&[node("Pad", &["x", "z"], "y", &[])], &sides, &["n_y", "ends there"]);
    // SAME is that of the padded size, and another pad adds to it.
    let same =
        node("Conv", &["q", "v"], "y", &[text("auto_pad", "SAME_UPPER"), ints("strides", &[2, 2])]);
    let twice = [pad("constant"), node("Pad", &["p", "z"], "q", &[]), same];
    let constants = [floats("v", &[1, 2, 3, 3]), integers("z", &[0, 0, 1, 0, 0, 0, 0, 0])];
    assert_eq!(padding(&twice, &constants), PaddingOption::Sides([[2, 1], [1, 1]]));
}

#[test]
fn a_bias_that_is_added_afterwards() {
    let nodes = [node("Conv", &["x", "w"], "c", &[]), node("Add", &["b", "c"], "y", &[])];
    let weight = floats("w", &[3, 2, 1, 1]);
    let network = read(&nodes, &[weight.clone(), floats("b", &[3, 1, 1])]).unwrap();
    assert_eq!(network.parameters(), [1.0, 2.0, 3.0, 4.0, 5.0, 6.0, 1.0, 2.0, 3.0]);
    assert_eq!(network.layers[0].value.as_deref(), Some("y"));
    refused(&nodes, &[weight.clone(), floats("b", &[6, 5])], &["n_y", "one for each channel"]);
    // Along the columns, of which there are as many as channels.
    let conv = node("Conv", &["x", "w"], "c", &[]);
    let add = node("Add", &["c", "b"], "y", &[]);
    let columns = [floats("w", &[5, 2, 1, 1]), floats("b", &[5])];
    refused(&[conv, add], &columns, &["along dimension 3", "one for each channel"]);
    let twice = [node("Conv", &["x", "w", "d"], "c", &[]), node("Add", &["c", "b"], "y", &[])];
    let biases = [weight, floats("b", &[3, 1, 1]), floats("d", &[3])];
    let names: Vec<_> = kinds(&twice, &biases).iter().map(LayerKind::name).collect();
    assert_eq!(names, ["Conv2d", "Scale"], "a second one is not added to the first");
}

#[test]
fn a_dense_layer_in_three_ways() {
    let flatten = node("Flatten", &["x"], "f", &[]);
    let gemm = |transposed| node("Gemm", &["f", "w", "b"], "y", &[int("transB", transposed)]);
    let bias = floats("b", &[1, 2]);
    let rows = read(&[flatten.clone(), gemm(0)], &[floats("w", &[60, 2]), bias.clone()]).unwrap();
    let LayerKind::Dense(dense) = rows.layers[0].kind else { panic!("{rows:?}") };
    assert_eq!((rows.layers.len(), dense.out), (1, 2), "the flattening is left out");
    assert_eq!(rows.parameters()[..3], [1.0, 2.0, 3.0]);
    assert_eq!(rows.parameters()[120..], [1.0, 2.0]);
    let columns =
        read(&[flatten.clone(), gemm(1)], &[floats("w", &[2, 60]), bias.clone()]).unwrap();
    assert_eq!(columns.parameters()[..3], [1.0, 61.0, 2.0]);
    let product = node("MatMul", &["f", "w"], "m", &[]);
    let add = node("Add", &["m", "b"], "y", &[]);
    let product = read(&[flatten, product, add], &[floats("w", &[60, 2]), bias]).unwrap();
    assert_eq!(product.parameters(), rows.parameters());
    let gemm = node("Gemm", &["x", "w"], "y", &[]);
    refused(&[gemm], &[floats("w", &[60, 2])], &["n_y", "put a Flatten before it"]);
}

#[test]
fn a_convolution_after_an_average_takes_a_map_of_one_position() {
    let nodes = [
        node("GlobalAveragePool", &["x"], "a", &[]),
        node("Relu", &["a"], "r", &[]),
        node("Conv", &["r", "w"], "c", &[]),
        node("Reshape", &["c", "s"], "y", &[]),
    ];
    let constants = [floats("w", &[4, 2, 1, 1]), integers("s", &[0, -1])];
    let network = read(&nodes, &constants).unwrap();
    let LayerKind::AvgPool2d(pool) = network.layers[0].kind else { panic!("{network:?}") };
    assert_eq!((pool.size, network.output()), ([6, 5], Dims::Vector(4)));
    let squeezed = [nodes[0].clone(), node("Squeeze", &["a", "s"], "y", &[])];
    let network = read(&squeezed, &[integers("s", &[-1, 2])]).unwrap();
    assert_eq!((network.layers.len(), network.output()), (1, Dims::Vector(2)));
    refused(&squeezed, &[integers("s", &[1])], &["n_y", "axes [1]"]);
}

#[test]
fn blocks_in_blocks() {
    let pointwise = |from: &str, to: &str| node("Conv", &[from, "w"], to, &[]);
    let nodes = [
        pointwise("x", "a"),
        pointwise("a", "b"),
        node("Add", &["a", "b"], "c", &[]),
        node("Add", &["c", "x"], "y", &[]),
    ];
    let weight = [floats("w", &[2, 2, 1, 1])];
    let names: Vec<_> = kinds(&nodes, &weight).iter().map(LayerKind::name).collect();
    assert_eq!(names, ["Skip", "Conv2d", "Skip", "Conv2d", "Add", "Add"]);
    let projected = [pointwise("x", "a"), pointwise("x", "b"), node("Add", &["a", "b"], "y", &[])];
    let names: Vec<_> = kinds(&projected, &weight).iter().map(LayerKind::name).collect();
    assert_eq!(names, ["Skip", "Conv2d", "Branch", "Conv2d", "Add"]);
    let crossed = [
        pointwise("x", "a"),
        pointwise("a", "b"),
        node("Add", &["b", "x"], "c", &[]),
        node("Add", &["c", "a"], "y", &[]),
    ];
    refused(&crossed, &weight, &["\"a\" is read by", "one addition or concatenation"]);
    let doubled = [pointwise("x", "a"), node("Add", &["a", "a"], "y", &[])];
    refused(&doubled, &weight, &["n_y", "adds a value to itself"]);
    let grown = [pointwise("x", "a"), node("Add", &["a", "x"], "y", &[])];
    refused(&grown, &[floats("w", &[3, 2, 1, 1])], &["n_y", "the same shape"]);
    let empty = [node("Relu", &["x"], "a", &[]), node("Add", &["a", "x"], "y", &[])];
    let names: Vec<_> = kinds(&empty, &[]).iter().map(LayerKind::name).collect();
    assert_eq!(names, ["Skip", "Relu", "Add"]);
}

/// The constants are 1, 2 and so on.
#[test]
fn inputs_that_are_prepared() {
    let conv = [floats("w", &[1, 2, 1, 1]), floats("c", &[2, 1, 1])];
    let with = |nodes: &[NodeProto]| [nodes, &[node("Conv", &["p", "w"], "y", &[])]].concat();
    let network =
        |nodes: &[NodeProto], constants: &[TensorProto]| read(&with(nodes), constants).unwrap();
    let (sub, div) = (node("Sub", &["x", "c"], "s", &[]), node("Div", &["s", "c"], "p", &[]));
    let both = network(&[sub, div.clone()], &conv);
    assert_eq!((both.layers.len(), both.layers[0].kind.name()), (1, "Conv2d"));
    let input: Vec<f32> = (0..60).map(|index| index as f32).collect();
    let prepared = both.preparation.of(&input);
    assert_eq!(prepared[..30], input[..30].iter().map(|x| x - 1.0).collect::<Vec<_>>());
    assert_eq!(prepared[30..], input[30..].iter().map(|x| (x - 2.0) / 2.0).collect::<Vec<_>>());
    // With bytes before, whatever the order.
    let bytes = Normalisation { mean: 100.0, deviation: 10.0 };
    let list = |network: &ImportedNetwork| {
        let all = network.preparation.after(bytes.into()).unwrap();
        all.iter().map(|of| (of.mean, of.deviation)).collect::<Vec<_>>()
    };
    assert_eq!(list(&both), [(110.0, 10.0), (120.0, 20.0)]);
    let first = [node("Div", &["x", "c"], "s", &[]), node("Sub", &["s", "one"], "p", &[])];
    let one = [&conv[..], &[floats("one", &[])]].concat();
    assert_eq!(list(&network(&first, &one)), [(110.0, 10.0), (120.0, 20.0)]);
    let alone = network(&[node("Sub", &["x", "one"], "p", &[])], &one);
    assert_eq!(list(&alone), [(110.0, 10.0)]);

    // Behind a layer it is a scale; the other way around, too.
    let behind = [node("Relu", &["x"], "s", &[]), div];
    let names = |nodes: &[NodeProto]| {
        let kinds = kinds(&with(nodes), &conv);
        kinds.iter().map(LayerKind::name).collect::<Vec<_>>()
    };
    assert_eq!(names(&behind), ["Relu", "Scale", "Conv2d"]);
    let turned = read(&with(&[node("Sub", &["c", "x"], "p", &[])]), &conv).unwrap();
    assert_eq!(turned.layers[0].parameters, [-1.0, -1.0, 1.0, 2.0]);
    refused(&with(&[node("Div", &["c", "x"], "p", &[])]), &conv, &["\"n_p\"", "divided by"]);
    // Of another shape, by nothing.
    let rows = [conv[0].clone(), floats("c", &[6, 1])];
    let by_rows = [node("Sub", &["x", "c"], "p", &[])];
    refused(&with(&by_rows), &rows, &["\"n_y\"", "one for each channel"]);
    let mut zero = conv;
    zero[1].float_data = vec![0.0, 1.0];
    refused(&with(&[node("Div", &["x", "c"], "p", &[])]), &zero, &["the deviation above 0"]);
}

#[test]
fn operators_and_options_that_no_layer_has() {
    let one =
        |operator: &str, attribute: &[AttributeProto]| [node(operator, &["x"], "y", attribute)];
    for operator in ["Selu", "InstanceNormalization", "Resize", "QuantizeLinear", "Erf\u{1b}[2J"] {
        refused(&one(operator, &[]), &[], &["\"n_y\"", "which no layer here computes"]);
    }
    let mut other = one("Relu", &[]);
    other[0].domain = "com.example".into();
    refused(&other, &[], &["com.example.Relu"]);
    refused(&one("Relu", &[int("saturate", 1)]), &[], &["\"saturate\" is not known"]);
    let pool = |more: AttributeProto| one("MaxPool", &[ints("kernel_shape", &[2, 2]), more]);
    refused(&pool(ints("dilations", &[2, 2])), &[], &["dilations [2, 2]"]);
    refused(&pool(ints("strides", &[0, 0])), &[], &["stride"]);
    let up = [
        ints("kernel_shape", &[2, 2]),
        ints("strides", &[2, 2]),
        int("ceil_mode", 1),
        int("count_include_pad", 1),
    ];
    refused(&one("AveragePool", &up), &[], &["rounds the size"]);
    let LayerKind::MaxPool2d(pool) = kinds(&one("MaxPool", &up[..3]), &[])[0] else { panic!() };
    assert_eq!(pool.padding, PaddingOption::Same, "the last column has half a window");
    let softmax = one("Softmax", &[int("axis", 1)]);
    refused(&softmax, &[], &["the axis 1 of 2 x 6 x 5"]);
    let conv = |attribute: &[AttributeProto]| [node("Conv", &["x", "w"], "y", attribute)];
    refused(&conv(&[]), &[floats("w", &[4, 3, 3, 3])], &["n_y", "its weight 4 x 3 x 3 x 3"]);
    refused(&conv(&[]), &[floats("w", &[4, 2, 9, 9])], &["a window of 9 x 9"]);
}

#[test]
fn numbers_that_are_none() {
    let conv = [node("Conv", &["x", "w"], "y", &[])];
    let weight = floats("w", &[1, 2, 1, 1]);
    let with = |change: fn(&mut TensorProto)| {
        let mut weight = weight.clone();
        change(&mut weight);
        [weight]
    };
    refused(&conv, &with(|w| w.float_data[1] = f32::NAN), &["\"w\"", "number 1 is NaN"]);
    refused(
        &conv,
        &with(|w| w.dims = vec![1_000_000, 1_000_000]),
        &["\"w\"", "does not match the data"],
    );
    refused(&conv, &with(|w| w.data_type = 11), &["\"w\"", "DOUBLE"]);
    refused(&conv, &with(|w| w.data_location = EXTERNAL), &["\"w\"", "they are in the file"]);
    refused(&conv, &[], &["n_y", "reads \"w\""]);
    let computed = [node("Abs", &["w"], "v", &[]), node("Conv", &["x", "v"], "y", &[])];
    refused(&computed, &[weight], &["\"v\"", "not worked out here"]);
}

#[test]
fn graphs_that_are_no_networks() {
    let relu = |from: &str, to: &str| node("Relu", &[from], to, &[]);
    let cycle = [node("Add", &["x", "b"], "a", &[]), relu("a", "b"), relu("b", "y")];
    refused(&cycle, &[], &["cycle"]);
    refused(&[relu("y", "y")], &[], &["cycle"]);
    refused(&[relu("x", "y"), relu("x", "y")], &[], &["produced twice"]);
    refused(&[relu("x", "x")], &[], &["produced twice"]);
    refused(&[relu("x", "a")], &[], &["reads \"y\"", "incomplete"]);
    let change = |change: fn(&mut ModelProto)| {
        let mut model = model(&[relu("x", "y")], &[]);
        change(&mut model);
        import(&model.encode_to_vec()).map(|_| ()).unwrap_err().to_string()
    };
    let graph = |model: &mut ModelProto| model.graph.clone().unwrap_or_default();
    assert!(change(|m| m.graph = None).contains("no graph"));
    assert!(change(|m| m.opset_import[0].version = 6).contains("operator set 6"));
    let two = change(|m| m.graph.as_mut().unwrap().input.push(value("z", &[1, 1])));
    assert!(two.contains("2 inputs (\"x\", \"z\")"), "{two}");
    let none = change(|m| m.graph.as_mut().unwrap().output.clear());
    assert!(none.contains("0 outputs"), "{none}");
    for dims in [&[1, 2, 0, 5][..], &[1, 2, -1, 5], &[1, 2, i64::MAX, 5], &[5], &[1, 1, 1, 1, 1]] {
        let mut model = model(&[relu("x", "y")], &[]);
        let mut changed = graph(&mut model);
        changed.input = vec![value("x", dims)];
        model.graph = Some(changed);
        let error = import(&model.encode_to_vec()).unwrap_err().to_string();
        assert!(error.contains("the input \"x\""), "{error}");
    }
    let large = change(|m| {
        m.graph.as_mut().unwrap().input = vec![value("x", &[1, 1000, 1000, 1000])];
    });
    assert!(large.contains("elements"), "{large}");
}

#[test]
fn an_output_is_chosen() {
    let nodes = [
        node("Relu", &["x"], "features", &[]),
        node("GlobalAveragePool", &["features"], "y", &[]),
        node("Erf", &["features"], "other", &[]),
    ];
    let mut two = model(&nodes, &[]);
    two.graph.as_mut().unwrap().output.push(value("other", &[1, 2, 6, 5]));
    let bytes = two.encode_to_vec();
    let with = |output| import_with(&bytes, ImportOptions { output, ..ImportOptions::default() });
    // The first, and what it is not made of is not looked at.
    let first = with(None).unwrap();
    assert_eq!((&*first.output_name, &first.other_outputs[..]), ("y", &["other".to_owned()][..]));
    // One inside the network.
    assert_eq!(with(Some("features")).unwrap().output(), Dims::Map([2, 6, 5]));
    let refused = with(Some("other")).unwrap_err().to_string();
    assert!(refused.contains("Erf"), "{refused}");
    let refused = with(Some("logits")).unwrap_err().to_string();
    assert!(refused.contains("\"y\", \"other\"") && refused.contains("--output"), "{refused}");
}

#[test]
fn the_logarithm_at_the_end_is_left_out() {
    let flat = node("Flatten", &["x"], "f", &[]);
    let log = |from: &str, to: &str| node("LogSoftmax", &[from], to, &[int("axis", 1)]);
    let network = read(&[flat.clone(), log("f", "y")], &[]).unwrap();
    assert!(network.log_softmax && network.specs().len() == 1);
    refused(&[flat, log("f", "l"), node("Relu", &["l"], "y", &[])], &[], &["n_l", "ends with"]);
}

#[test]
fn the_declared_shape_of_the_output_must_be_right() {
    let change = |dims: &[i64]| {
        let mut model = model(&[node("Relu", &["x"], "y", &[])], &[]);
        model.graph.as_mut().unwrap().output = vec![value("y", dims)];
        import(&model.encode_to_vec())
    };
    assert!(change(&[1, 2, 6, 5]).is_ok() && change(&[8, 2, 0, 5]).is_ok());
    for dims in [&[1, 2, 6, 6][..], &[1, 2, 30], &[]] {
        let refused = change(dims).unwrap_err();
        assert!(matches!(refused, OnnxError::OutputShape { .. }), "{refused}");
    }
}

#[test]
fn numbers_in_files_beside_the_network() {
    let directory = tempfile::tempdir().unwrap();
    std::fs::create_dir(directory.path().join("inside")).unwrap();
    let home = directory.path().join("inside");
    let weights: Vec<u8> = [0.5f32, -1.5].iter().flat_map(|x| x.to_le_bytes()).collect();
    for at in [home.join("w.bin"), directory.path().join("outside.bin")] {
        std::fs::write(at, [&[9; 4][..], &weights].concat()).unwrap();
    }
    let with = |entries: &[(&str, &str)]| {
        let entry = |&(key, value): &(&str, &str)| {
            let (key, value) = (key.into(), value.into());
            super::proto::EntryProto { key, value }
        };
        let weight = TensorProto {
            name: "w".into(),
            dims: vec![1, 2, 1, 1],
            data_type: FLOAT,
            data_location: EXTERNAL,
            external_data: entries.iter().map(entry).collect(),
            ..TensorProto::default()
        };
        let bytes = model(&[node("Conv", &["x", "w"], "y", &[])], &[weight]).encode_to_vec();
        let options = ImportOptions { directory: Some(&home), ..ImportOptions::default() };
        import_with(&bytes, options)
    };
    let network = with(&[("location", "w.bin"), ("offset", "4"), ("length", "8")]).unwrap();
    assert_eq!(network.parameters(), [0.5, -1.5, 0.0]);
    assert_eq!(network.external_files[0].0, "w.bin");
    let absolute = home.join("w.bin");
    let absolute = absolute.to_str().unwrap();
    for entries in [
        &[("location", "../outside.bin"), ("offset", "4")][..],
        &[("location", absolute), ("offset", "4")],
        &[("location", "w.bin"), ("offset", "4"), ("length", "9")],
        &[("location", "w.bin"), ("offset", "many")],
        &[("location", "missing.bin")],
        &[("location", ".")],
        &[("location", "w.bin")], // three numbers for two
        &[],
    ] {
        assert!(matches!(with(entries), Err(OnnxError::Numbers { .. })), "{entries:?}");
    }
    #[cfg(unix)]
    {
        std::os::unix::fs::symlink("../outside.bin", home.join("link.bin")).unwrap();
        let linked = with(&[("location", "link.bin"), ("offset", "4")]);
        assert!(matches!(linked, Err(OnnxError::Numbers { .. })));
    }
}

/// Each kind of layer, and each option that a file can say.
#[test]
fn what_is_exported_is_imported() {
    tinyconv::network! {
        Everything: 2 x 9 x 8 {
            a: Conv2d { out: 4, kernel: 3, stride: 2, padding: ((1, 0), (2, 1)) }, Elu { alpha: 0.5 },
            b: Conv2d { out: 6, kernel: 2, groups: 2, dilation: 2, padding: 1 }, PRelu,
            c: DepthwiseConv2d { kernel: 2, multiplier: 2, padding: causal }, HardSwish,
            MaxPool2d { size: 2, stride: 1, padding: 1 },
            d: BatchNorm, Silu,
            Residual { e: Conv2d { out: 5, kernel: 1 }, Relu, Branch { f: Conv2d { out: 5, kernel: 3, padding: 1 } } },
            Concat { g: Conv2d { out: 2, kernel: 1 }, Branch { h: Scale, Tanh } },
            Residual { i: Conv2d { out: 7, kernel: 3, padding: 1 } }, LeakyRelu { slope: 0.2 },
            AvgPool2d { size: 3, stride: 2, padding: 1, counts_padding: true }, Clip { low: -1.0, high: 2.0 },
            GlobalAvgPool2d, j: Dense { out: 3 }, Sigmoid, Softmax,
        }
    }
    use tinyconv::Network as _;
    use tinyconv::model_file::{ModelFile, Normalisation, Training};

    let parameters: Vec<f32> = (0..Everything::PARAMS).map(|at| 0.25 + (at % 7) as f32).collect();
    let bytes: Vec<u8> = parameters.iter().flat_map(|x| x.to_le_bytes()).collect();
    let training =
        Training { epochs: 0, batch: 0, seed: 0, learning_rate: 0.0, test_accuracy: 0.0 };
    let normalisation = Normalisation { mean: 0.0, deviation: 255.0 };
    let (input, layers) = (Everything::INPUT, Everything::LAYERS);
    let file = ModelFile::new("all", input, layers, normalisation, &[], training, &bytes).unwrap();
    let network = import(&super::export(&file)).unwrap();
    assert_eq!(
        network.specs().iter().map(|it| it.kind).collect::<Vec<_>>(),
        layers.iter().map(|it| it.kind).collect::<Vec<_>>()
    );
    assert_eq!(network.parameters(), parameters);
}

#[test]
fn a_file_of_many_parts_is_refused_before_it_is_read() {
    // A node of two bytes in a graph.
    let nodes = [0x0a, 0x00].repeat(budget::MOST_PARTS + 1);
    let mut bytes = vec![0x3a];
    prost::encoding::encode_varint(nodes.len() as u64, &mut bytes);
    bytes.extend(nodes);
    assert!(matches!(import(&bytes), Err(OnnxError::TooManyParts { .. })));
}

#[test]
fn every_prefix_is_refused() {
    for length in 0..SIGNAL.len() {
        assert!(import(&SIGNAL[..length]).is_err(), "{length} bytes");
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 2000, failure_persistence: None, ..Default::default() })]

    #[test]
    fn changed_bytes_never_panic(
        signal in any::<bool>(),
        changes in prop::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 1..6),
        cut in prop::option::of(any::<prop::sample::Index>()),
    ) {
        let mut bytes = if signal { SIGNAL } else { RESIDUAL }.to_vec();
        for (at, byte) in changes {
            let at = at.index(bytes.len());
            bytes[at] = byte;
        }
        if let Some(cut) = cut {
            bytes.truncate(cut.index(bytes.len()));
        }
        if let Ok(network) = import(&bytes) {
            // Whatever was read can be written.
            let normalisation = tinyconv::model_file::Normalisation { mean: 0.0, deviation: 1.0 };
            let _ = network.encode("n", normalisation, &[], 0.0);
            prop_assert!(network.parameters().iter().all(|parameter| parameter.is_finite()));
        }
    }
}
