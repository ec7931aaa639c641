//! What is taken for what.

use maud::{Markup, html};

use super::Report;
use super::number::{count, share};
use super::picture::data_uri;

/// With more classes, the numbers in a table could not be read, and it would be long.
const TABLE: usize = 32;

/// Pairs of classes that are listed.
const PAIRS: usize = 10;

/// The confusion matrix as a heat map, and the most frequent confusions.
pub(super) fn section(report: &Report) -> Markup {
    let matrix = &report.evaluation.confusion;
    let pairs = pairs(matrix);
    html! {
        section #confusion {
            h2 { "Confusions" }
            p .note {
                "Rows: true class. Columns: predicted class. Colour: share of the row"
                @if matrix.len() <= TABLE {
                    "; for confusions, its cube root, so that rare ones show"
                }
                "."
            }
            div .beside {
                @if matrix.len() <= TABLE { (table(report)) } @else { (map(matrix)) }
                @if !pairs.is_empty() {
                    div {
                        h3 { "Most frequent" }
                        ol .pairs {
                            @for (label, predicted, number) in pairs {
                                li {
                                    b { (report.label(label)) } " taken for " b { (report.label(predicted)) }
                                    span .small { (count(number as usize)) }
                                }
                            }
                        }
                    }
                }
            }
        }
    }
}

fn table(report: &Report) -> Markup {
    let accuracies = report.evaluation.class_accuracies();
    html! {
        div .scroll {
            table .confusion {
                thead {
                    tr {
                        th scope="col" { span .hidden { "label" } }
                        @for class in 0..report.evaluation.confusion.len() {
                            th scope="col" { (report.label(class)) }
                        }
                        th scope="col" { "images" }
                        th scope="col" { "accuracy" }
                    }
                }
                tbody {
                    @for (label, row) in report.evaluation.confusion.iter().enumerate() {
                        @let images: u32 = row.iter().sum();
                        tr {
                            th scope="row" { (report.label(label)) }
                            @for (predicted, &number) in row.iter().enumerate() {
                                @let colour = strength(number, images, label == predicted);
                                @if number == 0 {
                                    td .none { "\u{b7}" }
                                } @else if label == predicted {
                                    td .right style={ "--s:" (colour) "%" } { (number) }
                                } @else {
                                    td .wrong style={ "--s:" (colour) "%" } { (number) }
                                }
                            }
                            td .sum { (count(images as usize)) }
                            td .sum {
                                @match accuracies[label] {
                                    Some(accuracy) => (share(accuracy)),
                                    None => "\u{2013}",
                                }
                            }
                        }
                    }
                }
            }
        }
    }
}

/// Of the colour, in percent.
fn strength(number: u32, images: u32, right: bool) -> u32 {
    let share = f64::from(number) / f64::from(images.max(1));
    ((if right { share } else { share.cbrt() }) * 100.0).round() as u32
}

/// A cell a pixel, for many classes.
fn map(matrix: &[Vec<u32>]) -> Markup {
    let size = matrix.len() as u32;
    let images: Vec<u32> = matrix.iter().map(|row| row.iter().sum()).collect();
    let picture = image::RgbImage::from_fn(size, size, |column, row| {
        let number = matrix[row as usize][column as usize];
        let share = strength(number, images[row as usize], false) as f32 / 100.0;
        let end = if row == column { [23.0, 128.0, 92.0] } else { [190.0, 40.0, 60.0] };
        let mixed = end.map(|channel: f32| 248.0 + (channel - 248.0) * share);
        image::Rgb(mixed.map(|channel| channel as u8))
    });
    html! {
        img .map src=(data_uri(&picture.into()))
            alt="confusion matrix, one pixel per pair of classes";
    }
}

/// The most frequent confusions: label, prediction, how many.
fn pairs(matrix: &[Vec<u32>]) -> Vec<(usize, usize, u32)> {
    let mut pairs: Vec<_> = matrix
        .iter()
        .enumerate()
        .flat_map(|(label, row)| {
            let cells = row.iter().enumerate();
            cells.map(move |(predicted, &number)| (label, predicted, number))
        })
        .filter(|&(label, predicted, number)| label != predicted && number > 0)
        .collect();
    // Stable: equals stay in the order of the matrix.
    pairs.sort_by_key(|&(_, _, number)| std::cmp::Reverse(number));
    pairs.truncate(PAIRS);
    pairs
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn frequent_confusions_come_first() {
        let matrix = [vec![5, 1, 0], vec![3, 9, 1], vec![0, 0, 0]];
        assert_eq!(pairs(&matrix), [(1, 0, 3), (0, 1, 1), (1, 2, 1)]);
    }

    #[test]
    fn few_confusions_of_many_images_are_seen() {
        assert_eq!(strength(1, 1000, false), 10);
        assert_eq!(strength(99, 100, true), 99);
        assert_eq!(strength(0, 0, true), 0);
    }
}
