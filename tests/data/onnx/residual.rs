tinyconv::network! {
    /// 629 parameters, imported from `residual.onnx`.
    pub Residual: 2 x 17 x 16 {
        stem: Conv2d { out: 6, kernel: 3, stride: 2, padding: 1 },
        stem_norm: BatchNorm { epsilon: 0.001, momentum: 0.2 },
        Relu,
        Residual {
            block_0: DepthwiseConv2d { kernel: 3, padding: 1 },
            block_1: BatchNorm,
            LeakyRelu { slope: 0.125 },
            block_3: Conv2d { out: 6, kernel: 1 },
            block_4: BatchNorm,
        },
        Relu,
        MaxPool2d { size: 2 },
        features_2: Conv2d { out: 8, kernel: (3, 2), padding: (0, 1) },
        Tanh,
        AvgPool2d { size: 2, stride: 1 },
        GlobalAvgPool2d,
        head: Dense { out: 5 },
    }
}
