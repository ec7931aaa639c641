//! A guard below the stack, for machines whose bus swallows what is written there instead of failing.

use core::arch::global_asm;

/// The first register of Armv7-M's memory protection unit that is needed; the others are 8 and 12 bytes behind it.
const MPU_CTRL: u32 = 0xe000_ed94;
/// Region 0 starts at address 0.
const FROM_THE_BOTTOM: u32 = 1 << 4;
/// It is read and executed, not written to; cached; 2 to the power of (28 + 1) bytes: all below RAM.
const READ_ONLY: u32 = (0b101 << 24) | (1 << 17) | (28 << 1) | 1;
/// Elsewhere, all is as without memory protection.
const ENABLE: u32 = (1 << 2) | 1;

// Called by cortex-m-rt before there are variables.
global_asm!(
    ".section .text.__pre_init, \"ax\"",
    ".global __pre_init",
    ".type __pre_init, %function",
    ".thumb_func",
    "__pre_init:",
    "ldr r0, ={control}",
    "movs r1, #{from_the_bottom}",
    "str r1, [r0, #8]",
    "ldr r1, ={read_only}",
    "str r1, [r0, #12]",
    "movs r1, #{enable}",
    "str r1, [r0]",
    "dsb",
    "isb",
    "bx lr",
    ".pool",
    ".size __pre_init, . - __pre_init",
    control = const MPU_CTRL,
    from_the_bottom = const FROM_THE_BOTTOM,
    read_only = const READ_ONLY,
    enable = const ENABLE,
);
