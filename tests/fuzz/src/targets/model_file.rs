//! Model files: what is read is what is written, both ways to load it agree, and so do both ways to compute it.

use tinyconv::model_file::{self, ModelFile};
use tinyconv::plan::Walk;
use tinyconv_training::files::memory_of;
use tinyconv_training::interpret::Interpreter;

use super::flash_image::crc;

include!("../../../data/version-1/networks.rs");

/// Bytes of the checksum at the end.
const TAIL: usize = 4;

/// Elements and multiply-adds of what is computed here.
const MOST_WORK: usize = 1 << 16;

pub fn run(bytes: &[u8]) {
    check(bytes);
    // No change of a byte would get past the checksum.
    if let Some(body) = bytes.len().checked_sub(TAIL).map(|end| &bytes[..end]) {
        check(&[body, &crc(body)].concat());
    }
}

fn check(bytes: &[u8]) {
    let mut alone = vec![0.0; EveryKind::PARAMS];
    let loaded_alone = model_file::load::<EveryKind>(bytes, &mut alone);
    let Ok(model) = ModelFile::parse(bytes) else { return };
    assert_eq!(model.parameters().len(), model.parameter_count as usize);

    let mut params = vec![0.0; EveryKind::PARAMS];
    let loaded = model.load::<EveryKind>(&mut params);
    assert_eq!(loaded, loaded_alone);
    let bits = |values: &[f32]| values.iter().map(|value| value.to_bits()).collect::<Vec<_>>();
    assert_eq!(bits(&params), bits(&alone));

    // A file of version 1 becomes one of version 2, which may be longer.
    let mut buffer = vec![0; 2 * bytes.len() + 64];
    let written = model.write(&mut buffer).expect("room for it").to_vec();
    let again = ModelFile::parse(&written).expect("what was written can be read");
    // Not the models: what is no number does not equal itself.
    assert_eq!(again.write(&mut buffer).expect("room for it"), written);
    compute(&model);
}

fn compute(model: &ModelFile<'_>) {
    assert!(memory_of("any".as_ref(), model).is_ok());
    let Ok(network) = Interpreter::new(model.input, &model.layers) else { return };
    let work = Walk::new(model.input, &model.layers).fold(0usize, |work, layer| {
        let elements = layer.input.len().saturating_add(layer.facts.output.len());
        let steps = layer.facts.multiply_adds.saturating_add(layer.facts.visits);
        work.saturating_add(elements).saturating_add(steps)
    });
    if work <= MOST_WORK {
        let parameters: Vec<f32> = model.parameters().collect();
        let input: Vec<f32> = (0..network.input().len()).map(|index| index as f32).collect();
        let whole = network.run(&parameters, &input);
        let by_layer = network.run_each(&parameters, &input, |_, _| ());
        let bits = |value: f32| if value.is_nan() { None } else { Some(value.to_bits()) };
        assert!(whole.into_iter().map(bits).eq(by_layer.into_iter().map(bits)));
    }
}
