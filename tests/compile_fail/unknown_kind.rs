//! error: there is no layer `Dropout`: the kinds are Conv2d, MaxPool2d, AvgPool2d, GlobalAvgPool2d, Flatten, Dense, Relu, LeakyRelu, Tanh, Sigmoid, Identity
tinyconv::network! {
    Net: 1 x 5 x 7 {
        Dense { out: 10 }, Dropout { rate: 0.5 },
    }
}
