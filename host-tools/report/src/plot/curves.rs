//! How numbers changed over epochs or batches.

use std::ops::Range;

use plotters::prelude::*;

use super::{FONT, PlotError, svg};

/// Colours that people of every colour vision tell apart: those of M. Okabe and K. Ito, Color Universal
/// Design (2008), blue and vermilion first.
const COLOURS: [RGBColor; 6] = [
    RGBColor(0, 114, 178),
    RGBColor(213, 94, 0),
    RGBColor(0, 158, 115),
    RGBColor(204, 121, 167),
    RGBColor(230, 159, 0),
    RGBColor(86, 180, 233),
];

/// The points of one curve, from left to right.
///
/// ```
/// use tinyconv_report::plot::{Curves, Series};
///
/// // Without a second point, there is a gap.
/// let points = [(1.0, 0.9), (2.0, f64::NAN), (3.0, 0.2), (4.0, 0.1)];
/// let series = [Series { name: "loss", points: &points }];
/// assert!(Curves { title: "", x: "epoch", y: "loss", series: &series }.svg().is_ok());
/// ```
#[derive(Clone, Copy, Debug)]
pub struct Series<'a> {
    /// Its name in the legend.
    pub name: &'a str,
    /// `(x, y)`. The curve is interrupted at points that are not finite.
    pub points: &'a [(f64, f64)],
}

/// Several curves with common axes.
///
/// ```
/// use tinyconv_report::plot::{Curves, Series};
///
/// let training = Series { name: "training", points: &[(1.0, 0.9), (2.0, 0.4), (3.0, 0.2)] };
/// let validation = Series { name: "validation", points: &[(1.0, 0.8), (2.0, 0.5), (3.0, 0.4)] };
/// let series = &[training, validation];
/// let svg = Curves { title: "Loss", x: "epoch", y: "loss", series }.svg()?;
/// assert!(svg.starts_with("<svg") && svg.contains("validation"));
/// # Ok::<(), tinyconv_report::plot::PlotError>(())
/// ```
#[derive(Clone, Copy, Debug)]
pub struct Curves<'a> {
    /// The title.
    pub title: &'a str,
    /// What `x` is.
    pub x: &'a str,
    /// What `y` is.
    pub y: &'a str,
    /// The curves, in the order of the legend.
    pub series: &'a [Series<'a>],
}

impl Curves<'_> {
    /// The curves as an SVG file. A point without neighbours is a dot.
    ///
    /// # Errors
    /// If there is no series, no point that has a place, or an axis would be longer than the largest
    /// number.
    ///
    /// ```
    /// use tinyconv_report::plot::{Curves, PlotError};
    ///
    /// let nothing = Curves { title: "", x: "epoch", y: "loss", series: &[] };
    /// assert!(matches!(nothing.svg(), Err(PlotError::Empty(_))));
    /// ```
    pub fn svg(&self) -> Result<String, PlotError> {
        self.svg_of_size((800, 500))
    }

    /// The same, so many pixels wide and high.
    ///
    /// # Errors
    /// As [`svg`](Self::svg).
    ///
    /// ```
    /// use tinyconv_report::plot::{Curves, Series};
    ///
    /// let series = &[Series { name: "training", points: &[(1.0, 0.9), (2.0, 0.4)] }];
    /// let svg = Curves { title: "Loss", x: "epoch", y: "loss", series }.svg_of_size((400, 250))?;
    /// assert!(svg.starts_with(r#"<svg width="400" height="250""#));
    /// # Ok::<(), tinyconv_report::plot::PlotError>(())
    /// ```
    pub fn svg_of_size(&self, size: (u32, u32)) -> Result<String, PlotError> {
        if self.series.is_empty() {
            return Err(PlotError::Empty("series"));
        }
        let points = || self.series.iter().flat_map(|series| series.points).filter(has_place);
        let xs = range(points().map(|point| point.0))?;
        let ys = range(points().map(|point| point.1))?;
        svg(size, |sheet| {
            let mut chart = ChartBuilder::on(sheet)
                .caption(self.title, (FONT, 22))
                .margin(12)
                .x_label_area_size(45)
                .y_label_area_size(65)
                .build_cartesian_2d(xs, ys)?;
            chart.configure_mesh().max_light_lines(1).x_desc(self.x).y_desc(self.y).draw()?;
            for (index, series) in self.series.iter().enumerate() {
                let color = COLOURS[index % COLOURS.len()];
                let mut legend = Some(series.name);
                for part in series.points.split(|point| !has_place(&point)) {
                    let drawn = match *part {
                        [] => continue,
                        [point] => chart.draw_series([Circle::new(point, 3, color.filled())])?,
                        _ => chart.draw_series(LineSeries::new(
                            part.iter().copied(),
                            color.stroke_width(2),
                        ))?,
                    };
                    if let Some(name) = legend.take() {
                        drawn.label(name).legend(move |(x, y)| {
                            PathElement::new([(x, y), (x + 18, y)], color.stroke_width(2))
                        });
                    }
                }
                // A curve without any point is missed, if it is not at least in the legend.
                if let Some(name) = legend {
                    chart
                        .draw_series(LineSeries::new([], color))?
                        .label(format!("{name} (no finite value)"));
                }
            }
            chart
                .configure_series_labels()
                .background_style(WHITE.mix(0.8))
                .border_style(BLACK.mix(0.3))
                .label_font((FONT, 14))
                .draw()?;
            Ok(())
        })
    }
}

