//! error: there is no layer `Attention`: the kinds are Conv2d, DepthwiseConv2d, PointwiseConv2d, MaxPool2d, AvgPool2d, GlobalAvgPool2d, Conv1d, MaxPool1d, AvgPool1d, Flatten, Dense, BatchNorm, Dropout, Residual, Softmax, Relu, LeakyRelu, Tanh, Sigmoid, Identity
tinyconv::network! {
    Net: 1 x 5 x 7 {
        Dense { out: 10 }, Attention { heads: 2 },
    }
}
