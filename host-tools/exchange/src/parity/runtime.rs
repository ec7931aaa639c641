//! Other implementations as a reference, where the user has them.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use serde_json::json;
use tempfile::TempDir;

use super::{ParityError, Vectors};
use crate::ImportedNetwork;
use crate::onnx::with_outputs;

/// Which implementation.
///
/// ```
/// use tinyconv_exchange::parity::Reference;
///
/// assert_eq!(Reference::LiteRt.name(), "LiteRT");
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Reference {
    /// For ONNX files.
    OnnxRuntime,
    /// For TensorFlow Lite files; its reference kernels.
    LiteRt,
}

impl Reference {
    /// What people call it.
    ///
    /// ```
    /// assert_eq!(tinyconv_exchange::parity::Reference::OnnxRuntime.name(), "onnxruntime");
    /// ```
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::OnnxRuntime => "onnxruntime",
            Self::LiteRt => "LiteRT",
        }
    }

    /// What Python imports.
    fn modules(self) -> &'static str {
        match self {
            Self::OnnxRuntime => "numpy, onnxruntime",
            Self::LiteRt => "numpy, ai_edge_litert.interpreter",
        }
    }

    fn script(self) -> &'static str {
        match self {
            Self::OnnxRuntime => include_str!("onnxruntime.py"),
            Self::LiteRt => include_str!("litert.py"),
        }
    }
}

/// What layers compute, by the layer's index: the values of all samples, one after the other.
///
/// ```
/// use tinyconv_exchange::parity::LayerValues;
///
/// // What layer 2 makes of two samples, two numbers each.
/// let values: LayerValues = vec![(2, vec![0.0, 1.0, 0.5, 0.5])];
/// assert_eq!(values[0].1.chunks(2).count(), 2);
/// ```
pub type LayerValues = Vec<(usize, Vec<f32>)>;

/// A Python that can import another implementation.
///
/// It is started where nothing lies that it could import (a downloaded network may have a `numpy.py` beside
/// it), and without the user's settings.
///
/// ```
/// use tinyconv_exchange::parity::{ParityError, Reference, Runtime};
///
/// let missing = Runtime::of(Reference::OnnxRuntime, "no-such-python".as_ref());
/// assert!(matches!(missing, Err(ParityError::NoRuntime { .. })));
/// ```
#[derive(Debug)]
pub struct Runtime {
    reference: Reference,
    python: PathBuf,
    /// Where it is started, and where files are passed.
    directory: TempDir,
}

impl Runtime {
    /// That of `python`: a path, or a name that is looked up as a shell does.
    ///
    /// # Errors
    /// If it has none.
    ///
    /// ```
    /// use tinyconv_exchange::parity::{Reference, Runtime};
    ///
    /// // A program that cannot import it has none.
    /// assert!(Runtime::of(Reference::OnnxRuntime, "cargo".as_ref()).is_err());
    /// ```
    pub fn of(reference: Reference, python: &Path) -> Result<Self, ParityError> {
        let is_name = python.components().count() == 1 && !python.is_absolute();
        // It is not started where the path begins.
        let path = if is_name { python.to_owned() } else { std::path::absolute(python)? };
        let runtime = Self { reference, python: path, directory: tempfile::tempdir()? };
        let mut command = runtime.command(&format!("import {}", reference.modules()));
        command.stdout(Stdio::null()).stderr(Stdio::null());
        let found = command.status().is_ok_and(|status| status.success());
        let missing =
            || ParityError::NoRuntime { python: python.to_owned(), modules: reference.modules() };
        if found { Ok(runtime) } else { Err(missing()) }
    }

    /// Python, about to run `script` on its own.
    fn command(&self, script: &str) -> Command {
        let mut command = Command::new(&self.python);
        command.current_dir(self.directory.path()).stdin(Stdio::null());
        // Neither the current directory nor what the environment names is searched for modules.
        command.args(["-I", "-c", script]);
        command
    }

