tinyconv::network! {
    Net: 1 x 0 x 7 {
        Dense { out: 2 },
    }
}
