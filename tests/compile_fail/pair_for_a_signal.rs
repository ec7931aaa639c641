tinyconv::network! {
    Net: 1 x 5 x 7 {
        Conv1d { out: 2, kernel: (1, 3) }, Dense { out: 2 },
    }
}

fn main() {
    let params = [0.0; Net::PARAMS];
    Net::infer(&params, &[[[0.0; 7]; 5]], &mut [0.0; Net::INFER_SCRATCH], &mut [0.0; 2]);
}
