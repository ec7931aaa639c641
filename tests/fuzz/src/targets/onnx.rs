//! ONNX files: an imported network has the parameters that its layers need, all of them finite.

use tinyconv::plan::Plan;
use tinyconv_exchange::onnx;

pub fn run(bytes: &[u8]) {
    let _ = onnx::looks_like(bytes);
    if let Some(Ok(values)) = onnx::stored_tensor(bytes) {
        assert!(values.len() <= 2 * bytes.len(), "{} of {} bytes", values.len(), bytes.len());
    }
    if let Ok(network) = onnx::import(bytes) {
        let layers = network.specs();
        let plan = Plan::new(network.input, &layers).map(|plan| plan.all().params);
        assert_eq!(plan.ok(), Some(network.parameters().len()));
        let _ = network.folded();
    }
}
