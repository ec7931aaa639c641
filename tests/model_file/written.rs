//! What is written is read, and stays what it is.

use tinyconv::Network;
use tinyconv::model_file::{self, ModelFile, ModelFileError};
use tinyconv::plan::*;

use crate::every::Kinds;
use crate::files::*;

#[test]
fn what_is_written_is_read() {
    let (file, params) = (file(), parameters());
    let model = ModelFile::parse(&file).unwrap();
    assert_eq!((model.name, model.input), ("Small", Small::INPUT));
    assert_eq!(model.layers, Small::LAYERS);
    assert_eq!(model.parameter_count as usize, Small::PARAMS);
    assert_eq!(model.fingerprint, Small::FINGERPRINT);
    assert_eq!((model.normalisation, model.training), (NORMALISATION.into(), TRAINING));
    assert_eq!(model.labels, LABELS);
    assert_eq!(model.parameters().len(), Small::PARAMS);
    let mut loaded = vec![f32::NAN; Small::PARAMS];
    model.load::<Small>(&mut loaded).unwrap();
    assert_eq!(bytes_of(&loaded), bytes_of(&params));
    loaded.fill(f32::NAN);
    model_file::load::<Small>(&file, &mut loaded).unwrap();
    assert_eq!(bytes_of(&loaded), bytes_of(&params));
    assert_eq!(write(&model), file);
    // Borrowed in place, not copied.
    assert!(file.as_ptr_range().contains(&model.parameters.as_ptr()));
}

#[test]
fn buffers_that_are_too_short() {
    let file = file();
    let model = ModelFile::parse(&file).unwrap();
    for len in 0..file.len() {
        assert_eq!(model.write(&mut vec![0; len]), Err(ModelFileError::BufferTooShort), "{len}");
    }
    assert_eq!(model.write(&mut vec![0; file.len()]).unwrap(), file);
}

#[test]
fn newer_kinds_of_layers_are_written_and_read() {
    let file = newer_file();
    let model = ModelFile::parse(&file).unwrap();
    assert_eq!(model.layers, Newer::LAYERS);
    assert_eq!(model.fingerprint, Newer::FINGERPRINT);
    assert_eq!(write(&model), file);
    let (mut parsed, mut loaded) = (vec![f32::NAN; Newer::PARAMS], vec![f32::NAN; Newer::PARAMS]);
    model.load::<Newer>(&mut parsed).unwrap();
    model_file::load::<Newer>(&file, &mut loaded).unwrap();
    assert_eq!(bytes_of(&parsed), bytes_of(&loaded));
    // Variances begin as ones.
    let variances = 3 * (2 * 9 + 1) + 3 * 3;
    assert_eq!(parsed[variances..variances + 3], [1.0; 3]);
    assert_eq!(model.load::<Small>(&mut [0.0; Small::PARAMS]), Err(ModelFileError::OtherNetwork));
}

/// What a list of layers holds for a kind: its tag, then its options. Old files hold the same numbers.
#[test]
fn tags_are_the_numbers_of_variants() {
    let on_the_host =
        [LayerKind::BatchNorm(BatchNormOptions::NEW), LayerKind::Dropout(DropoutOptions::NEW)];
    let on_devices = Kinds::LAYERS.iter().map(|layer| layer.kind);
    let mut tags: Vec<u32> = Vec::new();
    for kind in on_devices.chain(on_the_host) {
        let mut buffer = [0; 64];
        let bytes = &*postcard::to_slice(&kind, &mut buffer).unwrap();
        assert_eq!(u32::from(bytes[0]), kind.tag(), "{kind}");
        assert_eq!(postcard::from_bytes::<LayerKind>(bytes), Ok(kind));
        tags.push(kind.tag());
    }
    tags.sort_unstable();
    tags.dedup();
    // None is missing, those of the ends of blocks and branches among them.
    let written = written().iter().filter(|written| written.name == written.kind).count();
    assert_eq!(tags, (0..written as u32 + 4).collect::<Vec<_>>());
}
