//! Proves that no panic can be reached: the panic handler calls a function that nobody defines.
//!
//! If the optimiser removes every path to the handler, the linker drops it and the image links; if
//! one path survives, linking fails and the error names the function below.

use core::panic::PanicInfo;

unsafe extern "C" {
    fn tinyconv_panic_is_reachable() -> !;
}

#[panic_handler]
fn panic(_: &PanicInfo<'_>) -> ! {
    // SAFETY: an image that contains this call does not link, so it is never executed.
    unsafe { tinyconv_panic_is_reachable() }
}
