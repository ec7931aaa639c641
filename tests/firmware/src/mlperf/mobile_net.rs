//! Visual wake words: MobileNet 0.25 of MLPerf Tiny, as it is trained.

tinyconv::network! {
    /// 3 x 96 x 96 pictures, a person or none; 7.5 million multiply-adds.
    pub MobileNet: 3 x 96 x 96 {
        Conv2d { out: 8, kernel: 3, stride: 2, padding: same }, BatchNorm { epsilon: 0.001, momentum: 0.01 }, Relu,
        DepthwiseConv2d { kernel: 3, padding: same }, BatchNorm { epsilon: 0.001, momentum: 0.01 }, Relu,
        PointwiseConv2d { out: 16 }, BatchNorm { epsilon: 0.001, momentum: 0.01 }, Relu,
        DepthwiseConv2d { kernel: 3, stride: 2, padding: same }, BatchNorm { epsilon: 0.001, momentum: 0.01 }, Relu,
        PointwiseConv2d { out: 32 }, BatchNorm { epsilon: 0.001, momentum: 0.01 }, Relu,
        DepthwiseConv2d { kernel: 3, padding: same }, BatchNorm { epsilon: 0.001, momentum: 0.01 }, Relu,
        PointwiseConv2d { out: 32 }, BatchNorm { epsilon: 0.001, momentum: 0.01 }, Relu,
        DepthwiseConv2d { kernel: 3, stride: 2, padding: same }, BatchNorm { epsilon: 0.001, momentum: 0.01 }, Relu,
        PointwiseConv2d { out: 64 }, BatchNorm { epsilon: 0.001, momentum: 0.01 }, Relu,
        DepthwiseConv2d { kernel: 3, padding: same }, BatchNorm { epsilon: 0.001, momentum: 0.01 }, Relu,
        PointwiseConv2d { out: 64 }, BatchNorm { epsilon: 0.001, momentum: 0.01 }, Relu,
        DepthwiseConv2d { kernel: 3, stride: 2, padding: same }, BatchNorm { epsilon: 0.001, momentum: 0.01 }, Relu,
        PointwiseConv2d { out: 128 }, BatchNorm { epsilon: 0.001, momentum: 0.01 }, Relu,
        DepthwiseConv2d { kernel: 3, padding: same }, BatchNorm { epsilon: 0.001, momentum: 0.01 }, Relu,
        PointwiseConv2d { out: 128 }, BatchNorm { epsilon: 0.001, momentum: 0.01 }, Relu,
        DepthwiseConv2d { kernel: 3, padding: same }, BatchNorm { epsilon: 0.001, momentum: 0.01 }, Relu,
        PointwiseConv2d { out: 128 }, BatchNorm { epsilon: 0.001, momentum: 0.01 }, Relu,
        DepthwiseConv2d { kernel: 3, padding: same }, BatchNorm { epsilon: 0.001, momentum: 0.01 }, Relu,
        PointwiseConv2d { out: 128 }, BatchNorm { epsilon: 0.001, momentum: 0.01 }, Relu,
        DepthwiseConv2d { kernel: 3, padding: same }, BatchNorm { epsilon: 0.001, momentum: 0.01 }, Relu,
        PointwiseConv2d { out: 128 }, BatchNorm { epsilon: 0.001, momentum: 0.01 }, Relu,
        DepthwiseConv2d { kernel: 3, padding: same }, BatchNorm { epsilon: 0.001, momentum: 0.01 }, Relu,
        PointwiseConv2d { out: 128 }, BatchNorm { epsilon: 0.001, momentum: 0.01 }, Relu,
        DepthwiseConv2d { kernel: 3, stride: 2, padding: same }, BatchNorm { epsilon: 0.001, momentum: 0.01 }, Relu,
        PointwiseConv2d { out: 256 }, BatchNorm { epsilon: 0.001, momentum: 0.01 }, Relu,
        DepthwiseConv2d { kernel: 3, padding: same }, BatchNorm { epsilon: 0.001, momentum: 0.01 }, Relu,
        PointwiseConv2d { out: 256 }, BatchNorm { epsilon: 0.001, momentum: 0.01 }, Relu,
        GlobalAvgPool2d,
        Dense { out: 2 }, Softmax,
    }
}
