tinyconv::network! {
    Net: 1 x 5 x 7 {
        Dense { out: 2 }, Relu { slope: 0.1 },
    }
}
