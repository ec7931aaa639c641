//! Copies of a board's flash: what is read back is a checkpoint of the network.

use std::sync::LazyLock;

use flate2::Crc;
use tinyconv::Network;
use tinyconv::model_file::{ModelFile, Normalisation, Training};
use tinyconv_exchange::read_back;

use super::model_file::Learner;

const MAGIC: &[u8] = b"TINYCKPT";

/// Where a slot has its checksums, and where what they are of ends or begins.
const PAYLOAD_CHECKSUM: usize = 12;
const LENGTHS: usize = 56;
const CHECKSUM: usize = 68;
const PAYLOAD: usize = 256;

static FACTORY: LazyLock<Vec<u8>> = LazyLock::new(|| vec![0; 4 * Learner::PARAMS]);

static BASE: LazyLock<ModelFile<'static>> = LazyLock::new(|| {
    let normalisation = Normalisation { mean: 0.0, deviation: 1.0 };
    let training =
        Training { epochs: 1, batch: 1, seed: 1, learning_rate: 0.5, test_accuracy: 0.5 };
    let (input, layers) = (Learner::INPUT, Learner::LAYERS);
    ModelFile::new("Learner", input, layers, normalisation, &["a", "b", "c"], training, &FACTORY)
        .expect("the network's own parameters")
});

/// The checksum that files and checkpoints have.
pub fn crc(bytes: &[u8]) -> [u8; 4] {
    let mut crc = Crc::new();
    crc.update(bytes);
    crc.sum().to_le_bytes()
}

pub fn run(bytes: &[u8]) {
    check(bytes);
    let mut sealed = bytes.to_vec();
    for start in 0..bytes.len() {
        if bytes[start..].starts_with(MAGIC) {
            seal(&mut sealed[start..]);
        }
    }
    check(&sealed);
}

/// Gives a slot the checksums of its content, which no change of a byte would get past.
fn seal(slot: &mut [u8]) {
    if slot.len() < PAYLOAD {
        return;
    }
    let length = |index: usize| {
        let bytes = slot[LENGTHS + 4 * index..].first_chunk().expect("within a header");
        u32::from_le_bytes(*bytes) as usize
    };
    let payload = 4 * (length(0) + length(1)) + length(2);
    if let Some(payload) = slot.get(PAYLOAD..PAYLOAD + payload) {
        let checksum = crc(payload);
        slot[PAYLOAD_CHECKSUM..][..4].copy_from_slice(&checksum);
    }
    let checksum = crc(&slot[..CHECKSUM]);
    slot[CHECKSUM..][..4].copy_from_slice(&checksum);
}

fn check(image: &[u8]) {
    if let Ok(read) = read_back(&BASE, image) {
        assert_eq!(read.parameters.len(), Learner::PARAMS);
        assert!(read.parameters.iter().all(|value| value.is_finite()));
        assert!(read.trained <= Learner::PARAMS && read.offset < image.len());
    }
}
