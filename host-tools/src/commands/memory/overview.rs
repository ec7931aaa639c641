//! Which boards networks fit, as JSON and as text.

use serde::Serialize;
use tinyconv_report::boards::{BOARDS, Board, Fit, Room, Time, Work, kib};
use tinyconv_training::model::{Memory, Training};

use crate::commands::table::Table;
use crate::commands::text::printable;

/// What the boards have room for.
#[derive(Serialize)]
pub struct Overview<'a> {
    room: Room,
    networks: Vec<OfNetwork<'a>>,
}

/// One network on all boards.
#[derive(Serialize)]
struct OfNetwork<'a> {
    network: &'a str,
    parameters: usize,
    boards: Vec<OnBoard>,
}

/// One network on one board; of each part that is trained, what takes least.
#[derive(Serialize)]
struct OnBoard {
    board: &'static Board,
    inference: Fit,
    /// `null` where there is nothing to train.
    last_layer: Option<Fit>,
    all_layers: Option<Fit>,
    milliseconds: Option<Time>,
}

impl<'a> Overview<'a> {
    /// Compares `networks` with all boards.
    pub fn new(
        room: Room,
        networks: &'a [(String, Memory)],
        first: Option<&'static Board>,
    ) -> Self {
        let rest = move |board: &&Board| first.is_none_or(|first| first.name != board.name);
        let boards = || first.into_iter().chain(BOARDS.iter().filter(rest));
        let networks = networks.iter().map(|(network, memory)| OfNetwork {
            network,
            parameters: memory.parameters,
            boards: boards().map(|board| OnBoard::new(board, memory, room)).collect(),
        });
        Self { room, networks: networks.collect() }
    }

    /// The overview for people.
    pub fn text(&self) -> String {
        let tables = self.networks.iter().map(OfNetwork::text).collect::<Vec<_>>();
        format!(
            "RAM and flash left on each board (below zero: missing), with {} bytes of stack and \
             {}.\nTraining is one sample at a time with plain descent; --board NAME lists every \
             way. Flash is the\nparameters and an estimate of the code, from the measured example \
             programs; your own code comes on top.\n{}.\n\n{}",
            self.room.stack,
            self.room.input.text(),
            Time::SOURCE,
            tables.join("\n\n")
        )
    }
}

impl OnBoard {
    fn new(board: &'static Board, memory: &Memory, room: Room) -> Self {
        let least = |ways: &[Training]| Fit::least(board, memory, ways, room);
        let mut parts = memory.training.chunks(Memory::WAYS);
        Self {
            board,
            milliseconds: Time::of(board, memory),
            inference: Fit::new(board, memory, Work::Inference, room),
            all_layers: parts.clone().next().and_then(least),
            last_layer: parts.next_back().and_then(least),
        }
    }
}

impl OfNetwork<'_> {
    fn text(&self) -> String {
        let heading = ["board", "chip", "core", "RAM", "flash"].map(String::from);
        let uses = ["inference", "", "", "ms", "last layer", "", "", "all layers", "", "", "ms"]
            .map(String::from);
        let mut table = Table::new(3, heading.into_iter().chain(uses).collect());
        let mut needs = Vec::new();
        for OnBoard { board, inference, last_layer, all_layers, milliseconds } in &self.boards {
            let mut row = vec![board.name.into(), board.chip.into(), board.core.name().into()];
            row.extend([board.ram, board.flash].map(|bytes| kib(bytes as i64)));
            let fits = [Some(inference), last_layer.as_ref(), all_layers.as_ref()];
            let time = |of: fn(&Time) -> f64| {
                milliseconds.as_ref().map_or_else(|| "-".into(), |time| Time::text(of(time)))
            };
            let times = [Some(time(|time| time.inference)), None, Some(time(|time| time.training))];
            for (fit, time) in fits.into_iter().zip(times) {
                row.extend(fit.map_or_else(Default::default, cells));
                row.extend(time);
            }
            needs = fits.iter().flatten().map(|fit| fit.ram).collect();
            table.row(row);
        }
        let needs: Vec<String> = ["inference", "the last layer", "all layers"]
            .iter()
            .zip(&needs)
            .map(|(what, ram)| format!("{what} {ram}"))
            .collect();
        format!(
            "{}: {} bytes of parameters; bytes of RAM: {}\n{}",
            printable(self.network),
            self.parameters,
            needs.join(", "),
            table.render()
        )
    }
}

/// Whether it fits, and what is left of both memories.
fn cells(fit: &Fit) -> [String; 3] {
    let fits = if fit.fits() { "fits" } else { "no" };
    [fits.into(), kib(fit.ram_left), kib(fit.flash_left)]
}
