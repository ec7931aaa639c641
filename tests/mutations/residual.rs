tinyconv::network! {
    pub Net: 3 x 32 x 32 {
        Conv2d { out: 8, kernel: 3, stride: 2, padding: same }, BatchNorm, Relu,
        Residual {
            Conv2d { out: 8, kernel: 3, padding: same }, BatchNorm, Relu,
            Conv2d { out: 8, kernel: 3, padding: same }, BatchNorm,
        }, Relu,
        GlobalAvgPool2d,
        Dense { out: 3 },
    }
}
