//! error: the options of `Relu` cannot be read (or it has none): each is `option: value`
tinyconv::network! {
    Net: 1 x 5 x 7 {
        Dense { out: 2 }, Relu { slope: 0.1 },
    }
}
