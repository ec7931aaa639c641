tinyconv::network! {
    Net: 1 x ROWS x 7 {
        Dense { out: 2 },
    }
}

fn main() {
    let params = [0.0; Net::PARAMS];
    Net::infer(&params, &Default::default(), &mut [0.0; Net::INFER_SCRATCH], &mut [0.0; 2]);
}
