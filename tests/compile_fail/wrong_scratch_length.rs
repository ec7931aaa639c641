tinyconv::network! {
    Net: 1 x 5 x 7 {
        Dense { out: 3 }, Relu, Dense { out: 2 },
    }
}

fn main() {
    let params = [0.0; Net::PARAMS];
    Net::infer::<f32, f32>(&params, &[[[0.0; 7]; 5]], &mut [0.0f32; 2], &mut [0.0; 2]);
}
