//! Safetensors files in and out: names, shapes and types that are told apart, and all that is refused.

use std::collections::BTreeMap;
use std::fs;

use half::{bf16, f16};
use host_tools::exchange::{NamedLayer, Renaming, StateDict, TensorName as _, match_layers};
use host_tools::model::{MODELS, Networks};
use proptest::prelude::*;
use proptest::sample::Index;
use safetensors::tensor::TensorView;
use safetensors::{Dtype, serialize};
use tinyconv::Network;
use tinyconv::model_file::ModelFile;

use crate::tool::Tool;

/// Tensors by name: type, shape, bytes.
type Tensors = BTreeMap<String, (Dtype, Vec<usize>, Vec<u8>)>;

fn file(tensors: &Tensors) -> Vec<u8> {
    let views = tensors.iter().map(|(name, (dtype, shape, bytes))| {
        (name, TensorView::new(*dtype, shape.clone(), bytes).unwrap())
    });
    serialize(views, None).unwrap()
}

/// The numbers 1, 2, 3... divided by 64: each of the types has them.
fn values(from: usize, count: usize) -> impl Iterator<Item = f32> {
    (from..from + count).map(|number| (number % 128) as f32 / 64.0)
}

/// Tensors that fit the network `name`, called as `module` says of the index of a layer with
/// parameters.
fn tensors(name: &str, module: impl Fn(usize) -> String) -> Tensors {
    let model = Networks::new(&MODELS).named(name).unwrap();
    let mut tensors = Tensors::new();
    for (index, layer) in NamedLayer::all(model.input(), &model.layers()).iter().enumerate() {
        for (role, shape) in layer.shapes() {
            let numbers = values(tensors.len(), shape.iter().product());
            let bytes = numbers.flat_map(f32::to_le_bytes).collect();
            tensors.insert(role.within(&module(index)), (Dtype::F32, shape, bytes));
        }
    }
    tensors
}

/// As those of `nn.Sequential` are called: convolution, ReLU, pooling, again, flatten, linear.
fn sequential(index: usize) -> String {
    ["0", "3", "7"][index].into()
}

