//! Archives that PyTorch and NumPy write, and those that nobody should. `tests/data/pytorch/archives.py` wrote them.

use proptest::prelude::*;

use super::{ArchiveError, as_safetensors};
use crate::StateDict;

const SMALL: &[u8] = include_bytes!("../../../../tests/data/pytorch/small.pt");
const CHECKPOINT: &[u8] = include_bytes!("../../../../tests/data/pytorch/checkpoint.pt");
const MODULE: &[u8] = include_bytes!("../../../../tests/data/pytorch/module.pt");
const ARRAYS: &[u8] = include_bytes!("../../../../tests/data/pytorch/small.npz");

#[test]
fn a_state_dict() {
    let bytes = as_safetensors(SMALL).unwrap();
    let dict = StateDict::parse(&bytes).unwrap();
    let names: Vec<_> = dict.names().collect();
    let norm = ["bias", "num_batches_tracked", "running_mean", "running_var", "weight"];
    let norm = norm.map(|name| format!("norm.{name}"));
    assert_eq!(names[..2], ["fc.bias", "fc.weight"]);
    assert_eq!(names[2..], norm);
    assert_eq!(dict.values("fc.weight").unwrap(), [0.0, 0.25, 0.5, 0.75, 1.0, 1.25]);
    assert_eq!(dict.stored_as("norm.num_batches_tracked").as_deref(), Some("I64"));
}

#[test]
fn a_checkpoint_with_other_things_and_a_turned_tensor() {
    let bytes = as_safetensors(CHECKPOINT).unwrap();
    let dict = StateDict::parse(&bytes).unwrap();
    assert_eq!(dict.shape("fc.weight"), Some(&[2, 3][..]));
    assert_eq!(dict.values("fc.weight").unwrap(), [0.0, 0.5, 1.0, 0.25, 0.75, 1.25]);
    assert_eq!(dict.stored_as("fc.bias").as_deref(), Some("BF16"));
    assert_eq!(dict.values("fc.bias").unwrap(), [0.5, -1.5]);
}

#[test]
fn arrays_of_numpy() {
    let bytes = as_safetensors(ARRAYS).unwrap();
    let dict = StateDict::parse(&bytes).unwrap();
    assert_eq!(dict.values("fc/weight").unwrap(), [0.0, 0.25, 0.5, 0.75, 1.0, 1.25]);
    assert_eq!(dict.shape("norm/num_batches_tracked"), Some(&[][..]));
}

#[test]
fn what_would_have_to_be_run_is_refused_by_name() {
    let refused = as_safetensors(MODULE).unwrap_err().to_string();
    assert!(refused.contains("torch.nn.modules.container.Sequential"), "{refused}");
    assert!(refused.contains("model.state_dict()"), "{refused}");
    assert!(matches!(as_safetensors(&[0x80, 2, 0x8a]), Err(ArchiveError::OldPyTorch)));
}

#[test]
fn other_files_are_left_alone() {
    assert_eq!(as_safetensors(b"whatever").unwrap(), &b"whatever"[..]);
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 3000, failure_persistence: None, ..Default::default() })]

    #[test]
    fn changed_bytes_never_panic(
        which in 0..3usize,
        changes in prop::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 1..6),
    ) {
        let mut bytes = [SMALL, CHECKPOINT, ARRAYS][which].to_vec();
        for (at, byte) in changes {
            let at = at.index(bytes.len());
            bytes[at] = byte;
        }
        if let Ok(bytes) = as_safetensors(&bytes) {
            let _ = StateDict::parse(&bytes);
        }
    }

    #[test]
    fn any_pickle_is_answered(bytes in prop::collection::vec(any::<u8>(), 0..200)) {
        let _ = super::pickle::Machine::run(&bytes);
    }
}
