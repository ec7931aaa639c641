//! Where the words of a program go.

/// Logs how long something took: `ticks` of the board, which are cycles of its clock or microseconds.
#[macro_export]
macro_rules! log_time {
    ($ticks:expr, $cycles:literal, $microseconds:literal) => {
        // QEMU's counter stands still.
        if $ticks > 0 {
            if board::TICKS_PER_US == board::MHZ {
                $crate::log!($cycles, $ticks, $ticks / board::MHZ, board::MHZ);
            } else {
                $crate::log!($microseconds, $ticks / board::TICKS_PER_US, board::MHZ);
            }
        }
    };
}

/// Logs with `defmt`, to QEMU's console, or both, as this crate's features say.
#[macro_export]
macro_rules! log {
    ($($arguments:tt)*) => {{
        $crate::log_to_probe!($($arguments)*);
        $crate::log_to_console!($($arguments)*);
    }};
}

/// The board's crate names `defmt`, too: its macros look for it there.
#[cfg(feature = "defmt")]
#[doc(hidden)]
#[macro_export]
macro_rules! log_to_probe {
    ($($arguments:tt)*) => { $crate::defmt::info!($($arguments)*) };
}

#[cfg(not(feature = "defmt"))]
#[doc(hidden)]
#[macro_export]
macro_rules! log_to_probe {
    ($($arguments:tt)*) => {};
}

#[cfg(feature = "semihosting")]
#[doc(hidden)]
#[macro_export]
macro_rules! log_to_console {
    ($($arguments:tt)*) => { $crate::cortex_m_semihosting::hprintln!($($arguments)*) };
}

#[cfg(not(feature = "semihosting"))]
#[doc(hidden)]
#[macro_export]
macro_rules! log_to_console {
    ($($arguments:tt)*) => {};
}
