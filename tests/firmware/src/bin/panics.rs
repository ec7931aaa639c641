//! Panics on purpose: the driver must see the message and a failure.

#![no_std]
#![no_main]

use cortex_m_rt::entry;
use firmware as _;

#[entry]
fn main() -> ! {
    panic!("on purpose")
}
