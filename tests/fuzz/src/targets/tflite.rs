//! TensorFlow Lite files: an imported network has the parameters that its layers need, all of them finite.

use tinyconv::plan::Plan;
use tinyconv_exchange::tflite;

pub fn run(bytes: &[u8]) {
    let _ = tflite::looks_like(bytes);
    if let Ok(network) = tflite::import(bytes) {
        let layers = network.specs();
        let plan = Plan::new(network.input, &layers).map(|plan| plan.all().params);
        assert_eq!(plan.ok(), Some(network.parameters().len()));
        assert!(network.parameters().iter().all(|parameter| parameter.is_finite()));
        let _ = network.folded();
    }
}
