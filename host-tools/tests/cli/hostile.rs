//! Files that ask for more than they are: refused before the work begins, in a gigabyte and a few seconds.

use std::fs;
use std::io::Write;
use std::process::{Command, Output};

use flate2::{Compression, write::GzEncoder};
use image::GrayImage;
use tinyconv::model_file::{ModelFile, Normalisation, Training};
use tinyconv::plan::{
    Conv2dOptions, DenseOptions, DepthwiseConv2dOptions, Dims, LayerKind, LayerSpec, PaddingOption,
    Plan,
};

use crate::data;
use crate::tool::Tool;

/// Runs the program in a gigabyte beside its own code, on two threads, for seconds at most.
#[track_caller]
fn run(tool: &Tool, arguments: &[&str]) -> Output {
    let script = "ulimit -v 1572864; exec timeout 60 \"$0\" \"$@\"";
    let mut command = Command::new("bash");
    command.args(["-c", script, env!("CARGO_BIN_EXE_tinyconv")]).args(arguments);
    // Each thread would reserve room for an arena of its own.
    command.env("MALLOC_ARENA_MAX", "1").env("RAYON_NUM_THREADS", "2");
    command.current_dir(tool.path(".")).output().unwrap()
}

#[track_caller]
fn refused(tool: &Tool, arguments: &[&str], words: &[&str]) {
    let output = run(tool, arguments);
    let text = String::from_utf8(output.stderr).unwrap();
    assert_eq!(output.status.code(), Some(2), "{arguments:?}: {text}");
    for word in words {
        assert!(text.contains(word), "no {word:?} in {text}");
    }
}

#[track_caller]
fn taken(tool: &Tool, arguments: &[&str]) -> String {
    let output = run(tool, arguments);
    let text = String::from_utf8(output.stderr).unwrap();
    assert_eq!(output.status.code(), Some(0), "{arguments:?}: {text}");
    String::from_utf8(output.stdout).unwrap()
}

/// A model file of `layers` on digits, its parameters zeros.
fn model(tool: &Tool, name: &str, layers: &[LayerKind], labels: &[&str]) -> String {
    let layers: Vec<LayerSpec> = layers.iter().map(|&kind| LayerSpec { name: "", kind }).collect();
    let input = Dims::Map([1, 28, 28]);
    let parameters = vec![0; 4 * Plan::new(input, &layers).unwrap().all().params];
    let normalisation = Normalisation { mean: 0.0, deviation: 255.0 };
    let training =
        Training { epochs: 1, batch: 1, seed: 1, learning_rate: 0.1, test_accuracy: 0.5 };
    let file =
        ModelFile::new("n", input, &layers, normalisation, labels, training, &parameters).unwrap();
    let bytes = tinyconv_training::files::encode_file(&file).unwrap();
    fs::write(tool.path(name), bytes).unwrap();
    name.to_owned()
}

const DIGITS: [&str; 10] = ["0", "1", "2", "3", "4", "5", "6", "7", "8", "9"];

#[test]
fn hours_of_multiply_adds() {
    let tool = Tool::new();
    let wide = Conv2dOptions { out: 1000, kernel: [1, 1], ..Conv2dOptions::NEW };
    let classify = LayerKind::Dense(DenseOptions { out: 10 });
    let wide = LayerKind::Conv2d(wide);
    let layers = [wide, wide, LayerKind::GlobalAvgPool2d, classify];
    let slow = model(&tool, "slow.tinyconv", &layers, &DIGITS);
    // The bundled images are ten thousand.
    refused(&tool, &["eval", &slow], &["10000 samples would take 8.1e12", "--max-work 8.1e12"]);
    let finetune = ["finetune", &slow, "--trains", "all", "--epochs", "1000"];
    refused(&tool, &finetune, &["the session would take", "--max-work"]);
    let few = ["eval", &slow, "--data", "data", "--no-report", "--max-work", "1e9"];
    refused(&tool, &few, &["100 samples would take 8.1e10", "--max-work 8.1e10"]);

    // The printed option works.
    let digits = tool.trained("digits").display().to_string();
    let eval = ["eval", &digits, "--data", "data", "--no-report"];
    refused(&tool, &[&eval[..], &["--max-work", "1e3"]].concat(), &["and the limit is 1.0e3"]);
    taken(&tool, &eval);
    refused(
        &tool,
        &[&eval[..], &["--max-memory", "64K"]].concat(),
        &["raise it with --max-memory 1M"],
    );
    taken(&tool, &[&eval[..], &["--max-memory", "1M", "--threads", "1"]].concat());
}

