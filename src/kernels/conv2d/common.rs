//! The numbers that most layers of a network that is a value have, as constants.

use crate::kernels::axis::Layout;

/// Evaluates `$call` with numbers that most layers have as constants of `$layout`, where a geometry is a
/// value: as a type's, they leave loops over taps without a branch. `$taps` are the kernel's columns as a
/// constant, or 0 where they are none. Only for lanes, whose host has room for it.
///
/// `columns` first: rows and columns stay what they are, and what few layers have is no constant: a fused
/// block's, a tile's at the border.
macro_rules! with_common {
    (columns $element:ident, $geometry:ident, |$layout:ident, $taps:ident| $call:expr) => {
        // Not in a function: what this rules out is not compiled.
        if const { <$element as Element>::LANES == 1 || $geometry::KNOWN.is_some() } {
            const $taps: usize = 0;
            $call
        } else {
            match $layout.columns.numbers() {
                [3, 1, 1] => with_common!($taps = 3, $layout = $layout.with_columns(3, 1), $call),
                [5, 1, 1] => with_common!($taps = 5, $layout = $layout.with_columns(5, 1), $call),
                _ => with_common!($taps = 0, $layout = $layout, $call),
            }
        }
    };
    ($element:ident, $geometry:ident, |$layout:ident, $taps:ident| $call:expr) => {
        if const { <$element as Element>::LANES == 1 || $geometry::KNOWN.is_some() } {
            const $taps: usize = 0;
            $call
        } else if has_points($layout) {
            with_common!($taps = 1, $layout = $layout.with_single_row(), $call)
        } else if [3, 2, 1] == $layout.columns.numbers() {
            with_common!($taps = 3, $layout = $layout.with_columns(3, 2), $call)
        } else {
            with_common!(columns $element, $geometry, |$layout, $taps| $call)
        }
    };
    ($taps:ident = $number:literal, $layout:ident = $value:expr, $call:expr) => {
        apart(|| {
            const $taps: usize = $number;
            // Inside: a function's constants do not reach another.
            let $layout = Layout { is_value: true, ..$value };
            $call
        })
    };
}
pub(in crate::kernels) use with_common;

/// Runs a closure as a function of its own, whose tile has all registers: among the tiles of a value's
/// other layouts, its sums would wait in memory.
#[inline(never)]
pub(in crate::kernels) fn apart<R>(call: impl FnOnce() -> R) -> R {
    call()
}

/// Taps see one cell each: rows and columns are one long row.
#[inline(always)]
pub(super) fn has_points(layout: Layout) -> bool {
    let Layout { rows, columns, has_whole_rows, has_whole_columns, .. } = layout;
    has_whole_rows
        && has_whole_columns
        && [rows.kernel, rows.stride, rows.before] == [1, 1, 0]
        && [columns.kernel, columns.stride] == [1, 1]
        && [rows.output, columns.output] == [rows.input, columns.input]
}
