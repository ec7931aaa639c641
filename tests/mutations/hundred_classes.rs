tinyconv::network! {
    pub Net: 1 x 16 x 16 {
        conv: Conv2d { out: 8, kernel: 3 }, Relu, MaxPool2d { size: 2 },
        classify: Dense { out: 100 },
    }
}
