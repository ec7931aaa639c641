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
    pub(super) const fn of(window: Window) -> [Self; 2] {
        let Window { input, output, kernel, stride, dilation, padding, .. } = window;
        let [_, rows, columns] = input;
        let [_, out_rows, out_columns] = output;
        let [[above, _], [left, _]] = padding;
        [
            Self {
                input: rows,
                output: out_rows,
                kernel: kernel[0],
                stride: at_least_one(stride[0]),
                dilation: at_least_one(dilation[0]),
                before: above,
            },
            Self {
                input: columns,
                output: out_columns,
                kernel: kernel[1],
                stride: at_least_one(stride[1]),
                dilation: at_least_one(dilation[1]),
                before: left,
            },
        ]
    }

    /// Kernel, stride and dilation.
    #[inline(always)]
    pub(super) const fn numbers(self) -> [usize; 3] {
        [self.kernel, self.stride, self.dilation]
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
    pub(super) const fn positions(self, tap: usize) -> Range<usize> {
        let at = tap * self.dilation;
        let start = self.before.saturating_sub(at);
        let end = (self.input + self.before).saturating_sub(at);
        div_ceil(start, self.stride)..min(div_ceil(end, self.stride), self.output)
    }

    /// The positions at which all of `taps` meet the input.
    #[inline(always)]
    pub(super) const fn interior(self, taps: Range<usize>) -> Range<usize> {
        let start = min(self.positions(taps.start).start, self.output);
        let end = self.positions(taps.end.saturating_sub(1)).end;
        start..if end > start { end } else { start }
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
const fn div_ceil(a: usize, b: usize) -> usize {
    if b == 1 { a } else { a.div_ceil(at_least_one(b)) }
}

/// So the compiler sees that no division panics.
#[inline(always)]
const fn at_least_one(number: usize) -> usize {
    if number == 0 { 1 } else { number }
}

#[inline(always)]
const fn min(a: usize, b: usize) -> usize {
    if a < b { a } else { b }
}

/// What a [`Window`]'s numbers come to, worked out once: where they are a value's, that takes divisions.
#[derive(Clone, Copy)]
pub(super) struct Layout {
    pub(super) groups: usize,
    /// Input channels of a group.
    pub(super) inputs: usize,
    /// Output channels of a group.
    pub(super) outputs: usize,
    pub(super) rows: Axis,
    pub(super) columns: Axis,
    /// The rows at which all taps meet the input.
    pub(super) interior_rows: [usize; 2],
    /// The columns.
    pub(super) interior: [usize; 2],
    /// All rows of taps meet the input everywhere.
    pub(super) has_whole_rows: bool,
    /// All columns of taps.
    pub(super) has_whole_columns: bool,
    /// A value's, in lanes: a tile looks when it runs at what the compiler of a type finds out.
    pub(super) is_value: bool,
}

impl Layout {
    #[inline(always)]
    pub(super) const fn of(window: Window) -> Self {
        let Window { input: [inputs, ..], output: [outputs, ..], groups, .. } = window;
        // Mostly 1, where a value's need no division.
        let (groups, inputs, outputs) = match groups {
            1 => (1, inputs, outputs),
            groups => (groups, inputs / at_least_one(groups), outputs / at_least_one(groups)),
        };
        let [rows, columns] = Axis::of(window);
        let whole_rows = rows.interior(0..rows.kernel);
        let whole_columns = columns.interior(0..columns.kernel);
        Self {
            groups,
            inputs,
            outputs,
            rows,
            columns,
            interior_rows: [whole_rows.start, whole_rows.end],
            interior: [whole_columns.start, whole_columns.end],
            has_whole_rows: whole_rows.start == 0 && whole_rows.end == rows.output,
            has_whole_columns: whole_columns.start == 0 && whole_columns.end == columns.output,
            is_value: false,
        }
    }

    /// The same, of which the caller knows these numbers of the columns.
    #[inline(always)]
    pub(super) const fn with_columns(self, kernel: usize, stride: usize) -> Self {
        Self { columns: Axis { kernel, stride, dilation: 1, ..self.columns }, ..self }
    }

    /// The same of taps that see one cell each: a single row, as long as the map.
    #[inline(always)]
    pub(super) const fn with_single_row(self) -> Self {
        let length = self.rows.output * self.columns.output;
        let axis = Axis { input: 1, output: 1, kernel: 1, stride: 1, dilation: 1, before: 0 };
        Self {
            rows: axis,
            columns: Axis { input: length, output: length, ..axis },
            interior_rows: [0, 1],
            interior: [0, length],
            has_whole_rows: true,
            has_whole_columns: true,
            ..self
        }
    }

    /// Elements of the input, of the weights, of the output.
    #[inline(always)]
    pub(super) fn lengths(self) -> [usize; 3] {
        let Self { groups, inputs, outputs, rows, columns, .. } = self;
        [
            groups * inputs * rows.input * columns.input,
            groups * outputs * inputs * rows.kernel * columns.kernel,
            groups * outputs * rows.output * columns.output,
        ]
    }

    /// All taps of the position meet the input.
    #[inline(always)]
    pub(super) fn is_interior(self, h: usize, w: usize) -> bool {
        let within = |[start, end]: [usize; 2], at| start <= at && at < end;
        (self.has_whole_rows || within(self.interior_rows, h))
            && (self.has_whole_columns || within(self.interior, w))
    }
}
