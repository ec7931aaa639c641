//! Model files: what is read is what is written, and both ways to load it agree.

use tinyconv::model_file::{self, ModelFile};

use super::flash_image::crc;

include!("../../../data/version-1/networks.rs");

/// Bytes of the checksum at the end.
const TAIL: usize = 4;

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
}
