//! From a model file to the bytes of a TensorFlow Lite file.

use tinyconv::model_file::ModelFile;
use tinyconv::plan::{ClipOptions, Dims, LayerKind, Placed, Plan, Role};

use super::TfliteExportError;
use super::writer::{FileWriter, Options, Setting};
use crate::graph::Window;
use crate::imported::Names;
use crate::{ModelNotes, Tensor, tensors_of};

/// For what ONNX can say.
const TAKE_ONNX: &str = "export it with --format onnx";

/// An operator whose options are none.
const NONE: Options = (0, Vec::new());

/// The network of a model file, with all its layers and parameters, as TensorFlow Lite: builtin operators, numbers of type
/// FLOAT32, a batch of one, maps of rows x columns x channels.
///
/// Dropout and layers that do nothing are left out; batch normalisation becomes a multiplication and an addition. The
/// network's name, labels and normalisation are in the file's metadata.
///
/// # Errors
/// If a layer has an option that no operator has.
///
/// ```
/// use tinyconv::model_file::{ModelFile, Training};
/// use tinyconv_built_in::MODELS;
/// use tinyconv_exchange::tflite::{export, import};
/// use tinyconv_training::files;
///
/// let digits = MODELS[0];
/// let parameters = vec![0.5; digits.parameters()];
/// let training = Training { epochs: 1, batch: 2, seed: 3, learning_rate: 0.5, test_accuracy: 0.5 };
/// let normalisation = digits.recipe().normalisation;
/// let bytes = files::encode_parameters(digits, normalisation, &["a"], training, &parameters)?;
/// let network = import(&export(&ModelFile::parse(&bytes)?)?)?;
/// assert_eq!(network.specs(), digits.layers());
/// assert_eq!(network.parameters(), parameters);
/// assert_eq!(network.notes.unwrap().labels, ["a"]);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// # Panics
/// If `file` has been changed since it was read, so that its fields contradict each other.
pub fn export(file: &ModelFile<'_>) -> Result<Vec<u8>, TfliteExportError> {
    let parameters: Vec<f32> = file.parameters().collect();
    let plan = Plan::new(file.input, &file.layers);
    let plan = plan.expect("the layers of a model file fit together");
    let mut out = FileWriter::default();
    let input = out.value("input", &shape_of(file.input));
    let mut writer = Writer { out, value: input, open: Vec::new(), names: Names::default() };
    for layer in plan.walk() {
        writer.layer(&layer, &parameters[layer.params()])?;
    }
    let notes = ModelNotes::of(file).json();
    Ok(writer.out.finish(file.name, [input, writer.value], [ModelNotes::KEY, &notes]))
}

/// The shape in the file: a batch of one, channels last.
fn shape_of(dims: Dims) -> Vec<usize> {
    match dims {
        Dims::Map([channels, rows, columns]) => vec![1, rows, columns, channels],
        Dims::Vector(len) => vec![1, len],
    }
}

struct Writer {
    out: FileWriter,
    /// What the last operator makes.
    value: i32,
    /// What the begins of open blocks have kept, and what the first branch of each has made.
    open: Vec<(i32, Option<i32>)>,
    names: Names,
}

