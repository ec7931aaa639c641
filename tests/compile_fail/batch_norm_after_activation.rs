//! error: layer number 3 (BatchNorm): must directly follow a Conv2d, DepthwiseConv2d or Dense, which it is folded into: put it there, before the activation

tinyconv::network! {
    Net: 1 x 6 x 6 { Conv2d { out: 4, kernel: 3 }, Relu, BatchNorm, Dense { out: 2 } }
}
