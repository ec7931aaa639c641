//! What convolutions look for: their weights as pictures.

use image::{Rgb, RgbImage};
use maud::{Markup, html};
use tinyconv::plan::{Dims, LayerSpec, Role, Walk};

use super::Report;
use super::number::count;
use super::picture::data_uri;
use tinyconv_training::network_source::kind_name;

/// Pixels of all pictures together, so that the page stays small; what does not fit is named.
const PIXELS: usize = 120_000;

/// Weight of no effect, and the two ends of the colours.
const ZERO: [f32; 3] = [247.0, 247.0, 247.0];
const NEGATIVE: [f32; 3] = [178.0, 68.0, 24.0];
const POSITIVE: [f32; 3] = [20.0, 92.0, 168.0];

/// Between two filters.
const LINE: Rgb<u8> = Rgb([128, 134, 142]);

/// The kernels of one convolution.
struct Kernels<'a> {
    title: String,
    /// Those that are added up for an output channel.
    inputs: usize,
    outputs: usize,
    rows: usize,
    columns: usize,
    /// Output after output, input after input, row by row.
    weights: &'a [f32],
}

/// The kernels of each convolution of the network.
pub(super) fn section(report: &Report) -> Markup {
    let convolutions =
        convolutions(report.network.input, &report.network.layers(), &report.parameters);
    let mut left = PIXELS;
    let shown: Vec<(usize, usize)> = convolutions
        .iter()
        .map(|kernels| {
            let shown = kernels.shown(left);
            let (width, height) = kernels.size(shown);
            left -= width * height;
            shown
        })
        .collect();
    html! {
        @if !convolutions.is_empty() {
            section #filters {
                h2 { "Filters" }
                p .note {
                    "The weights of each convolution: one column per output channel, "
                    "one row per channel it reads; "
                    span .keys { span .key .positive {} " positive" } ", "
                    span .keys { span .key .negative {} " negative" } "; pale is near zero, "
                    "full colour is the largest weight of the layer."
                }
                @for (kernels, &shown) in convolutions.iter().zip(&shown) {
                    @let size = kernels.size(shown);
                    h3 { (kernels.title) }
                    p .small {
                        (count(kernels.outputs)) " \u{d7} " (count(kernels.inputs)) " kernels of "
                        (kernels.rows) " \u{d7} " (kernels.columns)
                        ", the largest weight \u{b1}" (format!("{:.3}", kernels.largest()))
                        @if shown < (kernels.outputs, kernels.inputs) {
                            @if shown.0 == 0 || shown.1 == 0 { "; too many to show" }
                            @else { "; the first " (shown.0) " \u{d7} " (shown.1) " are shown" }
                        }
                    }
                    @if shown.0 > 0 && shown.1 > 0 {
                        @let scale = scale(size.0);
                        div .scroll {
                            img .filters src=(data_uri(&kernels.picture(shown).into()))
                                width=(size.0 * scale) height=(size.1 * scale)
                                alt={ "weights of " (kernels.title) };
                        }
                    }
                }
            }
        }
    }
}

/// Small kernels are enlarged, many of them less.
fn scale(width: usize) -> usize {
    (880 / width.max(1)).clamp(2, 12)
}

fn convolutions<'a>(
    input: Dims,
    layers: &[LayerSpec<'_>],
    parameters: &'a [f32],
) -> Vec<Kernels<'a>> {
    let fitting = Walk::new(input, layers).take_while(|layer| layer.misfit.is_none());
    let kernels = fitting.filter_map(|layer| {
        // Weights come first in a layer's parameters.
        let weight = layer.facts.tensors.as_slice().first()?;
        let (Role::Weight, &[outputs, inputs, rows, columns]) = (weight.role, weight.shape())
        else {
            return None;
        };
        let weights = parameters.get(layer.params())?.get(..weight.len())?;
        let kind = kind_name(&layer);
        let title = match layer.spec.name {
            "" => format!("layer {} ({kind})", layer.index + 1),
            name => format!("{name} ({kind})"),
        };
        Some(Kernels { title, inputs, outputs, rows, columns, weights })
    });
    kernels.collect()
}

/// There is a convolution.
pub(super) fn any(report: &Report) -> bool {
    !convolutions(report.network.input, &report.network.layers(), &report.parameters).is_empty()
}

