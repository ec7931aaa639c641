//! The networks that the tool knows by name, each written once.

tinyconv::network! {
    /// 28x28 grey-scale digits: two convolutions and a classifier, 5 142 parameters.
    pub Digits: 1 x 28 x 28 {
        conv1: Conv2d { out: 6, kernel: 5 }, Relu, MaxPool2d { size: 2 },
        conv2: Conv2d { out: 16, kernel: 5 }, Relu, MaxPool2d { size: 2 },
        classify: Dense { out: 10 },
    }
}

tinyconv::network! {
    /// One linear layer: what a network has to beat.
    pub Linear: 1 x 28 x 28 {
        classify: Dense { out: 10 },
    }
}
