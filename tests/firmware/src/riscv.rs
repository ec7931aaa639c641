//! RISC-V: what start-up code of Cortex-M does and riscv-rt does not, and how a fault is told.

use core::arch::asm;
#[cfg(not(feature = "link-check"))]
use core::arch::global_asm;
use core::ptr::with_exposed_provenance_mut;

use crate::stack::{PAINT, stack_end};

/// Memory protection: reading and executing, up to the address in `pmpaddr0`; not even start-up code may undo it.
const READ_ONLY_BELOW: usize = 0b1000_1101;
/// Of the stack, left to the function that paints the rest of it.
const UNPAINTED: usize = 64;

/// Called by riscv-rt before `main`.
#[unsafe(no_mangle)]
fn __post_init(_hart: usize) {
    let stack_pointer: usize;
    // SAFETY: no code writes to what is below the stack.
    unsafe {
        asm!(
            "csrw pmpaddr0, {below}",
            "csrw pmpcfg0, {configuration}",
            "mv {stack_pointer}, sp",
            below = in(reg) stack_end() >> 2,
            configuration = in(reg) READ_ONLY_BELOW,
            stack_pointer = out(reg) stack_pointer,
        );
    }
    for address in (stack_end()..stack_pointer - UNPAINTED).step_by(size_of::<u32>()) {
        // SAFETY: a word of the stack that is not in use yet.
        unsafe { with_exposed_provenance_mut::<u32>(address).write_volatile(PAINT) };
    }
}

// Instead of riscv-rt's, which saves registers on a stack that may be full.
#[cfg(not(feature = "link-check"))]
global_asm!(
    ".section .trap.start, \"ax\"",
    ".balign 4",
    ".global _start_trap",
    "_start_trap:",
    "mv a0, sp",
    "csrr a1, mepc",
    "la sp, _stack_start",
    "call {fault}",
    fault = sym crate::failure::fault,
);
