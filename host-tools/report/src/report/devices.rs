//! What the network takes on a device, and which boards have that.

use maud::{Markup, html};

use super::Report;
use super::number::count;
use crate::boards::{BOARDS, Board, Fit, Time, Work, kib};
use tinyconv_training::model::{Memory, Training};

/// RAM and flash of each way to use the network, and the boards that it fits.
pub(super) fn section(report: &Report) -> Markup {
    let memory = &report.memory;
    let parts: Vec<&[Training]> = memory.training.chunks(Memory::WAYS).collect();
    html! {
        section #memory {
            h2 { "Memory on a device" }
            p .note {
                "Bytes of RAM for the network's blocks; " (count(report.room.stack)) " bytes of stack"
                " and " (report.room.input.text()) " (" (count(report.room.input.ram(memory.input_values))) " bytes) come on top. "
                "Parameters that are not trained stay in flash, " (count(memory.parameters)) " bytes in all."
            }
            (ways(memory, &parts))
        }
        section #boards {
            h2 { "Boards" }
            p .note {
                "Including stack and input: \u{2713} fits (training: one sample at a time with "
                code { "Descent" } "); \u{2713}\u{2713} also fits mini-batches with "
                code { "Sgd" } "; \u{2717} does not fit. "
                "The numbers are the RAM and flash left over; below zero, that much is missing. "
                "Flash is the parameters and an estimate of the code, from this project's measured "
                "example programs with a HAL and checkpoints; your own code comes on top. "
                (Time::SOURCE) "."
            }
            (boards(report, &parts))
        }
    }
}

/// Bytes of RAM: parts of the network from top to bottom, modes and optimizers from left to right.
fn ways(memory: &Memory, parts: &[&[Training]]) -> Markup {
    let first = parts.first().copied().unwrap_or(&[]);
    let of_mode = |mode: &str| first.iter().filter(|way| way.mode == mode).count();
    let mut modes: Vec<&str> = first.iter().map(|way| way.mode).collect();
    modes.dedup();
    html! {
        div .scroll {
            table .numbers {
                thead {
                    tr {
                        th scope="col" { "use" }
                        th scope="col" { "from layer" }
                        @for mode in &modes {
                            th scope="colgroup" colspan=(of_mode(mode)) { code { (mode) } }
                        }
                    }
                    @if !first.is_empty() {
                        tr {
                            td {} td {}
                            @for way in first { td .optimizers { (way.optimizer) } }
                        }
                    }
                }
                tbody {
                    tr {
                        td { "inference" }
                        td {}
                        td { (count(memory.inference.total)) }
                        @for _ in 1..first.len() { td {} }
                    }
                    @for ways in parts {
                        @if let Some(one) = ways.first() {
                            tr {
                                td { "train " code { (one.trains) } }
                                td { (one.from) }
                                @for way in *ways { td { (count(way.total)) } }
                            }
                        }
                    }
                }
            }
        }
    }
}

fn boards(report: &Report, parts: &[&[Training]]) -> Markup {
    let mut sources: Vec<&str> = BOARDS.iter().map(|board| board.source).collect();
    sources.dedup();
    html! {
        div .scroll {
            table .boards {
                thead {
                    tr {
                        th scope="col" { "board" }
                        th scope="col" { "RAM" }
                        th scope="col" { "flash" }
                        th scope="col" { "ms per inference" }
                        th scope="col" { "ms per training step" }
                        th scope="col" { "inference" }
                        // From the last layer to all.
                        @for ways in parts.iter().rev() {
                            @if let Some(one) = ways.first() { th scope="col" { "train " code { (one.trains) } } }
                        }
                    }
                }
                tbody {
                    @for board in &BOARDS {
                        tr {
                            th scope="row" {
                                (board.title)
                                span .small { (board.chip) ", " (board.core) }
                            }
                            td { (kib(board.ram as i64)) }
                            td { (kib(board.flash as i64)) }
                            (times(board, report))
                            (inference(board, report))
                            @for ways in parts.iter().rev() { (training(board, report, ways)) }
                        }
                    }
                }
            }
        }
        details {
            summary { "Sources of the boards\u{2019} figures" }
            ul .sources { @for source in sources { li { (source) } } }
        }
    }
}

fn times(board: &Board, report: &Report) -> Markup {
    let time = Time::of(board, &report.memory);
    let text = |of: fn(&Time) -> f64| time.as_ref().map_or("-".into(), |time| Time::text(of(time)));
    html! {
        td { (text(|time| time.inference)) }
        td { (text(|time| time.training)) }
    }
}

fn inference(board: &Board, report: &Report) -> Markup {
    let fit = Fit::new(board, &report.memory, Work::Inference, report.room);
    cell(fit, "\u{2713}")
}

/// The least that training takes, and whether there is room for more.
fn training(board: &Board, report: &Report, ways: &[Training]) -> Markup {
    let fit = |way| Fit::new(board, &report.memory, Work::Training(way), report.room);
    let least = Fit::least(board, &report.memory, ways, report.room);
    let batches =
        ways.iter().find(|way| way.mode != ways[0].mode && way.optimizer != ways[0].optimizer);
    let also = batches.is_some_and(|way| fit(way).fits());
    html! {
        @if let Some(fit) = least { (cell(fit, if also { "\u{2713}\u{2713}" } else { "\u{2713}" })) }
    }
}

/// Whether it fits, and what is left of both memories, or lacks.
fn cell(fit: Fit, mark: &str) -> Markup {
    let (class, mark) = if fit.fits() { ("fits", mark) } else { ("lacks", "\u{2717}") };
    let all = format!("takes {} bytes of RAM, about {} of flash", fit.ram, fit.flash);
    html! {
        td class=(class) title=(all) {
            span .mark { (mark) } " " (kib(fit.ram_left))
            span .small { "flash " (kib(fit.flash_left)) }
        }
    }
}
