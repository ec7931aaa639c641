tinyconv::network! {
    pub Net: 1 x 28 x 28 {
        conv1: Conv2d { out: 6, kernel: 5 }, BatchNorm, Relu, MaxPool2d { size: 2 },
        conv2: Conv2d { out: 16, kernel: 5 }, BatchNorm, Relu, MaxPool2d { size: 2 },
        classify: Dense { out: 10 },
    }
}
