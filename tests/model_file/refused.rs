//! Files that are damaged, of another version, of another network.

use tinyconv::Network;
use tinyconv::model_file::{self, ModelFile, ModelFileError, VERSION};

use crate::files::*;

#[test]
fn every_truncation_is_an_error() {
    let file = file();
    assert_eq!(refused(&[]), ModelFileError::NotAModelFile);
    for len in 1..file.len() {
        assert_eq!(refused(&file[..len]), ModelFileError::Damaged, "{len}");
    }
    let longer = [&file[..], &[0]].concat();
    assert_eq!(refused(&longer), ModelFileError::Damaged);
}

#[test]
fn every_flipped_bit_is_an_error() {
    let mut file = file();
    for bit in 0..8 * file.len() {
        file[bit / 8] ^= 1 << (bit % 8);
        let expected =
            if bit < 64 { ModelFileError::NotAModelFile } else { ModelFileError::Damaged };
        assert_eq!(refused(&file), expected, "bit {bit}");
        file[bit / 8] ^= 1 << (bit % 8);
    }
    assert!(ModelFile::parse(&file).is_ok());
}

/// The parameters are the last field.
#[test]
fn parameters_that_are_no_numbers() {
    let whole = file();
    let content = whole[10..whole.len() - 4].to_vec();
    let with = |index: usize, value: f32| {
        let mut content = content.clone();
        let at = content.len() - 4 * (Small::PARAMS - index);
        content[at..at + 4].copy_from_slice(&value.to_le_bytes());
        sealed(VERSION, &content)
    };
    assert_eq!(with(3, parameters()[3]), whole);
    for value in [f32::NAN, -f32::NAN, f32::INFINITY, f32::NEG_INFINITY] {
        for index in [0, 7, Small::PARAMS - 1] {
            let error = ModelFileError::Parameter { index: index as u32 };
            assert_eq!(refused(&with(index, value)), error);
            assert!(error.to_string().contains(&format!("parameter {index} of the model file")));
        }
    }
    // The largest and the smallest are numbers.
    for value in [f32::MAX, f32::MIN, f32::MIN_POSITIVE / 2.0, -0.0] {
        assert!(ModelFile::parse(&with(0, value)).is_ok());
    }
    let mut bytes = bytes_of(&parameters());
    bytes[8..12].copy_from_slice(&f32::INFINITY.to_le_bytes());
    let (input, layers) = (Small::INPUT, Small::LAYERS);
    let made = ModelFile::new("Small", input, layers, NORMALISATION, &LABELS, TRAINING, &bytes);
    assert_eq!(made, Err(ModelFileError::Parameter { index: 2 }));
}

#[test]
fn other_versions() {
    let file = file();
    let content = &file[10..file.len() - 4];
    assert_eq!(sealed(VERSION, content), file);
    for version in [VERSION + 1, 256, u16::MAX] {
        let newer = sealed(version, content);
        assert_eq!(refused(&newer), ModelFileError::Newer(version));
        // What follows the version may be anything then.
        assert_eq!(refused(&sealed(version, &[])), ModelFileError::Newer(version));
    }
    assert_eq!(refused(&sealed(0, content)), ModelFileError::Inconsistent);
    assert_eq!(refused(b"TINYWAVE, and more"), ModelFileError::NotAModelFile);
}

#[test]
fn other_networks() {
    let file = file();
    let model = ModelFile::parse(&file).unwrap();
    assert_eq!(Other::PARAMS, Small::PARAMS);
    let mut params = vec![0.5; Small::PARAMS + 1];
    let other = Err(ModelFileError::OtherNetwork);
    assert_eq!(model.load::<Other>(&mut params[..Other::PARAMS]), other);
    assert_eq!(model.load::<Small>(&mut params), other);
    assert_eq!(model.load::<Small>(&mut params[..Small::PARAMS - 1]), other);
    assert_eq!(model_file::load::<Other>(&file, &mut params[..Other::PARAMS]), other);
    assert_eq!(model_file::load::<Small>(&file, &mut params), other);
    assert_eq!(model_file::load::<Small>(&file, &mut params[..Small::PARAMS - 1]), other);
    assert!(params.iter().all(|&param| param == 0.5));
}
