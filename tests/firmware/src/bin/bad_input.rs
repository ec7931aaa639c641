//! Everything that a device may be given and must not take: each is a typed error, and changes nothing.
//!
//! Output: `bad_input.out` beside this file.

#![no_std]
#![no_main]

use core::fmt::Display;

use firmware::exit::exit_success;
use firmware::flash::{Flash, UNIT};
use firmware::model::{Net, PARAMETERS};
use firmware::samples::{PIXELS, images, labels};
use firmware::{entry, memory};
use semihosting::println;
use tinyconv::checkpoint::Store;
use tinyconv::model_file;
use tinyconv::optim::Descent;
use tinyconv::tuning::{All, Bookmark, Last, PerSample, checksum};
use tinyconv::{Bytes, Direct};

/// A whole model file in flash, and one of another network.
static MODEL: &[u8] = include_bytes!(env!("TINYCONV_MODEL"));
static OTHER_MODEL: &[u8] = include_bytes!(env!("TINYCONV_OTHER_MODEL"));

tinyconv::trainer! {
    Whole: Net { trains: All, optimizer: Descent, mode: PerSample }
}
tinyconv::trainer! {
    Head: Net { trains: Last<1>, optimizer: Descent, mode: PerSample }
}

fn tell<T, E: Display>(what: &str, result: Result<T, E>) {
    match result {
        Ok(_) => println!("{what}: taken"),
        Err(error) => println!("{what}: {error}"),
    }
}

/// CRC-32 as in zip, bit by bit.
fn crc(bytes: &[u8]) -> u32 {
    !bytes.iter().fold(u32::MAX, |crc, &byte| {
        (0..8).fold(crc ^ u32::from(byte), |crc, _| (crc >> 1) ^ (0xedb8_8320 * (crc & 1)))
    })
}

#[entry]
fn main() -> ! {
    let parameters = memory!([f32; Net::PARAMS], [0.0; Net::PARAMS]);
    parameters.copy_from_slice(&PARAMETERS);
    let mut load = |what, bytes| {
        tell(what, model_file::load::<Net>(bytes, parameters));
        println!("  parameters {:08x}", checksum(&*parameters));
    };
    load("erased flash instead of a model", &[0xff; 64]);
    load("a model without its last byte", &MODEL[..MODEL.len() - 1]);
    load("the first six bytes of a model", &MODEL[..6]);
    load("a model of another network", OTHER_MODEL);
    let spoilt = memory!([u8; MODEL.len()], [0; MODEL.len()]);
    spoilt.copy_from_slice(MODEL);
    let (body, sum) = spoilt.split_last_chunk_mut().expect("a checksum");
    let (_, last) = body.split_last_chunk_mut().expect("a parameter");
    *last = f32::NAN.to_le_bytes();
    *sum = crc(body).to_le_bytes();
    load("a model with a NaN for its last parameter", &*spoilt);
    load("a model", MODEL);

    let input = memory!([[[f32; 28]; 28]; 1], [[[0.5; 28]; 28]; 1]);
    let (image, label) = images().iter().zip(labels()).next().unwrap();
    let mut trainer = memory!(Whole, Whole::NEW).trainer(&PARAMETERS, Descent::default(), 0.01);
    tell("label 10", trainer.step(Bytes(&PIXELS), image, 10));
    input[0][2][3] = f32::NAN;
    tell("a NaN in the image", trainer.step(Direct, &*input, label));
    tell("the same in inference", trainer.infer(Direct, &*input, &mut [0.0; 10]));
    println!("  parameters {:08x}, steps {}", checksum(trainer.parameters()), trainer.steps());

    let flash = memory!(Flash<{ 16 * UNIT }>, Flash::ERASED);
    let contents = trainer.contents(0);
    tell("a range off the units of the flash", Store::open(&mut *flash, 4..8 * 1024, contents));
    tell("a range behind the flash", Store::open(&mut *flash, 8 * 1024..32 * 1024, contents));
    tell("a range too small", Store::open(&mut *flash, 0..8 * 1024, contents));
    match Store::open(&mut *flash, 0..16 * 1024, contents) {
        Ok(mut store) => tell(
            "a checkpoint",
            trainer.save(&mut store, Bookmark { seed: 1, ..Bookmark::default() }),
        ),
        Err(error) => tell::<(), _>("the whole flash", Err(error)),
    }
    let mut head = memory!(Head, Head::NEW).trainer(&PARAMETERS, Descent::default(), 0.01);
    match Store::open(&mut *flash, 0..16 * 1024, head.contents(0)) {
        Ok(mut store) => {
            tell("the checkpoint of all layers for one", head.load(&mut store, &mut []));
        }
        Err(error) => tell::<(), _>("the whole flash", Err(error)),
    }
    println!("  parameters {:08x}, steps {}", checksum(head.parameters()), head.steps());
    exit_success()
}