impl Writer {
    /// Writes a layer with its parameters: a new kind has its line here.
    fn layer(&mut self, layer: &Placed<'_>, params: &[f32]) -> Result<(), TfliteExportError> {
        let (kind, input, output) = (layer.spec.kind, layer.input, layer.facts.output);
        let made_up = format!("{}_{}", kind.name().to_lowercase(), layer.index + 1);
        let name = &*self.names.give(layer.spec.name, &made_up);
        let shape = &*shape_of(output);
        let tensors = tensors_of(kind, input, params);
        let plain = |code: &'static str| (code, Vec::new(), NONE);
        let (code, constants, options) = match kind {
            LayerKind::Conv2d(_) => return self.convolution(layer, name, &tensors),
            LayerKind::DepthwiseConv2d(_) => return self.convolution(layer, name, &tensors),
            LayerKind::MaxPool2d(_) => {
                let padding = self.padded(layer, name, f32::NEG_INFINITY);
                ("MAX_POOL_2D", Vec::new(), pool(layer, padding))
            }
            LayerKind::AvgPool2d(options) => {
                let given = layer.facts.window.map_or([[0; 2]; 2], |window| window.padding);
                let padding = match options.counts_padding && given != [[0; 2]; 2] {
                    true => self.zeros_around(layer, name, 0.0),
                    false => padding_of(layer).ok_or_else(|| {
                        let found = format!("an average that leaves out a padding of {given:?}");
                        refused(layer, found)
                    })?,
                };
                ("AVERAGE_POOL_2D", Vec::new(), pool(layer, padding))
            }
            LayerKind::GlobalAvgPool2d => {
                let axes = self.out.integers(&format!("{name}.axes"), &[2], &[1, 2]);
                ("MEAN", vec![axes], (27, vec![(0, Setting::Byte(0))]))
            }
            LayerKind::Flatten => {
                self.channels_first(name, input);
                self.reshape(name, shape);
                return Ok(());
            }
            LayerKind::Dense(_) => {
                self.dense(layer, name, &tensors);
                return Ok(());
            }
            LayerKind::BatchNorm(options) => {
                let list = |role| of_role(&tensors, role);
                let (weight, bias) = (list(Role::Weight), list(Role::Bias));
                let (mean, variance) = (list(Role::RunningMean), list(Role::RunningVariance));
                let deviation =
                    |&variance: &f32| (f64::from(variance) + f64::from(options.epsilon)).sqrt();
                let scales: Vec<f64> = weight
                    .iter()
                    .zip(variance)
                    .map(|(&weight, variance)| f64::from(weight) / deviation(variance))
                    .collect();
                let shifts = bias.iter().zip(mean).zip(&scales);
                let shifts: Vec<f32> = shifts
                    .map(|((&bias, &mean), scale)| {
                        (f64::from(bias) - f64::from(mean) * scale) as f32
                    })
                    .collect();
                let scales: Vec<f32> = scales.iter().map(|&scale| scale as f32).collect();
                self.scale(name, shape, &scales, &shifts);
                return Ok(());
            }
            LayerKind::Scale => {
                let [weight, bias] = [Role::Weight, Role::Bias].map(|role| of_role(&tensors, role));
                self.scale(name, shape, weight, bias);
                return Ok(());
            }
            LayerKind::Dropout(_) | LayerKind::Identity => return Ok(()),
            LayerKind::Softmax => {
                let options = (9, vec![(0, Setting::Float(1.0))]);
                if let Dims::Map(_) = input {
                    // All of a map together: in which order does not matter.
                    let flat = [1, input.len()];
                    self.reshape(&format!("{name}/flat"), &flat);
                    self.operator(&format!("{name}/all"), &flat, "SOFTMAX", Vec::new(), options);
                    self.reshape(name, shape);
                    return Ok(());
                }
                ("SOFTMAX", Vec::new(), options)
            }
            LayerKind::Relu => plain("RELU"),
            LayerKind::Tanh => plain("TANH"),
            LayerKind::Sigmoid => plain("LOGISTIC"),
            LayerKind::HardSwish => ("HARD_SWISH", Vec::new(), (91, Vec::new())),
            LayerKind::LeakyRelu(options) => {
                ("LEAKY_RELU", Vec::new(), (75, vec![(0, Setting::Float(options.slope))]))
            }
            LayerKind::Elu(options) if options.alpha == 1.0 => plain("ELU"),
            LayerKind::Elu(options) => {
                return Err(refused(layer, format!("its alpha is {}, not 1", options.alpha)));
            }
            LayerKind::Clip(ClipOptions { low: 0.0, high: 6.0 }) => plain("RELU6"),
            LayerKind::Clip(ClipOptions { low: -1.0, high: 1.0 }) => plain("RELU_N1_TO_1"),
            LayerKind::Clip(options) => {
                let low = self.out.floats(&format!("{name}.low"), &[], &[options.low]);
                self.operator(&format!("{name}/low"), shape, "MAXIMUM", vec![low], NONE);
                let high = self.out.floats(&format!("{name}.high"), &[], &[options.high]);
                ("MINIMUM", vec![high], NONE)
            }
            LayerKind::PRelu => {
                let slopes = &tensors[0].values;
                // Along the positions of a map, the slopes are the same.
                let sizes = match input {
                    Dims::Map(_) => vec![1, 1, slopes.len()],
                    Dims::Vector(_) => vec![slopes.len()],
                };
                ("PRELU", vec![self.out.floats(&format!("{name}.weight"), &sizes, slopes)], NONE)
            }
            LayerKind::Silu => {
                let value = self.value;
                self.operator(&format!("{name}/sigmoid"), shape, "LOGISTIC", Vec::new(), NONE);
                ("MUL", vec![value], (21, Vec::new()))
            }
            LayerKind::Skip => {
                self.open.push((self.value, None));
                return Ok(());
            }
            LayerKind::Branch => {
                let (kept, first) = self.open.last_mut().expect("a branch is within a block");
                *first = Some(std::mem::replace(&mut self.value, *kept));
                return Ok(());
            }
            LayerKind::Add => ("ADD", vec![self.join()], (11, Vec::new())),
            LayerKind::Concat => {
                let axis = shape.len() as i32 - 1;
                ("CONCATENATION", vec![self.join()], (10, vec![(0, Setting::Int(axis))]))
            }
        };
        self.operator(name, shape, code, constants, options);
        Ok(())
    }

