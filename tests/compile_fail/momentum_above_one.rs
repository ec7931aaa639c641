tinyconv::network! {
    Net: 1 x 6 x 6 { Dense { out: 2 }, BatchNorm { epsilon: 1e-3, momentum: 2.0 } }
}
