//! The passes over a batch, stage by stage, each sample in a group of its own.

use tinyconv::layers::{Apart, Linked};
use tinyconv::{Accumulate, BatchStage, Direct, DropoutKey, Element, Purpose, Random, Saved, Tape};

/// What the passes over one sample keep.
pub struct Sample<E: Element> {
    pub maps: Vec<E>,
    pub output: Vec<E>,
    choices: Vec<E::Choice>,
    scratch: Vec<E>,
    d_output: Vec<E>,
    d_input: Vec<E>,
    shared: Vec<E>,
}

/// The sums over the batch, for all to see.
fn share<E: Element>(samples: &mut [Sample<E>]) {
    let mut sums = vec![E::ZERO; samples[0].shared.len()];
    for sample in &*samples {
        BatchStage::add(&sample.shared, E::splat(1.0), &mut sums);
    }
    for sample in samples {
        sample.shared.copy_from_slice(&sums);
    }
}

/// The forward pass; dropout draws by the sample's number.
pub fn forward<L: Linked, E: Element>(params: &[f32], inputs: &[E]) -> Vec<Sample<E>> {
    let nan = |count| vec![E::splat(f32::NAN); count];
    let sample = |_: &[E]| Sample {
        maps: nan(L::NEEDS.tape),
        output: nan(L::NEEDS.output),
        choices: vec![E::FIRST_CHOICE; L::NEEDS.choices],
        scratch: nan(L::NEEDS.backward.apart),
        d_output: Vec::new(),
        d_input: Vec::new(),
        shared: nan(L::NEEDS.shared),
    };
    let mut samples: Vec<Sample<E>> = inputs.chunks_exact(L::NEEDS.input).map(sample).collect();
    let count = samples.len();
    let random = Random::new(3, Purpose::Dropout);
    for index in 0..L::NEEDS.stages {
        for (number, sample) in samples.iter_mut().enumerate() {
            let (live, shared) = (E::splat(1.0), &mut sample.shared);
            let key = DropoutKey { random, step: 2, samples: &[number as u32], first: 0 };
            L::NEW.forward_linked(
                Some(BatchStage { index, samples: count, live, shared }),
                params,
                Direct,
                &inputs[number * L::NEEDS.input..][..L::NEEDS.input],
                Tape { maps: &mut sample.maps, choices: &mut sample.choices, key: Some(key) },
                &mut sample.output,
            );
        }
        share(&mut samples);
    }
    samples
}

/// The gradients of `sum of output * weights` over all samples by the parameters and the inputs.
pub fn gradients<L: Linked, E: Element>(
    params: &[f32],
    inputs: &[E],
    weights: &[E],
) -> (Vec<E>, Vec<E>) {
    let mut samples = forward::<L, E>(params, inputs);
    let count = samples.len();
    for (sample, weights) in samples.iter_mut().zip(weights.chunks_exact(L::NEEDS.output)) {
        sample.d_output = weights.to_vec();
        sample.d_input = vec![E::ZERO; L::NEEDS.input];
    }
    let mut d_params = vec![E::ZERO; L::NEEDS.params];
    for index in (0..L::NEEDS.backward_stages).rev() {
        for (number, sample) in samples.iter_mut().enumerate() {
            let (live, shared) = (E::splat(1.0), &mut sample.shared);
            L::NEW.backward_linked(
                Some(BatchStage { index, samples: count, live, shared }),
                Accumulate { parameters: params, gradients: &mut d_params },
                Saved {
                    source: Direct,
                    input: &inputs[number * L::NEEDS.input..][..L::NEEDS.input],
                    maps: &sample.maps,
                    choices: &sample.choices,
                    output: &sample.output,
                },
                &mut Apart(&mut sample.d_output),
                &mut sample.scratch,
                &mut Apart(&mut sample.d_input),
            );
        }
        share(&mut samples);
    }
    (d_params, samples.into_iter().flat_map(|sample| sample.d_input).collect())
}
