tinyconv::network! {
    pub Net: 1 x 16 x 16 {
        conv: Conv2d { out: 4, kernel: 3 }, Relu, MaxPool2d { size: 2 },
        value: Dense { out: 1 },
    }
}
