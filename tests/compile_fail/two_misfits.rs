tinyconv::network! {
    Net: 1 x 5 x 7 {
        conv: Conv2d { out: 2, kernel: 9 }, Relu,
        Dense { out: 3 }, Dense { out: 2 }, late: MaxPool1d { size: 2 },
    }
}