fn import<'a>(model: &'a str, more: &[&'a str]) -> Vec<&'a str> {
    let usual = ["import", "net.safetensors", "--model", model, "--data", "data"];
    [&usual[..], more].concat()
}

#[test]
fn what_is_exported_is_imported() {
    let tool = Tool::new();
    for model in ["digits", "lenet"] {
        let bytes = fs::read(tool.trained(model)).unwrap();
        let path = format!("trained/{model}.tinyconv");
        let exported = format!("trained/{model}.safetensors");
        tool.succeeds(&["export", &path, "--format", "safetensors"]);
        let again = fs::read(tool.path(&exported)).unwrap();
        tool.succeeds(&["export", &path, "--format", "safetensors"]);
        assert!(fs::read(tool.path(&exported)).unwrap() == again, "the same bytes every time");
        tool.succeeds(&["import", &exported, "--out", "back.tinyconv", "--data", "data"]);
        let back = fs::read(tool.path("back.tinyconv")).unwrap();
        let (file, back) = (ModelFile::parse(&bytes).unwrap(), ModelFile::parse(&back).unwrap());
        assert_eq!(back.parameters, file.parameters);
        assert_eq!((back.name, back.labels), (file.name, file.labels.clone()));
        assert_eq!(back.normalisation, file.normalisation);
        assert_eq!(back.training.test_accuracy, file.training.test_accuracy);
        assert_eq!(back.training.epochs, 0);
    }
}

#[test]
fn names_are_those_that_were_asked_for() {
    let tool = Tool::new();
    tool.trained("digits");
    fs::write(tool.path("like.safetensors"), file(&tensors("digits", sequential))).unwrap();
    let export =
        ["export", "trained/digits.tinyconv", "--format", "safetensors", "--out", "o.safetensors"];
    let names = |more: &[&str]| -> Vec<String> {
        tool.succeeds(&[&export[..], more].concat());
        let bytes = fs::read(tool.path("o.safetensors")).unwrap();
        StateDict::parse(&bytes).unwrap().names().map(str::to_owned).collect()
    };
    assert_eq!(
        names(&["--map", "conv1=a.b", "--map", "classify=fc"])[..2],
        ["a.b.bias", "a.b.weight"]
    );
    let like = names(&["--like", "like.safetensors"]);
    assert_eq!(like, ["0.bias", "0.weight", "3.bias", "3.weight", "7.bias", "7.weight"]);
    // Names that are no layer's: a file of single tensors.
    let parts = tensors("digits", sequential);
    let flat = parts.into_iter().map(|(name, tensor)| (name.replace('.', "_"), tensor)).collect();
    fs::write(tool.path("like.safetensors"), file(&flat)).unwrap();
    let (layers, roles) = ([("conv1", 0), ("conv2", 3), ("classify", 7)], ["weight", "bias"]);
    let tensor = |(layer, module)| roles.map(|role| format!("{layer}.{role}={module}_{role}"));
    let flat: Vec<String> = layers.map(tensor).concat();
    let maps: Vec<&str> = flat.iter().flat_map(|map| ["--map", map]).collect();
    let like = names(&[&["--like", "like.safetensors"], &maps[..]].concat());
    assert_eq!(like, ["0_bias", "0_weight", "3_bias", "3_weight", "7_bias", "7_weight"]);
    let refused = |more: &[&str], words: &[&str]| {
        tool.refuses(&[&export[..], more].concat(), words);
    };
    refused(&["--map", "conv9=x"], &["conv9=x", "\"conv1\", \"conv2\", \"classify\""]);
    refused(&["--map", "conv1=conv2"], &["given twice"]);
    refused(&["--map", "conv1=a", "--map", "conv1=b"], &["given twice"]);
    refused(&["--map", "conv1"], &["conv1=features.0"]);
    refused(&["--like", "trained/digits.tinyconv"], &["not a safetensors file"]);
    let other = ["export", "trained/digits.tinyconv", "--format", "rust", "--map", "conv1=x"];
    tool.refuses(&other, &["--format safetensors"]);
}

#[test]
fn layers_are_found_by_counting() {
    let tool = Tool::new();
    let written = tensors("digits", sequential);
    fs::write(tool.path("net.safetensors"), file(&written)).unwrap();
    let printed = tool.succeeds(&import("digits", &[])).stdout;
    for line in [
        "conv1    is \"0\"",
        "classify is \"7\"",
        "(raw - 0.0) / 255.0 (from the network's recipe)",
    ] {
        assert!(printed.contains(line), "no {line:?} in {printed}");
    }
    let bytes = fs::read(tool.path("net.tinyconv")).unwrap();
    let imported: Vec<f32> = ModelFile::parse(&bytes).unwrap().parameters().collect();
    let first: Vec<f32> = imported[..150].to_vec();
    assert_eq!(first, values(0, 150).collect::<Vec<_>>());
    // The weights of the last layer, transposed: input 1 of output 0 comes 10 later here.
    let weight = &imported[156 + 2416..];
    assert_eq!([weight[0], weight[10]], [4.0 / 64.0, 5.0 / 64.0]);

    // Numbers are counted, not spelled; batch normalisation is told apart, its counters passed over.
    let names =
        ["features.0", "features.1", "features.4", "features.5", "features.8", "features.9"];
    let name = |index: usize| match names.get(index) {
        Some(name) => (*name).to_owned(),
        None => format!("classifier.{}", 4 * index),
    };
    let mut written = tensors("lenet", name);
    let counter = (Dtype::I64, vec![], 5i64.to_le_bytes().to_vec());
    written.insert("features.1.num_batches_tracked".into(), counter);
    fs::write(tool.path("net.safetensors"), file(&written)).unwrap();
    let more = ["--mean", "33.5", "--deviation", "78.5", "--labels", "a,b,c,d,e,f,g,h,i,j"];
    let printed = tool.succeeds(&import("lenet", &more)).stdout;
    for line in
        ["conv3_norm is \"features.9\"", "hidden     is \"classifier.24\"", "(raw - 33.5) / 78.5\n"]
    {
        assert!(printed.contains(line), "no {line:?} in {printed}");
    }
    let bytes = fs::read(tool.path("net.tinyconv")).unwrap();
    assert_eq!(ModelFile::parse(&bytes).unwrap().labels[9], "j");
}

#[test]
fn without_a_data_set_that_fits_nothing_is_claimed() {
    let tool = Tool::new();
    fs::write(tool.path("net.safetensors"), file(&tensors("linear", |_| "fc".into()))).unwrap();
    let labels = ["--labels", "a,b,c,d,e,f,g,h,i,j"];
    let import = [&["import", "net.safetensors", "--model", "linear"], &labels[..]].concat();
    let printed = tool.succeeds(&import).stdout;
    assert!(printed.contains("not measured, stored as 0"), "{printed}");
    let bytes = fs::read(tool.path("net.tinyconv")).unwrap();
    assert_eq!(ModelFile::parse(&bytes).unwrap().training.test_accuracy, 0.0);
}

#[test]
fn all_that_does_not_fit_is_listed_at_once() {
    let tool = Tool::new();
    let mut written = tensors("digits", sequential);
    written.remove("3.weight");
    written.get_mut("0.bias").unwrap().1 = vec![2, 3];
    written.insert("9.weight".into(), (Dtype::F32, vec![2], vec![0; 8]));
    written.insert("head\u{1b}[2J".into(), (Dtype::U8, vec![1], vec![0]));
    fs::write(tool.path("net.safetensors"), file(&written)).unwrap();
    let words = [
        "missing:\n  \"conv2.weight\" (16 x 6 x 5 x 5)",
        "extra:\n",
        "\"9.weight\" (2)",
        "\"head\\u{1b}[2J\" (1)",
        "of another shape:\n  \"0.bias\" is 2 x 3, \"conv1.bias\" is 6",
        "--map",
    ];
    tool.refuses(&import("digits", &[]), &words);
    // A whole network of another kind.
    fs::write(tool.path("net.safetensors"), file(&tensors("linear", |_| "fc".into()))).unwrap();
    tool.refuses(
        &import("digits", &[]),
        &["missing:", "conv1.weight", "\"fc.weight\" is 10 x 784, \"classify.weight\" is 10 x 256"],
    );
}

tinyconv::network! {
    Alike: 2 x 4 x 4 {
        a: Conv2d { out: 2, kernel: 1 }, b: Conv2d { out: 2, kernel: 1 }, c: Conv2d { out: 2, kernel: 1 },
    }
}

/// The names that the layers of `Alike` get from a file with layers of these names, or the error.
fn alike(names: [&str; 3], renamings: &[&str]) -> Result<Vec<String>, String> {
    let mut written = Tensors::new();
    for name in names {
        written.insert(format!("{name}.weight"), (Dtype::F32, vec![2, 2, 1, 1], vec![0; 16]));
        written.insert(format!("{name}.bias"), (Dtype::F32, vec![2], vec![0; 8]));
    }
    let bytes = file(&written);
    let renamings: Vec<Renaming> = renamings.iter().map(|text| text.parse().unwrap()).collect();
    let layers = NamedLayer::all(Alike::INPUT, Alike::LAYERS);
    let matched = match_layers(&layers, &StateDict::parse(&bytes).unwrap(), &renamings);
    let names = |layers: Vec<Renaming>| layers.into_iter().map(|layer| layer.theirs).collect();
    matched.map(|matched| names(matched.layers)).map_err(|error| error.to_string())
}

#[test]
fn what_names_do_not_tell_is_asked_for() {
    let found = |names: [&str; 3]| Ok(names.map(String::from).to_vec());
    assert_eq!(alike(["c", "b", "a"], &[]), found(["a", "b", "c"]));
    assert_eq!(alike(["x10", "x9", "x2"], &[]), found(["x2", "x9", "x10"]));
    // Two names that are there by chance do not decide.
    assert_eq!(alike(["l.0", "l.1", "l.02"], &[]), found(["l.0", "l.1", "l.02"]));
    let error = alike(["stem", "b", "c"], &[]).unwrap_err();
    for word in ["which is which", "a: b or c or stem", "--map a=b"] {
        assert!(error.contains(word), "no {word:?} in {error}");
    }
    let mapped = alike(["stem", "b", "c"], &["a=stem"]);
    assert_eq!(mapped, found(["stem", "b", "c"]));
    let by_tensor = alike(["stem", "b", "c"], &["a.weight=stem.weight"]);
    assert_eq!(by_tensor, found(["stem", "b", "c"]));
    for (renamings, word) in [
        (["a=stem", "z=b"], "no layer or tensor of that name; it has \"a\", \"b\", \"c\""),
        (["a=stem", "b=q"], "no tensors of that name; it has \"b\", \"c\", \"stem\""),
        (["a=stem", "b=stem"], "given twice"),
        (["a=stem", "a=b"], "given twice"),
        (["a=stem", "b.weight=q"], "\"stem.weight\""),
    ] {
        let error = alike(["stem", "b", "c"], &renamings).unwrap_err();
        assert!(error.contains(word), "no {word:?} in {error}");
    }
}

#[test]
fn half_precision_is_converted_and_biases_may_be_missing() {
    let tool = Tool::new();
    let mut written = tensors("digits", sequential);
    let whole = file(&written);
    for (name, dtype) in
        [("0.weight", Dtype::F16), ("3.weight", Dtype::BF16), ("7.weight", Dtype::F64)]
    {
        let tensor = written.get_mut(name).unwrap();
        let numbers: Vec<f32> =
            tensor.2.as_chunks().0.iter().map(|bytes| f32::from_le_bytes(*bytes)).collect();
        tensor.0 = dtype;
        tensor.2 = numbers
            .iter()
            .flat_map(|&number| match dtype {
                Dtype::F16 => f16::from_f32(number).to_le_bytes().to_vec(),
                Dtype::BF16 => bf16::from_f32(number).to_le_bytes().to_vec(),
                _ => f64::from(number).to_le_bytes().to_vec(),
            })
            .collect();
    }
    let imported = |bytes: &[u8]| {
        fs::write(tool.path("net.safetensors"), bytes).unwrap();
        let printed = tool.succeeds(&import("digits", &[])).stdout;
        let bytes = fs::read(tool.path("net.tinyconv")).unwrap();
        (printed, ModelFile::parse(&bytes).unwrap().parameters().collect::<Vec<_>>())
    };
    let (printed, converted) = imported(&file(&written));
    for note in ["1 tensors are F16", "1 tensors are BF16", "F64: each number was rounded"] {
        assert!(printed.contains(note), "no {note:?} in {printed}");
    }
    let (printed, mut plain) = imported(&whole);
    assert!(!printed.contains("note:"), "{printed}");
    assert_eq!(converted, plain);
    written.remove("3.bias");
    let (printed, without) = imported(&file(&written));
    assert!(printed.contains("note: \"3\" has no bias: 0 is taken"), "{printed}");
    plain[156 + 2400..156 + 2416].fill(0.0);
    assert_eq!(without, plain);
}

#[test]
fn numbers_that_cannot_be_parameters_are_refused() {
    let tool = Tool::new();
    let refused = |name: &str, dtype: Dtype, index: usize, number: &[u8], words: &[&str]| {
        let mut written = tensors("digits", sequential);
        let tensor = written.get_mut(name).unwrap();
        let count: usize = tensor.1.iter().product();
        tensor.0 = dtype;
        tensor.2 = vec![0; count * number.len()];
        tensor.2[index * number.len()..][..number.len()].copy_from_slice(number);
        fs::write(tool.path("net.safetensors"), file(&written)).unwrap();
        tool.refuses(&import("digits", &[]), words);
    };
    let nan = f32::NAN.to_le_bytes();
    refused("7.weight", Dtype::F32, 300, &nan, &["\"7.weight\"", "NaN", "number 300"]);
    let infinite = f16::INFINITY.to_le_bytes();
    refused("0.bias", Dtype::F16, 5, &infinite, &["\"0.bias\"", "inf", "number 5"]);
    let large = 1e300f64.to_le_bytes();
    refused("0.bias", Dtype::F64, 0, &large, &["\"0.bias\"", "inf", "of f32"]);
    for (dtype, bytes) in [(Dtype::I64, 8), (Dtype::I8, 1), (Dtype::BOOL, 1), (Dtype::F8_E4M3, 1)] {
        let name = format!("{dtype:?}");
        let words = ["\"3.bias\"", &name, "F32, F16, BF16 or F64"];
        refused("3.bias", dtype, 0, &vec![1; bytes], &words);
    }
}

#[test]
fn files_that_are_not_whole_are_refused() {
    let tool = Tool::new();
    let whole = file(&tensors("digits", sequential));
    let refused = |bytes: &[u8], words: &[&str]| {
        fs::write(tool.path("net.safetensors"), bytes).unwrap();
        tool.refuses(&import("digits", &[]), &[&["net.safetensors"], words].concat());
    };
    let with_header = |header: &str, rest: usize| {
        let length = (header.len() as u64).to_le_bytes();
        [&length[..], header.as_bytes(), &vec![0; rest]].concat()
    };
    for length in [0, 1, 7, 8] {
        refused(&whole[..length], &["not a safetensors file"]);
    }
    for length in [9, 100] {
        refused(&whole[..length], &["truncated"]);
    }
    refused(&whole[..whole.len() - 1], &["truncated"]);
    refused(&[&whole[..], &[0]].concat(), &["another number of bytes"]);
    refused(b"PK\x03\x04 what torch.save writes", &["archive is damaged"]);
    refused(b"something else entirely, and long", &["not a safetensors file"]);
    let mut huge = whole.clone();
    huge[..8].copy_from_slice(&u64::MAX.to_le_bytes());
    refused(&huge, &["truncated", "18446744073709551615 bytes"]);
    let long = " ".repeat(5 << 20);
    refused(&with_header(&format!("{{{long}}}"), 0), &["more than the limit"]);
    refused(&with_header("{\"a\":", 0), &["not its JSON"]);
    refused(&with_header("{}", 0), &["missing:", "conv1.weight"]);
    // Claims of 10^12 numbers: with as few bytes as there are, with as many as that would be, and with
    // more than can be counted.
    let claim = |shape: &str, end: &str| {
        let tensor = format!("\"dtype\":\"F32\",\"shape\":{shape},\"data_offsets\":[0,{end}]");
        with_header(&format!("{{\"0.weight\":{{{tensor}}}}}"), 64)
    };
    refused(&claim("[1000000,1000000]", "64"), &["another number of bytes than it has"]);
    refused(&claim("[1000000,1000000]", "4000000000000"), &["truncated"]);
    refused(&claim("[4294967296,4294967296,4294967296]", "64"), &["more numbers than any memory"]);
    refused(&claim("[-1]", "64"), &["not its JSON"]);
    tool.refuses(&["import", "missing.safetensors", "--model", "digits"], &["cannot read"]);
    tool.refuses(&["import", "data", "--model", "digits"], &["cannot read"]);
}

#[test]
fn options_that_do_not_fit_are_refused() {
    let tool = Tool::new();
    fs::write(tool.path("net.safetensors"), file(&tensors("digits", sequential))).unwrap();
    tool.refuses(&["import", "net.safetensors"], &["--model", "digits, digits-tiny"]);
    for (more, word) in [
        (["--labels", "a,b"], "has 2 names, but the network digits has 10 outputs"),
        (["--deviation", "0"], "above 0"),
        (["--deviation", "nan"], "above 0"),
        (["--mean", "inf"], "finite"),
        (["--mean", "1,2,3"], "--mean has 3 numbers, but the number of the input's channels is 1"),
        (["--deviation", "1,x"], "invalid float literal"),
        (["--deviation", "1e-40"], "finite"),
        (["--map", "conv1="], "conv1=features.0"),
        (["--out", "net.safetensors"], "the file to read"),
    ] {
        tool.refuses(&import("digits", &more)[..], &[word]);
    }
    let nowhere = ["import", "net.safetensors", "--model", "digits", "--data", "nowhere"];
    tool.refuses(&nowhere, &["nowhere"]);
    tool.refuses(&["import", "net.safetensors", "--model", "other"], &["other", "digits-dense"]);
}

proptest! {
    #[test]
    fn mutated_files_never_panic(
        changes in prop::collection::vec((any::<Index>(), any::<u8>()), 1..8),
        within_the_list in any::<bool>(),
        cut in prop::option::of(any::<Index>()),
    ) {
        let model = MODELS[3];
        let mut bytes = file(&tensors("linear", |_| "fc".into()));
        let end = if within_the_list { 160 } else { bytes.len() };
        for (index, byte) in changes {
            bytes[index.index(end)] = byte;
        }
        if let Some(cut) = cut {
            bytes.truncate(cut.index(bytes.len()));
        }
        let layers = NamedLayer::all(model.input(), &model.layers());
        if let Ok(dict) = StateDict::parse(&bytes)
            && let Ok(matched) = match_layers(&layers, &dict, &[])
        {
            prop_assert_eq!(matched.parameters.len(), model.parameters());
            prop_assert!(matched.parameters.iter().all(|parameter| parameter.is_finite()));
        }
    }
}