#[test]
fn blocks_in_blocks() {
    let tool = Tool::new();
    let large = Conv2dOptions {
        out: 1,
        kernel: [1, 1],
        padding: PaddingOption::Zeros([1009, 1009]),
        ..Conv2dOptions::NEW
    };
    const DEPTH: usize = 14;
    let layers = {
        let begin = vec![LayerKind::Skip; DEPTH];
        let depthwise = DepthwiseConv2dOptions { kernel: [1, 1], ..DepthwiseConv2dOptions::NEW };
        let depthwise = [LayerKind::DepthwiseConv2d(depthwise)];
        let end = [&depthwise[..], &vec![LayerKind::Add; DEPTH]].concat();
        let classify = [LayerKind::GlobalAvgPool2d, LayerKind::Dense(DenseOptions { out: 10 })];
        [&[LayerKind::Conv2d(large)], &begin[..], &end[..], &classify].concat()
    };
    let deep = model(&tool, "nested.tinyconv", &layers, &DIGITS);
    refused(
        &tool,
        &["eval", &deep, "--threads", "3"],
        &["on 3 threads (--threads), would take 1", "--max-memory"],
    );
    refused(&tool, &["eval", &deep, "--threads", "1"], &["10000 samples", "--max-work"]);
}

#[test]
fn numbers_that_a_header_announces() {
    let tool = Tool::new();
    let zeros = |header: &[u8], length: usize| {
        let mut encoder = GzEncoder::new(Vec::new(), Compression::best());
        encoder.write_all(header).unwrap();
        encoder.write_all(&vec![0; length]).unwrap();
        encoder.finish().unwrap()
    };
    let images = tool.path("data/train-images-idx3-ubyte.gz");
    let train = ["train", "--model", "linear", "--data", "data"];
    let header = data::idx(0x0803, &[5_000_000, 28, 28], &[]);
    fs::write(&images, zeros(&header, 1 << 20)).unwrap();
    refused(&tool, &train, &["5000000 x 28 x 28 bytes", "unpack it with gunzip"]);
    // A hundred thousand images, and labels of 320.
    let header = data::idx(0x0803, &[100_000, 28, 28], &[]);
    fs::write(&images, zeros(&header, 78_400_000)).unwrap();
    refused(&tool, &train, &["100000 images", "320 labels"]);
}

#[test]
fn labels_of_pages() {
    let tool = Tool::new();
    let labels: Vec<String> = (0..10).map(|class| class.to_string().repeat(70_000)).collect();
    let labels: Vec<&str> = labels.iter().map(String::as_str).collect();
    let layers = [LayerKind::Dense(DenseOptions { out: 10 })];
    let long = model(&tool, "long.tinyconv", &layers, &labels);
    for arguments in [
        &["eval", &long, "--data", "data", "--no-report"][..],
        &["inspect", &long],
        &["diff", &long, &long],
        &["export", &long, "--format", "rust"],
        &["predict", &long, "digit.png"],
    ] {
        GrayImage::new(28, 28).save(tool.path("digit.png")).unwrap();
        assert!(taken(&tool, arguments).len() < 20_000, "{arguments:?}");
    }
}

/// Field `tag` of a protobuf message, with a length.
fn field(tag: u8, content: &[u8]) -> Vec<u8> {
    let mut bytes = vec![tag << 3 | 2];
    let mut length = content.len();
    while length >= 0x80 {
        bytes.push(length as u8 | 0x80);
        length >>= 7;
    }
    bytes.push(length as u8);
    [&bytes, content].concat()
}

#[test]
fn a_weight_that_many_nodes_use() {
    let tool = Tool::new();
    let (side, nodes) = (1000u32, 990);
    let dim = |dim: u32| {
        let mut bytes = vec![0x08];
        bytes.extend([dim as u8 & 0x7f | 0x80, (dim >> 7) as u8]);
        bytes
    };
    let weight = [
        dim(side),
        dim(side),
        vec![0x10, 1],
        field(8, b"w"),
        field(9, &vec![0; 4 * (side * side) as usize]),
    ];
    let mut graph = Vec::new();
    for node in 0..nodes {
        let [from, to] = [node, node + 1].map(|value| format!("v{value}"));
        let node = [
            field(1, from.as_bytes()),
            field(1, b"w"),
            field(2, to.as_bytes()),
            field(4, b"MatMul"),
        ];
        graph.extend(field(1, &node.concat()));
    }
    graph.extend(field(5, &weight.concat()));
    let value = |name: &str| {
        let shape = [field(1, &[0x08, 1]), field(1, &dim(side))].concat();
        let tensor = [vec![0x08, 1], field(2, &shape)].concat();
        [field(1, name.as_bytes()), field(2, &field(1, &tensor))].concat()
    };
    graph.extend(field(11, &value("v0")));
    graph.extend(field(12, &value(&format!("v{nodes}"))));
    let file = [vec![0x08, 8], field(7, &graph), field(8, &[0x10, 13])].concat();
    fs::write(tool.path("bomb.onnx"), file).unwrap();
    refused(
        &tool,
        &["import", "bomb.onnx"],
        &["more than 67108864 numbers", "a weight were used many times"],
    );
}

