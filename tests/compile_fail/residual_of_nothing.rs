tinyconv::network! {
    Net: 2 x 6 x 6 { Residual {}, Dense { out: 2 } }
}
