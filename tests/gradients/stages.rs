//! The passes over a batch, stage by stage, each sample in a group of its own.

use tinyconv::{
    Accumulate, Direct, Draws, Element, Layer, Purpose, Random, Record, Shape, Stage, Tape,
};

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
        Stage::add(&sample.shared, E::splat(1.0), &mut sums);
    }
    for sample in samples {
        sample.shared.copy_from_slice(&sums);
    }
}

/// The forward pass; dropout draws by the sample's number.
pub fn forward<L: Layer, E: Element>(params: &[f32], inputs: &[E]) -> Vec<Sample<E>> {
    let nan = |count| vec![E::splat(f32::NAN); count];
    let sample = |_: &[E]| Sample {
        maps: nan(L::TAPE),
        output: nan(L::Output::LEN),
        choices: vec![E::FIRST_CHOICE; L::CHOICES],
        scratch: nan(L::BACKWARD_SCRATCH),
        d_output: Vec::new(),
        d_input: Vec::new(),
        shared: nan(L::SHARED),
    };
    let mut samples: Vec<Sample<E>> = inputs.chunks_exact(L::Input::LEN).map(sample).collect();
    let count = samples.len();
    let random = Random::new(3, Purpose::Dropout);
    for index in 0..L::STAGES {
        for (number, sample) in samples.iter_mut().enumerate() {
            L::forward_stage(
                Stage { index, samples: count, live: E::splat(1.0), shared: &mut sample.shared },
                params,
                Direct,
                L::Input::view(&inputs[number * L::Input::LEN..]),
                Tape {
                    maps: &mut sample.maps,
                    choices: &mut sample.choices,
                    draws: Some(Draws { random, step: 2, samples: &[number as u32], first: 0 }),
                },
                L::Output::view_mut(&mut sample.output),
            );
        }
        share(&mut samples);
    }
    samples
}

/// The gradients of `sum of output * weights` over all samples by the parameters and the inputs.
pub fn gradients<L: Layer, E: Element>(
    params: &[f32],
    inputs: &[E],
    weights: &[E],
) -> (Vec<E>, Vec<E>) {
    let mut samples = forward::<L, E>(params, inputs);
    let count = samples.len();
    for (sample, weights) in samples.iter_mut().zip(weights.chunks_exact(L::Output::LEN)) {
        sample.d_output = weights.to_vec();
        sample.d_input = vec![E::ZERO; L::Input::LEN];
    }
    let mut d_params = vec![E::ZERO; L::PARAMS];
    for index in (0..L::BACKWARD_STAGES).rev() {
        for (number, sample) in samples.iter_mut().enumerate() {
            L::backward_stage(
                Stage { index, samples: count, live: E::splat(1.0), shared: &mut sample.shared },
                Accumulate { parameters: params, gradients: &mut d_params },
                Record {
                    source: Direct,
                    input: L::Input::view(&inputs[number * L::Input::LEN..]),
                    maps: &sample.maps,
                    choices: &sample.choices,
                    output: L::Output::view(&sample.output),
                },
                L::Output::view_mut(&mut sample.d_output),
                &mut sample.scratch,
                Some(L::Input::view_mut(&mut sample.d_input)),
            );
        }
        share(&mut samples);
    }
    (d_params, samples.into_iter().flat_map(|sample| sample.d_input).collect())
}
