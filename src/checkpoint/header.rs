//! The header of a slot: its bytes, written last and read first.

use super::{Contents, HEADER, MAGIC, Progress};
use crate::crc32::CHECKSUM;

const WORDS: usize = HEADER / size_of::<u32>();

/// A header whose magic and checksum were right.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Header {
    pub version: u32,
    pub generation: u64,
    pub contents: Contents,
    pub progress: Progress,
    pub payload_checksum: u32,
}

impl Header {
    pub fn encode(&self) -> [u8; HEADER] {
        let [m0, m1] = halves(u64::from_le_bytes(MAGIC));
        let [g0, g1] = halves(self.generation);
        let [f0, f1] = halves(self.contents.fingerprint);
        let [s0, s1] = halves(self.progress.seed);
        let [c0, c1] = self.progress.counters.map(f32::to_bits);
        let lengths = [self.contents.parameters, self.contents.states, self.contents.user];
        // The range is checked before: what fits into a flash fits into 32 bits.
        let [parameters, states, user] = lengths.map(|len| len as u32);
        let (step, sample) = (self.progress.step, self.progress.sample);
        #[rustfmt::skip]
        let mut words = [
            m0, m1, self.version, self.payload_checksum, g0, g1, f0, f1, s0, s1, step, sample,
            c0, c1, parameters, states, user, 0,
        ];
        words[WORDS - 1] = checksum(&bytes_of(words));
        bytes_of(words)
    }

    /// Nothing if the bytes are not a whole header of any version.
    pub fn decode(bytes: &[u8; HEADER]) -> Option<Self> {
        let mut words = [0; WORDS];
        for (word, bytes) in words.iter_mut().zip(bytes.as_chunks().0) {
            *word = u32::from_le_bytes(*bytes);
        }
        #[rustfmt::skip]
        let [
            m0, m1, version, payload_checksum, g0, g1, f0, f1, s0, s1, step, sample,
            c0, c1, parameters, states, user, header_checksum,
        ] = words;
        let whole =
            [m0, m1] == halves(u64::from_le_bytes(MAGIC)) && header_checksum == checksum(bytes);
        whole.then_some(Self {
            version,
            generation: joined(g0, g1),
            contents: Contents {
                fingerprint: joined(f0, f1),
                parameters: parameters as usize,
                states: states as usize,
                user: user as usize,
            },
            progress: Progress {
                seed: joined(s0, s1),
                step,
                sample,
                counters: [c0, c1].map(f32::from_bits),
            },
            payload_checksum,
        })
    }
}

/// Whether a generation comes after another, also where counting has begun anew after the largest.
pub const fn is_newer(generation: u64, than: u64) -> bool {
    generation.wrapping_sub(than).cast_signed() > 0
}

/// Of all bytes before the checksum's own.
fn checksum(header: &[u8; HEADER]) -> u32 {
    CHECKSUM.checksum(&header[..HEADER - size_of::<u32>()])
}

fn bytes_of(words: [u32; WORDS]) -> [u8; HEADER] {
    let mut bytes = [0; HEADER];
    for (bytes, word) in bytes.as_chunks_mut().0.iter_mut().zip(words) {
        *bytes = word.to_le_bytes();
    }
    bytes
}

/// The lower half first, as little-endian bytes have it.
const fn halves(value: u64) -> [u32; 2] {
    [value as u32, (value >> 32) as u32]
}

const fn joined(low: u32, high: u32) -> u64 {
    low as u64 | (high as u64) << 32
}
