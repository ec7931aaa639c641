//! Never ends on purpose: the driver must stop it and report a failure.

#![no_std]
#![no_main]

use cortex_m::asm;
use cortex_m_rt::entry;
use firmware as _;

#[entry]
fn main() -> ! {
    loop {
        asm::nop();
    }
}
