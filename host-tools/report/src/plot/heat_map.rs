//! A number for every pair of two settings.

use plotters::prelude::*;
use plotters::style::text_anchor::{HPos, Pos, VPos};

use super::{FONT, PlotError, svg};

/// More cells are not drawn: their numbers could not be read.
const CELL_LIMIT: usize = 10_000;

/// A table of numbers, each cell coloured by its value.
///
/// ```
/// use tinyconv_report::plot::HeatMap;
///
/// let (rows, columns) = (["1e-3".to_owned()], ["0".to_owned(), "1e-4".to_owned()]);
/// let map = HeatMap {
///     title: "Accuracy",
///     row_label: "learning rate",
///     column_label: "L2 penalty",
///     rows: &rows,
///     columns: &columns,
///     values: &[0.97, f64::NAN],
///     decimals: 3,
/// };
/// let svg = map.svg()?;
/// assert!(svg.contains("0.970") && svg.contains("NaN") && svg.contains("1e-4"));
/// # Ok::<(), tinyconv_report::plot::PlotError>(())
/// ```
#[derive(Clone, Copy, Debug)]
pub struct HeatMap<'a> {
    /// The title.
    pub title: &'a str,
    /// What the rows differ in.
    pub row_label: &'a str,
    /// What the columns differ in.
    pub column_label: &'a str,
    /// The text of each row, from top to bottom.
    pub rows: &'a [String],
    /// The text of each column, from left to right.
    pub columns: &'a [String],
    /// A value for each cell, row by row. Those that are not finite are written on grey, with a
    /// diagonal through the cell.
    pub values: &'a [f64],
    /// Digits after the point.
    pub decimals: usize,
}

const CELL: (i32, i32) = (72, 44);
const LEFT: i32 = 110;
const TOP: i32 = 50;
const BOTTOM: i32 = 60;
/// The scale of colours, and the numbers beside it.
const RIGHT: i32 = 110;
const SCALE_WIDTH: i32 = 18;

impl HeatMap<'_> {
    /// The table as an SVG file.
    ///
    /// # Errors
    /// If there is no cell, not one value per cell, or more than 10 000 cells.
    ///
    /// ```
    /// use tinyconv_report::plot::{HeatMap, PlotError};
    ///
    /// let names = ["a".to_owned(), "b".to_owned()];
    /// let (rows, columns) = (&names[..], &names[..]);
    /// let map = HeatMap {
    ///     title: "", row_label: "", column_label: "", rows, columns, values: &[1.0, 2.0, 3.0], decimals: 1,
    /// };
    /// assert!(matches!(map.svg(), Err(PlotError::Cells { rows: 2, columns: 2, values: 3 })));
    /// ```
    pub fn svg(&self) -> Result<String, PlotError> {
        let (rows, columns) = (self.rows.len(), self.columns.len());
        if rows == 0 || columns == 0 {
            return Err(PlotError::Empty("row and one column"));
        }
        let values = self.values.len();
        if rows.checked_mul(columns) != Some(values) {
            return Err(PlotError::Cells { rows, columns, values });
        }
        if values > CELL_LIMIT {
            return Err(PlotError::TooLarge(format!("{rows} x {columns} cells")));
        }
        let (width, height) = (columns as i32 * CELL.0, rows as i32 * CELL.1);
        let size = ((LEFT + width + RIGHT) as u32, (TOP + height + BOTTOM) as u32);
        svg(size, |sheet| {
            let style =
                |size: i32| TextStyle::from((FONT, size)).pos(Pos::new(HPos::Center, VPos::Center));
            let text = |text: &str, at: (i32, i32), style: &TextStyle<'_>| {
                sheet.draw(&Text::new(text.to_owned(), at, style.clone()))
            };
            let middle = (LEFT + width / 2, TOP + height / 2);
            text(self.title, (middle.0, TOP / 2), &style(20))?;
            text(self.column_label, (middle.0, TOP + height + 42), &style(15))?;
            let upwards = style(15).transform(FontTransform::Rotate270);
            text(self.row_label, (18, middle.1), &upwards)?;
            let to_the_left = style(13).pos(Pos::new(HPos::Right, VPos::Center));
            for (row, name) in (0..).zip(self.rows) {
                text(name, (LEFT - 8, TOP + row * CELL.1 + CELL.1 / 2), &to_the_left)?;
            }
            for (column, name) in (0..).zip(self.columns) {
                let at = (LEFT + column * CELL.0 + CELL.0 / 2, TOP + height + 16);
                text(name, at, &style(13))?;
            }
            let ends = self.ends();
            for (index, &value) in (0..).zip(self.values) {
                let (row, column) = (index / columns as i32, index % columns as i32);
                let corner = (LEFT + column * CELL.0, TOP + row * CELL.1);
                let opposite = (corner.0 + CELL.0, corner.1 + CELL.1);
                let share = share(value, ends);
                let color =
                    share.map_or(RGBColor(215, 215, 215), |share| ViridisRGB.get_color(share));
                sheet.draw(&Rectangle::new([corner, opposite], color.filled()))?;
                if share.is_none() {
                    sheet.draw(&PathElement::new([corner, opposite], WHITE))?;
                }
                // The colours are dark at the lower end of the scale.
                let letters = if share.is_some_and(|share| share < 0.6) { &WHITE } else { &BLACK };
                let at = (corner.0 + CELL.0 / 2, corner.1 + CELL.1 / 2);
                text(&self.number(value), at, &style(13).color(letters))?;
            }
            let Some((least, most)) = ends else { return Ok(()) };
            let left = LEFT + width + 20;
            for step in 0..height {
                let color = ViridisRGB.get_color(1.0 - f64::from(step) / f64::from(height));
                let line = [(left, TOP + step), (left + SCALE_WIDTH, TOP + step + 1)];
                sheet.draw(&Rectangle::new(line, color.filled()))?;
            }
            let beside = style(13).pos(Pos::new(HPos::Left, VPos::Center));
            let at = left + SCALE_WIDTH + 6;
            text(&self.number(most), (at, TOP + 6), &beside)?;
            text(&self.number(least), (at, TOP + height - 6), &beside)?;
            Ok(())
        })
    }

    fn number(&self, value: f64) -> String {
        format!("{value:.*}", self.decimals)
    }

    /// The least and the largest finite value.
    fn ends(&self) -> Option<(f64, f64)> {
        let finite = || self.values.iter().copied().filter(|value| value.is_finite());
        finite().reduce(f64::min).zip(finite().reduce(f64::max))
    }
}

