//! Twenty steps of every optimizer: the bits of the host on a Cortex-M4F, and those of the host in lanes.

use std::array;

use host_tools::lanes::{LANES, Lanes};
use tinyconv::optim::Optimizer;

use crate::support::firmware::Image;
use crate::support::optimizers::{COUNT, Rules, all, run};
use crate::support::qemu::MPS2_AN386;
use crate::{LIMIT, run as run_image};

/// What the image must print, computed number by number and once more in lanes.
#[derive(Default)]
struct Lines(Vec<String>);

impl Rules for Lines {
    fn rule<O: Optimizer + Copy>(&mut self, name: &'static str, optimizer: O) {
        let (mut one_by_one, mut in_lanes) = (optimizer, optimizer);
        let sums = run(|rate, parameters, gradients, states| {
            let mut flat = states[..O::STATES].concat();
            assert!(one_by_one.step(rate, parameters, gradients, &mut flat), "{name}");
            for (state, new) in states.iter_mut().zip(flat.as_chunks::<COUNT>().0) {
                *state = *new;
            }
        });
        let lanes = run(|rate, parameters, gradients, states| {
            in_lanes.begin_step();
            for first in (0..COUNT).step_by(LANES) {
                let mut remembered = array::from_fn(|block| Lanes::load(&states[block][first..]));
                let (parameter, gradient) =
                    (Lanes::load(&parameters[first..]), Lanes::load(&gradients[first..]));
                in_lanes
                    .update(rate, parameter, gradient, &mut remembered)
                    .store(&mut parameters[first..]);
                for (state, remembered) in states.iter_mut().zip(remembered) {
                    remembered.store(&mut state[first..]);
                }
            }
        });
        assert_eq!(sums, lanes, "lanes, {name}");
        // What is not remembered stays zero.
        let remembered = sums[1..].iter().filter(|&&sum| sum != 0).count();
        assert_eq!(remembered, O::STATES, "{name}");
        let [parameters, first, second] = sums;
        self.0.push(format!("{name} {parameters:08x} {first:08x} {second:08x}"));
    }
}

#[test]
fn optimizers_have_the_bits_of_the_host() {
    let mut expected = Lines::default();
    all(&mut expected);
    let mut results: Vec<&str> =
        expected.0.iter().map(|line| line.split_once(' ').expect("a name").1).collect();
    results.sort_unstable();
    results.dedup();
    assert_eq!(results.len(), expected.0.len(), "no two optimizers do the same");
    if let Some(output) = run_image(&MPS2_AN386, &Image::new("optimizers"), LIMIT) {
        assert_eq!(output.unwrap().lines().collect::<Vec<_>>(), expected.0);
    }
}