impl Kernels<'_> {
    /// How many columns and rows of kernels there are in at most `left` pixels, fewer rows first.
    fn shown(&self, left: usize) -> (usize, usize) {
        let fits = |shown: (usize, usize)| {
            let (width, height) = self.size(shown);
            width.saturating_mul(height) <= left
        };
        let most =
            |limit: usize, fits: &dyn Fn(usize) -> bool| (0..=limit).rev().find(|&n| fits(n));
        // As square as the kernels allow: long rows are cut where they are longer than wide ones.
        let side = most(self.outputs.max(self.inputs), &|side| {
            fits((self.outputs.min(side), self.inputs.min(side)))
        });
        let side = side.unwrap_or(0);
        (self.outputs.min(side), self.inputs.min(side))
    }

    /// Pixels of so many kernels with lines around them.
    fn size(&self, (outputs, inputs): (usize, usize)) -> (usize, usize) {
        if outputs == 0 || inputs == 0 {
            return (0, 0);
        }
        (outputs * (self.columns + 1) + 1, inputs * (self.rows + 1) + 1)
    }

    /// The largest magnitude that is a number.
    fn largest(&self) -> f32 {
        self.weights.iter().map(|weight| weight.abs()).filter(|w| w.is_finite()).fold(0.0, f32::max)
    }

    fn picture(&self, (outputs, inputs): (usize, usize)) -> RgbImage {
        let (width, height) = self.size((outputs, inputs));
        let mut picture = RgbImage::from_pixel(width as u32, height as u32, LINE);
        let largest = self.largest().max(f32::MIN_POSITIVE);
        for output in 0..outputs {
            for input in 0..inputs {
                let kernel = (output * self.inputs + input) * self.rows * self.columns;
                for row in 0..self.rows {
                    for column in 0..self.columns {
                        let weight = self.weights[kernel + row * self.columns + column] / largest;
                        let x = output * (self.columns + 1) + 1 + column;
                        let y = input * (self.rows + 1) + 1 + row;
                        picture.put_pixel(x as u32, y as u32, colour(weight));
                    }
                }
            }
        }
        picture
    }
}

/// That of a share of the largest weight; black where it is no number.
fn colour(share: f32) -> Rgb<u8> {
    if share.is_nan() {
        return Rgb([0; 3]);
    }
    let end = if share < 0.0 { NEGATIVE } else { POSITIVE };
    let share = share.abs().min(1.0);
    let mix = |index: usize| (ZERO[index] + (end[index] - ZERO[index]) * share).round() as u8;
    Rgb([0, 1, 2].map(mix))
}

#[cfg(test)]
mod tests {
    use tinyconv::Network;

    use super::*;

    tinyconv::network! {
        Net: 2 x 5 x 5 {
            Conv2d { out: 3, kernel: (2, 1) }, BatchNorm, // 3 * (2 * 2 + 1), then 12
            depth: DepthwiseConv2d { kernel: 2 }, // 3 * 5
            Dense { out: 2 },
        }
    }

    #[test]
    fn kernels_are_found_and_coloured() {
        let parameters: Vec<f32> = (0..Net::PARAMS).map(|index| index as f32 - 4.0).collect();
        let found = convolutions(Net::INPUT, Net::LAYERS, &parameters);
        let [conv, depth] = &found[..] else { panic!() };
        assert_eq!(
            (conv.title.as_str(), depth.title.as_str()),
            ("layer 1 (Conv2d)", "depth (DepthwiseConv2d)")
        );
        assert_eq!((conv.outputs, conv.inputs, conv.rows, conv.columns), (3, 2, 2, 1));
        assert_eq!(conv.weights, &parameters[..12]);
        assert_eq!((depth.outputs, depth.inputs), (3, 1));
        assert_eq!(depth.weights, &parameters[27..39]);

        let picture = conv.picture((3, 2));
        assert_eq!(picture.dimensions(), (7, 7));
        // Weights -4, 0 and 7 of -4 to 7: lines around each kernel.
        assert_eq!(*picture.get_pixel(0, 0), LINE);
        assert_eq!(*picture.get_pixel(1, 1), colour(-4.0 / 7.0));
        assert_eq!(*picture.get_pixel(3, 1), Rgb([247; 3]));
        assert_eq!(*picture.get_pixel(5, 5), Rgb([20, 92, 168]));
        assert_eq!(colour(f32::NAN), Rgb([0; 3]));
    }

    #[test]
    fn huge_layers_are_cut() {
        let weights = vec![0.0; 300 * 300 * 9];
        let kernels = Kernels {
            title: "a".into(),
            inputs: 300,
            outputs: 300,
            rows: 3,
            columns: 3,
            weights: &weights,
        };
        let shown = kernels.shown(PIXELS);
        assert_eq!(shown, (86, 86));
        assert_eq!(kernels.shown(10), (0, 0));
        let (width, height) = kernels.size(shown);
        assert!(width * height <= PIXELS);
    }
}
