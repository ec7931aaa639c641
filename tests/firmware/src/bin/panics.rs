//! Panics on purpose: the driver must see the message and a failure.

#![no_std]
#![no_main]

use firmware::entry;

#[entry]
fn main() -> ! {
    panic!("on purpose")
}