/// Where `value` is between the ends, from 0 to 1, if it is a number.
fn share(value: f64, ends: Option<(f64, f64)>) -> Option<f64> {
    let (least, most) = ends.filter(|_| value.is_finite())?;
    // Halved, as the difference of the largest numbers is none.
    let width = most / 2.0 - least / 2.0;
    Some(if width > 0.0 { (value / 2.0 - least / 2.0) / width } else { 0.5 })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn plot(rows: usize, columns: usize, values: &[f64]) -> Result<String, PlotError> {
        let names = |prefix: &str, count: usize| -> Vec<String> {
            (0..count).map(|index| format!("{prefix}{index}")).collect()
        };
        let (rows, columns) = (names("rate ", rows), names("penalty ", columns));
        let map = HeatMap {
            title: "Accuracy & more",
            row_label: "learning rate",
            column_label: "L2",
            rows: &rows,
            columns: &columns,
            values,
            decimals: 2,
        };
        map.svg()
    }

    #[test]
    fn every_cell_has_its_number_and_colour() {
        let values = [0.0, 0.25, 0.5, 0.75, 1.0, 0.125];
        let svg = plot(2, 3, &values).unwrap();
        for text in ["Accuracy &amp; more", "learning rate", "L2", "rate 1", "penalty 2"] {
            assert!(svg.contains(text), "no {text:?} in {svg}");
        }
        for text in ["0.25", "0.50", "0.75", "0.12"] {
            assert_eq!(svg.matches(&format!("\n{text}\n")).count(), 1, "{text} in {svg}");
        }
        // Once in the cell, once at the scale.
        for text in ["0.00", "1.00"] {
            assert_eq!(svg.matches(&format!("\n{text}\n")).count(), 2, "{text} in {svg}");
        }
        // Six cells, all of another colour.
        let cells = |line: &&str| line.starts_with("<rect") && line.contains("width=\"72\"");
        let rectangles = svg.lines().filter(cells);
        let fills: std::collections::BTreeSet<_> =
            rectangles.clone().map(|line| line.split("fill=\"").nth(1).unwrap()).collect();
        assert_eq!((rectangles.count(), fills.len()), (6, 6));
        assert_eq!(svg, plot(2, 3, &values).unwrap());
    }

    #[test]
    fn cells_without_a_number_are_marked() {
        let grey = "fill=\"#D7D7D7\"";
        let svg = plot(2, 2, &[f64::NAN, 1.0, f64::INFINITY, 2.0]).unwrap();
        assert_eq!(svg.matches(grey).count(), 2);
        assert_eq!((svg.matches("\nNaN\n").count(), svg.matches("\ninf\n").count()), (1, 1));
        let none = plot(1, 2, &[f64::NAN; 2]).unwrap();
        assert_eq!((none.matches(grey).count(), none.matches("\nNaN\n").count()), (2, 2));
        let same = plot(1, 2, &[3.0; 2]).unwrap();
        assert!(!same.contains(grey));
    }

    #[test]
    fn shares_of_huge_numbers() {
        let ends = Some((f64::MIN, f64::MAX));
        assert_eq!(share(f64::MIN, ends), Some(0.0));
        assert_eq!(share(0.0, ends), Some(0.5));
        assert_eq!(share(f64::MAX, ends), Some(1.0));
        assert_eq!(share(f64::NAN, ends), None);
    }

    #[test]
    fn tables_without_cells_or_with_other_numbers_of_values() {
        assert!(matches!(plot(0, 2, &[]), Err(PlotError::Empty(_))));
        assert!(matches!(plot(2, 0, &[]), Err(PlotError::Empty(_))));
        assert!(matches!(
            plot(2, 2, &[1.0; 3]),
            Err(PlotError::Cells { rows: 2, columns: 2, values: 3 })
        ));
        assert!(matches!(plot(101, 100, &[0.0; 10_100]), Err(PlotError::TooLarge(_))));
    }
}
