//! The window of a convolution or of a pool.

/// Rows and columns that one output sees, and how it moves. A signal has one row.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Window {
    /// Its rows and columns.
    pub(crate) size: [usize; 2],
    /// Steps down and to the right.
    pub(crate) stride: [usize; 2],
    /// Steps from one of its own rows, and columns, to the next: 1, but in convolutions.
    pub(crate) dilation: [usize; 2],
    /// `[[above, below], [left, right]]`: what stands around the map.
    pub(crate) padding: [[usize; 2]; 2],
    /// The file says SAME, and not how much.
    pub(crate) says_same: bool,
}

impl Window {
    /// Output rows and columns of a map of `input` rows and columns; none if the window is larger than the padded map
    /// or a number is no sensible one.
    pub(crate) fn outputs(&self, input: [usize; 2]) -> Option<[usize; 2]> {
        let side = |axis: usize| {
            let steps = self.size[axis].checked_sub(1)?;
            let reach = steps.checked_mul(self.dilation[axis])?.checked_add(1)?;
            let [before, after] = self.padding[axis];
            let padded = input[axis].checked_add(before)?.checked_add(after)?;
            Some(padded.checked_sub(reach)?.checked_div(self.stride[axis])? + 1)
        };
        Some([side(0)?, side(1)?])
    }

    /// Padding with which there are `input / stride` outputs, rounded up: what TensorFlow calls SAME. Of an odd number
    /// of zeros, the one more goes after the map.
    pub(crate) fn same(
        size: [usize; 2],
        stride: [usize; 2],
        dilation: [usize; 2],
        input: [usize; 2],
    ) -> [[usize; 2]; 2] {
        std::array::from_fn(|axis| {
            let stride = stride[axis].max(1);
            let last = (input[axis].div_ceil(stride).saturating_sub(1)).saturating_mul(stride);
            let reach =
                size[axis].saturating_sub(1).saturating_mul(dilation[axis]).saturating_add(1);
            let zeros = last.saturating_add(reach).saturating_sub(input[axis]);
            [zeros / 2, zeros - zeros / 2]
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn same_keeps_the_size_and_puts_the_odd_zero_last() {
        for (size, stride, input, zeros) in [
            (3, 1, 8, [1, 1]),
            (3, 2, 8, [0, 1]),
            (3, 2, 7, [1, 1]),
            (10, 2, 49, [4, 5]),
            (1, 2, 9, [0, 0]),
        ] {
            let padding = Window::same([size; 2], [stride; 2], [1; 2], [input; 2]);
            assert_eq!(padding, [zeros; 2]);
            let window = Window {
                size: [size; 2],
                stride: [stride; 2],
                dilation: [1; 2],
                padding,
                says_same: true,
            };
            assert_eq!(window.outputs([input; 2]), Some([input.div_ceil(stride); 2]));
        }
    }

    #[test]
    fn a_window_larger_than_its_map_has_no_outputs() {
        let window = Window {
            size: [3, 3],
            stride: [1, 1],
            dilation: [2, 1],
            padding: [[0; 2]; 2],
            says_same: false,
        };
        assert_eq!(window.outputs([5, 3]), Some([1, 1]));
        assert_eq!(window.outputs([4, 3]), None);
        assert_eq!(Window { stride: [0, 1], ..window }.outputs([5, 3]), None);
    }
}
