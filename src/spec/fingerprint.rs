//! A number that tells architectures apart.

use super::{Dims, LayerKind, LayerSpec, PaddingOption};

/// A 64-bit FNV-1a hash of the input's shape and of each layer's kind and options, names left out:
/// two networks with equal fingerprints read each other's parameters.
///
/// ```
/// use tinyconv::spec::{Dims, LayerKind, LayerSpec, fingerprint};
///
/// let relu = [LayerSpec { name: "a", kind: LayerKind::Relu }];
/// let renamed = [LayerSpec { name: "b", kind: LayerKind::Relu }];
/// let tanh = [LayerSpec { name: "a", kind: LayerKind::Tanh }];
/// let input = Dims::Vector(3);
/// assert_eq!(fingerprint(input, &relu), fingerprint(input, &renamed));
/// assert_ne!(fingerprint(input, &relu), fingerprint(input, &tanh));
/// ```
#[must_use]
pub const fn fingerprint(input: Dims, layers: &[LayerSpec<'_>]) -> u64 {
    let mut hash = Hash(0xcbf2_9ce4_8422_2325);
    hash = match input {
        Dims::Map([c, h, w]) => hash.word(0).word(c).word(h).word(w),
        Dims::Vector(len) => hash.word(1).word(len),
    };
    let mut i = 0;
    while i < layers.len() {
        hash = match layers[i].kind {
            LayerKind::Conv2d(o) => {
                hash.word(0).word(o.out).pair(o.kernel).pair(o.stride).padding(o.padding)
            }
            LayerKind::MaxPool2d(o) => hash.word(1).pair(o.size).pair(o.strides()),
            LayerKind::AvgPool2d(o) => hash.word(2).pair(o.size).pair(o.strides()),
            LayerKind::GlobalAvgPool2d => hash.word(3),
            LayerKind::Flatten => hash.word(4),
            LayerKind::Dense(o) => hash.word(5).word(o.out),
            LayerKind::Identity => hash.word(6),
            LayerKind::Relu => hash.word(7),
            LayerKind::LeakyRelu(o) => hash.word(8).word(o.slope.to_bits() as usize),
            LayerKind::Tanh => hash.word(9),
            LayerKind::Sigmoid => hash.word(10),
            LayerKind::DepthwiseConv2d(o) => {
                hash.word(11).pair(o.kernel).pair(o.stride).padding(o.padding)
            }
            // The momentum changes nothing in what the parameters mean.
            LayerKind::BatchNorm(o) => hash.word(12).word(o.epsilon.to_bits() as usize),
            LayerKind::Dropout(o) => hash.word(13).word(o.keep.to_bits() as usize),
            LayerKind::Softmax => hash.word(14),
            LayerKind::Skip => hash.word(15),
            LayerKind::Add => hash.word(16),
        };
        i += 1;
    }
    hash.0
}

struct Hash(u64);

impl Hash {
    /// Always 32 bits, so that host and device agree whatever their `usize`.
    const fn word(self, word: usize) -> Self {
        let bytes = (word as u32).to_le_bytes();
        let mut hash = self.0;
        let mut i = 0;
        while i < bytes.len() {
            hash = (hash ^ bytes[i] as u64).wrapping_mul(0x0000_0100_0000_01b3);
            i += 1;
        }
        Self(hash)
    }

    const fn padding(self, padding: PaddingOption) -> Self {
        match padding {
            PaddingOption::Zeros(padding) => self.word(0).pair(padding),
            PaddingOption::Same => self.word(1),
            PaddingOption::Full => self.word(2),
        }
    }

    const fn pair(self, pair: [usize; 2]) -> Self {
        self.word(pair[0]).word(pair[1])
    }
}
