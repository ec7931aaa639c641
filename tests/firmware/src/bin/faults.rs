//! Executes an undefined instruction on purpose: the driver must see a fault and a failure.

#![no_std]
#![no_main]

use core::arch::asm;

use firmware::entry;

#[entry]
fn main() -> ! {
    // SAFETY: every processor has it, and none goes on after it.
    unsafe {
        #[cfg(target_arch = "arm")]
        asm!("udf #0", options(noreturn));
        #[cfg(target_arch = "riscv32")]
        asm!("unimp", options(noreturn));
    }
}
