//! How deep the stack has ever been, read off the paint that start-up code puts on all of it.

use core::ptr::{addr_of, read_volatile};

/// What a word of the stack holds that was never in use.
#[cfg(target_arch = "arm")]
pub const PAINT: u32 = cortex_m_rt::STACK_PAINT_VALUE;
/// What a word of the stack holds that was never in use.
#[cfg(target_arch = "riscv32")]
pub const PAINT: u32 = 0xcccc_cccc;

unsafe extern "C" {
    /// The lowest word of the stack, from the linker script.
    static _stack_end: u32;
    /// One past the stack's first word: it grows down from here.
    static _stack_start: u32;
}

/// The address that the stack must not grow below.
pub fn stack_end() -> usize {
    addr_of!(_stack_end).addr()
}

/// The most bytes of stack that were in use at any time since reset.
pub fn stack_high_water() -> usize {
    let top = addr_of!(_stack_start);
    let mut word = addr_of!(_stack_end);
    // SAFETY: from `_stack_end` up to `_stack_start` is RAM, aligned to words, that holds nothing but
    // the stack; volatile, because the paint was put there behind the compiler's back.
    while word < top && unsafe { read_volatile(word) } == PAINT {
        word = word.wrapping_add(1);
    }
    top.addr() - word.addr()
}
