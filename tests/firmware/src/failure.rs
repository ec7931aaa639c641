//! A panic or a fault must end the run with its reason on the screen, not leave it to the time-out.

use core::panic::PanicInfo;

use semihosting::println;

use crate::exit::exit_failure;
use crate::stack::stack_end;

#[panic_handler]
fn panic(info: &PanicInfo<'_>) -> ! {
    println!("{info}");
    exit_failure()
}

/// Where a processor ends up that cannot go on. Runs on a stack that starts anew: the old one may be what has failed.
///
/// `pc` is of no use if `stack_pointer` is outside of the stack.
pub extern "C" fn fault(stack_pointer: usize, pc: usize) -> ! {
    if stack_pointer < stack_end() {
        println!("stack overflow: it ends at {:#010x}, not at {stack_pointer:#010x}", stack_end());
    } else {
        println!("hard fault at pc {pc:#010x}");
    }
    exit_failure()
}