    /// The innermost block ends: its first branch is the current value, what is returned its second.
    fn join(&mut self) -> i32 {
        let (kept, first) = self.open.pop().expect("each end of a block has a begin");
        match first {
            Some(first) => std::mem::replace(&mut self.value, first),
            None => kept,
        }
    }

    /// Adds an operator that goes on from the last one.
    fn operator(
        &mut self,
        name: &str,
        shape: &[usize],
        code: &'static str,
        constants: Vec<i32>,
        options: Options,
    ) {
        let output = self.out.value(name, shape);
        self.out.operator(code, [vec![self.value], constants].concat(), output, options);
        self.value = output;
    }

    fn reshape(&mut self, name: &str, shape: &[usize]) {
        let sizes = self.out.integers(&format!("{name}.shape"), &[shape.len()], shape);
        self.operator(name, shape, "RESHAPE", vec![sizes], (17, Vec::new()));
    }

    /// A map in our order, so that it can be flattened.
    fn channels_first(&mut self, name: &str, input: Dims) {
        if let Dims::Map([channels, rows, columns]) = input
            && channels > 1
            && rows * columns > 1
        {
            let order = self.out.integers(&format!("{name}.order"), &[4], &[0, 3, 1, 2]);
            let shape = [1, channels, rows, columns];
            let options = (26, Vec::new());
            self.operator(&format!("{name}/turned"), &shape, "TRANSPOSE", vec![order], options);
        }
    }

    fn scale(&mut self, name: &str, shape: &[usize], weight: &[f32], bias: &[f32]) {
        let factor = self.out.floats(&format!("{name}.weight"), &[weight.len()], weight);
        let options = (21, Vec::new());
        self.operator(&format!("{name}/weight"), shape, "MUL", vec![factor], options);
        let term = self.out.floats(&format!("{name}.bias"), &[bias.len()], bias);
        self.operator(name, shape, "ADD", vec![term], (11, Vec::new()));
    }

    fn dense(&mut self, layer: &Placed<'_>, name: &str, tensors: &[Tensor]) {
        let (input, output) = (layer.input, layer.facts.output);
        let weight = of_role(tensors, Role::Weight);
        let (inputs, outputs) = (input.len(), output.len());
        let mut values = weight.to_vec();
        if let Dims::Map([channels, rows, columns]) = input {
            // The map is flattened in the order of the file.
            let positions = rows * columns;
            for (from, to) in weight.chunks_exact(inputs).zip(values.chunks_exact_mut(inputs)) {
                transpose::transpose(from, to, positions, channels);
            }
            self.reshape(&format!("{name}/flat"), &[1, inputs]);
        }
        let weight = self.out.floats(&format!("{name}.weight"), &[outputs, inputs], &values);
        let bias =
            self.out.floats(&format!("{name}.bias"), &[outputs], of_role(tensors, Role::Bias));
        let shape = shape_of(output);
        self.operator(name, &shape, "FULLY_CONNECTED", vec![weight, bias], (8, Vec::new()));
    }

