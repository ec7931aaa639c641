//! TensorFlow Lite files: an imported network has the parameters that its layers need.

use tinyconv::plan::Plan;
use tinyconv_exchange::tflite;

pub fn run(bytes: &[u8]) {
    if let Ok(network) = tflite::import(bytes) {
        let layers = network.specs();
        let plan = Plan::new(network.input, &layers).map(|plan| plan.all().params);
        assert_eq!(plan.ok(), Some(network.parameters().len()));
        let _ = network.folded();
    }
}
