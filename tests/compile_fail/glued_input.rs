tinyconv::network! {
    Net: 1x5x7 {
        Dense { out: 2 },
    }
}

fn main() {
    let _ = Net::PARAMS;
}
