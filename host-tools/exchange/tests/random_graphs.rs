//! Random networks as exporters write them: what is imported computes what onnxruntime computes.
//!
//! `tests/data/onnx/random_graphs.py` drew them; TINYCONV_RANDOM_GRAPHS names another file that it wrote.

use tinyconv_exchange::onnx::import;
use tinyconv_exchange::parity::{Parity, Vectors};
use tinyconv_training::limits::Limits;

/// Refused graphs, of a hundred: what no layer here has, such as padding that a pool cannot have.
const REFUSED_PERCENT: usize = 4;

#[test]
fn nothing_is_imported_wrongly() {
    let usual =
        concat!(env!("CARGO_MANIFEST_DIR"), "/../../tests/data/onnx/random_graphs.safetensors");
    let path = std::env::var("TINYCONV_RANDOM_GRAPHS").unwrap_or(usual.into());
    let bytes = std::fs::read(&path).unwrap_or_else(|error| panic!("{path}: {error}"));
    let file = safetensors::SafeTensors::deserialize(&bytes).expect("a safetensors file");
    let floats = |name: &str| -> Vec<f32> {
        let tensor = file.tensor(name).expect("graphs have inputs and outputs");
        tensor.data().as_chunks().0.iter().map(|bytes| f32::from_le_bytes(*bytes)).collect()
    };
    let (mut refused, mut wrong, mut count) = (Vec::new(), Vec::new(), 0);
    for name in file.names().into_iter().filter(|name| name.ends_with("/model")) {
        let number = name.trim_end_matches("/model");
        count += 1;
        let network = match import(file.tensor(name).expect("a model").data()) {
            Ok(network) => network,
            Err(error) => {
                refused.push(format!("{number}: {error}"));
                continue;
            }
        };
        let vectors = Vectors {
            origin: number.into(),
            inputs: floats(&format!("{number}/input")),
            outputs: floats(&format!("{number}/output")),
        };
        match Parity::with_vectors(&network, &vectors, Limits::USUAL) {
            Ok(parity) if parity.holds() && parity.samples == 2 => {}
            Ok(parity) => wrong.push(format!("{number}: {:.1e}", parity.relative)),
            Err(error) => wrong.push(format!("{number}: {error}")),
        }
    }
    assert!(count >= 100, "{count} graphs");
    assert!(wrong.is_empty(), "{} of {count} are wrong:\n{}", wrong.len(), wrong.join("\n"));
    let most = count * REFUSED_PERCENT / 100;
    assert!(refused.len() <= most, "{} of {count} refused:\n{}", refused.len(), refused.join("\n"));
}
