//! One inference of a network of MLPerf Tiny, between the markers of the instruction counter.
//!
//! Output: the bits of the outputs in hexadecimal, one line each, then `stack <bytes>`, the most stack in use from
//! reset to the end of the inference.

#![no_std]
#![no_main]

use core::hint::black_box;

use firmware::exit::exit_success;
#[cfg(feature = "autoencoder")]
use firmware::mlperf::Autoencoder as Trained;
#[cfg(feature = "ds-cnn")]
use firmware::mlperf::DsCnn as Trained;
#[cfg(feature = "mobile-net")]
use firmware::mlperf::MobileNet as Trained;
#[cfg(feature = "resnet8")]
use firmware::mlperf::ResNet8 as Trained;
use firmware::region::{roi_begin, roi_end};
use firmware::samples::PIXELS;
use firmware::stack::stack_high_water;
use firmware::{entry, memory};
use semihosting::println;
use tinyconv::{Bytes, Deployed, InputOf, Network, OutputOf, Shape};

type Net = Deployed<Trained>;
type Image = <InputOf<Net> as Shape>::Map<u8>;
type Output = <OutputOf<Net> as Shape>::Map<f32>;

include!(env!("TINYCONV_MLPERF_PARAMETERS"));

static IMAGE: &[u8; <Net as Network>::INPUT_LEN] = include_bytes!(env!("TINYCONV_MLPERF_INPUT"));

#[entry]
fn main() -> ! {
    // Where a camera or a microphone would write.
    let image = memory!([u8; <Net as Network>::INPUT_LEN], [0; <Net as Network>::INPUT_LEN]);
    let scratch = memory!([f32; Net::INFER_SCRATCH], [0.0; Net::INFER_SCRATCH]);
    let output = memory!([f32; <Net as Network>::OUTPUT_LEN], [0.0; <Net as Network>::OUTPUT_LEN]);
    image.copy_from_slice(IMAGE);
    roi_begin();
    infer(
        black_box(InputOf::<Net>::view(image)),
        black_box(scratch),
        black_box(OutputOf::<Net>::view_mut(output)),
    );
    roi_end();
    let stack = stack_high_water();
    for value in output {
        println!("{:08x}", value.to_bits());
    }
    println!("stack {stack}");
    exit_success()
}

#[inline(never)]
fn infer(image: &Image, scratch: &mut [f32; Net::INFER_SCRATCH], output: &mut Output) {
    Net::infer_from(&PARAMETERS, Bytes(&PIXELS), image, scratch, output);
}
