//! What a network takes on a device, so that it can be read before anything is flashed.

use serde::Serialize;
use tinyconv::Network;
use tinyconv::optim::{Adam, Optimizer, Sgd};

/// Bytes of a network's blocks on a device, one sample at a time in `f32`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct Memory {
    /// The parameters: in flash for inference, in RAM for training.
    pub parameters: usize,
    /// The input.
    pub input: usize,
    /// The output of an inference.
    pub output: usize,
    /// What an inference works in.
    pub inference_scratch: usize,
    /// What a training step works in; the output is in it.
    pub training_scratch: usize,
    /// Which element of each pooling window was chosen.
    pub training_choices: usize,
    /// The gradients of a batch.
    pub gradients: usize,
    /// What SGD with momentum remembers.
    pub sgd_state: usize,
    /// What Adam remembers.
    pub adam_state: usize,
    /// RAM of an inference with parameters in flash: input, scratch and output.
    pub inference_ram: usize,
    /// RAM of a training step: parameters, gradients, input, scratch and choices. The optimizer's
    /// state comes on top.
    pub training_ram: usize,
}

impl Memory {
    /// The memory of network `N`.
    ///
    /// ```
    /// use host_tools::model::Memory;
    /// use host_tools::networks::Digits;
    ///
    /// let memory = Memory::of::<Digits>();
    /// assert_eq!(memory.parameters, 4 * Digits::PARAMS);
    /// assert_eq!(memory.inference_ram, 4 * (28 * 28 + Digits::INFER_SCRATCH + 10));
    /// ```
    #[must_use]
    pub const fn of<N: Network>() -> Self {
        const ELEMENT: usize = size_of::<f32>();
        let parameters = N::PARAMS * ELEMENT;
        let input = N::INPUT_LEN * ELEMENT;
        let output = N::OUTPUT_LEN * ELEMENT;
        let inference_scratch = N::INFER_SCRATCH * ELEMENT;
        let training_scratch = N::TRAIN_SCRATCH * ELEMENT;
        // A choice of one sample is a `u8`.
        let training_choices = N::TRAIN_CHOICES;
        Self {
            parameters,
            input,
            output,
            inference_scratch,
            training_scratch,
            training_choices,
            gradients: parameters,
            sgd_state: parameters * Sgd::STATES,
            adam_state: parameters * Adam::STATES,
            inference_ram: input + inference_scratch + output,
            training_ram: 2 * parameters + input + training_scratch + training_choices,
        }
    }
}
