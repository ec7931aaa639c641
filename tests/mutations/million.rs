tinyconv::network! {
    pub Net: 1 x 28 x 28 {
        conv: Conv2d { out: 16, kernel: 5 }, Relu, MaxPool2d { size: 2 },
        hidden: Dense { out: 432 }, Relu,
        classify: Dense { out: 10 },
    }
}
