//! error: the options of `Dense` cannot be read (or it has none): each is `option: value`
tinyconv::network! {
    Net: 1 x 5 x 7 {
        Dense { 10 },
    }
}
