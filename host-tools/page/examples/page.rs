//! The page of the networks that the tool comes with: `tinyconv serve` has it built in.
#![cfg_attr(target_arch = "wasm32", no_std)]

// The networks themselves, where the tool has them.
#[path = "../../training/src/networks.rs"]
mod networks;

use networks::{Digits, DigitsDense, DigitsTiny, LeNet, Linear};
use tinyconv::Deployed;
use tinyconv::tuning::{All, Last};

tinyconv_page::page! {
    Digits { trains: Last<1> },
    DigitsTiny { trains: Last<1> },
    DigitsDense { trains: Last<1> },
    Linear { trains: All },
    LeNet { trains: Last<1>, border: 2 },
    Deployed<LeNet> { trains: Last<1>, border: 2 },
}
