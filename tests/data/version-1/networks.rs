tinyconv::network! {
    /// Every kind of layer that there was.
    pub EveryKind: 2 x 12 x 10 {
        first: Conv2d { out: 4, kernel: (3, 2), stride: (1, 2), padding: same }, BatchNorm, Relu,
        MaxPool2d { size: (2, 1) },
        Residual {
            DepthwiseConv2d { kernel: 3, padding: 1 }, BatchNorm { epsilon: 0.25, momentum: 0.5 },
            LeakyRelu { slope: 0.125 },
            PointwiseConv2d { out: 4 }, Sigmoid,
        },
        Tanh,
        AvgPool2d { size: 2, stride: 1 }, Identity,
        Conv2d { out: 3, kernel: 2, padding: full }, GlobalAvgPool2d, Flatten,
        Dropout { keep: 0.75 },
        last: Dense { out: 5 }, Softmax,
    }
}

tinyconv::network! {
    /// What a board had learnt.
    pub Learner: 1 x 6 x 6 {
        Conv2d { out: 3, kernel: 3 }, Relu, MaxPool2d { size: 2 },
        Dense { out: 4 }, Tanh,
        Dense { out: 3 },
    }
}
