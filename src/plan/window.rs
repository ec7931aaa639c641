//! Where the windows of a layer lie on its input.

use crate::{Dims, PaddingOption, ShapeError};

/// The geometry of a convolution or of a pooling layer.
///
/// Output row `h` sees the input's rows `h * stride + m * dilation - above`, `m` below the kernel's
/// rows; the columns likewise. Groups of output channels see as many groups of input channels: 1, or the
/// number of channels (depthwise), or any divisor of both numbers of channels.
///
/// ```
/// use tinyconv_plan::{Dims, LayerKind, PoolOptions};
///
/// let pool = LayerKind::MaxPool2d(PoolOptions { size: [2, 3], ..PoolOptions::NEW });
/// let window = pool.facts(Dims::Map([4, 8, 9]))?.window.expect("a pool has windows");
/// assert_eq!((window.output, window.stride), ([4, 4, 3], [2, 3]));
/// # Ok::<(), tinyconv_plan::ShapeError>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Window {
    /// Channels, rows and columns of the input.
    pub input: [usize; 3],
    /// Channels, rows and columns of the output.
    pub output: [usize; 3],
    /// Rows and columns of the kernel or window.
    pub kernel: [usize; 2],
    /// Rows and columns from one output position to the next.
    pub stride: [usize; 2],
    /// Rows and columns from one tap of the kernel to the next.
    pub dilation: [usize; 2],
    /// Groups of channels that do not see each other.
    pub groups: usize,
    /// Rows of zeros above and below, columns of zeros left and right of the input.
    pub padding: [[usize; 2]; 2],
}

impl Window {
    /// Windows without dilation and groups, with as much padding on opposite sides.
    ///
    /// ```
    /// use tinyconv_plan::Window;
    ///
    /// let same = Window::new([1, 8, 8], [4, 8, 8], [3, 5], [1, 1], [1, 2]);
    /// assert_eq!((same.padding, same.dilation, same.groups), ([[1, 1], [2, 2]], [1, 1], 1));
    /// ```
    #[must_use]
    pub const fn new(
        input: [usize; 3],
        output: [usize; 3],
        kernel: [usize; 2],
        stride: [usize; 2],
        [rows, columns]: [usize; 2],
    ) -> Self {
        let padding = [[rows, rows], [columns, columns]];
        Self { input, output, kernel, stride, dilation: [1, 1], groups: 1, padding }
    }

    /// The windows of a layer on `input`.
    pub(crate) const fn fitted(input: Dims, fit: Fit) -> Result<Self, ShapeError> {
        let Fit { channels, groups, kernel, stride, dilation, padding } = fit;
        let Dims::Map(map) = input else {
            return Err(ShapeError::NotAMap);
        };
        if channels == 0 || kernel[0] == 0 || kernel[1] == 0 {
            return Err(ShapeError::ZeroSize);
        }
        if stride[0] == 0 || stride[1] == 0 {
            return Err(ShapeError::ZeroStride);
        }
        if dilation[0] == 0 || dilation[1] == 0 {
            return Err(ShapeError::OptionOutOfRange {
                option: "dilation",
                must: "`dilation` must be 1 or more: 1 leaves no gaps in the kernel",
            });
        }
        let reach = [reach(kernel[0], dilation[0]), reach(kernel[1], dilation[1])];
        let padding = [
            padding.zeros(0, map[1], reach[0], stride[0]),
            padding.zeros(1, map[2], reach[1], stride[1]),
        ];
        let padded = [padded(map[1], padding[0]), padded(map[2], padding[1])];
        if reach[0] > padded[0] || reach[1] > padded[1] {
            return Err(ShapeError::LargerThanInput { window: reach, padded });
        }
        let output = [
            channels,
            (padded[0] - reach[0]) / stride[0] + 1,
            (padded[1] - reach[1]) / stride[1] + 1,
        ];
        Ok(Self { input: map, output, kernel, stride, dilation, groups, padding })
    }

    /// The windows lie side by side: each element is in one of them, or in none at the far end.
    ///
    /// ```
    /// use tinyconv_plan::{Dims, LayerKind, PoolOptions};
    ///
    /// let pool = |stride| LayerKind::MaxPool2d(PoolOptions { size: [2, 2], stride, ..PoolOptions::NEW });
    /// let window = |stride| pool(stride).facts(Dims::Map([1, 8, 8])).unwrap().window.unwrap();
    /// assert!(window(None).is_tiling());
    /// assert!(!window(Some([1, 1])).is_tiling()); // they overlap
    /// ```
    #[must_use]
    pub const fn is_tiling(&self) -> bool {
        self.kernel[0] == self.stride[0]
            && self.kernel[1] == self.stride[1]
            && self.dilation[0] == 1
            && self.dilation[1] == 1
            && is_zero(self.padding[0])
            && is_zero(self.padding[1])
    }

    /// Along an axis, the pairs of an output position and a tap that meet the input; where both are without
    /// measure (the sizes may be a file's), all pairs.
    pub(crate) const fn taps(&self, axis: usize) -> usize {
        const MOST: usize = 1 << 16;
        let end = self.padding[axis][0].saturating_add(self.input[axis + 1]);
        let outputs = (self.output[axis + 1], self.stride[axis]);
        let kernel = (self.kernel[axis], self.dilation[axis]);
        // Those positions and taps with `before <= position * stride + tap * dilation < end`, in which the two are
        // alike: the fewer ones are gone through.
        let (fewer, more) =
            if kernel.0 < outputs.0 { (kernel, outputs) } else { (outputs, kernel) };
        if fewer.0 > MOST {
            return fewer.0.saturating_mul(more.0);
        }
        let (mut taps, mut i) = (0usize, 0usize);
        while i < fewer.0 {
            let at = i.saturating_mul(fewer.1);
            let first = self.padding[axis][0].saturating_sub(at).div_ceil(more.1);
            let end = end.saturating_sub(at).div_ceil(more.1);
            let end = if end < more.0 { end } else { more.0 };
            taps = taps.saturating_add(end.saturating_sub(first));
            i += 1;
        }
        taps
    }

    /// Elements that windows visit in one input channel: taps on zeros are never visited.
    pub(crate) const fn visits(&self) -> usize {
        self.taps(0).saturating_mul(self.taps(1))
    }
}

/// What a layer says of its windows.
#[derive(Clone, Copy)]
pub(crate) struct Fit {
    /// Output channels.
    pub(crate) channels: usize,
    pub(crate) groups: usize,
    pub(crate) kernel: [usize; 2],
    pub(crate) stride: [usize; 2],
    pub(crate) dilation: [usize; 2],
    pub(crate) padding: PaddingOption,
}

/// From the first tap to the last one.
const fn reach(kernel: usize, dilation: usize) -> usize {
    (kernel - 1).saturating_mul(dilation).saturating_add(1)
}

const fn is_zero(zeros: [usize; 2]) -> bool {
    zeros[0] == 0 && zeros[1] == 0
}

const fn padded(input: usize, zeros: [usize; 2]) -> usize {
    input.saturating_add(zeros[0]).saturating_add(zeros[1])
}
