tinyconv::network! {
    Net {
        Dense { out: 2 },
    }
}
