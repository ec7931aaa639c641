//! Ends QEMU with an exit code that the driver checks: 0 for success, 1 for failure.

use semihosting::process::exit;

/// Ends the run: all is well.
pub fn exit_success() -> ! {
    exit(0)
}

/// Ends the run: something went wrong and has been printed.
pub fn exit_failure() -> ! {
    exit(1)
}
