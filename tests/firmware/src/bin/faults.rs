//! Executes an undefined instruction on purpose: the driver must see a hard fault and a failure.

#![no_std]
#![no_main]

use cortex_m::asm;
use cortex_m_rt::entry;
use firmware as _;

#[entry]
fn main() -> ! {
    asm::udf()
}
