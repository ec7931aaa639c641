//! A layer of an imported network.

use tinyconv::spec::LayerKind;

/// A layer with its parameters and the place that it has in the file.
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
}
