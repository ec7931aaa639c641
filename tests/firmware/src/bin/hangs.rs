//! Never ends on purpose: the driver must stop it and report a failure.

#![no_std]
#![no_main]

use core::hint::spin_loop;

use firmware::entry;

#[entry]
fn main() -> ! {
    loop {
        spin_loop();
    }
}