    fn convolution(
        &mut self,
        layer: &Placed<'_>,
        name: &str,
        tensors: &[Tensor],
    ) -> Result<(), TfliteExportError> {
        let window = layer.facts.window.expect("a convolution has a window");
        let padding = self.padded(layer, name, 0.0);
        let weight = of_role(tensors, Role::Weight);
        let bias = of_role(tensors, Role::Bias);
        let channels = layer.input.channels();
        let [rows, columns] = window.kernel;
        let positions = rows * columns;
        let out = layer.facts.output.channels();
        let is_depthwise = matches!(layer.spec.kind, LayerKind::DepthwiseConv2d(_));
        let group = weight.len() / (out * positions).max(1);
        let mut values = vec![0.0; weight.len()];
        let (matrix, height) =
            if is_depthwise { (weight.len(), out) } else { (group * positions, group) };
        for (from, to) in weight.chunks_exact(matrix).zip(values.chunks_exact_mut(matrix)) {
            transpose::transpose(from, to, positions, height);
        }
        let [down, across] = window.stride.map(|step| Setting::Int(step as i32));
        let [dilation_down, dilation_across] =
            window.dilation.map(|step| Setting::Int(step as i32));
        let moves = vec![(0, Setting::Byte(padding)), (1, across), (2, down)];
        let (code, sizes, kind, more) = if is_depthwise {
            let multiplier = Setting::Int((out / channels.max(1)) as i32);
            let more = vec![(3, multiplier), (5, dilation_across), (6, dilation_down)];
            ("DEPTHWISE_CONV_2D", [1, rows, columns, out], 2, more)
        } else {
            let more = vec![(4, dilation_across), (5, dilation_down)];
            ("CONV_2D", [out, rows, columns, group], 1, more)
        };
        let weight = self.out.floats(&format!("{name}.weight"), &sizes, &values);
        let bias = self.out.floats(&format!("{name}.bias"), &[out], bias);
        let shape = shape_of(layer.facts.output);
        self.operator(name, &shape, code, vec![weight, bias], (kind, [moves, more].concat()));
        Ok(())
    }

    /// What pads a layer: its own option, or an operator before it.
    fn padded(&mut self, layer: &Placed<'_>, name: &str, value: f32) -> u8 {
        padding_of(layer).unwrap_or_else(|| self.zeros_around(layer, name, value))
    }

    /// Pads with an operator; then the layer itself does not.
    fn zeros_around(&mut self, layer: &Placed<'_>, name: &str, value: f32) -> u8 {
        let window = layer.facts.window.expect("what is padded has a window");
        let [channels, rows, columns] = window.input;
        let [[above, below], [left, right]] = window.padding;
        let sizes = [0, 0, above, below, left, right, 0, 0];
        let sizes = self.out.integers(&format!("{name}.padding"), &[4, 2], &sizes);
        let shape = [1, rows + above + below, columns + left + right, channels];
        let name = format!("{name}/padded");
        if value == 0.0 {
            self.operator(&name, &shape, "PAD", vec![sizes], (22, Vec::new()));
        } else {
            let value = self.out.floats(&format!("{name}.value"), &[], &[value]);
            self.operator(&name, &shape, "PADV2", vec![sizes, value], NONE);
        }
        VALID
    }
}

/// No padding; `0` is SAME.
const VALID: u8 = 1;

/// The padding as the option of an operator, if that can say it.
fn padding_of(layer: &Placed<'_>) -> Option<u8> {
    let window = layer.facts.window?;
    let [_, rows, columns] = window.input;
    let same = Window::same(window.kernel, window.stride, window.dilation, [rows, columns]);
    match window.padding {
        [[0, 0], [0, 0]] => Some(VALID),
        padding => (padding == same).then_some(0),
    }
}

fn pool(layer: &Placed<'_>, padding: u8) -> Options {
    let window = layer.facts.window.expect("a pool has a window");
    let ([down, across], [rows, columns]) = (window.stride, window.kernel);
    let sizes = [across, down, columns, rows].map(|size| Setting::Int(size as i32));
    let sizes = sizes.into_iter().enumerate().map(|(at, size)| (at + 1, size));
    (5, [(0, Setting::Byte(padding))].into_iter().chain(sizes).collect())
}

fn of_role(tensors: &[Tensor], role: Role) -> &[f32] {
    tensors.iter().find(|tensor| tensor.role == role).map_or(&[], |tensor| &tensor.values)
}

fn refused(layer: &Placed<'_>, found: String) -> TfliteExportError {
    let layer = format!("{} ({})", layer.index + 1, layer.spec.kind.name());
    TfliteExportError { layer, found, advice: TAKE_ONNX }
}
