//! The board of the program's project: what a network takes of it.

use tinyconv_report::boards::{self, Board, Fit, Room, Time, Work, kib};
use tinyconv_training::model::{Memory, Networks};

use crate::project::{Settings, SettingsError};

/// The board of the program's project, if it has one.
pub fn of_project(networks: Networks) -> Result<Option<&'static Board>, SettingsError> {
    let Some(root) = networks.first().project() else { return Ok(None) };
    let Some(name) = Settings::read(root)?.board else { return Ok(None) };
    match boards::named(&name) {
        Some(board) => Ok(Some(board)),
        None => Err(SettingsError::Board { path: root.join(Settings::FILE), name }),
    }
}

/// A line about an inference on `board`: whether it fits, and how long it takes.
pub fn line(board: &Board, memory: &Memory) -> String {
    let fit = Fit::new(board, memory, Work::Inference, Room::default());
    let Board { name, ram, flash, .. } = board;
    let time = Time::of(board, memory).map_or_else(String::new, |time| {
        format!("; about {} ms per inference (an estimate)", Time::text(time.inference))
    });
    if fit.fits() {
        return format!(
            "on {name}: an inference takes {} of {} of RAM and about {} of {} of flash{time}",
            kib(fit.ram as i64),
            kib(*ram as i64),
            kib(fit.flash as i64),
            kib(*flash as i64),
        );
    }
    format!(
        "the network does not fit {name}: an inference takes {} bytes of RAM, of {ram}, and about {} \
         bytes of flash, of {flash}; use fewer channels, a larger stride or smaller dense layers, or see \
         `memory` for boards that it fits",
        fit.ram, fit.flash
    )
}
