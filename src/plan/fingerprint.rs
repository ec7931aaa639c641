//! A number that tells architectures apart.

use crate::{Dims, LayerSpec, PaddingOption, Value};

/// A 64-bit FNV-1a hash of the input's shape and of each layer's kind and options, names left out:
/// two networks with equal fingerprints read each other's parameters.
///
/// ```
/// use tinyconv_plan::{Dims, LayerKind, LayerSpec, fingerprint};
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
        hash = layers[i].kind.hash(hash);
        i += 1;
    }
    hash.0
}

pub(crate) struct Hash(u64);

impl Hash {
    /// Always 32 bits, so that host and device agree whatever their `usize`.
    pub(crate) const fn word(self, word: usize) -> Self {
        let bytes = (word as u32).to_le_bytes();
        let mut hash = self.0;
        let mut i = 0;
        while i < bytes.len() {
            hash = (hash ^ bytes[i] as u64).wrapping_mul(0x0000_0100_0000_01b3);
            i += 1;
        }
        Self(hash)
    }

    /// The value of an option.
    pub(crate) const fn value(self, value: Value) -> Self {
        match value {
            Value::Number(number) => self.word(number),
            Value::Pair(pair) => self.pair(pair),
            Value::Padding(PaddingOption::Zeros(zeros)) => self.word(0).pair(zeros),
            Value::Padding(PaddingOption::Same) => self.word(1),
            Value::Padding(PaddingOption::Full) => self.word(2),
            Value::Padding(PaddingOption::Sides([rows, columns])) => {
                self.word(3).pair(rows).pair(columns)
            }
            Value::Padding(PaddingOption::Causal) => self.word(4),
            Value::Flag(flag) => self.word(flag as usize),
            Value::Float(number) => self.word(number.to_bits() as usize),
        }
    }

    /// The letters of a name.
    pub(crate) const fn name(self, name: &str) -> Self {
        let (mut hash, mut i) = (self, 0);
        while i < name.len() {
            hash = hash.word(name.as_bytes()[i] as usize);
            i += 1;
        }
        hash
    }

    const fn pair(self, pair: [usize; 2]) -> Self {
        self.word(pair[0]).word(pair[1])
    }
}
