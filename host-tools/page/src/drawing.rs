//! From a drawing to a network's input, in the way in which MNIST's digits were made: a drawing that is prepared in
//! another way is a picture of a kind that the network has never seen.
//!
//! MNIST's digits were scaled, with their proportions, to fit a box of 20 x 20, and put into 28 x 28 so that their
//! centre of mass is the centre of the picture. So is the drawing here: each pixel is the mean of the ink that falls
//! on it.

use tinyconv::plan::Dims;

/// Rows and columns of a drawing: a byte of ink for each point, 0 for none.
pub const SIDE: usize = 280;

/// Ink from which on a point belongs to the drawing's bounds: the faint rim of a stroke does not.
const VISIBLE: u8 = 64;

/// Of a picture without its border, the share that the box of the digit takes: 20 of 28.
const BOX: f32 = 20.0 / 28.0;

/// Makes the input of shape `input` from `ink`, all channels alike; its outermost `border` rows and columns are left
/// out when the drawing is scaled. `false` if nothing is drawn: the input is blank then.
///
/// ```
/// use tinyconv::plan::Dims;
/// use tinyconv_page::drawing::{SIDE, prepare};
///
/// let mut ink = [0; SIDE * SIDE];
/// for row in 40..140 {
///     ink[row * SIDE + 10..row * SIDE + 30].fill(255); // a bar, 100 high and 20 wide
/// }
/// let mut pixels = [0; 28 * 28];
/// assert!(prepare(&ink, Dims::Map([1, 28, 28]), 0, &mut pixels));
/// // 20 high and 4 wide, in the middle.
/// let expected = |row, column| (4..24).contains(&row) && (12..16).contains(&column);
/// for (index, pixel) in pixels.into_iter().enumerate() {
///     assert_eq!(pixel, if expected(index / 28, index % 28) { 255 } else { 0 });
/// }
/// ```
///
/// # Panics
/// If `ink` has not `SIDE * SIDE` points, or `pixels` fewer than the input.
pub fn prepare(ink: &[u8], input: Dims, border: usize, pixels: &mut [u8]) -> bool {
    let (rows, columns) = (input.height(), input.width());
    let (first, others) = pixels[..input.len()].split_at_mut(rows * columns);
    first.fill(0);
    let found = Frame::of(ink, rows.min(columns).saturating_sub(2 * border).max(1));
    if let Some(frame) = &found {
        for (row, line) in first.chunks_exact_mut(columns).enumerate() {
            let y = frame.span(row, rows, frame.centre[0]);
            for (column, pixel) in line.iter_mut().enumerate() {
                *pixel = mean(ink, y, frame.span(column, columns, frame.centre[1]));
            }
        }
    }
    for channel in others.chunks_exact_mut(rows * columns) {
        channel.copy_from_slice(first);
    }
    found.is_some()
}

/// Where the picture lies on the drawing.
struct Frame {
    /// The centre of mass.
    centre: [f32; 2],
    /// Points of the drawing on one side of a pixel.
    scale: f32,
}

impl Frame {
    fn of(ink: &[u8], side: usize) -> Option<Self> {
        assert_eq!(ink.len(), SIDE * SIDE, "a drawing has SIDE x SIDE points");
        let (mut low, mut high) = ([SIDE; 2], [0; 2]);
        // At most 280 * 280 * 255 * 279: no overflow.
        let (mut mass, mut moments) = (0u64, [0u64; 2]);
        for (index, &ink) in ink.iter().enumerate() {
            let at = [index / SIDE, index % SIDE];
            mass += u64::from(ink);
            for axis in 0..2 {
                moments[axis] += u64::from(ink) * at[axis] as u64;
                if ink >= VISIBLE {
                    low[axis] = low[axis].min(at[axis]);
                    high[axis] = high[axis].max(at[axis] + 1);
                }
            }
        }
        let longest = high[0].checked_sub(low[0])?.max(high[1].checked_sub(low[1])?);
        let centre = moments.map(|moment| moment as f32 / mass as f32 + 0.5);
        Some(Self { centre, scale: longest as f32 / (side as f32 * BOX) })
    }

