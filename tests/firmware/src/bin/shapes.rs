//! One inference of each network of `firmware::shapes`, between the markers of the instruction counter.

#![no_std]
#![no_main]

use core::hint::black_box;

use firmware::exit::exit_success;
use firmware::region::{roi_begin, roi_end};
use firmware::shapes::*;
use firmware::{entry, memory, shapes};
use tinyconv::{InputOf, Network, OutputOf, Shape};

/// As much as the largest of them has.
const MOST: usize = 1 << 14;

static PARAMETERS: [f32; 3 * MOST] = [0.125; 3 * MOST];

#[entry]
fn main() -> ! {
    let input = memory!([f32; MOST], [0.5; MOST]);
    let output = memory!([f32; MOST], [0.0; MOST]);
    macro_rules! count {
        ($($name:ident: $c:literal x $h:literal x $w:literal { $($layers:tt)* },)*) => {$(
            count::<$name>(input, output);
        )*};
    }
    shapes!(count);
    exit_success()
}

fn count<N: Network>(input: &[f32], output: &mut [f32]) {
    let output = OutputOf::<N>::view_mut(output);
    roi_begin();
    infer::<N>(black_box(InputOf::<N>::view(input)), black_box(output));
    roi_end();
    black_box(output);
}

#[inline(never)]
fn infer<N: Network>(
    input: &<InputOf<N> as Shape>::Map<f32>,
    output: &mut <OutputOf<N> as Shape>::Map<f32>,
) {
    N::infer(black_box(&PARAMETERS[..]), input, &mut [], output);
}
