tinyconv::network! {
    Net: 1 x 6 x 6 { Conv2d { out: 4, kernel: 3 }, Relu, BatchNorm, Dense { out: 2 } }
}
