//! Training without a block of gradients: each parameter is changed as soon as its gradient is known.

use core::cell::Cell;

use crate::GradientSink;
use crate::optim::Optimizer;

/// Applies an optimizer to each gradient as it comes: a step per sample, in place.
///
/// The same bits as collecting the gradients of one sample and then taking the step, since a layer
/// hands over a parameter's gradient only after its last use of the parameter. Needs
/// [`Optimizer::STATES`] numbers per parameter and nothing else.
///
/// ```
/// use core::cell::Cell;
/// use tinyconv::optim::Descent;
/// use tinyconv::{ApplyInPlace, GradientSink};
///
/// let mut parameters = [1.0, 2.0, 3.0];
/// let descent = Descent::default();
/// let mut all = ApplyInPlace {
///     optimizer: &descent,
///     learning_rate: 0.5,
///     parameters: &mut parameters,
///     states: [&mut [], &mut []],
///     overflow: &Cell::new(false),
/// };
/// all.add(1, &[1.0, -1.0]);
/// assert_eq!(parameters, [1.0, 1.5, 3.5]);
/// ```
#[derive(Debug)]
pub struct ApplyInPlace<'a, O> {
    /// The rule; call its [`begin_step`](Optimizer::begin_step) before each sample.
    pub optimizer: &'a O,
    /// The learning rate of this step.
    pub learning_rate: f32,
    /// The parameters, changed in place.
    pub parameters: &'a mut [f32],
    /// What the optimizer remembers: [`Optimizer::STATES`] slices as long as the parameters, the
    /// others empty.
    pub states: [&'a mut [f32]; 2],
    /// Set when a parameter's new value, or a number remembered of it, would not have been finite: it
    /// keeps the old ones.
    pub overflow: &'a Cell<bool>,
}

impl<O: Optimizer> GradientSink<f32> for ApplyInPlace<'_, O> {
    #[inline(always)]
    fn parameters(&self) -> &[f32] {
        self.parameters
    }

    #[inline(always)]
    fn add(&mut self, first: usize, gradients: &[f32]) {
        let run = first..first + gradients.len();
        let [a, b] = &mut self.states;
        // As in `Accumulate::add`: no panic, even one that is never reached.
        let states = [
            if O::STATES > 0 { a.get_mut(run.clone()).unwrap_or_default() } else { &mut [] },
            if O::STATES > 1 { b.get_mut(run.clone()).unwrap_or_default() } else { &mut [] },
        ];
        let parameters = self.parameters.get_mut(run);
        debug_assert!(parameters.is_some(), "gradients of parameters that are not there");
        let parameters = parameters.unwrap_or_default();
        if !self.optimizer.apply(self.learning_rate, parameters, gradients, states) {
            self.overflow.set(true);
        }
    }

    #[inline(always)]
    fn split_at(self, count: usize) -> (Self, Self) {
        let (parameters, parameters_rest) = self.parameters.split_at_mut(count);
        let [a, b] = self.states;
        // An optimizer that remembers less has empty slices.
        let (a, a_rest) = a.split_at_mut(if O::STATES > 0 { count } else { 0 });
        let (b, b_rest) = b.split_at_mut(if O::STATES > 1 { count } else { 0 });
        let Self { optimizer, learning_rate, overflow, .. } = self;
        (
            Self { optimizer, learning_rate, parameters, states: [a, b], overflow },
            Self {
                optimizer,
                learning_rate,
                parameters: parameters_rest,
                states: [a_rest, b_rest],
                overflow,
            },
        )
    }
}

#[cfg(test)]
mod tests {
    use core::cell::Cell;

    use crate::optim::{Adagrad, AdagradMomentum, Adam, Descent, Optimizer, RmsProp, Sgd};
    use crate::{Accumulate, ApplyInPlace, Init, Network, Random, Scratch};

    crate::network! {
        Small: 2 x 9 x 8 {
            Conv2d { out: 3, kernel: (3, 2), padding: 1 }, LeakyRelu, MaxPool2d { size: 2 },
            Conv2d { out: 2, kernel: 2 }, Tanh,
            Dense { out: 5 }, Relu,
            Dense { out: 3 },
        }
    }

    fn image(sample: u32) -> [[[f32; 8]; 9]; 2] {
        let random = Random::new(5, crate::Purpose::Synthesise);
        core::array::from_fn(|c| {
            core::array::from_fn(|h| {
                core::array::from_fn(|w| {
                    random.uniforms(0, sample, (c * 72 + h * 8 + w) as u32)[0] - 0.5
                })
            })
        })
    }

    /// Twenty samples with a block of gradients, and as many without: the same parameters.
    fn same_bits<O: Optimizer + Copy>(optimizer: O) {
        const P: usize = Small::PARAMS;
        let mut with_block = [0.0; P];
        <Small as Network>::init(Init::HeUniform, 3, &mut with_block);
        let mut in_place = with_block;
        let (mut first, mut second) = (optimizer, optimizer);
        let (mut states, mut states_in_place) = ([0.0; 2 * P], [0.0; 2 * P]);
        let mut elements = [0.0; Small::TRAIN_SCRATCH];
        let mut choices = [0; Small::TRAIN_CHOICES];
        for sample in 0..20 {
            let (x, label) = (image(sample), (sample % 3) as u16);
            let mut gradients = [0.0; P];
            let outcome = Small::gradients(
                Accumulate { parameters: &with_block, gradients: &mut gradients },
                &x,
                label,
                1.0,
                Scratch { elements: &mut elements, choices: &mut choices },
            );
            assert!(first.step(0.05, &mut with_block, &gradients, &mut states[..P * O::STATES]));

            second.begin_step();
            let (a, b) = states_in_place.split_at_mut(P);
            let outcome_in_place = Small::gradients(
                ApplyInPlace {
                    optimizer: &second,
                    learning_rate: 0.05,
                    parameters: &mut in_place,
                    states: [
                        if O::STATES > 0 { a } else { &mut [] },
                        if O::STATES > 1 { b } else { &mut [] },
                    ],
                    overflow: &Cell::new(false),
                },
                &x,
                label,
                1.0,
                Scratch { elements: &mut elements, choices: &mut choices },
            );
            assert_eq!(outcome, outcome_in_place, "sample {sample}");
        }
        assert_eq!(with_block.map(f32::to_bits), in_place.map(f32::to_bits));
        assert_eq!(states[..P * O::STATES], states_in_place[..P * O::STATES]);
    }

    #[test]
    fn in_place_steps_give_the_bits_of_a_block_of_gradients() {
        same_bits(Descent { weight_decay: 0.01 });
        same_bits(Sgd { weight_decay: 0.01, ..Sgd::default() });
        same_bits(Adagrad { weight_decay: 0.01, ..Adagrad::default() });
        same_bits(AdagradMomentum::default());
        same_bits(RmsProp { weight_decay: 0.01, ..RmsProp::default() });
        same_bits(Adam::default());
    }
}
