//! What each layer is and costs.

use maud::{Markup, html};

use super::Report;
use super::number::count;
use super::result::multiply_adds;
use tinyconv_training::model::Layer;
use tinyconv_training::network_source::lines;

/// The table of the layers.
pub(super) fn section(report: &Report) -> Markup {
    let layers = Layer::all(report.network.input, &report.network.layers());
    let folded = report.network.layers().iter().any(|layer| !layer.kind.is_deployed());
    let parameters = report.parameters.len();
    html! {
        section #layers {
            h2 { "Layers" }
            div .scroll {
                table .numbers {
                    thead {
                        tr {
                            th scope="col" { "layer" }
                            th scope="col" { "type" }
                            th scope="col" { "output" }
                            th scope="col" { "parameters" }
                            th scope="col" { "bytes" }
                            th scope="col" { "multiply-adds" }
                        }
                    }
                    tbody {
                        tr {
                            td {}
                            td { "input" }
                            td { (report.network.input) }
                            td { "\u{2013}" } td { "\u{2013}" } td { "\u{2013}" }
                        }
                        @for (index, depth, text) in lines(report.network.input, &report.network.layers()) {
                            @let layer = &layers[index];
                            tr {
                                td { b { (layer.name) } }
                                td { code style={ "padding-left:" (depth) "em" } { (text) } }
                                td { (layer.output) }
                                td { (dash(layer.parameters)) }
                                td { (dash(layer.parameters.saturating_mul(size_of::<f32>()))) }
                                td { (dash(layer.multiply_adds)) }
                            }
                        }
                    }
                    tfoot {
                        tr {
                            th scope="row" colspan="3" { "total" }
                            td { (count(parameters)) }
                            td { (count(parameters.saturating_mul(size_of::<f32>()))) }
                            td { (count(multiply_adds(&layers))) }
                        }
                    }
                }
            }
            @if folded {
                p .note {
                    "On a device, batch normalisation is folded into the layer before it or a scale, "
                    "and dropout is left out: "
                    (count(report.memory.parameters / size_of::<f32>())) " parameters, " (count(report.memory.parameters)) " bytes."
                }
            }
        }
    }
}

fn dash(number: usize) -> String {
    if number == 0 { "\u{2013}".into() } else { count(number) }
}
