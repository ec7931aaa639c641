//! error: layer number 1 (Dense): a size of 0 (the input is 1 x 0 x 7)
tinyconv::network! {
    Net: 1 x 0 x 7 {
        Dense { out: 2 },
    }
}
