//! Rows or columns of a [`Window`]: which tap of which position meets which cell of the input.
//!
//! Tap `t` of position `p` lies on cell `p * stride + t * dilation - before`, if that is one.

use core::ops::Range;

use super::Window;

/// One direction of a [`Window`].
#[derive(Clone, Copy)]
pub(super) struct Axis {
    pub(super) input: usize,
    pub(super) output: usize,
    pub(super) kernel: usize,
    pub(super) stride: usize,
    pub(super) dilation: usize,
    /// Zeros above, or on the left.
    pub(super) before: usize,
}

impl Axis {
    /// Rows and columns.
    #[inline(always)]
    pub(super) fn of(window: Window) -> [Self; 2] {
        let Window { input, output, kernel, stride, dilation, padding, .. } = window;
        let [_, rows, columns] = input;
        let [_, out_rows, out_columns] = output;
        // Never zero: so the compiler sees that no division panics.
        let [stride, dilation] = [stride, dilation].map(|[h, w]| [h.max(1), w.max(1)]);
        let [above, left] = padding.map(|[before, _]| before);
        [
            Self {
                input: rows,
                output: out_rows,
                kernel: kernel[0],
                stride: stride[0],
                dilation: dilation[0],
                before: above,
            },
            Self {
                input: columns,
                output: out_columns,
                kernel: kernel[1],
                stride: stride[1],
                dilation: dilation[1],
                before: left,
            },
        ]
    }

    /// Cells from the first to the last tap.
    #[inline(always)]
    pub(super) fn reach(self) -> usize {
        self.kernel.saturating_sub(1) * self.dilation + 1
    }

    /// The taps that meet the input at `position`.
    #[inline(always)]
    pub(super) fn taps(self, position: usize) -> Range<usize> {
        let at = position * self.stride;
        let start = self.before.saturating_sub(at);
        let end = (self.input + self.before).saturating_sub(at);
        div_ceil(start, self.dilation)..div_ceil(end, self.dilation).min(self.kernel)
    }

    /// The positions at which `tap` meets the input.
    #[inline(always)]
    pub(super) fn positions(self, tap: usize) -> Range<usize> {
        let at = tap * self.dilation;
        let start = self.before.saturating_sub(at);
        let end = (self.input + self.before).saturating_sub(at);
        div_ceil(start, self.stride)..div_ceil(end, self.stride).min(self.output)
    }

    /// The positions at which all of `taps` meet the input.
    #[inline(always)]
    pub(super) fn interior(self, taps: Range<usize>) -> Range<usize> {
        let start = self.positions(taps.start).start.min(self.output);
        let end = self.positions(taps.end.saturating_sub(1)).end;
        start..end.max(start)
    }

    /// All taps of all positions meet the input.
    #[inline(always)]
    pub(super) fn is_unpadded(self) -> bool {
        self.interior(0..self.kernel) == (0..self.output)
    }

    /// The cell under `tap` at `position`, if there is one.
    #[inline(always)]
    pub(super) fn cell(self, position: usize, tap: usize) -> Option<usize> {
        let cell = (position * self.stride + tap * self.dilation).checked_sub(self.before)?;
        (cell < self.input).then_some(cell)
    }

    /// The position whose `tap` lies on `cell`, if there is one.
    #[inline(always)]
    pub(super) fn position(self, cell: usize, tap: usize) -> Option<usize> {
        let at = (cell + self.before).checked_sub(tap * self.dilation)?;
        // Most strides are 1, where a value's need no division.
        let position = match self.stride {
            1 => at,
            stride if at % stride == 0 => at / stride,
            _ => return None,
        };
        (position < self.output).then_some(position)
    }
}

/// `a / b`, rounded up; most divisors are 1, where a value's need no division.
#[inline(always)]
fn div_ceil(a: usize, b: usize) -> usize {
    if b == 1 { a } else { a.div_ceil(b.max(1)) }
}
