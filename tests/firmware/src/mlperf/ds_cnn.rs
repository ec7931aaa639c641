//! Keyword spotting: DS-CNN of MLPerf Tiny, as it is trained.

tinyconv::network! {
    /// 49 x 10 cepstral coefficients, twelve words; 2.7 million multiply-adds.
    pub DsCnn: 1 x 49 x 10 {
        Conv2d { out: 64, kernel: (10, 4), stride: 2, padding: same }, BatchNorm { epsilon: 0.001, momentum: 0.01 }, Relu,
        Dropout { keep: 0.8 },
        DepthwiseConv2d { kernel: 3, padding: same }, BatchNorm { epsilon: 0.001, momentum: 0.01 }, Relu,
        PointwiseConv2d { out: 64 }, BatchNorm { epsilon: 0.001, momentum: 0.01 }, Relu,
        DepthwiseConv2d { kernel: 3, padding: same }, BatchNorm { epsilon: 0.001, momentum: 0.01 }, Relu,
        PointwiseConv2d { out: 64 }, BatchNorm { epsilon: 0.001, momentum: 0.01 }, Relu,
        DepthwiseConv2d { kernel: 3, padding: same }, BatchNorm { epsilon: 0.001, momentum: 0.01 }, Relu,
        PointwiseConv2d { out: 64 }, BatchNorm { epsilon: 0.001, momentum: 0.01 }, Relu,
        DepthwiseConv2d { kernel: 3, padding: same }, BatchNorm { epsilon: 0.001, momentum: 0.01 }, Relu,
        PointwiseConv2d { out: 64 }, BatchNorm { epsilon: 0.001, momentum: 0.01 }, Relu,
        Dropout { keep: 0.6 },
        GlobalAvgPool2d,
        Dense { out: 12 }, Softmax,
    }
}
