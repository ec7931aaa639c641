tinyconv::network! {
    pub Net: 1 x 28 x 28 {
        conv: Conv2d { out: 8, kernel: 5 }, Relu, MaxPool2d { size: 4 },
        classify: Dense { out: 10 },
    }
}