    /// What it computes for `inputs` of the network in `bytes`: the output, and the values that layers
    /// compute, by the layer's index.
    ///
    /// # Errors
    /// If it does not run the network.
    ///
    /// ```
    /// use tinyconv_exchange::onnx::import;
    /// use tinyconv_exchange::parity::{Reference, Runtime};
    ///
    /// let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../../tests/data/onnx/digits.onnx");
    /// let bytes = std::fs::read(path)?;
    /// let network = import(&bytes)?;
    /// // Where there is one: the logits of a blank image, and the first layer's map.
    /// if let Ok(runtime) = Runtime::of(Reference::OnnxRuntime, "python3".as_ref()) {
    ///     let map = 6 * 24 * 24;
    ///     let (vectors, layers) = runtime.run(&bytes, &network, vec![0.0; 784], &[(0, map)])?;
    ///     assert_eq!((vectors.outputs.len(), layers[0].1.len()), (10, map));
    /// }
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn run(
        &self,
        bytes: &[u8],
        network: &ImportedNetwork,
        inputs: Vec<f32>,
        values: &[(usize, usize)],
    ) -> Result<(Vectors, LayerValues), ParityError> {
        let name = |layer: usize| network.layers[layer].value.clone().unwrap_or_default();
        let mut names = vec![network.output_name.clone()];
        names.extend(values.iter().map(|&(layer, _)| name(layer)));
        let inner: Vec<String> =
            names.iter().filter(|&name| *name != network.output_name).cloned().collect();

        let directory = &self.directory;
        let write = |name: &str, bytes: &[u8]| fs::write(directory.path().join(name), bytes);
        match self.reference {
            Reference::OnnxRuntime => write("model.onnx", &with_outputs(bytes, &inner))?,
            Reference::LiteRt => write("model.tflite", bytes)?,
        }
        for (name, path) in &network.external_files {
            let copy = directory.path().join(name);
            fs::create_dir_all(copy.parent().unwrap_or(directory.path()))?;
            fs::copy(path, copy)?;
        }
        write("input.f32", &inputs.iter().flat_map(|x| x.to_le_bytes()).collect::<Vec<u8>>())?;
        let (input, shape) = (&network.input_name, &network.input_shape);
        let task = json!({ "input": input, "shape": shape, "names": names });
        write("task.json", task.to_string().as_bytes())?;
        let run = self.command(self.reference.script()).arg(directory.path()).output()?;
        if !run.status.success() {
            let text = String::from_utf8_lossy(&run.stderr);
            let last = text.lines().last().unwrap_or("it says nothing");
            let said = last.escape_debug().to_string();
            return Err(ParityError::Runtime { name: self.reference.name(), said });
        }
        let written = fs::read(directory.path().join("output.f32"))?;
        let numbers: Vec<f32> =
            written.as_chunks().0.iter().map(|b| f32::from_le_bytes(*b)).collect();

        // All values of a sample, then those of the next one.
        let input = network.input.len();
        let output = network.output().len();
        let sizes: Vec<usize> =
            [output].into_iter().chain(values.iter().map(|value| value.1)).collect();
        let sample: usize = sizes.iter().sum();
        if numbers.len() * input != inputs.len() * sample {
            let found = format!("{} numbers came back, not {sample} a sample", numbers.len());
            return Err(ParityError::Runtime { name: self.reference.name(), said: found });
        }
        let mut lists: Vec<Vec<f32>> = vec![Vec::new(); sizes.len()];
        for sample in numbers.chunks_exact(sample) {
            let mut rest = sample;
            for (list, &size) in lists.iter_mut().zip(&sizes) {
                let (part, after) = rest.split_at(size);
                list.extend(part);
                rest = after;
            }
        }
        let mut lists = lists.into_iter();
        let outputs = lists.next().unwrap_or_default();
        let origin = format!("{}, on random inputs", self.reference.name());
        let layers = values.iter().map(|value| value.0).zip(lists).collect();
        Ok((Vectors { origin, inputs, outputs }, layers))
    }
}
