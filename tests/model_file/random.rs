//! Whatever bytes come: an answer.

use proptest::prelude::*;
use tinyconv::Network;
use tinyconv::model_file::{self, ModelFile, VERSION};
use tinyconv::plan::*;

use crate::files::*;

proptest! {
    /// Any bytes behind a right magic, version and checksum: an answer, never a panic; and what is
    /// accepted is written as it was read.
    #[test]
    fn random_content(content in proptest::collection::vec(any::<u8>(), 0..200)) {
        let mut params = vec![0.0; Small::PARAMS];
        prop_assert!(model_file::load::<Small>(&sealed(VERSION, &content), &mut params).is_err());
        let file = sealed(VERSION, &content);
        if let Ok(model) = ModelFile::parse(&file) {
            let mut buffer = vec![0; file.len() + 16];
            let written = model.write(&mut buffer).unwrap();
            // Not the models: a NaN is not equal to itself.
            prop_assert_eq!(write(&ModelFile::parse(written).unwrap()), written);
        }
    }

    /// The same from a good file with a few bytes changed, which gets further into the fields.
    #[test]
    fn random_changes(changes in proptest::collection::vec((10usize..250, any::<u8>()), 1..6)) {
        let file = file();
        let mut content = file[10..file.len() - 4].to_vec();
        for (position, value) in changes {
            let len = content.len();
            content[position % len] = value;
        }
        let file = sealed(VERSION, &content);
        if let Ok(model) = ModelFile::parse(&file) {
            let mut params = vec![0.0; Small::PARAMS];
            prop_assert_eq!(model.parameters().len(), model.parameter_count as usize);
            let loaded = model.load::<Small>(&mut params);
            prop_assert_eq!(loaded.is_ok(), model.fingerprint == Small::FINGERPRINT);
        }
    }

    /// The same from a file with the newer kinds of layers; most changes are within their list.
    #[test]
    fn random_changes_of_newer_kinds(
        changes in proptest::collection::vec((0usize..140, any::<u8>()), 1..6)
    ) {
        let file = newer_file();
        let mut content = file[10..file.len() - 4].to_vec();
        for (position, value) in changes {
            content[position] = value;
        }
        let file = sealed(VERSION, &content);
        let mut params = vec![0.0; Newer::PARAMS];
        // A device does not look at the list: it takes what has its fingerprint.
        let _ = model_file::load::<Newer>(&file, &mut params);
        if let Ok(model) = ModelFile::parse(&file) {
            prop_assert_eq!(model.parameters().len(), model.parameter_count as usize);
            let loaded = model.load::<Newer>(&mut params);
            prop_assert_eq!(loaded.is_ok(), model.fingerprint == Newer::FINGERPRINT);
            prop_assert!(Plan::new(model.input, &model.layers).is_ok());
        }
    }

    /// Any list of small layers: the file and the plan agree on whether it is a network.
    #[test]
    fn random_lists(kinds in proptest::collection::vec(0usize..11, 1..12)) {
        let all = [
            LayerKind::Skip,
            LayerKind::Add,
            LayerKind::Dense(DenseOptions { out: 4 }),
            LayerKind::Dense(DenseOptions { out: 3 }),
            LayerKind::BatchNorm(BatchNormOptions::NEW),
            LayerKind::Dropout(DropoutOptions { keep: 0.5 }),
            LayerKind::Relu,
            LayerKind::Softmax,
            LayerKind::Flatten,
            LayerKind::Branch,
            LayerKind::Concat,
        ];
        let layers: Vec<_> =
            kinds.into_iter().map(|kind| LayerSpec { name: "", kind: all[kind] }).collect();
        let walk = Walk::new(Dims::Vector(4), &layers);
        let count: usize = walk.map(|placed| placed.params().len()).sum();
        let file = hostile(Dims::Vector(4), &layers, count as u32, 4 * count);
        let plan = Plan::new(Dims::Vector(4), &layers);
        prop_assert_eq!(ModelFile::parse(&file).is_ok(), plan.is_ok());
        if let Ok(plan) = plan {
            prop_assert_eq!(plan.all().params, count);
        }
    }

    #[test]
    fn random_bytes(bytes in proptest::collection::vec(any::<u8>(), 0..64)) {
        prop_assert!(ModelFile::parse(&bytes).is_err());
    }
}
