//! What the format cannot say.

use thiserror::Error;

/// Why a network does not become a TensorFlow Lite file.
///
/// ```
/// use tinyconv_exchange::tflite::TfliteExportError;
///
/// let error = TfliteExportError { layer: "3 (Elu)".into(), found: "alpha is 0.5".into(), advice: "export ONNX" };
/// assert_eq!(error.to_string(), "layer 3 (Elu) cannot be written: alpha is 0.5; export ONNX");
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[error("layer {layer} cannot be written: {found}; {advice}")]
pub struct TfliteExportError {
    /// Its place and kind.
    pub layer: String,
    /// What of it no operator computes.
    pub found: String,
    /// What to do.
    pub advice: &'static str,
}
