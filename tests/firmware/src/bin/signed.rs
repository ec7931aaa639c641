//! A signed model file: what checking it costs, and that nothing else is taken.
//!
//! Output: `signed.out` beside this file; then the deepest stack.

#![no_std]
#![no_main]

use core::hint::black_box;

use firmware::exit::exit_success;
use firmware::model::Net;
use firmware::region::{roi_begin, roi_end};
use firmware::stack::stack_high_water;
use firmware::{entry, memory};
use semihosting::println;
use tinyconv::model_file;
use tinyconv::signature;
use tinyconv::tuning::checksum;

/// An update with counter 5, the same with another bit, and the keys that it was signed with and another one.
static UPDATE: &[u8] = include_bytes!(env!("TINYCONV_UPDATE"));
static SPOILT: &[u8] = include_bytes!(env!("TINYCONV_SPOILT"));
static KEY: &[u8; signature::KEY] = include_bytes!(env!("TINYCONV_KEY"));
static OTHER_KEY: &[u8; signature::KEY] = include_bytes!(env!("TINYCONV_OTHER_KEY"));

#[entry]
fn main() -> ! {
    roi_begin();
    let update = signature::open(black_box(UPDATE), KEY, 4);
    roi_end();
    let stack = stack_high_water();
    let parameters = memory!([f32; Net::PARAMS], [0.0; Net::PARAMS]);
    match update {
        Ok(update) => {
            let loaded = model_file::load::<Net>(update.content, parameters);
            println!("counter {}: {:?}", update.counter, loaded);
        }
        Err(error) => println!("{error}"),
    }
    println!("parameters {:08x}", checksum(&*parameters));

    for (what, bytes, key, last) in [
        ("a flipped bit", SPOILT, KEY, 4),
        ("an older counter", UPDATE, KEY, 5),
        ("another key", UPDATE, OTHER_KEY, 4),
        ("the last byte is missing", &UPDATE[..UPDATE.len() - 1], KEY, 4),
        ("a model that nobody signed", &UPDATE[signature::HEADER..], KEY, 4),
    ] {
        match signature::open(bytes, key, last) {
            Ok(_) => println!("{what}: taken"),
            Err(error) => println!("{what}: {error}"),
        }
    }
    println!("stack {stack}");
    exit_success()
}
