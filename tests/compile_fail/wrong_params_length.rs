//! error: expected an array with a size of 72, found one with a size of 71
tinyconv::network! {
    Net: 1 x 5 x 7 {
        Dense { out: 2 },
    }
}

fn main() {
    Net::infer(&[0.0; 71], &[[[0.0; 7]; 5]], &mut [0.0; Net::INFER_SCRATCH], &mut [0.0; 2]);
}
