//! A network with every kind of layer that a device runs; tests/model_file.rs includes this file, too.

tinyconv::network! {
    /// Every kind once or more, and each activation on a layer of its own.
    pub Kinds: 2 x 9 x 8 {
        Scale,
        Identity,
        Conv2d { out: 4, kernel: 3, padding: same }, Relu, MaxPool2d { size: 2 },
        DepthwiseConv2d { kernel: (2, 3), padding: 1 }, LeakyRelu,
        Residual { PointwiseConv2d { out: 4 }, Tanh }, Sigmoid,
        // The second convolution adds to the input where that lies.
        Residual { PointwiseConv2d { out: 3 }, Silu, Conv2d { out: 4, kernel: 3, padding: 1 } }, Elu,
        Residual {
            Conv2d { out: 2, kernel: 2, dilation: 2, padding: ((1, 0), (0, 1)) }, HardSwish,
            Branch { Conv2d { out: 2, kernel: 3, padding: ((1, 0), (1, 0)), groups: 2 } },
        },
        Concat { DepthwiseConv2d { kernel: 3, multiplier: 2, padding: same }, Relu, Branch { PRelu } },
        MaxPool2d { size: 2, stride: 1, padding: ((0, 1), (0, 0)) },
        AvgPool2d { size: (2, 1), stride: 1, padding: 1, counts_padding: true },
        Conv2d { out: 3, kernel: 1 }, GlobalAvgPool2d,
        Dense { out: 5 }, Tanh, Flatten, Clip { low: -0.25, high: 0.5 },
        Dense { out: 4 }, Softmax,
    }
}