#[test]
fn a_file_of_integers() {
    let tool = Tool::new();
    // Each byte is an integer of eight in memory.
    let tensor = [vec![0x10, 7], field(8, b"w"), field(7, &vec![0; 30 << 20])].concat();
    let node = [field(1, b"v"), field(2, b"o"), field(4, b"Relu")].concat();
    let graph = [field(1, &node), field(5, &tensor)].concat();
    fs::write(tool.path("bomb.onnx"), [vec![0x08, 8], field(7, &graph)].concat()).unwrap();
    refused(&tool, &["import", "bomb.onnx"], &["more than 16777216 integers"]);
}

#[test]
fn pictures_of_one_line() {
    let tool = Tool::new();
    let side = 1 << 24;
    for (directory, width, height) in [("wide", side, 1), ("tall", 1, side)] {
        for name in ["a/1.png", "a/2.png", "b/1.png", "b/2.png"] {
            let path = tool.path(directory).join(name);
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            let picture = if name == "a/1.png" {
                GrayImage::new(width, height)
            } else {
                GrayImage::new(9, 9)
            };
            picture.save(path).unwrap();
        }
        taken(&tool, &["train", "--model", "linear", "--epochs", "1", "--data", directory]);
        let picture = format!("{directory}/a/1.png");
        refused(&tool, &["filter", &picture], &["more than is drawn"]);
        let large = ["filter", &picture, "--kernel", "box", "--size", "255"];
        refused(&tool, &large, &[]);
    }
}

#[test]
fn a_flash_full_of_checkpoints() {
    let tool = Tool::new();
    let base = tool.trained("digits").display().to_string();
    let mut image = vec![0; 32 << 20];
    let crc = |bytes: &[u8]| {
        let mut crc = flate2::Crc::new();
        crc.update(bytes);
        crc.sum().to_le_bytes()
    };
    // From the last one on: each has all that follow in its payload.
    for slot in (0..16usize).rev() {
        let (_, bytes) = image.split_at_mut(256 * slot);
        let (header, payload) = bytes.split_at_mut(256);
        header[..8].copy_from_slice(b"TINYCKPT");
        header[8] = 1;
        header[12..16].copy_from_slice(&crc(payload));
        header[16] = slot as u8 + 1;
        header[64..68].copy_from_slice(&(payload.len() as u32).to_le_bytes());
        let checksum = crc(&header[..68]);
        header[68..72].copy_from_slice(&checksum);
    }
    fs::write(tool.path("flash.bin"), image).unwrap();
    refused(&tool, &["import", "flash.bin", "--base", &base], &["not learnt on top of the base"]);
}

#[test]
fn nothing_beside_a_file_is_run() {
    let tool = Tool::new();
    let data = concat!(env!("CARGO_MANIFEST_DIR"), "/../tests/data/onnx/signal.onnx");
    fs::copy(data, tool.path("net.onnx")).unwrap();
    for module in ["numpy.py", "onnxruntime.py", "json.py", "sitecustomize.py"] {
        fs::write(tool.path(module), "open('/dev/stdout', 'w'); open('RUN', 'w')\n").unwrap();
    }
    let arguments = ["import", "net.onnx"];
    for more in [&[][..], &["--check", "onnxruntime"]] {
        let mut command = tool.command(&[&arguments[..], more].concat());
        command.env("PYTHONPATH", ".").env("PYTHONSTARTUP", "numpy.py").output().unwrap();
        assert!(!tool.path("RUN").exists(), "{more:?}");
    }
}

#[test]
fn names_that_steer_a_terminal() {
    let tool = Tool::new();
    let odd = "\u{1b}[31mred\n\u{202e}";
    for class in [odd, "b"] {
        let class = tool.path("pictures").join(class);
        fs::create_dir_all(&class).unwrap();
        for name in ["1.png", "2.png"] {
            fs::write(class.join(name), "no picture").unwrap();
        }
    }
    let odd_file = format!("{odd}.tinyconv");
    for arguments in [
        &["train", "--model", "linear", "--data", "pictures"][..],
        &["eval", &odd_file],
        &["predict", &odd_file, "digit.png"],
    ] {
        let output = tool.command(arguments).output().unwrap();
        let text = [output.stdout, output.stderr].concat();
        assert_eq!(output.status.code(), Some(2));
        let text = String::from_utf8(text).unwrap();
        assert!(!text.contains('\u{1b}') && !text.contains('\u{202e}'), "{text:?}");
        assert!(text.contains(r"\u{1b}[31mred\n\u{202e}"), "{text:?}");
    }
}
