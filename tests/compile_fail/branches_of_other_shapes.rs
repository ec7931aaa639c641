tinyconv::network! {
    Net: 2 x 6 x 6 {
        Residual {
            Conv2d { out: 4, kernel: 3, stride: 2, padding: same },
            Branch { PointwiseConv2d { out: 4 } },
        },
        Concat { Conv2d { out: 4, kernel: 3 } },
    }
}
