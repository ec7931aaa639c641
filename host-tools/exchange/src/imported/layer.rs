//! A layer of an imported network.

use tinyconv::plan::LayerKind;

use super::Turn;

/// A layer with its parameters and the place that it has in the file.
///
/// ```
/// # let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../../tests/data/onnx/digits.onnx");
/// # let network = tinyconv_exchange::onnx::import(&std::fs::read(path)?)?;
/// let layer = &network.layers[0];
/// assert_eq!((&*layer.name, layer.kind.name(), layer.parameters.len()), ("conv1", "Conv2d", 156));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug, PartialEq)]
pub struct ImportedLayer {
    /// Its name: that of the module it was, as an identifier; empty for layers without parameters.
    pub name: String,
    /// What it computes.
    pub kind: LayerKind,
    /// Its block of parameters.
    pub parameters: Vec<f32>,
    /// The value in the file that it computes, if there is one.
    pub value: Option<String>,
    /// From the order of that value to the layer's.
    pub turn: Turn,
}
