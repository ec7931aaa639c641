tinyconv::network! {
    Net: 1 x 5 x 7 {
        Dense { out: 2 },
    }
}

fn main() {
    Net::infer(&[0.0; 71], &[[[0.0; 7]; 5]], &mut [0.0; Net::INFER_SCRATCH], &mut [0.0; 2]);
}
