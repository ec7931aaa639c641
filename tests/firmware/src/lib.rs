//! What every test image needs: a start, a way to end QEMU with a verdict, a measured stack, markers for the
//! instruction counter, and the networks under test. The images themselves know nothing of their processor.

#![no_std]

#[cfg(all(target_arch = "arm", not(feature = "link-check")))]
mod arm;
#[cfg(not(feature = "link-check"))]
mod failure;
#[cfg(all(guarded_by_mpu, not(feature = "link-check")))]
mod guard;
#[cfg(feature = "link-check")]
mod link_check;
#[cfg(target_arch = "riscv32")]
mod riscv;

pub mod digits;
pub mod digits_dense;
pub mod digits_tiny;
pub mod exit;
#[cfg(feature = "checkpoint")]
pub mod flash;
pub mod kinds;
pub mod lenet;
pub mod mlperf;
pub mod model;
pub mod optimizers;
pub mod region;
pub mod samples;
pub mod shapes;
pub mod stack;
pub mod training;

#[cfg(target_arch = "arm")]
pub use cortex_m_rt::entry;
#[cfg(target_arch = "riscv32")]
pub use riscv_rt::entry;

/// `&'static mut` to a static of this type and first value.
///
/// For `main` alone: each place where it is written may be passed once.
#[macro_export]
macro_rules! memory {
    ($type:ty, $first:expr) => {{
        static mut MEMORY: $type = $first;
        // SAFETY: `main` runs once, so there is no other reference.
        unsafe { &mut *(&raw mut MEMORY) }
    }};
}
