//! Files that converters write, and those that nobody should.

use std::path::Path;

use proptest::prelude::*;
use tinyconv::plan::{Dims, LayerKind};
use tinyconv_training::limits::Limits;

use super::{TfliteError, import};
use crate::parity::{Parity, stored};

/// Written by tests/data/tflite/small.py: most of what is read, in one network.
const SMALL: &[u8] = include_bytes!("../../../../tests/data/tflite/small.tflite");

#[test]
fn a_network_computes_what_litert_computes() {
    let network = import(SMALL).unwrap();
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../../tests/data/tflite/small.tflite");
    let vectors = stored(Path::new(path), 96, 3).unwrap().expect("they lie beside it");
    let parity = Parity::with_vectors(&network, &vectors, Limits::USUAL).unwrap();
    assert!(parity.holds(), "{:e} of the largest output", parity.relative);
    assert_eq!((parity.samples, parity.same_class), (4, 4));
}

#[test]
fn channels_come_first_here() {
    let network = import(SMALL).unwrap();
    assert_eq!(network.input, Dims::Map([2, 8, 6]));
    assert_eq!(network.input_turn.sizes(), [8, 6, 2]);
    assert!(!network.input_turn.keeps() && !network.rounds_activations);
    let names: Vec<_> = network.specs().iter().map(|layer| layer.kind.name()).collect();
    let blocks = ["Skip", "Conv2d", "Relu", "Branch", "Conv2d", "Add"];
    assert!(names.windows(6).any(|part| part == blocks), "{names:?}");
    let LayerKind::DepthwiseConv2d(depthwise) = network.specs()[2].kind else {
        panic!("{names:?}")
    };
    assert_eq!((depthwise.multiplier, &*network.layers[2].name), (2, "depthwise"));
}

#[test]
fn folding_changes_no_output() {
    let network = import(SMALL).unwrap();
    assert_eq!(network.folded().specs(), network.specs(), "there is nothing to fold");
}

#[test]
fn every_prefix_is_refused() {
    for length in 0..SMALL.len() {
        // What comes last is padding, or the end of a buffer.
        if length + 64 < SMALL.len() {
            assert!(import(&SMALL[..length]).is_err(), "{length} bytes");
        } else {
            let _ = import(&SMALL[..length]);
        }
    }
}

#[test]
fn offsets_that_lead_nowhere() {
    for bytes in
        [&b""[..], b"\x08\0\0\0TFL3", b"\0\0\0\0TFL3\0\0\0\0", b"\xff\xff\xff\xffTFL3", &[0xff; 64]]
    {
        let refused = import(bytes).expect_err("no network");
        let typed =
            matches!(refused, TfliteError::Damaged { .. } | TfliteError::Graphs { count: 0 });
        assert!(typed, "{bytes:?}: {refused}");
    }
}

#[test]
fn a_weight_that_is_no_number_is_named() {
    // The bias of the last layer but one, as bytes: any float32 constant will do.
    let wanted = import(SMALL).unwrap().layers[2].parameters[0].to_le_bytes();
    let at = SMALL.windows(4).position(|part| part == wanted).expect("the weight is in the file");
    let mut bytes = SMALL.to_vec();
    bytes[at..at + 4].copy_from_slice(&f32::NAN.to_le_bytes());
    let error = import(&bytes).unwrap_err();
    assert!(
        error.to_string().contains("depthwise") && error.to_string().contains("NaN"),
        "{error}"
    );
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 4000, failure_persistence: None, ..Default::default() })]

    #[test]
    fn changed_bytes_never_panic(
        changes in prop::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 1..6),
        cut in prop::option::of(any::<prop::sample::Index>()),
    ) {
        let mut bytes = SMALL.to_vec();
        for (at, byte) in changes {
            let at = at.index(bytes.len());
            bytes[at] = byte;
        }
        if let Some(cut) = cut {
            bytes.truncate(cut.index(bytes.len()));
        }
        if let Ok(network) = import(&bytes) {
            // Whatever was read can be written.
            let normalisation = tinyconv::model_file::Normalisation { mean: 0.0, deviation: 1.0 };
            let _ = network.encode("n", normalisation, &[], 0.0);
            prop_assert!(network.parameters().iter().all(|parameter| parameter.is_finite()));
        }
    }
}
