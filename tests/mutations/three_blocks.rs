tinyconv::network! {
    pub Net: 1 x 28 x 28 {
        conv1: Conv2d { out: 8, kernel: 3 }, BatchNorm, Relu, MaxPool2d { size: 2 },
        conv2: Conv2d { out: 12, kernel: 3 }, BatchNorm, Relu, MaxPool2d { size: 2 },
        conv3: Conv2d { out: 16, kernel: 3 }, BatchNorm, Relu,
        hidden: Dense { out: 24 }, Tanh,
        classify: Dense { out: 10 },
    }
}
