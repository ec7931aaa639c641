//! Image classification: ResNet-8 of MLPerf Tiny, as it is trained.

tinyconv::network! {
    /// 3 x 32 x 32 pictures, ten classes; 12.5 million multiply-adds.
    pub ResNet8: 3 x 32 x 32 {
        Conv2d { out: 16, kernel: 3, padding: same }, BatchNorm { epsilon: 0.001, momentum: 0.01 }, Relu,
        one: Residual {
            Conv2d { out: 16, kernel: 3, padding: same }, BatchNorm { epsilon: 0.001, momentum: 0.01 }, Relu,
            Conv2d { out: 16, kernel: 3, padding: same }, BatchNorm { epsilon: 0.001, momentum: 0.01 },
        }, Relu,
        two: Residual {
            Conv2d { out: 32, kernel: 3, stride: 2, padding: same }, BatchNorm { epsilon: 0.001, momentum: 0.01 }, Relu,
            Conv2d { out: 32, kernel: 3, padding: same }, BatchNorm { epsilon: 0.001, momentum: 0.01 },
            Branch { PointwiseConv2d { out: 32, stride: 2 } },
        }, Relu,
        three: Residual {
            Conv2d { out: 64, kernel: 3, stride: 2, padding: same }, BatchNorm { epsilon: 0.001, momentum: 0.01 }, Relu,
            Conv2d { out: 64, kernel: 3, padding: same }, BatchNorm { epsilon: 0.001, momentum: 0.01 },
            Branch { PointwiseConv2d { out: 64, stride: 2 } },
        }, Relu,
        GlobalAvgPool2d,
        Dense { out: 10 }, Softmax,
    }
}
