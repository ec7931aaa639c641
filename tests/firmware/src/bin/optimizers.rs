//! Takes twenty steps with every optimizer and prints what came of it, for the host to compare with its own.
//!
//! Output: per optimizer `<name> <parameters> <first states> <second states>`, checksums in hexadecimal.

#![no_std]
#![no_main]

use firmware::entry;
use firmware::exit::exit_success;
use firmware::optimizers::{Rules, all, run};
use semihosting::println;
use tinyconv::optim::Optimizer;

struct Print;

impl Rules for Print {
    // Inlined into `main`, all optimizers' numbers together would not fit in 16 KB.
    #[inline(never)]
    fn rule<O: Optimizer + Copy>(&mut self, name: &'static str, mut optimizer: O) {
        let [parameters, first, second] = run(|rate, parameters, gradients, states| {
            optimizer.begin_step();
            let [first, second] = states;
            let states = [
                if O::STATES > 0 { &mut first[..] } else { &mut [] },
                if O::STATES > 1 { &mut second[..] } else { &mut [] },
            ];
            assert!(optimizer.apply(rate, parameters, gradients, states));
        });
        println!("{name} {parameters:08x} {first:08x} {second:08x}");
    }
}

#[entry]
fn main() -> ! {
    all(&mut Print);
    exit_success()
}
