tinyconv::network! {
    Net: 1 x 5 x 7 {
        Conv2d { out: 2, kernel: 3 }, Dense(2),
    }
}

fn main() {
    let _ = Net::PARAMS;
}
