//! Reads the vectors and brings them into the order of the network's parameters.

use std::ops::Range;

use safetensors::{Dtype, SafeTensors};

static FILE: &[u8] = include_bytes!("../data/golden.safetensors");
static RULES: &[u8] = include_bytes!("../data/optimizers.safetensors");

/// One backward pass of which there are vectors.
pub struct Pass {
    pub weights: &'static str,
    pub batch: usize,
    prefix: &'static str,
}

impl Pass {
    pub const ALL: [Self; 4] = [
        Self { weights: "trained_weights", batch: 0, prefix: "trained/b0" },
        Self { weights: "trained_weights", batch: 1, prefix: "trained/b1" },
        Self { weights: "init_weights", batch: 0, prefix: "init/b0" },
        Self { weights: "init_weights", batch: 1, prefix: "init/b1" },
    ];

    pub fn name(&self, entry: &str) -> String {
        format!("{}/f64/{entry}", self.prefix)
    }
}

/// Where the parameters of each tensor stand in the network's block.
pub fn tensors() -> [(&'static str, Range<usize>); 6] {
    let mut first = 0;
    [
        ("conv1.weight", 6 * 25),
        ("conv1.bias", 6),
        ("conv2.weight", 16 * 6 * 25),
        ("conv2.bias", 16),
        ("fc.weight", 256 * 10),
        ("fc.bias", 10),
    ]
    .map(|(name, len)| {
        first += len;
        (name, first - len..first)
    })
}

pub struct Vectors(SafeTensors<'static>);

impl Vectors {
    pub fn read() -> Self {
        Self(SafeTensors::deserialize(FILE).expect("the file is whole"))
    }

    /// Those of `optimizers.py`.
    pub fn of_rules() -> Self {
        Self(SafeTensors::deserialize(RULES).expect("the file is whole"))
    }

    pub fn of(file: &'static [u8]) -> Self {
        Self(SafeTensors::deserialize(file).expect("the file is whole"))
    }

    pub fn bytes(&self, name: &str) -> Vec<u8> {
        let tensor = self.0.tensor(name).expect(name);
        assert_eq!(tensor.dtype(), Dtype::U8, "{name}");
        tensor.data().to_vec()
    }

    /// Numbers in single or double precision.
    pub fn floats(&self, name: &str) -> Vec<f64> {
        let tensor = self.0.tensor(name).expect(name);
        let data = tensor.data();
        match tensor.dtype() {
            Dtype::F32 => {
                data.as_chunks().0.iter().map(|b| f32::from_le_bytes(*b).into()).collect()
            }
            Dtype::F64 => data.as_chunks().0.iter().map(|b| f64::from_le_bytes(*b)).collect(),
            other => panic!("{name} is {other:?}"),
        }
    }

    /// All tensors under `prefix` in the order of the network's parameters: the linear layer's
    /// weights are PyTorch's transposed.
    pub fn all_params(&self, prefix: &str) -> Vec<f64> {
        let mut all = Vec::new();
        for (name, _) in tensors() {
            let values = self.floats(&format!("{prefix}/{name}"));
            if name == "fc.weight" {
                all.extend((0..256 * 10).map(|i| values[(i % 10) * 256 + i / 10]));
            } else {
                all.extend(values);
            }
        }
        all
    }

    /// [`Self::all_params`] of a tensor group that is stored in single precision.
    pub fn params(&self, prefix: &str) -> Vec<f32> {
        self.all_params(prefix).into_iter().map(|value| value as f32).collect()
    }

    pub fn images(&self, batch: usize) -> Vec<u8> {
        self.bytes(&format!("train/b{batch}/u8"))
    }

    pub fn labels(&self, batch: usize) -> Vec<u16> {
        self.bytes(&format!("train/b{batch}/y")).into_iter().map(u16::from).collect()
    }
}
