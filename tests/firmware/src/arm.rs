//! Cortex-M: how a fault is told.

use core::arch::global_asm;

use crate::failure::fault;

// The processor has put eight words on the stack, the program counter is the seventh. Or it has only tried to, and the
// stack pointer is now below all of them.
global_asm!(
    ".section .HardFault.user, \"ax\"",
    ".global HardFault",
    ".type HardFault, %function",
    ".thumb_func",
    "HardFault:",
    "mov r0, sp",
    "ldr r1, =_stack_end",
    "cmp r0, r1",
    "blo 1f",
    "ldr r1, [r0, #24]",
    "1:",
    "ldr r2, =_stack_start",
    "mov sp, r2",
    "bl {fault}",
    ".pool",
    ".size HardFault, . - HardFault",
    fault = sym fault,
);
