//! The two functions between which `tests/cycles` counts instructions.
//!
//! Their bodies differ, or the linker could fold them into one address. The empty clobber of memory
//! that `asm!` implies keeps loads and stores of the measured code from moving past the markers.

use core::arch::asm;

/// The measured region starts when this returns.
#[inline(never)]
#[unsafe(no_mangle)]
pub extern "C" fn roi_begin() {
    // SAFETY: does nothing.
    unsafe { asm!("nop") }
}

/// The measured region ends when this is called.
#[inline(never)]
#[unsafe(no_mangle)]
pub extern "C" fn roi_end() {
    // SAFETY: does nothing, twice.
    unsafe { asm!("nop", "nop") }
}