fn has_place(point: &&(f64, f64)) -> bool {
    point.0.is_finite() && point.1.is_finite()
}

/// From the least to the largest value, or around them if they are one.
fn range(values: impl Iterator<Item = f64> + Clone) -> Result<Range<f64>, PlotError> {
    let least = values.clone().reduce(f64::min).ok_or(PlotError::NothingFinite)?;
    let most = values.reduce(f64::max).ok_or(PlotError::NothingFinite)?;
    let margin = if least < most { 0.0 } else { (least.abs() * 0.1).max(0.5) };
    let range = least - margin..most + margin;
    // Else no marks could be set along the axis.
    if (range.end - range.start).is_finite() {
        Ok(range)
    } else {
        Err(PlotError::TooLarge(format!("values from {least:e} to {most:e}")))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn plot(series: &[Series<'_>]) -> Result<String, PlotError> {
        Curves { title: "Loss", x: "epoch", y: "mean loss", series }.svg()
    }

    /// The numbers of points of the curves' lines, which are the thick ones outside of the legend.
    fn lines(svg: &str) -> Vec<usize> {
        let thick = svg
            .lines()
            .filter(|line| line.starts_with("<polyline") && line.contains("stroke-width=\"2\""));
        let points = thick.map(|line| line.split("points=\"").nth(1).unwrap());
        points.map(|points| points.split('"').next().unwrap().split_whitespace().count()).collect()
    }

    #[test]
    fn names_and_points_are_in_the_file() {
        let [a, b] = [&[(1.0, 2.0), (2.0, 1.0), (3.0, 0.5)][..], &[(1.0, 3.0), (3.0, 1.0)]];
        let series =
            [Series { name: "training <1>", points: a }, Series { name: "validation", points: b }];
        let svg = plot(&series).unwrap();
        for text in ["Loss", "epoch", "mean loss", "training &lt;1&gt;", "validation"] {
            assert!(svg.contains(text), "no {text:?} in {svg}");
        }
        // Not red against green.
        let colours = ["#0072B2", "#D55E00"].map(|colour| svg.matches(colour).count());
        assert_eq!(colours, [2, 2], "{svg}");
        // Two curves and their lines in the legend.
        assert_eq!(lines(&svg), [3, 2, 2, 2]);
        assert_eq!(svg, plot(&series).unwrap());
    }

    #[test]
    fn curves_are_interrupted_where_there_is_no_number() {
        let points: Vec<_> = [1.0, 2.0, f64::NAN, 3.0, f64::INFINITY, 2.0, 1.0, 4.0]
            .iter()
            .enumerate()
            .map(|(x, &y)| (x as f64, y))
            .collect();
        let svg = plot(&[Series { name: "loss", points: &points }]).unwrap();
        // Two points, a dot, three points, and the legend.
        assert_eq!(lines(&svg), [2, 3, 2]);
        assert_eq!(svg.matches("<circle").count(), 1);
        assert_eq!(svg.matches("loss").count(), 2, "the label of the axis and one of the legend");
        for word in ["NaN", "inf"] {
            assert!(!svg.contains(word));
        }
    }

    #[test]
    fn a_curve_without_numbers_is_named() {
        let (a, b) = ([(0.0, f64::NAN)], [(0.0, 1.0), (1.0, 1.0)]);
        let series = [Series { name: "diverged", points: &a }, Series { name: "flat", points: &b }];
        let svg = plot(&series).unwrap();
        assert!(svg.contains("diverged (no finite value)") && svg.contains("flat"));
        assert_eq!(lines(&svg), [2, 2]);
    }

    #[test]
    fn nothing_to_draw() {
        assert!(matches!(plot(&[]), Err(PlotError::Empty("series"))));
        let nothing = [&[][..], &[(f64::NAN, 1.0)], &[(1.0, f64::INFINITY)]];
        for points in nothing {
            let refused = plot(&[Series { name: "a", points }]);
            assert!(matches!(refused, Err(PlotError::NothingFinite)));
        }
        for points in [[(0.0, -1e308), (1.0, 1e308)], [(0.0, f64::MAX); 2]] {
            let refused = plot(&[Series { name: "a", points: &points }]);
            assert!(matches!(refused, Err(PlotError::TooLarge(_))));
        }
    }
}
