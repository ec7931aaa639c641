//! Runs and trains a network with every kind of layer, for the host to compare with its own.
//!
//! Output: `<output> <gradients> <parameters>`, checksums in hexadecimal.

#![no_std]
#![no_main]

use firmware::exit::exit_success;
use firmware::kinds::{Memory, run};
use firmware::{entry, memory};
use semihosting::println;

#[entry]
fn main() -> ! {
    let [output, gradients, parameters] = run(memory!(Memory, Memory::NEW));
    println!("{output:08x} {gradients:08x} {parameters:08x}");
    exit_success()
}
