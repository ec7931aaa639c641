//! Twenty steps of every optimizer, on numbers that a seed gives. The driver on the host includes this very file.

use tinyconv::optim::{Adagrad, AdagradMomentum, Adam, Descent, Optimizer, RmsProp, Sgd};
use tinyconv::tuning::checksum;
use tinyconv::{Purpose, Random};

/// Parameters: whole groups of the host's sixteen lanes.
pub const COUNT: usize = 48;

/// Takes a run with each optimizer; a closure cannot be generic.
pub trait Rules {
    /// The run of one optimizer.
    fn rule<O: Optimizer + Copy>(&mut self, name: &'static str, optimizer: O);
}

/// Goes through all optimizers, with each of their settings in use.
pub fn all(rules: &mut impl Rules) {
    rules.rule("descent", Descent { weight_decay: 0.01 });
    rules.rule("sgd", Sgd::default());
    rules.rule("sgd-nesterov", Sgd { weight_decay: 0.01, nesterov: true, ..Sgd::default() });
    rules.rule("adagrad", Adagrad { weight_decay: 0.01, ..Adagrad::default() });
    rules.rule("adagrad-momentum", AdagradMomentum::default());
    rules.rule("rms-prop", RmsProp { weight_decay: 0.01, ..RmsProp::default() });
    rules.rule("adam", Adam::default());
    rules.rule("adamw", Adam { weight_decay: 0.01, ..Adam::default() });
}

/// The parameters and what is remembered of them (zero where nothing is), as sums that tell them apart, after twenty
/// steps, each taken by `step` with a learning rate and gradients.
pub fn run(
    mut step: impl FnMut(f32, &mut [f32; COUNT], &[f32; COUNT], &mut [[f32; COUNT]; 2]),
) -> [u32; 3] {
    let mut parameters = numbers(0);
    let mut states = [[0.0; COUNT]; 2];
    for index in 1..=20 {
        step(0.02, &mut parameters, &numbers(index), &mut states);
    }
    let [first, second] = states;
    [parameters, first, second].map(|numbers| checksum(&numbers))
}

/// Between -1 and 1, each third one a thousandth of that.
fn numbers(step: u32) -> [f32; COUNT] {
    let random = Random::new(4, Purpose::Synthesise);
    core::array::from_fn(|index| {
        let number = 2.0 * random.uniforms(step, 0, index as u32)[0] - 1.0;
        if index % 3 == 0 { number * 0.001 } else { number }
    })
}
