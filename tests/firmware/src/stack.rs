//! How deep the stack has ever been, read off the paint that start-up code puts on all of it.

use core::ptr::{addr_of, read_volatile};

use cortex_m_rt::STACK_PAINT_VALUE;

unsafe extern "C" {
    /// The first word above the program's statics, from the linker script.
    static _stack_end: u32;
    /// One past the stack's first word: it grows down from here.
    static _stack_start: u32;
}

/// The most bytes of stack that were in use at any time since reset.
pub fn stack_high_water() -> usize {
    let top = addr_of!(_stack_start);
    let mut word = addr_of!(_stack_end);
    // SAFETY: from `_stack_end` up to `_stack_start` is RAM, aligned to words, that holds nothing but
    // the stack; volatile, because the paint was put there behind the compiler's back.
    while word < top && unsafe { read_volatile(word) } == STACK_PAINT_VALUE {
        word = word.wrapping_add(1);
    }
    top.addr() - word.addr()
}
