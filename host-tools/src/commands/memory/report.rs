//! What `memory` prints, as JSON and as text.

use serde::Serialize;
use tinyconv_report::boards::{Board, Fit, Input, Room, Work};
use tinyconv_training::model::Memory;

use crate::commands::table::Table;
use crate::commands::text::{printable, trained_layers};

/// What of some networks fits in a budget.
#[derive(Serialize)]
pub struct MemoryReport<'a> {
    budget: usize,
    /// Whose RAM and flash the budget is.
    board: Option<&'static Board>,
    stack: usize,
    input: Input,
    /// The networks in their order, the most that can be done with each first.
    fits: Vec<Use<'a>>,
    /// What takes least, if nothing fits.
    smallest: Option<Use<'a>>,
}

/// One thing that can be done with a network.
#[derive(Clone, Serialize)]
struct Use<'a> {
    network: &'a str,
    /// `null` for an inference.
    training: Option<Way<'a>>,
    /// RAM with input and stack.
    bytes: usize,
    /// What is left of the budget; `null` if it does not fit.
    left: Option<usize>,
    /// On a board: flash with an estimate of the code, and what is left; below zero, what lacks.
    flash: Option<usize>,
    flash_left: Option<i64>,
}

impl Use<'_> {
    fn fits(&self) -> bool {
        self.left.is_some() && self.flash_left.is_none_or(|left| left >= 0)
    }
}

/// One way to train a part of a network.
#[derive(Clone, Serialize)]
struct Way<'a> {
    trains: &'a str,
    from: &'a str,
    mode: &'a str,
    optimizer: &'a str,
}

impl<'a> MemoryReport<'a> {
    /// Looks for what of `networks` fits in `budget` bytes, of which some are the stack's, and in the
    /// flash of `board`.
    pub fn new(
        budget: usize,
        board: Option<&'static Board>,
        room: Room,
        networks: &'a [(String, Memory)],
    ) -> Self {
        let Room { stack, input } = room;
        let all = networks.iter().flat_map(|(network, memory)| {
            let besides = input.ram(memory.input_values).saturating_add(stack);
            let new = move |training, part, bytes: usize| {
                let bytes = bytes.saturating_add(besides);
                let fit = board.map(|board| Fit::new(board, memory, part, room));
                Use {
                    network,
                    training,
                    bytes,
                    left: budget.checked_sub(bytes),
                    flash: fit.map(|fit| fit.flash),
                    flash_left: fit.map(|fit| fit.flash_left),
                }
            };
            let training = memory.training.iter().map(move |training| {
                let way = Way {
                    trains: &training.trains,
                    from: &training.from,
                    mode: training.mode,
                    optimizer: training.optimizer,
                };
                new(Some(way), Work::Training(training), training.total)
            });
            training.chain([new(None, Work::Inference, memory.inference.total)])
        });
        let fits: Vec<Use<'a>> = all.clone().filter(Use::fits).collect();
        let smallest = if fits.is_empty() { all.min_by_key(|other| other.bytes) } else { None };
        Self { budget, board, stack, input, fits, smallest }
    }

    /// Something fits.
    pub const fn has_room(&self) -> bool {
        !self.fits.is_empty()
    }

    /// The report for people.
    pub fn text(&self) -> String {
        let counted = format!("including {} bytes of stack and {}", self.stack, self.input.text());
        if let Some(smallest) = &self.smallest {
            let flash = match (self.board, smallest.flash) {
                (Some(board), Some(flash)) => {
                    format!(" and about {flash} of the {} bytes of flash", board.flash)
                }
                _ => String::new(),
            };
            return format!(
                "nothing fits in {} bytes of RAM{} ({counted}): the smallest use, {} of {}, takes \
                 {} bytes{flash}",
                self.budget,
                self.of_board(),
                if smallest.training.is_none() { "inference" } else { "training" },
                printable(smallest.network),
                smallest.bytes,
            );
        }
        let heading = ["network", "layers", "trains", "mode", "optimizer", "bytes", "left"];
        let mut heading = heading.map(String::from).to_vec();
        if self.board.is_some() {
            heading.extend(["flash", "left"].map(String::from));
        }
        let mut table = Table::new(5, heading);
        for Use { network, training, bytes, left, flash, flash_left } in &self.fits {
            let [layers, trains, mode, optimizer] = match training {
                None => ["inference".into(), String::new(), String::new(), String::new()],
                Some(Way { trains, from, mode, optimizer }) => [
                    trained_layers(trains, from),
                    (*trains).into(),
                    (*mode).into(),
                    (*optimizer).into(),
                ],
            };
            let left = left.map_or_else(String::new, |left| left.to_string());
            let network = printable(network);
            let mut row = vec![network, layers, trains, mode, optimizer, bytes.to_string(), left];
            row.extend(flash.map(|bytes| bytes.to_string()));
            row.extend(flash_left.map(|bytes| bytes.to_string()));
            table.row(row);
        }
        format!(
            "what fits in {} bytes of RAM{}, {counted}; for each network, the most demanding use \
             comes first\n\n{}",
            self.budget,
            self.of_board(),
            table.render()
        )
    }

    fn of_board(&self) -> String {
        self.board.map_or_else(String::new, |board| {
            format!(
                " and {} of flash on {} ({}, {}; the code size is an estimate)",
                board.flash, board.title, board.chip, board.core
            )
        })
    }
}
