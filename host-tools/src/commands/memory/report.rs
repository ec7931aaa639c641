//! What `memory` prints, as JSON and as text.

use crate::model::Memory;
use serde::Serialize;

use super::Input;
use crate::commands::table::Table;
use crate::commands::text::{printable, trained_layers};

/// What of some networks fits in a budget.
#[derive(Serialize)]
pub struct Report<'a> {
    budget: usize,
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
}

/// One way to train a part of a network.
#[derive(Clone, Serialize)]
struct Way<'a> {
    trains: &'a str,
    from: &'a str,
    mode: &'a str,
    optimizer: &'a str,
}

impl<'a> Report<'a> {
    /// Looks for what of `networks` fits in `budget` bytes, of which `stack` are for the stack.
    pub fn new(
        budget: usize,
        stack: usize,
        input: Input,
        networks: &'a [(String, Memory)],
    ) -> Self {
        let all = networks.iter().flat_map(|(network, memory)| {
            let besides = input.ram(memory.input_values).saturating_add(stack);
            let new = move |training, bytes: usize| {
                let bytes = bytes.saturating_add(besides);
                Use { network, training, bytes, left: budget.checked_sub(bytes) }
            };
            let training = memory.training.iter().map(move |training| {
                let way = Way {
                    trains: &training.trains,
                    from: &training.from,
                    mode: training.mode,
                    optimizer: training.optimizer,
                };
                new(Some(way), training.total)
            });
            training.chain([new(None, memory.inference.total)])
        });
        let fits: Vec<Use<'a>> = all.clone().filter(|fits| fits.left.is_some()).collect();
        let smallest = if fits.is_empty() { all.min_by_key(|other| other.bytes) } else { None };
        Self { budget, stack, input, fits, smallest }
    }

    /// The report for people.
    pub fn text(&self) -> String {
        let counted = format!("{} bytes of stack and {} counted", self.stack, self.input.text());
        if let Some(smallest) = &self.smallest {
            return format!(
                "nothing fits in {} bytes of RAM ({counted}): {} of {} takes {}, the least of all",
                self.budget,
                if smallest.training.is_none() { "inference" } else { "training" },
                printable(smallest.network),
                smallest.bytes,
            );
        }
        let heading = ["network", "layers", "trains", "mode", "optimizer", "bytes", "left"];
        let mut table = Table::new(5, heading.map(String::from).to_vec());
        for Use { network, training, bytes, left } in &self.fits {
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
            table.row(vec![network, layers, trains, mode, optimizer, bytes.to_string(), left]);
        }
        format!(
            "what fits in {} bytes of RAM, {counted}; the most for each network first\n\n{}",
            self.budget,
            table.render()
        )
    }
}
