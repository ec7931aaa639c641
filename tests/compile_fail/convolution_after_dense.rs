//! error: layer `late` (Conv2d): needs a map of channels x rows x columns, but its input is 10: put it before Flatten, GlobalAvgPool2d and Dense
tinyconv::network! {
    Net: 1 x 5 x 7 {
        Dense { out: 10 },
        late: Conv2d { out: 2, kernel: 3 },
    }
}
