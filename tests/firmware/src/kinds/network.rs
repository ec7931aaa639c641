//! A network with every kind of layer that a device runs; tests/model_file.rs includes this file, too.

tinyconv::network! {
    /// Every kind once, and each activation on a layer of its own.
    pub Kinds: 2 x 9 x 8 {
        Scale,
        Identity,
        Conv2d { out: 4, kernel: 3, padding: same }, Relu, MaxPool2d { size: 2 },
        DepthwiseConv2d { kernel: (2, 3), padding: 1 }, LeakyRelu,
        Residual { PointwiseConv2d { out: 4 }, Tanh }, Sigmoid,
        MaxPool2d { size: 2, stride: 1 }, AvgPool2d { size: (2, 1), stride: 1 },
        Conv2d { out: 3, kernel: 1 }, GlobalAvgPool2d,
        Dense { out: 5 }, Tanh, Flatten, Clip { low: -0.25, high: 0.5 },
        Dense { out: 4 }, Softmax,
    }
}
