//! The network for boards with 16 KB of RAM. The driver on the host includes this very file.

tinyconv::network! {
    /// 28x28 grey-scale digits for a board with 16 KB of RAM, where all its layers can be trained:
    /// 1 130 parameters.
    pub DigitsTiny: 1 x 28 x 28 {
        conv1: Conv2d { out: 4, kernel: 5 }, Relu, MaxPool2d { size: 3 },
        conv2: Conv2d { out: 8, kernel: 3 }, Relu, MaxPool2d { size: 2 },
        classify: Dense { out: 10 },
    }
}