    /// The points that pixel `index` of `count` covers, from and to, along one axis.
    fn span(&self, index: usize, count: usize, centre: f32) -> [f32; 2] {
        [0.0, 1.0].map(|end| centre + (index as f32 + end - count as f32 / 2.0) * self.scale)
    }
}

/// The mean ink of a rectangle; there is none outside of the drawing.
fn mean(ink: &[u8], rows: [f32; 2], columns: [f32; 2]) -> u8 {
    let mut sum = 0.0;
    for (row, height) in parts(rows) {
        for (column, width) in parts(columns) {
            sum += height * width * f32::from(ink[row * SIDE + column]);
        }
    }
    // Between 0 and 255, as a mean of bytes is; the conversion cuts off what rounding adds.
    (sum / ((rows[1] - rows[0]) * (columns[1] - columns[0])) + 0.5) as u8
}

/// The points between `from` and `to`, and how much of each lies there.
fn parts([from, to]: [f32; 2]) -> impl Iterator<Item = (usize, f32)> {
    // A negative number becomes zero.
    let first = from as usize;
    let end = (to.max(0.0) as usize + 1).min(SIDE);
    (first..end).filter_map(move |point| {
        let part = to.min(point as f32 + 1.0) - from.max(point as f32);
        (part > 0.0).then_some((point, part))
    })
}

#[cfg(test)]
mod tests {
    use std::vec;

    use super::*;

    /// A rectangle of ink.
    fn drawing(rows: core::ops::Range<usize>, columns: core::ops::Range<usize>) -> vec::Vec<u8> {
        let mut ink = vec![0; SIDE * SIDE];
        for row in rows {
            ink[row * SIDE..][columns.clone()].fill(255);
        }
        ink
    }

    #[test]
    fn a_blank_drawing_is_a_blank_input() {
        let mut pixels = vec![7; 3 * 5 * 4];
        let faint = vec![VISIBLE - 1; SIDE * SIDE];
        for ink in [drawing(0..0, 0..0), faint] {
            assert!(!prepare(&ink, Dims::Map([3, 5, 4]), 1, &mut pixels));
            assert_eq!(pixels, vec![0; 60]);
            pixels.fill(7);
        }
    }

    #[test]
    fn place_and_size_of_a_drawing_do_not_matter() {
        let dims = Dims::Map([1, 28, 28]);
        let (mut large, mut small) = (vec![0; 784], vec![0; 784]);
        prepare(&drawing(0..200, 20..60), dims, 0, &mut large);
        prepare(&drawing(180..280, 260..280), dims, 0, &mut small);
        assert_eq!(large, small);
    }

    #[test]
    fn a_border_stays_blank_and_channels_are_alike() {
        let mut pixels = vec![0; 2 * 32 * 32];
        prepare(&drawing(10..210, 10..210), Dims::Map([2, 32, 32]), 2, &mut pixels);
        let (first, second) = pixels.split_at(32 * 32);
        assert_eq!(first, second);
        for (index, &pixel) in first.iter().enumerate() {
            let inside = [index / 32, index % 32].iter().all(|at| (6..26).contains(at));
            assert_eq!(pixel, if inside { 255 } else { 0 }, "{index}");
        }
    }

    #[test]
    fn ink_at_the_edge_of_the_canvas_and_single_points_are_no_trouble() {
        let mut pixels = vec![0; 784];
        for at in [0, SIDE - 1] {
            assert!(prepare(
                &drawing(at..at + 1, at..at + 1),
                Dims::Map([1, 28, 28]),
                0,
                &mut pixels
            ));
            assert_eq!(pixels[14 * 28 + 14], 255);
        }
        assert!(prepare(&drawing(0..SIDE, 0..SIDE), Dims::Map([1, 1, 1]), 4, &mut pixels));
    }
}
