tinyconv::network! {
    Net: 2 x 6 x 6 { Residual { Conv2d { out: 2, kernel: 3 } }, Dense { out: 2 } }
}
